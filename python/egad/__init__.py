"""Anomaly detection in tables and images, on any OpenCL device.

    detector = egad.Detector().fit(normal_rows)
    scores = detector.score(new_rows)

`egad.sklearn` has the same as an estimator of scikit-learn, `egad.pyod` as one of PyOD."""

from ._engine import devices
from ._lib import DeviceError, EgadError, FormatError, lib, text
from .compare import compare, metrics
from .detector import Detector, NotFittedError, models
from .explanation import Explanation

__version__ = text(lib.egad_status_version())

__all__ = [
    "Detector",
    "DeviceError",
    "EgadError",
    "Explanation",
    "FormatError",
    "NotFittedError",
    "compare",
    "devices",
    "metrics",
    "models",
]
