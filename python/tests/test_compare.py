"""Metrics and comparisons."""

import numpy as np
import pytest

import egad


def test_metrics():
    y = np.array([0, 0, 1, 1])
    assert egad.metrics([1, 2, 3, 4], y)["auroc"] == 1
    assert egad.metrics([4, 3, 2, 1], y)["auroc"] == 0
    with pytest.raises(ValueError):
        egad.metrics([1, 2], [0, 0])
    with pytest.raises(ValueError, match="2 scores, but 3 labels"):
        egad.metrics([1, 2], [0, 0, 1])


def test_compare(rows):
    test = np.concatenate([rows[200:], rows[:20] + 9])
    y = np.arange(len(test)) >= 100
    results = egad.compare(rows[:200], test, y, ["pca", "nearest"])
    assert [r["auroc"] for r in results] == sorted((r["auroc"] for r in results), reverse=True)
    assert results[0]["auroc"] > 0.95
    assert {r["model"] for r in results} == {"pca", "nearest"}
