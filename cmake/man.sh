#!/bin/sh
# Makes a manual page from the help of a program and from docs/environment.md, so that
# every text exists only once.
#
#   man.sh PROGRAM PAGE
set -eu
program=$1 page=$2
name=$(basename "$program")
environment=$(dirname "$0")/../docs/environment.md

# Escape text for troff.
plain() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"; }
verbatim() {
    echo .nf
    plain
    echo .fi
}

# The help of a command and of its subcommands.
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

# ENVIRONMENT, EXIT STATUS and DIAGNOSTICS: the tables and prose of docs/environment.md,
# without the variables of tests.
environment() {
    awk -v name="$name" '
        /^## Environment variables/ { print ".SH ENVIRONMENT"; next }
        /^## Exit codes/ { print ".SH EXIT STATUS"; next }
        /^## Messages/ { print ".SH DIAGNOSTICS"; next }
        /^#/ || /^\|-/ || /^\| [a-z]+ \| [a-z]+ \|$/ { next }
        { gsub(/`/, ""); gsub(/\\\|/, "\001") }
        /^\|/ {
            split($0, cell, / *\| */)
            if (cell[3] ~ /^tests/ || (cell[3] ~ /^egad-bench:/ && name == "egad")) next
            gsub(/\001/, "|", cell[3])
            print ".TP"; print ".B " cell[2]; print cell[3]
            next
        }
        NF { print; filled = 1; next }
        filled { print ".PP"; filled = 0 }' "$environment"
}

# The summary: after "egad 0.1.0: " in the help of a group, else below the usage line.
summary=$("$program" --help | awk '
    sub(/^egad [0-9.]+: /, "") || NR == 3 {
        sub(/[.]$/, ""); print tolower(substr($0, 1, 1)) substr($0, 2); exit
    }')
{
    echo ".TH $(echo "$name" | tr '[:lower:]' '[:upper:]') 1 \"\" \"egad $("$program" --version | sed -n '1s/.* //p')\""
    printf '.SH NAME\n%s \\- %s\n' "$name" "$summary"
    echo ".SH DESCRIPTION"
    command
    environment
    echo ".SH SEE ALSO"
    echo "The manual is README.md and docs/ in share/doc/egad."
} >"$page.new"
mv "$page.new" "$page"
