"""What both sides know of a message: its length, 8 bytes, little-endian, then its bytes, here or in shared memory."""

from __future__ import annotations

import struct
from typing import Final

Buffer = bytes | bytearray | memoryview

SMALL: Final = 1 << 16
"""Bytes of a message that travels in one system call."""
LENGTH: Final = struct.Struct("<Q")
SHARED: Final = 1 << 63
"""Set in a length: the message lies in the shared memory."""


def nbytes(part: Buffer) -> int:
    """Bytes of a buffer (the length of a view counts items)."""
    return part.nbytes if type(part) is memoryview else len(part)
