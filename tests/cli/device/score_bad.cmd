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
bad "'wide.h5' has rows of" wide.h5
grep -F "'model.h5' was trained on 5" fails.err
# As many features, but of other categories, of another name, in another order.
sed 's/icmp/igmp/' flows.csv >categories.csv
import categories.csv categories.h5 >/dev/null
bad "column 'proto' of 'categories.h5'" categories.h5
sed '1s/bytes/packets/' flows.csv >name.csv
import name.csv name.h5 >/dev/null
bad "is 'packets', 'model.h5' was trained on 'bytes'" name.h5
awk -F, -v OFS=, '{ print $3, $2, $1, $4 }' flows.csv >order.csv
import order.csv order.h5 >/dev/null
bad "is 'bytes', 'model.h5' was trained on 'duration'" order.h5
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
