"""A detector of PyOD: the same detectors, by the names and conventions of that library."""

import numpy as np

try:
    from pyod.models.base import BaseDetector
except ImportError as why:
    raise ImportError("egad.pyod needs PyOD: pip install 'egad[pyod]'") from why

from .detector import OPTIONS, Detector

__all__ = ["EGAD"]


class EGAD(BaseDetector):
    """A detector of egad for PyOD: higher scores are more anomalous, label 1 is an anomaly.

    Parameters
    ----------
    contamination : float
        The share of the rows of `fit` that is flagged, above 0, at most 0.5.
    model : str, optional
        One of `egad.models()`; by default the first that fits the data.
    score_name : str, optional
        The score to use; by default the model's.
    random_state : int
        Seed of parameters, batches and noise.
    recipe, epochs, batch, lr, hold_out, rows, nu, gamma, missing, device, progress
        As in `egad.Detector`.

    Attributes
    ----------
    decision_scores_ : ndarray of float64, shape (rows,)
        Scores of the rows of `fit`, each as if it had been left out.
    threshold_ : float
    labels_ : ndarray of int, shape (rows,)
    detector_ : egad.Detector
    """

    def __init__(
        self,
        contamination=0.1,
        model=None,
        score_name=None,
        random_state=0,
        recipe=None,
        epochs=None,
        batch=None,
        lr=None,
        hold_out=None,
        rows=None,
        nu=None,
        gamma=None,
        missing="fail",
        device=None,
        progress=None,
    ):
        super().__init__(contamination=contamination)
        self.model = model
        self.score_name = score_name
        self.random_state = random_state
        self.recipe = recipe
        self.epochs = epochs
        self.batch = batch
        self.lr = lr
        self.hold_out = hold_out
        self.rows = rows
        self.nu = nu
        self.gamma = gamma
        self.missing = missing
        self.device = device
        self.progress = progress

    def fit(self, X, y=None):
        """Train on the rows X, most of which should be normal.

        Parameters
        ----------
        X : array or DataFrame of shape (rows, features)
        y : ignored

        Returns
        -------
        self
        """
        self._set_n_classes(None)
        options = {name: getattr(self, name) for name in OPTIONS}
        self.detector_ = Detector(self.model, seed=self.random_state, **options).fit(X)
        scores = self.detector_.score(X, self.score_name, left_out=True)
        self.decision_scores_ = scores.astype(np.float64)
        self._process_decision_scores()
        return self

    def decision_function(self, X):
        """The anomaly scores of rows.

        Returns
        -------
        ndarray of float64, shape (rows,)
        """
        if not hasattr(self, "detector_"):
            Detector().score(X)  # raises that it is not fitted
        return self.detector_.score(X, self.score_name).astype(np.float64)
