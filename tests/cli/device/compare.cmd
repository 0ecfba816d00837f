# Several models with several seeds on the same rows: figures are those of egad eval, what
# is there is not done again, and what belongs to other settings or data is refused.
given flows.csv
# Two of three anomalies are hard to find.
awk -F, '$4 != "attack" || n++ % 3 == 0 { print; next }
    { print 4 + n % 11 / 10 ",tcp," 250 + n * 37 % 260 ",attack" }' flows.csv >hard.csv
import hard.csv flows.h5 >/dev/null
each="--data flows.h5 --epochs 2 --batch 50 --steps 50"
how="--models kdd-bigan,kdd-gan --seeds 2 --epochs 2 --batch 50 --steps 50"
compare() { # FOLDER OPTIONS...
    "$EGAD" compare --data flows.h5 $how -o "$@"
}
# Everything but times, which differ between runs.
same_results() { # FOLDER FOLDER
    local file
    for file in compare.txt compare.json; do
        diff <(timeless "$1/$file") <(timeless "$2/$file") || return 1
    done
    for file in "$1"/*-[12].h5 "$1"/*-[12]-*.h5; do
        diff <(sums "$file") <(sums "$2/${file##*/}") || return 1
    done
}
timeless() {
    sed -E '/_seconds"|microseconds/d; /^at the threshold/,$ s/ +[^ ]+( s| min .*)? +[^ ]+$//' "$1"
}
sums() { "$EGAD" inspect "$1" | grep ' sha256 ' | grep -v history; }
# is_page PICTURES: compare.html is complete, refers to nothing outside, has so many pictures.
is_page() {
    test "$(grep -c '<img ' "$1/compare.html")" = "$2"
    tail -1 "$1/compare.html" | grep -Fx '</html>'
    not grep -E '(src|href)="[^d#]' "$1/compare.html"
}

compare whole >whole.out 2>whole.err
grep -x 'rows      test: 220, 40 of them anomalies (18.182 %)' whole.out
grep -x 'trained   recipe sound, seeds 1 to 2' whole.out
grep -x 'search    50 steps, restarts 1' whole.out
# stdout ends with the name of the page; else it is the text file.
tail -1 whole.out | grep -x 'whole/compare.html'
head -n -2 whole.out | cmp - whole/compare.txt
is_page whole 2
for file in kdd-bigan-1 kdd-bigan-2 kdd-gan-1 kdd-gan-2; do
    test -e whole/$file.h5
    test -e whole/$file.json
done
# Five scores in three lists, each by falling AUROC; one is the best, * or =.
test "$(grep -cE '^kdd-(bi)?gan (combined|sigma|fm) ' whole.out)" = 10
sed -n '/^ *AUROC/,/^chance/s/^kdd[^.]* \([0-9.]*\) .*/\1/p' whole.out >auroc
test "$(wc -l <auroc)" = 5
sort -rg auroc | cmp - auroc
not grep '^1.0000' auroc
test "$(grep -c '^best by' whole.out)" = 3
# The figures are means of those of egad eval, which searches with the same seeds.
for score in combined sigma fm; do
    for seed in 1 2; do
        "$EGAD" eval --model whole/kdd-bigan-$seed.h5 --data flows.h5 --score $score
    done >said
    for name in AUROC:2 'average precision:3' F1:4; do
        awk -v name="${name%:*}  " -v score=$score -v column="${name#*:}" '
            FNR == NR { if (index($0, name) == 1) { sum += $(NF - 1); n++ } next }
            $1 == "kdd-bigan" && $2 == score && !seen {
                gsub(/\+- [0-9.]+|[*=]/, ""); got = $(column + 1); seen = 1
                if (n != 2 || (sum / 2 - got) ^ 2 > 1e-8) {
                    print name, score, sum / 2, got, n; exit 1 } }
            END { exit !seen }' said whole.out
    done
    rate=$(awk '/false-alarm rate: observed/ { sum += $NF } END { print sum / 2 }' said)
    awk -v score=$score -v rate="$rate" '/^at the threshold/ { on = 1 }
        on && $1 == "kdd-bigan" && $2 == score {
            found = 1; if (($4 - rate) ^ 2 > 1e-7) { print $0, rate; exit 1 } }
        END { exit !found }' whole.out
done
"$EGAD" eval --model whole/kdd-gan-2.h5 --data flows.h5 --steps 50 --seed 2 --json >said
if command -v python3 >/dev/null; then
    python3 - <<'PYTHON'
import json
found = json.load(open("whole/compare.json"))
said = json.load(open("said"))
scores = {s["model"] + " " + s["score"]: s for s in found["scores"]}
assert set(scores) == {"kdd-bigan combined", "kdd-bigan sigma", "kdd-bigan fm",
                       "kdd-gan sigma", "kdd-gan fm"}, scores
for key in ("auroc", "average_precision", "f1"):
    assert sum(s[key]["best"] for s in scores.values()) == 1
    for s in scores.values():
        c = s[key]
        assert c["interval"][0] <= c["mean"] <= c["interval"][1]
        assert c["cannot_be_told_from_best"] == (c["behind_best"][0] <= 0)
