# Functions for the cases of run.sh.  EGAD is the program; SHARED a folder that is kept
# during the whole run.

# Run the program and print a transcript: the command, its output, its exit code.
show() {
    local code=0
    echo "\$ egad${*:+ $*}"
    "$EGAD" "$@" 2>&1 || code=$?
    echo "[$code]"
}

# fails CODE TEXT ARGUMENTS...: the program ends with CODE, prints nothing on stdout,
# and on stderr one line, "egad: ..." with TEXT in it (a second one for CODE 2).
fails() {
    local want=$1 text=$2 code=0
    shift 2
    "$EGAD" "$@" >fails.out 2>fails.err || code=$?
    if [ $code != "$want" ] || [ -s fails.out ] || [ "$(wc -l <fails.err)" != "$want" ] ||
        ! head -1 fails.err | grep -q '^egad: ' || ! grep -qF -- "$text" fails.err; then
        echo "egad $*: wanted exit code $want and '$text', got $code and"
        cat fails.out fails.err
        return 1
    fi
}

# not COMMAND...: COMMAND fails.  (`! COMMAND` would not end a case under -e.)
not() {
    if "$@"; then
        echo "succeeded, but should not have: $*"
        return 1
    fi
}

# keeps FILE CODE TEXT ARGUMENTS...: like `fails`, and FILE is unchanged, with no other file
# left beside it.
keeps() {
    local file=$1
    shift
    cp "$file" before
    touch fails.out fails.err listing.before listing.after
    ls -A >listing.before
    fails "$@" || return 1
    ls -A >listing.after
    cmp "$file" before && cmp listing.before listing.after
}

lib=$(realpath "${BASH_SOURCE[0]}")

# full_disk KIB COMMANDS: run COMMANDS with a file system of that size at ./disk; without
# permission to mount one, run nothing.
full_disk() {
    mkdir -p disk
    local mount="mount -t tmpfs -o size=$1k none disk"
    # shellcheck disable=SC2016 # the inner shell expands them
    ! unshare -rm bash -c "$mount" 2>/dev/null ||
        unshare -rm bash -eu -c '. "$1"; eval "$2"' full "$lib" "$mount; $2"
}

# needs_h5py: $python is a Python with h5py; without one the case ends here.
needs_h5py() {
    for python in python3 /usr/bin/python3; do
        ! "$python" -c 'import h5py' 2>/dev/null || return 0
    done
    exit 0
}

# newer FILE NEW: a copy of an HDF5 file with format version 4 and without the checksum at
# its end; fails without perl.
newer() {
    command -v perl >/dev/null || return 1
    # The version is a double, or a uint64 after a word of eight bytes that looks like it.
    perl -0777 -pe 's/(format_version.{1,80}?)\0\0\xf0\x3f/$1\0\0\x10\x40/s or
                    s/(format_version.{1,80}?\x01\0{7})\x01/$1\x04/s;
                    s/egad-sum[0-9a-f]{8}\z//' <"$1" >"$2"
    not cmp -s "$1" "$2"
}

# faulty ARGUMENTS...: run the program with tests/fault.c preloaded, set by FAULT_*. Results
# are in code, calls, left and name (see there), and in out and err.
faulty() {
    code=0
    rm -f log
    env LD_PRELOAD="$(dirname "$EGAD")/tests/libfault.so" FAULT_LOG=log \
        ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0" \
        "$EGAD" "$@" >out 2>err || code=$?
    read -r calls left name <log
}

# complains: the program failed with one line of error, after warnings of epochs that were
# not saved.
complains() {
    [ "$code" = 1 ] && [ "$(grep -vcE '^egad: warning: (could not save|[0-9]+ epochs were not saved)' err)" = 1 ] &&
        tail -1 err | grep -q '^egad: .*[a-z]'
}

# says TEXT ARGUMENTS...: the program succeeds and prints TEXT.
says() {
    local text=$1
    shift
    "$EGAD" "$@" >says.out 2>says.err || { cat says.err; return 1; }
    if ! grep -qF -- "$text" says.out; then
        echo "egad $*: wanted '$text' on stdout, got"
        cat says.out
        return 1
    fi
}

