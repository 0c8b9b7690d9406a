"""Results by the canonical ABI (see `abi`): copied out of memory, then made Python values.

Narrower than the source in two rules: a bool other than 0 and 1 is refused (there: true), and NaN is always the one of
`abi.NAN_BITS`. Nothing that a module can answer raises more than the two errors here.
"""

from __future__ import annotations

import struct
from array import array
from typing import Any, Final, Protocol

from hermetic_nb.signature.abi import NAN, SCALAR, alignment, holds_nan, size
from hermetic_nb.signature.types import BoolType, BytesType, FloatType, IntType, ListType, StrType, Type

_PAIR: Final = struct.Struct("<II")
_COUNT: Final = struct.Struct("<Q")


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


def gather(type_: Type, word: bytes, memory: Memory, limit: int) -> bytes:
    """Copy a result out of the module's memory, as the bytes that `lift` takes.

    ``word`` is the low 8 bytes of the core result. Raises MalformedResultError, and ResultTooLargeError beyond ``limit`` bytes.
    """
    if type(type_) in SCALAR:
        return word
    (address,) = struct.unpack_from("<I", word)
    if address % 4:
        raise MalformedResultError("the result's address is not aligned")
    return _Gathering(memory, limit).row(type_, *_PAIR.unpack(read_checked(memory, address, _PAIR.size)))


def read_checked(memory: Memory, address: int, length: int) -> bytes:
    """Copy bytes of memory. Raises MalformedResultError outside it."""
    if address + length > memory.size():
        raise MalformedResultError("the result lies outside the tool's memory")
    return memory.read(address, length)


class _Gathering:
    """One result's way out; counts its bytes, because rows that overlap in memory can hold more than it."""

    def __init__(self, memory: Memory, limit: int) -> None:
        self._memory = memory
        self._left = limit

    def row(self, type_: Type, address: int, count: int) -> bytes:
        item = type_.item if isinstance(type_, ListType) else None
        length = count * size(item) if item is not None else count
        if item is not None and address % alignment(item):
            raise MalformedResultError("a list of the result is not aligned")
        self._left -= length
        if self._left < 0 and address + length <= self._memory.size():
            raise ResultTooLargeError
        data = read_checked(self._memory, address, length)
        if item is None or type(item) in SCALAR:
            return data
        rows = [self.row(item, *pair) for pair in _PAIR.iter_unpack(data)]
        return b"".join([_COUNT.pack(count), *[part for row in rows for part in (_COUNT.pack(len(row)), row)]])


def lift(type_: Type, data: bytes | memoryview, *, packed: bool = False) -> Any:
    """The Python value of gathered bytes; ``packed``: a list of numbers as an array. Raises MalformedResultError."""
    match type_:
        case IntType():
            return struct.unpack_from("<q", data)[0]
        case FloatType():
            number = struct.unpack_from("<d", data)[0]
            return number if number == number else NAN  # noqa: PLR0124
        case BoolType():
            (word,) = struct.unpack_from("<I", data)
            if word > 1:
                raise MalformedResultError("a bool of the result is neither 0 nor 1")
            return bool(word)
        case StrType():
            try:
                return str(data, "utf-8")
            except UnicodeDecodeError:
                raise MalformedResultError("text of the result is not UTF-8") from None
        case BytesType():
            return bytes(data)
        case ListType(item):
            return _lift_array(item, memoryview(data)) if packed else _lift_list(item, memoryview(data))


def _lift_array(item: Type, data: memoryview) -> Any:
    if not isinstance(item, (IntType, FloatType)):
        return _lift_list(item, data)
    row = array(SCALAR[type(item)])
    row.frombytes(data)
    if isinstance(item, FloatType) and holds_nan(memoryview(row)):
        return array("d", _lift_list(item, data))
    return row


def _lift_list(item: Type, data: memoryview) -> list[Any]:
    if isinstance(item, IntType):
        return data.cast("q").tolist()
    if isinstance(item, FloatType):
        row = data.cast("d")
        return [NAN if n != n else n for n in row] if holds_nan(row) else row.tolist()  # noqa: PLR0124
    if isinstance(item, BoolType):
        if data.nbytes and max(data) > 1:
            raise MalformedResultError("a bool of the result is neither 0 nor 1")
        return list(map(bool, data))
    (count,) = _COUNT.unpack_from(data)
    offset = _COUNT.size
    rows = []
    for _ in range(count):
        (length,) = _COUNT.unpack_from(data, offset)
        offset += _COUNT.size
        rows.append(lift(item, data[offset : offset + length]))
        offset += length
    return rows
