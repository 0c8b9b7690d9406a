"""Messages arrive whole however large they are, and a peer that lies does no more harm than to end the conversation."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hermetic_nb.child import SMALL, Arena, Borrowed, Buffer, Line, TooLongError, pair
from hermetic_nb.child import arena as arena_module
from hermetic_nb.child.framing import SHARED

EDGE = SMALL - 8
"""The longest message that travels in one system call with its length."""
SIZES = st.one_of(
    st.integers(0, 300),
    st.integers(EDGE - 3, EDGE + 12),
    st.integers(SMALL - 3, SMALL + 3),
    st.sampled_from([2 * SMALL, 10 * SMALL + 1, (4 << 20) + 5]),
)
MOST = 8 << 20


def filled(size: int, seed: int = 0) -> bytes:
    """Bytes that are not the same anywhere in a message, nor in the next one."""
    whole = struct.pack("<Q", seed * 2654435761 + size) + bytes(range(251))
    return (whole * (size // len(whole) + 1))[:size]


@contextlib.contextmanager
def lines(*, shared: bool, spin: float = 0.0) -> Iterator[tuple[Line, Line]]:
    """The two ends of a channel: the owner's of the shared memory, and the other."""
    ours, theirs = pair()
    arena = Arena() if shared else None
    borrowed = None if arena is None else Borrowed(os.dup(arena.number))
    ends = Line(ours, arena=arena, spin=spin), Line(theirs, arena=borrowed, spin=spin)
    try:
        yield ends
    finally:
        for end in ends:
            end.close()


@contextlib.contextmanager
def beside(act: Callable[[], None]) -> Iterator[None]:
    """Act on another thread meanwhile."""
    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        thread.join(60)
        assert not thread.is_alive()


@pytest.mark.parametrize("shared", [True, False])
@settings(max_examples=40)
@given(sizes=st.lists(SIZES, min_size=1, max_size=5), spin=st.sampled_from([0.0, 0.0005]))
@example(sizes=[5 << 20, 3, 5 << 20, EDGE, EDGE + 1], spin=0.0)
def test_any_messages_arrive_whole_and_in_order(shared: bool, sizes: list[int], spin: float) -> None:  # noqa: FBT001
    sent = [filled(size, seed) for seed, size in enumerate(sizes)]
    got: list[bytes] = []
    with lines(shared=shared, spin=spin) as (ours, theirs):

        def answer() -> None:
            for _ in sent:
                message = theirs.receive()
                got.append(bytes(message))
                theirs.send(memoryview(bytes(message)[::-1]))

        with beside(answer):
            for message in sent:
                ours.send(message)
                assert bytes(ours.receive(time.monotonic() + 60, MOST)) == message[::-1]
    assert got == sent


@pytest.mark.parametrize("shared", [True, False])
@settings(max_examples=40)
@given(cuts=st.lists(st.sampled_from([0, 1, 7, 16000, 16384, SMALL - 1, SMALL, SMALL + 1]), max_size=20))
@example(cuts=[1] * 3000)
@example(cuts=[SMALL] * 20)
def test_parts_of_any_kind_are_one_message(shared: bool, cuts: list[int]) -> None:  # noqa: FBT001
    parts: list[Buffer] = []
    for number, size in enumerate(cuts):
        data = filled(size, number)
        parts.append((data, bytearray(data), memoryview(data))[number % 3])
    parts.append(memoryview(bytes(80)).cast("q"))
    whole = b"".join(parts)
    got: list[bytes] = []
    with lines(shared=shared) as (ours, theirs), beside(lambda: got.append(bytes(theirs.receive()))):
        ours.send(parts)
    assert got == [whole]


def test_large_messages_travel_by_shared_memory_and_its_pages_are_given_back() -> None:
    with lines(shared=True) as (ours, theirs):
        sent = filled(32 << 20)
        theirs.send(sent)  # nobody reads: by the socket it would wait
        assert ours._arena is not None
        assert isinstance(ours._arena, Arena)
        assert os.fstat(ours._arena.number).st_blocks * 512 >= len(sent)
        assert ours.receive() == sent
        assert os.fstat(ours._arena.number).st_blocks * 512 <= arena_module.KEPT + (1 << 20)


