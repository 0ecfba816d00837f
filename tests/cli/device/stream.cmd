# Rows through a pipe are answered line by line, in order, whatever they contain.
given flows.csv flows.h5 model.h5
score="score --model model.h5 --data - --false-alarms .2"
"$EGAD" score --model model.h5 --data flows.csv --false-alarms .2 >file.csv
"$EGAD" $score <flows.csv >pipe.csv 2>err
test ! -s err
test "$(head -1 pipe.csv)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
cmp pipe.csv file.csv
# More rows than are answered at once; every hundredth is malformed and gets an error.
flows 9000 | awk -F, -v OFS=, 'NR % 100 == 50 { $3 = "ma\"ny" } { print }' >mixed.csv
"$EGAD" $score <mixed.csv >mixed.out 2>err
grep -x '90 of 9,000 lines were malformed and answered with an error' err
awk -F, 'NR > 1 { bad += $1 != NR - 2 || (NF == 10 && $8 == "0" && !$10 && $2 != "") == ($1 % 100 == 48) }
    END { exit bad || NR != 9001 }' mixed.out
flows 9000 | "$EGAD" $score | awk -F, '$1 % 100 != 48' >clean.out
grep -v '^[0-9]*48,,,,,,,,,' mixed.out | cmp - clean.out
# Errors are described; quotes end within their line; blank lines are skipped.
printf 'duration,proto,bytes\n1,tcp,many\n\n"1,tcp,2\n1,tcp\n1,tcp,"a""b"\n1,tcp,200' |
    "$EGAD" $score >odd.out 2>err
cut -d, -f1-4 odd.out | sed '$d' >places
printf 'row,score,p_value,flagged\n0,,,\n1,,,\n2,,,\n3,,,\n' | cmp - places
grep -F '0,,,,,,,,,"csv: '"'standard input' line 2, column 'bytes': 'many' is not a number" odd.out
grep -F "line 4: an unclosed quote" odd.out
grep -F "line 5: 2 fields, the first line has 3" odd.out
grep -F "'a\"\"b' is not a number" odd.out
grep -E '^4,[-0-9.e]+,[0-9.]+,[01],[01],,,0,[0-9]+,$' odd.out
# A category unseen in training is counted in its row.
printf 'duration,proto,bytes\n1,tcp,200\n1,sctp,200\nx,tcp,2\n' | "$EGAD" $score >unseen.out 2>err
grep -F 'such as proto=sctp' err
test "$(cut -d, -f8 unseen.out | xargs)" = 'unseen 0 1'
printf '%s\n' '{"duration":1,"proto":"tcp","bytes":2}' '{"duration":1,"proto":"sctp","bytes":2}' |
    "$EGAD" $score >unseen.out 2>err
test "$(grep -c '"unseen":1,' unseen.out)" = 1
grep -F '"unseen":0,' <(head -1 unseen.out)
# JSON lines, by name; answers are JSON too, with the same scores.
awk -F, 'NR > 1 { printf "{\"proto\":\"%s\",\"bytes\":%s,\"more\":[],\"duration\":\"%s\"}\n",
    $2, $3, $1 }' flows.csv >flows.json
"$EGAD" $score <flows.json >json.out
paste -d, file.csv <(echo; tr -d '{}"' <json.out | sed 's/[a-z_]*://g') | awk -F, '
    function near(a, b) { return (a - b) ^ 2 <= 1e-10 * (1 + b ^ 2) }
    NR > 1 { bad += $1 != $11 || !near($2, $12) || !near($3, $13) || $4 != $14 }
    END { exit bad || NR != 401 }'
printf '%s\n' '{"duration":1,"proto":"tcp"}' '{' '' '{"duration":1,"proto":"tcp","bytes":null}' \
    '{"duration":1,"proto":"tcp","bytes":[2]}' '[1]' '{"duration":1,"duration":2}' \
    '{"duration":1,"proto":"ä","bytes":"€€€€€€€€€€€€€€"}' '{"duration":1,"proto":"tcp","bytes":true}' |
    "$EGAD" $score >odd.out 2>err
