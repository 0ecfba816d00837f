# Dates and windows of a series: files and pipes, CSV and JSON lines give the same scores.
awk 'BEGIN {
    print "when,v,kind,ok"
    for (i = 0; i < 400; i++)
        printf "%s,%.3f,%s,%s\n", sprintf("2018-%02d-%02dT%02d:%02d:00", 1 + int(i / 240),
               1 + int(i / 12) % 20, i * 2 % 24, i % 60), i % 12 + i * 7 % 10 / 40,
               i % 3 ? "a" : "b", int(i / 4) == 75 ? "no" : "yes"
}' >table.csv
fails 1 "wanted a number or a date" data import csv table.csv --window 3 --time kind
fails 1 "has no column 'wen'" data import csv table.csv --date wen
fails 1 "by --label and by --date" data import csv table.csv --date when --label when --normal x
fails 1 "line 2, column 'kind': 'b' is not a date: write it as" data import csv table.csv --date kind
fails 1 "fewer than the 500 of a window" data import csv table.csv --drop when --window 500
fails 1 "a step and a column of time need windows" data import csv table.csv --drop when --step 2
fails 1 "would tear windows apart" data import csv table.csv --drop when --window 3 --missing drop
fails 2 "--date-order must be day|month" data import csv table.csv --date when --date-order year
tac table.csv | head -n -1 >back.csv
fails 1 "is before line 1: sort the rows by time" data import csv back.csv \
    --header when,v,kind,ok --time when --window 3
printf '%s\n' d,v 3/7/2018,1 4/7/2018,2 >slash.csv
fails 1 "'3/7/2018' may have the day or the month first: say so with --date-order" \
    data import csv slash.csv --date d
"$EGAD" data import csv slash.csv --date d --date-order day -o slash.h5 >imported 2>hint
says 'd.weekday                     2: Tue, Wed' data info slash.h5
"$EGAD" data import csv slash.csv --date d --date-order month -o month.h5 >imported 2>hint
says 'd.weekday                     2: Sat, Wed' data info month.h5

"$EGAD" data import csv table.csv --label ok --normal yes --date when --drop when.days_since_start \
    --time when --window 4 -o windows.h5 >imported 2>hint
grep -x 'read from dates: when.hour, when.weekday' hint
grep -x 'each row is a window of 4 rows, 1 apart, with the label of the last; windows of normal rows train, the earlier ones' hint
grep -x 'rows       397 (of 400 read)' imported
grep -x 'train      195 normal' imported
"$EGAD" train --model nearest --data windows.h5 -o series.h5 --quiet >trained
"$EGAD" score --model series.h5 --data table.csv -o file.csv >scored 2>&1
"$EGAD" score --model series.h5 --data - <table.csv >pipe.csv 2>hint
test "$(wc -l <file.csv)" = 401
cmp pipe.csv file.csv
# Other notations of the same moments, in another order of columns.
awk -F, 'NR == 1 { print "kind,when,v"; next } {
    split($1, p, /[-T:]/); printf "%s,%d.%d.%d %s:%s,%s\n", $3, p[3], p[2], p[1], p[4], p[5], $2
}' table.csv >other.csv
"$EGAD" score --model series.h5 --data other.csv -o other-scores.csv >scored 2>&1
cmp file.csv other-scores.csv
awk -F, 'NR > 1 { printf "{\"kind\":\"%s\",\"when\":\"%s\",\"v\":%s}\n", $3, $1, $2 }' table.csv >lines.jsonl
"$EGAD" score --model series.h5 --data lines.jsonl -o lines.csv >scored 2>&1
cmp file.csv lines.csv
"$EGAD" score --model series.h5 --data - <lines.jsonl >pipe.jsonl 2>hint
test "$(wc -l <pipe.jsonl)" = 400
says 'when.hour[-1]' explain --model series.h5 --data table.csv --row 301 --json
sed 's/2018-01-02T/2018-01-42T/' table.csv >wrong.csv
fails 1 "is not a date: write it as" score --model series.h5 --data wrong.csv
cut -d, -f2- table.csv >without.csv
fails 1 "has no columns when.hour" score --model series.h5 --data without.csv
says 'AUROC' eval --model series.h5 --data table.csv --label ok --normal yes

# Each S-th window, and the columns of a file without a header.
says 'rows       200 (of 400 read)' data import csv table.csv --drop when,ok --window 2 --step 2
tail -n +2 table.csv >bare.csv
"$EGAD" data import csv bare.csv --header none --date column1 --drop column4 -o bare.h5 >imported 2>hint
"$EGAD" train --model nearest --data bare.h5 -o bare-model.h5 --quiet >trained
"$EGAD" score --model bare-model.h5 --data bare.csv -o bare-scores.csv >scored 2>&1
"$EGAD" score --model bare-model.h5 --data - <bare.csv >bare-pipe.csv 2>hint
cmp bare-pipe.csv bare-scores.csv

# Columns of dates are told of, with what to type.
awk 'BEGIN { print "t,v"; for (i = 0; i < 1200; i++) printf "2018-01-%02d %02d:%02d,%d\n", 1 + i / 60, i / 3 % 20, i % 60, i % 7 }' >dates.csv
fails 1 "they look like dates: read hour, weekday and days with --date 't', or drop" data import csv dates.csv
head -100 dates.csv >few.csv
"$EGAD" data import csv few.csv >imported 2>hint
grep -q "each of which becomes a feature: --date 't' reads hour, weekday and days instead" hint
