"""Rows and trained detectors that tests share.  Where there is no OpenCL device, all tests
that need one are skipped."""

import os

os.environ.setdefault("EGAD_TUNE", "off")

import numpy as np
import pytest

import egad


def pytest_collection_modifyitems(items):
    try:
        egad.devices()
    except egad.DeviceError as why:
        for item in items:
            item.add_marker(pytest.mark.skip(reason=str(why)))


def machine(n, seed=0):
    """A machine whose fan follows the temperature; a frame with a column of text."""
    pd = pytest.importorskip("pandas")
    random = np.random.default_rng(seed)
    mode = random.choice(["eco", "full"], n)
    load = np.where(mode == "eco", 20, 80) + random.normal(0, 4, n)
    temperature = 20 + load / 2 + random.normal(0, 1, n)
    return pd.DataFrame(
        {
            "mode": mode,
            "load": load,
            "temperature": temperature,
            "fan": 20 * temperature + random.normal(0, 10, n),
        }
    )


@pytest.fixture(scope="session")
def rows():
    """(300, 4) float32."""
    return np.random.default_rng(1).normal(size=(300, 4)).astype(np.float32)


@pytest.fixture(scope="session")
def trained(rows):
    return egad.Detector("kdd-bigan", epochs=2).fit(rows)


@pytest.fixture(scope="session")
def nearest(rows):
    return egad.Detector("nearest").fit(rows)


@pytest.fixture(scope="session")
def frame():
    return machine(400)


@pytest.fixture(scope="session")
def on_frame(frame):
    return egad.Detector("nearest", missing="mean").fit(frame)