def test_messages_that_fit_no_shared_memory_travel_by_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("line", "arena"):
        monkeypatch.setattr(f"hermetic_nb.child.{module}.SIZE", 1 << 20)
    for size in ((1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20):
        got: list[bytes] = []
        with lines(shared=True) as (ours, theirs), beside(lambda to=theirs, got=got: got.append(bytes(to.receive()))):  # type: ignore[misc]
            ours.send(filled(size))
        assert got == [filled(size)]


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.ENOMEM, errno.EFBIG, errno.EBADF])
def test_no_memory_to_share_means_the_socket(monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(Arena, "write", refuse)
    got: list[bytes] = []
    with lines(shared=True) as (ours, theirs):
        for size in (SMALL, 3 << 20):
            with beside(lambda: got.append(bytes(theirs.receive()))):
                ours.send(filled(size))
    assert got == [filled(SMALL), filled(3 << 20)]


def test_memory_that_fills_up_midway_means_the_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    true, count = os.pwrite, 0

    def write(number: int, data: Buffer, offset: int) -> int:
        nonlocal count
        count += 1
        if count > 3:
            raise OSError(errno.ENOSPC, "full")
        return true(number, memoryview(data)[: 1 << 20], offset)

    monkeypatch.setattr("os.pwrite", write)
    got: list[bytes] = []
    with lines(shared=True) as (ours, theirs), beside(lambda: got.append(bytes(theirs.receive()))):
        ours.send(filled(7 << 20))
    assert got == [filled(7 << 20)]


def test_shared_memory_can_neither_shrink_nor_grow_under_its_owner() -> None:
    arena = Arena()
    with pytest.raises(PermissionError):
        os.ftruncate(arena.number, 0)
    with pytest.raises(PermissionError):
        os.ftruncate(arena.number, 1 << 30)
    arena.close()


def test_what_was_read_does_not_change_afterwards() -> None:
    with lines(shared=True) as (ours, theirs):
        theirs.send(filled(1 << 20))
        got = ours.receive()
        assert isinstance(theirs._arena, Borrowed)
        theirs._arena._view[:100] = bytes(100)
        assert got == filled(1 << 20)


def test_no_descriptor_is_left() -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    for shared in (True, False):
        with lines(shared=shared) as (ours, theirs):
            theirs.send(filled(1 << 17))
            ours.receive()
            assert count() > before
            if shared:
                assert isinstance(theirs._arena, Borrowed)
                borrowed, theirs._arena = theirs._arena, None
                borrowed._view.release()
                del borrowed
    assert count() == before


# ---------------------------------------------------------------- a peer that lies

LEAST = 1000
"""Bytes that the answers here may have."""


def heard(said: bytes, *, shared: bool = True, closes: bool = True, most: int = LEAST) -> bytes | memoryview:
    """What a line makes of bytes that come from the other end."""
    ours, theirs = socket.socketpair()
    line = Line(ours, arena=Arena() if shared else None)
    try:
        with theirs:
            theirs.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                theirs.send(said)
            if closes:
                theirs.shutdown(socket.SHUT_WR)
            return line.receive(time.monotonic() + (5.0 if closes else 0.02), most)
    finally:
        line.close()


lengths = st.one_of(
    st.integers(0, 2 * LEAST),
    st.sampled_from([LEAST, LEAST + 1, SMALL, 1 << 32, (1 << 63) - 1, SHARED, SHARED | LEAST, 2**64 - 1]),
    st.integers(0, 2**64 - 1),
    st.integers(0, 2 * LEAST).map(lambda length: length | SHARED),
)
hostile = st.one_of(
    st.binary(max_size=40),
    st.builds(lambda length, body: struct.pack("<Q", length) + body, lengths, st.binary(max_size=2 * LEAST)),
)


@settings(max_examples=500)
@given(said=hostile, shared=st.booleans())
@example(said=struct.pack("<Q", SHARED | (1 << 62)), shared=True)
@example(said=struct.pack("<Q", SHARED | LEAST + 1), shared=True)
@example(said=struct.pack("<Q", SHARED | 10), shared=False)
@example(said=struct.pack("<Q", 2**63 - 1), shared=True)
@example(said=b"", shared=True)
def test_a_peer_that_lies_is_found_out(said: bytes, shared: bool) -> None:  # noqa: FBT001
    try:
        got = heard(said, shared=shared)
    except (EOFError, TooLongError, TimeoutError):
        return
    (length,) = struct.unpack_from("<Q", said)
    if length & SHARED:
        assert shared
        assert length ^ SHARED <= LEAST
        assert got == bytes(length ^ SHARED), "nothing was written there"
    else:
        assert length <= LEAST
        assert got == said[8 : 8 + length]


@settings(max_examples=10)
@given(length=st.integers(1, LEAST), missing=st.integers(1, LEAST))
def test_a_message_that_stops_midway_is_late_or_at_its_end(length: int, missing: int) -> None:
    said = struct.pack("<Q", length) + filled(max(0, length - missing))
    with pytest.raises(EOFError):
        heard(said)
    with pytest.raises(TimeoutError):
        heard(said, closes=False)


@pytest.mark.parametrize("cut", range(8))
def test_a_length_that_stops_midway_is_late_or_at_its_end(cut: int) -> None:
    with pytest.raises(EOFError):
        heard(struct.pack("<Q", 5)[:cut])
    with pytest.raises(TimeoutError):
        heard(struct.pack("<Q", 5)[:cut], closes=False)


def test_a_peer_that_drips_is_late_all_the_same() -> None:
    ours, theirs = socket.socketpair()
    line = Line(ours)
    stop = threading.Event()

    def drip() -> None:
        theirs.send(struct.pack("<Q", LEAST))
        while not stop.wait(0.002):
            theirs.send(b"x")

    with beside(drip):
        with pytest.raises(TimeoutError):
            line.receive(time.monotonic() + 0.05, LEAST)
        stop.set()
    line.close()
    theirs.close()


def test_a_message_may_be_as_long_as_it_may_be_and_no_longer() -> None:
    for size in (LEAST, EDGE, SMALL, 1 << 20):
        for shared in (True, False):
            with lines(shared=shared) as (ours, theirs):
                with beside(lambda to=theirs, size=size: to.send(filled(size))):  # type: ignore[misc]
                    assert ours.receive(None, size) == filled(size)
                theirs.send(filled(min(size, SMALL)))
                with pytest.raises(TooLongError):
                    ours.receive(None, min(size, SMALL) - 1)


def test_a_peer_that_is_gone_is_an_error_and_no_signal() -> None:
    for size in (1, 10 * SMALL):
        ours, theirs = pair()
        line = Line(ours)
        theirs.close()
        with pytest.raises(OSError):
            line.send(filled(size))
        with pytest.raises((EOFError, OSError)):
            line.receive()
        line.close()
