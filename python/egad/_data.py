"""Rows in Python's forms as rows of the library: float32 (rows, features), and the
columns that they come from."""

import warnings

import numpy as np

from ._engine import Handle
from ._lib import check, ffi, lib, text

_MANY = 50  # a column of text with more categories than this may identify rows
_BLOCK = 65536  # values that are checked or converted at a time


class Columns:
    """The columns of a table: `names`; `categories`, for each a list of texts, or None for
    a column of numbers; `fill`, what replaces a missing number, or None; `offset`, (features)
    float64, or None where all are 0."""

    def __init__(self, names, categories, fill, offset=None):
        self.names = names
        self.categories = categories
        self.fill = fill
        self.offset = offset
        self.plain = (
            offset is None
            and all(c is None for c in categories)
            and all(f is None for f in fill)
        )

    @property
    def widths(self):
        return [1 if c is None else len(c) for c in self.categories]

    @property
    def features(self):
        return sum(self.widths)

    @classmethod
    def of_schema(cls, schema):
        """A copy of an egad_schema; with `names` empty where it has no columns."""
        columns = [schema.column[i] for i in range(schema.n)]
        return cls(
            [text(c.name) for c in columns],
            [
                [text(c.category[k]) for k in range(c.categories)] if c.categories else None
                for c in columns
            ],
            [c.fill if c.filled and not c.categories else None for c in columns],
            np.frombuffer(ffi.buffer(schema.offset, 8 * schema.offsets)).copy()
            if schema.offsets
            else None,
        )

    def schema(self):
        """An egad_schema of these columns; it lives as long as the second value."""
        column = ffi.new("egad_column[]", len(self.names))
        keep = [column]

        def c_text(s):
            keep.append(ffi.new("char[]", s.encode()))
            return keep[-1]

        for at, name, categories, fill in zip(
            column, self.names, self.categories, self.fill
        ):
            at.name = c_text(name)
            at.filled = fill is not None
            if categories is not None:
                keep.append(ffi.new("char *[]", [c_text(c) for c in categories]))
                at.category, at.categories = keep[-1], len(categories)
        schema = ffi.new("egad_schema *", {"n": len(self.names), "column": column})
        return schema, keep


# ---- what was given ---------------------------------------------------------------------


def is_frame(X):
    return hasattr(X, "iloc") and hasattr(X, "columns")


def normalise(X):
    """A pandas frame, or a NumPy array of numbers of 2 to 4 dimensions.

    Frames of polars and tables of Arrow become frames of pandas; arrays with
    ``__dlpack__``, such as tensors of PyTorch on the CPU, are taken without a copy."""
    if is_frame(X):
        return X
    if hasattr(X, "to_pandas"):
        return X.to_pandas()
    if hasattr(X, "__arrow_c_stream__"):
        import pyarrow

        return pyarrow.table(X).to_pandas()
    if type(X).__module__.startswith("scipy.sparse"):
        raise TypeError(
            "egad: sparse data was passed, but dense data is required: use X.toarray()"
        )
    if not isinstance(X, np.ndarray) and hasattr(X, "__dlpack__"):
        X = np.from_dlpack(X)
    if isinstance(X, np.ma.MaskedArray):
        X = X.astype(np.float64).filled(np.nan)
    X = np.asarray(X)
    if X.dtype.kind == "O" or X.dtype.kind in "US":
        try:
            X = X.astype(np.float64)
        except (TypeError, ValueError) as why:
            raise type(why)(
                f"egad: the array holds objects or text, not numbers ({why}): give a "
                "pandas DataFrame for columns of text, or convert them"
            ) from None
    if X.dtype.kind == "c":
        raise ValueError("egad: Complex data not supported: the array holds complex numbers")
    if X.dtype.kind not in "fiub":
        raise TypeError(f"egad: the array holds {X.dtype}, not numbers: convert it")
    if X.ndim < 2 or X.ndim > 4:
        raise ValueError(
            f"egad: Expected 2D array, got {X.ndim}D array instead: (rows, features) for a "
            "table, (rows, height, width) or (rows, height, width, channels) for images. "
            "Reshape your data with X.reshape(1, -1) if it is one row, or with "
            "X.reshape(-1, 1) if it is one feature"
        )
    return X


