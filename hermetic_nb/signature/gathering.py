"""Results by the canonical ABI (see `abi`), copied out of the module's memory; `lifting` makes values of them.

What travels is the block of the result, then for each address in it, in the order of the leaves, the block that it points
to, followed by the blocks of that one's addresses; of a text, or a list of numbers, that is the whole result its block alone.
Nothing that a module can answer raises more than the two errors here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, Protocol

from hermetic_nb.signature.layouts import SCALAR, Layout, has_row, layout, structure
from hermetic_nb.signature.types import BytesType, ListType, NoneType, StrType, TupleType, Type, UnionType

if TYPE_CHECKING:
    from hermetic_nb.signature.definitions import Definition

_PAIR: Final = struct.Struct("<II")
_WINDOW: Final = 2048
"""Bytes of the largest block that is small."""
_OUTSIDE: Final = "the result lies outside the tool's memory"
_OBJECT: Final = 16
"""Bytes of the limit that each tuple, record or option in a row takes at least: as a Python object it takes more."""


class Memory(Protocol):
    """The linear memory of a module that has just run."""

    def size(self) -> int:
        """Bytes it has now."""

    def read(self, address: int, length: int) -> bytes:
        """A copy of bytes that lie inside."""


class MalformedResultError(ValueError):
    """The module's result breaks the canonical ABI. The text is stable: it becomes the failure's message."""


class ResultTooLargeError(Exception):
    """The result has more bytes than the limit."""


def gather(type_: Type, word: bytes, memory: Memory, limit: int, definitions: tuple[Definition, ...] = ()) -> bytes:
    """As `Gatherer.gather`, once."""
    return Gatherer(structure(type_, definitions)).gather(word, memory, limit)


class Gatherer:
    """Copies results of one type, of those that `layouts.structure` gives."""

    def __init__(self, type_: Type) -> None:
        kind = layout(type_)
        self._type = type_
        self._in_word = len(kind.leaves) < 2
        self._is_alone = is_alone(type_)
        self._alignment, self._size = kind.alignment, kind.size
        self._follow = _follower(type_)
        self._struct = kind.in_memory(reading=True)

    def gather(self, word: bytes, memory: Memory, limit: int) -> bytes:
        """Copy a result out of the module's memory, as the bytes that `lifting.lift` takes.

        ``word`` is the low 8 bytes of the core result. Raises MalformedResultError, and ResultTooLargeError beyond ``limit``
        bytes.
        """
        if self._in_word:
            return word
        (address,) = struct.unpack_from("<I", word)
        if address % self._alignment:
            raise MalformedResultError("the result's address is not aligned")
        gathering = _Gathering(memory, limit)
        block = read_checked(memory, address, self._size)
        if self._is_alone:
            gathering.follow_row(self._type, *_PAIR.unpack(block))
        else:
            gathering.count(self._size)
            gathering.blocks.append(block)
            if self._follow is not None:
                self._follow(iter(self._struct.unpack(block)), gathering)
        return b"".join(gathering.blocks) if len(gathering.blocks) > 1 else gathering.blocks[0]


def read_checked(memory: Memory, address: int, length: int) -> bytes:
    """Copy bytes of memory. Raises MalformedResultError outside it."""
    if address + length > memory.size():
        raise MalformedResultError(_OUTSIDE)
    return memory.read(address, length)


def is_alone(type_: Type) -> bool:
    """Whether a result is one block, whose count its length says."""
    return isinstance(type_, StrType | BytesType) or (isinstance(type_, ListType) and type(type_.item) in SCALAR)


class _Gathering:
    """One result's way out; counts its bytes, because rows that overlap in memory can hold more than it."""

    def __init__(self, memory: Memory, limit: int) -> None:
        self._memory, self._size = memory, memory.size()
        self._left = limit
        self._window, self._window_at = b"", 0
        self.blocks: list[bytes] = []

    def count(self, nbytes: int) -> None:
        """Take bytes from the limit."""
        self._left -= nbytes
        if self._left < 0:
            raise ResultTooLargeError

    def block(self, address: int, length: int, weight: int) -> bytes:
        """Copy a block, which takes ``weight`` bytes of the limit."""
        if address + length > self._size:
            raise MalformedResultError(_OUTSIDE)
        self.count(weight)
        data = self._memory.read(address, length) if length > _WINDOW else self._small(address, length)
        self.blocks.append(data)
        return data

    def _small(self, address: int, length: int) -> bytes:
        """A small block; the ones after it come with it, as each look at the memory takes time."""
        start = address - self._window_at
        if not 0 <= start <= len(self._window) - length:
            self._window = self._memory.read(address, min(2 * _WINDOW, self._size - address))
            self._window_at, start = address, 0
        return self._window[start : start + length]

    def follow_row(self, type_: Type, address: int, count: int) -> None:
        """The block of a text or list that holds no addresses."""
        if not isinstance(type_, ListType):
            self.block(address, count, count)
            return
        kind = layout(type_.item)
        if address % kind.alignment:
            raise MalformedResultError("a list of the result is not aligned")
        self.block(address, count * kind.size, count * max(kind.size, _OBJECT * _objects(type_.item)))


Follow = Callable[[Iterator[Any], _Gathering], None]


def _follower(type_: Type) -> Follow | None:
    """What copies the blocks that a value's leaves refer to; None where they cannot refer to any."""
    if not has_row(type_):
        return None
    match type_:
        case TupleType(items):
            return _follow_parts(items)
        case UnionType((item, NoneType())):
            return _follow_option(item)
        case ListType(item) if (inner := _follower(item)) is not None:
            return _follow_table(type_, inner, layout(item))
    return lambda leaves, gathering: gathering.follow_row(type_, next(leaves), next(leaves))


def _follow_parts(items: tuple[Type, ...]) -> Follow:
    steps = [(_follower(item), len(layout(item).leaves)) for item in items]

    def follow(leaves: Iterator[Any], gathering: _Gathering) -> None:
        for inner, count in steps:
            if inner is None:
                skip(leaves, count)
            else:
                inner(leaves, gathering)

    return follow


def _follow_option(item: Type) -> Follow:
    inner, count = _follower(item), len(layout(item).leaves)
    assert inner is not None, "has_row said so"

    def follow(leaves: Iterator[Any], gathering: _Gathering) -> None:
        if mark(next(leaves)):
            inner(leaves, gathering)
        else:
            skip(leaves, count)

    return follow


def _follow_table(type_: ListType, inner: Follow, kind: Layout) -> Follow:
    rows = kind.in_memory(reading=True)
    weight = max(kind.size, _OBJECT * _objects(type_.item))

    def follow(leaves: Iterator[Any], gathering: _Gathering) -> None:
        address, count = next(leaves), next(leaves)
        if address % kind.alignment:
            raise MalformedResultError("a list of the result is not aligned")
        for row in rows.iter_unpack(gathering.block(address, count * kind.size, count * weight)):
            inner(iter(row), gathering)

    return follow


def _objects(type_: Type) -> int:
    """Tuples and options in a value of a type, those behind addresses left out."""
    match type_:
        case TupleType(items):
            return 1 + sum(map(_objects, items))
        case UnionType((item, NoneType())):
            return 1 + _objects(item)
    return 0


def skip(leaves: Iterator[Any], count: int) -> None:
    """Pass over leaves."""
    for _ in range(count):
        next(leaves)


def mark(byte: int) -> bool:
    """Whether an option is there. Raises MalformedResultError."""
    if byte > 1:
        raise MalformedResultError("an option of the result is neither there nor not")
    return byte == 1
