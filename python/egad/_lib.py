"""The C library: its declarations, and its statuses as Python exceptions."""

# Loads the OpenSSL of Python before ours: clFFT has functions with the names of OpenSSL's
# MD5, and would take their place.
import hashlib  # noqa: F401
from pathlib import Path

import cffi

_folder = Path(__file__).parent


class EgadError(RuntimeError):
    """A failure of the library that no built-in exception describes, such as a failed
    OpenCL call."""


class DeviceError(EgadError):
    """No OpenCL device matches."""


class FormatError(EgadError, ValueError):
    """A file, or the bytes of a model, have invalid content."""


ffi = cffi.FFI()
ffi.cdef((_folder / "egad.cdef").read_text())
ffi.cdef("void free(void *);")
lib = ffi.dlopen(str(_folder / "libegad.so"))

_exceptions = {
    lib.EGAD_MEMORY: MemoryError,
    lib.EGAD_ARGUMENT: ValueError,
    lib.EGAD_SHAPE: ValueError,
    lib.EGAD_FILE: OSError,
    lib.EGAD_FORMAT: FormatError,
    lib.EGAD_DATA: ValueError,
    lib.EGAD_DEVICE: DeviceError,
}


def check(status):
    """Raise the exception of a status that is not EGAD_OK, with the library's message."""
    if status != lib.EGAD_OK:
        message = ffi.string(lib.egad_status_last()).decode("utf-8", "replace")
        raise _exceptions.get(status, EgadError)(message)


def text(pointer):
    """The text of a C string, or None for NULL."""
    return ffi.string(pointer).decode("utf-8", "replace") if pointer else None


def take_text(pointer):
    """The text of a C string that is freed here."""
    try:
        return text(pointer)
    finally:
        lib.free(pointer)


def sized(kind, **fields):
    """A struct that begins with its size, with these fields set and others 0."""
    struct = ffi.new(kind + " *", {"size": ffi.sizeof(kind)})
    for name, value in fields.items():
        setattr(struct, name, value)
    return struct
