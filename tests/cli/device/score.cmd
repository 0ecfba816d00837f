given flows.csv flows.h5 model.h5
"$EGAD" score --model model.h5 --data flows.h5 -o test.csv >said
grep -F "'test.csv'" said
test "$(head -1 test.csv)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
test "$(cut -d, -f5 test.csv | grep -c 1)" = 40
"$EGAD" score --model model.h5 --data flows.h5 --rows all | cut -d, -f1-4,6- >all.csv
test "$(wc -l <all.csv)" = 401
# The same rows from a table: the model applies the schema learned at import.
"$EGAD" score --model model.h5 --data flows.csv >table.csv
cut -d, -f1-4,6- table.csv | cmp all.csv
"$EGAD" score --model model.h5 --data - <flows.csv | cmp - table.csv
# Without a header, which is reported.
sed 1d flows.csv | cut -d, -f1-3 >nohead.csv
"$EGAD" score --model model.h5 --data nohead.csv 2>said | cmp - table.csv
grep -x "no header: columns are read in the order of the model" said
not grep -F header <("$EGAD" score --model model.h5 --data flows.csv 2>&1 >/dev/null)
gzip -k flows.csv
"$EGAD" score --model model.h5 --data flows.csv.gz | cmp - table.csv
for score in sigma fm combined; do
    "$EGAD" score --model model.h5 --data flows.csv --score $score >$score.csv
done
cmp combined.csv table.csv
not cmp -s sigma.csv fm.csv
"$EGAD" score --model model.h5 --data flows.h5 -o test.h5
"$EGAD" score --model model.h5 --data flows.h5 -o test.h5 # scores replace scores
cp model.h5 other.h5
cp flows.h5 data.h5
for kind in 'other.h5 model' 'data.h5 data file'; do
    old=${kind%% *}
    cp "$old" whole
    fails 1 "'$old' is a ${kind#* }, which scores must not overwrite: choose another name" \
        score --model model.h5 --data flows.h5 -o "$old"
    cmp "$old" whole
    fails 1 'which scores must not overwrite' score --model model.h5 --data flows.h5 -o "$old" --force
    cmp "$old" whole
done
# Files of another kind stay, unless --force is given; an empty file is replaced.
echo mine >mine.txt
echo 'row,scorer' >scorer.csv
cp flows.csv table.h5
for old in mine.txt scorer.csv table.h5; do
    keeps $old 1 "'$old' exists and is not a file of scores: choose another name, or overwrite it with --force" \
        score --model model.h5 --data flows.h5 -o $old
    "$EGAD" score --model model.h5 --data flows.h5 -o $old --force >/dev/null
    "$EGAD" score --model model.h5 --data flows.h5 -o $old >/dev/null
done
rm mine.txt table.h5
: >none.csv
"$EGAD" score --model model.h5 --data flows.h5 -o none.csv >/dev/null
"$EGAD" score --model model.h5 --data - -o none.csv <flows.csv >/dev/null # and those of a pipe
"$EGAD" score --model model.h5 --data flows.h5 -o none.csv >/dev/null
says score inspect test.h5
# A category unseen in training is reported and does not stop scoring; its row is marked.
{ cat flows.csv; echo '1,sctp,200,benign'; } >unseen.csv
"$EGAD" score --model model.h5 --data unseen.csv >unseen.out 2>unseen.err
test "$(wc -l <unseen.out)" = 402
grep -F 'proto=sctp' unseen.err
test "$(head -1 unseen.out)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
awk -F, 'NR > 1 && $8 != ($1 == 400) { exit 1 }' unseen.out
head -401 unseen.out | cmp - table.csv
"$EGAD" score --model model.h5 --data unseen.csv -o unseen.h5 >/dev/null 2>&1
says '/unseen  (401)' inspect unseen.h5
not grep unseen <("$EGAD" inspect test.h5)
# Numbers outside the training range are counted and raise the score, the farther the more.
{ head -2 flows.csv; printf '%s\n' 1,tcp,1e6 -1e5,tcp,1e6 -1e9,tcp,1e6; } | cut -d, -f1-3 >far.csv
"$EGAD" score --model model.h5 --data far.csv >far.out
test "$(head -1 far.out)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
awk -F, 'NR > 2 { bad += $9 != (NR > 3) + 1 || $2 <= last || !$4 } { last = $2 } END { exit bad }' far.out
"$EGAD" score --model model.h5 --data far.csv -o far.h5 >/dev/null
says '/outside  (4)' inspect far.h5
# Other columns of a table are ignored, but options for them are rejected.
awk -F, -v OFS=, '{ print NR == 1 ? "id" : NR, $0 }' flows.csv >wide.csv
"$EGAD" score --model model.h5 --data wide.csv | cmp - table.csv
fails 2 "unknown option '--drop': the model reads its columns by name, ignores others" \
    score --model model.h5 --data wide.csv --drop id
