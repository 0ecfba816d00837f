# Every failure leaves the old output whole, and names the file.
given flows.csv
import flows.csv out.h5 >/dev/null
bad() {
    keeps out.h5 1 "$1" data import csv "$2" --label kind --normal benign -o out.h5 \
        "${@:3}"
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
awk -F, -v OFS=, 'NR == 9 { $3 = "1e99" } { print }' flows.csv >huge.csv
bad bytes huge.csv --numeric bytes
awk -F, -v OFS=, 'NR == 9 { $3 = "" } { print }' flows.csv >missing.csv
bad bytes missing.csv
import missing.csv dropped.h5 --missing drop >/dev/null
says 'rows       399' data info dropped.h5
import missing.csv filled.h5 --missing mean >/dev/null
says 'rows       400' data info filled.h5
keeps out.h5 1 "no column 'sort'; its columns are duration" data import csv flows.csv \
    --label sort --normal benign -o out.h5
bad colour flows.csv --drop colour
bad colour flows.csv --numeric colour
bad "'.': it is a folder" .
grep -v attack flows.csv >one.csv
bad "all rows are normal, wanted both kinds" one.csv
keeps out.h5 1 "no row is labelled 'nothing'; there are attack, benign" data import csv \
    flows.csv --label kind --normal nothing -o out.h5
# Decimal commas are told, where a number is wanted and where words are too many.
awk 'BEGIN { print "price;kind"; for (i = 0; i < 3000; i++) print i ",5;" (i % 9 ? "benign" : "attack") }' \
    >commas.csv
bad "'0,5' is not a number: write it with a decimal point" commas.csv --numeric price
bad 'more than 1000 distinct values; drop the column or take it as numbers: write it with' \
    commas.csv