for name in "sigma", "fm":
    run = scores["kdd-gan " + name]["runs"][1]
    own = said["scores"][name]["own_threshold"]
    assert run["seed"] == 2
    for key in ("threshold", "false_alarms_met", "recall"):
        assert run["own_threshold"][key] == own[key], (name, key)
for s in scores.values():
    assert s["train_seconds"] > 0 and s["microseconds_per_row"] > 0
PYTHON
fi

# Again: nothing is trained or searched, and the results are the same, with their times.
cp whole/kdd-gan-1-fm.h5 before.h5
compare whole >again.out 2>again.err
cmp whole.out again.out
not grep -E 'epoch|rows, ' again.err
cmp before.h5 whole/kdd-gan-1-fm.h5
# Fewer models and seeds: of what is there.
"$EGAD" compare $each --models kdd-gan --seeds 1 -o whole >again.out 2>again.err
not grep -E 'epoch|bigan' again.err again.out
grep -E '^kdd-gan fm +[01]\.[0-9]{4}( [*=])? ' again.out
# Another rate needs no training; one that the held-out rows cannot resolve is refused.
"$EGAD" compare $each --models kdd-bigan --seeds 2 --false-alarms .25 -o whole >again.out 2>again.err
not grep epoch again.err
grep -E '^kdd-bigan sigma +0\.2500 ' again.out
fails 1 '--false-alarms 0.01 needs 99 held-out rows, and there are 9: the table is too small' \
    compare --data flows.h5 $how -o whole --false-alarms .01
fails 1 '--false-alarms 0.05 needs 19 held-out rows, and there are 9: give --hold-out 0.11' \
    compare --data flows.h5 $how -o whole --false-alarms .05
compare whole >again.out 2>again.err
cmp whole.out again.out

# Killed during the second training, and stopped during a search.
"$EGAD" compare --data flows.h5 $how -o parts >cut.out 2>cut.err &
run=$!
until_seen 'training kdd-bigan, recipe sound, seed 2' $run cut.err
kill -KILL $run || true
wait $run || true
test -e parts/kdd-bigan-1.h5
not test -e parts/compare.txt
: >cut.err
"$EGAD" compare --data flows.h5 $how -o parts >cut.out 2>cut.err &
run=$!
until_seen 'kdd-gan, seed 1 of 2, sigma' $run cut.err
kill -TERM $run || true
ends $run TERM
grep 'stopped with [23] of 4 trainings done: continue with the same command' cut.out
compare parts >again.out 2>again.err
same_results whole parts
not grep 'kdd-bigan, recipe' again.err

# A model whose training stopped has no scores: those of before are not taken for its own.
rm whole/kdd-bigan-2.h5
cp whole/kdd-bigan-1-fm.h5 whole/kdd-bigan-2-fm.h5
compare whole >again.out 2>again.err
same_results parts whole

