#!/usr/bin/env bash
# Check house rules: which folder includes and calls which, that
# no two files form a circle, what symbols are called, what the shared library exports, how
# long files are.  One line per violation, or `house: ok`.
#
#   tests/house.sh [BUILD_DIR [MORE_OBJECTS]]
#
# Objects are those of BUILD_DIR (by default build/), and MORE_OBJECTS, which
# house_planted.sh, the test of this script, adds.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build}
more=${2:-}
[ -d "$build" ] || { echo "house: nothing is built in $build; ./bootstrap.sh test builds it"; exit 1; }
build=$(cd "$build" && pwd)
cd "$root"
shopt -s nullglob extglob globstar

# ---- the tables -----------------------------------------------------------------------

# Folders and the folders that each may use: the table of docs/design.md, from top to
# bottom.  uses[a] is " b c ", paths from the root.
declare -A uses floor
read_folders() {
    local name list word n=0
    while IFS='|' read -r _ name _ list _; do
        name=${name//[\` ]/}
        case $name in folder | ---* | '') continue ;; esac
        name=$(path_of "$name")
        floor[$name]=$n
        n=$((n + 1))
        uses[$name]=' '
        for word in ${list//\`/}; do
            uses[$name]+="$(path_of "$word") "
        done
    done < <(sed -n '/^<!-- folders -->/,/^$/p' docs/design.md)
    [ "$n" != 0 ] || violation "docs/design.md has no table of folders"
}
path_of() {
    case $1 in
        io | io/* | models | bench) echo "$1" ;;
        *) echo "host/$1" ;;
    esac
}

# Each third-party library is used by one file (a pattern allows any one match).
third_party=(
    'hdf5.h         io/h5/h5_inside.h'
    'zlib.h         host/base/input.c'
    'sha2.h         host/base/sha256.c'
    'csv.h          io/rows.c'
    'zip.h          io/arrays/zip.c'
    'matio.h        io/arrays/mat.c'
    'png.h          io/images/png.c'
    'magick/api.h   io/images/magick.c'
    'curl/curl.h    io/fetch.c'
    'clblast_c.h    host/ops/clblast.c'
    'clFFT.h        host/ops/fft.c'
    'lapacke.h      host/methods/spectrum.c'
    'Random123/*    host/device/rng.c'
    'jansson.h      host/cli/shell/record.c' # of the program
    'jansson.h      host/device/tune.c'      # of the library
    'popt.h         host/cli/shell/options.c'
    'cairo.h        host/cli/pictures/draw.c'
    'resolv.h       host/cli/report/page.c') # of libc: base64
opencl='@(host/device/*.[ch]|host/ops/@(gemm|product|clblast|fft).[ch])'

# Any other header in <> belongs to the C standard or POSIX.
standard='@(assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math'
standard+='|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib'
standard+='|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype|dirent|fcntl|fnmatch'
standard+='|glob|ftw|libgen|poll|pthread|regex|sched|strings|termios|unistd|sys/*).h'

# Limits on files in a folder and lines in a file.
most_files=40 most_lines=500 most_header=350

# ---- reporting ------------------------------------------------------------------------

violations=0
violation() {
    echo "house: $*"
    violations=$((violations + 1))
}

# ---- folders --------------------------------------------------------------------------

# In the table, folders use only folders below them.  In the tree, each folder is listed.
check_folders() {
    local folder other file
    for folder in "${!uses[@]}"; do
        [ -d "$folder" ] || violation "docs/design.md lists $folder, which is not there"
        for other in ${uses[$folder]}; do
            [ "${floor[$other]:--1}" -gt "${floor[$folder]}" ] ||
                violation "docs/design.md: $folder uses $other, which does not stand below it"
        done
    done
    for file in {host,io,models,bench}/**/*.[ch]; do
        case $file in host/egad.h | host/egad/*.h) continue ;; esac
        [ -n "${uses[${file%/*}]:-}" ] ||
            violation "$file: ${file%/*} is not in the table of docs/design.md"
    done
}

# May file $1 use file $2?
may_use() {
    local from=${1%/*} to=${2%/*}
    [ "$from" = "$to" ] || [[ ${uses[$from]:-} == *" $to "* ]]
}

is_program() { [[ $1 == @(host/cli|bench)/* ]]; }
# The benchmark of operators uses library internals; it is not installed.
knows_inside() { [ "$1" = bench/bench_ops.c ]; }

# ---- includes -------------------------------------------------------------------------

# Set `included` to the file that `#include "$2"` in $1 means, from the root of the tree.
resolve() {
    local folder
    for folder in "${1%/*}/" host/ '' host/cli/; do
        included=$folder$2
        [ ! -e "$included" ] || return 0
    done
    violation "$1 includes $2, which is nowhere"
}

check_own() { # $1 includes $2
    local stem
    case $1:$2 in
        host/egad.h:host/egad/*.h | host/egad/*.h:host/egad/*.h) ;;
        *:host/egad.h) ;;
        *:cl/shared.h) ! is_program "$1" || violation "$1 includes $2" ;;
        *:*_inside.h) # between the files x.c, x_*.c of one folder
            stem=${2%_inside.h}
            [[ $1 == "$stem".[ch] || $1 == "$stem"_*.[ch] ]] ||
                violation "$1 includes $2, which is for ${stem##*/}*.c of its folder"
            ;;
        *)
            may_use "$1" "$2" || knows_inside "$1" ||
                violation "$1 includes $2; docs/design.md does not let ${1%/*} use ${2%/*}"
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
            '"') resolve "$file" "$name" && check_own "$file" "$included" ;;
            '<') check_foreign "$file" "$name" ;;
        esac
    done < <(grep -HoE '^ *# *include *["<][^">]*' {host,io,models,bench}/**/*.[ch] |
        sed -E 's/^([^:]*): *# *include *(.)/\1:\2:/')
}

