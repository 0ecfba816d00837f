# Values close together, far from 0, keep their digits in every format of training data and
# of new rows: scored, explained and reported.
# rows N MIDDLE: in every tenth row, a is 30 more than the others have.
rows() {
    echo a,b,kind
    awk -v n="$1" -v middle="$2" 'BEGIN {
        for (i = 0; i < n; i++) {
            s = (s * 1103 + 12345) % 1000003
            printf "%.4f,%d,%s\n", middle + s / 500001.5 - 1 + (i % 10 == 9 ? 30 : 0),
                   i * 7 % 13, i % 10 == 9 ? "bad" : "good"
        }
    }'
}
columns() { awk -F, -v OFS=, '{ print $1, $2 }'; }
lines() { awk -F, 'NR > 1 { printf "{\"b\": %s, \"a\": %s}\n", $2, $1 }'; }
# found FILE MODEL: a score finds the anomalies; in two columns, some have nothing to see.
found() {
    "$EGAD" eval --model "$2" --data "$1" >eval.out
    awk '/^AUROC/ { for (i = 2; i < NF; i++) found += $i >= .99 } END { exit !found }' eval.out ||
        { cat eval.out; return 1; }
}

rows 600 1700000000 >far.csv
"$EGAD" data import csv far.csv --label kind --normal good -o far.h5 >imported 2>err
test ! -s err
says '1699999999.00' data info far.h5
grep -E '^  a +16999999[0-9.]+ to 17000000[0-9.]+$' says.out
for model in nearest pca ocsvm kdd-bigan; do
    "$EGAD" train --model $model --data far.h5 --epochs 20 --quiet -o $model.h5 >/dev/null 2>err ||
        "$EGAD" train --model $model --data far.h5 --quiet -o $model.h5 >/dev/null 2>err
    test ! -s err
    found far.h5 $model.h5
    # The same rows as a table, JSON lines, from a pipe, as a data file of their own.
    score="score --model $model.h5 --false-alarms .2"
    columns <far.csv >new.csv
    lines <far.csv >new.json
    "$EGAD" $score --data far.h5 --rows all 2>err | cut -d, -f2 >want
    "$EGAD" $score --data new.csv | cut -d, -f2 | cmp - want
    "$EGAD" $score --data new.json | cut -d, -f2 | cmp - want
    "$EGAD" $score --data - <new.csv | cut -d, -f2 >piped
    paste -d, piped want | awk -F, 'NR > 1 && ($1 - $2) ^ 2 > 1e-8 * (1 + $2 ^ 2) { exit 1 }'
    "$EGAD" $score --data - <new.json | sed 's/.*"score": \([^,]*\),.*/\1/' >piped
    sed 1d want | paste -d, piped - |
        awk -F, '($1 - $2) ^ 2 > 1e-8 * (1 + $2 ^ 2) { exit 1 } END { exit NR != 600 }'
    "$EGAD" data import csv new.csv -o new.h5 --force >imported 2>err
    "$EGAD" $score --data new.h5 | cut -d, -f2 | cmp - want
    # Rows alone have no spread from which an offset could be chosen.
    for row in 7 12; do
        sed -n "1p;${row}p" new.csv >one.csv
        "$EGAD" data import csv one.csv -o one.h5 --force >imported 2>err
        for data in one.csv one.h5; do
            "$EGAD" $score --data $data | cut -d, -f2 >one
            paste -d, one <(sed -n "1p;${row}p" want) |
                awk -F, 'NR > 1 && ($1 - $2) ^ 2 > 1e-8 * (1 + $2 ^ 2) { exit 1 }'
        done
    done
    # Explained in the units and with the digits of the source.
    value=$(sed -n 11p far.csv | cut -d, -f1)
    says "row 9: " explain --model $model.h5 --data far.h5 --row 9
    awk -v want="$value" '$1 == "a" { exit $2 != want || $(3) < 1699999990 && $(4) < 1699999990 }
        ' says.out || { cat says.out; exit 1; }
    "$EGAD" explain --model $model.h5 --data new.csv --row 9 --json | tr -d ' ,"' |
        awk -F: -v want="$value" '$1 == "column" { column = $2 }
            $1 == "value" && column == "a" { exit $2 != want }'
    "$EGAD" report $model.h5 --data far.h5 -o report-$model --top 1 >/dev/null 2>err
    grep -q '>1700000000.[0-9]* (0.5' report-$model/report.html
    grep -q '>17000000[0-9][0-9][.][0-9]\{4\}[ <]' report-$model/report.html
done
says 'trained, 3 epochs' train --model kdd-bigan --recipe release --data far.h5 --epochs 3 \
    --lr 1e-30 --quiet -o raw.h5
# A training that stops and resumes sees the same rows; so does a threshold.
"$EGAD" train --model kdd-bigan --recipe paper --data far.h5 --epochs 1 --quiet -o paper.h5 >/dev/null
says 'trained, 2 epochs' train --resume --epochs 2 --data far.h5 --quiet -o paper.h5
says 'measured' threshold nearest.h5 --measure far.h5
# AnoGAN's search.
"$EGAD" train --model kdd-gan --data far.h5 --epochs 1 --quiet -o gan.h5 >/dev/null
"$EGAD" score --model gan.h5 --data far.h5 --steps 2 --rows all | cut -d, -f2 >want
"$EGAD" score --model gan.h5 --data new.csv --steps 2 | cut -d, -f2 | cmp - want
# Several models on one data file.
says 'nearest' compare --data far.h5 --models nearest,pca -o compared

