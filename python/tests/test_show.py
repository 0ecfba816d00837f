"""Detectors in notebooks, and their plots."""

import pytest

import egad


def test_html(on_frame, trained):
    assert "mode, load, temperature, fan" in on_frame._repr_html_()
    assert "kdd-bigan" in trained._repr_html_()
    assert "not fitted" in egad.Detector()._repr_html_()


def test_plots(trained, rows):
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    assert len(trained.plot_history().lines) == 3
    assert trained.plot_scores(rows, rows[:, 0] > 2).get_xlabel() == "score"
    assert trained.plot_scores(rows).get_legend() is not None
