"""Several models on the same rows."""

import numpy as np

from ._lib import check, ffi, lib
from .detector import Detector, models


def metrics(scores, y):
    """Metrics of scores by labels.

    Parameters
    ----------
    scores : array of shape (rows,)
    y : array of shape (rows,)
        1 for anomalies, 0 for normal rows.

    Returns
    -------
    dict
        ``auroc``, ``ap`` (average precision), ``auprc``, ``best_f1``, ``precision_at_n``.

    Raises
    ------
    ValueError
        If there is one class only, or a score is NaN.
    """
    scores = np.ascontiguousarray(scores, np.float32)
    y = np.ascontiguousarray(np.asarray(y) != 0, np.uint8)
    if y.shape != scores.shape:
        raise ValueError(f"egad: {len(scores)} scores, but {len(y)} labels")
    out = ffi.new("egad_metrics *")
    fraction = min(max(float(y.mean()), 1.0 / max(1, len(y))), 1.0)
    c_scores = ffi.from_buffer("float *", scores)
    c_y = ffi.from_buffer("unsigned char *", y)
    check(lib.egad_metrics_compute(out, c_scores, c_y, len(scores), fraction))
    names = ("auroc", "ap", "auprc", "best_f1", "precision_at_n")
    return {name: getattr(out, name) for name in names}


def compare(X, X_test, y_test, names=None, **options):
    """Train several models on normal rows and evaluate them on labelled rows.

    Parameters
    ----------
    X : array or DataFrame
        Training rows.
    X_test, y_test
        Rows, and 1 for anomalies, 0 for normal ones.
    names : list of str, optional
        Models; by default those for tables without latent search.
    **options
        Of `egad.Detector`.

    Returns
    -------
    list of dict
        ``model``, the metrics of `egad.metrics` and ``detector``; the highest AUROC first.
    """
    if names is None:
        names = [
            name
            for name in models()
            if lib.egad_detector_tables(name.encode())
            and not lib.egad_detector_searches(name.encode())
        ]
    found = []
    for name in names:
        detector = Detector(name, **options).fit(X)
        found.append(
            {"model": name, **metrics(detector.score(X_test), y_test), "detector": detector}
        )
    return sorted(found, key=lambda row: -row["auroc"])