# Settings and data of another comparison: refused, and all files stay as they are.
refuses() { # TEXT OPTIONS...
    local text=$1
    shift
    cksum whole/* >before
    fails 1 "$text" compare --data flows.h5 $how -o whole "$@"
    cksum whole/* | cmp before -
}
refuses "'whole/kdd-bigan-1.json' is from another comparison, with epochs 2 instead of 3: choose" \
    --epochs 3
refuses 'with batch 50 instead of 40' --batch 40
refuses 'with recipe sound instead of paper' --recipe paper --hold-out .05
refuses 'with hold-out 0.05 instead of 0.5' --hold-out .5
refuses 'with alpha 0.9 instead of 0.8' --alpha .8
refuses "'whole/kdd-gan-1.json' is from another comparison, with steps 50 instead of 6" --steps 6
refuses 'with restarts 1 instead of 2' --restarts 2
refuses 'from other data or rows' --sample 100
refuses 'from other data or rows' --rows all
sed 's/^1.3,tcp/1.4,tcp/' hard.csv >changed.csv
not cmp -s hard.csv changed.csv
import changed.csv changed.h5 >/dev/null
refuses "'whole/kdd-bigan-1.json' is from other data or rows than 'changed.h5': choose another" \
    --data changed.h5
# Without its record, a model is still checked as far as it says what it is of.
mv whole/kdd-bigan-1.json record.json
refuses "'whole/kdd-bigan-1.h5' is from another run: kdd-bigan, recipe sound, 2 epochs" --epochs 3
refuses "'whole/kdd-bigan-1.h5' was trained with --hold-out 0.05 instead of 0.5" --hold-out .5
# Damaged files, and files of something else.
echo '{"settings":' >whole/kdd-bigan-1.json
refuses "near end of file; remove it to compute it again"
echo '{}' >whole/kdd-bigan-1.json
refuses 'with model unknown instead of kdd-bigan'
mv record.json whole/kdd-bigan-1.json
cp whole/kdd-gan-1-fm.h5 kept.h5
cp whole/kdd-gan-1-sigma.h5 whole/kdd-gan-1-fm.h5
refuses "'whole/kdd-gan-1-fm.h5' has scores of another configuration; remove it"
mv kept.h5 whole/kdd-gan-1-fm.h5
head -c 3000 whole/kdd-bigan-2.h5 >cut.h5
mv whole/kdd-bigan-2.h5 kept.h5
mv cut.h5 whole/kdd-bigan-2.h5
refuses "'whole/kdd-bigan-2.h5'"
mv kept.h5 whole/kdd-bigan-2.h5
compare whole >again.out 2>again.err
same_results parts whole

# The folder, and models that the data do not suit.
fails 1 "'flows.csv' is a file, not a folder" compare --data flows.h5 -o flows.csv
fails 1 "the folder 'no' does not exist" compare --data flows.h5 -o no/folder
fails 1 'mnist-bigan needs images' compare --data flows.h5 --models mnist-bigan -o none
test ! -e none
cp flows.h5 parts/kdd-bigan-3.h5
keeps parts/kdd-bigan-3.h5 1 'would overwrite the input' compare --data parts/kdd-bigan-3.h5 \
    --models kdd-bigan --seeds 3 --epochs 2 --batch 50 -o parts

# Without labels of both classes: how far scores agree, and how stable they are.
cut -d, -f1-3 flows.csv >plain.csv
"$EGAD" data import csv plain.csv -o plain.h5 >/dev/null 2>&1
"$EGAD" compare --data plain.h5 $how --quiet -o plain >plain.out 2>plain.err
test ! -s plain.err
grep -x 'rows      all: 400, without labels' plain.out
grep 'on the diagonal between seeds' plain.out
is_page plain 1
not grep -E 'AUROC|best|F1' plain.out <(grep -v '<img' plain/compare.html)
# The matrix: a line per score, as many numbers, and their mean without the diagonal.
sed -n 's/^ *[1-5]  kdd-[a-z]* [a-z]* *//p' plain.out >matrix
test "$(wc -l <matrix)" = 5
awk '{ sum = 0
       for (i = 1; i <= 5; i++) { r[NR, i] = $i; sum += i == NR ? 0 : $i }
       if (NF != 6 || (sum / 4 - $6) ^ 2 > 1e-6) { print; bad = 1 } }
     END { for (i = 1; i <= 5; i++) for (j = 1; j < i; j++) bad += r[i, j] != r[j, i]
           exit bad }' matrix
# The diagonal, from the files of scores.
for seed in 1 2; do
    "$EGAD" score --model plain/kdd-bigan-$seed.h5 --data plain.h5 --score sigma -o $seed.csv \
        >/dev/null 2>&1
done
paste -d, 1.csv 2.csv | awk -F, 'NR > 1 { a[NR - 1] = $2; b[NR - 1] = $12 }
    function rank(v, i,   k, r) { r = .5
        for (k = 1; k < NR; k++) r += v[k] + 0 < v[i] + 0 ? 1 : v[k] + 0 == v[i] + 0 ? .5 : 0
        return r - NR / 2 }
    END { for (i = 1; i < NR; i++) { x = rank(a, i); y = rank(b, i)
              xx += x * x; yy += y * y; xy += x * y }
          printf "%.3f\n", xy / sqrt(xx * yy) }' >wanted
awk 'NR == 2 { print $2 }' matrix | cmp - wanted
# One seed has no diagonal; rows of one class say so.
awk -F, '{ print $0 "," (NR == 1 ? "part" : $4 == "attack" || NR % 2 ? "train" : "test") }' \
    flows.csv >benign.csv
import benign.csv benign.h5 --split-column part >/dev/null
"$EGAD" compare --data benign.h5 --models kdd-bigan --seeds 1 --epochs 1 --batch 50 --quiet \
    -o benign >benign.out
grep 'all of them normal, so there is nothing to evaluate' benign.out
grep -E '^ 1  kdd-bigan combined +- ' benign.out
not grep diagonal benign.out
grep -F 'As all rows are normal, the scores cannot be evaluated' benign/compare.html

# By default all models for such data, of images here, searches last: of this size, not
# image-alad.
mkdir mnist
(cd mnist && bars train 90 && bars t10k 30)
"$EGAD" data import mnist mnist --anomalous 2 --pad 12 -o bars.h5 >/dev/null
"$EGAD" compare --data bars.h5 --seeds 1 --epochs 1 --batch 8 --steps 2 -o bars >bars.out 2>bars.err
grep -E '^training' bars.err | cut -d, -f1 >trained
printf 'training %s\n' mnist-bigan mnist-vae mnist-vae-bernoulli nearest pca ocsvm mnist-gan | cmp - trained
test "$(sed -n '/^ *AUROC/,/^chance/p' bars.out | grep -c '^mnist-')" = 15
is_page bars 2
# A sample of the rows is the same for all.
"$EGAD" compare --data flows.h5 $how --sample 60 --quiet -o sample >sample.out
grep -E '^rows      test: 60 of 220, [0-9]+ of them anomalies' sample.out
grep -F '60 sampled rows (test)' sample/compare.html
grep -E '^There are only [0-9]+ anomalies, so the intervals are too narrow' sample.out
not grep 'too narrow' whole.out
