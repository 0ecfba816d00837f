"""Processes: forks, spawned ones, h5py in either order, memory."""

import multiprocessing
import os
import pickle
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import egad


def test_fork_raises(nearest, rows):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            nearest.score(rows)
            os.write(write, b"scored")
        except RuntimeError as why:
            os.write(write, str(why).encode())
        finally:
            os._exit(0)
    os.close(write)
    assert b"get_context('spawn')" in os.read(read, 1000)
    os.waitpid(child, 0)
    assert len(nearest.score(rows)) == len(rows)


def test_forked_pool_raises(nearest, rows):
    with multiprocessing.get_context("fork").Pool(1) as pool:
        with pytest.raises(RuntimeError, match="get_context"):
            pool.apply_async(nearest.score, (rows,)).get(60)


def test_spawned_process(trained, rows):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert (pool.apply(trained.score, (rows,)) == trained.score(rows)).all()


def test_pickle(trained, rows):
    back = pickle.loads(pickle.dumps(trained))
    assert (back.score(rows) == trained.score(rows)).all()
    assert pickle.loads(pickle.dumps(egad.Detector("pca")))._options["model"] == "pca"


PROGRAM = """
import sys, tempfile, os
{first}
import numpy as np
x = np.random.default_rng(0).normal(size=(50, 3)).astype("f")
path = os.path.join(tempfile.mkdtemp(), "x.h5")
def h5():
    with h5py.File(path, "w") as f: f["x"] = x
    with h5py.File(path) as f: assert (f["x"][:] == x).all()
h5()
d = egad.Detector("nearest").fit(x)
d.save(path + ".model")
h5()
assert (egad.Detector.load(path + ".model").score(x) == d.score(x)).all()
with h5py.File(path + ".model") as f: assert f.attrs["format"] in ("egad-model", b"egad-model")
import hashlib
assert hashlib.md5(b"x").hexdigest() == "9dd4e461268c8034f5c8564e155c67a6"
print("both")
"""


@pytest.mark.parametrize("first", ["import h5py; import egad", "import egad; import h5py"])
def test_h5py_beside(first):
    pytest.importorskip("h5py")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)], capture_output=True, text=True
    )
    assert done.stdout == "both\n", done.stderr


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no /proc")
def test_fits_do_not_grow(rows):
    fits = int(os.environ.get("EGAD_TEST_FITS", "30"))

    def fit(n):
        for _ in range(n):
            egad.Detector("pca").fit(rows).score(rows)
        return resident()

    fit(20)
    before = fit(5)
    assert fit(fits) - before < 4e6


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="no /proc")
def test_float32_rows_are_scored_where_they_are():
    x = np.random.default_rng(0).standard_normal((200_000, 40), dtype=np.float32)
    detector = egad.Detector("kdd-bigan", epochs=1).fit(x[:500])
    detector.score(x, "sigma")  # makes the buffers of the library
    Path("/proc/self/clear_refs").write_text("5")  # the peak is what there is now
    before = peak()
    detector.score(x, "sigma")
    assert peak() - before < x.nbytes / 2


def peak():
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.split("VmHWM:")[1].split()[0])
