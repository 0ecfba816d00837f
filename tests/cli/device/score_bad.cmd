given flows.csv flows.h5 model.h5
"$EGAD" score --model model.h5 --data flows.h5 -o out.csv
bad() {
    keeps out.csv 1 "$1" score --model model.h5 --data "$2" -o out.csv "${@:3}"
}
bad absent.csv absent.csv
: >empty.csv
bad empty.csv empty.csv
cut -d, -f1,2 flows.csv >narrow.csv
bad bytes narrow.csv
awk -F, -v OFS=, 'NR == 8 { $3 = "many" } { print }' flows.csv >text.csv
bad bytes text.csv
bad 8 text.csv
awk -F, -v OFS=, 'NR == 8 { $3 = "nan" } { print }' flows.csv >nan.csv
bad bytes nan.csv
awk 'NR == 7 { print "1,tcp"; next } { print }' flows.csv >ragged.csv
bad 7 ragged.csv
gzip -c flows.csv | head -c 1000 >truncated.csv.gz
bad truncated.csv.gz truncated.csv.gz
import flows.csv wide.h5 --categorical duration >/dev/null
bad model.h5 wide.h5
keeps out.csv 1 flows.h5 score --model flows.h5 --data flows.csv -o out.csv
head -c 3000 model.h5 >truncated.h5
keeps out.csv 1 truncated.h5 score --model truncated.h5 --data flows.csv -o out.csv
echo a file >file
keeps file 1 file/out.csv score --model model.h5 --data flows.csv -o file/out.csv
keeps file 1 file/out.h5 score --model model.h5 --data flows.csv -o file/out.h5
if [ -w /dev/full ]; then
    fails 1 'No space left' score --model model.h5 --data flows.csv -o /dev/full
    not "$EGAD" score --model model.h5 --data flows.csv >/dev/full
fi
