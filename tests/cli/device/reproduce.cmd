# Figure 1 on images like MNIST's: finished work is kept, and a run that was killed or
# stopped ends with the same table, models and results as an uninterrupted one.
mkdir mnist
(cd mnist && bars train 90 && bars t10k 30)
how="--data mnist --digits 0,2 --seeds 1 --recipe paper --epochs 4 --batch 8 --every-epoch"
figure1() { # FOLDER OPTIONS...
    "$EGAD" reproduce figure1 $how -o "$@"
}
same_figure() {
    local file
    for file in figure1.md figure1.json paper-0-1.json paper-2-1.json; do
        cmp "whole/$file" "$1/$file" || return 1
    done
    for file in paper-0-1 paper-2-1; do
        diff <("$EGAD" inspect "whole/$file.h5" | grep ' sha256 ' | grep -v history) \
            <("$EGAD" inspect "$1/$file.h5" | grep ' sha256 ' | grep -v history) || return 1
    done
}

figure1 whole >whole.out 2>whole.err
grep -E '^\| digit \| sigma \| fm \| chance \| BiGAN sigma, as published \|' whole.out
grep -E '^\| 0 \| 0\.[0-9]+ \| [01]\.[0-9]+ \| 0\.[0-9]+ \| - \| - \| - \|' whole.out
grep -E '^\| mean \|' whole.out
grep -F 'recipe paper, 4 epochs, batch 8' whole.out
test "$(grep -c ': AUPRC sigma' whole.err)" = 10
sed '/^## By epoch/,$d' whole/figure1.md | diff - <(cat whole.out; grep -q '^## By' whole/figure1.md && echo)
test "$(sed -n '/^### Digit 2/,$p' whole/figure1.md | grep -cE '^\| [1-4] \|')" = 4

# Killed during the second of two runs.
"$EGAD" reproduce figure1 $how -o parts >cut.out 2>cut.err &
run=$!
until_seen 'digit 2, seed 1 of 1, epoch 2' $run cut.err
kill -KILL $run || true
wait $run || true
test -e parts/paper-0-1.json
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

# Settings of another run, and missing data.
fails 1 "'whole/paper-0-1.json' is from another run: mnist-bigan, recipe paper, 4 epochs, batch 8" \
    reproduce figure1 $how --epochs 5 -o whole
rm whole/paper-0-1.json
"$EGAD" reproduce figure1 $how --epochs 5 -o whole >out 2>err || code=$?
test "$code" = 1
grep "'whole/paper-0-1.h5' is from another run" err
fails 1 "cannot open 'absent'" reproduce figure1 --data absent -o figure
fails 1 "none of the images in 'mnist' is the digit '7'" reproduce figure1 --data mnist \
    --digits 7 -o figure
fails 1 "'whole.out' is a file, not a folder" reproduce figure1 --data mnist -o whole.out
