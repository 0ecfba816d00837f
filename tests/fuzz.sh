#!/usr/bin/env bash
# Run libFuzzer on the file readers, SECONDS each, one per processor:
#
#   cmake --preset fuzz && cmake --build --preset fuzz --target fuzz
#   tests/fuzz.sh build-fuzz SECONDS [READER...]
#
# It starts from the seeds of tests/fuzz/ and the corpus of earlier runs (BUILD/corpus),
# and stops at a fault with its input in BUILD/fault-READER-*: fix the bug and keep a
# minimised file in tests/fuzz/READER.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
[ $# -ge 2 ] || { sed -n '4,5s/^# *//p' "$0" >&2; exit 2; }
build=$(cd "$1" && pwd)
seconds=$2
shift 2
[ $# -gt 0 ] || set -- csv json kdd idx npy npz png data model

# Save to memory, because disks are slow.
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
export ASAN_OPTIONS=allocator_may_return_null=1:new_delete_type_mismatch=0:quarantine_size_mb=8
export LSAN_OPTIONS=suppressions=$here/lsan.supp:print_suppressions=0

fuzz() { # READER
    local most=4096
    case $1 in data | model) most=300000 ;; esac
    if READER=$1 "$build/tests/fuzz" -max_total_time="$seconds" -timeout=120 \
        -max_len=$most -rss_limit_mb=2500 -malloc_limit_mb=1000 -print_final_stats=1 \
        -artifact_prefix="$build/fault-$1-" "$build/corpus/$1" \
        "$here/fuzz/$1" >"$build/fuzz-$1.log" 2>&1; then
        echo "$1: no fault in $(sed -n 's/.*executed_units: *//p' \
            "$build/fuzz-$1.log") inputs"
    else
        tail -40 "$build/fuzz-$1.log"
        return 1
    fi
}

failed=0 running=()
ended() { # the one that began first
    wait "${running[0]}" || failed=1
    running=("${running[@]:1}")
}

mkdir -p "$build"/corpus/{csv,json,kdd,idx,npy,npz,png,data,model}
for reader; do
    fuzz "$reader" &
    running+=($!)
    [ ${#running[@]} -lt "$(nproc)" ] || ended
done
while [ ${#running[@]} != 0 ]; do
    ended
done
[ $failed = 0 ]