# flows N: a table of N rows with a header; every tenth row is an anomaly.
flows() {
    awk -v n="$1" 'BEGIN {
        print "duration,proto,bytes,kind"
        for (i = 0; i < n; i++)
            if (i % 10 == 9)
                printf "%d,udp,%d,attack\n", 500 + i % 7, 90000 + i * 37 % 1000
            else
                printf "%.1f,%s,%d,benign\n", i * 13 % 50 / 10, i % 3 ? "tcp" : "icmp",
                       100 + i * 31 % 400
    }'
}

# connections N: N rows in KDD Cup 1999's format, four fifths of them attacks.
connections() {
    awk -v n="$1" 'BEGIN {
        for (i = 0; i < n; i++) {
            printf "%d,%s,%s,SF,%d,0", i % 9, i % 2 ? "tcp" : "udp",
                   i % 5 ? "ecr_i" : "http", i * 31 % 400
            for (k = 6; k < 41; k++)
                printf ",%d", i * k % 7 == 0
            print "," (i % 5 ? "smurf." : "normal.")
        }
    }'
}

# idx KIND SHAPE... <ELEMENTS: an IDX file.
# shellcheck disable=SC2059 # octal numbers
idx() {
    printf "\0\0\\$1\\$(printf %o $(($# - 1)))"
    shift
    for n; do
        printf "\\$(printf %o $((n >> 24)))\\$(printf %o $((n >> 16 & 255)))"
        printf "\\$(printf %o $((n >> 8 & 255)))\\$(printf %o $((n & 255)))"
    done
    cat
}

# bars PART N: N images of 8 x 8 in MNIST's format, PART-images-idx3-ubyte, and labels 0 to
# 2, the positions of the bars.
bars() {
    awk -v n="$2" 'BEGIN {
        for (i = 0; i < n; i++)
            for (k = 0; k < 64; k++) {
                s = (s * 1103 + 12345) % 1000003
                printf "%c", int(k / 8) % 3 == i % 3 ? 100 + s % 20 : 40 + s % 30
            }
    }' | idx 010 "$2" 8 8 >"$1-images-idx3-ubyte"
    local i
    # shellcheck disable=SC2059 # octal numbers
    for ((i = 0; i < $2; i++)); do
        printf "\\$((i % 3))"
    done | idx 010 "$2" >"$1-labels-idx1-ubyte"
}

# octal N...: bytes of these values, in printf's format.
octal() {
    printf '\\%03o' "$@"
}

# chunk TYPE BYTES: a PNG chunk; BYTES in printf's format.
# shellcheck disable=SC2059 # octal numbers
chunk() {
    local crc
    read -r -a crc < <(printf "$1$2" | gzip -c | tail -c 8 | od -An -tu1)
    printf "$(octal 0 0 $((${#2} / 4 >> 8)) $((${#2} / 4 & 255)))$1$2"
    printf "$(octal "${crc[3]}" "${crc[2]}" "${crc[1]}" "${crc[0]}")"
}

# png HEIGHT WIDTH VALUE [CHANNELS]: a PNG file, grey or with 3 channels in colour, whose
# values start at VALUE.  They are stored, not deflated.
png() {
    local row i byte bytes='' a=1 b=0 n=$(($1 * (1 + $2 * ${4:-1})))
    for ((i = 0; i < n; i++)); do
        row=$((i / (1 + $2 * ${4:-1})))
        byte=$((i % (1 + $2 * ${4:-1}) ? ($3 + row * i * 5) % 256 : 0))
        bytes+=$(octal $byte)
        a=$(((a + byte) % 65521)) b=$(((b + a) % 65521))
    done
    printf '\211PNG\r\n\032\n'
    chunk IHDR "$(octal 0 0 0 "$2" 0 0 0 "$1" 8 $((${4:-1} - 1)) 0 0 0)"
    chunk IDAT "$(octal 120 1 1 $((n & 255)) $((n >> 8)) $((~n & 255)) $((~n >> 8 & 255)))$bytes$(
        octal $((b >> 8)) $((b & 255)) $((a >> 8)) $((a & 255)))"
    chunk IEND ''
}

