# Data files not made by egad: anomalies in training rows, columns without names.
given flows.csv flows.h5
needs_h5py
"$python" - <<'PYTHON'
import h5py, shutil
with h5py.File("flows.h5") as flows, h5py.File("bare.h5", "w") as bare:
    for name in ("x", "y", "split"):
        bare[name] = flows[name][:]
    with h5py.File("no_split.h5", "w") as f:
        f["x"], f["y"] = flows["x"][:], flows["y"][:]
shutil.copy("flows.h5", "mixed.h5")
with h5py.File("mixed.h5", "r+") as f:
    anomalies = [i for i, y in enumerate(f["y"]) if y]
    f["split"][anomalies[:12]] = 0
PYTHON
text="are labelled anomalies: training treats them as normal"
warns() {
    says '' "${@:2}"
    test "$(grep warning says.err)" = "egad: warning: $1 $text"
}
train="train --model kdd-bigan --epochs 1 --batch 50 -o model.h5 --force --data"
warns "12 of the 192 training rows of 'mixed.h5'" data info mixed.h5
warns "40 of the 400 training rows of 'no_split.h5'" data info no_split.h5
warns "12 of the 192 training rows of 'mixed.h5'" $train mixed.h5
warns "12 of the 192 training rows of 'mixed.h5'" $train mixed.h5 --quiet
says '' data info flows.h5
not grep warning says.err
says 'trained' $train bare.h5
not grep warning says.err
# Its model scores data files, and says why it rejects a table.
says 'row,score' score --model model.h5 --data bare.h5
fails 1 "'flows.csv' cannot be read for this model: its training data had no column names" score \
    --model model.h5 --data flows.csv
