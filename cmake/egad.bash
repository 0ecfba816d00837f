# Bash completion of egad and egad-bench: the programs print the candidates.
_egad()
{
    local i line kind found words=()
    for ((i = 1; i <= COMP_CWORD; i++)); do
        # "--option=value" comes as three words.
        if [ "${COMP_WORDS[i]}" != = ]; then
            words+=("${COMP_WORDS[i]}")
        elif [ "$i" = "$COMP_CWORD" ]; then
            words+=("")
        fi
    done
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :files | :folders)
                compopt -o filenames 2>/dev/null || true # in a test nothing completes
                [ "$line" = :files ] && kind=-f || kind=-d
                mapfile -t found < <(compgen "$kind" -- "${words[-1]}")
                COMPREPLY+=("${found[@]}")
                ;;
            *) COMPREPLY+=("$line") ;;
        esac
    done < <("$1" --complete "${words[@]}" 2>/dev/null)
}
complete -F _egad egad egad-bench
