# JSON lines, MATLAB's files and Parquet.
given flows.csv
awk -F, 'NR > 1 { printf "{\"duration\":%s,\"proto\":\"%s\",\"bytes\":%d,\"kind\":\"%s\"}\n", $1, $2, $3, $4 }' flows.csv >flows.jsonl
import flows.csv csv.h5 >/dev/null
import flows.jsonl json.h5 >/dev/null
diff <("$EGAD" data info csv.h5 | sed -n '/^columns/,$p') <("$EGAD" data info json.h5 | sed -n '/^columns/,$p')
gzip -k flows.jsonl
import flows.jsonl.gz again.h5 >/dev/null
# Names in another order, absent, null, found late; NaN; notation of numbers is JSON's.
cat >odd.jsonl <<'END'
{"a": 1.5, "b": "x"}
{"b": "y", "a": null}

{"b": "x", "a": NaN, "c": true}
{"b": "x", "a": 2.5, "c": false}
END
fails 1 "line 2, column 'a': the value is missing" data import csv odd.jsonl
"$EGAD" data import csv odd.jsonl --missing mean --decimal , -o odd.h5 --force >imported 2>hint
grep -x 'rows       4' imported
"$EGAD" data info odd.h5 | grep 'a  *1.5 to 2.5'
echo '{"a": [1]}' >list.jsonl
fails 1 "line 1: column 'a' is a list or an object: expected one value; --drop 'a' leaves it out" data import csv list.jsonl
# What is left out may hold anything, also in one object of several.
printf '%s\n' '{"a": 1, "more": null}' '{"a": 2, "more": {"b": [3]}}' '{"more": [], "a": 4}' >nested.jsonl
fails 1 "line 2: column 'more' is a list or an object" data import csv nested.jsonl --missing mean
"$EGAD" data import csv nested.jsonl --drop more -o nested.h5 >/dev/null
"$EGAD" data info nested.h5 | grep 'a  *1 to 4'
"$EGAD" data import csv nested.jsonl --keep a -o nested.h5 --force >/dev/null
printf '%s\n' '{"a": 1}' '{"a": 1' >cut.jsonl
fails 1 "json: 'cut.jsonl' line 2:" data import csv cut.jsonl
echo '[{"a": 1}]' >array.json
fails 1 "with one object per line" data import csv array.json
echo '{}' >none.jsonl
fails 1 "its objects have no names" data import csv none.jsonl
fails 1 "has no column 'kid'" data import csv flows.jsonl --drop kid --force
printf 'PAR1....' >table.parquet
fails 1 "is Parquet, wanted text: convert it, for example by python3 -c" data import csv table.parquet

for python in python3 /usr/bin/python3 ''; do
    [ -n "$python" ] && "$python" -c 'import h5py, scipy.io' 2>/dev/null && break
done
[ -n "$python" ] || exit 0
cat >make.py <<'PYTHON'
import h5py, numpy as np, scipy.io as io
x = np.random.RandomState(3).randn(20, 3)
y = (np.arange(20) % 4 == 3).astype("f8").reshape(-1, 1)
io.savemat("five.mat", {"X": x, "y": y})
io.savemat("small.mat", {"X": x, "y": y.astype("u1")}, do_compression=True)
io.savemat("four.mat", {"X": x, "y": y}, format="4")
io.savemat("alone.mat", {"data": x.astype("f4"), "note": "text"})
io.savemat("complex.mat", {"X": x * 1j})
io.savemat("cell.mat", {"X": np.array([[1], ["a"]], dtype=object)})
with h5py.File("seven.mat", "w", userblock_size=512) as f:
    for name, value in ("X", x), ("y", y):
        f[name] = value.T
        text = h5py.h5t.C_S1.copy() # ends with a zero, as MATLAB writes it
        text.set_size(6)
        a = h5py.h5a.create(f[name].id, b"MATLAB_class", text, h5py.h5s.create(h5py.h5s.SCALAR))
        a.write(np.array(b"double", "S6"), text)
with open("seven.mat", "r+b") as f:
    f.write(b"MATLAB 7.3 MAT-file".ljust(116) + b"\0" * 8 + b"\0\2IM")
np.savez("x.npz", X=x, y=y)
b = open("five.mat", "rb").read()
open("cut.mat", "wb").write(b[:len(b) // 2])
PYTHON
"$python" make.py
"$EGAD" data import npz x.npz >imported 2>hint
for version in five small seven; do
    "$EGAD" data import mat $version.mat >imported 2>hint
    grep -q "^'y' is the label: 0 normal, 1 anomalous" hint
    grep -q "^test .* 5 anomalies" imported
done
cat >same.py <<'PYTHON'
import h5py, numpy as np
with h5py.File("x.h5") as f:
    for name in "five", "small", "seven":
        with h5py.File(name + ".h5") as g:
            for what in "x", "y", "split":
                assert np.array_equal(f[what][:], g[what][:]), (name, what)
PYTHON
"$python" same.py
says 'rows       20' data import mat alone.mat
fails 1 "holds no arrays of numbers" data import mat complex.mat
fails 1 "holds no arrays of numbers" data import mat cell.mat
fails 1 "mat: 'cut.mat' is truncated or damaged" data import mat cut.mat
fails 1 "is not a file of MATLAB 5 to 7.3: save it again" data import mat four.mat
fails 1 "is not a file of MATLAB 5 to 7.3: save it again" data import mat flows.csv -o no.h5
fails 1 "No such file" data import mat none.mat
