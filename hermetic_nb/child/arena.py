"""Memory that two processes share, for messages too large to travel in one system call.

The owner makes it as a sealed file in memory, so that the other side can neither shrink it nor let the owner fault: the owner
reads and writes it by system calls that fail, and copies what it reads.
"""

from __future__ import annotations

import contextlib
import fcntl
import mmap
import os
import weakref
from collections.abc import Sequence
from typing import Final

from hermetic_nb.child.framing import Buffer, nbytes

SIZE: Final = 256 << 20
"""Bytes of a message that fits; only pages that were used are there. Longer ones travel by the socket."""
KEPT: Final = 4 << 20
"""Bytes that stay in memory when a message has been read."""
_PARTS: Final = 512
"""Parts of one system call (limits.h: IOV_MAX is 1024)."""


class Arena:
    """The owner's side."""

    def __init__(self) -> None:
        """Raises OSError where the system has no such memory."""
        self.number = os.memfd_create("hermetic", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(self.number, SIZE)
            fcntl.fcntl(self.number, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
            self._map = mmap.mmap(self.number, SIZE)
        except BaseException:
            os.close(self.number)
            raise
        self._close = weakref.finalize(self, os.close, self.number)  # also where an interrupt loses it
        self._close.atexit = False

    def write(self, parts: Sequence[Buffer]) -> None:
        """Put a message at the start. Raises OSError where there is no memory."""
        offset = 0
        for first in range(0, len(parts), _PARTS):
            for part in _joined(parts[first : first + _PARTS]):
                view = memoryview(part).cast("B")
                while view:
                    count = os.pwrite(self.number, view, offset)
                    offset += count
                    view = view[count:]

    def read(self, length: int) -> bytes:
        """A copy of the message at the start."""
        return self._map[:length]

    def tidy(self, length: int) -> None:
        """Give back the pages of a message that has been read."""
        if length > KEPT and hasattr(mmap, "MADV_REMOVE"):
            with contextlib.suppress(OSError):
                self._map.madvise(mmap.MADV_REMOVE, KEPT, -(-(length - KEPT) // mmap.PAGESIZE) * mmap.PAGESIZE)

    def close(self) -> None:
        """Let go of it."""
        self._map.close()
        with contextlib.suppress(OSError):
            self._close()


class Borrowed:
    """The other side: a view, which may change while it is read; its owner is trusted."""

    def __init__(self, number: int) -> None:
        self._view = memoryview(mmap.mmap(number, SIZE))
        os.close(number)

    def write(self, parts: Sequence[Buffer]) -> None:
        """Put a message at the start."""
        offset = 0
        for part in parts:
            length = nbytes(part)
            self._view[offset : offset + length] = memoryview(part).cast("B")
            offset += length

    def read(self, length: int) -> memoryview:
        """The message at the start, as it stands there."""
        return self._view[:length]

    def tidy(self, length: int) -> None:
        """Nothing: the owner does."""


def _joined(parts: Sequence[Buffer]) -> list[Buffer]:
    """Small parts together: each writing is a system call."""
    joined: list[Buffer] = []
    small: list[Buffer] = []
    for part in parts:
        if nbytes(part) < 1 << 14:
            small.append(part)
            continue
        joined += [b"".join(small), part]
        small = []
    return [*joined, b"".join(small)]
