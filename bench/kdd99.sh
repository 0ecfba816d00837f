#!/usr/bin/env bash
# KDD99 by every recipe and seed: trains what is not trained yet, evaluates, and prints the
# table of results/kdd99.md in Markdown.  A run that was killed goes on where it was.
#
#   bench/kdd99.sh KDD99.h5 FOLDER [RECIPE[:SEEDS]...]
#
# KDD99.h5 is what 'egad data import kdd99' makes; models go to FOLDER.  RECIPE is sound,
# release or paper; SEEDS how many seeds, from 1 (default: sound:5 release:5 paper:1).
# EGAD in the environment names another program than build/egad.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
egad=${EGAD:-$here/../build/egad}
[ $# -ge 2 ] || { sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d' >&2; exit 2; }
data=$1 folder=$2
shift 2
[ $# -gt 0 ] || set -- sound:5 release:5 paper:1
mkdir -p "$folder"

train() { # recipe seed model
    if [ -e "$3" ]; then
        "$egad" train --resume --data "$data" -o "$3" >&2
    else
        "$egad" train --model kdd-bigan --recipe "$1" --seed "$2" --data "$data" -o "$3" >&2
    fi
}

# One row of the table from what eval prints: the figures of sigma, FM and combined.
row() { # recipe seed
    awk -v recipe="$1" -v seed="$2" '
        / chance$/ && !n { for (n = 1; n <= NF; n++) column[$n] = n; n = NF }
        /^(F1|AUROC) +[0-9]/ {
            name = $1; first = NF - n
            for (kind in column) figure[name, kind] = $(first + column[kind])
        }
        /^rows tied/ { first = NF - (n - 1); ties = $(first + column["sigma"]) }
        function f(name, kind) { return (name, kind) in figure ? figure[name, kind] : "-" }
        END {
            printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", recipe, seed,
                f("F1", "sigma"), f("AUROC", "sigma"), f("F1", "fm"), f("AUROC", "fm"),
                f("F1", "combined"), f("AUROC", "combined"), ties
        }'
}

means() { # the rows of one recipe
    awk -F' *[|] *' -v OFS=' | ' '
        { recipe = $2; n++; for (i = 4; i <= 9; i++) { sum[i] += $i; square[i] += $i * $i } }
        END {
            if (n < 2) exit
            printf "| **%s** | mean", recipe
            for (i = 4; i <= 9; i++) {
                mean = sum[i] / n; v = square[i] / n - mean * mean
                if (sum[i] == 0) printf " | -"
                else printf " | **%.4f** +- %.4f", mean, sqrt(v > 0 ? v : 0)
            }
            print " | |"
        }'
}

echo '| recipe | seed | F1 sigma | AUROC sigma | F1 FM | AUROC FM | F1 combined | AUROC combined | ties (sigma) |'
echo '|---|---|---|---|---|---|---|---|---|'
for item; do
    recipe=${item%:*} seeds=1
    case $item in *:*) seeds=${item#*:} ;; esac
    rows=
    for ((seed = 1; seed <= seeds; seed++)); do
        model=$folder/$recipe-$seed.h5
        train "$recipe" "$seed" "$model"
        rows+=$("$egad" eval --model "$model" --data "$data" | row "$recipe" "$seed")$'\n'
    done
    printf '%s' "$rows"
    printf '%s' "$rows" | means
done
