#!/usr/bin/env bash
# The rules of the house that a tool can check: who includes what, what symbols are
# called, what the shared library shows.  One line per violation, or `house: ok`.
#
#   tests/house.sh [BUILD_DIR]      symbols are checked in BUILD_DIR, build/ unless named
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build}
[ -d "$build" ] || { echo "house: nothing is built in $build; ./bootstrap.sh test builds it"; exit 1; }
build=$(cd "$build" && pwd)
cd "$root"
shopt -s nullglob extglob

# ---- the tables -----------------------------------------------------------------------

# Each file of host/ has a level; it includes headers of lower levels and its own only.
declare -A level=(
    [status]=0 [device]=1 [program]=2 [tensor]=2 [rng]=2 [tune]=2 [plan]=3
    [gemm]=4 [blas]=4 [tiles]=4 [fft]=4 [ops]=5 [peak]=5 [net]=6 [pass]=7 [fused]=7 [detector]=7
    [calibrate]=1 [spectrum]=5 [metrics]=8 [infer]=8 [infer_fused]=8 [search]=8 [search_fused]=8
    [train]=9 [train_fused]=9 [tune_measure]=9
    [score]=9 [score_file]=9 [explain]=9 [generate]=9 [checkpoint]=9 [checkpoint_text]=9
    [threshold]=9 [bootstrap]=9 [detector_text]=9)
operator_level=5 # op_*.c
models_from=6    # the lowest level that knows models/
io_from=7        # the lowest level that knows io/
# blas and tiles are engines of gemm: called by gemm.c and built on gemm.h.
exceptions=" gemm.c>blas.h blas.h>gemm.h blas.c>gemm.h"
exceptions+=" gemm.c>tiles.h tiles.h>gemm.h tiles.c>gemm.h "

# One third-party library, one file (a pattern stands for one of its files).
third_party=(
    'hdf5.h         io/h5_inside.h'
    'zlib.h         io/text.c'
    'sha2.h         io/sha256.c'
    'csv.h          io/rows.c'
    'png.h          io/png.c'
    'curl/curl.h    io/fetch.c'
    'clblast_c.h    host/blas.c'
    'clFFT.h        host/fft.c'
    'lapacke.h      host/calibrate.c'
    'Random123/*    host/rng.c'
    'jansson.h      host/cli_json.c' # of the program
    'jansson.h      host/tune.c'     # of the library
    'popt.h         host/cli.c'
    'cairo.h        host/cli_draw.c'
    'resolv.h       host/cli_page.c') # of libc: base64
# Files in two parts, under the first one's name: a header between them is theirs alone.
declare -A part_of=([h5_attribute]=h5 [h5_find]=h5 [h5_text]=h5 [h5_seal]=h5 [csv_read]=csv [table_check]=table
    [score_file]=score [search_fused]=search [train_fused]=train [op_mlp_run]=mlp
    [tune_measure]=tune [checkpoint_text]=checkpoint [infer_fused]=infer
    [detector_text]=detector)
inside='@(io/h5?(_attribute|_find|_seal|_text).c:io/h5|host/infer?(_fused).c:host/infer|host/search?(_fused).c:host/search'
inside+='|host/train?(_fused).c:host/train|host/op_mlp?(_run).c:host/op_mlp)_inside.h'
opencl='host/@(device|program|tensor|plan|gemm|blas|fft).[ch]'

# Any other header in <> is of the C standard or of POSIX.
standard='@(assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math'
standard+='|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib'
standard+='|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype|dirent|fcntl|fnmatch'
standard+='|glob|ftw|libgen|poll|pthread|regex|sched|strings|termios|unistd|sys/*).h'

# ---- reporting ------------------------------------------------------------------------

violations=0
violation() {
    echo "house: $*"
    violations=$((violations + 1))
}

# ---- includes -------------------------------------------------------------------------

# The file that `#include "$2"` in $1 means, from the root of the tree.
resolve() {
    local beside
    beside=$(realpath -m --relative-to=. "$(dirname "$1")/$2")
    if [ -e "$beside" ]; then
        echo "$beside"
    else
        echo "host/$2" # -I host, for bench/
    fi
}

