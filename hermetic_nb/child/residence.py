"""A process that waits gives back memory: what it freed, and pages of files, which the system has in its cache anyway."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import mmap
import re
import sys
from pathlib import Path
from typing import Final

LEAST: Final = 256 << 10
"""Bytes of a mapping that is worth a system call."""
_MAPPING: Final = re.compile(
    r"^([0-9a-f]+)-([0-9a-f]+) r-.p \S+ \S+ [1-9]\d* .*\n(?:(?!Anonymous:)[A-Z].*\n)*Anonymous:\s+0 kB$", re.MULTILINE
)
"""A mapping of a file that cannot be written and holds nothing but the file's own pages (Linux, proc(5): smaps)."""


def release_memory() -> None:
    """Give back what this process can have again (Linux, madvise(2), and glibc's malloc_trim(3)); elsewhere nothing."""
    if sys.platform != "linux":
        return
    gc.collect()
    library = ctypes.CDLL(None)
    with contextlib.suppress(AttributeError):  # another C library than glibc
        library.malloc_trim(0)
    with contextlib.suppress(OSError):  # no /proc here
        for found in _MAPPING.finditer(Path("/proc/self/smaps").read_text()):
            start, end = int(found[1], 16), int(found[2], 16)
            if end - start >= LEAST:
                library.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)
