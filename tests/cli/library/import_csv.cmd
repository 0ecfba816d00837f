given flows.csv
import flows.csv flows.h5 >imported
grep -F 'rows       400' imported
grep -F 'anomalies' imported
says '40 anomalies' data info flows.h5
says '3: icmp, tcp, udp' data info flows.h5
says 'benign                            360' data info flows.h5
says '0 to 506' data info flows.h5
says "$(sha256sum <flows.csv | cut -d' ' -f1)" data info flows.h5
not grep '^anomalous' imported
# With more than two classes: which are normal, which anomalous.
awk -F, -v OFS=, 'NR > 1 { $4 = $4 == "attack" ? $4 : "k" NR % 8 } { print }' flows.csv >kinds.csv
"$EGAD" data import csv kinds.csv --label kind --anomalous attack -o kinds.h5 >imported
grep -E '^normal     k[0-7] \([0-9]+\)(, k[0-7] \([0-9]+\)){5}, and 2 more$' imported
grep -x 'anomalous  attack (40)' imported
"$EGAD" data import csv kinds.csv --label kind --normal k1,k2 -o kinds.h5 --force >imported
test "$(sed -n 's/^normal //p' imported | wc -w)" = 4
fails 1 "'kind' of 'kinds.csv' has two roles, by --label and by --drop" data import csv kinds.csv \
    --label kind --anomalous attack --drop proto,kind -o no.h5
gzip -k flows.csv
import flows.csv.gz gz.h5 >/dev/null
says "$(sha256sum <flows.csv | cut -d' ' -f1)" data info gz.h5
says 'train' data info gz.h5
# A first line that looks like data, not a header.
sed 1d flows.csv >nohead.csv
"$EGAD" data import csv nohead.csv -o nohead.h5 2>noted >imported
grep -F 'no header: line 1 looks like the rows below it' noted
grep -F 'rows       400' imported
awk 'BEGIN { print "a,0.5"; for (i = 0; i < 9; i++) print "x" i % 2 "," i % 4 }' >names.csv
"$EGAD" data import csv names.csv -o nohead.h5 --header first --force 2>warned >/dev/null
grep -Fx "egad: warning: a column of 'names.csv' is named '0.5': if the first line is data, --header none or --header NAMES reads it so" warned
not grep -F 'is named' <("$EGAD" data import csv flows.csv -o nohead.h5 --force 2>&1)
# The recorded command line can be run again.
cp flows.csv "anna's flows.csv"
import "anna's flows.csv" named.h5 --drop proto >/dev/null
says "made by    egad data import csv 'anna'\\''s flows.csv' --label kind" data info named.h5
"$EGAD" data info named.h5 | sed -n 's/^made by *egad/"$EGAD"/p' >line
mv named.h5 first.h5
sleep 1 # no time is noted
# shellcheck disable=SC1091 # just made
. ./line >/dev/null
cmp first.h5 named.h5
tr , ';' <flows.csv >semicolons.csv
import semicolons.csv semicolons.h5 >/dev/null
tr , '\t' <flows.csv >tabs.csv
import tabs.csv tabs.h5 --delimiter tab >/dev/null
import flows.csv dropped.h5 --drop proto >/dev/null
says 'features   2, of 2 columns' data info dropped.h5
# Without --label, the output says that there is none.
"$EGAD" data import csv flows.csv -o bare.h5 >imported 2>hint
test "$(cat hint)" = 'no --label: all 4 columns are features, and every row is a training row'
awk -F, '{ print $0 "," (NR == 1 ? "part" : NR % 2 ? "train" : "test") }' flows.csv >parts.csv
"$EGAD" data import csv parts.csv --split-column part -o bare.h5 --force >imported 2>hint
test "$(cat hint)" = 'no --label: all 4 columns are features'
import flows.csv flows.h5 --force >imported 2>hint
test ! -s hint
# Warn of a numeric column that one value turns into categories, unless asked for. Gaps do
# not count; no warning if fewer numbers than words.
awk 'BEGIN { print "amp;bar;comma;mixed;kind"
    for (i = 0; i < 2000; i++)
        print (i == 698 ? "ERR" : i == 700 ? "?" : i == 701 ? "" : i % 50 / 10) ";" \
            i % 7 (i % 3 ? "" : " bar") ";" (i % 400 ? i % 9 (i % 5 ? ",5" : "") : "x" i % 3) ";" \
            (i % 5 < 2 ? i % 5 : "w" i % 5) ";" (i % 9 ? "benign" : "attack") }' >doubt.csv
