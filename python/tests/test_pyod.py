"""PyOD: its conventions, and the tests that it has for its own detectors."""

import numpy as np
import pytest

pytest.importorskip("pyod")

from egad.pyod import EGAD


def test_conventions(rows):
    detector = EGAD(contamination=0.1, model="pca").fit(rows)
    assert detector.decision_scores_.shape == (300,)
    assert detector.labels_.sum() == 30
    assert ((detector.decision_scores_ > detector.threshold_) == detector.labels_).all()
    assert (detector.predict(rows) == detector.labels_).all()
    for method in ("linear", "unify"):
        probability = detector.predict_proba(rows, method=method)
        assert probability.shape == (300, 2)
        assert probability.min() >= 0 and probability.max() <= 1
    labels, confidence = detector.predict(rows, return_confidence=True)
    assert confidence.min() >= 0 and confidence.max() <= 1
    assert set(np.unique(detector.predict_with_rejection(rows))) <= {-2, 0, 1}
    assert detector.get_params()["model"] == "pca"


def test_unfitted(rows):
    with pytest.raises(ValueError, match="call fit first"):
        EGAD().decision_function(rows)
