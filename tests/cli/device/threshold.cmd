# Verdicts by false-alarm rates, their storage in the model, and the observed rates.
flows 10000 >many.csv
import many.csv many.h5 >/dev/null
train="train --data many.h5 --epochs 1 --batch 100 --quiet -o"
"$EGAD" $train model.h5 --model kdd-bigan >/dev/null
says 'measured  on 225 held-out rows' threshold model.h5
grep -F 'in force  false-alarm rate 1 %' says.out
grep -E '^0.442 % ' says.out
not grep -E '^0.2 % ' says.out
grep -F '225 rows cannot resolve rates or p-values below 1/226' says.out
score="score --model model.h5 --data many.h5 -o"
# A row is flagged if its p-value is not above the rate.
flagged() {
    awk -F, -v rate="$1" 'NR > 1 { bad += ($3 <= rate) != $4; n += $4 }
        END { print n + 0; exit bad > 0 || NR != 5501 }' out.csv
}
for rate in .01 .05 .3; do
    "$EGAD" $score out.csv --false-alarms $rate >/dev/null 2>err
    test ! -s err
    flagged $rate >$rate.flags
done
test "$(cat .05.flags)" -lt "$(cat .3.flags)"
# The rate is .01 until another is set and stored.
"$EGAD" $score out.csv >/dev/null
flagged .01 | cmp - .01.flags
says 'in force  false-alarm rate 5 %' threshold model.h5 --set .05
"$EGAD" $score out.csv >/dev/null
flagged .05 | cmp - .05.flags
says '"false_alarms_expected": 0.05' eval --model model.h5 --data many.h5 --json
says 'false-alarm rate: target              0.0500' eval --model model.h5 --data many.h5
says 'false-alarm rate: target              0.3000' eval --model model.h5 --data many.h5 \
    --false-alarms .3 --score combined
# The observed rate in the output equals that of the verdicts.
"$EGAD" $score out.csv --false-alarms .3 >/dev/null
met=$(awk -F, 'NR > 1 && !$5 { n++; k += $4 } END { printf "%.4f", k / n }' out.csv)
grep -E "^false-alarm rate: observed +$met$" says.out
# A threshold set by hand is for one score, until a rate is set again.
says '* set by hand' threshold model.h5 --set-score -100 --score fm
"$EGAD" $score out.csv --score fm >/dev/null
test "$(awk -F, 'NR > 1 && !$4' out.csv | wc -l)" = 0
"$EGAD" $score out.csv >/dev/null
flagged .05 | cmp - .05.flags
"$EGAD" threshold model.h5 --set .05 >said
not grep 'by hand' said
# A file of scores contains all columns.
"$EGAD" $score out.h5 >/dev/null
"$EGAD" inspect out.h5 >said
grep -E '^/p_value  \(5500\)' said
grep -E '^/flagged  \(5500\)' said
grep -E '^false_alarms: 0.05' said
# Invalid requests: one line, and the model unchanged.
keeps model.h5 1 'below 1/226 = 0.442 %' threshold model.h5 --set .001
keeps model.h5 1 'below 1/226' score --model model.h5 --data many.csv --false-alarms .004
keeps model.h5 1 "with 999 held-out rows ('egad train --hold-out 0.23')" threshold model.h5 --set .001
keeps model.h5 1 'below 1/226' eval --model model.h5 --data many.h5 --false-alarms .004
keeps model.h5 1 'with alpha 0.9, not 0.5' score --model model.h5 --data many.csv --score fm \
    --alpha .5 --false-alarms .1
keeps model.h5 1 "'many.h5' is not a model file" threshold many.h5
keeps model.h5 1 "'absent.h5'" threshold absent.h5
keeps model.h5 1 "'absent.h5'" threshold model.h5 --measure absent.h5
given flows.h5
keeps model.h5 1 "'flows.h5' has 171 training rows, not the 4,200 to 4,299" threshold \
    model.h5 --measure flows.h5
keeps model.h5 2 '--steps is for latent search' threshold model.h5 --measure many.h5 --steps 3
# Another alpha: scores only, with the reason, until it is measured.
"$EGAD" $score out.csv --score fm --alpha .5 >/dev/null 2>err
grep '^no p-values, and no row is flagged: ' err
awk -F, 'NR > 1 && ($3 $4 != "" || !$2) { exit 1 }' out.csv
says 'measured  on 100 held-out rows' threshold model.h5 --measure many.h5 --alpha .5 --rows 100
"$EGAD" $score out.csv --score fm --alpha .5 >/dev/null 2>err
test "$(head -1 out.csv)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
# Few held-out rows: the lowest rate they resolve; none: training rows.
few="rows are flagged at a false-alarm rate of 10 %; 1 % needs 99 held-out rows, and there are 9"
few+="; the table is too small for that rate: half of its training rows resolve 1.1 % ('egad train --hold-out 0.5')"
"$EGAD" train --model kdd-vae --data flows.h5 --epochs 1 -o few.h5 2>err >/dev/null
grep -x "$few" err
"$EGAD" score --model few.h5 --data flows.h5 -o out.csv 2>err >/dev/null
grep -x "$few" err
# But where scores compare rows with training rows, these are left out one by one.
"$EGAD" train --model kdd-bigan --data flows.h5 --epochs 1 -o left.h5 2>err >/dev/null
not grep '^rows are flagged at' err
says 'measured  on 180 training rows, each scored as if it had been left out' threshold left.h5
says 'false-alarm rate 1 %; 9 rows resolve 10 % at best (see egad train --hold-out)' threshold few.h5
for ask in 'score --data flows.h5 --false-alarms' 'threshold --set'; do
    [[ $ask = score* ]] && how='--model few.h5' || how=few.h5
    fails 1 "0.01 % was requested: choose a higher rate; this one needs 9999 held-out rows, more than half of the training rows" \
        $ask .0001 $how
