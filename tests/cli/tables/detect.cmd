# From a table to its flagged rows and a report, in one command.
given flows.csv
awk -F, -v OFS=, '{ print NR == 1 ? "flow" : "F" NR - 2, $0 }' flows.csv >named.csv
detect="detect named.csv --label kind --normal benign --id flow --model nearest"
"$EGAD" $detect >said 2>err
grep -x "train      180 normal" said
grep -E "^220 rows \(test\) scored by distance on .*, [0-9]+ flagged: 'named-anomalies/scores.csv'$" said
grep -x '  duration,proto,bytes,row,score,p_value,flagged,label,id,file,unseen,outside,error' said
test "$(grep -cE '^  .*,F[0-9]+,,0,[0-9]+,$' said)" = 5
grep -x named-anomalies/report.html said
grep -x 'to score further rows: egad score named-anomalies/model.h5 --data FILE' said
test "$(ls -A named-anomalies | xargs)" = 'data.h5 model.h5 report.html scores.csv'
# Every file is that of the command that it is for.
"$EGAD" score named-anomalies/model.h5 --data named-anomalies/data.h5 --with-input --sort 2>/dev/null |
    cmp - named-anomalies/scores.csv
"$EGAD" data import csv named.csv --label kind --normal benign --id flow --missing mean -o want.h5 >/dev/null
cmp <("$EGAD" data info want.h5 | grep -v '^made by') <("$EGAD" data info named-anomalies/data.h5 | grep -v '^made by')
grep -F 'egad report named-anomalies/model.h5 --data named-anomalies/data.h5' named-anomalies/report.html
says "row,score" score named-anomalies/model.h5 --data flows.csv
# Results are replaced only with --force; another folder.
keeps named-anomalies/scores.csv 1 "'named-anomalies/data.h5' exists: choose another folder with -o, or replace it with --force" $detect
"$EGAD" $detect --force --false-alarms .2 >said 2>&1
not grep -F exists said
"$EGAD" $detect -o 'my found' >said 2>&1
grep -x "to score further rows: egad score 'my found/model.h5' --data FILE" said
# Without labels, with a missing value: everything is trained on and scored.
sed '9s/,[a-z]*,/,,/; 9s/,[0-9.][0-9.]*,/,,/' flows.csv | cut -d, -f1-3 >plain.csv
"$EGAD" detect plain.csv --model pca >said 2>err
grep -E '^400 rows \(all\) scored by residual' said
test "$(grep -c '^[^,]*,[^,]*,,' plain-anomalies/scores.csv)" = 1 # what was missing is not made up
grep -xF 'no --label: the detector is trained on the rows that it then scores, without those that are least usual' err
says 'contamination: 0.271' inspect plain-anomalies/model.h5
says '/trimmed  (' inspect plain-anomalies/model.h5
# Rows that trained are scored as if they had been left out: no distance is 0, and at a
# tenth of the rows a tenth is flagged.
"$EGAD" detect plain.csv --model nearest --false-alarms .1 -o near >said 2>err
awk -F, 'NR > 1 && !($5 > 0) { exit 1 }' near/scores.csv
flagged=$(sed -nE 's/^400 rows .* ([0-9]+) flagged.*/\1/p' said)
test "$flagged" -ge 30
test "$flagged" -le 50
"$EGAD" detect plain.csv --model pca --contamination none -o sorted >said 2>err
grep -xF 'no --label: the detector is trained on the rows that it then scores, so anomalies must be few' err
not grep -F contamination <("$EGAD" inspect sorted/model.h5)
# The default detector; its progress is not printed, line by line, to a file.
"$EGAD" detect plain.csv --epochs 1 -o bigan >said 2>err
grep -F 'kdd-bigan trained, 1 epoch' said
not grep '^epoch' err
# Rows that trained the detector are no neighbours of their own, in scores and report: with
# --contamination by the model itself, else by --left-out.
again() { # FOLDER OPTIONS... of the scores
    local folder=$1
    shift
    "$EGAD" score $folder/model.h5 --data $folder/data.h5 "$@" --with-input --sort 2>/dev/null
}
again bigan | cmp - bigan/scores.csv
"$EGAD" detect plain.csv --model nearest --contamination none -o all >said 2>err
again all --left-out | cmp - all/scores.csv
not cmp -s <(again all) all/scores.csv
grep -F -e '--left-out' all/report.html
"$EGAD" explain all/model.h5 --data all/data.h5 --left-out --top 1 --json |
    grep -F "\"score\": $(awk -F, -v OFS=, 'NR == 2 { print substr($(NF - 8), 1, 5) }' all/scores.csv)"

# Bad input: one line, and no folder is left.
none="-o none"
for odd in .5 1 -.1 nan many; do
    fails 2 "--contamination is '$odd': give auto, none, or a share of the training rows above 0 and below 0.5" \
        detect plain.csv --contamination "$odd" $none
done
fails 2 "unknown model 'neares': did you mean 'nearest'?" detect plain.csv --model neares $none
fails 2 "mnist-bigan is for images: choose another --model" detect plain.csv --model mnist-bigan $none
fails 2 "--label needs --normal or --anomalous" detect plain.csv --label kind $none
fails 2 "'want.h5' is no table" detect want.h5 $none
fails 2 "FILE is missing" detect
fails 1 "'absent.csv'" detect absent.csv $none
fails 1 "nope" detect plain.csv --device nope $none
fails 1 "no row is labelled 'fine'" detect flows.csv --label kind --normal fine $none
fails 1 "'flows.csv' is a file, not a folder" detect flows.csv -o flows.csv
fails 2 "-o DIR is missing, and '-' gives no name for it" detect -
test ! -e none
# Options of the import reach it.
tr , ';' <flows.csv >semi.csv
"$EGAD" detect semi.csv --separator semicolon --drop kind --categorical duration --keep duration,proto \
    --model pca >said 2>&1
grep -E '^features +[0-9]+, of 2 columns: 0 numeric, 2 categorical$' said
# Dates, as a message of the import advises.
awk -F, -v OFS=, '{ print (NR == 1 ? "when" : "Jul " NR % 28 + 1 ", 2018"), $1, $3 }' OFS=';' flows.csv >dates.csv
"$EGAD" detect dates.csv --date when --drop when.days_since_start --model pca >said 2>&1
grep -E '^features +[0-9]+, of 4 columns: 3 numeric, 1 categorical$' said
grep -F 'when.hour,when.weekday,' dates-anomalies/scores.csv