test "$(grep -c '^{"row":[0-7],"error":"' odd.out)" = 8
test "$(wc -l <odd.out)" = 8
iconv -f UTF-8 -t UTF-8 odd.out | cmp - odd.out
sed -n 1p odd.out | grep -F "line 1, column 'bytes': '' is not a value, and the model has none"
sed -n 3p odd.out | grep -F "line 4, column 'bytes': '' is not a value, and the model has none"
sed -n 4p odd.out | grep -F "line 5: column 'bytes' is a list or an object: expected one value"
sed -n 7p odd.out | grep -F "'€€€€€€€€€€€€€?' is not a number"
sed -n 8p odd.out | grep -F "'true' is not a number"
grep '^8 of 8 lines' err
# A line is answered even if no more follow; SIGTERM answers all but an incomplete line.
mkfifo in out
for signal in TERM INT; do
    "$EGAD" $score --max-delay-ms 1 <in >out 2>err &
    server=$!
    exec 3>in 4<out
    printf 'duration,proto,bytes\n1,tcp,200\n' >&3
    read -r -t 60 header <&4
    read -r -t 60 first <&4
    test "$header" = row,score,p_value,flagged,label,id,file,unseen,outside,error
    test "${first%%,*}" = 0
    printf '2,tcp,200\nx,tcp,200\n3,tc' >&3
    kill -$signal $server
    cat <&4 >rest
    wait $server
    exec 3>&- 4<&-
    test "$(cut -d, -f1 rest | tr '\n' ' ')" = '1 2 '
    grep -x '1 of 3 lines was malformed and answered with an error' err
done
# An endless line is one malformed line.
{ head -2 flows.csv; head -c 3000000 /dev/zero | tr '\0' 1; echo; tail -1 flows.csv; } |
    "$EGAD" $score >long.out 2>/dev/null
test "$(cut -d, -f1 long.out | tr '\n' ' ')" = 'row 0 1 2 '
grep -F '1,,,,,,,,,"line longer than 1 MiB"' long.out
# An output file appears when all is answered; if it cannot, the old one stays.
"$EGAD" $score -o out.csv <flows.csv >/dev/null
cmp out.csv pipe.csv
cut -d, -f1,2 flows.csv >narrow.csv
gzip -k flows.csv
echo '[' >array.json
for bad in narrow.csv flows.h5 /dev/zero flows.csv.gz array.json; do
    head -c 3000000 $bad >bad
    keeps out.csv 1 'standard input' $score -o out.csv <bad
    fails 1 'standard input' $score <bad
    case $bad in
    *.gz) grep -F 'is compressed, wanted text: decompress it with '\''zcat FILE | egad score --data -'\''' fails.err ;;
    *.json) grep -F 'is an array, wanted one object per line' fails.err ;;
    esac
done
# Empty input gives empty output; scores as .h5 are written when all is read.
: | "$EGAD" $score >nothing
test ! -s nothing
"$EGAD" $score -o out.h5 <flows.csv >/dev/null
says '/p_value  (400)' inspect out.h5
fails 2 '--max-delay-ms needs --data -' score --model model.h5 --data flows.csv \
    --max-delay-ms 3
# Only scores, if there are no thresholds.
"$EGAD" score --model model.h5 --data - --score fm --alpha .5 <flows.csv >alone.csv 2>err
test "$(head -1 alone.csv)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
grep -E '^0,[^,]+,,,,,,0,[0-9]+,$' alone.csv
grep '^no p-values, and no row is flagged: ' err
# The reader closes the pipe.
code=0
{ flows 100000 || true; } | { "$EGAD" $score || echo $? >code; } | head -1 >/dev/null
test "$(cat code)" = 141
