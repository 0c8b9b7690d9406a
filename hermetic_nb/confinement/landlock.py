"""No file, no TCP, no signal to outsiders, for this process from now on (Linux, landlock(7)): a ruleset without a rule."""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

from hermetic_nb.confinement import libc

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same on every architecture
_VERSION: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION
_FILES: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""ABI -> how many rights on files there are from it on (linux/landlock.h, LANDLOCK_ACCESS_FS_)."""
_NETWORK_FROM, _SCOPES_FROM = 4, 6
"""The ABI from which on TCP (bind, connect) and scopes (abstract sockets, signals) can be refused."""


def version() -> int:
    """The ABI of this system. Raises StepFailedError where there is none."""
    return libc.call("syscall", _CREATE_RULESET, 0, 0, _VERSION)


def restrict() -> int:
    """Restrict this thread and those that it will start; the ABI used. Raises StepFailedError."""
    abi = version()
    files = max(count for since, count in _FILES.items() if since <= abi)
    words = [(1 << files) - 1]
    if abi >= _NETWORK_FROM:
        words.append(0b11)
    if abi >= _SCOPES_FROM:
        words.append(0b11)
    rules = struct.pack(f"={len(words)}Q", *words)
    number = libc.call("syscall", _CREATE_RULESET, ctypes.c_char_p(rules), len(rules), 0)
    try:
        libc.no_new_privileges()
        libc.call("syscall", _RESTRICT_SELF, number, 0)
    finally:
        os.close(number)
    return abi
