"""Capabilities, identity, resource limits: what a process gives up by itself (Linux, capabilities(7), setrlimit(2))."""

from __future__ import annotations

import os
import resource
import signal
import struct
from typing import Final

from hermetic_nb.confinement import libc
from hermetic_nb.confinement.layers import StepFailedError
from hermetic_nb.confinement.namespaces import NOBODY

FILE_BYTES: Final = 64 << 20
"""The largest file: only files in memory can be made, for the first content of memories."""
DESCRIPTORS: Final = 1024

# linux/prctl.h
_PDEATHSIG, _BOUNDING_DROP, _AMBIENT, _AMBIENT_CLEAR = 1, 24, 47, 4
CAPABILITY_VERSION_3: Final = 0x20080522  # linux/capability.h
_ALL_CAPABILITIES: Final = 64


def drop_capabilities() -> None:
    """Give up every capability, for this process and all that it may start. Raises StepFailedError."""
    for number in range(_ALL_CAPABILITIES):
        if libc.library().prctl(_BOUNDING_DROP, number, 0, 0, 0) != 0:
            break  # EINVAL: there are no more; EPERM: it has none to give up
    libc.call("prctl", _AMBIENT, _AMBIENT_CLEAR, 0, 0, 0)
    libc.call("capset", struct.pack("=Ii", CAPABILITY_VERSION_3, 0), bytes(24))
    libc.no_new_privileges()


def become_nobody() -> None:
    """Where there is no user namespace: be no longer root. Raises StepFailedError."""
    if os.getuid() != 0:
        return
    try:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError as error:
        raise libc.failed("setresuid", error.errno or 0) from error


def limit_resources() -> None:
    """No core dumps, no large files, few descriptors, no processes. Raises StepFailedError."""
    wanted = [
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_NPROC, 0),
    ]
    for limit, value in wanted:
        hard = resource.getrlimit(limit)[1]
        least = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(limit, (least, least))
        except (OSError, ValueError) as error:
            raise StepFailedError(f"setrlimit: {error}") from error


def end_with_parent() -> None:
    """Let the system kill this process when the process that forked it ends; only Linux can. Raises StepFailedError."""
    if libc.LINUX:
        libc.call("prctl", _PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
