"""The terms of interface types. ``str(type)`` is the Python annotation, and the only text form that is stored.

The python and pure tiers take all; `native` says which native tools, and modules of other languages, take.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class IntType:
    """``int``: signed 64 bits in the native tier and in other languages, unbounded in the python tier."""

    def __str__(self) -> str:
        return "int"


@dataclass(frozen=True, slots=True)
class FloatType:
    """``float``: IEEE 754 binary64."""

    def __str__(self) -> str:
        return "float"


@dataclass(frozen=True, slots=True)
class BoolType:
    """``bool``."""

    def __str__(self) -> str:
        return "bool"


@dataclass(frozen=True, slots=True)
class StrType:
    """``str``: in the native tier Unicode scalar values, no lone surrogates."""

    def __str__(self) -> str:
        return "str"


@dataclass(frozen=True, slots=True)
class BytesType:
    """``bytes``."""

    def __str__(self) -> str:
        return "bytes"


@dataclass(frozen=True, slots=True)
class ListType:
    """``list[item]``."""

    item: Type

    def __str__(self) -> str:
        return f"list[{self.item}]"


@dataclass(frozen=True, slots=True)
class ArrayType:
    """``Array[item]`` with one axis, ``Array[item, 2]`` with two: numbers or bools (see `hermetic_nb.arrays`)."""

    item: IntType | FloatType | BoolType
    axes: int = 1

    def __str__(self) -> str:
        return f"Array[{self.item}]" if self.axes == 1 else f"Array[{self.item}, {self.axes}]"


@dataclass(frozen=True, slots=True)
class AnyType:
    """``Any``, or no annotation: whatever has a wire form."""

    def __str__(self) -> str:
        return "Any"


@dataclass(frozen=True, slots=True)
class NoneType:
    """``None``."""

    def __str__(self) -> str:
        return "None"


@dataclass(frozen=True, slots=True)
class DictType:
    """``dict[key, item]``; the order of its keys is part of a value."""

    key: Type
    item: Type

    def __str__(self) -> str:
        return f"dict[{self.key}, {self.item}]"


@dataclass(frozen=True, slots=True)
class SetType:
    """``set[item]``."""

    item: Type

    def __str__(self) -> str:
        return f"set[{self.item}]"


@dataclass(frozen=True, slots=True)
class FrozenSetType:
    """``frozenset[item]``."""

    item: Type

    def __str__(self) -> str:
        return f"frozenset[{self.item}]"


@dataclass(frozen=True, slots=True)
class TupleType:
    """``tuple[a, b]`` with these ``items``; or with no items and a ``rest``, ``tuple[rest, ...]``."""

    items: tuple[Type, ...]
    rest: Type | None = None

    def __str__(self) -> str:
        if self.rest is not None:
            return f"tuple[{self.rest}, ...]"
        return f"tuple[{', '.join(map(str, self.items)) or '()'}]"


@dataclass(frozen=True, slots=True)
class UnionType:
    """``a | b``: two members or more, none twice, none itself a union; see `union`."""

    members: tuple[Type, ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.members))


@dataclass(frozen=True, slots=True, eq=False)
class LiteralType:
    """``Literal[...]``: one of these values, each an int, bool, str, bytes or None."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        # Not repr: which characters that shows as they are depends on the version of Python.
        return f"Literal[{', '.join(map(ascii, self.values))}]"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LiteralType) and str(self) == str(other)  # 1 is not True here

    def __hash__(self) -> int:
        return hash(str(self))


@dataclass(frozen=True, slots=True)
class NamedType:
    """A class of the cell, by its name; the signature holds its definition."""

    name: str

    def __str__(self) -> str:
        return self.name


Type = (
    IntType
    | FloatType
    | BoolType
    | StrType
    | BytesType
    | ListType
    | ArrayType
    | AnyType
    | NoneType
    | DictType
    | SetType
    | FrozenSetType
    | TupleType
    | UnionType
    | LiteralType
    | NamedType
)

INT = IntType()
FLOAT = FloatType()
BOOL = BoolType()
STR = StrType()
BYTES = BytesType()
ANY = AnyType()
NONE = NoneType()


def union(members: Iterable[Type]) -> Type:
    """The type of values of any of these types, in its one form."""
    flat = [inner for member in members for inner in (member.members if isinstance(member, UnionType) else (member,))]
    distinct = tuple(dict.fromkeys(flat))
    if ANY in distinct:
        return ANY
    return distinct[0] if len(distinct) == 1 else UnionType(distinct)


def may_be_hashed(type_: Type) -> bool:
    """Whether values of the type can be keys of a dict and items of a set. Of a class of the cell only Python knows."""
    match type_:
        case ListType() | ArrayType() | DictType() | SetType():
            return False
        case TupleType(items, rest):
            return all(map(may_be_hashed, items)) and (rest is None or may_be_hashed(rest))
        case UnionType(members):
            return all(map(may_be_hashed, members))
        case _:
            return True
