"""System calls by number, through the C library."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from functools import cache
from typing import Any, Final

from hermetic_nb.confinement.layers import StepFailedError

MACHINE: Final = os.uname().machine if hasattr(os, "uname") else ""
LINUX: Final = sys.platform == "linux"
_PR_SET_NO_NEW_PRIVS: Final = 38  # linux/prctl.h


@cache
def library() -> ctypes.CDLL:
    """The C library of this process."""
    found = ctypes.CDLL(None, use_errno=True)
    found.syscall.restype = ctypes.c_long
    return found


def call(name: str, *arguments: Any) -> int:
    """Call a function of the C library that returns -1 and sets errno. Raises StepFailedError."""
    if not LINUX:
        raise StepFailedError(f"{name}: not on this system")
    result = int(getattr(library(), name)(*map(_word, arguments)))
    if result == -1:
        raise failed(name, ctypes.get_errno())
    return result


def no_new_privileges() -> None:
    """What landlock and seccomp ask of who uses them (Linux, prctl(2)). Raises StepFailedError."""
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def failed(name: str, number: int) -> StepFailedError:
    """The error of a call that the system refused."""
    return StepFailedError(f"{name}: {errno.errorcode.get(number, number)} ({os.strerror(number)})")


def _word(argument: Any) -> Any:
    return ctypes.c_ulong(argument) if isinstance(argument, int) else argument
