# Every error in rows or model is reported in one line, and the old output stays whole.
given flows.csv flows.h5 model.h5
"$EGAD" score --model model.h5 --data flows.h5 -o out.csv >/dev/null
"$EGAD" score --model model.h5 --data flows.h5 -o out.h5 >/dev/null
bad() {
    keeps out.csv 1 "$1" score --model model.h5 --data "$2" -o out.csv "${@:3}"
    keeps out.h5 1 "$1" score --model model.h5 --data "$2" -o out.h5 "${@:3}"
}
bad "'absent.csv'" absent.csv
bad "'absent.h5'" absent.h5
: >empty.csv
bad "'empty.csv' is empty" empty.csv
head -1 flows.csv >header.csv
bad "'header.csv' has no rows" header.csv
cut -d, -f2 flows.csv >narrow.csv
bad "'narrow.csv' has no columns duration, bytes (2 of the model's 3): add" \
    narrow.csv
# A header with other names is not a row.
sed '1s/.*/Duration,protocol,size,kind/' flows.csv >renamed.csv
bad "no columns duration, proto, bytes (3 of the model's 3): add what is missing, or correct names in the header; unknown columns: Duration, protocol, size, kind; is its first line the header?" \
    renamed.csv
sed '1s/kind/bytes/; 1s/proto/protocol/' flows.csv >twice.csv
bad "unknown columns: protocol, and 'bytes' appears twice" twice.csv
tr , ' ' <flows.csv >blanks.csv
"$EGAD" score --model model.h5 --data blanks.csv | cmp - <("$EGAD" score --model model.h5 --data flows.csv)
tr , : <flows.csv >colons.csv
bad "it is one column: is its first line the header, with names separated by commas" colons.csv
printf '[{"duration":1,"proto":"tcp","bytes":2}]\n' >rows.json
bad "json: 'rows.json' is an array, wanted one object per line: convert it, for example by jq -c '.[]' FILE >FILE.jsonl" rows.json
fails 1 "json: 'rows.json' is an array" eval --model model.h5 --data rows.json --label kind --normal benign
bad "this is not text: save the table as CSV in UTF-8" "$EGAD"
awk -F, -v OFS=, 'NR == 8 { $3 = "many" } { print }' flows.csv >text.csv
bad "line 8, column 'bytes': 'many' is not a number: correct it" text.csv
# The message is one line, whatever the input contains.
awk -F, -v OFS=, 'NR == 8 { $3 = "\"ma\n\nny\"" } { print }' flows.csv >lines.csv
bad "line 8, column 'bytes': 'ma  ny' is not a number" lines.csv
for nan in nan NaN inf ''; do
    awk -F, -v OFS=, -v nan="$nan" 'NR == 8 { $3 = nan } { print }' flows.csv >nan.csv
    bad "line 8, column 'bytes': '$nan' is not a value" nan.csv
done
awk 'NR == 7 { print "1,tcp"; next } { print }' flows.csv >ragged.csv
bad "line 7: 2 fields" ragged.csv
awk 'NR == 7 { print $0 ",1"; next } { print }' flows.csv >ragged.csv
bad "line 7: 5 fields" ragged.csv
gzip -c flows.csv | head -c 1000 >truncated.csv.gz
bad "'truncated.csv.gz' is a truncated .gz" truncated.csv.gz
cp flows.csv text.csv.gz
bad "'text.csv.gz' is named .gz but" text.csv.gz
head -c 3000 flows.h5 >truncated.h5
bad "'truncated.h5' is HDF5, but truncated" truncated.h5
cp flows.h5 flows
bad "'flows' is HDF5, wanted text: 'egad inspect' shows its contents; name a data file .h5 to score it" flows
bad "'model.h5' has format 'egad-model', wanted egad-data" model.h5
bad "no OpenCL device matches 'nonesuch'" flows.csv --device nonesuch

