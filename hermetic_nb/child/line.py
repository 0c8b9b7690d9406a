"""One end of a channel of messages: a stream socket, and shared memory for what is large.

Who waits looks for the answer a while before it sleeps: to be woken costs more (30 to 60 us on a virtual machine) than
most calls take. A host with one processor gains nothing by that, and sleeps at once.
"""

from __future__ import annotations

import os
import select
import socket
import time
from collections.abc import Sequence
from typing import Final

from hermetic_nb.child.arena import SIZE, Arena, Borrowed
from hermetic_nb.child.framing import LENGTH, SHARED, SMALL, Buffer, nbytes

MOST: Final = 8 << 30
"""Bytes of a message that anybody may claim to send."""
_PIECE: Final = 16 << 20
_LONGEST: Final = 250
"""Milliseconds that one poll may wait: in between, another thread can interrupt this one."""
_MOST_PARTS: Final = 900
"""Parts of one system call (limits.h: IOV_MAX)."""


_give_way: Final = getattr(os, "sched_yield", lambda: None)
"""Whoever has something to do on this processor goes first."""


class TooLongError(OSError):
    """The other side announced a message longer than it may be."""


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Line:
    """One end; the other end belongs to the other process."""

    def __init__(self, channel: socket.socket, *, arena: Arena | Borrowed | None = None, spin: float = 0.0) -> None:
        """``spin``: seconds to look before sleeping."""
        if channel.getblocking():  # else the system call may be refused by now
            channel.setblocking(False)
        self._channel = channel
        self._receive, self._send = channel.recv_into, channel.send
        self._arena = arena
        self._spin = spin if spin and processors() > 1 else 0.0
        self._small = bytearray(SMALL)
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)

    def send(
        self, parts: Buffer | Sequence[Buffer], descriptors: Sequence[int] = (), *, deadline: float | None = None
    ) -> None:
        """Send one message, given whole or in parts, with open descriptors.

        Raises OSError, TimeoutError where the other side has not taken it at the ``deadline`` (`time.monotonic`).
        """
        if isinstance(parts, (bytes, bytearray, memoryview)):
            parts = (parts,)
        total = sum(map(nbytes, parts))
        if total <= SMALL - LENGTH.size:
            whole = b"".join((LENGTH.pack(total), *parts))
            if descriptors:
                socket.send_fds(self._channel, [whole], descriptors)
            else:
                self._all(whole, deadline)
            return
        if self._arena is not None and total <= SIZE and self._put(self._arena, parts):
            self._all(LENGTH.pack(total | SHARED), deadline)
            return
        # Small parts travel together: each sending wakes the other side.
        together: list[Buffer] = [LENGTH.pack(total)]
        for part in parts:
            if nbytes(part) <= SMALL and len(together) < _MOST_PARTS:
                together.append(part)
            else:
                self._all(b"".join(together), deadline)
                together.clear()
                self._all(part, deadline)
        self._all(b"".join(together), deadline)

    def receive(self, deadline: float | None = None, most: int = MOST) -> bytes | memoryview:
        """Receive one message of ``most`` bytes at most.

        Raises EOFError where the other side is gone, TimeoutError after ``deadline`` (`time.monotonic`), OSError.
        """
        small = self._small
        count = self._some(small, deadline, self._spin)
        while count < LENGTH.size:
            count += self._some(memoryview(small)[count:], deadline)
        (length,) = LENGTH.unpack_from(small)
        if count == length + LENGTH.size and length <= most:
            return bytes(small[LENGTH.size : count])
        if length & SHARED:
            return self._take(length ^ SHARED, most)
        if length > most or count > length + LENGTH.size:
            raise TooLongError(f"a message of {length} bytes, where {most} are the most")
        return self._whole(length, bytes(small[LENGTH.size : count]), deadline)

    def waits(self, seconds: float) -> bool:
        """Whether a message, or the other side's end, comes within that time."""
        return bool(self._poll.poll(seconds * 1000))

    def close(self) -> None:
        """Close this end."""
        self._channel.close()
        if isinstance(self._arena, Arena):
            self._arena.close()

    def _whole(self, length: int, start: bytes, deadline: float | None) -> memoryview:
        """A message that comes in pieces; there is room only for what came, whatever length was announced."""
        whole = bytearray(start)
        while (have := len(whole)) < length:
            whole.extend(bytes(min(length - have, _PIECE)))
            with memoryview(whole) as room:
                while have < len(room):
                    have += self._some(room[have:], deadline)
                    if deadline is not None and time.monotonic() > deadline:
                        raise TimeoutError
        return memoryview(whole)

    def _put(self, arena: Arena | Borrowed, parts: Sequence[Buffer]) -> bool:
        try:
            arena.write(parts)
        except OSError:  # no memory to share; the socket needs less of it at a time
            return False
        return True

    def _take(self, length: int, most: int) -> bytes | memoryview:
        if self._arena is None or length > min(SIZE, most):
            raise TooLongError(f"a message of {length} bytes, where {min(SIZE, most)} are the most")
        message = self._arena.read(length)
        self._arena.tidy(length)
        return message

    def _some(self, room: bytearray | memoryview, deadline: float | None, spin: float = 0.0) -> int:
        """Receive what is there, once something is; how many bytes."""
        until = 0.0
        while True:
            try:
                count = self._receive(room)
            except BlockingIOError:
                now = time.monotonic()
                until = until or now + spin
                if now >= until:
                    self._wait(select.POLLIN, deadline)
                else:
                    _give_way()
            else:
                if not count:
                    raise EOFError
                return count

    def _all(self, data: Buffer, deadline: float | None) -> None:
        try:
            sent = self._send(data)
        except BlockingIOError:
            sent = 0
        if sent == nbytes(data):
            return
        view = memoryview(data).cast("B")[sent:]
        while view:
            try:
                view = view[self._send(view) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)

    def _wait(self, event: int, deadline: float | None) -> None:
        wait: float | None = None
        if deadline is not None:
            wait = (deadline - time.monotonic()) * 1000
            if wait <= 0:
                raise TimeoutError
            wait = min(wait, _LONGEST)
        if event == select.POLLIN:
            self._poll.poll(wait)
            return
        poll = select.poll()
        poll.register(self._channel, event)
        poll.poll(wait)
