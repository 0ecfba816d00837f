# Table 1 on data like KDD Cup 1999: finished work is kept, and a run that was killed or
# stopped ends with the same table, results and models as an uninterrupted one.
connections 4000 >connections
how="--data connections --runs 2 --epochs 2 --batch 50 --steps 40"
table1() { # FOLDER OPTIONS...
    "$EGAD" reproduce table1 $how -o "$@"
}
files="release-kdd-bigan-1 release-kdd-bigan-2 release-kdd-gan-1 release-kdd-gan-2"
same_table() {
    local file
    for file in table1.md table1.json ${files// /.json }.json; do
        cmp "whole/$file" "$1/$file" || return 1
    done
    for file in $files release-kdd-gan-{1,2}-{sigma,fm}; do
        diff <("$EGAD" inspect "whole/$file.h5" | grep ' sha256 ' | grep -v history) \
            <("$EGAD" inspect "$1/$file.h5" | grep ' sha256 ' | grep -v history) || return 1
    done
}

table1 whole >whole.out 2>whole.err
cmp whole.out whole/table1.md
grep -F 'recipe release, seeds 1 to 2' whole.out
grep -F 'kdd-bigan: 2 epochs, batch 50, learning rate 1e-05' whole.out
grep -F 'kdd-gan: 2 epochs, batch 50, learning rate 1e-05; latent search with 40 steps' whole.out
grep -F 'data: not the published file of KDD Cup 1999, SHA-256' whole.out
grep -E 'test rows: all 2,000, [0-9]+ of them anomalies' whole.out
for score in 'AnoGAN FM' 'AnoGAN sigma' 'BiGAN FM' 'BiGAN sigma'; do
    # The decision, areas with ties; no figures of the paper, which used other data.
    test "$(grep -cE "^\| $score \|( [01]\.[0-9]{4}( \+- 0\.[0-9]{4})? \|){3} - \| - \| - \|$" whole.out)" = 1
    test "$(grep -cE "^\| $score \|( [01]\.[0-9]{4}( \+- 0\.[0-9]{4})? \|){2} [0-9]+( \+- [0-9]+)? \|$" whole.out)" = 1
done
test "$(grep -cE '^\| [12] \|( [01]\.[0-9]{4} \|){4}$' whole.out)" = 2
not grep -E 'quoted|best possible' whole.out
test "$(grep -c ': F1 sigma 0\.[0-9]*, fm 0\.[0-9]*' whole.err)" = 4
grep -E '^kdd-gan, seed 1 of 2, sigma: [0-9,]+ of 2,000 rows, [0-9]+ %, .* left$' whole.err

# Its figures equal those of `egad eval` on the same rows.
"$EGAD" data import kdd99 connections -o connections.h5 >/dev/null
for model in kdd-bigan kdd-gan; do
    search=
    [ $model = kdd-bigan ] || search="--steps 40 --seed 2"
    "$EGAD" eval --model whole/release-$model-2.h5 --data connections.h5 $search >eval.out
    f1=$(awk '$1 == "F1" && $2 + 0 > 0 { printf "sigma %s, fm %s", $2, $3 }' eval.out)
    grep -xF "$model, seed 2 of 2: F1 $f1" whole.err
done

# Killed during the search of the second of two kdd-gan; finished work is not repeated.
"$EGAD" reproduce table1 $how -o parts >cut.out 2>cut.err &
run=$!
until_seen 'kdd-gan, seed 2 of 2, sigma: [1-9][0-9,]* of' $run cut.err
kill -KILL $run || true
wait $run || true
grep '"complete": false' parts/release-kdd-gan-2.json
table1 parts >again.out 2>again.err
cmp whole.out again.out
not grep -E 'training|bigan|seed 1 of|sigma: 0 of' again.err
same_table parts
table1 parts >again.out 2>again.err
cmp whole.out again.out
test ! -s again.err

# Stopped during a search, and during training.
rm cut.err
"$EGAD" reproduce table1 $how -o parts-2 >cut.out 2>cut.err &
run=$!
until_seen 'kdd-gan, seed 1 of 2, fm: [1-9][0-9,]* of' $run cut.err
kill -TERM $run || true
ends $run TERM
grep 'stopped with 1 of 2 models done: continue with the same command' cut.out
grep -E '^\| BiGAN FM \|' cut.out
table1 parts-2 >again.out 2>again.err
cmp whole.out again.out
not grep -E 'seed 1 of 2, (sigma|fm: 0 of)' again.err
same_table parts-2

# Scores without a results file are computed again.
rm parts/release-kdd-gan-2.json
table1 parts >again.out 2>again.err
grep '^kdd-gan, seed 2 of 2, sigma: 0 of' again.err
cmp whole.out again.out

# Results and scores of other runs are rejected.
other() { # TEXT OPTIONS...
    fails_late "$1" reproduce table1 $how -o whole "${@:2}"
}
fails_late() { # TEXT ARGUMENTS...: as `fails 1`, behind progress
    local code=0
    "$EGAD" "${@:2}" >out 2>err || code=$?
    test "$code" = 1
    tail -1 err | grep -F "$1"
}
other "'whole/release-kdd-bigan-1.json' is from another run: kdd-bigan, recipe release, 2 epochs" \
    --epochs 3
other "'whole/release-kdd-bigan-1.json' has 2,000 rows, not 500; choose another folder" \
    --test-rows 500
other "'whole/release-kdd-gan-1.json' is from latent search with 40 steps, not 41" --steps 41
sed -i 's/"complete": true/"complete": false/; s/"scores":/"none":/' parts/release-kdd-gan-2.json
cp parts/release-kdd-gan-1-fm.h5 parts/release-kdd-gan-2-sigma.h5
fails_late "'parts/release-kdd-gan-2-sigma.h5' has scores of another configuration; remove it to recompute" \
    reproduce table1 $how -o parts
echo >parts/release-kdd-gan-2-sigma.h5
fails_late "parts/release-kdd-gan-2-sigma.h5' is not an HDF5 file" reproduce table1 $how -o parts
rm parts/release-kdd-gan-2-sigma.h5
table1 parts >again.out 2>again.err
cmp whole.out again.out

# A sample of the test rows; the recipe with its own score; one model.
"$EGAD" reproduce table1 --data connections -o some --models kdd-bigan --recipe sound --runs 1 \
    --epochs 2 --test-rows 500 >some.out 2>some.err
grep -F 'test rows: 500 of the 2,000, the same for the whole table' some.out
grep -E '^\| BiGAN combined \|( [01]\.[0-9]{4} \|){3} - \| - \| - \|$' some.out
not grep -E 'AnoGAN|by seed' some.out
fails 1 'all 1 test rows are normal: evaluation needs both classes; increase --test-rows' \
    reproduce table1 --data connections -o some --test-rows 1

fails 1 "cannot open 'absent'" reproduce table1 --data absent -o table
echo 1,2,3 >short
fails 1 "'short' line 1: 3 fields, wanted 42" reproduce table1 --data short -o table
fails 1 "'whole.out' is a file, not a folder" reproduce table1 --data connections \
    -o whole.out
