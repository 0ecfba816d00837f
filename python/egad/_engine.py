"""OpenCL devices: one for each thread of a process, and none after a fork.

A device and all that is made on it belong to one thread at a time, and OpenCL does not
survive a fork: the child of a process that used it would wait for ever."""

import os
import threading
import weakref

from ._lib import check, ffi, lib, text

_local = threading.local()
_used_in = None  # the process that opened a device
_forked = False


def _after_fork():
    global _forked
    _forked = _forked or _used_in is not None


os.register_at_fork(after_in_child=_after_fork)


def check_fork():
    """Raise RuntimeError in a process that was forked after its parent used OpenCL."""
    if _forked:
        raise RuntimeError(
            "egad: this process was forked after OpenCL was used, and OpenCL does not "
            "survive a fork: start processes with multiprocessing.get_context('spawn'), "
            "with joblib by its default backend 'loky', or use egad first after the fork"
        )


class Device:
    """An open device of one thread.  `lock` is held while it is used."""

    def __init__(self, choice):
        global _used_in
        check_fork()
        out = ffi.new("egad_device **")
        check(lib.egad_device_new(out, ffi.NULL if choice is None else choice.encode()))
        _used_in = os.getpid()
        self.choice = choice
        self.lock = threading.RLock()
        self.handle = Handle(out[0], lib.egad_device_free)
        self.pointer = out[0]

    @property
    def name(self):
        return text(lib.egad_device_describe(self.pointer).name)


class Handle:
    """An object of the library, freed with the last reference to it, and before the
    handle `keeps` of the object on which it was made; in a forked child, not at all."""

    __slots__ = ("pointer", "__weakref__")

    def __init__(self, pointer, free, keeps=None):
        self.pointer = pointer
        # The list of finalizers holds `keeps`, so that the order is right in cycles too.
        weakref.finalize(self, _release, pointer, free, keeps, os.getpid())


def _release(pointer, free, keeps, pid):
    if os.getpid() == pid:
        free(pointer)


def device(choice=None):
    """The device of this thread that `choice` selects (see `egad.devices`)."""
    check_fork()
    found = _local.__dict__.setdefault("devices", {})
    if choice not in found:
        found[choice] = Device(choice)
    return found[choice]


def devices():
    """List the OpenCL devices.

    Returns
    -------
    list of dict
        ``choice`` ("platform:device", for the parameter `device` of detectors), ``name``,
        ``platform``, ``type``, ``driver``, ``memory`` in bytes, ``units``, and ``chosen``:
        whether it is the default.

    Raises
    ------
    egad.DeviceError
        If there is none.
    """
    check_fork()
    items, n = ffi.new("egad_device_info **"), ffi.new("size_t *")
    check(lib.egad_device_list(items, n, ffi.NULL))
    global _used_in
    _used_in = os.getpid()
    try:
        return [
            {
                "choice": f"{d.platform_index}:{d.device_index}",
                "name": text(d.name),
                "platform": text(d.platform),
                "type": text(d.type),
                "driver": text(d.driver),
                "memory": d.memory,
                "units": d.units,
                "chosen": bool(d.chosen),
            }
            for d in (items[0][i] for i in range(n[0]))
        ]
    finally:
        lib.free(items[0])
