# Two processes write one file at the same time: both succeed, and the file is whole and
# from one of them.
given flows.h5 model.h5
train="train --model kdd-bigan --data flows.h5 --epochs 6 --batch 60 --quiet --force"
hashes() { "$EGAD" inspect "$1" | grep ' sha256 '; }
for seed in 1 2; do
    # shellcheck disable=SC2086 # words
    "$EGAD" $train --seed $seed -o $seed.h5 >trained
    hashes $seed.h5 >$seed.hashes
done
not cmp -s 1.hashes 2.hashes
for again in 1 2 3; do
    rm -f both.h5
    # shellcheck disable=SC2086
    "$EGAD" $train --seed 1 -o both.h5 >first &
    # shellcheck disable=SC2086
    "$EGAD" $train --seed 2 -o both.h5 >second
    wait $!
    hashes both.h5 >both.hashes
    cmp -s both.hashes 1.hashes || cmp both.hashes 2.hashes
    test "$(echo both*)" = 'both.h5 both.hashes'
done
for score in sigma fm; do
    "$EGAD" score --model model.h5 --data flows.h5 --score $score -o $score.csv >scored
done
for again in 1 2 3; do
    "$EGAD" score --model model.h5 --data flows.h5 --score sigma -o both.csv >first &
    "$EGAD" score --model model.h5 --data flows.h5 --score fm -o both.csv >second
    wait $!
    cmp -s both.csv sigma.csv || cmp both.csv fm.csv
    test "$(echo both.csv*)" = both.csv
done
