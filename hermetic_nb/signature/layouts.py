"""Where the parts of values stand, by the Component Model's canonical ABI: flat, as core values, and in memory.

Source: component-model ``design/mvp/CanonicalABI.md``: flattening, alignment, element size. Records and tuples are their
parts one after the other; an option is a mark, 0 or 1, before its value; texts and rows are an address and a count. What
WIT lacks is what `wit` writes for it: a dict is a list of pairs of key and value, a set is a list.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, TypeGuard

from hermetic_nb.signature.types import (
    INT,
    NONE,
    ArrayType,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    FrozenSetType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    NoneType,
    SetType,
    StrType,
    TupleType,
    UnionType,
)

if TYPE_CHECKING:
    from hermetic_nb.signature.definitions import Definition
    from hermetic_nb.signature.types import Type

SCALAR: Final = {IntType: "q", FloatType: "d", BoolType: "?"}
"""Formats of the types that are one flat value."""
RECORDS: Final = frozenset({"dataclass", "namedtuple"})
"""Kinds of classes whose values are their fields."""

_KINDS: Final[dict[type, Type]] = {int: IntType(), bool: BoolType(), str: StrType(), bytes: BytesType()}
_CORE: Final = {"q": "i64", "d": "f64", "?": "i32", "B": "i32", "I": "i32"}
_SIZES: Final = {"q": 8, "d": 8, "?": 1, "B": 1, "I": 4}
_SLOTS: Final = {"q": "q8x", "d": "d8x", "?": "?15x", "B": "B15x", "I": "I12x"}


@dataclass(frozen=True, slots=True)
class Layout:
    """A type in memory, and its leaves: what is a core value of its own when flat."""

    size: int
    alignment: int
    leaves: tuple[tuple[int, str], ...]
    """Offset and format of each, in the order in which they are flat values."""

    @property
    def core(self) -> tuple[str, ...]:
        """The flat core types."""
        return tuple(_CORE[code] for _, code in self.leaves)

    @property
    def offsets(self) -> tuple[int, ...]:
        """The leaves' offsets."""
        return tuple(offset for offset, _ in self.leaves)

    def in_memory(self, *, reading: bool = False) -> struct.Struct:
        """The leaves in memory; ``reading``: a bool is the byte that stands there."""
        text, end = "<", 0
        for offset, code in self.leaves:
            text += f"{offset - end}x{'B' if reading and code == '?' else code}"
            end = offset + _SIZES[code]
        return struct.Struct(f"{text}{self.size - end}x")

    def in_slots(self) -> struct.Struct:
        """The leaves in slots of 16 bytes."""
        return struct.Struct("<" + "".join(_SLOTS[code] for _, code in self.leaves))


def structure(type_: Type, definitions: tuple[Definition, ...] = ()) -> Type:
    """The type of the same form in memory that is made of scalars, texts, lists, tuples and options only.

    Raises TypeError on a type that is outside of the native tier.
    """
    return _structure(type_, {definition.name: definition for definition in definitions}, ())


def _structure(type_: Type, known: dict[str, Definition], within: tuple[str, ...]) -> Type:
    match type_:
        case IntType() | FloatType() | BoolType() | StrType() | BytesType() | NoneType():
            return type_
        case ArrayType():
            return plain_array(type_)
        case LiteralType() if (kind := kind_of(type_)) is not None:
            return kind
        case ListType(item) | SetType(item) | FrozenSetType(item):
            return ListType(_structure(item, known, within))
        case TupleType(_, rest) if rest is not None:
            return ListType(_structure(rest, known, within))
        case TupleType(items) if items:
            return TupleType(tuple([_structure(item, known, within) for item in items]))
        case DictType(key, item):
            return ListType(TupleType((_structure(key, known, within), _structure(item, known, within))))
        case UnionType((NoneType(), item) | (item, NoneType())):
            return UnionType((_structure(item, known, within), NONE))
        case NamedType(name) if name in known and name not in within:
            definition = known[name]
            if definition.kind in RECORDS and definition.fields:
                fields = [_structure(field.type, known, (*within, name)) for field in definition.fields]
                return TupleType(tuple(fields))
    raise TypeError(f"{type_} is not lowered to memory (see `native.refusal`)")


def plain_array(type_: ArrayType) -> Type:
    """What an array crosses borders as: a list, or rows, columns and a list."""
    row = ListType(type_.item)
    return row if type_.axes == 1 else TupleType((INT, INT, row))


@cache
def layout(type_: Type) -> Layout:
    """The layout of a type that `structure` gave. Raises TypeError on another."""
    match type_:
        case IntType() | FloatType() | BoolType():
            code = SCALAR[type(type_)]
            return Layout(_SIZES[code], _SIZES[code], ((0, code),))
        case StrType() | BytesType() | ListType():
            return Layout(8, 4, ((0, "I"), (4, "I")))
        case TupleType(items):
            return _joined([layout(item) for item in items])
        case UnionType((item, NoneType())):
            return _joined([Layout(1, 1, ((0, "B"),)), layout(item)])
        case NoneType():
            return Layout(0, 1, ())
    raise TypeError(f"{type_} has no layout")


def _joined(parts: list[Layout]) -> Layout:
    """One part after the other, each aligned."""
    end, largest, leaves = 0, 1, list[tuple[int, str]]()
    for part in parts:
        start = _aligned(end, part.alignment)
        leaves += [(start + offset, code) for offset, code in part.leaves]
        end = start + part.size
        largest = max(largest, part.alignment)
    return Layout(_aligned(end, largest), largest, tuple(leaves))


@cache
def has_row(type_: Type) -> bool:
    """Whether a value of a type that `structure` gave refers to more memory."""
    match type_:
        case StrType() | BytesType() | ListType():
            return True
        case TupleType(items) | UnionType(items):
            return any(map(has_row, items))
    return False


def is_row_of_numbers(type_: Type) -> TypeGuard[TupleType]:
    """Whether a type is a tuple of numbers and bools."""
    return isinstance(type_, TupleType) and bool(type_.items) and all(type(part) in SCALAR for part in type_.items)


def kind_of(type_: LiteralType) -> Type | None:
    """The type that all values of a choice have, if it is one that is lowered."""
    kinds = set(map(type, type_.values))
    return _KINDS.get(kinds.pop()) if len(kinds) == 1 else None


def item_of(type_: Type) -> Type | None:
    """The type of the items of a row: of a dict pairs of key and value. None where the type is no row of items."""
    match type_:
        case ListType(item) | SetType(item) | FrozenSetType(item):
            return item
        case TupleType(_, rest):
            return rest
        case DictType(key, item):
            return TupleType((key, item))
    return None


def _aligned(offset: int, alignment: int) -> int:
    return -(-offset // alignment) * alignment
