# One page about a model and scored rows: complete, with its pictures embedded, and
# consistent with other commands.
given flows.csv flows.h5 model.h5

# whole PICTURES: report.html is well-formed, refers to nothing outside, and contains so
# many pictures.
whole() {
    test "$(grep -c '<img ' report/report.html)" = "$1"
    not grep -E '(src|href)="[^d#]' report/report.html
    command -v python3 >/dev/null || return 0
    python3 - <<'PYTHON'
import base64, html.parser
class Page(html.parser.HTMLParser):
    open, ids, links = [], set(), set()
    def handle_starttag(self, tag, attributes):
        a = dict(attributes)
        self.ids.add("#" + a.get("id", ""))
        self.links.add(a.get("href", "#"))
        if tag == "img":
            picture = base64.b64decode(a["src"].split(",")[1], validate=True)
            assert picture[:4] == b"\x89PNG" and picture[-8:-4] == b"IEND", a["alt"]
            assert a["alt"]
        elif tag not in ("meta",):
            self.open.append(tag)
    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())
page = Page()
page.feed(open("report/report.html", errors="strict").read())
assert page.open == [], page.open
assert page.links <= page.ids | {"#"}, page.links - page.ids
PYTHON
}

# Three pictures of each score, losses, latent space; of one score unless all are wanted.
says 'report/report.html' report model.h5 --data flows.h5 -o report --all-scores
whole 11
grep -F '<th class="number">sigma</th>' report/report.html
says 'report/report.html' report model.h5 --data flows.h5 -o report --score fm
whole 5
grep -F 'highest scores by fm. Explained is the reconstruction error: where a row differs from its reconstruction G(E(x)).' report/report.html
fails 2 '--score and --all-scores cannot be combined' report model.h5 --data flows.h5 -o report \
    --score fm --all-scores
fails 2 "has no score 'f'" report model.h5 --data flows.h5 -o report --score f
says 'report/report.html' report model.h5 --data flows.h5 -o report
whole 5
grep -F '<title>Anomalies in flows.csv, found by kdd-bigan</title>' report/report.html
# Anomalies come before charts, and are listed with their verdicts.
awk '/>Anomalies<\/h2>/ { a = NR } /<img/ && !i { i = NR } END { exit !(a && a < i) }' report/report.html
grep -F '<th>row</th><th>label</th><th>flagged</th><th class="number">score</th>' report/report.html
not grep Spectrum report/report.html
"$EGAD" eval --model model.h5 --data flows.h5 --score combined >said
auroc=$(awk '$1 == "AUROC" { print $2 }' said)
grep -F "<td>AUROC</td><td class=\"number\">$auroc (" report/report.html
test "$(grep -c '<h3>Row ' report/report.html)" = 10
"$EGAD" explain --model model.h5 --data flows.h5 --top 10 |
    awk '/^row/ { print $2 $3 " " $4 }' | tr -d , >rows
test "$(wc -l <rows)" = 10
while read -r row; do
    grep -F "<h3>Row ${row/:score/: score}," report/report.html
done <rows
grep -Fx 'egad report model.h5 --data flows.h5 -o report' report/report.html
grep -F 'egad train --model kdd-bigan --data flows.h5 --recipe sound --epochs 2 --batch 50' \
    report/report.html
grep -F '/flows.csv --label kind --normal benign -o ' report/report.html
# The training command on the page reproduces the model.
sed -n 's/^<pre>egad \(train.*\) -o model.h5$/\1/p' report/report.html >words
# shellcheck disable=SC2046 # words
"$EGAD" $(cat words) --quiet -o again.h5 >/dev/null
sums() { "$EGAD" inspect "$1" | grep '^/model\|^/ema'; }
cmp <(sums model.h5) <(sums again.h5)

# An old page is replaced; selected rows; another rate.
says report report model.h5 --data flows.h5 -o report --sample 50 --top 3 --false-alarms .2 \
    --rows all
whole 5
grep -F '50 of 400 rows (all)' report/report.html
test "$(grep -c '<h3>Row ' report/report.html)" = 3

# A table without labels: no curves, and no figures that need labels.
says report report model.h5 --data flows.csv -o report
whole 3
grep -F 'do not have labels of both classes' report/report.html
grep -F 'For a table, say with --label COLUMN and --normal V[,V]' report/report.html
not grep -E '<td>(imputed|unseen)' report/report.html
not grep -F AUROC report/report.html
# Rows of one class: the same.
awk -F, '{ print $0 "," (NR == 1 ? "part" : $4 == "attack" || NR % 2 ? "train" : "test") }' \
    flows.csv >benign.csv