def _fits_float32(dtype):
    """Does float32 hold all values of this type?"""
    return dtype == np.float32 or np.can_cast(dtype, np.float32, "safe")


def _check_size(shape):
    if shape[0] < 1:
        raise ValueError(
            f"egad: Found array with 0 sample(s) (shape={tuple(shape)}) while a minimum of 1 "
            "is required."
        )
    if min(shape[1:]) < 1:
        raise ValueError(
            f"egad: Found array with 0 feature(s) (shape={tuple(shape)}) while a minimum of 1 "
            "is required."
        )


def _check_finite(values, names=None, gaps_allowed=False):
    """Raise ValueError for infinities, and for NaN unless gaps are allowed."""
    step = max(1, _BLOCK // max(1, values[:1].size))
    for at in range(0, len(values), step):
        block = values[at : at + step]
        bad = np.isinf(block) if gaps_allowed else ~np.isfinite(block)
        if not bad.any():
            continue
        where = np.argwhere(bad)[0]
        value = block[tuple(where)]
        column = names[where[1]] if names else ", ".join(str(i) for i in where[1:])
        raise ValueError(
            f"egad: Input X contains {'NaN' if np.isnan(value) else 'infinity'} (inf and NaN "
            f"are not numbers): row {at + where[0]}, column {column}: "
            + (
                "missing='mean' imputes the mean of the training rows, or drop such rows"
                if np.isnan(value)
                else "correct it, or drop such rows"
            )
        )


# ---- frames -----------------------------------------------------------------------------


def _kind_error(name, what, cure):
    return TypeError(f"egad: column '{name}' holds {what}: {cure}")


def _texts(series, name):
    """The values of a column of text, None where missing; None for a column of numbers."""
    import pandas as pd

    if isinstance(series.dtype, pd.CategoricalDtype):
        # A text for each category, not for each row.
        words = np.array([str(c) for c in series.cat.categories] + [None], dtype=object)
        return words[series.cat.codes.to_numpy()]
    kind = getattr(series.dtype, "kind", "O")
    if pd.api.types.is_numeric_dtype(series.dtype) and kind != "c":
        return None
    if kind in "mM" or pd.api.types.is_datetime64_any_dtype(series.dtype):
        raise _kind_error(
            name, "dates or times", "derive numbers such as .dt.hour from it, or drop it"
        )
    if kind == "c":
        raise _kind_error(name, "complex numbers", "Complex data not supported")
    gaps = series.isna().to_numpy()
    values = np.where(gaps, None, series.to_numpy(dtype=object))
    if all(v is None or isinstance(v, str) for v in values):
        return values
    if all(v is None or isinstance(v, (int, float, np.number)) for v in values):
        return None
    odd = next(v for v in values if v is not None and not isinstance(v, str))
    raise _kind_error(
        name,
        f"objects of type {type(odd).__name__}",
        "convert it with astype(float), astype('category') or astype(str), or drop it",
    )


def _numbers(series, name):
    import pandas as pd

    if isinstance(series.dtype, np.dtype) and series.dtype.kind in "fiub":
        return series.to_numpy()
    return pd.to_numeric(series).to_numpy(dtype=np.float64, na_value=np.nan)


def _categories(values, name, missing):
    """The different texts, sorted by bytes; "?" for missing ones."""
    words = set(values)
    if None in words:
        if missing != "mean":
            raise ValueError(
                f"egad: Input X contains NaN: column '{name}' has missing values: "
                "missing='mean' makes them a category of their own, or drop such rows"
            )
        words.discard(None)
        words.add("?")
    if len(words) > _MANY and len(words) > len(values) / 10:
        warnings.warn(
            f"egad: column '{name}' has {len(words):,} categories: drop it if it identifies "
            "rows, or convert it if it holds numbers",
            stacklevel=2,
        )
    return sorted(words, key=lambda w: w.encode())


def _put_codes(out, values, categories):
    """Set one feature of each row of out (rows, categories); returns how many values are
    none of the categories."""
    code = {word: i for i, word in enumerate(categories)}
    gap = code.get("?", -1)
    codes = np.array([gap if v is None else code.get(v, -1) for v in values])
    known = np.flatnonzero(codes >= 0)
    out[known, codes[known]] = 1
    return len(codes) - len(known)


def _check_names(names):
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ValueError(f"egad: two columns are named '{name}': rename or drop one")


def _fit_frame(frame, missing):
    named = all(isinstance(c, str) for c in frame.columns)
    names = [str(c) for c in frame.columns]
    _check_size(frame.shape)
    _check_names(names)
    parts = []
    for i, name in enumerate(names):
        series = frame.iloc[:, i]
        words = _texts(series, name)
        if words is None:
            parts.append((_numbers(series, name), None))
        else:
            parts.append((words, _categories(words, name, missing)))
    brief = all(c is not None or _fits_float32(v.dtype) for v, c in parts)
    columns = Columns(
        names,
        [c for _, c in parts],
        [0.0 if missing == "mean" and c is None else None for _, c in parts],
    )
    out = np.zeros((len(frame), columns.features), np.float32 if brief else np.float64)
    at = 0
    for name, (values, categories), width in zip(names, parts, columns.widths):
        if categories is None:
            out[:, at] = values
            _check_finite(out[:, at : at + 1], [name], missing == "mean")
        else:
            _put_codes(out[:, at : at + width], values, categories)
        at += width
    if not named and missing != "mean" and all(c is None for c in columns.categories):
        return out, None  # as an array
    return out, columns


def fit_rows(X, missing):
    """Rows to train on.

    Returns
    -------
    values : ndarray, float32 or float64, C-contiguous
        (rows, features), or (rows, H, W, C) for images.  NaN where a number is missing.
    columns : Columns or None
        None for arrays without missing values.
    """
    X = normalise(X)
    if is_frame(X):
        return _fit_frame(X, missing)
    _check_size(X.shape)
    brief = _fits_float32(X.dtype) or X.ndim > 2
    values = np.ascontiguousarray(X, np.float32 if brief else np.float64)
    if values.ndim == 3:
        values = values[..., None]
    _check_finite(values, None, missing == "mean" and X.ndim == 2)
    if missing != "mean" or X.ndim != 2:
        return values, None
    n = X.shape[1]
    return values, Columns([f"column{i + 1}" for i in range(n)], [None] * n, [0.0] * n)


# ---- rows for a trained detector ----------------------------------------------------------


def _score_frame(frame, columns):
    _check_names([str(c) for c in frame.columns])
    positions = {str(c): i for i, c in enumerate(frame.columns)}
    named = any(isinstance(c, str) for c in frame.columns)
    lacking = [n for n in columns.names if n not in positions]
    unnamed = not named and all(c is None for c in columns.categories)
    if lacking and (not unnamed or len(lacking) < len(columns.names)):
        raise ValueError(
            f"egad: X lacks the columns {', '.join(lacking[:5])}: a detector needs all "
            "columns that it was trained on"
        )
    if lacking:  # by position
        positions = {n: i for i, n in enumerate(columns.names)}
        if len(frame.columns) != len(columns.names):
            raise _width_error(len(frame.columns), len(columns.names))
    out = np.zeros((len(frame), columns.features), np.float32)
    at, unseen = 0, 0
    for i, (name, categories) in enumerate(zip(columns.names, columns.categories)):
        series = frame.iloc[:, positions[name]]
        if categories is None:
            out[:, at] = _shifted(_numbers_of(series, name), columns, i, at)
            at += 1
        else:
            words = _texts(series, name)
            if words is None:
                words = [
                    None if gap else _word(v, categories)
                    for v, gap in zip(series.tolist(), series.isna())
                ]
            unseen += _put_codes(out[:, at : at + len(categories)], words, categories)
            at += len(categories)
    if unseen:
        warnings.warn(
            f"egad: {unseen:,} value{'s' if unseen > 1 else ''} of categories that were not "
            "in the training rows",
            stacklevel=3,
        )
    return out


def _word(value, categories):
    """A number as the category it was in training: a gap makes whole numbers floats."""
    word = str(value)
    if word not in categories and isinstance(value, float) and value.is_integer():
        word = str(int(value))
    return word


def _numbers_of(series, name):
    words = _texts(series, name)
    if words is not None and any(w is not None for w in words):
        raise ValueError(
            f"egad: column '{name}' holds text, but numbers in the training rows: convert it"
        )
    return _numbers(series, name)


def _shifted(values, columns, column, feature):
    """Numbers (rows) as float32, less their offset; missing ones filled."""
    offset = 0.0 if columns.offset is None else columns.offset[feature]
    fill = columns.fill[column] if columns.names else None
    gaps = np.isnan(values) if values.dtype.kind == "f" else None
    if gaps is not None and gaps.any() and fill is not None:
        values = np.where(gaps, fill, values)
    _check_finite(values[:, None], [columns.names[column]] if columns.names else None)
    return values - np.float64(offset) if offset else values


def _width_error(has, wants):
    return ValueError(
        f"egad: X has {has} features, but the detector is expecting {wants} features as "
        "input: give the columns that it was trained on"
    )


def score_rows(X, columns, shape):
    """Rows for a detector: float32 (rows, H*W*C), C-contiguous.  An array of float32 that
    is contiguous is returned as it is, not copied.

    Parameters
    ----------
    columns : Columns
        Of the detector.
    shape : tuple of int
        (H, W, C) of its rows.
    """
    width = shape[0] * shape[1] * shape[2]
    ready = type(X) is np.ndarray and X.dtype == np.float32 and X.ndim == 2
    if ready and columns.plain and X.shape[1] == width and X.flags.c_contiguous:
        if len(X) and len(X) <= 64 and np.isfinite(X).all():  # few rows are to be fast
            return X
    X = normalise(X)
    if is_frame(X):
        _check_size(X.shape)
        if columns.names:
            return _score_frame(X, columns)
        X = np.column_stack([_numbers_of(X.iloc[:, i], n) for i, n in enumerate(X.columns)])
    _check_size(X.shape)
    wide = X.reshape(len(X), -1) if X.ndim > 2 else X
    if any(c is not None for c in columns.categories):
        raise ValueError(
            "egad: the detector was trained on columns with categories: give a DataFrame "
            f"with the columns {', '.join(columns.names[:5])}"
            + (", ..." if len(columns.names) > 5 else "")
        )
    if wide.shape[1] != width:
        raise _width_error(wide.shape[1], width)
    if columns.offset is None and not any(f is not None for f in columns.fill):
        if wide.dtype.kind in "iu" and not _fits_float32(wide.dtype):
            wide = wide.astype(np.float64)  # rounds as the library does
        out = np.ascontiguousarray(wide, np.float32)
        _check_finite(out, columns.names)
        return out
    out = np.empty(wide.shape, np.float32)
    for i in range(width):
        out[:, i] = _shifted(wide[:, i], columns, i, i)
    return out


# ---- data sets of the library ---------------------------------------------------------------


def dataset(values, columns):
    """An egad_dataset of what `fit_rows` returned, with what must live as long as it."""
    rows, shape = len(values), values.shape[1:]
    hwc = ffi.new("size_t[3]", (1, 1, shape[0]) if len(shape) == 1 else shape)
    out = ffi.new("egad_dataset **")
    imputes = columns is not None and any(f is not None for f in columns.fill)
    brief = values.dtype == np.float32 and not imputes
    if brief:
        x = ffi.from_buffer("float *", values)
        check(lib.egad_dataset_borrow(out, x, rows, hwc))
    else:
        check(lib.egad_dataset_new(out, rows, hwc))
    data = out[0]
    keep = [values, Handle(data, lib.egad_dataset_free)]
    if columns is not None:
        schema, keep_schema = columns.schema()
        keep.append(keep_schema)
        check(lib.egad_dataset_columns(data, schema))
    if not brief:
        wide = np.ascontiguousarray(values, np.float64)
        check(lib.egad_dataset_put(data, ffi.from_buffer("double *", wide)))
    return data, keep
