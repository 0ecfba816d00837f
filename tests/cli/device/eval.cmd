given flows.csv flows.h5 model.h5
says 'AUROC' eval --model model.h5 --data flows.h5
grep -E '^ +combined +sigma +fm +chance$' says.out
grep -F 'the true share of anomalies, known from the labels' says.out
# The model's own threshold is printed first.
awk '/model.s threshold/ { own = NR } /^decision/ { exit !(own && own < NR) }' says.out
# A file with a split is evaluated on its test rows, and the output says so.
grep -F "(180 of the 400 rows of the file are training rows, left out here;" says.out
says 'all: 400, 40 of them' eval --model model.h5 --data flows.h5 --rows all
not grep 'left out here' says.out
says '90.000 %' eval --model model.h5 --data flows.h5 --fraction .9 --score fm
grep -E '^ +fm +chance$' says.out
says '"auroc"' eval --model model.h5 --data flows.h5 --json
grep -F "$(sha256sum <flows.csv | cut -d' ' -f1)" says.out
# Labels of one class only, or no labels.
awk -F, '{ print $0 "," (NR == 1 ? "part" : $4 == "attack" || NR % 2 ? "train" : "test") }' \
    flows.csv >benign.csv
import benign.csv benign.h5 --split-column part >/dev/null
fails 1 "'benign.h5' are normal" eval --model model.h5 --data benign.h5
"$EGAD" data import csv flows.csv --drop kind -o bare.h5 >/dev/null
fails 1 bare.h5 eval --model model.h5 --data bare.h5
import flows.csv narrow.h5 --drop bytes >/dev/null
fails 1 "'narrow.h5' lacks column 'bytes', which 'model.h5' was trained on: import the table with" eval --model model.h5 --data narrow.h5
# The paper's rule is for the paper's classes, whose share of anomalies it assumes.
connections 400 >connections
for anomalous in normal attacks; do
    "$EGAD" data import kdd99 connections --anomalous $anomalous -o $anomalous.h5 >/dev/null
    "$EGAD" train --model kdd-bigan --data $anomalous.h5 --epochs 1 --batch 20 --quiet \
        -o $anomalous-model.h5 >/dev/null
done
says '20.000 % of the scores are called anomalous (80th percentile' eval --model normal-model.h5 \
    --data normal.h5
says '(the true share of anomalies' eval --model attacks-model.h5 --data attacks.h5
# Published figures are shown only for the same rows; copies of training rows are counted.
needs_h5py
"$python" - <<'PYTHON'
import h5py, numpy
normal = 70000 - 6824
for name in ("mnist-4", "like-mnist-4", "mnist-4-release"):
    with h5py.File(name + ".h5", "w") as f:
        f["x"] = numpy.arange(280000, dtype="float32").reshape(70000, 4) % 4099
        f["x"][69999] = f["x"][0]
        f["y"] = numpy.r_[numpy.ones(6824, "u1"), numpy.zeros(normal, "u1")]
        f["split"] = numpy.r_[numpy.ones(6824, "u1"), numpy.zeros(50540, "u1"),
                              numpy.ones(normal - 50540, "u1")]
        f.attrs["protocol"] = name
PYTHON
"$EGAD" train --model kdd-bigan --data mnist-4.h5 --epochs 1 --batch 5000 --quiet \
    -o digits-model.h5 >/dev/null
eval_digits() {
    says "protocol $1" eval --model digits-model.h5 --data "$1.h5" --score sigma
}
eval_digits mnist-4
grep -E '^  5 nearest neighbours +0\.604$' says.out
grep -E '^  BiGAN sigma, as published +0\.443 \+- 0\.029$' says.out
copies=$(sed -nE 's/^copies    ([0-9,]+ of the 12,636) normal test rows are in .*/\1/p' says.out)
test -n "$copies"
eval_digits like-mnist-4
not grep 'of others' says.out
eval_digits mnist-4-release
not grep 'neighbours' says.out
grep -E '^  chance +0\.351$' says.out
grep -F "$copies normal test rows were trained on" says.out
says '"known_auprc"' eval --model digits-model.h5 --data mnist-4.h5 --json
grep -F '"32 principal components": 0.42' says.out
