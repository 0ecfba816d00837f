#!/bin/sh
# Make a manual page from a program's help and from README.md (environment, exit codes),
# so that no text is written twice.
#
#   man.sh PROGRAM PAGE
set -eu
program=$1 page=$2
name=$(basename "$program")
readme=$(dirname "$0")/../README.md

# Text unchanged.
plain() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"; }
verbatim() {
    echo .nf
    plain
    echo .fi
}

# The help of a command, and of those after it.
command() {
    help=$("$program" "$@" --help)
    echo "$help" | verbatim
    case $help in
        usage:*) return ;;
    esac
    for word in $("$program" --complete "$@" '' | grep -v '^-'); do
        echo ".SS \"$name${*:+ $*} $word\""
        (command "$@" "$word")
    done
}

# Rows of the table of variables, except those of the tests; and the lines below it.
from_readme() {
    awk -v name="$name" '
        /^## Environment and exit codes/ { on = 1; next }
        /^## / { on = 0 }
        !on { next }
        /^\| `/ {
            split($0, cell, / *\| */)
            if (cell[3] ~ /^tests/ || (cell[3] ~ /^`egad-bench`/ && name == "egad")) next
            print ".TP"; variable = cell[2]; text = cell[3]
            for (i = 4; i in cell && cell[i] != ""; i++) text = text " | " cell[i]
            gsub(/`/, "", variable); gsub(/`/, "", text)
            print ".B " variable; print text; next
        }
        /^\|/ { next }
        /^The program exits/ { print ".SH EXIT STATUS" }
        NF { gsub(/`/, ""); print }' "$readme"
}

# "egad 0.1.0: SUMMARY" of many commands; of one, what stands below its usage.
summary=$("$program" --help | awk '
    sub(/^egad [0-9.]+: /, "") || NR == 3 {
        sub(/[.]$/, ""); print tolower(substr($0, 1, 1)) substr($0, 2); exit
    }')
{
    echo ".TH $(echo "$name" | tr '[:lower:]' '[:upper:]') 1 \"\" \"egad $("$program" --version | sed -n '1s/.* //p')\""
    printf '.SH NAME\n%s \\- %s\n' "$name" "$summary"
    echo ".SH DESCRIPTION"
    command
    echo ".SH ENVIRONMENT"
    from_readme
    echo ".SH SEE ALSO"
    echo "README.md in the folder of documents, share/doc/egad, is the manual."
} >"$page.new"
mv "$page.new" "$page"
