"""Messages on a stream socket: the length, 8 bytes, little-endian, and that many bytes."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import socket
    from collections.abc import Sequence

Buffer = bytes | bytearray | memoryview

SMALL: Final = 1 << 16
"""Bytes of a message that travels in one system call."""

_LENGTH: Final = struct.Struct("<Q")


def nbytes(part: Buffer) -> int:
    """Bytes of a buffer (the length of a view counts items)."""
    return part.nbytes if type(part) is memoryview else len(part)


def send(channel: socket.socket, parts: Buffer | Sequence[Buffer]) -> None:
    """Send one message, given whole or in parts. Raises OSError."""
    if isinstance(parts, (bytes, bytearray, memoryview)):
        parts = (parts,)
    total = sum(map(nbytes, parts))
    if total <= SMALL - _LENGTH.size:
        channel.sendall(b"".join((_LENGTH.pack(total), *parts)))
        return
    # Small parts travel together: each sending wakes the other side.
    together: list[Buffer] = [_LENGTH.pack(total)]
    for part in parts:
        if nbytes(part) <= SMALL:
            together.append(part)
        else:
            channel.sendall(b"".join(together))
            together.clear()
            channel.sendall(part)
    channel.sendall(b"".join(together))


def receive(channel: socket.socket, small: bytearray, deadline: float | None = None) -> bytes | memoryview:
    """Receive one message. ``small`` is room for a short one.

    Raises EOFError where the other side is gone, TimeoutError after ``deadline`` (`time.monotonic`), OSError.
    """
    count = channel.recv_into(small)
    while count < _LENGTH.size:
        if not count:
            raise EOFError
        with memoryview(small) as view:
            more = channel.recv_into(view[count:])
        if not more:
            raise EOFError
        count += more
    (length,) = _LENGTH.unpack_from(small)
    if count == length + _LENGTH.size:
        return bytes(small[_LENGTH.size : count])
    whole = memoryview(bytearray(length))
    have = count - _LENGTH.size
    whole[:have] = small[_LENGTH.size : count]
    while have < length:
        more = channel.recv_into(whole[have:])
        if not more:
            raise EOFError
        if deadline is not None and time.monotonic() > deadline:
            raise TimeoutError
        have += more
    return whole
