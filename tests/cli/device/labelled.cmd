# A table with labels, evaluated as `egad score` reads it: by the model's columns.
given flows.csv flows.h5 model.h5
told="--label kind --normal benign"

# The same rows from a data file give the same figures; only the file has a split to report.
figures() {
    "$EGAD" eval --model model.h5 --json "$@" | grep -v '"file"\|normal_test_rows\|copies_of'
}
figures --data flows.h5 --rows all | sed 's/"anomalies": 40,/"anomalies": 40/' >want.json
grep -F '"auroc"' want.json
grep -F '"false_alarms_met"' want.json
figures --data flows.csv $told | cmp - want.json
figures --data flows.csv --label kind --anomalous attack | cmp - want.json
figures --data - $told <flows.csv | sed 's/"source": "-"/"source": "flows.csv"/' | cmp - want.json
says "data      'flows.csv', protocol csv" eval --model model.h5 --data flows.csv $told
grep -F 'rows      all: 400, 40 of them anomalies (10.000 %)' says.out
# Columns in another order, extra columns, two classes of normal rows, JSON lines.
awk -F, -v OFS=, '{ print $4 == "benign" && NR % 2 ? "idle" : $4, $3, NR, $2, $1 }' flows.csv >other.csv
awk -F, 'NR > 1 { printf "{\"kind\":\"%s\",\"bytes\":%s,\"proto\":\"%s\",\"duration\":%s}\n",
    $4, $3, $2, $1 }' flows.csv >rows.jsonl
gzip -k rows.jsonl
same() {
    figures "$@" | grep -v '"sha256"\|"source"' | cmp - <(grep -v '"sha256"\|"source"' want.json)
}
same --data other.csv --label kind --normal 'benign, idle'
same --data rows.jsonl $told
same --data rows.jsonl.gz $told

# Gaps, and a category unseen in training: the area under the curve is that of the scores.
awk -F, -v OFS=, 'NR > 1 && NR % 7 == 3 { $3 = "" } { print }' flows.csv >some.csv
import some.csv gaps.h5 --missing mean >/dev/null
"$EGAD" train --model kdd-bigan --data gaps.h5 --epochs 2 --batch 50 --quiet -o gaps-model.h5 \
    >/dev/null
"$EGAD" threshold gaps-model.h5 --set 0.2 >/dev/null # so that some normal rows are flagged
awk -F, -v OFS=, 'NR > 1 && NR % 5 == 0 { $1 = "" } NR > 1 && NR % 9 == 0 { $2 = "sctp" }
    NR % 20 == 3 { $4 = "attack" } { print }' some.csv >new.csv
says AUROC eval --model gaps-model.h5 --data new.csv $told --score sigma
cp says.err want.err
test "$(wc -l <want.err)" = 2
grep -F 'missing values imputed' want.err
grep -F 'such as proto=sctp' want.err
grep -F 'rows      all: 400, 60 of them anomalies' says.out
"$EGAD" score --model gaps-model.h5 --data new.csv --score sigma >scores.csv 2>err
cmp <(head -2 err) want.err
# The share of such rows among the false alarms; omitted if there are none.
count() { # normal rows that are flagged, and those of them with such a category
    paste -d, scores.csv new.csv | awk -F, 'NR > 1 && $4 && $NF != "attack" { n++; k += $8 }
        END { print k + 0, n + 0 }'
}
test "$(head -1 scores.csv)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
read -r of_them all < <(count)
test "$of_them" -gt 0
rows=rows have=have
[ "$all" != 1 ] || rows=row
[ "$of_them" != 1 ] || have=has
said="sigma: $of_them of the $all normal $rows above the threshold $have a category unseen in training"
grep -xF "$said" says.out
says "\"normal_rows_above_unseen\": $of_them" eval --model gaps-model.h5 --data new.csv $told --score sigma \
    --json
grep -F "\"normal_rows_above\": $all," says.out
says report report gaps-model.h5 --data new.csv $told -o report
"$EGAD" eval --model gaps-model.h5 --data new.csv $told --score combined >said
if line=$(grep 'above the threshold ha' said); then
    grep -F "$line" report/report.html
else
    not grep 'above the threshold ha' report/report.html
fi
# Without labels the normal rows are unknown.
says report report gaps-model.h5 --data new.csv -o report --false-alarms 0.5
grep -E '[0-9] of the [0-9]+ rows? above the threshold ha' report/report.html
# If no false alarm has one, the line is omitted.
cp gaps-model.h5 high.h5
"$EGAD" threshold high.h5 --set-score 1e9 --score sigma >/dev/null
says '"normal_rows_above_unseen": 0' eval --model high.h5 --data new.csv $told --score sigma --json
says AUROC eval --model high.h5 --data new.csv $told --score sigma
not grep 'above the threshold' says.out
says AUROC eval --model model.h5 --data flows.csv $told
not grep 'unseen in training' says.out
says AUROC eval --model gaps-model.h5 --data new.csv $told --score sigma
paste -d, scores.csv new.csv | awk -F, -v want="$(awk '$1 == "AUROC" { print $2 }' says.out)" '
    NR > 1 { score[NR] = $2; odd[NR] = $NF == "attack" }
    END {
        for (i in score)
            for (j in score)
                if (odd[i] && !odd[j]) {
                    pairs++
                    right += score[i] > score[j] ? 1 : score[i] == score[j] ? .5 : 0
                }
        exit !(want < .95 && pairs == 60 * 340 && (right / pairs - want) ^ 2 < 1e-8)
    }'

