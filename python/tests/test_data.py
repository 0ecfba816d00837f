"""Forms of data, and what is refused."""

import numpy as np
import pytest

import egad
from egad import _data


def test_float32_is_not_copied(nearest, rows):
    columns = nearest._model().columns
    assert _data.score_rows(rows, columns, (1, 1, 4)) is rows
    values, _ = _data.fit_rows(rows, "fail")
    assert values is rows


def test_other_types_of_numbers(nearest, rows):
    want = nearest.score(rows)
    assert (nearest.score(rows.astype(float)) == want).all()
    assert (nearest.score(np.asfortranarray(rows)) == want).all()
    assert (nearest.score(rows.tolist()) == want).all()
    whole = np.rint(rows)
    want = nearest.score(whole)
    for kind in (np.int8, np.int64, np.float16):
        assert (nearest.score(whole.astype(kind)) == want).all()


def test_columns_by_name(frame, on_frame):
    want = on_frame.score(frame)
    other = frame[["fan", "mode", "temperature", "load"]].assign(extra=1)
    assert (on_frame.score(other) == want).all()
    assert (on_frame.score(frame.astype({"mode": "category"})) == want).all()
    assert (on_frame.score(frame.astype({"mode": "string"})) == want).all()
    with pytest.raises(ValueError, match="lacks the columns fan"):
        on_frame.score(frame.drop(columns="fan"))
    with pytest.raises(ValueError, match="give a DataFrame"):
        on_frame.score(np.zeros((2, 5), np.float32))


def test_missing_values(frame, on_frame):
    gaps = frame.head(4).copy()
    gaps.loc[0, "fan"] = np.nan
    filled = gaps.fillna({"fan": frame["fan"].astype(np.float32).mean()})
    assert on_frame.score(gaps) == pytest.approx(on_frame.score(filled), abs=1e-3)
    with pytest.raises(ValueError, match="missing='mean'"):
        egad.Detector("nearest").fit(gaps)
    gaps.loc[1, "mode"] = None
    with pytest.warns(UserWarning, match="1 value of categories"):
        on_frame.score(gaps)
    with pytest.raises(ValueError, match="column 'mode' has missing values"):
        egad.Detector("nearest").fit(gaps.dropna(subset=["fan"]))
    gaps = frame.copy()
    gaps.loc[5, "mode"] = None
    detector = egad.Detector("nearest", missing="mean").fit(gaps)
    assert detector._model().columns.categories[0] == ["?", "eco", "full"]


def test_unseen_category(frame, on_frame):
    odd = frame.head(2).assign(mode="turbo")
    with pytest.warns(UserWarning, match="2 values of categories"):
        assert (on_frame.score(odd) > on_frame.score(frame.head(2))).all()


def test_arrow(frame, on_frame):
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.Table.from_pandas(frame)
    assert (on_frame.score(table) == on_frame.score(frame)).all()


def test_dlpack(nearest, rows):
    class Tensor:
        def __dlpack__(self, **how):
            return rows.__dlpack__(**how)

        def __dlpack_device__(self):
            return rows.__dlpack_device__()

    assert np.shares_memory(_data.normalise(Tensor()), rows)
    assert (nearest.score(Tensor()) == nearest.score(rows)).all()


@pytest.mark.parametrize(
    "x, kind, words",
    [
        (np.zeros((2, 5), "f"), ValueError, "X has 5 features"),
        (np.zeros(4, "f"), ValueError, "Expected 2D array"),
        (np.zeros((0, 4), "f"), ValueError, "0 sample"),
        (np.full((2, 4), np.nan), ValueError, "NaN.*row 0, column 0"),
        (np.full((2, 4), np.inf), ValueError, "infinity"),
        (np.full((2, 4), "a"), ValueError, "holds objects or text"),
        (np.full((2, 4), {}, object), TypeError, "holds objects or text"),
        (np.zeros((2, 4), complex), ValueError, "Complex data not supported"),
    ],
)
def test_refused(nearest, x, kind, words):
    with pytest.raises(kind, match=words):
        nearest.score(x)


def test_refused_columns(frame):
    pd = pytest.importorskip("pandas")
    for values, words in (
        ([[1]] * len(frame), "objects of type list"),
        (pd.date_range("2020", periods=len(frame)), "dates or times"),
    ):
        with pytest.raises(TypeError, match=f"column 'odd' holds {words}"):
            egad.Detector("nearest").fit(frame.assign(odd=values))
    with pytest.warns(UserWarning, match="400 categories"):
        egad.Detector("nearest").fit(frame.assign(id=[f"n{i}" for i in range(400)]))


def test_options(rows):
    with pytest.raises(ValueError, match="missing="):
        egad.Detector(missing="median")
    with pytest.raises(ValueError, match="epochs=0"):
        egad.Detector("kdd-bigan", epochs=0).fit(rows)
    with pytest.raises(ValueError, match="no-such"):
        egad.Detector("no-such").fit(rows)
    with pytest.raises(ValueError, match="call fit first"):
        egad.Detector().score(rows)


def test_names_of_columns(frame, on_frame):
    pd = pytest.importorskip("pandas")
    numbers = frame.drop(columns="mode")
    detector = egad.Detector("nearest", missing="mean").fit(numbers)
    with pytest.raises(ValueError, match="lacks the columns"):
        detector.score(numbers.rename(columns=str.upper))
    assert (detector.score(numbers.to_numpy()) == detector.score(numbers)).all()
    twice = pd.concat([numbers, numbers[["fan"]]], axis=1)
    with pytest.raises(ValueError, match="two columns are named 'fan'"):
        egad.Detector("nearest").fit(twice)


def test_gaps_of_every_kind(frame):
    coded = frame.assign(code=np.arange(len(frame)) % 3).astype({"code": "category"})
    detector = egad.Detector("nearest", missing="mean").fit(coded)
    one = coded.head(1)
    gap = one.astype({"fan": object}).assign(fan=None)
    as_nan = one.assign(fan=np.nan)
    assert detector.score(gap) == detector.score(as_nan)
    floats = one.assign(code=one["code"].astype(float))
    assert detector.score(floats) == detector.score(one)
    masked = np.ma.MaskedArray(np.ones((3, 2)), mask=[[0, 1], [0, 0], [0, 0]])
    with pytest.raises(ValueError, match="contains NaN"):
        egad.Detector("pca").fit(masked)
