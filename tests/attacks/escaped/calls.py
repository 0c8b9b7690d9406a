"""System calls that Python has no function for."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from functools import partial
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long
LIBC.shmat.restype = ctypes.c_void_p
LIBC.ptrace.restype = ctypes.c_long
MACHINE = platform.machine()
_NUMBERS = {  # asm/unistd_64.h, asm-generic/unistd.h
    "x86_64": {"fstat": 5, "keyctl": 250, "add_key": 248, "perf_event_open": 298, "bpf": 321, "userfaultfd": 323},
    "aarch64": {"fstat": 80, "keyctl": 219, "add_key": 217, "perf_event_open": 241, "bpf": 280, "userfaultfd": 282},
}
NUMBERS = _NUMBERS.get(MACHINE, {}) | {"pidfd_open": 434, "io_uring_setup": 425, "pidfd_getfd": 438}


def call(name: str, *arguments: Any) -> int:
    """Call a function of the C library, or a system call by its number. Raises OSError."""
    words = [ctypes.c_long(word) if isinstance(word, int) else word for word in arguments]
    act = partial(LIBC.syscall, ctypes.c_long(NUMBERS[name])) if name in NUMBERS else getattr(LIBC, name)
    result = act(*words)
    if result in {-1, 2**64 - 1}:  # an integer, or a pointer
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result or 0)


def status(number: int) -> tuple[int, int]:
    """Mode and links of a descriptor, by the one call for it that is allowed everywhere. Raises OSError."""
    buffer = ctypes.create_string_buffer(256)
    call("fstat", number, buffer)
    if MACHINE == "x86_64":
        links, mode = struct.unpack_from("=QI", buffer, 16)
    else:
        mode, links = struct.unpack_from("=II", buffer, 16)
    return mode, links