is_program() {
    case $1 in
        host/main.c | host/cli*.[ch] | host/cmd_*.c | bench/*) return 0 ;;
    esac
    return 1
}

level_of() {
    local name
    name=$(basename "${1%%?(_inside).[ch]}")
    case $name in
        op_*) echo "$operator_level" ;;
        *) echo "${level[$name]:-}" ;;
    esac
}

check_own() { # $1 includes "$2", which is the file $3
    local mine theirs
    if is_program "$1"; then
        case $3 in
            host/egad.h | host/cli*.h) ;;
            bench/bench.h) # between the files of egad-bench
                [[ $1 == bench/* ]] || violation "$1 includes $3, which is of bench/" ;;
            host/ops.h) # for the benchmark of operators
                [ "$1" = bench/bench_ops.c ] || violation "$1 includes $3" ;;
            *) violation "$1 includes $3; programs include egad.h and cli*.h" ;;
        esac
        return
    fi
    case $1:$3 in
        models/*:models/@(model|table|recipe).h | models/*:cl/shared.h) ;;
        models/*) violation "$1 includes $3; a model is data" ;;
        *:*_inside.h)
            # shellcheck disable=SC2053 # the right side is a pattern
            [[ $1:$3 == $inside ]] || violation "$1 includes $3, which is of two others"
            ;;
        io/*:io/*.h | io/*:host/@(status|egad).h) ;;
        io/*) violation "$1 includes $3; io/ knows files only" ;;
        *:host/egad.h | *:cl/shared.h) ;;
        *)
            mine=$(level_of "$1")
            case $3 in
                host/*) theirs=$(level_of "$3") ;;
                models/*) theirs=$((models_from - 1)) ;;
                io/*) theirs=$((io_from - 1)) ;;
                *) theirs= ;;
            esac
            if [ -z "$mine" ] || [ -z "$theirs" ]; then
                violation "$1 includes $3: one of them has no level in tests/house.sh"
            elif [ "$mine" -le "$theirs" ] && [ "${1%%?(_inside).[ch]}.h" != "$3" ] &&
                [[ $1:$3 != host/op_*.[ch]:host/ops.h ]] &&
                [[ $exceptions != *" ${1##*/}>${3##*/} "* ]]; then
                violation "$1 includes $3, which is not below it"
            fi
            ;;
    esac
}