done
"$EGAD" train --model kdd-vae --data flows.h5 --epochs 1 --hold-out .6 -o more.h5 2>err >/dev/null
not grep '^rows are flagged at' err
# The suggested share holds out enough rows, and hardly more.
"$EGAD" $train model.h5 --model kdd-vae --hold-out .01 --force 2>err >/dev/null
"$EGAD" score --model model.h5 --data many.h5 -o out.csv 2>err >/dev/null
grep -x "rows are flagged at a false-alarm rate of 2.17 %; 1 % needs 99 .* are 45; 'egad train --hold-out 0.022' holds out enough" err
"$EGAD" $train model.h5 --model kdd-vae --hold-out .022 --force >/dev/null
"$EGAD" score --model model.h5 --data many.h5 -o out.csv 2>err >/dev/null
test ! -s err
"$EGAD" $train model.h5 --model kdd-bigan --force >/dev/null
"$EGAD" train --model kdd-vae --data flows.h5 --hold-out 0 --epochs 1 --batch 50 --quiet \
    -o none.h5 >/dev/null
says 'on 180 training rows, as none were held out' threshold none.h5
"$EGAD" score --model none.h5 --data flows.h5 -o out.csv 2>err >/dev/null
grep 'based on 180 training rows, as none were held out' err
keeps none.h5 1 '--hold-out differs' train --resume --data flows.h5 -o none.h5 \
    --hold-out .1
says 'is already trained to its last epoch, 1' train --resume --data flows.h5 -o none.h5 --hold-out 0
fails 2 "--hold-out 1 leaves no training rows" train --model kdd-bigan --data flows.h5 -o new.h5 --hold-out 1
# So few rows that holding out half of them would not resolve the rate.
given flows.csv
head -4 flows.csv | cut -d, -f1,3 >three.csv
"$EGAD" data import csv three.csv -o three.h5 >/dev/null 2>&1
"$EGAD" train --model kdd-vae --data three.h5 -o three-model.h5 --epochs 1 --batch 1 --hold-out .4 \
    >/dev/null 2>err
grep -x 'rows are flagged at a false-alarm rate of 50 %.*, and there is 1; the table is too small for that rate' err
# A search takes long: it is measured only on request.
"$EGAD" $train gan.h5 --model kdd-gan >/dev/null
says 'measured  not yet' threshold gan.h5
fails 1 "no sigma scores of normal rows" threshold gan.h5 --set .05
"$EGAD" score --model gan.h5 --data flows.h5 --steps 3 -o out.csv 2>err >/dev/null
grep "^no p-values, and no row is flagged: .*measure them with 'egad threshold MODEL --measure DATA'" err
says 'no threshold for these scores' eval --model gan.h5 --data flows.h5 --steps 3
says 'measured  on 50 held-out rows' threshold gan.h5 --measure many.h5 --rows 50 --steps 3
grep '^fm: 0 of 50 rows' says.err
"$EGAD" score --model gan.h5 --data flows.h5 --steps 3 --false-alarms .05 -o out.csv >/dev/null
test "$(head -1 out.csv)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
fails 1 'with 1 x 3 search steps, not 1 x 4' score --model gan.h5 --data flows.h5 --steps 4 \
    --false-alarms .05
# A file from before thresholds existed.
needs_h5py
"$python" - <<'PYTHON'
import h5py
with h5py.File("none.h5", "r+") as f:
    del f["threshold"], f["recipe"].attrs["hold_out"]
PYTHON
"$EGAD" score --model none.h5 --data flows.h5 -o out.csv 2>err >/dev/null
awk -F, 'NR > 1 && ($3 $4 != "" || !$2) { exit 1 }' out.csv
grep '^no p-values, and no row is flagged: ' err
says 'measured  on 180 training rows' threshold none.h5 --measure flows.h5
# Small tables: all training rows count, by models that did not see them.
cp model.h5 folds.h5
says 'training rows, each scored by one of 3 models that did not see it' \
    threshold folds.h5 --measure many.h5 --folds 3
keeps folds.h5 1 'give 2 to 100 folds' threshold folds.h5 --measure many.h5 --folds 1
keeps folds.h5 2 '--folds needs --measure' threshold folds.h5 --folds 3
