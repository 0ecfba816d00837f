"""Training, scores, thresholds, explanations, model files."""

import os
import signal
import subprocess
import threading

import numpy as np
import pytest

import egad


def test_scores_rank_the_stuck_fan(frame, on_frame):
    odd = frame.head(3).copy()
    odd["fan"] = 100.0
    assert on_frame.score(odd).min() > on_frame.threshold()
    assert on_frame.predict(odd).all()
    assert (on_frame.p_values(odd) < 0.05).all()


def test_offsets_keep_digits():
    x = 1.7e9 + np.arange(400).reshape(200, 2) / 8
    detector = egad.Detector("nearest").fit(x)
    moved = x + [0.0, 3.0]
    assert detector.score(moved).min() > detector.score(x).max()
    assert detector._model().columns.offset is not None


def test_one_row_has_the_score_it_has_among_others(trained, rows):
    together = trained.score(rows)
    for i in (0, 17, 299):
        assert trained.score(rows[i : i + 1])[0] == together[i]


def test_threshold_and_p_values(trained, rows):
    scores = trained.score(rows)
    p, flagged = trained.judge(scores)
    assert (flagged == (scores >= np.float32(trained.threshold()))).all()
    assert (np.diff(p[np.argsort(scores)]) <= 0).all()
    assert trained.threshold(0.2) <= trained.threshold(0.1)
    with pytest.raises(ValueError, match="false-alarm rate|resolve|rows"):
        trained.threshold(1e-9)


def test_explains_the_wrong_column(rows):
    linked = np.column_stack([rows[:, 0], rows[:, 0], rows[:, 1]])
    detector = egad.Detector("pca").fit(linked)
    if detector.info["rebuilt"] is None:
        pytest.skip("compares with nothing")
    explanation = detector.explain(linked[:5])
    assert explanation.rebuilt.shape == (5, 3)
    assert {c["column"] for c in explanation.row(0)} == {"0", "1", "2"}
    assert len(explanation.to_frame(top=2)) == 10
    odd = linked[:1].copy()
    odd[0, 1] += 9
    assert detector.explain(odd).row(0)[0]["column"] in "01"


def test_files_and_bytes(trained, rows, tmp_path):
    path = tmp_path / "model.h5"
    trained.save(path)
    want = trained.score(rows)
    assert (egad.Detector.load(path).score(rows) == want).all()
    data = trained.to_bytes()
    assert data == path.read_bytes()
    assert (egad.Detector.from_bytes(data).score(rows) == want).all()
    slim = trained.to_bytes(slim=True)
    assert len(slim) < len(data) / 2
    assert (egad.Detector.from_bytes(slim).score(rows) == want).all()
    with pytest.raises(egad.FormatError, match="damaged"):
        egad.Detector.from_bytes(data[:-20] + b"x" + data[-19:])
    with pytest.raises(FileNotFoundError):
        egad.Detector.load(tmp_path / "none.h5")


@pytest.mark.parametrize("kind", ["float32", "float64"])
def test_scores_are_those_of_the_program(trained, rows, tmp_path, kind):
    program = os.environ.get("EGAD_PROGRAM")
    h5py = pytest.importorskip("h5py")
    if not program:
        pytest.skip("EGAD_PROGRAM names the program egad")
    x = rows.astype(kind) * (1 if kind == "float32" else np.pi)
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["x"] = x
    trained.save(tmp_path / "m.h5")
    subprocess.run(
        [program, "score", "--model", tmp_path / "m.h5", "--data", tmp_path / "x.h5"]
        + ["-o", tmp_path / "s.h5"],
        check=True,
        capture_output=True,
    )
    with h5py.File(tmp_path / "s.h5") as file:
        assert (file["score"][:] == trained.score(x)).all()
        assert (file["p_value"][:] == trained.p_values(x)).all()


