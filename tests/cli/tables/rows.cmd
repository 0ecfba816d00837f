# Identifiers beside rows, the columns of the input, picked and sorted rows.
given flows.csv
awk -F, -v OFS=, '{ print NR == 1 ? "flow" : "\"F," NR - 2 "\"", $0 }' flows.csv >named.csv
names=row,score,p_value,flagged,label,id,file,unseen,outside,error
# At import an identifier is no feature: the detector is the same as without the column.
says 'id         flow' data import csv named.csv --label kind --normal benign --id flow -o named.h5
import flows.csv flows.h5 >/dev/null
for name in named flows; do
    "$EGAD" train --model pca --data $name.h5 --quiet -o $name-model.h5 >/dev/null
done
"$EGAD" score named-model.h5 --data named.h5 >named.out
cut -d, -f1-5 <(sed 's/"F,.*"//' named.out) | cmp - <("$EGAD" score flows-model.h5 --data flows.h5 | cut -d, -f1-5)
test "$(head -1 named.out)" = $names
awk -F, 'NR > 1 && ($6 != "\"F" || $7 != $1 "\"") { exit 1 }' named.out
says '/id  (400)' inspect named.h5
says 'id_column: flow' inspect named.h5
"$EGAD" score named-model.h5 --data named.h5 -o named-scores.h5 >/dev/null
says '/id  (220)' inspect named-scores.h5
# Options that contradict each other; rows that are left out take their identifiers with them.
bad="data import csv named.csv --label kind --normal benign -o no.h5"
fails 1 "column 'flow' of 'named.csv' has two roles, by --id and by --drop" $bad --id flow --drop flow
fails 1 "column 'kind' of 'named.csv' has two roles, by --label and by --id" $bad --id kind
fails 1 "'named.csv' has no column 'Flow', but 'flow'" $bad --id Flow
awk -F, -v OFS=, 'NR % 3 == 0 { $4 = "" } { print }' flows.csv | paste -d, <(awk 'NR == 1 { print "flow" } NR > 1 { print NR - 2 }' flows.csv) - >holes.csv
"$EGAD" data import csv holes.csv --label kind --normal benign --id flow --missing drop -o holes.h5 >/dev/null
"$EGAD" score flows-model.h5 --data holes.h5 --rows all 2>/dev/null >holes.out
test "$(awk -F, 'NR > 1 && $6 % 3 != 1' holes.out | wc -l)" = "$(sed 1d holes.out | wc -l)"

# In tables and through pipes; also where the row has an error.
"$EGAD" score flows-model.h5 --data named.csv --id flow >table.out
"$EGAD" score flows-model.h5 --data - --id flow <named.csv | cmp - table.out
sed 1d table.out | cut -d'"' -f2 | cmp - <(sed 1d named.csv | cut -d'"' -f2)
printf '%s\n' flow,duration,proto,bytes A1,1,tcp,many A2,1,tcp,2 A3,1 |
    "$EGAD" score flows-model.h5 --data - --id flow >odd.out 2>/dev/null
test "$(cut -d, -f1,6 odd.out | xargs)" = 'row,id 0,A1 1,A2 2,'
printf '%s\n' '{"flow":"A1","duration":1,"proto":"tcp","bytes":2}' '{"duration":1,"proto":"tcp","bytes":3}' \
    '{"flow":7,"duration":1,"proto":"tcp","bytes":2}' >rows.jsonl
"$EGAD" score flows-model.h5 --data - --id flow <rows.jsonl >odd.out
grep -c '"id":"' odd.out | grep -x 2
grep '^{"row":2,"id":"7","score":' odd.out
test "$("$EGAD" score flows-model.h5 --data rows.jsonl --id flow | cut -d, -f6 | xargs)" = 'id A1 7'
fails 1 "has no column 'flow'" score flows-model.h5 --data flows.csv --id flow
fails 1 "no header, wanted one with the model's columns, such as 'duration', and the --id column 'flow'" \
    score flows-model.h5 --data <(sed 1d flows.csv | cut -d, -f1-3) --id flow
fails 2 "--id flow needs a table; 'named.h5' is a data file, which has its own identifiers or none" \
    score flows-model.h5 --data named.h5 --id flow