import benign.csv benign.h5 --split-column part >/dev/null
says report report model.h5 --data benign.h5 -o report
whole 3
not grep -F -- '--label COLUMN' report/report.html
# Imputed values and categories unseen in training are counted, as by score.
import flows.csv mean.h5 --missing mean >/dev/null
"$EGAD" train --model kdd-bigan --data mean.h5 --epochs 1 --batch 50 --quiet -o mean-model.h5 \
    >/dev/null 2>&1
{ cat flows.csv; echo ,sctp,200,benign; echo 1,sctp,,benign; echo 1,tcp,NA,benign; } >gaps.csv
says report report mean-model.h5 --data gaps.csv -o report
grep -F '3 missing values imputed' says.err
grep -F '2 values of a category unseen' says.err
grep -F '<td>3 missing values imputed' report/report.html
grep -F '<td>2 values of a category unseen' report/report.html
# One of each: the singular.
{ cat flows.csv; echo 1,sctp,,benign; } >gap.csv
says report report mean-model.h5 --data gap.csv -o report
grep '^1 missing value imputed by training means, the first' says.err
grep '^1 value of a category unseen' says.err
grep -F '<td>1 missing value imputed by training means' report/report.html
grep -F '<td>1 value of a category unseen' report/report.html
# Temporary files of a killed run are removed; those of a running one are not.
touch report/report.html.2147483646{,-0}.part report/report.html.$$.part
fails 1 "'absent.csv'" report model.h5 --data absent.csv -o none
test ! -e none
# One row.
head -2 flows.csv >one.csv
says report report model.h5 --data one.csv -o report
whole 3
test "$(echo $(ls report))" = "report.html report.html.$$.part"
rm report/report.html.*

# Text from files is escaped, whatever it looks like; also in shell commands.
sed 's/proto/"<b>""p\&"/; s/udp/<script>alert(1)<\/script>/' flows.csv >"odd'<i>.csv"
"$EGAD" data import csv "odd'<i>.csv" --label kind --normal benign -o odd.h5 >/dev/null
"$EGAD" train --model kdd-bigan --data odd.h5 --epochs 1 --batch 50 --quiet -o odd-model.h5 \
    >/dev/null
says report report odd-model.h5 --data "odd'<i>.csv" -o report
whole 3
not grep -E '<script|<b>|<i>' report/report.html
grep -F '&lt;script&gt;alert(1)&lt;/script&gt;' report/report.html
grep -F '&lt;b&gt;&quot;p&amp;' report/report.html
grep -F "'odd'\\''&lt;i&gt;.csv'" report/report.html
# Another encoding, and a name truncated within a character: always UTF-8.
euros=$(printf '\342\202\254%.0s' $(seq 30))
LC_ALL=C sed "s/proto/$euros/; s/udp/caf\xe9/" flows.csv >latin.csv
"$EGAD" data import csv latin.csv --label kind --normal benign -o latin.h5 >/dev/null
"$EGAD" train --model kdd-bigan --data latin.h5 --epochs 1 --batch 50 --lr 0.000123456789 --quiet \
    -o latin-model.h5 >/dev/null
says report report latin-model.h5 --data latin.h5 -o report
whole 5
grep -F 'caf? (' report/report.html
grep -F -- '--lr 0.000123456789 ' report/report.html

# Latent search instead of an encoder.
"$EGAD" train --model kdd-gan --data flows.h5 --epochs 1 --batch 50 --quiet -o gan.h5 >/dev/null
says report report gan.h5 --data flows.h5 -o report --steps 5 --sample 60
whole 4
grep -F '60 of 220 rows (test)' report/report.html
grep -F 'no encoder' report/report.html
grep -F '<td>5 steps, seed 0</td>' report/report.html

# A failed report leaves no page.
fails 2 '-o DIR is missing' report model.h5 --data flows.h5
fails 1 "'flows.csv' is a file, not a folder" report model.h5 --data flows.h5 -o flows.csv
keeps model.h5 1 "'absent.h5'" report absent.h5 --data flows.h5 -o report
cp report/report.html before.html
fails 1 "'absent.csv'" report model.h5 --data absent.csv -o report
fails 1 "trained on" report odd-model.h5 --data flows.h5 -o report
fails 1 'below 1/' report model.h5 --data flows.h5 -o report --false-alarms 1e-6
cmp before.html report/report.html
# shellcheck disable=SC2016 # full_disk expands it
full_disk 120 'cp flows.h5 model.h5 disk/ 2>/dev/null || true
    fails 1 "No space left on device" report model.h5 \
        --data flows.h5 -o disk
    test -z "$(find disk -name "*.html*")"'
test "$(ls -A report)" = report.html
# A page does not overwrite the model.
mkdir linked
ln -s ../model.h5 linked/report.html
keeps model.h5 1 'would overwrite the input' report model.h5 --data flows.h5 -o linked

# Images: the sheet of extreme scores, real and generated images, and their spectrum.
needs_h5py
"$python" - <<'PYTHON'
import h5py, numpy
for name, shape in (("grey", (9, 6, 1)), ("color", (5, 17, 3))):
    n = shape[0] * shape[1] * shape[2]
    x = [[(i * 37 + j * (11 if i % 10 else 29)) % 256 for j in range(n)] for i in range(80)]
    with h5py.File(name + ".h5", "w") as f:
        f["x"] = numpy.array(x, "float32").reshape((80,) + shape)
        f["y"] = [i % 10 == 0 for i in range(80)]
        f["split"] = [i % 10 == 0 or i % 2 for i in range(80)]
PYTHON
for name in grey color; do
    "$EGAD" train --model kdd-bigan --data $name.h5 --epochs 2 --batch 10 --quiet \
        -o $name-model.h5 >/dev/null
    says report report $name-model.h5 --data $name.h5 -o report
    whole 8
done
grep -F 'Of the middle 5 x 16 pixels' report/report.html
# One image; and images without training rows.
says report report color-model.h5 --data color.h5 -o report --sample 1
whole 6
"$python" - <<'PYTHON'
import h5py
with h5py.File("color.h5", "a") as f:
    f["split"][:] = 1
PYTHON
says report report color-model.h5 --data color.h5 -o report
whole 8
grep -F '72 normal images' report/report.html