# Columns that the model was not trained on.
import flows.csv wide.h5 --categorical duration >/dev/null
bad "column 'duration' of 'wide.h5' holds categories, but 'model.h5' was trained on numbers" wide.h5
import flows.csv narrow.h5 --drop bytes >/dev/null
bad "'narrow.h5' lacks column 'bytes', which 'model.h5' was trained on: import the" narrow.h5
awk -F, -v OFS=, '{ print $1, $2, $3, (NR == 1 ? "more" : NR), $4 }' flows.csv >more.csv
import more.csv more.h5 >/dev/null
bad "column 'more' of 'more.h5' is unknown to 'model.h5': import the" more.h5
# More, fewer or other categories, even if equally many.
for more in 's/icmp/igmp/' '2s/icmp/igmp/'; do
    sed "$more" flows.csv >categories.csv
    import categories.csv categories.h5 >/dev/null
    bad "category proto=igmp of 'categories.h5' is unknown to 'model.h5': score the" \
        categories.h5
    rm categories.h5
done
grep -v icmp flows.csv >fewer.csv
import fewer.csv fewer.h5 >/dev/null
bad "'fewer.h5' lacks category proto=icmp, which 'model.h5' was trained on: score the" fewer.h5
# Rows of other data without column names.
printf 12345678 | idx 010 4 2 >bare
"$EGAD" data import idx bare >/dev/null 2>&1
bad "'bare.h5' has rows of 2 features, but 'model.h5' was trained on 5" bare.h5
# Equally many features with another name, or in another order.
sed '1s/bytes/packets/' flows.csv >name.csv
import name.csv name.h5 >/dev/null
bad "'name.h5' lacks column 'bytes', which 'model.h5' was trained on, and has 'packets': " name.h5
awk -F, -v OFS=, '{ print $3, $2, $1, $4 }' flows.csv >order.csv
import order.csv order.h5 >/dev/null
bad "is 'bytes', but 'model.h5' was trained on 'duration'" order.h5

# Files that are not models.
cp flows.h5 data.h5
bad_model() {
    keeps out.csv 1 "$1" score --model "$2" --data flows.csv -o out.csv
    fails 1 "$1" eval --model "$2" --data flows.h5
    keeps "$2" 1 "$1" train --resume --data data.h5 -o "$2"
}
echo text >text.h5
: >empty.h5
bad_model "'flows.h5' is not a model file" flows.h5
bad_model "'out.h5' is not a model file" out.h5
bad_model "'text.h5' is not an HDF5 file" text.h5
bad_model "'flows.csv' is not an HDF5 file: 'egad data import csv' makes a data file of it, and 'egad train' a model" flows.csv
bad_model "'empty.h5' is not an HDF5 file" empty.h5
for size in 3000 $(($(wc -c <model.h5) - 1)); do
    head -c $size model.h5 >truncated.h5
    bad_model "'truncated.h5' is HDF5, but truncated" truncated.h5
done
if newer model.h5 newer.h5; then
    bad_model "'newer.h5' was written by a newer egad" newer.h5
fi

# Outputs that even root cannot write.
echo a file >file
mkdir folder
for out in folder folder/; do
    keeps file 1 "'$out' is a folder: give the name of a file" score --model model.h5 \
        --data flows.csv -o $out
done
for out in file/out.csv file/out.h5 /proc/out.csv /proc/out.h5; do
    keeps file 1 "'$out'" score --model model.h5 --data flows.csv -o $out
done
# A disk that is full.
if [ -w /dev/full ]; then
    fails 1 'No space left' score --model model.h5 --data flows.csv -o /dev/full
    not "$EGAD" score --model model.h5 --data flows.csv >/dev/full
fi
flows 4000 >many.csv
full_disk 16 '
    echo row,score >disk/old.csv
    echo row,score >disk/old.h5
    bad="score --model model.h5 --data many.csv -o"
    keeps disk/old.csv 1 "No space left" $bad disk/old.csv
    keeps disk/old.h5 1 "No space left" $bad disk/old.h5
    test "$(echo $(ls -A disk))" = "old.csv old.h5"'

# A table has no split.
for rows in train test; do
    keeps out.csv 2 "--rows $rows needs a data file (.h5) with a split; 'flows.csv' is a table" score \
        --model model.h5 --data flows.csv --rows $rows -o out.csv
done
fails 2 "with a split; '-' is a table" score --model model.h5 --data - --rows test
"$EGAD" score --model model.h5 --data flows.csv --rows all -o out.csv >said
