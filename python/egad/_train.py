"""Training: progress, and Ctrl-C."""

import sys
import threading
import warnings

from ._lib import check, ffi, lib, sized, text


def _has_display():
    """Is there a terminal or a notebook that shows progress?"""
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def _bar(progress):
    """A bar of tqdm, or None.  progress: True, False, or None where a display is looked
    for."""
    if progress is False or (progress is None and not _has_display()):
        return None
    try:
        from tqdm.auto import tqdm
    except ImportError:
        if progress:
            warnings.warn("egad: progress needs the package tqdm", stacklevel=4)
        return None
    return tqdm(unit="iteration", dynamic_ncols=True)


class _Watch:
    """Is called by the library during training."""

    def __init__(self, progress, losses):
        self.call = progress if callable(progress) else None
        self.bar = None if self.call else _bar(progress)
        self.losses = losses
        self.failed = None

    def __call__(self, _, p):
        try:
            losses = {name: p.losses.loss[i] for i, name in enumerate(self.losses)}
            if self.bar is not None:
                self.bar.total = p.steps
                self.bar.set_description(f"epoch {p.epoch}/{p.epochs}", refresh=False)
                self.bar.set_postfix(
                    {name: f"{v:.3f}" for name, v in losses.items()}, refresh=False
                )
                self.bar.update(p.step - self.bar.n)
            if self.call:
                return bool(
                    self.call(
                        {
                            "epoch": p.epoch,
                            "epochs": p.epochs,
                            "step": p.step,
                            "steps": p.steps,
                            "epoch_end": bool(p.epoch_end),
                            "seconds_left": p.seconds_left,
                            "losses": losses,
                        }
                    )
                )
        except BaseException as why:  # an exception cannot pass through C
            self.failed = why
            return 1
        return 0

    def close(self):
        if self.bar is not None:
            self.bar.close()


def _in_thread(call, stop):
    """Run `call` in a thread, so that Ctrl-C reaches Python; it sets *stop.  Returns 1 if
    it was pressed."""
    failed = []
    done = threading.Event()  # a join that is interrupted takes the thread for ended

    def run():
        try:
            call()
        except BaseException as why:
            failed.append(why)
        finally:
            done.set()

    threading.Thread(target=run, name="egad-train").start()
    pressed = 0
    while not done.is_set():
        try:
            done.wait()
        except KeyboardInterrupt:
            pressed = 1
            stop[0] = 1
    if failed:
        raise failed[0]
    return pressed


def train(detector, data, progress, lock):
    """Train an egad_detector on an egad_dataset.

    Parameters
    ----------
    progress : None, bool or callable
        A bar of tqdm: None, where it is installed and there is a terminal or a notebook.
        A callable is given a dict about every hundred iterations and at the end of each
        epoch; training stops where it returns a true value.
    lock
        Of the device; held while the library trains, by the thread that does, in which
        `progress` is called too.

    Returns
    -------
    bool
        Whether Ctrl-C was pressed: the detector then keeps what it had learnt by the end of
        that iteration.
    """
    names, info = [], lib.egad_detector_describe(detector)
    while info.losses[len(names)]:
        names.append(text(info.losses[len(names)]))
    watch = _Watch(progress, names)
    stop = ffi.new("int *")
    back = ffi.callback("int(void *, const egad_progress *)", watch, error=1)
    options = sized("egad_train_options", progress=back, stop=stop)

    def run():
        with lock:
            check(lib.egad_train_run(detector, data, options))

    pressed = 0
    try:
        if threading.current_thread() is threading.main_thread():
            pressed = _in_thread(run, stop)
        else:
            run()
    finally:
        watch.close()
    if watch.failed is not None:
        raise watch.failed
    return bool(pressed)
