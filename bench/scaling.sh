#!/usr/bin/env bash
# Scaling of egad's cost: microseconds per row to score 500 to 5,000,000 rows of
# kdd-bigan, and milliseconds per training iteration for batches of 25 to 3,200.  Prints a
# table in Markdown; the records and the plot are left in OUT.jsonl and OUT.png.
#
#   bench/scaling.sh [--seconds 2] [--out scaling] [--rows "500 5000"] [--batches "25 50"]
#
# The environment variable BENCH replaces build/egad-bench.  Needs python3, and gnuplot
# for the plot; 5,000,000 rows take 2.5 GB of memory.  Run nothing else meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bench=${BENCH:-$here/../build/egad-bench}
seconds=2 out=scaling
rows="500 5000 50000 500000 5000000" batches="25 50 100 200 400 800 1600 3200"

while [ $# -gt 0 ]; do
    case $1 in
        --seconds | --out | --rows | --batches)
            [ $# -gt 1 ] || { echo "scaling.sh: $1 wants a value; try --help" >&2; exit 2; }
            printf -v "${1#--}" %s "$2"
            shift
            ;;
        -h | --help)
            sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'
            exit 0
            ;;
        *) echo "scaling.sh: unknown option $1; try --help" >&2; exit 2 ;;
    esac
    shift
done

{
    for n in $rows; do
        "$bench" --work score-all --rows "$n" --seconds "$seconds" --json
    done
    for n in $batches; do
        "$bench" --work train --batch "$n" --seconds "$seconds" --json
    done
} >"$out.jsonl"

python3 - "$out" <<'PYTHON'
import json
import sys

out = sys.argv[1]
records = [json.loads(line) for line in open(out + ".jsonl")]
first = records[0]
print(f"egad {first['commit']} on {first['device']}, {first['units']} units, driver {first['driver']}")


def table(work, head, per):
    print("\n" + head + "\n|" + "---|" * head.count(" | ") + "---|")
    with open(f"{out}-{work}.dat", "w") as points:
        for r in records:
            if r["work"].endswith(work):
                n, value = r["rows"], per(r)
                points.write(f"{n} {value}\n")
                print(f"| {n:,} | {r['ms_median']:.4g} | {value:.4g} |")


table("score-all", "| rows to score | ms | us per row |", lambda r: 1e3 * r["ms_median"] / r["rows"])
table("train", "| batch | ms per iteration | us per row |", lambda r: 1e3 * r["ms_median"] / r["rows"])
PYTHON

! command -v gnuplot >/dev/null || gnuplot <<GNUPLOT
set terminal pngcairo size 900,420 font "sans,10"
set output "$out.png"
set multiplot layout 1,2
set logscale x
set grid
set key off
set format x "10^{%L}"
set yrange [0:*]
set ylabel "microseconds per row"
set xlabel "rows to score"
plot "$out-score-all.dat" with linespoints linewidth 2 pointtype 7
set xlabel "rows of a training batch"
plot "$out-train.dat" with linespoints linewidth 2 pointtype 7
GNUPLOT
rm -f "$out-score-all.dat" "$out-train.dat"
