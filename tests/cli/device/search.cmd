# A model without an encoder: every command searches for the reconstruction of a row.
given flows.csv flows.h5 model.h5
"$EGAD" train --model kdd-gan --data flows.h5 --epochs 4 --batch 20 --lr 1e-3 --quiet \
    -o gan.h5 >/dev/null
"$EGAD" score --model gan.h5 --data flows.h5 --rows all >all.csv
test "$(wc -l <all.csv)" = 401
# The default is sigma with 500 steps, one search, seed 0; other values change the scores.
"$EGAD" score --model gan.h5 --data flows.h5 --rows all --score sigma --steps 500 --restarts 1 \
    --seed 0 | cmp - all.csv
for other in '--score fm' '--steps 50' '--seed 1' '--restarts 2' '--alpha 0.5'; do
    # shellcheck disable=SC2086 # it is two words
    "$EGAD" score --model gan.h5 --data flows.h5 --rows all $other >other.csv
    not cmp -s all.csv other.csv
done
# More searches are never worse, and a search improves on its start.
"$EGAD" score --model gan.h5 --data flows.h5 --rows all --restarts 3 >best.csv
"$EGAD" score --model gan.h5 --data flows.h5 --rows all --steps 1 >start.csv
paste -d, all.csv best.csv start.csv | awk -F, 'NR > 1 { worse += $12 > $2; sum += $2; begun += $22 }
    END { exit worse || sum > 0.9 * begun }'
# A row's start depends on its number in the file, not on the other rows.
"$EGAD" score --model gan.h5 --data flows.h5 | tail -n +2 >test.csv
test "$(wc -l <test.csv)" = 220
not grep -vxFf all.csv test.csv

# The explained score equals that of egad score, by the same search.
says '"rank": 1,' explain --model gan.h5 --data flows.h5 --rows all --top 40 --row 7,390 --json \
    --score fm --alpha 0.7
"$EGAD" score --model gan.h5 --data flows.h5 --rows all --score fm --alpha 0.7 >fm.csv
tr -d '",' <says.out | awk '
    function near(a, b) { if ((a - b) ^ 2 > 1e-8 * (1 + b ^ 2)) bad = 1 }
    NR == FNR { split($0, f, ","); want[f[1]] = f[2]; next }
    $1 == "row:" { row = $2; rows++ }
    $1 == "score:" && rows { near($2, want[row]) }
    $1 == "residual:" && !seen[row]++ { if (0.7 * $2 > want[row] * 1.0001) bad = 1 }
    END { exit bad || rows < 40 }' fm.csv -
grep -F '"restarts": 1' says.out
says 'the sum of |x - G(z)|' explain --model gan.h5 --data flows.h5 --steps 20
grep -x 'search    20 steps, seed 0' says.out
says 'search    30 steps, the best of 2 per row, seed 5' eval --model gan.h5 --data flows.h5 \
    --steps 30 --restarts 2 --seed 5
not grep combined says.out
says '"steps": 30' eval --model gan.h5 --data flows.h5 --json --steps 30

for command in score eval explain; do
    fails 2 "kdd-gan has no score 'combined'; it has sigma and fm" $command --model gan.h5 \
        --data flows.h5 --score combined
done
fails 2 "kdd-gan has no score 'best'; it has sigma and fm" threshold gan.h5 --set-score 1 --score best
fails 2 "kdd-bigan has no score 'sum'; it has sigma, fm and combined" score --model model.h5 \
    --data flows.h5 --score sum
for command in score eval explain; do
    fails 2 "'model.h5' is a kdd-bigan, which does not search" $command --model model.h5 --data flows.h5 \
        --steps 5
done
fails 2 '--restarts is for latent search' score --model model.h5 --data flows.h5 --restarts 1
fails 2 '--seed is for latent search' score --model model.h5 --data flows.h5 --seed 0
fails 2 '--steps must be a whole number from 1' score --model gan.h5 --data flows.h5 --steps 0

# On a terminal it shows progress.
script -qec true /dev/null >/dev/null 2>&1 || exit 0 # no such program, or no terminal
export TERM=xterm
flows 5000 >many.csv
"$EGAD" score --model gan.h5 --data many.csv --steps 2 -o plain.csv
script -qec "$EGAD score --model gan.h5 --data many.csv --steps 2 -o drawn.csv" typescript \
    >/dev/null
grep -aE 'sigma: 4,096 of 5,000 rows, 81 %|sigma: 0 of 5,000 rows' typescript
cmp plain.csv drawn.csv