declare -A user # of a third-party library: the file that includes it
check_foreign() { # $1 includes <$2>
    local row header where known=
    if [[ $2 == CL/* ]]; then
        # shellcheck disable=SC2053 # the right side is a pattern
        [[ $1 == $opencl ]] || violation "$1 includes <$2>; OpenCL is not known here"
        return
    fi
    for row in "${third_party[@]}"; do
        read -r header where <<<"$row"
        # shellcheck disable=SC2053
        [[ $2 == $header ]] || continue
        known=$known${known:+ or }$where
        # shellcheck disable=SC2053
        [[ $1 == $where ]] || continue
        [ "${user[$row]:-$1}" = "$1" ] ||
            violation "$1 and ${user[$row]} include <$2>; one file does"
        user[$row]=$1
        return
    done
    if [ -n "$known" ]; then
        violation "$1 includes <$2>; only $known does"
        return
    fi
    # shellcheck disable=SC2053
    [[ $2 == $standard ]] ||
        violation "$1 includes <$2>, which tests/house.sh does not know"
}

check_includes() {
    local file kind name
    while IFS=: read -r file kind name; do
        case $kind in
            '"') check_own "$file" "$name" "$(resolve "$file" "$name")" ;;
            '<') check_foreign "$file" "$name" ;;
        esac
    done < <(grep -HoE '^ *# *include *["<][^">]*' {host,io,models,bench}/*.[ch] |
        sed -E 's/^([^:]*): *# *include *(.)/\1:\2:/')
}

# ---- symbols --------------------------------------------------------------------------

# Address sanitizer adds symbols of its own to those of the source.
defined() { nm "$@" --defined-only | grep -v '__odr_asan'; }

check_names() {
    local names file name stem whole
    names=$(defined -A -g "$build/libegad.a" | sed -E 's/^[^:]*:([^:]*):.* ([^ ]+)$/\1 \2/')
    while read -r file name; do
        stem=${file%.c.o}
        case $stem in
            *.cl) [ "$name" = "egad_cl_${stem%.cl}" ] && continue ;;
            *)
                whole=${part_of[$stem]:-${stem#op_}}
                [[ $name == "egad_${whole}_"* ]] && continue
                ;;
        esac
        if [ -e "models/$stem.c" ]; then
            [[ $name == egad_model* || $name == egad_recipe* ]] && continue
        fi
        violation "$file defines $name; wanted egad_<file>_..., or static"
    done <<<"$names"
}

check_exports() {
    local names name declared
    names=$(defined -D "$build/libegad.so" | awk '{ print $NF }')
    declared=$(tr '\n' ' ' <host/egad.h | grep -oE 'EGAD_API [^;(]*\(' |
        grep -oE 'egad_\w+' || true)
    while read -r name; do
        grep -qx "$name" <<<"$declared" ||
            violation "libegad.so exports $name, which egad.h does not declare EGAD_API"
    done <<<"$names"
}

# ---- text -----------------------------------------------------------------------------

check_text() {
    local file
    for file in {host,io,models,cl,bench,tests}/*.{c,h,cl} tests/*/*.{c,cpp}; do
        case $(head -c 2 "$file") in
            '/*' | '//') ;;
            *) violation "$file does not start with a comment" ;;
        esac
    done
    while IFS= read -r file; do
        violation "$file: finish it, or say what it does not do"
    done < <(grep -rnwE 'TODO|FIXME|XXX' --exclude=house.sh \
        {host,io,models,cl,bench,tests,cmake}/ ./*.{sh,txt} 2>/dev/null | cut -d: -f1,2)
}

# The macros that a kernel file uses, neither it nor a header beside it defines, and no
# `#ifndef` with an `#error` asks for: build options that could be forgotten.
unguarded_macros() {
    awk -v type='(restrict|const|bool|float|half|double|char|short|int|long|_t)[0-9]*' '
    function note(set, text,    word, n, i) {
        n = split(text, word, /[^A-Za-z0-9_]+/)
        for (i = 1; i <= n; i++)
            if (word[i] ~ /^[A-Z][A-Z0-9_]*$/)
                set[word[i]]
    }
    { gsub(/"[^"]*"/, ""); gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, ""); sub(/\/\/.*/, "") }
    inside { if (!sub(/^.*\*\//, "")) next; inside = 0 }
    sub(/\/\*.*/, "") { inside = 1 }
    /^ *# *error/ { for (m in asked) guarded[m]; next }
    { delete asked }
    /^ *# *(ifndef|if.*!defined)/ { note(asked, $0) }
    /^ *# *ifdef/ { note(own, $0) }        # it does without
    /^ *# *define/ {                       # its name and parameters
        split($0, part, "#? *define *"); name = part[2]
        params = name; sub(/[^A-Za-z0-9_].*/, "", name); own[name]
        if (params ~ /^[A-Za-z0-9_]+\(/) {
            sub(/\).*/, "", params); note(own, params)
        }
    }
    {                                      # variables: a type, then the name
        line = $0
        while (match(line, type "[ *]+[A-Z][A-Z0-9_]*")) {
            note(own, substr(line, RSTART, RLENGTH))
            line = substr(line, RSTART + RLENGTH)
        }
    }
    FILENAME ~ /\.cl$/ { note(used, $0) }
    END {
        for (m in used)
            if (!(m in own) && !(m in guarded) &&
                m !~ /^(CLK_|CL_|FLT_|M_.*_F$|U?(INT|LONG|CHAR|SHRT)_|FP_)/ &&
                m !~ /^(INFINITY|NAN|MAXFLOAT|HUGE_VALF|NULL)$/)
                print m
    }' cl/*.h "$1"
}

check_kernels() {
    local file macros macro
    for file in cl/*.cl; do
        macros=$(unguarded_macros "$file")
        for macro in $macros; do
            violation "$file uses the macro $macro without an #error for when it is missing"
        done
    done
}

check_includes
check_names
check_exports
check_text
check_kernels
[ "$violations" = 0 ] || exit 1
echo "house: ok"