# Other middles, where single precision keeps values apart, but not their logarithms; and a
# meter of few values.
for middle in 10000000 100000 -100000000; do
    rows 600 $middle >other.csv
    "$EGAD" data import csv other.csv --label kind --normal good -o other.h5 --force >imported
    "$EGAD" train --model nearest --data other.h5 --quiet -o other-model.h5 --force >/dev/null
    found other.h5 other-model.h5
done
awk -F, -v OFS=, 'NR > 1 { $1 = 85000000 + NR % 2 + ($3 == "bad") * 2 } { print }' other.csv >meter.csv
"$EGAD" data import csv meter.csv --label kind --normal good -o meter.h5 >imported
"$EGAD" train --model nearest --data meter.h5 --quiet -o meter-model.h5 >/dev/null
found meter.h5 meter-model.h5
# An ordinary table has no offsets, and its files no other layout.
given flows.h5 model.h5
not grep preprocessing/offset <("$EGAD" inspect model.h5)
"$EGAD" inspect model.h5 | grep -x 'format_version: 1'
"$EGAD" inspect nearest.h5 | grep -x 'format_version: 2'
"$EGAD" inspect nearest.h5 | grep '/preprocessing/offset  (2)'

# Digits that no offset keeps are reported, by import, info and train.
awk -F, -v OFS=, 'NR > 1 && NR % 2 { $1 -= 1700000000 } { print }' far.csv >two.csv
"$EGAD" data import csv two.csv --drop kind -o two.h5 >imported 2>err
grep -E "^egad: warning: column 'a' of 'two.h5' has [56][0-9]{2} different values in the training rows, of which single precision keeps [23][0-9]{2} apart" err
says 'rows' data info two.h5
grep -F "column 'a'" says.err
"$EGAD" train --model pca --data two.h5 --quiet -o two-model.h5 >/dev/null 2>err
grep -F "column 'a'" err
# Few rows.
head -2 far.csv | columns >few.csv
"$EGAD" data import csv few.csv -o few.h5 --force >imported 2>err
"$EGAD" train --model nearest --hold-out 0 --data few.h5 --quiet -o few-model.h5 >/dev/null 2>err
grep -x 'egad: warning: there is 1 training row: a detector learns from many what is normal' err
awk -F, -v OFS=, '{ print $0, $0, $0 }' new.csv | sed '1s/.*/a,b,c,d,e,f/' | sed -n 1,6p >few.csv
"$EGAD" data import csv few.csv -o few.h5 --force >imported 2>err
"$EGAD" train --model pca --hold-out 0 --data few.h5 --quiet --force -o few-model.h5 >/dev/null 2>err
grep -x 'egad: warning: there are 5 training rows for 6 columns: give more rows than columns, better many times as many' err
# A column that cannot be scaled, and inputs that are not scaled, are named.
awk -F, -v OFS=, 'NR > 1 { $1 = ($1 - 1700000000) * 1e-39 } { print }' far.csv >tiny.csv
"$EGAD" data import csv tiny.csv --label kind --normal good -o tiny.h5 >imported 2>err
fails 1 "column 'a' varies by" train --model kdd-bigan --data tiny.h5 -o tiny-model.h5
awk -F, -v OFS=, 'NR > 1 { $2 *= 1e36 } { print }' far.csv >huge.csv
"$EGAD" data import csv huge.csv --label kind --normal good -o huge.h5 >imported 2>err
fails 1 "inputs of column 'b' reach 1.2e+37: use a recipe that scales columns, or divide it by a power of ten" \
    train --model kdd-bigan --recipe release --data huge.h5 --quiet -o huge-model.h5

# Arrays without names: NumPy, and HDF5 by h5py, in double precision and as integers.
needs_h5py
cat >arrays.py <<'PYTHON'
import h5py, numpy as np
t = np.genfromtxt("far.csv", delimiter=",", skip_header=1, usecols=(0, 1))
bad = np.arange(600) % 10 == 9
np.save("x.npy", t)
np.save("bad.npy", bad.astype(int))
split = np.where(bad | (np.arange(600) % 2 == 1), 1, 0)
with h5py.File("x.h5", "w") as f:
    f["x"] = t
    f["y"], f["split"] = bad.astype(int), split
with h5py.File("whole.h5", "w") as f:
    f["x"] = np.rint(t * 1000).astype(np.int64)
    f["y"], f["split"] = bad.astype(int), split
with h5py.File("rows.h5", "w") as f:
    f["x"] = t[9:10]
np.save("rows.npy", t[9:10])
PYTHON
"$python" arrays.py
"$EGAD" data import npy x.npy --labels bad.npy --anomalous 1 -o array.h5 >imported
for data in array x whole; do
    "$EGAD" train --model nearest --data $data.h5 --quiet -o $data-model.h5 >/dev/null 2>err
    test ! -s err
    found $data.h5 $data-model.h5
done
"$EGAD" data import npy rows.npy -o rows-npy.h5 >imported 2>err
"$EGAD" score --model x-model.h5 --data x.h5 --rows all | sed -n 11p | cut -d, -f2 >want
for data in rows rows-npy; do
    "$EGAD" score --model x-model.h5 --data $data.h5 | sed -n 2p | cut -d, -f2 | cmp - want
done
says "$value" explain --model x-model.h5 --data rows.h5 --row 0
# The file holds the values.
"$python" -c '
import h5py, numpy as np
a, b = h5py.File("array.h5")["x"][:], np.load("x.npy")
assert a.dtype == np.float64 and np.array_equal(a, b)
'
