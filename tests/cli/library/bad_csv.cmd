# Every failure keeps the old output whole, and names the file.
given flows.csv
import flows.csv out.h5 >/dev/null
bad() {
    keeps out.h5 1 "$1" data import csv "$2" --label kind --normal benign -o out.h5 \
        --force "${@:3}"
}
bad absent.csv absent.csv
: >empty.csv
bad empty.csv empty.csv
head -1 flows.csv >header.csv
bad header.csv header.csv
awk 'NR == 7 { print "1,tcp,2"; next } { print }' flows.csv >ragged.csv
bad ragged.csv ragged.csv
bad 7 ragged.csv
awk -F, -v OFS=, 'NR == 8 { $3 = "many" } { print }' flows.csv >text.csv
bad bytes text.csv --numeric bytes
bad 8 text.csv --numeric bytes
awk -F, -v OFS=, 'NR == 9 { $3 = "nan" } { print }' flows.csv >nan.csv
bad bytes nan.csv --numeric bytes
bad "line 9, column 'bytes': 'nan' is not a value; drop such rows with --missing drop" nan.csv
awk -F, -v OFS=, 'NR == 9 { $3 = "1e99" } { print }' flows.csv >huge.csv
bad "'1e99' is too large for float32: remove the row, or use a larger unit for the column" huge.csv
awk -F, -v OFS=, 'NR > 1 { $3 = "" } { print }' flows.csv >hollow.csv
for how in fail drop mean; do
    bad "'hollow.csv', column 'bytes': it is empty, no row has a value: drop it with --drop 'bytes'" \
        hollow.csv --missing $how
done
awk -F, -v OFS=, 'NR > 1 { $4 = "" } { print }' flows.csv >unlabelled.csv
bad "column 'kind': no row is labelled 'benign': the label column is empty: fill it in" unlabelled.csv
awk -F, -v OFS=, 'NR == 8 { $3 = "8.07 bar" } { print }' flows.csv >units.csv
bad "'8.07 bar' is not a number: write the number alone" units.csv --numeric bytes
head -2 flows.csv >few.csv
tail -1 flows.csv >>few.csv
bad "none of 2 rows is a training row (2 are test rows): give more normal rows, or a smaller --test-fraction" few.csv
awk -F, -v OFS=, 'NR == 9 { $3 = "" } { print }' flows.csv >missing.csv
bad "line 9, column 'bytes': the value is missing; drop such rows with --missing drop, or impute" \
    missing.csv
import missing.csv dropped.h5 --missing drop >/dev/null
says 'rows       399' data info dropped.h5
import missing.csv filled.h5 --missing mean >/dev/null
says 'rows       400' data info filled.h5
keeps out.h5 1 "no column 'sort'; its columns are duration" data import csv flows.csv \
    --label sort --normal benign -o out.h5 --force
{ echo sep=,; cat flows.csv; } >excel.csv
bad "'excel.csv' line 1: the first line sets a delimiter for Excel, wanted the header: remove the line" excel.csv
printf '\0\0\10\1\0\0\0\1x' >bytes
bad "'bytes' is not text but IDX: import it with 'egad data import idx'" bytes
sed 1d flows.csv >nohead.csv
bad "no column 'kind'; its columns are column1, column2, column3, column4: no line of it has names: --header sets them" nohead.csv
bad "no column 'Kinds', but 'kind'; its columns are duration" flows.csv --drop Kinds
bad colour flows.csv --drop colour
bad colour flows.csv --numeric colour
bad "'.': it is a folder" .
printf 'PK\3\4\24\0\6\0' >sheet.xlsx
bad "'sheet.xlsx' line 1: a zero byte: this is not text: save the table as CSV" sheet.xlsx
# Files that are not text, whatever other errors they have, and JSON.
bad "this is not text: save the table as CSV in UTF-8" "$EGAD"
printf 'PAR1\025\004\n' >x.parquet
bad "'x.parquet' is Parquet, wanted text: convert it" x.parquet
printf '[{"kind": "benign"}]\n' >rows.json
bad "'rows.json' is JSON, wanted CSV with a header line, or a file with one object per line" \
    rows.json
# A single column suggests another delimiter or a header further down.
bad "no column 'kind'; its columns are duration,proto,bytes,kind: it is one column, as its first line does not have that separator: omit --separator" \
    flows.csv --delimiter ';'
tr , : <flows.csv >colons.csv
bad "its columns are duration:proto:bytes:kind: it is one column: is its first line the header? --separator sets" colons.csv
grep -v attack flows.csv >one.csv
bad "all rows are normal, both classes are needed; use --drop 'kind' instead of --label to train on all rows" one.csv
keeps out.h5 1 "no row is labelled 'nothing'; there are attack, benign" data import csv \
    flows.csv --label kind --normal nothing -o out.h5 --force
# Decimal commas are reported in numeric columns, and where there are too many words.
awk 'BEGIN { print "price;kind"; for (i = 0; i < 3000; i++) print i ",5;" (i % 9 ? "benign" : "attack") }' \
    >commas.csv
bad "'0,5' is not a number: write it with a decimal point" commas.csv --numeric price
bad "line 2, column 'price': '0,5' is a number with a decimal comma: read it so with --decimal ," commas.csv
# Columns with too many values are reported together, with the options that drop them.
awk 'BEGIN { print "id,v,host name,w,kind"
    for (i = 0; i < 1500; i++)
        print "i" i "," i / 4 ",h" i "," (i == 3 ? "ERR" : i % 9) "," (i % 9 ? "benign" : "attack") }' >ids.csv
bad "more than 1000 distinct values in each of 2 columns; drop them with --drop 'id,host name', or keep one that identifies the rows with --id" ids.csv
bad "line 1002, column 'id': more than 1000 distinct values; drop the column with --drop 'id', or if it identifies the rows, keep it beside them with --id 'id'" \
    ids.csv --drop 'host name'
bad "column 'v': more than 1000 distinct values, all of them numbers: remove it from --categorical" \
    ids.csv --drop 'id, host name' --categorical v
bad "line 1002, column 'id': more than 1000 distinct values: choose a column with fewer" \
    ids.csv --split-column id
import ids.csv ids.h5 --drop 'host name' --id id >/dev/null
import ids.csv ids.h5 --drop 'id, host name' --force >/dev/null 2>warned
sed 's/^i9,[^,]*/i9,none/' ids.csv >none.csv
bad "column 'v': more than 1000 distinct values, of which 'none', line 11, is the first that is not a number; --drop 'v' drops the column" \
    none.csv --drop 'id, host name'
sed 's/^i1000,[^,]*/i1000,none/' ids.csv >exactly.csv
bad "column 'v': more than 1000 distinct values, of which 'none', line 1002, is the first" \
    exactly.csv --drop 'id, host name'
sed 's/^i1400,[^,]*/i1400,none/' ids.csv >late.csv
bad "line 1402, column 'v': 'none' is not a number, and more than 1000 distinct values are too many categories; drop the column with --drop 'v'" \
    late.csv --drop 'id, host name'
