#!/usr/bin/env bash
# Check the sessions, programs and links of README.md and docs/.
#
#   tests/readme.sh BUILD_DIR session [NAME...]   run sessions, print the transcript
#   tests/readme.sh BUILD_DIR accept [NAME...]    run them, write what they print into the
#                                                 documents
#   tests/readme.sh BUILD_DIR check               run the sessions `table` with two epochs:
#                                                 the documents differ in numbers only
#   tests/readme.sh BUILD_DIR h5py                the Python of files.md reads what `egad
#                                                 inspect` prints
#   tests/readme.sh BUILD_DIR library             the C program of c-api.md scores as `egad
#                                                 score` does
#   tests/readme.sh BUILD_DIR links               relative links and images: files and
#                                                 headings exist
#
# A fenced block below a line <!-- file: NAME --> is a file, one below <!-- session: NAME -->
# a part of that session: after each line `$ COMMAND` stands what it printed on standard
# output.  The sessions of a document run in a temporary folder of its own, which has all
# files of all documents, and data/.  NAMEs are `table explain` unless given: the second uses the
# model that the first has trained to its end.  `kdd99` needs
# KDD99=/path/of/kddcup.data_10_percent.gz, `mnist` MNIST=/folder/of/its/files; `images`
# trains for minutes.
#
# EPOCHS=N in the environment trains N epochs instead of the recipe's.  Without an OpenCL
# device, or h5py for `h5py`, the exit code is 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
documents=(README.md docs/{tables,images,kdd99,detectors,files,c-api,python,speed,design,environment}.md)
linked=("${documents[@]}" CONTRIBUTING.md CHANGELOG.md SECURITY.md data/README.md)
[ $# -ge 2 ] || { sed -n '4,14s/^# *//p' "$0" >&2; exit 2; }
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

# All documents below docs/ are in the list.
for path in "$root"/docs/*.md; do
    [[ " ${documents[*]} " == *" docs/${path##*/} "* ]] || fail "docs/${path##*/} is not in the list of $0"
done

# ---- links ------------------------------------------------------------------------------

# Lines "LINE TARGET" of a document: links, images and definitions outside code.
targets() {
    awk '
        /^ *```/ { code = !code; next }
        code || /^    / && blank { next }
        { blank = /^[ \t]*$/; gsub(/`[^`]*`/, ""); line = $0 }
        {
            while (match(line, /\]\([^()]*(\([^()]*\)[^()]*)*\)/)) {
                target = substr(line, RSTART + 2, RLENGTH - 3)
                sub(/[ \t]+"[^"]*"$/, "", target)
                print NR, target
                line = substr(line, RSTART + RLENGTH)
            }
            line = $0
            while (match(line, /(src|href)="[^"]*"/)) {
                target = substr(line, RSTART, RLENGTH)
                sub(/^[a-z]*="/, "", target); sub(/"$/, "", target)
                print NR, target
                line = substr(line, RSTART + RLENGTH)
            }
        }
        match($0, /^ ? ? ?\[[^]]+\]: +/) { split(substr($0, RLENGTH + 1), word, " "); print NR, word[1] }
    ' "$1"
}

