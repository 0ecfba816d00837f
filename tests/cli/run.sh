#!/bin/bash
# Tests of the program:  tests/cli/run.sh EGAD [--accept] [CASE...]
#
# A case is GROUP/NAME.cmd, shell text that runs in an empty folder under `bash -eu`
# with the functions of lib.sh; it passes if it ends with 0 and, where there is a
# GROUP/NAME.out, has printed just that.  CASE is a pattern such as 'usage/*'; without
# one all are run.  --accept writes what was printed to NAME.out instead of comparing
# it, for cases that have one and for cases named in full.
#
#   usage/     needs nothing: help and wrong usage
#   library/   needs the library, but no device: imports, bad files
#   device/    needs an OpenCL device; skipped without one
#   tables/    likewise: rows of tables, from the file to what is written of them
set -u
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 1 ] || { echo "usage: $0 EGAD [--accept] [CASE...]" >&2; exit 2; }
EGAD=$(realpath "$1")
shift
accept=0
[ "${1:-}" = --accept ] && { accept=1; shift; }
[ $# -gt 0 ] || set -- '*/*'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/shared"
export LC_ALL=C EGAD SHARED="$work/shared" EGAD_TUNE=off

# Report why a case failed, and return 1; or accept its output.
check() {
    local name=$1 code=$2 out=$3 err=$4 golden=$here/$1.out
    if [ "$code" != 0 ]; then
        echo "FAILED $name: ended with $code"
        cat "$out" "$err"
        return 1
    fi
    if [ $accept = 1 ] && { [ -e "$golden" ] || [ "$pattern" = "$name" ]; }; then
        cp "$out" "$golden"
    elif [ -e "$golden" ] && ! diff -u "$golden" "$out"; then
        echo "FAILED $name: the output above is not that of $name.out"
        return 1
    fi
}

has_device=0
"$EGAD" devices >"$work/devices" 2>&1 && has_device=1
passed=0 failed=0 skipped=0
for pattern; do
    for file in "$here"/$pattern.cmd; do
        [ -e "$file" ] || { echo "no case '$pattern'" >&2; exit 2; }
        name=${file#"$here/"} name=${name%.cmd}
        if [ $has_device = 0 ] && [[ $name = @(device|tables)/* ]]; then
            skipped=$((skipped + 1))
            continue
        fi
        mkdir -p "$work/$name"
        (cd "$work/$name" && exec bash -eu -o pipefail -c '. "$1"; . "$2"' case \
            "$here/lib.sh" "$file") >"$work/out" 2>"$work/err" </dev/null
        if check "$name" $? "$work/out" "$work/err"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
done
[ $skipped = 0 ] || cat "$work/devices"
echo "cli: $passed passed, $failed failed, $skipped skipped for want of a device"
[ $failed = 0 ] || exit 1
[ $passed != 0 ] || exit 77
