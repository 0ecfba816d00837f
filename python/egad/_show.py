"""Detectors in notebooks, and their plots."""

import html

import numpy as np


def to_html(detector):
    """A table of what a detector is; before `fit`, its text."""
    if detector._loaded is None:
        return f"<pre>{html.escape(repr(detector))}</pre>"
    info = detector.info
    rows = [
        ("model", f"{info['model']}, recipe {info['recipe']}, seed {info['seed']}"),
        ("rows", " x ".join(str(n) for n in info["shape"] if n > 1) or "1"),
        ("trained", f"{info['epoch']} of {info['epochs']} epochs, {info['step']:,} iterations"),
        ("parameters", f"{sum(info['networks'].values()):,}"),
        ("scores", ", ".join(detector.scores)),
        ("device", info["device"]),
    ]
    if detector.columns:
        rows.insert(2, ("columns", ", ".join(detector.columns)))
    lines = "".join(f"<tr><th>{k}</th><td>{html.escape(v)}</td></tr>" for k, v in rows)
    return f"<table><caption>egad.Detector</caption>{lines}</table>"


def _axes(ax):
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ImportError("egad: plots need matplotlib: pip install matplotlib") from None
    return pyplot.subplots()[1] if ax is None else ax


def plot_history(detector, ax=None):
    """Plot the losses of each epoch.

    Parameters
    ----------
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    history = detector.history
    for name in history[0] if history else ():
        if name != "seconds":
            ax.plot(range(1, len(history) + 1), [h[name] for h in history], label=name)
    ax.set(xlabel="epoch", ylabel="loss")
    if ax.lines:
        ax.legend()
    return ax


def plot_scores(detector, X, y=None, ax=None):
    """Plot a histogram of the scores of rows, and the threshold.

    Parameters
    ----------
    X : rows
    y : array of shape (rows,), optional
        1 for anomalies, 0 for normal rows: a histogram for each.
    ax : matplotlib Axes, optional

    Returns
    -------
    matplotlib Axes
    """
    ax = _axes(ax)
    scores = detector.score(X)
    bins = np.histogram_bin_edges(scores, 50)
    if y is None:
        ax.hist(scores, bins, label="rows")
    else:
        wrong = np.asarray(y) != 0
        ax.hist(scores[~wrong], bins, alpha=0.6, label="normal")
        ax.hist(scores[wrong], bins, alpha=0.6, label="anomalies")
    try:
        ax.axvline(detector.threshold(), color="black", linestyle="--", label="threshold")
    except ValueError:
        pass  # none was measured
    ax.set(xlabel="score", ylabel="rows")
    ax.legend()
    return ax
