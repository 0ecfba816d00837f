"""Detectors: training, scores, thresholds, explanations, model files."""

import os
import threading
import warnings
from collections import OrderedDict

import numpy as np

from . import _data, _engine, _show, _train
from ._lib import check, ffi, lib, sized, take_text, text

_SCORERS = 4  # prepared scorers that a detector keeps

# Parameters of Detector that the estimators of other libraries have under the same names.
OPTIONS = (
    "recipe",
    "epochs",
    "batch",
    "lr",
    "hold_out",
    "rows",
    "nu",
    "gamma",
    "missing",
    "device",
    "progress",
)


class NotFittedError(ValueError, AttributeError):
    """A detector is used before `fit`."""


try:
    from sklearn.exceptions import NotFittedError  # noqa: F811
except ImportError:
    pass


def models():
    """The names of all models.

    Returns
    -------
    list of str
    """
    names, found = lib.egad_detector_models(), []
    while names[len(found)]:
        found.append(text(names[len(found)]))
    return found


class _Loaded:
    """An egad_detector on the device of one thread, and the scorers that were prepared."""

    def __init__(self, pointer, device):
        self.device = device
        self.handle = _engine.Handle(pointer, lib.egad_detector_free, device.handle)
        self.pointer = pointer
        self.scorers = OrderedDict()
        info = self.describe()  # its arrays live as long as it
        self.columns = _data.Columns.of_schema(info.schema)
        self.shape = tuple(info.shape)
        self.searches = bool(info.searches)

    @classmethod
    def of_file(cls, path, device):
        out = ffi.new("egad_detector **")
        with open(path, "rb"):  # FileNotFoundError and the like
            pass
        with device.lock:
            check(lib.egad_checkpoint_load(out, device.pointer, os.fsencode(path)))
        return cls(out[0], device)

    @classmethod
    def of_bytes(cls, data, device):
        out = ffi.new("egad_detector **")
        c_data = ffi.from_buffer(data)
        with device.lock:
            check(lib.egad_checkpoint_restore(out, device.pointer, c_data, len(data)))
        return cls(out[0], device)

    def to_bytes(self, slim=False):
        out, n = ffi.new("unsigned char **"), ffi.new("size_t *")
        with self.device.lock:
            check(lib.egad_checkpoint_store(self.pointer, slim, out, n))
        try:
            return bytes(ffi.buffer(out[0], n[0]))
        finally:
            lib.free(out[0])

    def save(self, path):
        with self.device.lock:
            check(lib.egad_checkpoint_save(self.pointer, os.fsencode(path)))

    def describe(self):
        return lib.egad_detector_describe(self.pointer)

    def scorer(self, score, alpha, left_out, rows):
        """A prepared scorer for batches of this many rows, or more."""
        size = 1 << (rows - 1).bit_length()
        key = (score, alpha, left_out, lib.egad_score_bulk(self.pointer, size))
        if key in self.scorers:
            self.scorers.move_to_end(key)
            return self.scorers[key].pointer
        out = ffi.new("egad_scorer **")
        how, keep = scoring(score, alpha, left_out=left_out)
        check(lib.egad_score_new(out, self.pointer, how, key[-1]))
        del keep
        self.scorers[key] = _engine.Handle(out[0], lib.egad_score_free, self.handle)
        if len(self.scorers) > _SCORERS:
            self.scorers.popitem(last=False)
        return out[0]


def scoring(score, alpha, steps=None, restarts=None, seed=0, left_out=False):
    """An egad_scoring, and what must live as long as it."""
    name = ffi.NULL if score is None else ffi.new("char[]", score.encode())
    how = sized(
        "egad_scoring",
        score=name,
        alpha=alpha,
        steps=steps or 0,
        restarts=restarts or 0,
        seed=seed,
        left_out=left_out,
    )
    return how, name


