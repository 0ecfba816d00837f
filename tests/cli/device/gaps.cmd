# A model of data with imputed values imputes missing values in scored rows too.
given flows.csv flows.h5 model.h5
awk -F, -v OFS=, 'NR > 1 && NR % 7 == 3 { $3 = "" } NR > 1 && NR % 11 == 4 { $2 = "" }
    { print }' flows.csv >some.csv
import some.csv gaps.h5 --missing mean >/dev/null
"$EGAD" train --model kdd-bigan --data gaps.h5 --epochs 2 --batch 50 --quiet -o gaps-model.h5 \
    >/dev/null
says '4: ?, icmp, tcp, udp' data info gaps.h5
# The number of imputed values by column.
gaps=$(awk -F, '$3 == "" { n++ } END { print n }' some.csv)
grep -x "imputed    $gaps missing values: bytes ($gaps)" says.out
not grep '^imputed' <("$EGAD" data info flows.h5)
fill() { "$EGAD" data info gaps.h5 | sed -n "s/^ *$1 .*, missing values imputed with //p"; }
duration=$(fill duration) bytes=$(fill bytes)
# The mean of training rows, also of a column without gaps; compared by digits.
says '/schema/fill  (3)' inspect gaps.h5
says '/preprocessing/fill  (3)' inspect gaps-model.h5
not grep fill <("$EGAD" inspect flows.h5)
not grep fill <("$EGAD" data info flows.h5)
awk -v a="$duration" -v b="$bytes" 'BEGIN { exit !(a > 2 && a < 3 && b > 250 && b < 350) }'

score="score --model gaps-model.h5 --false-alarms .2"
# Each spelling of a gap, in every column, against the value itself.
new() {
    printf '%s\n' 'duration,proto,bytes' "1,tcp,$2" "$1,udp,300" "2,$3,200" "$1,$3,$2"
}
new "$duration" "$bytes" '?' >full.csv
"$EGAD" $score --data full.csv >want.csv 2>err
test ! -s err
"$EGAD" $score --data - <full.csv >want.pipe
"$EGAD" explain --model gaps-model.h5 --data - --json <full.csv >want.json
not grep -F '"filled": true' want.json
for gap in '' NA n/a NULL '?' nan; do
    new "$gap" "$gap" '' >new.csv
    "$EGAD" $score --data new.csv 2>err | cmp - want.csv
    grep -x '4 missing values imputed by training means, the first in column bytes' err
    test "$(wc -l <err)" = 1
    "$EGAD" $score --data - <new.csv 2>err | cmp - want.pipe
    grep '^4 missing values imputed by training means, the first in column bytes' err
    "$EGAD" explain --model gaps-model.h5 --data - --json <new.csv 2>err >new.json
    sed 's/"filled": true/"filled": false/' new.json | cmp - want.json
    test "$(grep -c '"filled": true' new.json)" = 4
done
# Imputed values are marked, in their row only: in print, where their columns are listed, in JSON,
# on a page.
marked() {
    awk '/^row/ { row = $2 } /\(imputed\)/ { print row $1 }' says.out | sort | xargs
}
says 'row 3: ' explain --model gaps-model.h5 --data new.csv
test "$(marked)" = '0:bytes 3:bytes 3:duration'
grep -E "^  duration +[0-9.]+ \(imputed\) +[-0-9.e]+ % +[-0-9.]+ " says.out
says 'row 3: ' explain --model gaps-model.h5 --data full.csv
test -z "$(marked)"
"$EGAD" explain --model gaps-model.h5 --data new.csv --row 1 --json 2>err | tr -d '", ' |
    awk -F: '$1 == "column" { column = $2 } $1 == "filled" { print column, $2 }' | sort |
    cmp - <(printf '%s\n' 'bytes false' 'duration true' 'proto false')
"$EGAD" report gaps-model.h5 --data new.csv -o report >/dev/null 2>&1
says '"filled": true' explain --model gaps-model.h5 --data gaps.h5 --row 1,3 --json
test "$(grep -c '"filled": true' says.out)" = 1
test "$(grep -o '(imputed)' report/report.html | sort | uniq -c | xargs)" = \
    '3 (imputed)'
# JSON lines: null or a missing key is a gap; a line without any key, or with a misspelt
# one, is an error.
printf '%s\n' '{"duration":1,"proto":"tcp","bytes":null}' '{"proto":"udp","bytes":300}' \
    '{"duration":2,"proto":null,"bytes":200}' '{"proto":null}' '{"colour":"red"}' \
    '{"duration":1,"proto":"tcp","bytes":[]}' '{"duration":1,"proto":"tcp","Bytes":9}' |
    "$EGAD" $score --data - >json 2>err
head -4 json | tr -d '{}"' | sed 's/[a-z_]*://g' >pipe.json
paste -d, pipe.json <(sed 1d want.csv) | awk -F, '
    { bad += $1 != $7 || ($2 - $8) ^ 2 > 1e-10 * (1 + $8 ^ 2) || $4 != $10 } END { exit bad || NR != 4 }'
sed -n 5p json | grep -F "line 5 has none of the model's 3 columns, such as 'duration'"
sed -n 6p json | grep -F "line 6: column 'bytes' is a list or an object: expected one value"
sed -n 7p json | grep -F "line 7: no 'bytes', but 'Bytes': correct the name, or write null for a missing value"
grep '^4 missing values imputed' err
# Names that differ in a number are different names.
sed '1s/bytes/temp1/' some.csv >temp.csv
import temp.csv temp.h5 --missing mean >/dev/null
"$EGAD" train --model kdd-bigan --data temp.h5 --epochs 1 --batch 50 --quiet -o temp-model.h5 >/dev/null
printf '%s\n' '{"duration":1,"proto":"tcp","temp2":9}' '{"duration":1,"proto":"tcp","tmp1":9}' |
    "$EGAD" score --model temp-model.h5 --data - >json 2>err
test "$(grep -c '"score"' json)" = 1
sed -n 2p json | grep -F "no 'temp1', but 'tmp1'"
# Rewriting a model keeps its imputed values.
"$EGAD" threshold gaps-model.h5 --set .3 >/dev/null
new '' '' '' >new.csv
"$EGAD" $score --data new.csv 2>err | cut -d, -f1,2 |
    cmp - <(cut -d, -f1,2 want.csv)

# A model without imputed values rejects gaps, and says what to do.
for how in fail drop; do
    in=some.csv
    [ $how = drop ] || in=flows.csv
    import $in none.h5 --force --missing $how >/dev/null
    "$EGAD" train --model kdd-bigan --data none.h5 --epochs 1 --batch 50 --quiet --force -o none-model.h5 \
        >/dev/null
    fails 1 "line 2, column 'bytes': '' is not a value, and the model has none to impute" \
        score --model none-model.h5 --data new.csv
    grep -F 'import its training data with --missing mean and retrain, or drop the row' \
        fails.err
    fails 1 "line 2, column 'bytes': '' is not a value" explain --model none-model.h5 --data new.csv
    "$EGAD" score --model none-model.h5 --false-alarms .2 --data - <new.csv >pipe.csv 2>err
    test "$(grep -c 'is not a value' pipe.csv)" = 3
    # A missing category is encoded as none of the known ones.
    grep -x '1 value of a category unseen in training, such as proto=: the score rises by them as by rare categories' err
done
