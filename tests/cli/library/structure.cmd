# Tables as they come: what is decided is printed, what is doubtful is refused with the option
# that settles it.
given flows.csv
import flows.csv plain.h5 >/dev/null
shape() { "$EGAD" data info "$1" | sed -n '/^columns/,$p'; }
same() {
    import "$1" made.h5 --force "${@:2}" >/dev/null 2>noted
    diff <(shape plain.h5) <(shape made.h5)
}
# Repeated headers, a title, a separator, twice the same column.
awk 'NR == 1 { head = $0 } { print } NR % 100 == 50 { print head }' flows.csv >joined.csv
same joined.csv
grep -x '4 lines repeat the header, the first is line 51: left out' noted
{ echo 'Flows of July'; echo; cat flows.csv; } >titled.csv
same titled.csv
grep -x '2 lines above the table left out: it begins in line 3' noted
tr , ' ' <flows.csv >blanks.csv
same blanks.csv
grep -x 'the columns are separated by blanks' noted
same blanks.csv --separator blank
test ! -s noted
tr , ';' <flows.csv | sed '2,$s/[.]/,/' >semi.csv
bad="data import csv semi.csv --label kind --normal benign -o no.h5"
fails 1 "csv: 'semi.csv' line 2, column 'duration': '0,0' is a number with a decimal comma: read it so with --decimal , (--categorical 'duration' reads categories)" $bad
test ! -e no.h5
same semi.csv --decimal comma
awk -F, -v OFS=, 'NR > 1 { $3 = "\"" ($3 > 999 ? int($3 / 1000) "," sprintf("%03d", $3 % 1000) : $3) "\"" } { print }' \
    flows.csv >thousands.csv
fails 1 "with --thousands , (" data import csv thousands.csv -o no.h5
same thousands.csv --thousands comma
# No header, with names from the command line.
sed 1d flows.csv >nohead.csv
same nohead.csv --header duration,proto,bytes,kind
test ! -s noted
awk 'BEGIN { for (i = 0; i < 30; i++) print i * 1.5 "," i * .7 + 3 }' >numbers.csv
sed 1d flows.csv | sed 's/,icmp,100/,icmp,/' >gap.csv
for part in "line 1, column 'column3': the value is missing; drop such rows with --missing drop" \
    '; no header was found: --header NAMES or first sets one'; do
    fails 1 "$part" data import csv gap.csv -o no.h5
done
fails 1 "csv: 'numbers.csv' line 1: numbers above numbers, which may be a row or a header: --header none" \
    data import csv numbers.csv -o no.h5
says 'rows       30' data import csv numbers.csv -o numbers.h5 --header none
awk 'BEGIN { for (i = 0; i < 30; i++) print i % 7 + 20, i % 5 + 10, i % 3 + 6 }' >numbers.csv
says 'rows       30' data import csv numbers.csv -o numbers.h5 --force
# Columns of one name, and names with commas.
sed '1s/bytes/duration/; 1s/proto/"proto, col"/' flows.csv >names.csv
"$EGAD" data import csv names.csv --label kind --normal benign -o names.h5 >/dev/null 2>noted
grep -x "several columns are named 'duration': column 3 is read as 'duration.2'" noted
says 'duration.2 ' data info names.h5
says 'features   1, of 1 columns' data import csv names.csv --label kind --normal benign --force \
    -o names.h5 --drop 'proto, col' --drop duration.2
says 'features   1, of 1 columns' data import csv names.csv --label kind --normal benign --force \
    -o names.h5 --keep duration.2
fails 1 "no column is left as a feature" data import csv names.csv --label kind --normal benign --force \
    -o names.h5 --drop '"proto, col",duration'
# Labels: empty ones, with commas, and in two spellings.
sed 's/,benign$/,/; s/,attack$/,"dos, slow"/' flows.csv >labels.csv
sed 's/,attack$/,"dos, slow"/' flows.csv >slow.csv
labels() { "$EGAD" data import csv "$1" --label kind "${@:2}" -o labels.h5 --force; }
labels labels.csv --normal '' >imported
grep -F ' 40 anomalies' imported
labels slow.csv --anomalous 'dos, slow' | diff <(sed '1,2d; $d' imported) <(sed '1,2d; $d' /dev/stdin)
labels slow.csv --normal attack --normal benign >imported 2>&1 || true
grep -F "no row is labelled 'attack'; there are benign, dos, slow" imported
labels slow.csv --anomalous '"dos, slow"' --anomalous benign >imported 2>&1 || true
grep -F 'all rows are anomalies' imported
labels labels.csv --anomalous 'dos, slow' >imported 2>&1 || true
grep -F "line 2, column 'kind': the label is missing" imported
awk -F, -v OFS=, 'NR % 50 == 7 { sub("benign", "Benign", $4) } { print }' flows.csv >spelt.csv
import spelt.csv spelt.h5 >/dev/null 2>warned
grep -E "^egad: warning: labels 'benign', [0-9]+ rows, and 'Benign', [0-9] rows, differ only in case or blanks: one is normal, the other anomalous; list both if they are the same$" warned
import spelt.csv spelt.h5 --force --normal Benign >/dev/null 2>warned
grep 'differ only in case or blanks: both are counted alike$' warned
# NaN is no category.
awk -F, -v OFS=, 'NR == 9 { $3 = "NaN" } NR == 12 { $3 = "none" } { print }' flows.csv >nan.csv
fails 1 "line 9, column 'bytes': 'NaN' among numbers is not a value; drop such rows with --missing drop" \
    data import csv nan.csv -o no.h5
# Numbers that are no features.
awk -F, -v OFS=, '{ print (NR == 1 ? "" : NR - 1), (NR == 1 ? "id" : NR * 211 % 997), (NR == 1 ? "zip" : sprintf("%05d", NR % 50 * 7)), (NR == 1 ? "big" : "900719925474" 5000 + NR % 5 * 1000), $0 }' \
    flows.csv >ids.csv
import ids.csv ids.h5 >/dev/null 2>warned
cat >want <<'END'
egad: warning: column 'column1' rises or falls from each row to the next, as row numbers and times do: leave it out with --drop 'column1', or with --id 'column1', which shows it beside scores, or keep it with --numeric 'column1'
egad: warning: column 'id' has another whole number in every row, as identifiers do: leave it out with --drop 'id', or with --id 'id', which shows it beside scores, or keep it with --numeric 'id'
egad: warning: column 'zip' is read as numbers, though '00014', line 2, begins with a zero, as codes do: --categorical 'zip' reads categories, --numeric 'zip' keeps the numbers
egad: warning: column 'big' is read as numbers, though '9007199254747000', line 2, has more digits than a number can keep, as identifiers do: leave it out with --drop 'big', or with --id 'big', which shows it beside scores, or keep it with --numeric 'big'
END
diff want warned
import ids.csv ids.h5 --force --drop column1,id --categorical zip --numeric big >/dev/null 2>warned
test ! -s warned
# Options that contradict each other or the file.
fails 2 "--decimal must be one character, not 'x,'" data import csv semi.csv -o no.h5 --decimal x,
fails 1 "csv: decimal mark ';', wanted a point or a comma" data import csv semi.csv -o no.h5 --decimal ';'
fails 1 "',' cannot separate both thousands and decimals" data import csv semi.csv -o no.h5 --decimal , --thousands ,
fails 1 "no line is left below the 999 that are skipped" data import csv flows.csv -o no.h5 --skip 999
fails 1 "has 4 columns, but --header has 2 names" data import csv nohead.csv -o no.h5 --header a,b
test ! -e no.h5
