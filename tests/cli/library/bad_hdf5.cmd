given flows.csv flows.h5
echo text >text.h5
head -c 1500 flows.h5 >truncated.h5
head -c $(($(wc -c <flows.h5) - 1)) flows.h5 >nearly.h5
: >empty.h5
for file in text.h5 truncated.h5 nearly.h5 empty.h5 absent.h5; do
    fails 1 "'$file'" data info $file
    fails 1 "'$file'" inspect $file
done
# For a table, going by its file name, the message names the import command.
gzip -k flows.csv
for file in flows.csv flows.csv.gz; do
    fails 1 "h5: '$file' is not an HDF5 file: 'egad data import csv' makes a data file of" \
        data info $file
done
echo row,score >scores.csv
fails 1 "'scores.csv' is a file of scores, not a data file" data info scores.csv
fails 1 "not an HDF5 file; data files are written by 'egad data import'" data info text.h5
cp flows.h5 named.csv
says csv inspect named.csv
says csv inspect flows.h5
fails 1 "'flows.h5' is HDF5, wanted text" data import csv flows.h5 -o out.h5
test ! -e out.h5
if newer flows.h5 newer.h5; then
    fails 1 "'newer.h5' was written by a newer egad" data info newer.h5
fi