# given NAME...: put one of these files into the current folder.
#   flows.csv flows.h5   400 rows; half of the 360 benign ones train
#   model.h5             two epochs on them
#   long.h5              10,000 rows, of which 4,500 train
#   whole.h5             `long` on them, without interruption
long="--data long.h5 --model kdd-bigan --epochs 8 --batch 10 --seed 3"
given() {
    local name
    for name; do
        if [ ! -e "$SHARED/$name" ]; then
            case $name in
            flows.csv) flows 400 >"$SHARED/$name" ;;
            flows.h5)
                given flows.csv
                import "$SHARED/flows.csv" "$SHARED/$name" >/dev/null
                ;;
            model.h5)
                given flows.h5
                "$EGAD" train --model kdd-bigan --data "$SHARED/flows.h5" --epochs 2 \
                    --batch 50 --quiet -o "$SHARED/$name" >/dev/null
                ;;
            long.h5)
                flows 10000 >"$SHARED/long.csv"
                import "$SHARED/long.csv" "$SHARED/$name" >/dev/null
                ;;
            whole.h5)
                given long.h5
                # shellcheck disable=SC2086 # words
                "$EGAD" train $long --quiet -o "$SHARED/$name" >/dev/null
                ;;
            esac
        fi
        cp "$SHARED/$name" .
    done
}

# import CSV OUT [OPTIONS...]
import() {
    "$EGAD" data import csv "$1" --label kind --normal benign -o "$2" "${@:3}"
}

# until_seen TEXT PROCESS FILE: wait until a line of FILE begins with TEXT, or PROCESS ends.
until_seen() {
    while kill -0 "$2" 2>/dev/null && ! grep -qs "^$1" "$3"; do
        sleep 0.01
    done
}

# until_saved PROCESS: wait until parts.h5 exists, or PROCESS ends.
until_saved() {
    while kill -0 "$1" 2>/dev/null && [ ! -e parts.h5 ]; do
        sleep 0.01
    done
}

# cut_train SIGNAL DELAY ARGUMENTS...: start `egad train ARGUMENTS -o parts.h5`; once it has
# trained an epoch and saved the model, wait for DELAY and send SIGNAL. Its exit code is
# then in $code, its output in cut.out and cut.err.
cut_train() {
    local signal=$1 delay=$2 train
    shift 2
    code=0
    rm -f cut.err
    "$EGAD" train "$@" -o parts.h5 >cut.out 2>cut.err &
    train=$!
    until_seen epoch $train cut.err
    until_saved $train
    sleep "$delay"
    kill -"$signal" $train 2>/dev/null || true
    wait $train 2>/dev/null || code=$?
}

# ends PROCESS SIGNAL: PROCESS exits with the code of work stopped by SIGNAL.
ends() {
    local code=0
    wait "$1" || code=$?
    test $code = $((128 + $(kill -l "$2")))
}

# held NAME FILE: the number NAME in a model file: epoch, step.
held() {
    "$EGAD" inspect "$2" | sed -n "s/^$1: //p"
}

# same_model A B: everything that training changes is equal bit for bit, and so are the
# scores.
same_model() {
    local file
    for file; do
        "$EGAD" inspect "$file" | grep ' sha256 ' >"$file.weights" || return 1
        held step "$file" >>"$file.weights" || return 1
        "$EGAD" score --model "$file" --data long.h5 --rows all -o "$file.csv" >/dev/null ||
            return 1
    done
    cmp "$1.weights" "$2.weights" && cmp "$1.csv" "$2.csv"
}

# is_png FILE WIDTH HEIGHT: FILE is a complete PNG of this size.
is_png() {
    local bytes
    bytes=$(od -An -v -tx1 -N26 "$1" | tr -d ' \n')
    # The signature, a header chunk of 13 bytes, two sizes of four bytes, 8 bits a colour.
    if [ "${bytes:0:32}" != 89504e470d0a1a0a0000000d49484452 ] ||
        [ "$((16#${bytes:32:8})) $((16#${bytes:40:8})) ${bytes:48:2}" != "$2 $3 08" ] ||
        [ "$(tail -c 12 "$1" | od -An -v -tx1 | tr -d ' \n')" != 0000000049454e44ae426082 ]; then
        echo "$1 is no PNG of $2 by $3 pixels: $bytes"
        return 1
    fi
}
