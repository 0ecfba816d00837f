"""Estimators of scikit-learn: one class, and one more for each detector."""

import warnings
from types import FunctionType

import numpy as np

try:
    from sklearn.base import BaseEstimator, OutlierMixin
    from sklearn.utils.validation import check_is_fitted, validate_data
except ImportError as why:
    raise ImportError(
        "egad.sklearn needs scikit-learn 1.6 or newer: pip install 'egad[sklearn]'"
    ) from why

from . import _data
from .detector import OPTIONS, Detector

__all__ = [
    "ALADDetector",
    "AnoGANDetector",
    "BiGANDetector",
    "DAGMMDetector",
    "DSEBMDetector",
    "EgadDetector",
    "NearestDetector",
    "OneClassSVMDetector",
    "PCADetector",
    "VAEDetector",
]


class EgadDetector(OutlierMixin, BaseEstimator):
    """An anomaly detector of egad as an estimator of scikit-learn.

    Parameters
    ----------
    model : str, optional
        One of `egad.models()`; by default the first that fits the data.
    contamination : "auto" or float
        Where the threshold lies: "auto" takes that of the false-alarm rate 0.01, measured on
        training rows that were held out; a number flags that share of the rows of `fit`.
    score_name : str, optional
        The score to use; by default the model's.
    recipe, epochs, batch, lr, hold_out, rows, nu, gamma, missing, device, progress
        As in `egad.Detector`.
    random_state : int, RandomState or None
        Seed of parameters, batches and noise; None is 0, so that results repeat.

    Attributes
    ----------
    detector_ : egad.Detector
    offset_ : float
        `decision_function` is `score_samples` minus this.
    n_features_in_ : int
    feature_names_in_ : ndarray of str
        Where `fit` was given a frame.
    n_iter_ : int
        Iterations of training.
    history_ : list of dict
        Mean losses of each epoch.
    """

    def __init__(
        self,
        model=None,
        *,
        contamination="auto",
        score_name=None,
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
        random_state=None,
    ):
        self.model = model
        self.contamination = contamination
        self.score_name = score_name
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
        self.random_state = random_state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "mean"
        return tags

    def _rows(self, X, reset):
        """X, after scikit-learn's checks of names and widths."""
        if hasattr(X, "to_pandas") or hasattr(X, "__arrow_c_stream__"):
            X = _data.normalise(X)
        if _data.is_frame(X) or getattr(X, "ndim", 2) > 2:
            validate_data(self, X, reset=reset, skip_check_array=True)
            return X
        return validate_data(
            self,
            X,
            reset=reset,
            dtype=[np.float64, np.float32],
            order="C",
            ensure_all_finite="allow-nan" if self.missing == "mean" else True,
        )

    def _seed(self):
        if self.random_state is None:
            return 0
        if isinstance(self.random_state, (int, np.integer)):
            return int(self.random_state)
        from sklearn.utils import check_random_state

        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _check_contamination(self):
        c = self.contamination
        if c != "auto" and not (isinstance(c, (int, float, np.number)) and 0 < c <= 0.5):
            raise ValueError(
                f"egad: contamination={c!r}: it is 'auto', or a number above 0, at most 0.5"
            )

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
        self._check_contamination()
        X = self._rows(X, reset=True)
        options = {name: getattr(self, name) for name in OPTIONS}
        self.detector_ = Detector(self.model, seed=self._seed(), **options).fit(X)
        info = self.detector_.info
        self.n_iter_ = max(1, info["step"])
        self.history_ = self.detector_.history
        self.offset_ = self._find_offset(X, info)
        return self

    def _find_offset(self, X, info):
        if self.contamination != "auto":
            return float(np.percentile(self.score_samples(X), 100.0 * self.contamination))
        try:
            if info["searches"]:  # which takes long: `fit` of Detector leaves it out
                self.detector_.measure_threshold(X)
            # A score that equals the threshold is an anomaly: decision_function is below 0.
            return np.nextafter(-self.detector_.threshold(score=self.score_name), np.inf)
        except ValueError as why:
            warnings.warn(
                f"egad: no threshold for contamination='auto' ({why}): the 0.99 quantile of "
                "the training rows' scores takes its place",
                stacklevel=3,
            )
            return float(np.percentile(self.score_samples(X), 1.0))

    def score_samples(self, X):
        """The opposite of the anomaly score: lower is more anomalous.

        Returns
        -------
        ndarray of float64, shape (rows,)
        """
        check_is_fitted(self)
        X = self._rows(X, reset=False)
        return -self.detector_.score(X, self.score_name).astype(np.float64)

    def decision_function(self, X):
        """`score_samples` minus `offset_`: negative for anomalies.

        Returns
        -------
        ndarray of float64, shape (rows,)
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X):
        """-1 for anomalies, +1 for other rows.

        Returns
        -------
        ndarray of int, shape (rows,)
        """
        return np.where(self.decision_function(X) < 0, -1, 1)

    def p_values(self, X):
        """The expected share of new normal rows that score as high or higher.

        Returns
        -------
        ndarray of float64, shape (rows,)
        """
        check_is_fitted(self)
        return self.detector_.p_values(self._rows(X, reset=False), self.score_name)

    def explain(self, X):
        """See `egad.Detector.explain`."""
        check_is_fitted(self)
        return self.detector_.explain(self._rows(X, reset=False))


def _of_model(name, default, text):
    """A class whose `model` is this one unless given; its parameters are the same."""

    __init__ = FunctionType(EgadDetector.__init__.__code__, globals(), "__init__", (default,))
    __init__.__kwdefaults__ = dict(EgadDetector.__init__.__kwdefaults__)
    body = {"__init__": __init__, "__module__": __name__}
    body["__doc__"] = (
        f"{text}.\n\n    `EgadDetector` with model='{default}'; for images give the model "
        "of images."
    )
    return type(name, (EgadDetector,), body)


BiGANDetector = _of_model("BiGANDetector", "kdd-bigan", "The BiGAN of Zenati et al. 2018")
AnoGANDetector = _of_model("AnoGANDetector", "kdd-gan", "The AnoGAN of Schlegl et al. 2017")
ALADDetector = _of_model("ALADDetector", "kdd-alad", "The ALAD of Zenati et al. 2018")
VAEDetector = _of_model("VAEDetector", "kdd-vae", "The variational autoencoder of An and Cho")
DSEBMDetector = _of_model("DSEBMDetector", "kdd-dsebm", "The DSEBM of Zhai et al. 2016")
DAGMMDetector = _of_model("DAGMMDetector", "kdd-dagmm", "The DAGMM of Zong et al. 2018")
NearestDetector = _of_model("NearestDetector", "nearest", "The nearest training rows")
PCADetector = _of_model("PCADetector", "pca", "Principal components")
OneClassSVMDetector = _of_model("OneClassSVMDetector", "ocsvm", "The one-class SVM")
