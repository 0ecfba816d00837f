# Untrusted HDF5, made by h5py: references out of the file and damaged files are rejected in
# one line.
needs_h5py
cat >make.py <<'PYTHON'
import h5py, numpy as np
x, text = np.ones((100, 4), "f4"), h5py.string_dtype()
with h5py.File("source.h5", "w") as f:
    f["x"] = x
    f["schema/columns"] = np.array(["a", "b", "c", "d"], text)
    f.attrs["protocol"] = "mine"
virtual = h5py.VirtualLayout((100, 4), "f4")
virtual[:] = h5py.VirtualSource("source.h5", "x", (100, 4))
with h5py.File("virtual.h5", "w") as f:
    f.create_virtual_dataset("x", virtual)
with h5py.File("external.h5", "w") as f:
    f["x"] = h5py.ExternalLink("source.h5", "/x")
with h5py.File("group.h5", "w") as f:
    f["x"] = x
    f["schema"] = h5py.ExternalLink("source.h5", "/schema")
with h5py.File("soft.h5", "w") as f:
    f["other"], f["x"] = x, h5py.SoftLink("/other")
with h5py.File("storage.h5", "w") as f:
    f.create_dataset("x", (100, 4), "f4", external=[("/etc/passwd", 0, 1600)])
with h5py.File("lzf.h5", "w") as f:
    f.create_dataset("x", data=x, compression="lzf")
with h5py.File("gzip.h5", "w") as f:
    f.create_dataset("x", data=x, compression="gzip", shuffle=True, fletcher32=True)
# A reference to text 77 of a heap that has four: HDF5 1.10 reads beyond its memory.
good = open("source.h5", "rb").read()
heap = good.find(b"GCOL")
reference = good.find((1).to_bytes(4, "little") + heap.to_bytes(8, "little"))
for name, at in ("reference.h5", reference + 12), ("heap.h5", heap + 17):
    with open(name, "wb") as f:
        f.write(good[:at] + b"\x4d" + good[at + 1:])
PYTHON
"$python" make.py
says "mine" data info source.h5
says "features   4" data info gzip.h5
fails 1 "is stored in other files" data info virtual.h5
fails 1 "is stored in other files" data info storage.h5
fails 1 "/x in 'external.h5' is a soft or external link" data info external.h5
fails 1 "in 'group.h5' is a soft or external link" data info group.h5
fails 1 "/x in 'soft.h5' is a soft or external link" data info soft.h5
fails 1 'is stored by filter 32000: egad reads deflate ("gzip")' data info lzf.h5
fails 1 "'reference.h5': damaged" data info reference.h5
fails 1 "'heap.h5': damaged" data info heap.h5
# Objects that are never read do no harm.
says "/other" inspect soft.h5
