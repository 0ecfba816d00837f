# Explained rows of a table: their choice, their columns, and consistent sums.
given flows.csv flows.h5 model.h5
says 'row ' explain --model model.h5 --data flows.h5 --top 3
test "$(grep -c '^row ' says.out)" = 3
grep -E '^row [0-9]+: score [-0-9.e+]+, rank 1 of 220(, flagged)?, label (anomaly: attack|normal: benign)$' says.out
grep -E '^  column +value +quantile +expected +residual +share$' says.out
# The most important column first; all shares add up to 100 %.
awk '/^row/ { rows++; last = 1e30 }
     /%$/ { bad += $(NF - 1) > last; last = $(NF - 1); sum += $(NF - 1) }
     END { exit bad || rows != 3 || sum < 299.1 || sum > 300.9 }' says.out
says 'rank 1 of' explain --model model.h5 --data flows.h5
test "$(grep -c '^row ' says.out)" = 5

# The published number of a category, if there is one.
grep -x '(number) after a category: its reconstructed weight, .* category' says.out
grep -F "a column's share is by how much it falls if the column is" says.out
import flows.csv numbers.h5 --drop proto >/dev/null
"$EGAD" train --model kdd-bigan --data numbers.h5 --epochs 1 --batch 50 --quiet -o numbers-model.h5 \
    >/dev/null
says 'row ' explain --model numbers-model.h5 --data numbers.h5
not grep 'after a category' says.out

# The score equals that of egad score; residuals of columns sum to that of the row.
"$EGAD" score --model model.h5 --data flows.h5 --rows all >scores.csv
says '"rank": 1,' explain --model model.h5 --data flows.h5 --rows all --top 1 --json \
    --row 12,399,12
tr -d '",' <says.out | awk '
    function near(a, b) { if ((a - b) ^ 2 > 1e-9 * (1 + b ^ 2)) bad = 1 }
    NR == FNR { split($0, f, ","); want[f[1]] = f[2]; next }
    $1 == "row:" { row = $2; rows++ }
    $1 == "score:" && rows { near($2, want[row]) }
    $1 == "columns:" { sum = columns = 0; total = residual }
    $1 == "residual:" { residual = $2; sum += $2; columns++ }
    $1 == "]" && columns { near(sum, total); lists += columns == 3; columns = 0 }
    END { exit bad || rows != 3 || lists != 3 }' scores.csv -
grep -F '"expected": "' says.out
grep -F '"class": "attack"' says.out

# Requested rows, of any part of the split.
says 'row 0: ' explain --model model.h5 --data flows.h5 --row 0,9
test "$(grep -c '^row ' says.out)" = 2
grep -E '^row 9: .*rank [0-9]+ of 220(, flagged)?, label anomaly: attack$' says.out
says 'not among these rows' explain --model model.h5 --data flows.h5 --rows train --row 9

# Tables: a category unseen in training, and a number beyond the limit of the scaling.
printf '%s\n' 'duration,proto,bytes' '1,sctp,200' '1,tcp,1e15' >new.csv
says '(unknown)' explain --model model.h5 --data new.csv
grep -E '^  bytes +1e\+15 \* +> all ' says.out
grep -F '* outside the range' says.out
grep -F 'proto=sctp: the score rises by them' says.err
says 'row 1' explain --model model.h5 --data - --row 1 --score sigma <new.csv
grep -F 'proto=sctp: the score takes them for no category, and may rise or fall' says.err
"$EGAD" explain --model model.h5 --data new.csv --json 2>err | tr -d '", ' |
    awk -F: '$1 == "column" { column = $2 } $1 == "unseen" { print column, $2 }' | sort | uniq -c |
    awk '{ print $1, $2, $3 }' |
    cmp - <(printf '%s\n' '2 bytes false' '2 duration false' '1 proto false' '1 proto true')
# Expected values are limited to the training range, here at once, which is reported.
awk -F, -v OFS=, '{ print (NR == 1 ? "same" : 5), $0 }' flows.csv >same.csv
import same.csv same.h5 >/dev/null
"$EGAD" train --model kdd-bigan --data same.h5 --epochs 1 --batch 50 --quiet -o same-model.h5 >/dev/null
says ' same ' explain --model same-model.h5 --data same.csv --row 0
grep -E '^  same +5 +50 % +[<>]= 5 ' says.out
# Where values lie among those of the training rows: each of the columns' own quantiles.
printf '%s\n' duration,proto,bytes -1e9,tcp,1e9 >far.csv
"$EGAD" explain --model model.h5 --data far.csv --json 2>err | tr -d '", ' >far.json
awk -F: '$1 == "column" { column = $2 } $1 == "quantile" || $1 == "outside" { print column, $1, $2 }' far.json |
    sort | cmp - <(printf '%s\n' 'bytes outside true' 'bytes quantile 1.0' 'duration outside true' 'duration quantile 0.0')
grep -F '>= or <= before an expected value' says.out

fails 1 "'flows.h5' has rows 0 to 399, no row 400" explain --model model.h5 \
    --data flows.h5 --row 400
fails 1 "'flows.h5' holds a table" explain --model model.h5 --data flows.h5 -o folder
test ! -e folder
fails 2 "with a split; 'new.csv' is a table" explain --model model.h5 --data new.csv \
    --rows test
fails 1 "'absent.h5'" explain --model model.h5 --data absent.h5
import flows.csv narrow.h5 --drop bytes >/dev/null
fails 1 "'narrow.h5' lacks column 'bytes', which 'model.h5' was trained on" explain --model model.h5 --data narrow.h5

# Another encoding, a truncated character, and such a file name: JSON is always UTF-8.
sed $'s/proto/pr\xf6to/; s/udp/caf\xe9/; s/icmp/\xe2\x82/; s/tcp/t\xe2\x82\xac/' flows.csv >$'l\xe9.csv'
import $'l\xe9.csv' latin.h5 >/dev/null
"$EGAD" train --model kdd-bigan --data latin.h5 --epochs 1 --batch 50 --quiet -o latin-model.h5 \
    >/dev/null
says '"column": "pr?to",' explain --model latin-model.h5 --data $'l\xe9.csv' --json --row 9,0,1
iconv -f UTF-8 -t UTF-8 says.out | cmp - says.out
for text in '"file": "l?.csv",' '"value": "caf?",' '"value": "??",' $'"value": "t\xe2\x82\xac",'; do
    grep -F "$text" says.out
done
