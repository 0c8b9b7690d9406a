"""What the reference process gives up once it has loaded what it needs: a second wall behind `policy`.

Resource limits stop new files and descriptors. Where the kernel has seccomp (Linux, seccomp(2)), a filter also refuses
every system call but those that computing and the one open channel need, with EPERM; it cannot be taken off again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Final

from hermetic_nb.confinement import StepFailedError, seccomp

MEMORY: Final = 2 << 30
"""Bytes of address space."""


def confine(memory: int = MEMORY) -> None:
    """Give up new files, sockets and processes, and memory beyond a bound. What the host has no means for stays open."""
    limits = [(resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)]
    limits += [(resource.RLIMIT_NOFILE, 1), (resource.RLIMIT_NPROC, 0)]  # poll(2) takes no more than it bounds
    for limit, value in limits:
        with contextlib.suppress(ValueError, OSError):  # a lower hard limit is there already
            resource.setrlimit(limit, (value, value))
    with contextlib.suppress(StepFailedError):
        seccomp.install(seccomp.COMPUTING | seccomp.TIMERS, kill=False)


def observed() -> list[str]:
    """What is refused, as seen by trying it: files, sockets, processes, folders."""
    tries: dict[str, Callable[[], object]] = {
        "files": lambda: os.open(os.devnull, os.O_RDONLY),
        "sockets": socket.socket,
        "folders": Path(os.devnull, "none").mkdir,
        "processes": _fork,
    }
    refused = []
    for name, act in tries.items():
        try:
            act()
        except OSError as error:
            if error.errno in {errno.EPERM, errno.EMFILE, errno.EAGAIN}:
                refused.append(name)
    return refused


def _fork() -> None:
    if not os.fork():
        os._exit(0)
