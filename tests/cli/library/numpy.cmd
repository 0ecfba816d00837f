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
        whole = name != "halves.npy"
        assert y.dtype == (np.uint8 if whole else np.float32), (name, y.dtype)
        assert np.array_equal(x.reshape(y.shape), y), name
        n += 1
with h5py.File("roles.h5") as f:
    kinds = np.load("kinds.npy")
    assert np.array_equal(f["y"][:], kinds == 2)
    assert np.array_equal(f["class"][:], kinds)
    assert list(f["class_names"].asstr()[:]) == ["0", "1", "2"]
    assert f.attrs["protocol"] == "npy"
assert n == 20, n
PYTHON
"$python" compare.py