class Detector:
    """An anomaly detector.

    Parameters
    ----------
    model : str, optional
        One of `egad.models()`; by default the first that fits the data: ``kdd-bigan`` for
        tables, ``mnist-bigan`` for images.
    recipe : str, optional
        ``sound`` (the default), ``release`` or ``paper``.
    epochs, batch : int, optional
        Passes over the training rows, and rows of an iteration; by default the recipe's.
        Models without networks ignore both, and `lr`.
    lr : float, optional
        Learning rate of Adam; by default the recipe's.
    hold_out : float, optional
        Share of the training rows that is held out to measure the threshold; by default the
        recipe's; 0: none.
    seed : int
        Of parameters, batches and noise.
    rows : int, optional
        Train on at most so many rows, drawn at random.
    nu, gamma : float, optional
        Of the model ``ocsvm``.
    contamination : float, optional
        The share of the training rows that may be anomalies, below 0.5: as many of the rows
        that have the fewest others near them are left out of the training, and scores see
        every row as if it had been left out.  ``egad detect`` without labels takes 0.271.
    missing : {"fail", "mean"}
        What to do with missing values: refuse them, or impute the mean of the training rows;
        a missing text is then a category of its own.
    device : str, optional
        "platform:device" or part of its name (`egad.devices`); by default the value of the
        environment variable EGAD_DEVICE, else the first GPU, else the first device.
    progress : bool or callable, optional
        Progress of training: a bar of tqdm, by default where tqdm is installed and there is
        a terminal or a notebook; or a function of a dict, which stops training by a true
        value.

    Notes
    -----
    Data are pandas frames (columns of numbers, texts and categories), NumPy arrays
    (rows, features) for tables, (rows, H, W) or (rows, H, W, C) for images of pixels 0 to
    255, frames of polars, tables of Arrow, and what has ``__dlpack__``.  Arrays of float32
    that are contiguous are not copied.

    A detector may be used by several threads at a time, each of which computes on a device
    of its own.  It may be pickled.
    """

    def __init__(
        self,
        model=None,
        *,
        recipe=None,
        epochs=None,
        batch=None,
        lr=None,
        hold_out=None,
        seed=0,
        rows=None,
        nu=None,
        gamma=None,
        contamination=None,
        missing="fail",
        device=None,
        progress=None,
    ):
        if missing not in ("fail", "mean"):
            raise ValueError(f"egad: missing={missing!r}: it is 'fail' or 'mean'")
        self._options = {
            "model": model,
            "recipe": recipe,
            "epochs": epochs,
            "batch": batch,
            "lr": lr,
            "hold_out": hold_out,
            "seed": seed,
            "rows": rows,
            "nu": nu,
            "gamma": gamma,
            "contamination": contamination,
        }
        self._missing = missing
        self._device = device
        self._progress = progress
        self._loaded = None
        self._copies = threading.local()

    # ---- training ---------------------------------------------------------------------

    def _c_options(self):
        options, keep = sized("egad_detector_options"), []
        for name, value in self._options.items():
            if value is None:
                continue
            if isinstance(value, str):
                keep.append(ffi.new("char[]", value.encode()))
                value = keep[-1]
            elif name == "hold_out":
                value = value or -1.0
            elif name in ("epochs", "batch", "rows") and value < 1:
                raise ValueError(f"egad: {name}={value}: at least 1 is wanted")
            try:
                setattr(options, name, value)
            except OverflowError:
                raise ValueError(f"egad: {name}={value} is out of range") from None
        return options, keep

    def fit(self, X):
        """Train on normal rows, calibrate the scores, and measure the threshold on the rows
        held out.

        Ctrl-C stops after the current iteration and keeps what was learnt, with a
        RuntimeWarning.

        Parameters
        ----------
        X : DataFrame or array of shape (rows, features), (rows, H, W) or (rows, H, W, C)

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the data are not usable, or an option is out of range.
        TypeError
            If a column holds objects that are neither numbers nor text.
        egad.DeviceError
            If there is no OpenCL device.
        """
        data, keep = _data.dataset(*_data.fit_rows(X, self._missing))
        device = _engine.device(self._device)
        options, keep_options = self._c_options()
        out = ffi.new("egad_detector **")
        with device.lock:
            check(lib.egad_detector_new(out, device.pointer, data, options))
            loaded = _Loaded(out[0], device)
        stopped = _train.train(loaded.pointer, data, self._progress, device.lock)
        with device.lock:
            if not loaded.searches:
                check(lib.egad_score_calibrate(loaded.pointer, data))
                check(lib.egad_threshold_measure(loaded.pointer, data, ffi.NULL))
            info = loaded.describe()
        del keep, keep_options
        self._loaded = loaded
        if stopped:
            warnings.warn(
                f"egad: training stopped after {info.epoch} of {info.epochs} epochs",
                RuntimeWarning,
                stacklevel=2,
            )
        return self

    # ---- the trained detector -----------------------------------------------------------

    def _source(self):
        """The egad_detector that was trained or loaded, on the device of that thread."""
        _engine.check_fork()
        if self._loaded is None:
            raise NotFittedError("egad: this Detector is not fitted yet: call fit first")
        if isinstance(self._loaded, bytes):  # of a pickle
            self._loaded = _Loaded.of_bytes(self._loaded, _engine.device(self._device))
        return self._loaded

    def _model(self):
        """The egad_detector on this thread's device, which may lack what training needs."""
        self._source()
        device = _engine.device(self._device)
        if self._loaded.device is device:
            return self._loaded
        source, copy = getattr(self._copies, "model", (None, None))
        if source is not self._loaded:
            copy = _Loaded.of_bytes(self._loaded.to_bytes(True), device)
            self._copies.model = (self._loaded, copy)
        return copy

    def score(
        self, X, score=None, *, alpha=0.9, steps=None, restarts=None, seed=0, left_out=False
    ):
        """The anomaly scores of rows: higher is more anomalous.

        Parameters
        ----------
        X : DataFrame or array
            Rows like those of `fit`.  Columns of a frame are found by their names.
        score : str, optional
            One of `scores`; by default the model's.
        alpha : float
            Weight of the reconstruction error in ``sigma`` and ``fm``.
        steps, restarts, seed : int, optional
            Of latent search, in models without an encoder.
        left_out : bool
            Score rows of `fit` as if each had been left out: otherwise they are their own
            nearest rows.

        Returns
        -------
        ndarray of float32, shape (rows,)
            The same as ``egad score`` gives, to the bit.
        """
        loaded = self._model()
        x = _data.score_rows(X, loaded.columns, loaded.shape)
        scores = np.empty(len(x), np.float32)
        c_x, c_scores = ffi.from_buffer("float *", x), ffi.from_buffer("float *", scores)
        with loaded.device.lock:
            if loaded.searches:  # a scorer continues the numbers of rows
                how, keep = scoring(score, alpha, steps, restarts, seed, left_out)
                check(lib.egad_score_rows(loaded.pointer, c_x, len(x), how, c_scores))
                del keep
            else:
                scorer = loaded.scorer(score, alpha, left_out, len(x))
                check(lib.egad_score_run(scorer, c_x, len(x), c_scores))
        return scores

    def threshold(self, false_alarms=None, score=None, *, alpha=0.9):
        """The threshold of a false-alarm rate: a score that is as high or higher is an
        anomaly.

        Parameters
        ----------
        false_alarms : float, optional
            The share of new normal rows to flag at most; by default the model's, 0.01, or
            the lowest that its held-out rows resolve.

        Returns
        -------
        float

        Raises
        ------
        ValueError
            If too few rows were held out for that rate, or none for this score.
        """
        loaded = self._model()
        at, keep = self._threshold(loaded, false_alarms, score, alpha)
        return float(at.score)

    def _threshold(self, loaded, false_alarms, score, alpha):
        if false_alarms is not None and not 0 < false_alarms < 1:
            raise ValueError(f"egad: false_alarms={false_alarms}: above 0 and below 1 is wanted")
        how, keep = scoring(score, alpha)
        at = ffi.new("egad_threshold *")
        with loaded.device.lock:
            check(lib.egad_threshold_find(at, loaded.pointer, how, false_alarms or 0.0))
        return at, keep

    def measure_threshold(self, X, *, most=None):
        """Score held-out training rows anew, for `threshold` and `p_values`.  `fit` does this
        except for models with latent search, where it takes long.

        Parameters
        ----------
        X : the rows that `fit` was given
        most : int, optional
            At most so many rows.

        Returns
        -------
        self
        """
        loaded = self._source()
        data, keep = _data.dataset(*_data.fit_rows(X, self._missing))
        options = sized("egad_threshold_options", most=most or 0)
        with loaded.device.lock:
            check(lib.egad_threshold_measure(loaded.pointer, data, options))
        del keep
        self._copies = threading.local()
        return self

    def judge(self, scores, false_alarms=None, score=None, *, alpha=0.9):
        """P-values and flags of scores.

        Parameters
        ----------
        scores : array of shape (rows,)
            From `score`, by the same score.

        Returns
        -------
        p_values : ndarray of float64, shape (rows,)
            The expected share of new normal rows with such a score or a higher one.
        flagged : ndarray of bool, shape (rows,)
        """
        loaded = self._model()
        scores = np.ascontiguousarray(scores, np.float32)
        p, flagged = np.empty(len(scores)), np.empty(len(scores), np.uint8)
        at, keep = self._threshold(loaded, false_alarms, score, alpha)
        name = ffi.NULL if score is None else ffi.new("char[]", score.encode())
        with loaded.device.lock:
            check(
                lib.egad_threshold_judge(
                    ffi.from_buffer("double *", p),
                    ffi.from_buffer("unsigned char *", flagged),
                    loaded.pointer,
                    name,
                    at,
                    ffi.from_buffer("float *", scores),
                    len(scores),
                )
            )
        del keep
        return p, flagged.astype(bool)

    def p_values(self, X, score=None, *, alpha=0.9):
        """The p-values of rows: the expected share of new normal rows that score as high or
        higher.

        Returns
        -------
        ndarray of float64, shape (rows,)
        """
        return self.judge(self.score(X, score, alpha=alpha), None, score, alpha=alpha)[0]

    def predict(self, X, false_alarms=None):
        """Whether rows are anomalies at a false-alarm rate.

        Returns
        -------
        ndarray of bool, shape (rows,)
        """
        return self.judge(self.score(X), false_alarms)[1]

    def explain(self, X):
        """Which columns make rows anomalous.

        Returns
        -------
        Explanation

        Raises
        ------
        ValueError
            If the model compares rows with nothing (`info` has ``rebuilt`` None).
        """
        from .explanation import explain

        loaded = self._model()
        return explain(loaded, _data.score_rows(X, loaded.columns, loaded.shape))

    # ---- what it is ---------------------------------------------------------------------

    @property
    def info(self):
        """dict: model, recipe, shape, epochs, epoch, batch, lr, seed, hold_out, step,
        networks (name: parameters), rebuilt, searches, calibrated, device."""
        loaded = self._model()
        d = loaded.describe()
        networks, i = {}, 0
        while d.networks[i]:
            networks[text(d.networks[i])] = d.parameters[i]
            i += 1
        info = {"model": text(d.model), "recipe": text(d.recipe), "shape": loaded.shape}
        for name in ("epochs", "epoch", "batch", "lr", "seed", "hold_out", "step"):
            info[name] = getattr(d, name)
        info.update(
            networks=networks,
            rebuilt=text(d.rebuilt),
            searches=bool(d.searches),
            calibrated=bool(d.calibrated),
            device=loaded.device.name,
        )
        return info

    @property
    def scores(self):
        """dict of str: the names of the model's scores, and what they measure."""
        pointer, found = self._model().pointer, {}
        while True:
            score = lib.egad_score_describe(pointer, len(found))
            if not score.name:
                return found
            found[text(score.name)] = text(score.help)

    @property
    def history(self):
        """list of dict: for each epoch its mean losses, by name, and its ``seconds``."""
        d = self._model().describe()
        names, i = [], 0
        while d.losses[i]:
            names.append(text(d.losses[i]))
            i += 1
        return [
            {
                **{name: d.history[e].loss[k] for k, name in enumerate(names)},
                "seconds": d.history[e].seconds,
            }
            for e in range(d.epoch)
            if d.history
        ]

    @property
    def columns(self):
        """list of str: the columns it was trained on; empty for arrays."""
        return list(self._model().columns.names)

    def describe(self):
        """The model as text: its layers, steps of training and recipes.

        Returns
        -------
        str
        """
        out = ffi.new("char **")
        check(lib.egad_detector_print(self._model().pointer, out))
        return take_text(out[0])

    # ---- model files ----------------------------------------------------------------------

    def save(self, path):
        """Write a model file, which ``egad score`` reads too.  It appears under its name when
        it is complete."""
        self._source().save(path)

    @classmethod
    def load(cls, path, *, device=None):
        """Read a model file, also one that ``egad train`` wrote.

        Returns
        -------
        Detector

        Raises
        ------
        OSError
            If it cannot be read.
        egad.FormatError
            If it is not a model file, or is damaged.
        """
        return cls._of(_Loaded.of_file(path, _engine.device(device)), device)

    def to_bytes(self, *, slim=False):
        """The content of a model file.

        Parameters
        ----------
        slim : bool
            Leave out what only training needs: about a quarter of the bytes.

        Returns
        -------
        bytes
        """
        return self._source().to_bytes(slim)

    @classmethod
    def from_bytes(cls, data, *, device=None):
        """The detector of `to_bytes`.

        Returns
        -------
        Detector
        """
        return cls._of(_Loaded.of_bytes(data, _engine.device(device)), device)

    @classmethod
    def _of(cls, loaded, device):
        self = cls(device=device)
        self._loaded = loaded
        d = loaded.describe()
        self._options.update(model=text(d.model), recipe=text(d.recipe), seed=d.seed)
        if any(f is not None for f in loaded.columns.fill):
            self._missing = "mean"
        return self

    def __getstate__(self):
        state = self.__dict__.copy()
        del state["_copies"]
        if callable(state["_progress"]):
            state["_progress"] = None
        if isinstance(self._loaded, _Loaded):
            state["_loaded"] = self._source().to_bytes()
        return state

    def __setstate__(self, state):
        self.__dict__.update(state)
        self._copies = threading.local()

    def _repr_html_(self):
        return _show.to_html(self)

    plot_history = _show.plot_history
    plot_scores = _show.plot_scores

    def __repr__(self):
        given = {k: v for k, v in self._options.items() if v is not None}
        inside = ", ".join(f"{k}={v!r}" for k, v in given.items())
        return f"Detector({inside}){'' if self._loaded else ', not fitted'}"