# The same in explain and report.
says 'row 9: ' explain --model model.h5 --data flows.csv $told --row 9
grep -E '^row 9: .*rank [0-9]+ of 400(, flagged)?, label anomaly: attack$' says.out
says '"class": "benign"' explain --model model.h5 --data rows.jsonl $told --row 0 --json
"$EGAD" eval --model model.h5 --data flows.csv $told --score combined >said
says report/report.html report model.h5 --data flows.csv $told -o report
grep -F "<td>AUROC</td><td class=\"number\">$(awk '$1 == "AUROC" { print $2 }' said) (" \
    report/report.html

# Errors are reported before anything is scored.
for command in eval explain; do
    refused() {
        fails 1 "$1" $command --model model.h5 --data "${@:2}"
    }
    refused "'flows.csv' has no column 'sort'; its columns are duration, proto, bytes, kind" \
        flows.csv --label sort --normal benign
    refused "'flows.csv', column 'kind': no row is labelled 'fine'; there are attack, benign" \
        flows.csv --label kind --normal fine
    grep -v attack flows.csv >normal.csv
    refused "'normal.csv', column 'kind': all rows are normal, both classes are needed" normal.csv $told
    refused "no row is labelled 'attack'; there are benign" normal.csv --label kind \
        --anomalous attack
    grep -v benign flows.csv >odd.csv
    refused "no row is labelled 'benign'; there are attack" odd.csv $told
    refused "'odd.csv', column 'kind': all rows are anomalies, both classes are needed" odd.csv \
        --label kind --anomalous attack
    sed '5s/benign//; 7s/benign//' flows.csv >bad.csv
    refused "'bad.csv' line 5, column 'kind': the label is missing" bad.csv $told
    sed '5s/,benign//' flows.csv >bad.csv
    refused "'bad.csv' line 5: 3 fields, the first line has 4" bad.csv $told
    sed '5s/[0-9]*,benign/many,benign/' flows.csv >bad.csv
    refused "line 5, column 'bytes': 'many' is not a number: correct it" bad.csv $told
    sed '1s/$/,kind/; 2,$s/$/,x/' flows.csv >bad.csv
    refused "'bad.csv' line 1: two columns named 'kind'" bad.csv $told
    sed 1d flows.csv >bad.csv
    refused "line 1: no header, wanted one with the model's columns, such as 'duration'" \
        bad.csv $told
    awk -F, -v OFS=, 'NR > 1 { $4 = $4 NR } { print }' flows.csv >bad.csv
    refused "no row is labelled 'benign'; there are attack" bad.csv $told
    sed '3s/"kind":"[a-z]*",//' rows.jsonl >bad.jsonl
    refused "'bad.jsonl' line 3, column 'kind': the label is missing" bad.jsonl $told
    sed '3s/"kind":"[a-z]*"/"kind":[1]/' rows.jsonl >bad.jsonl
    refused "line 3: column 'kind' is a list or an object" bad.jsonl $told
    refused "column 'proto' cannot be the labels of 'flows.csv': it is a feature of the model" \
        flows.csv --label proto --normal tcp
    mkdir -p images
    fails 2 "'flows.h5' is a data file, which has its own labels or none" \
        $command --model model.h5 --data flows.h5 $told
    fails 2 "'images' is a folder of images, which has no columns" $command --model model.h5 \
        --data images $told
    fails 2 "with a split; 'flows.csv' is a table" $command --model model.h5 \
        --data flows.csv $told --rows test
    fails 2 '--label needs --normal or --anomalous' $command --model model.h5 --data flows.csv \
        --label kind
    fails 2 '--normal and --anomalous need --label' $command --model model.h5 --data flows.csv \
        --normal benign
    fails 2 '--normal and --anomalous cannot be combined' $command --model model.h5 --data flows.csv $told \
        --anomalous attack
done
cp flows.h5 flows.dat
fails 2 "'flows.dat' is a data file without the ending .h5: rename it" eval --model model.h5 --data flows.dat
fails 2 "'flows.csv' does not end in .h5, so it is read as a table: say with --label COLUMN" \
    eval --model model.h5 --data flows.csv
fails 2 '--label needs --normal or --anomalous' report model.h5 --data flows.csv -o page --label kind
fails 2 "'flows.h5' is a data file" report model.h5 --data flows.h5 -o page $told
test ! -e page
