# Files of JSON lines are read like CSV files, with any name, and compressed too.
given flows.csv flows.h5 model.h5
printf '\357\273\277\n \r\n' >rows.jsonl # what some editors put first
awk -F, 'NR > 1 { printf "{\"proto\":\"%s\",\"bytes\":%s,\"more\":[],\"duration\":\"%s\"}%s\n",
    $2, $3, $1, NR % 2 ? "\r" : "" }' flows.csv >>rows.jsonl
printf '\n\n' >>rows.jsonl
truncate -s -2 rows.jsonl # the last line has no end
cp rows.jsonl rows.txt
gzip -c rows.jsonl >rows.ndjson.gz
for score in sigma combined; do
    "$EGAD" score --model model.h5 --data flows.csv --false-alarms .2 --score $score >want.csv
    for file in rows.jsonl rows.txt rows.ndjson.gz; do
        "$EGAD" score --model model.h5 --data $file --false-alarms .2 --score $score 2>err |
            cmp - want.csv
        test ! -s err
    done
done
"$EGAD" explain --model model.h5 --data - --json --row 7 <flows.csv >want.json
"$EGAD" explain --model model.h5 --data - --json --row 7 <rows.jsonl | cmp - want.json
says 'row 7: ' explain --model model.h5 --data rows.ndjson.gz --row 7
says 'report.html' report model.h5 --data rows.jsonl -o report
# As .h5, also from a pipe.
"$EGAD" score --model model.h5 --data flows.csv -o want.h5 >/dev/null 2>&1
"$EGAD" score --model model.h5 --data rows.jsonl -o file.h5 >/dev/null 2>&1
"$EGAD" score --model model.h5 --data - -o pipe.h5 <rows.jsonl >/dev/null 2>&1
for out in file.h5 pipe.h5; do
    cmp <("$EGAD" inspect want.h5) <("$EGAD" inspect $out)
done
# A category unseen in training is counted; an error names the malformed line.
sed '5s/tcp/sctp/; 6s/udp/sctp/; 7s/tcp/sctp/' rows.jsonl >unseen.jsonl
"$EGAD" score --model model.h5 --data unseen.jsonl 2>err >/dev/null
grep -F 'such as proto=sctp' err
bad() {
    sed "$1" rows.jsonl >bad.jsonl
    fails 1 "$2" score --model model.h5 --data bad.jsonl
}
bad '9s/}//' "json: 'bad.jsonl' line 9: "
grep -F ': expected one object per line' fails.err
bad '9s/.*/[1, 2, 3]/' "json: 'bad.jsonl' line 9: not an object: expected one object per line"
bad '9s/.*/1,tcp,200/' "json: 'bad.jsonl' line 9: "
bad '9s/"bytes":[0-9]*,//' "values: 'bad.jsonl' line 9, column 'bytes': '' is not a value"
bad '9s/"bytes"/"Byte"/' "json: 'bad.jsonl' line 9: no 'bytes', but 'Byte': correct the name, or write null for a missing value"
bad '9s/"more"/"bytes"/' "line 9: duplicate object key near '\"bytes\"': give each name once"
bad '9s/"bytes":[0-9]*/"bytes":[3]/' "line 9: column 'bytes' is a list or an object"
bad '9s/"bytes":[0-9]*/"bytes":"many"/' "line 9, column 'bytes': 'many' is not a number"
bad '9s/.*/{}/' "line 9 has none of the model's 3 columns"
tr '\n' ' ' <rows.jsonl >bad.jsonl
fails 1 "json: 'bad.jsonl' line 1: end of file expected" score --model model.h5 --data bad.jsonl
fails 2 "with a split; 'rows.jsonl' is a table" score --model model.h5 --data rows.jsonl \
    --rows test
# An output of answers may be overwritten.
for _ in 1 2; do
    "$EGAD" score --model model.h5 --data - -o answers.jsonl <rows.jsonl >/dev/null
done
grep -q '^{"row":' answers.jsonl
