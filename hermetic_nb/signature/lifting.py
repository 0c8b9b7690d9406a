"""Python values of results that `gathering` copied out of a module's memory.

Narrower than the canonical ABI in these rules: a bool or mark other than 0 and 1 is refused (there a bool of 2 is true), NaN is
always the one of `abi.NAN_BITS`, and no key of a dict, no item of a set comes twice.
"""

from __future__ import annotations

import math
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.signature.abi import NAN, holds_nan
from hermetic_nb.signature.gathering import MalformedResultError, is_alone, mark, skip
from hermetic_nb.signature.layouts import SCALAR, is_row_of_numbers, item_of, layout, plain_array, structure
from hermetic_nb.signature.types import (
    ArrayType,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    FrozenSetType,
    IntType,
    ListType,
    NamedType,
    NoneType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnionType,
)
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from hermetic_nb.signature.definitions import Definition


def lift(
    type_: Type, data: bytes | memoryview, definitions: tuple[Definition, ...] = (), *, packed: bool = False
) -> Any:
    """As `Lifter.lift`, once."""
    return Lifter(type_, definitions).lift(data, packed=packed)


class Lifter:
    """Makes the Python values of results of one type."""

    def __init__(self, type_: Type, definitions: tuple[Definition, ...] = ()) -> None:
        kind = structure(type_, definitions)
        self._is_table = isinstance(type_, ArrayType) and type_.axes == 2
        given = type_
        type_ = plain_array(type_) if isinstance(type_, ArrayType) else type_
        self._type = type_
        self._leaves = layout(kind)
        self._struct = self._leaves.in_memory(reading=True)
        self._read = _Readers(definitions).of(given)
        self._whole = _WHOLE.get(type(type_), self._in_word if len(self._leaves.leaves) < 2 else self._in_blocks)
        if is_alone(kind) and not isinstance(kind, StrType | BytesType):
            self._whole = self._numbers
        self._is_row_of_numbers = isinstance(type_, ListType) and isinstance(type_.item, IntType | FloatType | BoolType)

    def lift(self, data: bytes | memoryview, *, packed: bool = False) -> Any:
        """The Python value of gathered bytes; ``packed``: a list of numbers as an array.

        Raises MalformedResultError, and ValueError or struct.error on bytes that `gather` does not give.
        """
        if packed and self._is_row_of_numbers:
            return _lift_array(self._type.item, memoryview(data))  # type: ignore[union-attr] # a list
        if packed and self._is_table:
            return self._table(data)
        return self._whole(data)

    def _in_word(self, data: bytes | memoryview) -> Any:
        """A value of one flat core value, or of none."""
        leaves = [_WORDS[code](data) for _, code in self._leaves.leaves]
        return self._read(iter(leaves), _Blocks(b""))

    def _table(self, data: bytes | memoryview) -> tuple[int, int, Any]:
        """Rows, columns and items of an array of two axes."""
        blocks = _Blocks(data)
        rows, columns, _, count = self._struct.unpack(blocks.take(self._struct.size))
        item = self._type.items[2].item  # type: ignore[union-attr] # as `layouts.plain_array` made it
        return _shaped((rows, columns, blocks.ended(_lift_array(item, blocks.take(count * layout(item).size)))))

    def _numbers(self, data: bytes | memoryview) -> Any:
        item = item_of(self._type)
        assert item is not None, "a row of numbers"
        blocks = _Blocks(data)
        leaves = iter((0, len(data) // layout(item).size))
        return blocks.ended(self._read(leaves, blocks))

    def _in_blocks(self, data: bytes | memoryview) -> Any:
        blocks = _Blocks(data)
        return blocks.ended(self._read(iter(self._struct.unpack(blocks.take(self._struct.size))), blocks))


class _Blocks:
    """Blocks one after the other."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)
        self._at = 0

    def take(self, length: int) -> memoryview:
        """The next block. Raises ValueError where there is none of the length."""
        end = self._at + length
        if end > len(self._data):
            raise ValueError("the blocks of a result end too early")
        block = self._data[self._at : end]
        self._at = end
        return block

    def ended(self, value: Any) -> Any:
        """The value, if no more blocks are there. Raises ValueError."""
        if self._at != len(self._data):
            raise ValueError("a result has more blocks than it refers to")
        return value


Read = Callable[[Iterator[Any], _Blocks], Any]


class _Readers:
    """Functions that make a value of its leaves, and of the blocks that follow."""

    def __init__(self, definitions: tuple[Definition, ...]) -> None:
        self._definitions = definitions

    def of(self, type_: Type) -> Read:
        """The function for a type."""
        match type_:
            case IntType():
                return lambda leaves, _: next(leaves)
            case FloatType():
                return lambda leaves, _: _one_nan(next(leaves))
            case BoolType():
                return lambda leaves, _: _bool(next(leaves))
            case StrType():
                return lambda leaves, blocks: _text(blocks.take(_count(leaves)))
            case BytesType():
                return lambda leaves, blocks: bytes(blocks.take(_count(leaves)))
            case NoneType():
                return lambda _, __: None
            case ArrayType():
                read = self.of(plain_array(type_))
                return read if type_.axes == 1 else lambda leaves, blocks: _shaped(read(leaves, blocks))
            case UnionType((NoneType(), item) | (item, NoneType())):
                return self._option(item)
            case TupleType(items, None):
                parts = self._parts(items)
                return lambda leaves, blocks: tuple(parts(leaves, blocks))
            case NamedType(name):
                return self._record(next(known for known in self._definitions if known.name == name))
        inner = item_of(type_)
        assert inner is not None, "layouts.structure lets no other pass"
        return self._row(type_, inner)

    def _parts(self, items: Iterable[Type]) -> Callable[[Iterator[Any], _Blocks], list[Any]]:
        readers = [self.of(item) for item in items]
        return lambda leaves, blocks: [read(leaves, blocks) for read in readers]

    def _record(self, definition: Definition) -> Read:
        names = [field.name for field in definition.fields]
        parts = self._parts(field.type for field in definition.fields)
        is_tuple = definition.kind == "namedtuple"
        return lambda leaves, blocks: Record(
            definition.name, dict(zip(names, parts(leaves, blocks), strict=True)), is_tuple=is_tuple
        )

    def _option(self, item: Type) -> Read:
        read, count = self.of(item), len(layout(structure(item, self._definitions)).leaves)

        def option(leaves: Iterator[Any], blocks: _Blocks) -> Any:
            if mark(next(leaves)):
                return read(leaves, blocks)
            skip(leaves, count)
            return None

        return option

    def _row(self, type_: Type, item: Type) -> Read:
        rows = self._numbers(item) if type(item) in SCALAR else self._table(item)
        make = _MAKE.get(type(type_))
        if make is None:
            return rows

        def row(leaves: Iterator[Any], blocks: _Blocks) -> Any:
            items = rows(leaves, blocks)
            made = make(items)
            if len(made) < len(items):
                what = "a dict of the result has a key" if type(made) is dict else "a set of the result has an item"
                raise MalformedResultError(f"{what} twice")
            return made

        return row

    def _numbers(self, item: Type) -> Read:
        size = layout(item).size
        return lambda leaves, blocks: _lift_numbers(item, blocks.take(_count(leaves) * size))

    def _table(self, item: Type) -> Read:
        if is_row_of_numbers(item):
            return _tuples_of_numbers(item)
        rows = layout(structure(item, self._definitions)).in_memory(reading=True)
        read = self.of(item)

        def table(leaves: Iterator[Any], blocks: _Blocks) -> list[Any]:
            block = blocks.take(_count(leaves) * rows.size)
            return [read(iter(row), blocks) for row in rows.iter_unpack(block)]

        return table


def _tuples_of_numbers(item: TupleType) -> Read:
    """A quicker way for a list of tuples of numbers."""
    kind = layout(item)
    rows = kind.in_memory()
    columns = list(zip(kind.offsets, item.items, strict=True))
    bools = [offset for offset, part in columns if isinstance(part, BoolType)]
    floats = [place for place, part in enumerate(item.items) if isinstance(part, FloatType)]

    def table(leaves: Iterator[Any], blocks: _Blocks) -> list[Any]:
        block = blocks.take(_count(leaves) * rows.size)
        for offset in bools:
            _bool(max(block[offset :: rows.size].tobytes(), default=0))
        found = list(rows.iter_unpack(block))
        if any(math.isnan(row[place]) for place in floats for row in found):
            return [tuple([NAN if n != n else n for n in row]) for row in found]  # noqa: PLR0124
        return found

    return table


def _shaped(table: tuple[int, int, Any]) -> tuple[int, int, Any]:
    rows, columns, items = table
    if rows < 0 or columns < 0 or rows * columns != len(items):
        raise MalformedResultError("an array of the result has other items than its shape says")
    return table


def _count(leaves: Iterator[Any]) -> int:
    """The count of an address and a count."""
    next(leaves)
    return next(leaves)  # type: ignore[no-any-return]


def _one_nan(number: float) -> float:
    return number if number == number else NAN  # noqa: PLR0124


def _bool(word: int) -> bool:
    if word > 1:
        raise MalformedResultError("a bool of the result is neither 0 nor 1")
    return word == 1


def _text(data: bytes | memoryview) -> str:
    try:
        return str(data, "utf-8")
    except UnicodeDecodeError:
        raise MalformedResultError("text of the result is not UTF-8") from None


def _lift_array(item: Type, data: memoryview) -> Any:
    if isinstance(item, BoolType):
        return memoryview(bytearray(_lift_numbers(item, data))).cast("?")
    row = array(SCALAR[type(item)])
    row.frombytes(data)
    if isinstance(item, FloatType) and holds_nan(memoryview(row)):
        return array("d", _lift_numbers(item, data))
    return row


def _lift_numbers(item: Type, data: memoryview) -> list[Any]:
    if isinstance(item, IntType):
        return data.cast("q").tolist()
    if isinstance(item, FloatType):
        row = data.cast("d")
        return [NAN if n != n else n for n in row] if holds_nan(row) else row.tolist()  # noqa: PLR0124
    if data.nbytes and max(data) > 1:
        raise MalformedResultError("a bool of the result is neither 0 nor 1")
    return list(map(bool, data))


_WORDS: Final[dict[str, Callable[[bytes | memoryview], Any]]] = {
    "q": lambda data: struct.unpack_from("<q", data)[0],
    "d": lambda data: struct.unpack_from("<d", data)[0],
    "?": lambda data: struct.unpack_from("<I", data)[0],
}
"""A result of one core value, by its format in memory."""

_WHOLE: Final[dict[type, Callable[[bytes | memoryview], Any]]] = {
    IntType: _WORDS["q"],
    FloatType: lambda data: _one_nan(_WORDS["d"](data)),
    BoolType: lambda data: _bool(_WORDS["?"](data)),
    StrType: _text,
    BytesType: bytes,
}
"""Results of types that are read at once."""

_MAKE: Final[dict[type, Callable[[list[Any]], Any]]] = {
    DictType: dict,
    SetType: set,
    FrozenSetType: frozenset,
    TupleType: tuple,
}
"""What a row's items become, where it is not a list."""
