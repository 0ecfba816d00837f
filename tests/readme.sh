#!/usr/bin/env bash
# Check the examples of README.md.
#
#   tests/readme.sh BUILD_DIR session [NAME...]   run its sessions, print the transcript
#   tests/readme.sh BUILD_DIR accept [NAME...]    the same, and put it into README.md
#   tests/readme.sh BUILD_DIR check               run the session `table`, trained for a
#                                                 moment: README.md differs in numbers only
#   tests/readme.sh BUILD_DIR h5py                its Python agrees with `egad inspect`
#   tests/readme.sh BUILD_DIR library             its C program agrees with `egad score`
#
# A fenced block below a line <!-- file: NAME --> is a file, one below <!-- session: NAME -->
# a part of that session: after each line `$ COMMAND` stands what it printed on standard
# output.  All of them run in one temporary folder, where all the files are.  NAMEs are
# `table explain` unless given: the second goes on with what the first has trained to its
# end.  `kdd99` wants KDD99=/path/of/kddcup.data_10_percent.gz, `mnist` MNIST=/folder/of/its/files;
# `images` trains for minutes.
#
# EPOCHS=N in the environment trains N epochs instead of the recipe's.  Without an OpenCL
# device, or h5py for `h5py`, the exit code is 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
readme=$(cd "$here/.." && pwd)/README.md
[ $# -ge 2 ] || { sed -n '4,9s/^# *//p' "$0" >&2; exit 2; }
build=$(cd "$1" && pwd)
mode=$2
shift 2
sessions=" ${*:-table explain} "
[ "$mode" != check ] || sessions=" table "
export LC_ALL=C EGAD_TUNE=off PATH=$build:$PATH

fail() { echo "readme: $*" >&2; exit 1; }
skip() { echo "skipped: $*"; exit 77; }

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/work" && cd "$tmp/work"
awk '/^<!-- file: / { name = $3; next }
     name && /^```/ { if (inside) name = ""; inside = !inside; next }
     inside { print >name }' "$readme"
egad devices >../devices 2>&1 || skip "$(cat ../devices)"
ln -s "${readme%/*}/data" data
[ -z "${MNIST:-}" ] || ln -s "$MNIST" mnist
[ -z "${KDD99:-}" ] || ln -s "$KDD99" kddcup.data_10_percent.gz

# The program as the sessions call it.
egad() {
    if [ "$1" = train ] && [ -n "${EPOCHS:-}" ]; then
        command egad "$@" --epochs "$EPOCHS"
    else
        command egad "$@"
    fi
}

# README.md with what the chosen sessions print now.
rerun() {
    local line name='' inside=0
    while IFS= read -r line <&3; do
        if [[ $line == '```'* ]] && { [ $inside = 1 ] || [ -n "$name" ]; }; then
            inside=$((1 - inside))
            [ $inside = 1 ] || name=
        elif [[ $line =~ ^'<!-- session: '(.*)' -->'$ ]]; then
            [[ $sessions != *" ${BASH_REMATCH[1]} "* ]] || name=${BASH_REMATCH[1]}
        elif [ $inside = 1 ]; then
            [[ $line == '$ '* ]] || continue
            printf '%s\n' "$line"
            eval "${line#??}" || fail "this command failed: ${line#??}"
            continue
        fi
        printf '%s\n' "$line"
    done 3<"$readme" </dev/null
}

# The parts of the chosen sessions in a README.
transcript() {
    awk -v wanted="$sessions" '
        /^<!-- session: / { on = index(wanted, " " $3 " "); next }
        on && /^```/ { if (inside) on = 0; inside = !inside; next }
        inside' "$1"
}

# Remove what differs between runs and devices.
no_numbers() {
    sed -E -e 's/^device:? .*/device/' -e 's/ in ([0-9.]+ (s|min|h) ?)+/ in T/' \
        -e 's/-?[0-9][0-9,]*(\.[0-9]+)?(e[-+]?[0-9]+)?/N/g' -e 's/N[N,]*N/N/g' -e 's/ +/ /g'
}

# A model and rows to score, as the session `table` leaves them.
quick_model() {
    awk -f machine.awk >machine.csv
    egad data import csv machine.csv --label state --normal good -o machine.h5 >../log
    command egad train --model kdd-bigan --data machine.h5 -o machine-model.h5 \
        --epochs 2 --quiet >../log
}

case $mode in
    session | accept)
        rerun >../README.md
        transcript ../README.md
        [ "$mode" = session ] || cp ../README.md "$readme"
        ;;
    check)
        EPOCHS=2
        (rerun) >../README.md 2>../log || { cat ../log; exit 1; }
        transcript "$readme" | no_numbers >../want
        transcript ../README.md | no_numbers >../got
        [ -s ../want ] || fail "README.md has no session"
        diff -u ../want ../got || fail "sessions print otherwise now: tests/readme.sh accept"
        echo "readme: the sessions print what README.md says, up to numbers"
        ;;
    h5py)
        python=
        for one in python3 /usr/bin/python3; do
            "$one" -c 'import h5py' 2>/dev/null && { python=$one; break; }
        done
        [ -n "$python" ] || skip "no Python with h5py (Debian: python3-h5py)"
        quick_model
        cat >>read_model.py <<'PYTHON'
import hashlib
print("digest", hashlib.sha256(w.tobytes()).hexdigest()[:16])
PYTHON
        "$python" read_model.py >../got
        egad inspect machine-model.h5 >../inspect
        {
            grep -E '^(model|recipe|epoch): ' ../inspect
            sed -nE 's/^(\/[^ ]+  \([0-9 x]+\)).*/\1/p' ../inspect
            echo "encoder ['mode' 'load' 'temperature' 'fan'] (5, 64) float32"
            sed -nE 's/^\/ema\/encoder\/dense1\/kernel .* sha256 /digest /p' ../inspect
        } >../want
        diff -u <(sort ../want) <(sort ../got) || fail "h5py and egad inspect differ"
        echo "h5py: $(wc -l <../got) lines as egad inspect has them"
        ;;
    library)
        : "${CC:=cc}" "${CFLAGS:=}"
        export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
        read -ra flags <<<"$CFLAGS"
        quick_model
        cmake --install "$build" --prefix "$tmp/prefix" >../log
        library=$(dirname "$(find "$tmp/prefix" -name libegad.so)")
        export LD_LIBRARY_PATH=$library${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
        export PKG_CONFIG_PATH=$library/pkgconfig CMAKE_PREFIX_PATH=$tmp/prefix
        read -ra egad <<<"$(pkg-config --cflags --libs egad)"
        "$CC" "${flags[@]}" -Wall -Wextra -Werror detect.c "${egad[@]}" -o detect
        cmake -S . -B user -DCMAKE_C_COMPILER="$CC" -DCMAKE_C_FLAGS="$CFLAGS" >../log ||
            { cat ../log; exit 1; }
        cmake --build user >../log || { cat ../log; exit 1; }
        egad score --model machine-model.h5 --data new.csv >../want
        for program in ./detect user/detect; do
            "$program" >../got
            diff -u ../want ../got || fail "$program and egad score differ"
        done
        echo "library: two programs score as egad does"
        ;;
    *) fail "there is no mode '$mode'" ;;
esac
