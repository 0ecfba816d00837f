# Arrays of numpy.save are imported unchanged, and h5py reads the result.
needs_h5py
cat >make.py <<'PYTHON'
import numpy as np
r = np.random.RandomState(1)
for kind in "?", "u1", "i1", ">u2", "<i4", ">i8", "<f4", ">f8":
    for order in "C", "F":
        x = np.asarray(r.randint(0, 2 if kind == "?" else 100, (9, 4, 3, 2)), kind, order)
        np.save("%s-%s.npy" % (np.dtype(kind).str[1:] if kind != "?" else "b1", order), x)
x = r.randint(0, 256, (9, 5, 6)).astype("u1")
np.save("pixels.npy", x)
with open("version2.npy", "wb") as f:
    np.lib.format.write_array(f, x, version=(2, 0))
with open("version3.npy", "wb") as f:
    np.lib.format.write_array(f, x, version=(3, 0))
np.save("kinds.npy", np.arange(9) % 3)
np.save("objects.npy", np.array([["a", None]], dtype=object))
np.save("halves.npy", x + np.float32(0.5))
np.save("half.npy", (x[:, 0] / 16).astype("f2"))
PYTHON
"$python" make.py
for file in *.npy; do
    [ $file != kinds.npy ] && [ $file != objects.npy ] || continue
    "$EGAD" data import npy "$file" >imported 2>hint
done
fails 1 "'objects.npy' holds Python objects" data import npy objects.npy
"$EGAD" data import npy pixels.npy --labels kinds.npy --anomalous 2 -o roles.h5 >imported
cat >compare.py <<'PYTHON'
import glob, h5py, numpy as np
n = 0
for name in glob.glob("*.npy"):
    if name in ("kinds.npy", "objects.npy"):
        continue
    with h5py.File(name[:-4] + ".h5") as f:
        x, y = np.load(name), f["x"][:]
        whole = name not in ("halves.npy", "half.npy")
        assert y.dtype == (np.uint8 if whole else np.float32), (name, y.dtype)
        assert np.array_equal(x.reshape(y.shape), y), name
        n += 1
with h5py.File("roles.h5") as f:
    kinds = np.load("kinds.npy")
    assert np.array_equal(f["y"][:], kinds == 2)
    assert np.array_equal(f["class"][:], kinds)
    assert list(f["class_names"].asstr()[:]) == ["0", "1", "2"]
    assert f.attrs["protocol"] == "npy"
assert n == 21, n
PYTHON
"$python" compare.py

# Gaps: rows are dropped, or means of the training rows imputed; images have none.
cat >gaps.py <<'PYTHON'
import numpy as np
x = np.random.RandomState(2).randn(20, 3)
x[3, 1], x[5, 2] = np.nan, np.inf
np.save("gaps.npy", x)
np.save("holes.npy", x.reshape(5, 4, 3))
np.save("empty.npy", np.c_[x, [np.nan] * 20])
np.save("flags.npy", np.arange(20) % 4 == 3)
PYTHON
"$python" gaps.py
fails 1 "row 3, value 1: not a number (NaN), wanted numbers only; drop such rows with" \
    data import npy gaps.npy
fails 1 "row 0, value 10: not a number (NaN), wanted numbers only" data import npy holes.npy
fails 1 "--missing is for tables" data import npy holes.npy --missing mean
fails 1 "value 3 of a row: no training row has it" data import npy empty.npy --missing mean
fails 1 "no row is left" data import npy empty.npy --missing drop
says "18 (of 20 read)" data import npy gaps.npy --labels flags.npy --anomalous 1 --missing drop
"$EGAD" data import npy gaps.npy --labels flags.npy --anomalous 1 --missing mean -o mean.h5 >imported
cat >gaps.py <<'PYTHON'
import h5py, numpy as np
x, flags = np.load("gaps.npy"), np.load("flags.npy")
x[~np.isfinite(x)] = np.nan
with h5py.File("gaps.h5") as f:
    keep = np.isfinite(x).all(1)
    assert np.allclose(f["x"][:], x[keep], 1e-6) and np.array_equal(f["y"][:], flags[keep])
with h5py.File("mean.h5") as f:
    train = f["split"][:] == 0
    fill = np.nanmean(x[train].astype("f4"), 0)
    assert list(f["schema/columns"].asstr()[:]) == ["column1", "column2", "column3"]
    assert np.array_equal(f["filled"][:], np.isnan(x))
    assert np.allclose(f["schema/fill"][:], fill, 1e-5)
    assert np.allclose(f["x"][:], np.where(np.isnan(x), fill, x), 1e-5)
    assert not f["y"][:][train].any()
PYTHON
"$python" gaps.py

# Files of several arrays: X and y, or those that are named.
cat >several.py <<'PYTHON'
import numpy as np
x = np.random.RandomState(3).randn(20, 3)
y = np.arange(20) % 4
np.savez("two.npz", X=x, y=y == 3)
np.savez_compressed("column.npz", X=np.asfortranarray(x), y=(y == 3).astype("f8").reshape(-1, 1))
np.savez("kinds.npz", X=x, y=y)
np.savez("alone.npz", a=x)
np.savez("unclear.npz", a=x, b=x)
np.savez("none.npz")
np.savez("words.npz", X=x, y=np.array(list("abcdefghijklmnopqrst")))
PYTHON
"$python" several.py
for file in two column; do
    "$EGAD" data import npz $file.npz >imported 2>hint
    grep -q "^'y' is the label: 0 normal, 1 anomalous" hint
    grep -q "^test .* 5 anomalies" imported
done
cat >several.py <<'PYTHON'
import h5py, numpy as np
with h5py.File("two.h5") as f, h5py.File("column.h5") as g:
    for name in "x", "y", "split", "class":
        assert np.array_equal(f[name][:], g[name][:]), name
    assert np.allclose(f["x"][:], np.load("two.npz")["X"], 1e-6)
PYTHON
"$python" several.py
says "20, 4 classes" data import npz kinds.npz
says "5 anomalies" data import npz kinds.npz --anomalous 2 --force
says "no split   20, without labels" data import npz kinds.npz --labels none --force
says "rows       20" data import npz alone.npz
says "rows       20" data import npz unclear.npz --rows b
says "rows       20" data import npz words.npz --labels none
fails 1 "'words.npz/y' holds elements of type '<U1'" data import npz words.npz --force
fails 1 "no array 'X'; its arrays are a, b: choose the rows with --rows" data import npz unclear.npz --force
fails 1 "no array 'c'; its arrays are a, b: choose one with --rows" data import npz unclear.npz --rows c --force
fails 1 "no labels 'y'" data import npz alone.npz --anomalous 1 --force
fails 1 "holds no arrays" data import npz none.npz
fails 1 "Not a zip archive: give a file written by numpy.savez" data import npz gaps.npy --force
fails 1 "but a zip file: 'egad data import npz' reads it" data import npy two.npz --force
head -c 600 two.npz >cut.npz
fails 1 "npz: cannot open 'cut.npz'" data import npz cut.npz
"$python" -c "
b = bytearray(open('two.npz', 'rb').read())
b[200] ^= 1
open('bit.npz', 'wb').write(b)"
fails 1 "npz: 'X.npy' in 'bit.npz' is damaged: CRC error" data import npz bit.npz
fails 2 "cannot be combined" data import npz two.npz --normal 0 --anomalous 1
