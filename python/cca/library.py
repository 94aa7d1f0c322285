"""libcca, the compiler and its runtime as a shared library, through ctypes.

`CCA_LIBRARY` names the file. Without it the library is looked for beside this package, as
an installation has it, then in the build folder of the source tree, then in `.device`,
where `scripts/pack_device.py` copies it.
"""

import ctypes
import os
from functools import cache
from pathlib import Path

from cca.device import DeviceError

NAME = "libcca.so"
PACKAGE = Path(__file__).resolve().parent

SUCCESS = 0
# What C calls CCA_ERROR_COMPILE.
ERROR_COMPILE = 4
# A size that the caller chooses.
ANY = -(2**63)
# What C calls cca_role.
ROLES = ("operand", "result", "workspace", "packed")


class LibraryError(OSError):
    """libcca is not there, or cannot be loaded."""


class Options(ctypes.Structure):
    """What C calls `cca_compile_options`."""

    _fields_ = (
        ("chip", ctypes.c_char_p),
        ("report_schedules", ctypes.c_int32),
        ("fuse_prologue", ctypes.c_int32),
    )


class Parameter(ctypes.Structure):
    """What C calls `cca_parameter`."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("type", ctypes.c_char_p),
        ("role", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("sizes", ctypes.POINTER(ctypes.c_int64)),
        ("packed", ctypes.c_int64),
    )


_POINTER, _TEXT, _SIZE = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
_STATUS = ctypes.c_int32
_SIGNATURES = {
    "cca_last_error": (_TEXT,),
    "cca_device_open": (_STATUS, ctypes.c_int32),
    "cca_program_compile": (
        *(_STATUS, _TEXT, _SIZE, ctypes.POINTER(Options)),
        ctypes.POINTER(_POINTER),
    ),
    "cca_program_load": (_STATUS, _TEXT, _SIZE, ctypes.POINTER(_POINTER)),
    "cca_program_destroy": (None, _POINTER),
    "cca_program_messages": (_TEXT, _POINTER),
    "cca_program_ptx": (_TEXT, _POINTER, _POINTER),
    "cca_program_bytes": (_POINTER, _POINTER, ctypes.POINTER(_SIZE)),
    "cca_program_function_count": (_SIZE, _POINTER),
    "cca_program_function": (_POINTER, _POINTER, _SIZE),
    "cca_program_find_function": (_POINTER, _POINTER, _TEXT),
    "cca_function_name": (_TEXT, _POINTER),
    "cca_function_parameter_count": (_SIZE, _POINTER),
    "cca_function_parameter": (ctypes.POINTER(Parameter), _POINTER, _SIZE),
    "cca_function_workspace_size": (
        *(_STATUS, _POINTER, _POINTER),
        ctypes.POINTER(ctypes.c_int64),
    ),
    "cca_function_call": (_STATUS, _POINTER, _POINTER, _POINTER),
    "cca_graph_begin": (_STATUS, ctypes.POINTER(_POINTER)),
    "cca_graph_end": (_STATUS, _POINTER, ctypes.POINTER(_POINTER)),
    "cca_graph_launch": (_STATUS, _POINTER, _POINTER),
    "cca_graph_destroy": (_STATUS, _POINTER),
}


def find() -> Path:
    """The file of libcca. Raises LibraryError, with the places, if there is none."""
    given = os.environ.get("CCA_LIBRARY")
    root = PACKAGE.parents[1]
    built = [root / folder / NAME for folder in ("build/lib", ".device")]
    places = [Path(given)] if given else [PACKAGE / NAME, *built]
    for place in places:
        if place.is_file():
            return place.resolve()
    listed = " nor ".join(map(str, places))
    raise LibraryError(f"expects {NAME}, but there is no {listed}; CCA_LIBRARY names another")


@cache
def load() -> ctypes.CDLL:
    """The library, with the signatures of its functions. Loaded once."""
    path = find()
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise LibraryError(f"cannot load {path}: {error}") from error
    for name, (result, *arguments) in _SIGNATURES.items():
        try:
            function = getattr(library, name)
        except AttributeError:
            raise LibraryError(f"{path} has no function '{name}'") from None
        function.restype, function.argtypes = result, arguments
    return library


def last_error() -> str:
    """What went wrong in the last call that failed in this thread."""
    return load().cca_last_error().decode(errors="replace")


def check(status: int) -> None:
    """Raises DeviceError unless a call succeeded."""
    if status != SUCCESS:
        raise DeviceError(last_error())
