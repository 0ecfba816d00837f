#!/usr/bin/env bash
# egad beside what a user would pick instead, on the same machine in the same hour: the
# programs take turns, each in a process of its own, and medians over the rounds are held
# against each other.  Prints a table in Markdown; the records stay in OUT.
#
#   python3 -m venv .peers
#   .peers/bin/pip install torch==2.13.0 onnx onnxruntime numpy
#   bench/compare.sh [--rounds 5] [--seconds 3] [--out compare.jsonl] WORK...
#
# WORK is kdd-bigan/score-sigma, kdd-bigan/score-all, kdd-bigan/train and so on, as
# egad-bench and peers/peers.py name them.  BENCH and PYTHON in the environment name other
# programs than build/egad-bench and .peers/bin/python.  Run nothing beside it.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bench=${BENCH:-$here/../build/egad-bench} python=${PYTHON:-$here/../.peers/bin/python}
rounds=5 seconds=3 out=compare.jsonl threads=$(nproc)

usage() { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; }

works=()
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2; shift ;;
        --seconds) seconds=$2; shift ;;
        --out) out=$2; shift ;;
        -h | --help) usage; exit 0 ;;
        -*) echo "compare.sh: unknown option $1; try --help" >&2; exit 2 ;;
        *) works+=("$1") ;;
    esac
    shift
done
[ ${#works[@]} != 0 ] || { usage >&2; exit 2; }
for program in "$bench" "$python"; do
    command -v "$program" >/dev/null || {
        echo "compare.sh: '$program' is not there; try --help" >&2
        exit 1
    }
done

peers() { # work
    echo eager compile
    case $1 in */score-*) echo onnxruntime ;; esac
}

: >"$out"
for work in "${works[@]}"; do
    for ((round = 1; round <= rounds; round++)); do
        echo "$work, round $round of $rounds" >&2
        "$bench" --model "${work%/*}" --work "${work#*/}" --seconds "$seconds" --json >>"$out"
        for peer in $(peers "$work"); do
            "$python" -W ignore "$here/peers/peers.py" --threads "$threads" --only "$work" \
                --peer "$peer" --seconds "$seconds" 2>/dev/null >>"$out"
        done
    done
done
"$python" "$here/peers/table.py" "$out"
