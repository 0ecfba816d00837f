# Completions for the shell, which completes files and folders itself.
ask() { echo "\$ egad $*_"; "$EGAD" --complete "$@"; }
ask ''
complete --
ask da
ask data ''
ask data import im
ask data fetch ''
ask data info ''
ask train --m
ask train --model kdd
ask train --model kdd-bigan --recipe ''
ask train --data ''
ask train -o ''
ask eval --plots ''
ask data import images ''
ask data import kdd99 ''
ask score --alpha ''
ask score --score ''
ask explain --score c
ask models mnist
# A model as the first word, then options.
ask score ''
ask report model.h5 ''
ask report --data flows.h5 ''
ask threshold --model model.h5 ''
ask detect ''
ask data import images folder ''
ask nothing '' 2>/dev/null || echo "[$?]"
bench=$(dirname "$EGAD")/egad-bench
"$bench" --complete --work se
"$bench" --complete --comp
"$bench" --complete ''
# Every option and command in a help is offered, everywhere.
walk() {
    local word
    for word in $("$EGAD" "$@" --help | grep -oE '^  (-., |    )--[a-z-]+' | grep -o -- '--.*'); do
        "$EGAD" --complete "$@" -- | grep -qx -- "$word" || echo "no $word after $*"
        places=$((places + 1))
    done
    # A command's help begins with its usage; others list more words.
    [[ $("$EGAD" "$@" --help) != usage:* ]] || return 0
    for word in $("$EGAD" --complete "$@" '' | grep -v '^-'); do
        "$EGAD" "$@" --help | grep -q "^  $word " || echo "no $word in the help of $*"
        walk "$@" "$word"
    done
}
places=0
walk
test $places -gt 100
# The shell script: words, files, folders, and --option=value.
. "$(dirname "$lib")/../../cmake/egad.bash"
tab() {
    COMP_WORDS=("$EGAD" "$@")
    COMP_CWORD=$#
    _egad "$EGAD"
    echo "egad $*: ${COMPREPLY[*]}"
}
mkdir "a folder"
touch "a file.csv"
tab ins
tab train --recipe = s
tab train --recipe =
tab train --data "a f"
tab train --data = "a fi"
tab eval --plots a
tab train --data nothing
complete -p egad egad-bench