# ---- objects --------------------------------------------------------------------------

# "FILE KIND SYMBOL" for every object of the library and the programs; FILE is its source
# from the root of the tree; KIND is U if the symbol is only used.  Symbols that address
# sanitizer adds are left out.
symbols() {
    local object file objects=()
    for object in "$build"/CMakeFiles/{egad_objects,egad_program,egad,egad-bench,egad-bench-ops}.dir/**/*.o; do
        file=${object#*.dir/}
        file=${file#./}
        # An object whose source is gone is from an earlier build.
        [[ $file == *.cl.c.o || -e ${file%.o} ]] && objects+=("$object")
    done
    objects+=(${more:+"$more"/*.dir/**/*.o})
    nm -A -g "${objects[@]}" | awk '$NF !~ /__odr_asan/ {
        file = $1; sub(/:[^:]*$/, "", file); sub(/^.*[.]dir\/([.]\/)?/, "", file); sub(/[.]o$/, "", file)
        print file, $(NF - 1) ~ /U$/ ? "U" : "D", $NF }'
}

# "FILE OTHER SYMBOL" for each call from one of our files to another.
calls() {
    awk '{ file[NR] = $1; kind[NR] = $2; name[NR] = $3; if ($2 != "U") home[$3] = $1 }
        END {
            for (i = 1; i <= NR; i++)
                if (kind[i] == "U" && name[i] in home && home[name[i]] != file[i])
                    print file[i], home[name[i]], name[i]
        }' <<<"$1" | sort -u
}

check_calls() { # symbols
    local file other name edges loop
    declare -A public
    while read -r name; do public[$name]=1; done < <(exported)
    edges=$(calls "$1")
    while read -r file other name; do
        case $other in *.cl.c) continue ;; esac # the text of a kernel
        if is_program "$file" && ! is_program "$other"; then
            knows_inside "$file" || [ -n "${public[$name]:-}" ] ||
                violation "$file uses $name of $other, which egad.h does not declare"
            continue
        fi
        may_use "$file" "$other" ||
            violation "$file uses $name of $other; docs/design.md does not let ${file%/*} use ${other%/*}"
    done <<<"$edges"
    loop=$(awk '{ print $1, $2 }' <<<"$edges" | sort -u | tsort 2>&1 >/dev/null |
        grep -v 'input contains a loop' | sed 's/^tsort: //' | tr '\n' ' ' || true)
    [ -z "$loop" ] || violation "files that use each other in a circle: $loop"
}

# egad_<file>_<verb> in the library, <file>_<verb> in the programs.  A file a_b.c may take
# the prefix of a.c.
check_names() { # symbols
    local file kind name stem prefix
    while read -r file kind name; do
        [ "$kind" != U ] || continue
        stem=${file##*/}
        stem=${stem%.c}
        case $file in
            *.cl.c) [ "$name" = "egad_cl_${stem%.cl}" ] && continue ;;
            models/*) [[ $name == egad_model* || $name == egad_recipe* ]] && continue ;;
            bench/* | host/cli/main.c) [ "$name" = main ] && continue ;;
        esac
        prefix=egad_
        ! is_program "$file" || prefix=
        while :; do
            [[ $name == "$prefix${stem}_"* ]] && continue 2
            [[ $stem == *_* ]] || break
            stem=${stem%_*}
        done
        violation "$file defines $name; wanted ${prefix}<file>_..., or static"
    done <<<"$1"
}

exported() { nm -D "$build/libegad.so" --defined-only | awk '$NF !~ /__odr_asan/ { print $NF }'; }

check_exports() {
    local name
    while read -r name; do
        violation "libegad.so exports $name, which egad.h does not declare EGAD_API"
    done < <(exported | grep -vxFf <(cat host/egad/*.h | tr '\n' ' ' |
        grep -oE 'EGAD_API [^;(]*\(' | grep -oE 'egad_\w+'))
}

# ---- text -----------------------------------------------------------------------------

check_sizes() {
    local file lines most folder files
    while read -r lines file; do
        [ "$file" != total ] || continue
        most=$most_lines
        [[ $file != *.h ]] || most=$most_header
        [ "$lines" -le "$most" ] || violation "$file has $lines lines; $most at most"
    done < <(wc -l {host,io,models,cl,bench,tests}/**/*.{c,h,cl})
    for folder in {host,io,models,cl,bench,tests,docs,cmake,data}/ {host,io,models,bench,tests,docs}/**/; do
        files=("$folder"*.*)
        [ ${#files[@]} -le $most_files ] ||
            violation "$folder has ${#files[@]} files; $most_files at most"
    done
}

check_text() {
    local file
    for file in {host,io,models,cl,bench,tests}/**/*.{c,h,cl,cpp}; do
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

# Macros that a kernel file uses without a definition in it or a header beside it, and
# without an `#ifndef` with `#error`: build options that could be forgotten.
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

read_folders
table=$(symbols)
check_folders
check_includes
check_calls "$table"
check_names "$table"
check_exports
check_text
check_sizes
check_kernels
[ "$violations" = 0 ] || exit 1
echo "house: ok"
