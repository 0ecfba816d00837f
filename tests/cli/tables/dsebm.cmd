# The energy-based model by the program: its three recipes from training to a comparison.
given flows.csv flows.h5

for recipe in sound release paper; do
    file=$recipe.h5
    says "kdd-dsebm trained, 2 epochs" train --model kdd-dsebm --recipe $recipe \
        --data flows.h5 -o $file --epochs 2
    grep 'reconstruction ' says.err
    says /model/up2/dense1/kernel inspect $file
    grep -F /ema/down1/dense1/bias says.out
    not grep -E '/down2/|/down1/dense1/kernel' says.out
    says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model $file \
        --data flows.h5
    not grep -iE 'nan|inf' says.out
    says AUROC eval --model $file --data flows.h5
    not grep -iE 'nan|inf' says.out
    says 'f(x)' explain --model $file --data flows.h5 --top 1
    says 'false-alarm rate 1 %' threshold $file
    says report.html report $file --data flows.h5 -o report-$recipe
    not grep -E 'Latent space|Spectrum' report-$recipe/report.html
    says "scored by reconstruction" score --model $file --data flows.h5 --score reconstruction \
        -o scores.csv
    rm scores.csv
done

# The recipe `release` has networks of its own, in training and in the file.
says /model/up4/dense1/bias inspect release.h5
not grep -F /up4/ <("$EGAD" inspect paper.h5)

# A row's score depends on the row alone: not on its place, nor on the rows beside it.
for recipe in release paper; do
    "$EGAD" score --model $recipe.h5 --data flows.h5 --rows all 2>/dev/null | cut -d, -f2 >all
    "$EGAD" score --model $recipe.h5 --data flows.h5 2>/dev/null | cut -d, -f1,2 >test
    while IFS=, read -r row score; do
        [ "$row" = row ] || test "$(sed -n $((row + 2))p all)" = "$score"
    done <test
done

# Killed and resumed, it is the same, and so is a second training.
cp flows.h5 long.h5
for recipe in paper release; do
    dsebm="--data long.h5 --model kdd-dsebm --recipe $recipe --batch 10 --epochs 6 --seed 3"
    rm -f whole.h5 parts.h5 again.h5
    "$EGAD" train $dsebm -o whole.h5 --quiet >/dev/null
    cut_train KILL 0 $dsebm
    says 'trained, 6 epochs' train --resume --data long.h5 -o parts.h5 --quiet || says already \
        train --resume --data long.h5 -o parts.h5
    same_model whole.h5 parts.h5
    "$EGAD" train $dsebm -o again.h5 --quiet >/dev/null
    same_model whole.h5 again.h5
done

# In a comparison, described, drawn, and profiled.
says 'kdd-dsebm energy' compare --data flows.h5 --models kdd-dsebm,pca --seeds 1 --epochs 2 \
    --quiet -o compared
says 'kdd-dsebm           for tables, without an encoder' models
says 'Zhai et al., 2016, for rows of 121 columns' models kdd-dsebm
grep -F 'no bias  kernel of up2, transposed' says.out
grep -F 'n                noise N(0, 1), as many columns as x has' says.out
grep -F 'u1(x)            v1(x) (1 - exp(-h1(x)))' says.out
grep -F 'well          |x - b'\''|^2 / 2' says.out
grep -F 'depth         -sum of h2(x)' says.out
grep -F 'energy      the energy itself: well + depth' says.out
grep 'release .* with networks of its own' says.out
says 'f(x~)' models kdd-dsebm --dot
says pointwise_transpose models kdd-dsebm --plan

# What does not fit is refused in one line.
fails 2 "kdd-dsebm has no score 'rp'; it has energy and reconstruction" score \
    --model paper.h5 --data flows.h5 --score rp
fails 2 'which does not search' score --model paper.h5 --data flows.h5 --steps 5
for recipe in paper release; do
    head -c $(($(wc -c <$recipe.h5) - 99)) $recipe.h5 >cut.h5
    fails 1 "'cut.h5'" score --model cut.h5 --data flows.h5
done
printf '%s\n' a,kind 1,normal 2,normal 3,attack >other.csv
fails 1 other.csv score --model paper.h5 --data other.csv

# Its works for the benchmark.
EGAD=$(dirname "$EGAD")/egad-bench
"$EGAD" --seconds 1e-6 --batches 2 --rows 30 --batch 10 --model kdd-dsebm --json >bench.jsonl
for work in score-reconstruction score-energy score-all train stream-all; do
    grep -F "\"kdd-dsebm/$work\"" bench.jsonl
done
fails 2 "no work 'score-sigma'; choose one of score-energy, score-reconstruction, stream, \
score-all, train or start" --model kdd-dsebm --work score-sigma
