#!/usr/bin/env python3
"""Compare egad's models nearest and pca with scikit-learn: the same distances, and the time for them.

    python3 -m venv .peers && .peers/bin/pip install scikit-learn h5py numpy
    .peers/bin/python nearest.py EGAD DATA [DATA...] [--recipe sound|minmax] [--sample N]

DATA is a data file (.h5) with a split, or a file of ADBench (.npz with X and y, of which half of the normal rows become training rows, seed 0).
EGAD trains nearest and scores all test rows. scikit-learn's NearestNeighbors, brute force in double precision, then gets the scaled training rows of
the model file, copies included, and N test rows (default 2,000) scaled as the model file says. One line per file: the largest relative difference of the
distances to the first and to the fifth nearest training row, egad's time to train and to score all test rows, and scikit-learn's for as many rows,
extrapolated from the N.
"""
import argparse, os, subprocess, sys, tempfile, time
import h5py, numpy as np
from sklearn.neighbors import NearestNeighbors

def adbench(path, out):
    z = np.load(path)
    y = z["y"].astype(np.uint8)
    normal = np.random.default_rng(0).permutation(np.flatnonzero(y == 0))
    split = np.ones(len(y), np.uint8)
    split[normal[: len(normal) // 2]] = 0
    with h5py.File(out, "w") as f:
        f["x"], f["y"], f["split"] = z["X"].astype(np.float32), y, split
    return out

def scaled(x, fit, limit):
    offset, scale, logarithm = fit.astype(np.float64)
    x = np.where(logarithm != 0, np.sign(x) * np.log1p(np.abs(x)), x)
    return np.clip((x - offset) * scale, -limit, limit)

def run(*command):
    start = time.time()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return time.time() - start

def compare(egad, data, recipe, sample, folder):
    name = os.path.basename(data)
    if data.endswith(".npz"):
        data = adbench(data, f"{folder}/data.h5")
    model = f"{folder}/model.h5"
    train = run(egad, "train", "--model", "nearest", "--recipe", recipe, "--data", data, "-o", model, "--force", "--quiet")
    with h5py.File(data) as f:
        test = np.flatnonzero(f["split"][...] == 1)
        x = f["x"][...].reshape(len(f["split"]), -1)[test].astype(np.float64)
    with h5py.File(model) as f:
        fit = f["preprocessing/fit"][...]
        rows = np.repeat(f["method/rows"][...], f["method/copies"][...].astype(int), axis=0).astype(np.float64)
    some = np.random.default_rng(1).permutation(len(x))[:sample]
    start = time.time()
    k = min(5, len(rows))
    want = NearestNeighbors(n_neighbors=k, algorithm="brute", n_jobs=-1).fit(rows).kneighbors(
        scaled(x[some], fit, 8.0 if recipe == "sound" else np.inf).astype(np.float32).astype(np.float64))[0]
    peer = (time.time() - start) * len(x) / len(some)
    worst, score = 0.0, 0.0
    for kind, column in (("distance", 0), ("fifth", k - 1)):
        seconds = run(egad, "score", "--model", model, "--data", data, "--score", kind, "-o", f"{folder}/scores.h5", "--force")
        score = score or seconds
        with h5py.File(f"{folder}/scores.h5") as f:
            have = f["score"][...][some].astype(np.float64)
        # Brute force computes a distance of 0 as up to 1e-7 of the rows' length.
        worst = max(worst, np.max(np.abs(have - want[:, column]) / np.maximum(want[:, column], 1e-3)))
    print(f"{name}: {len(rows):,} x {len(x):,} rows of {rows.shape[1]}, largest relative difference {worst:.1e};"
          f" egad trains in {train:.1f} s, scores in {score:.1f} s; scikit-learn {peer:.1f} s", flush=True)

def main():
    p = argparse.ArgumentParser()
    p.add_argument("egad")
    p.add_argument("data", nargs="+")
    p.add_argument("--recipe", default="sound")
    p.add_argument("--sample", type=int, default=2000)
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for data in a.data:
            compare(a.egad, data, a.recipe, a.sample, folder)

main()