import doubt.csv doubt.h5 --missing mean >imported 2>warned
cat >want <<'END'
egad: warning: column 'amp' is read as 52 categories, though 1,997 of its 1,998 values are numbers: the only other value is 'ERR', line 700; --na 'ERR' reads it as a missing value; --numeric 'amp' makes it an error
egad: warning: column 'bar' is read as 14 categories, though 1,333 of its 2,000 values are numbers: the first other value is '0 bar', line 2: write the number alone; --numeric 'bar' makes it an error
egad: warning: column 'comma' is read as 21 categories, though 1,995 of its 2,000 values are numbers if a decimal comma is read as a point: the first other value without that is 'x0', line 2: --decimal , reads them; --numeric 'comma' makes it an error
END
diff want warned
import doubt.csv doubt.h5 --force --missing mean --categorical amp,bar,comma >imported 2>warned
test ! -s warned
# The gap that the warning names.
import doubt.csv doubt.h5 --force --missing mean --drop bar,comma --na ERR >imported 2>warned
test ! -s warned
grep -x 'imputed    3 missing values: amp (3)' imported
# A number with both a comma and a point among others. Many numbers with a unit are numbers,
# a few may be categories.
awk 'BEGIN { print "two;bar;cores;kind"
    for (i = 0; i < 300; i++) print "1,23,4.5;" i / 8 " bar;" i % 4 " cores;" (i % 9 ? "benign" : "attack") }' >commas.csv
import commas.csv commas.h5 >imported 2>warned
cat >want <<'END'
egad: warning: column 'two' is read as 1 category, though most are nearly numbers, such as '1,23,4.5': write it with a decimal point and without other commas, and the column is read as numbers; or leave it out with --drop 'two'
egad: warning: column 'bar' is read as 300 categories, though most are nearly numbers, such as '0 bar': write the number alone, and the column is read as numbers; or leave it out with --drop 'bar'
END
diff want warned
# Warn of many texts or dates, each a feature; but not of a few categories.
awk 'BEGIN { print "time,day,id,host,kind"
    for (i = 0; i < 504; i++)
        printf "2018-07-%02d %02d:%02d,%d.%d.2018,n%d,h%d,%s\n", i / 24 + 1, i % 24, i % 60,
            i % 3 + 1, 7, i % 51, i % 50, i % 9 ? "benign" : "attack" }' >dated.csv
import dated.csv dated.h5 >imported 2>warned
cat >want <<'END'
egad: warning: column 'time' has 504 different dates or times, each of which becomes a feature: --date 'time' reads hour, weekday and days instead; or leave it out with --drop 'time'
egad: warning: column 'day' has 3 different dates or times, each of which becomes a feature: --date 'day' reads hour, weekday and days instead; or leave it out with --drop 'day'
egad: warning: column 'id' has 51 different texts, each of which becomes a feature: if they are not categories, leave it out with --drop 'id'
END
diff want warned
import dated.csv dated.h5 --force --drop time,day --categorical id >imported 2>warned
test ! -s warned
# In a small table, many means over a tenth of the rows and over twenty.
for n in 20 21; do
    awk -v n=$n 'BEGIN { print "id,x,kind"
        for (i = 0; i < n * 3; i++) print "n" i % n "," i % 7 "," (i % 9 ? "benign" : "attack") }' >small.csv
    import small.csv small.h5 --force >imported 2>warned
    test "$(wc -l <warned)" = $((n - 20))
done
# The default output is named like the table, in this folder, and replaces only data files.
mkdir sub empty
cp flows.csv flows.csv.gz sub
cp flows.csv sub/no_dot
cp flows.csv sub/.hidden
cp flows.csv sub/a.b.csv
cd empty
for in in flows.csv flows.csv.gz flows.csv; do
    says "written to 'flows.h5'" data import csv ../sub/$in --drop kind --force
    cp flows.h5 first.h5
done
# As in `egad train`.
exists="'flows.h5' exists: overwrite it with --force"
keeps flows.h5 1 "$exists" data import csv ../sub/flows.csv
keeps flows.h5 1 "$exists" data import csv ../sub/flows.csv -o flows.h5
says "written to 'no_dot.h5'" data import csv ../sub/no_dot
says "written to '.hidden.h5'" data import csv ../sub/.hidden
says "written to 'a.b.h5'" data import csv ../sub/a.b.csv
for kind in text other; do
    case $kind in
        text) echo mine >no_dot.h5 ;;
        other) cp "$(dirname "$lib")/../reference/kdd_gan.h5" no_dot.h5 ;;
    esac
    keeps no_dot.h5 1 "'no_dot.h5' exists and is not a data file" data import csv ../sub/no_dot --force
    cp no_dot.h5 kdd99.h5
    keeps kdd99.h5 1 "'kdd99.h5' exists and is not a data file" data import kdd99 ../sub/no_dot
    keeps no_dot.h5 1 "'no_dot.h5' exists and is not a data file: choose another name, or overwrite it with --force" data import csv ../sub/no_dot -o no_dot.h5
done
cp "$(dirname "$lib")/../fuzz/model/zeros" no_dot.h5
keeps no_dot.h5 1 "'no_dot.h5' is a model: choose another name" data import csv ../sub/no_dot \
    -o no_dot.h5 --force
echo mine >no_dot.h5
says "written to 'no_dot.h5'" data import csv ../sub/no_dot -o no_dot.h5 --force
says "written to 'no_dot.h5'" data import csv ../sub/no_dot --force
cp no_dot.h5 before.h5
keeps no_dot.h5 1 "would overwrite the input 'no_dot.h5'" data import csv no_dot.h5
