# A table and a pipe follow one rule: --errors stop|row.
given flows.csv flows.h5 model.h5
score="score --model model.h5 --false-alarms .2"
awk -F, -v OFS=, 'NR == 4 { $3 = "many" } NR == 9 { $1 = "NaN" } { print }' flows.csv >bad.csv
# Rows with an error, each in its place; the file as the pipe.
"$EGAD" $score --data bad.csv --errors row >file.csv 2>file.err
"$EGAD" $score --data - <bad.csv >pipe.csv 2>pipe.err
diff <(sed "s/'bad.csv'/'standard input'/" file.csv) pipe.csv
diff file.err pipe.err
grep -x '2 of 400 lines were malformed and answered with an error' file.err
test "$(grep -c 'is not a' file.csv)" = 2
"$EGAD" $score --data flows.csv >want.csv
diff <(sed '4d;9d' file.csv) <(sed '4d;9d' want.csv)
"$EGAD" $score --data bad.csv --errors row -o out.csv >/dev/null 2>&1
cmp out.csv file.csv
# Or the first one ends it.
fails 1 "line 4, column 'bytes': 'many' is not a number" $score --data bad.csv
fails 1 "line 4, column 'bytes': 'many' is not a number" $score --data bad.csv --errors stop
"$EGAD" $score --data - --errors stop <bad.csv >stop.csv 2>stop.err && exit 1
grep -F "egad: csv: 'standard input' line 4, column 'bytes': 'many' is not a number: correct it" stop.err
cmp stop.csv <(head -3 pipe.csv)
keeps out.csv 1 "line 4, column 'bytes'" $score --data - --errors stop -o out.csv <bad.csv
# Where it cannot be.
fails 2 "--errors row needs a table; 'model.h5' is none" $score --data model.h5 --errors row
fails 2 "--errors row needs CSV as output, not 'x.h5'" $score --data bad.csv --errors row -o x.h5
fails 1 "cannot open 'absent.csv'" $score --data absent.csv --errors row
: >empty.csv
fails 1 "'empty.csv' is empty" $score --data empty.csv --errors row
gzip -k flows.csv
fails 1 "'flows.csv.gz' is compressed, wanted text" $score --data flows.csv.gz --errors row
# A number beyond float32 is very anomalous.
printf '%s\n' duration,proto,bytes 1,tcp,200 1,tcp,1e39 1,tcp,-1e400 >huge.csv
"$EGAD" $score --data huge.csv | awk -F, 'NR == 2 { low = $2 } NR > 2 { bad += !($2 > low) || $4 != 1 } END { exit bad || NR != 4 }'
# Also where its square is beyond float32: a score is a number.
"$EGAD" train --model nearest --recipe minmax --data flows.h5 --quiet -o nearest.h5 >/dev/null
"$EGAD" score --model nearest.h5 --data huge.csv 2>/dev/null | awk -F, 'NR > 2 { bad += $2 + 0 < 3e38 || $2 ~ /inf/ } END { exit bad }'
printf '{"duration":1,"proto":"tcp","bytes":1e39}\n' | "$EGAD" score --model nearest.h5 --data - 2>/dev/null | grep -F '"score":3.4028'
# What JSON has no word for: other programs write it.
printf '%s\n' '{"duration":1,"proto":"tcp","bytes":200}' '{"duration":1,"proto":"tcp","bytes":1e400}' \
    '{"duration":1,"proto":"tcp","bytes":123456789012345678901234567890}' \
    '{"duration":NaN,"proto":"NaN \" -Infinity 1","bytes":200}' '{"duration":-Infinity,"proto":"tcp","bytes":Infinity}' \
    '{"duration":nan,"proto":"tcp","bytes":1}' >rows.jsonl
"$EGAD" $score --data - <rows.jsonl >json 2>err
test "$(grep -c '"score"' json)" = 3
sed -n 4p json | grep -F "line 4, column 'duration': '' is not a value"
sed -n 5p json | grep -F "line 5, column 'duration': '' is not a value"
sed -n 6p json | grep -F "line 6: "
awk -F, -v OFS=, 'NR > 1 && NR % 7 == 3 { $3 = "" } { print }' flows.csv >some.csv
import some.csv gaps.h5 --missing mean >/dev/null
"$EGAD" train --model kdd-bigan --data gaps.h5 --epochs 2 --batch 50 --quiet -o gaps-model.h5 >/dev/null
"$EGAD" score --model gaps-model.h5 --data rows.jsonl --errors row >json 2>err
test "$(grep -c '"score"' json)" = 5
sed -n 4p json | grep -F '"unseen":1'
grep '^3 missing values imputed' err
# Rows are read as the training data were.
sed '2,$s/,/;/g; 1s/,/;/g; 2,$s/[.]/,/' flows.csv >semi.csv
import semi.csv semi.h5 --decimal , >/dev/null
"$EGAD" train --model kdd-bigan --data semi.h5 --epochs 2 --batch 50 --quiet -o semi-model.h5 >/dev/null
says '/preprocessing/reading  (1)' inspect semi-model.h5
"$EGAD" score --model semi-model.h5 --data semi.csv >semi.out
"$EGAD" score --model semi-model.h5 --data semi.h5 --rows all | cut -d, -f2-4 >semi.want
cut -d, -f2-4 semi.out | cmp - semi.want
"$EGAD" score --model semi-model.h5 --data - <semi.csv | cut -d, -f2-4 | cmp - semi.want
fails 1 "has a decimal point, but the training data were read with --decimal" score --model semi-model.h5 --data flows.csv
# A header in the middle.
awk 'NR == 1 { head = $0 } { print } NR % 100 == 50 { print head }' flows.csv >joined.csv
"$EGAD" $score --data joined.csv 2>err | cmp - want.csv
grep -x '4 lines repeat the header: left out' err
"$EGAD" $score --data - <joined.csv 2>err | cmp - want.csv
grep -x '4 lines repeat the header: left out' err
