#!/usr/bin/env bash
# egad beside what a user would pick instead, on the same machine in the same hour: the
# programs take turns, each in its own process, and the medians over the rounds are compared,
# also with the time of the operations at the measured peak of the device.  Prints a table in
# Markdown; the records stay in OUT.
#
#   python3 -m venv .peers
#   .peers/bin/pip install torch==2.15.0 onnx onnxruntime numpy
#   bench/compare.sh [--rounds 5] [--seconds 3] [--steps 500] [--device cpu]
#       [--out compare.jsonl] [WORK...]
#
# WORK is kdd-bigan/score-sigma, kdd-gan/search-fm, mnist-bigan/train and so on, as
# egad-bench and peers/peers.py name them; without one, all that both have.  A latent
# search is timed per step: egad's is the mean over a search of --steps.  --device is
# PyTorch's word for the device, "cuda" for a GPU of NVIDIA's or AMD's; EGAD_DEVICE is
# egad's, and TORCHINDUCTOR_LAYOUT_OPTIMIZATION=0 what PyTorch 2.11 needs to compile a
# training of images there.  The environment variables BENCH and PYTHON replace
# build/egad-bench and .peers/bin/python.  Run nothing else meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bench=${BENCH:-$here/../build/egad-bench} python=${PYTHON:-$here/../.peers/bin/python}
rounds=5 seconds=3 steps=500 device=cpu out=compare.jsonl threads=$(nproc)
all=(kdd-bigan/score-sigma kdd-bigan/score-fm kdd-bigan/score-all kdd-bigan/train
    mnist-bigan/score-sigma mnist-bigan/score-fm mnist-bigan/train
    kdd-gan/search-sigma kdd-gan/search-fm mnist-gan/search-sigma mnist-gan/search-fm)

usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; }

works=()
while [ $# -gt 0 ]; do
    case $1 in
        --rounds | --seconds | --steps | --device | --out)
            [ $# -gt 1 ] || { echo "compare.sh: $1 wants a value; try --help" >&2; exit 2; }
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        -h | --help) usage; exit 0 ;;
        -*) echo "compare.sh: unknown option $1; try --help" >&2; exit 2 ;;
        *) works+=("$1") ;;
    esac
    shift
done
[ ${#works[@]} != 0 ] || works=("${all[@]}")
for work in "${works[@]}"; do
    [[ " ${all[*]} " = *" $work "* ]] || {
        echo "compare.sh: no work '$work'; there are ${all[*]}" >&2
        exit 2
    }
done
for program in "$bench" "$python"; do
    command -v "$program" >/dev/null || {
        echo "compare.sh: '$program' is not there; try --help" >&2
        exit 1
    }
done

peers() { # work
    echo eager compile
    case $device/$1 in cpu/*/score-*) echo onnxruntime ;; esac
}

# Compilers write to stderr; show it only if the program failed.
quietly() { # command...
    "$@" 2>"$log" >>"$out" || {
        tail -5 "$log" >&2
        echo "compare.sh: failed: $*" >&2
        exit 1
    }
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT
: >"$out"
for work in "${works[@]}"; do
    options=()
    case $work in */search-*) options=(--steps "$steps") ;; esac
    for ((round = 1; round <= rounds; round++)); do
        echo "$work, round $round of $rounds" >&2
        quietly "$bench" --model "${work%/*}" --work "${work#*/}" --seconds "$seconds" --json \
            "${options[@]}"
        for peer in $(peers "$work"); do
            quietly "$python" -W ignore "$here/peers/peers.py" --threads "$threads" \
                --only "$work" --peer "$peer" --seconds "$seconds" --device "$device"
        done
    done
done
"$python" "$here/peers/table.py" "$out"
