# Images are named by their files wherever rows are mentioned, and images are scored
# directly: a folder of them, or one.
mkdir -p parts/good parts/bad new wide colour
for i in {10..49}; do png 4 4 $((i * 5)) >parts/good/$i.png; done
for i in {0..3}; do png 4 4 $((3 + i * 60)) >"parts/bad/odd,$i.png"; done
"$EGAD" data import images parts --normal good -o parts.h5 >/dev/null
says '/file  (44)' inspect parts.h5
# With an empty cache: compiling the kernels gives no warnings.
mkdir kernels
POCL_CACHE_DIR=$PWD/kernels "$EGAD" train --model mnist-bigan --data parts.h5 --epochs 2 \
    --batch 8 --hold-out .2 --quiet -o model.h5 >/dev/null 2>err
test ! -s err

# From a data file: the last column, quoted if it contains a comma.
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model model.h5 --data parts.h5 --rows all
test "$(head -1 says.out)" = row,score,p_value,flagged,label,id,file,unseen,outside,error
sed 1d says.out | sed 's/^[^,]*,[^,]*,[^,]*,.,.,,//; s/,0,0,$//' >names
{ printf '"bad/odd,%d.png"\n' {0..3} && printf 'good/%d.png\n' {10..49}; } | cmp - names
sed -E 's/^(([^,]*,){4})[01],/\1,/' says.out >data.csv
says row,score,p_value,flagged,label,id,file,unseen,outside,error score --model model.h5 --data parts.h5
test "$(grep -cFxf <(sed -E 's/^(([^,]*,){4})[01],/\1,/' says.out) data.csv)" = 25 # 20 normal ones, 4 odd ones
"$EGAD" score --model model.h5 --data parts.h5 -o scores.h5 >/dev/null
says '/file  (24)' inspect scores.h5
# From a folder: the same, but without labels; from one file too.
"$EGAD" score --model model.h5 --data parts/ >folder.csv
cmp data.csv <(sed -E 's/^(([^,]*,){4})[01],/\1,/' folder.csv)
"$EGAD" score --model model.h5 --data parts -o scores.h5 >/dev/null
says '/file  (44)' inspect scores.h5
"$EGAD" score --model model.h5 --data parts/good/17.png --score sigma >one.csv
"$EGAD" score --model model.h5 --data parts --score sigma >folder.csv
cmp <(sed 1d one.csv | cut -d, -f2-) <(sed -n 's,good/17.png,17.png,p' folder.csv | cut -d, -f2-)

# Explained and reported.
says '  file good/17.png' explain --model model.h5 --data parts.h5 --row 11 -o rows
grep -F 'row 11: ' says.out
is_png rows/row-11.png 1032 446
says '"file": "good/17.png"' explain --model model.h5 --data parts --row 11 --json
says '  file 17.png' explain --model model.h5 --data parts/good/17.png
says pictures eval --model model.h5 --data parts.h5 --plots plots
is_png plots/images-combined.png 1232 1040
says report/report.html report model.h5 --data parts.h5 -o report --top 24
grep -F '<tr><td>3</td><td>bad/odd,3.png</td><td>anomaly: bad</td>' \
    report/report.html
test "$(grep -c '\.png</td><td>' report/report.html)" = 24

# Names may contain any bytes: CSV keeps them, other output is UTF-8 in one line.
odd=$(printf 'caf\351"\n\302\233<b>.png')
cp parts/good/17.png "new/$odd"
cp parts/good/18.png 'new/ .png'
"$EGAD" score --model model.h5 --data new >new.csv
printf '%s\n' '" .png"' "$(printf '"caf\351""\n\302\233<b>.png"')" |
    cmp - <(sed 1d new.csv | LC_ALL=C sed -E 's/^([^,]*,){6}//; s/,0,0,$//')
says '  file caf?"???<b>.png' explain --model model.h5 --data new -o rows
says '"file": "caf?\"???<b>.png"' explain --model model.h5 --data new --json
says report/report.html report model.h5 --data new/ -o report
grep -F '<title>Anomalies in new, found by mnist-bigan</title>' report/report.html
grep -F '<td>caf?&quot;???&lt;b&gt;.png</td>' report/report.html
not grep -F '<b>' report/report.html

# Images that do not fit, and invalid input.
png 4 8 1 >wide/wide.png
png 4 4 1 3 >colour/colour.png
echo row,score >old.csv
refused() { # TEXT DATA
    keeps old.csv 1 "$1" score --model model.h5 --data "$2" -o old.csv
    fails 1 "$1" explain --model model.h5 --data "$2"
    fails 1 "$1" report model.h5 --data "$2" -o report
}
refused "'wide/wide.png' is 4 x 8, the model was trained on 4 x 4" wide
refused "'wide/wide.png' is 4 x 8, the model was trained on 4 x 4" wide/wide.png
refused "'colour/colour.png' is a colour image, the model was trained on grey images" colour
mkdir -p deep/a/b
: >deep/a/b/1.png
refused "the folder 'deep/a/b' is too deep" deep
refused "cannot open 'absent.png'" absent.png
mkdir none
refused "the folder 'none' has no images" none
for data in parts parts/good/17.png; do
    fails 2 "with a split; '$data' is a" score --model model.h5 --data $data --rows test
    fails 2 "with a split; '$data' is a" explain --model model.h5 --data $data --rows test
    fails 2 "with a split; '$data' is a" report model.h5 --data $data --rows test -o report
    fails 1 "the images of '$data' have no labels" eval --model model.h5 --data $data
    fails 1 "'$data' is not a data file" train --model mnist-bigan --data $data -o other.h5
done
# Pictures never overwrite an input image.
cp parts/good/17.png row-0.png
find parts row-0.png -type f -exec cksum {} + >before.sums
for out in parts parts/good parts/new; do
    fails 1 "'$out' is inside 'parts', the input folder" explain --model model.h5 \
        --data parts -o $out
done
fails 1 "would overwrite the input 'row-0.png'" explain --model model.h5 --data row-0.png -o .
find parts row-0.png -type f -exec cksum {} + | cmp - before.sums
test ! -e parts/new
# A model of tables, and one of colour images.
given model.h5
fails 1 "'parts' is an image or a folder, the model was trained on a table" score \
    --model model.h5 --data parts
for i in {1..30}; do png 4 4 $((i * 7)) 3 >colour/$i.png; done
"$EGAD" data import images colour -o colour.h5 >/dev/null 2>&1
"$EGAD" train --model mnist-bigan --data colour.h5 --epochs 1 --batch 8 --quiet -o colour-model.h5 \
    >/dev/null
"$EGAD" score --model colour-model.h5 --data colour.h5 >data.csv
"$EGAD" score --model colour-model.h5 --data colour >folder.csv
cmp data.csv folder.csv
says ,17.png score --model colour-model.h5 --data parts/good/17.png
