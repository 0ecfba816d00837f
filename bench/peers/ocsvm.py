#!/usr/bin/env python3
"""Compare egad's one-class SVM with scikit-learn's (LIBSVM): the same decisions, and the time for them.

    python3 -m venv .peers && .peers/bin/pip install scikit-learn h5py numpy
    .peers/bin/python ocsvm.py EGAD DATA.h5 [--recipe sound|paper] [--nu NU] [--rows N] [--tolerance T]

DATA.h5 is a data file with a split. EGAD trains ocsvm on N training rows (default 20,000) and scores all test rows. scikit-learn's OneClassSVM gets
the same rows, scaled as the model file says, and the model file's nu and gamma. One line: the largest difference of the decisions of the test rows,
absolute and relative to the largest; of rho; and the seconds of both, of all cores, to train and to score.
"""
import argparse, os, resource, subprocess, sys, tempfile
import h5py, numpy as np
from sklearn.svm import OneClassSVM

def scaled(x, fit, limit):
    offset, scale, logarithm = fit.astype(np.float64)
    x = np.where(logarithm != 0, np.sign(x) * np.log1p(np.abs(x)), x)
    return np.clip((x - offset) * scale, -limit, limit).astype(np.float32).astype(np.float64)

def seconds(of):
    used = resource.getrusage(of)
    return used.ru_utime + used.ru_stime

def run(*command):
    start = seconds(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return seconds(resource.RUSAGE_CHILDREN) - start

def train_rows(split, n):
    """The rows that `egad train --rows N --hold-out 0` draws."""
    train = np.flatnonzero(split == 0)
    if n >= len(train):
        return train
    return np.sort(train[np.random.RandomState(5).permutation(len(train))[:n]])

def main():
    p = argparse.ArgumentParser()
    p.add_argument("egad")
    p.add_argument("data")
    p.add_argument("--recipe", default="sound")
    p.add_argument("--nu", type=float)
    p.add_argument("--rows", type=int, default=20000)
    p.add_argument("--sample", type=int, default=20000)
    p.add_argument("--tolerance", type=float, default=1e-5)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        model, scores = f"{folder}/model.h5", f"{folder}/scores.h5"
        train = run(a.egad, "train", "--model", "ocsvm", "--recipe", a.recipe, "--data", a.data, "--rows", str(a.rows), "--hold-out", "0", "-o", model,
                    "--quiet", *(["--nu", str(a.nu)] if a.nu else []))
        score = run(a.egad, "score", "--model", model, "--data", a.data, "-o", scores)
        with h5py.File(model) as f:
            fit, method = f["preprocessing/fit"][...], dict(f["method"].attrs)
        with h5py.File(scores) as f:
            have = -f["score"][...].astype(np.float64)
    with h5py.File(a.data) as f:
        split = f["split"][...]
        x = f["x"][...].reshape(len(split), -1).astype(np.float64)
    x = scaled(x, fit, 8.0 if a.recipe == "sound" else np.inf)
    some = np.sort(np.random.default_rng(1).permutation(np.flatnonzero(split == 1))[:a.sample])
    at = np.searchsorted(np.flatnonzero(split == 1), some)
    machine = OneClassSVM(nu=method["nu"], gamma=method["gamma"], tol=a.tolerance, cache_size=1000)
    start = seconds(resource.RUSAGE_SELF)
    machine.fit(x[train_rows(split, a.rows)])
    fitted = seconds(resource.RUSAGE_SELF)
    want = machine.decision_function(x[some])
    done = seconds(resource.RUSAGE_SELF)
    apart = np.abs(have[at] - want).max()
    print(f"{os.path.basename(a.data)}, {a.rows:,} rows, recipe {a.recipe}, nu {method['nu']:g}: decisions differ by at most {apart:.2e}, "
          f"{apart / np.abs(want).max():.1e} of the largest; rho {method['rho']:.6f}, {machine.offset_[0]:.6f}; "
          f"{len(machine.support_):,} support vectors there; CPU seconds: egad trains in {train:.1f}, scores {int((split == 1).sum()):,} rows in {score:.1f}; "
          f"scikit-learn {fitted - start:.1f}, and {done - fitted:.1f} for {len(some):,} rows")

main()