# The anchors of a document: headings in lower case, without punctuation except - and _,
# blanks as -, and a number after repeated ones.
anchors() {
    sed -E -e '/^#/ s/!?\[([^]]*)\]\([^)]*\)/\1/g' "$1" | awk '
        /^ *```/ { code = !code; next }
        !code && /^#+ / {
            sub(/^#+ +/, ""); sub(/ +#*$/, "")
            name = tolower($0)
            gsub(/[^a-z0-9_ \200-\377-]/, "", name); gsub(/ /, "-", name)
            print name (name in seen ? "-" seen[name] : "")
            seen[name]++
        }'
}

check_links() {
    local document path line target file anchor count=0 broken=0
    for path in "${linked[@]/#/$root/}" "$root"/bench/results/*.md; do
        document=${path#"$root"/}
        while read -r line target; do
            [[ ! $target =~ ^[a-z]+: ]] || continue
            count=$((count + 1))
            file=${target%%#*} anchor=
            [[ $target != *'#'* ]] || anchor=${target#*#}
            if [ -z "$file" ]; then file=$path; else file=${path%/*}/$file; fi
            if [ ! -e "$file" ]; then
                echo "$document:$line: there is no file $target" >&2
            elif [ -n "$anchor" ] && ! anchors "$file" | grep -qxF -- "$anchor"; then
                echo "$document:$line: there is no heading $target" >&2
            else
                continue
            fi
            broken=$((broken + 1))
        done < <(targets "$path")
    done
    # Files of the tree that a document names, except patterns.
    while IFS=: read -r document line target; do
        target=${target//\`/}
        case $target in *NAME* | *[*{]* | data/kdd99/*) continue ;; esac
        count=$((count + 1))
        [ ! -e "$root/$target" ] || continue
        echo "$document:$line: there is no file $target" >&2
        broken=$((broken + 1))
    done < <(cd "$root" && grep -noE '`(host|io|cl|models|bench|tests|cmake|data|docs)/[^ `]+`' \
        "${linked[@]}")
    [ $broken = 0 ] || fail "$broken of $count links are broken"
    [ $count -gt 0 ] || fail "there are no links"
    echo "links: $count, all with a target"
}

[ "$mode" != links ] || { check_links; exit; }

# ---- sessions ---------------------------------------------------------------------------

# Write all files of all documents into this folder.
files() {
    awk 'FNR == 1 { name = ""; inside = 0 }
        /^<!-- file: / { name = $3; next }
        name && /^```/ { if (inside) name = ""; inside = !inside; next }
        inside { print >name }' "${documents[@]/#/$root/}"
}

egad devices >"$tmp/devices" 2>&1 || skip "$(cat "$tmp/devices")"

# The program as called in the sessions.
egad() {
    if [[ $1 = @(train|detect) && -n ${EPOCHS:-} ]]; then
        command egad "$@" --epochs "$EPOCHS"
    else
        command egad "$@"
    fi
}

# Make a folder for the sessions of a document, with the files they read.
enter() {
    mkdir -p "$tmp/work/$1" && cd "$tmp/work/$1"
    files
    ln -s "$root/data" data
    [ -z "${MNIST:-}" ] || ln -s "$MNIST" mnist
    [ -z "${KDD99:-}" ] || ln -s "$KDD99" kddcup.data_10_percent.gz
}

# Print a document with the current output of the chosen sessions.
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
    done 3<"$root/$1" </dev/null
}

# Print the parts of the chosen sessions in a document.
transcript() {
    awk -v wanted="$sessions" '
        /^<!-- session: / { on = index(wanted, " " $3 " "); next }
        on && /^```/ { if (inside) on = 0; inside = !inside; next }
        inside' "$1"
}

# Remove what differs between runs and devices; the rows with the highest scores, too.
no_numbers() {
    sed -E -e 's/^device:? .*/device/' -e 's/( scored by [a-z]+ on ).*(, [0-9]+ flagged)/\1D\2/' \
        -e 's/^  (eco|full),/  MODE,/' -e 's/ in ([0-9.]+ (s|min|h) ?)+/ in T/' \
        -e 's/-?[0-9][0-9,]*(\.[0-9]+)?(e[-+]?[0-9]+)?/N/g' -e 's/N[N,]*N/N/g' -e 's/ +/ /g'
}

# Run the chosen sessions of all documents; $tmp/new has the documents with any.
run_all() {
    local document
    for document in "${documents[@]}"; do
        [ -n "$(transcript "$root/$document")" ] || continue
        mkdir -p "$tmp/new/$(dirname "$document")"
        (enter "${document//\//-}" && rerun "$document") >"$tmp/new/$document" || exit 1
    done
    [ -d "$tmp/new" ] || fail "no document has a session of$sessions"
}

# A model and rows to score, as left by the sessions `table`.
quick_model() {
    enter quick
    awk -f data/machine.awk >machine.csv
    egad data import csv machine.csv --label state --normal good -o machine.h5 >../log
    command egad train --model kdd-bigan --data machine.h5 -o machine-model.h5 \
        --epochs 2 --quiet >../log
}

case $mode in
    session | accept)
        run_all
        for document in "${documents[@]}"; do
            [ -e "$tmp/new/$document" ] || continue
            transcript "$tmp/new/$document"
            [ "$mode" = session ] || cat "$tmp/new/$document" >"$root/$document"
        done
        ;;
    check)
        EPOCHS=2
        (run_all) 2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
        for document in "${documents[@]}"; do
            [ -e "$tmp/new/$document" ] || continue
            transcript "$root/$document" | no_numbers >"$tmp/want"
            transcript "$tmp/new/$document" | no_numbers >"$tmp/got"
            diff -u "$tmp/want" "$tmp/got" ||
                fail "the sessions of $document print something else now: tests/readme.sh accept"
            echo "readme: the sessions print what $document says, up to numbers"
        done
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
        egad score --model machine-model.h5 --data new.csv | cut -d, -f1-4 >../want
        for program in ./detect user/detect; do
            "$program" >../got
            diff -u ../want ../got || fail "$program and egad score differ"
        done
        echo "library: two programs score as egad does"
        ;;
    *) fail "there is no mode '$mode'" ;;
esac
