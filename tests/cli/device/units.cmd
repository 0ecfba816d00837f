# Training and scores have the same bits on any number of compute units, also if another
# number resumes the training.  Only PoCL can be given a number; with other drivers all runs
# are alike.
given flows.h5
results() { # UNITS MODEL OPTIONS...
    export POCL_MAX_PTHREAD_COUNT=$1
    "$EGAD" train --model "$2" --data flows.h5 --seed 3 --quiet "${@:3}" -o "$2-$1.h5" >/dev/null
    "$EGAD" score --model "$2-$1.h5" --data flows.h5 --rows all >"$2-$1.csv" 2>/dev/null
    "$EGAD" inspect "$2-$1.h5" | sed -n '/history/d; / sha256 /p' >"$2-$1.sums"
}
for model in kdd-bigan kdd-gan nearest pca ocsvm; do
    how=
    [ "${model%-*}" != kdd ] || how='--epochs 2 --batch 150'
    for units in 2 1 3 16; do
        # shellcheck disable=SC2086 # words
        results $units $model $how
        cmp $model-2.sums $model-$units.sums
        cmp $model-2.csv $model-$units.csv
    done
done
test -s kdd-bigan-2.sums

long="--data long.h5 --model kdd-bigan --epochs 8 --batch 300 --seed 3"
given long.h5
# shellcheck disable=SC2086
POCL_MAX_PTHREAD_COUNT=2 "$EGAD" train $long --quiet -o whole.h5 >/dev/null
export POCL_MAX_PTHREAD_COUNT=1
# shellcheck disable=SC2086
cut_train TERM 0 $long
export POCL_MAX_PTHREAD_COUNT=5
"$EGAD" train --resume --data long.h5 --quiet -o parts.h5 >/dev/null
same_model whole.h5 parts.h5
