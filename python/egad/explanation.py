"""What rows are compared with, and which columns make them anomalous."""

import numpy as np

from ._lib import check, ffi, lib, sized


class Explanation:
    """An explanation of rows.

    Attributes
    ----------
    rebuilt : ndarray of float32, shape (rows, features)
        The reconstruction of each row, in the units of the data.
    residual : ndarray of float32, shape (rows, features)
        Row minus reconstruction in scaled units, as summed in the reconstruction error.
    latent : ndarray of float32, shape (rows, z_dim)
    columns : list of str
    """

    def __init__(self, rebuilt, residual, latent, columns, rows):
        self.rebuilt = rebuilt
        self.residual = residual
        self.latent = latent
        self.columns = columns
        self._rows = rows

    def __len__(self):
        return len(self._rows)

    def row(self, i):
        """The columns of one row, the largest contribution first.

        Returns
        -------
        list of dict
            ``column``; ``value`` and ``expected``, numbers or categories (None: a category
            that is not in the training rows); ``share`` of the contributions, 0 to 1;
            ``error``, the sum of absolute residuals.
        """
        return self._rows[i]

    def to_frame(self, top=None):
        """A pandas frame with a line for each row and column.

        Parameters
        ----------
        top : int, optional
            Only so many columns of each row.
        """
        import pandas as pd

        return pd.DataFrame(
            [{"row": i, **c} for i, row in enumerate(self._rows) for c in row[:top]]
        )


def _columns_of_row(loaded, names, x, arrays):
    """As `Explanation.row`, for one row; arrays: name: (features) of it."""
    of = sized("egad_explanation", **{k: ffi.from_buffer("float *", v) for k, v in arrays.items()})
    items, n = ffi.new("egad_explained **"), ffi.new("size_t *")
    check(
        lib.egad_explain_columns(
            items, n, loaded.pointer, ffi.from_buffer("float *", x), of
        )
    )
    found = []
    for i in range(n[0]):
        e = items[0][i]
        words = loaded.columns.categories[e.column] if loaded.columns.names else None
        value, expected = e.value, e.rebuilt
        if words is not None:
            value = words[e.category] if e.category >= 0 else None
            expected = words[e.expected] if e.expected >= 0 else None
        found.append(
            {
                "column": names[e.column],
                "value": value,
                "expected": expected,
                "share": e.share,
                "error": e.residual,
            }
        )
    lib.free(items[0])
    return found


def explain(loaded, x):
    """Explain rows x (rows, H*W*C) by a detector."""
    d = loaded.describe()
    width = x.shape[1]
    names = loaded.columns.names or [str(i) for i in range(width)]
    wide = {"rebuilt": width, "residual": width}
    falls = not d.searches
    if falls:
        wide["fall"] = len(names)
    arrays = {name: np.zeros((len(x), n), np.float32) for name, n in wide.items()}
    arrays["latent"] = np.zeros((len(x), d.z_dim), np.float32)
    out = sized(
        "egad_explanation",
        **{k: ffi.from_buffer("float *", v) for k, v in arrays.items() if v.size},
    )
    with loaded.device.lock:
        check(
            lib.egad_explain_rows(
                loaded.pointer, ffi.from_buffer("float *", x), len(x), ffi.NULL, out
            )
        )
    images = width > 1 and loaded.shape[:2] != (1, 1)
    rows = [
        []
        if images
        else _columns_of_row(loaded, names, x[i], {k: arrays[k][i] for k in wide})
        for i in range(len(x))
    ]
    return Explanation(arrays["rebuilt"], arrays["residual"], arrays["latent"], names, rows)
