"""scikit-learn: its own checks of estimators, pipelines, searches.

EGAD_TEST_ALL=1 in the environment checks all classes instead of the cheapest."""

import os
import pickle

import numpy as np
import pytest

pytest.importorskip("sklearn", minversion="1.6")
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import egad.sklearn as es

CHEAP = ["PCADetector"]
ALL = [name for name in es.__all__ if name not in ("EgadDetector", "NearestDetector")]


def estimators():
    names = ALL + ["NearestDetector"] if os.environ.get("EGAD_TEST_ALL") else CHEAP
    return [getattr(es, name)(epochs=1, contamination=0.1) for name in names]


def expected_failures(estimator):
    """A training row's nearest training row is itself, at distance 0.  A latent search
    starts at a point that depends on the number of the row."""
    if isinstance(estimator, es.AnoGANDetector):
        why = "the start of a search depends on the number of the row"
        names = ("check_methods_sample_order_invariance", "check_methods_subset_invariance")
        return {name: why for name in names}
    if not isinstance(estimator, es.NearestDetector):
        return {}
    why = "every row of fit has score 0"
    return {"check_outliers_train": why, "check_outliers_fit_predict": why}


@parametrize_with_checks(estimators(), expected_failed_checks=expected_failures)
def test_checks(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def fitted(rows):
    return es.PCADetector().fit(rows)


def test_auto_is_the_held_out_threshold(fitted, rows):
    threshold = fitted.detector_.threshold()
    scores = fitted.detector_.score(rows)
    assert ((fitted.predict(rows) == -1) == (scores >= np.float32(threshold))).all()
    far = rows[:3] + 50
    assert (fitted.predict(far) == -1).all()
    assert (fitted.decision_function(far) < 0).all()


def test_attributes(frame):
    estimator = es.NearestDetector(missing="mean").fit(frame)
    assert list(estimator.feature_names_in_) == list(frame.columns)
    assert estimator.n_features_in_ == 4
    assert estimator.n_iter_ >= 1
    with pytest.raises(ValueError, match="feature names|lacks"):
        estimator.predict(frame.drop(columns="fan"))


def test_clone_pickle_pipeline(fitted, rows):
    assert clone(fitted).get_params() == fitted.get_params()
    back = pickle.loads(pickle.dumps(fitted))
    assert (back.score_samples(rows) == fitted.score_samples(rows)).all()
    pipeline = make_pipeline(StandardScaler(), es.PCADetector(contamination=0.1))
    labels = pipeline.fit_predict(rows)
    assert (labels == -1).sum() == 30
    with pytest.raises(NotFittedError):
        es.PCADetector().predict(rows)


def test_grid_search(rows):
    y = np.where(np.arange(len(rows)) % 10 == 0, -1, 1)
    x = rows + np.where(y == -1, 8, 0)[:, None].astype(np.float32)
    search = GridSearchCV(
        es.PCADetector(), {"contamination": [0.1, 0.3]}, scoring="f1_macro", cv=2
    )
    assert search.fit(x, y).best_params_["contamination"] == 0.1


def test_options_are_checked(rows):
    for contamination in (0, 0.9, "some"):
        with pytest.raises(ValueError, match="contamination"):
            es.PCADetector(contamination=contamination).fit(rows)
    with pytest.raises(ValueError, match="no score|has no"):
        es.PCADetector(score_name="wrong").fit(rows).predict(rows)