# Explained and reported.
says 'row 3 (flow F,3): score ' explain named-model.h5 --data named.h5 --row 3
says '"id": "F,3"' explain flows-model.h5 --data named.csv --id flow --row 3 --json
grep -F '"id_column": "flow"' says.out
says report/report.html report flows-model.h5 --data named.csv --id flow -o report --top 2
grep -F '<th>row</th><th>flow</th>' report/report.html
grep -E '<h3>Row [0-9]+ \(flow F,[0-9]+\): score ' report/report.html
fails 1 "has no column 'flow'" report flows-model.h5 --data flows.csv --id flow -o none

# With the columns of the input: as they stand in a table, in their units from a data file.
"$EGAD" score flows-model.h5 --data named.csv --id flow --with-input >all.out
paste -d, named.csv table.out | cmp - all.out
"$EGAD" score flows-model.h5 --data - --id flow --with-input <named.csv | cmp - all.out
"$EGAD" score flows-model.h5 --data flows.h5 --with-input --rows all >data.out
test "$(head -1 data.out)" = duration,proto,bytes,$names
paste -d, flows.csv data.out | awk -F, 'NR > 1 { bad += $1 != $5 || $2 != $6 || $3 != $7 } END { exit bad || NR != 401 }'
sed '1s/kind/label/' flows.csv | tr , ';' >semi.csv
"$EGAD" score flows-model.h5 --data semi.csv --with-input >semi.out
test "$(head -1 semi.out)" = "duration,proto,bytes,label,${names/label/label.2}"
"$EGAD" score flows-model.h5 --data - --with-input <rows.jsonl |
    grep '^{"input":{"flow":"A1","duration":1,"proto":"tcp","bytes":2},"row":0,"score":'
test "$("$EGAD" score flows-model.h5 --data rows.jsonl --with-input | head -1)" = "duration,proto,bytes,$names"
fails 2 "--with-input needs CSV as output, not 'x.h5'" score flows-model.h5 --data flows.csv --with-input -o x.h5

# Only flagged rows; the highest scores first.
"$EGAD" score flows-model.h5 --data flows.csv >plain.out
awk -F, 'NR == 1 || $4 == 1' plain.out >want.out
"$EGAD" score flows-model.h5 --data flows.csv --flagged | cmp - want.out
"$EGAD" score flows-model.h5 --data - --flagged <flows.csv | cmp - want.out
{ head -1 plain.out; sed 1d plain.out | sort -t, -k2,2gr -k1,1n; } >want.out
"$EGAD" score flows-model.h5 --data flows.csv --sort | cmp - want.out
"$EGAD" score flows-model.h5 --data - --sort <flows.csv | cmp - want.out
"$EGAD" score flows-model.h5 --data flows.csv --sort --flagged -o picked.h5 | grep -E ', [0-9]+ flagged: '
says "/flagged  ($(awk -F, '$4 == 1' plain.out | wc -l))" inspect picked.h5
"$EGAD" score flows-model.h5 --data flows.csv --flagged --false-alarms .99 -o picked.csv >/dev/null
"$EGAD" score flows-model.h5 --data flows.csv --with-input -o picked.csv >/dev/null # scores replace scores
"$EGAD" score flows-model.h5 --data semi.csv --with-input -o picked.csv >/dev/null
"$EGAD" score flows-model.h5 --data flows.csv -o picked.csv >/dev/null
fails 2 '--sort needs all rows at once' score flows-model.h5 --data flows.csv --sort --errors row
printf 'a,b\n1,2\n3,x\n' >mine.csv
keeps mine.csv 1 "'mine.csv' exists and is not a file of scores" score flows-model.h5 --data flows.csv -o mine.csv

# The model as the first word, or by its option, in every command; once.
for command in 'score --data flows.csv' 'eval --data flows.h5' 'explain --data flows.csv' \
    'report --data flows.csv -o report' threshold; do
    # shellcheck disable=SC2086 # words
    set -- $command
    "$EGAD" "$1" flows-model.h5 "${@:2}" >first.out
    "$EGAD" "$@" --model flows-model.h5 | cmp - first.out
    fails 2 "MODEL.h5 is given twice: as 'flows-model.h5' and with --model" "$1" flows-model.h5 "${@:2}" --model x.h5
    fails 2 'MODEL.h5 is missing' "$@"
done
# Without a header the names are those of the model; without a threshold nothing is flagged.
sed 1d flows.csv | cut -d, -f1-3 >bare.csv
"$EGAD" score flows-model.h5 --data bare.csv --with-input 2>/dev/null | cmp - <(paste -d, <(cut -d, -f1-3 flows.csv) plain.out)
given model.h5
fails 1 '--flagged needs a threshold: ' score model.h5 --data flows.csv --flagged --score fm --alpha .5