def test_training_is_that_of_the_program(rows, tmp_path):
    program = os.environ.get("EGAD_PROGRAM")
    h5py = pytest.importorskip("h5py")
    if not program:
        pytest.skip("EGAD_PROGRAM names the program egad")
    x = rows.astype(float) * np.pi
    with h5py.File(tmp_path / "x.h5", "w") as file:
        file["x"] = x
    subprocess.run(
        [program, "train", "--model", "kdd-bigan", "--data", tmp_path / "x.h5"]
        + ["-o", tmp_path / "m.h5", "--epochs", "2", "--seed", "7", "--quiet"],
        check=True,
        capture_output=True,
    )
    mine = egad.Detector("kdd-bigan", epochs=2, seed=7).fit(x)
    theirs = egad.Detector.load(tmp_path / "m.h5")
    assert (mine.score(x) == theirs.score(x)).all()
    assert mine.threshold() == theirs.threshold()


def test_latent_search_repeats(rows):
    detector = egad.Detector("kdd-gan", epochs=1).fit(rows[:100])
    first = detector.score(rows[:5], steps=3)
    assert (detector.score(rows[:5], steps=3) == first).all()
    assert detector.measure_threshold(rows[:100], most=5).threshold() is not None


def test_images():
    images = np.random.default_rng(0).integers(0, 256, (60, 8, 8), np.uint8)
    detector = egad.Detector("pca").fit(images)
    assert detector.info["shape"] == (8, 8, 1)
    assert detector.score(images).shape == (60,)


def test_history_and_info(trained):
    assert len(trained.history) == 2
    assert set(trained.history[0]) == {"dis", "gen", "enc", "seconds"}
    assert trained.info["model"] == "kdd-bigan"
    assert "combined" in trained.scores
    assert "encoder" in trained.describe()


def test_progress_function_stops(rows):
    seen = []

    def progress(p):
        seen.append(p["step"])
        return p["epoch_end"]

    detector = egad.Detector("kdd-bigan", epochs=9, progress=progress).fit(rows)
    assert detector.info["epoch"] < 9 and seen
    detector = egad.Detector("kdd-bigan", epochs=2, progress=lambda p: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        detector.fit(rows)


def test_interrupt_keeps_the_model(rows):
    def progress(p):
        if p["epoch"] == 2:
            os.kill(os.getpid(), signal.SIGINT)

    detector = egad.Detector("kdd-bigan", epochs=500, progress=progress)
    with pytest.warns(RuntimeWarning, match="stopped after"):
        detector.fit(rows)
    assert detector.info["epoch"] < 500
    assert np.isfinite(detector.score(rows)).all()


def test_four_threads(trained, rows):
    want, whole, failed = trained.score(rows), trained.to_bytes(), []

    def work():
        try:
            for _ in range(5):
                assert (trained.score(rows) == want).all()
            assert trained.to_bytes() == whole
        except BaseException as why:
            failed.append(why)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not failed


def test_no_device(rows):
    with pytest.raises(egad.DeviceError, match="no such GPU"):
        egad.Detector("nearest", device="no such GPU").fit(rows)


def test_progress_may_score(nearest, rows):
    seen = []

    def watch(p):
        if p["epoch_end"]:
            seen.append(nearest.score(rows).max())

    egad.Detector("kdd-bigan", epochs=2, progress=watch).fit(rows)
    assert seen == [nearest.score(rows).max()] * 2


def test_unsorted_rows(rows):
    odd = rows.copy()
    odd[:10] += 6
    detector = egad.Detector("nearest", contamination=0.1).fit(odd)
    assert set(np.argsort(detector.score(odd))[-10:]) == set(range(10))
    near = egad.Detector("nearest").fit(rows)
    assert near.score(rows).max() == 0
    assert near.score(rows, left_out=True).min() > 0


@pytest.mark.parametrize("rate", [0, 1, -0.5])
def test_rates_are_checked(trained, rate):
    with pytest.raises(ValueError, match="false_alarms"):
        trained.threshold(rate)
