# Figure 1 on images like MNIST's: finished work is kept, and a run that was killed or
# stopped ends with the same table, models and results as an uninterrupted one.
mkdir mnist
(cd mnist && bars train 90 && bars t10k 30)
how="--data mnist --models mnist-bigan --digits 0,2 --seeds 1 --recipe paper --epochs 4 --batch 8 \
    --every-epoch"
figure1() { # FOLDER OPTIONS...
    "$EGAD" reproduce figure1 $how -o "$@"
}
same_figure() {
    local file
    for file in figure1.md figure1.json paper-mnist-bigan-0-1.json paper-mnist-bigan-2-1.json; do
        cmp "whole/$file" "$1/$file" || return 1
    done
    for file in paper-mnist-bigan-0-1 paper-mnist-bigan-2-1; do
        diff <("$EGAD" inspect "whole/$file.h5" | grep ' sha256 ' | grep -v history) \
            <("$EGAD" inspect "$1/$file.h5" | grep ' sha256 ' | grep -v history) || return 1
    done
}

figure1 whole >whole.out 2>whole.err
test "$(grep -cxF '| model | score | 0 | 2 | mean |' whole.out)" = 3
for score in sigma fm; do # AUPRC, AP, AUROC of two digits, and the mean
    test "$(grep -cE "^\| mnist-bigan \| $score \|( [01]\.[0-9]{3} \|){3}$" whole.out)" = 3
done
grep -E '^\| chance \| \|( 0\.[0-9]{3} \|){3}$' whole.out
not grep -E 'published \||another program' whole.out # of other data
grep -xF -- '- mnist-bigan: 4 epochs, batch 8, learning rate 1e-05' whole.out
test "$(grep -c ': AUPRC sigma' whole.err)" = 10
sed '/^## By epoch/,$d' whole/figure1.md | diff - <(cat whole.out; grep -q '^## By' whole/figure1.md && echo)
test "$(sed -n '/^### Digit 2/,$p' whole/figure1.md | grep -cE '^\| [1-4] \|')" = 4

# Killed during the second of two runs.
"$EGAD" reproduce figure1 $how -o parts >cut.out 2>cut.err &
run=$!
until_seen 'digit 2, seed 1 of 1, epoch 2' $run cut.err
kill -KILL $run || true
wait $run || true
test -e parts/paper-mnist-bigan-0-1.json
figure1 parts >again.out 2>again.err
cmp whole.out again.out
not grep 'digit 0' again.err
same_figure parts
figure1 parts >again.out 2>again.err
cmp whole.out again.out
test ! -s again.err

# Stopped during the first.
rm cut.err
"$EGAD" reproduce figure1 $how -o parts-2 >cut.out 2>cut.err &
run=$!
until_seen 'epoch 1/4' $run cut.err
kill -TERM $run || true
ends $run TERM
grep 'stopped with [01] of 2 digits done: continue with the same command' cut.out
figure1 parts-2 >again.out 2>again.err
cmp whole.out again.out
same_figure parts-2

# Several models: those without networks run once, whatever the seeds; images whose sides
# are not divisible by 8 are padded for image-alad.
wide() { # PART N: N images of 12 x 12
    bars "$1" "$2"
    awk -v n="$2" 'BEGIN { for (i = 0; i < n * 144; i++) printf "%c", 33 + (i * 7919 + int(i / 144) % 3 * 40) % 90 }' |
        idx 010 "$2" 12 12 >"$1-images-idx3-ubyte"
}
mkdir wide
(cd wide && wide train 60 && wide t10k 30)
several="--data wide --digits 1 --epochs 1 --batch 16 -o several"
"$EGAD" reproduce figure1 $several --seeds 1 >several.out 2>several.err
for score in 'mnist-bigan | combined' 'mnist-vae | rp' 'mnist-vae | l2' 'image-alad | fm' \
    'nearest | distance' 'pca | mahalanobis'; do
    test "$(grep -cF "| $score |" several.out)" = 3
done
grep -xF -- '- image-alad: 1 epoch, batch 16, learning rate 0.0002; images padded to 16 x 16' several.out
grep -F -- '- pca: no networks' several.out
test "$(grep -c 'padded' several.out)" = 1
grep -q '"padded_to": 16' several/figure1.json
"$EGAD" reproduce figure1 $several --seeds 1 >again.out 2>again.err
cmp several.out again.out
test ! -s again.err
"$EGAD" reproduce figure1 $several --seeds 2 --models mnist-vae,nearest >two.out 2>two.err
test "$(grep -c '^| ' two.out)" = 28 # heads, five and three scores in three tables, chance
grep -E '^\| mnist-vae \| l2 \| [01]\.[0-9]{3} \+- 0\.[0-9]{3} \| [01]\.[0-9]{3} \|$' two.out
not grep 'seed 1 of' two.err
test -e several/sound-mnist-vae-1-2.json
test -e several/sound-nearest-1-1.json
test ! -e several/sound-nearest-1-2.json
# Its figures equal those of `egad eval`.
"$EGAD" data import mnist wide --anomalous 1 -o wide.h5 >/dev/null
for model in mnist-vae pca; do
    score=$([ $model = pca ] && echo residual || echo l2)
    auroc=$("$EGAD" eval --model several/sound-$model-1-1.h5 --data wide.h5 --json --score $score |
        sed -n 's/.*"auroc": *\([0-9.]*\).*/\1/p' | head -1)
    grep -qF "\"auroc\": ${auroc%?}" several/sound-$model-1-1.json
done
# With some models, of which only those that have the recipe run by default.
"$EGAD" reproduce figure1 $several --recipe minmax >minmax.out 2>/dev/null
grep -F '| pca | l1 |' minmax.out
not grep -E 'vae|gan|alad' minmax.out
fails 2 'mnist-vae has no recipe release: leave it out of --models' reproduce figure1 $several \
    --models mnist-bigan,mnist-vae --recipe release
fails 2 'kdd-vae is for tables' reproduce figure1 $several --models kdd-vae
fails 2 'mnist-gan searches for each row' reproduce figure1 $several --models mnist-gan
fails 2 '--models names pca twice' reproduce figure1 $several --models pca,nearest,pca

# Settings of another run, and missing data.
fails 1 "'whole/paper-mnist-bigan-0-1.json' is from another run: mnist-bigan, recipe paper, 4 epochs, batch 8" \
    reproduce figure1 $how --epochs 5 -o whole
rm whole/paper-mnist-bigan-0-1.json
"$EGAD" reproduce figure1 $how --epochs 5 -o whole >out 2>err || code=$?
test "$code" = 1
grep "'whole/paper-mnist-bigan-0-1.h5' is from another run" err
fails 1 "cannot open 'absent'" reproduce figure1 --data absent -o figure
fails 1 "none of the images in 'mnist' is the digit '7'" reproduce figure1 --data mnist \
    --digits 7 -o figure
fails 1 "'whole.out' is a file, not a folder" reproduce figure1 --data mnist -o whole.out
