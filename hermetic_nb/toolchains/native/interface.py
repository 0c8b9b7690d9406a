"""The interface's types as static types, and which static types come back as which interface types."""

from __future__ import annotations

from hermetic_nb.signature import types as s
from hermetic_nb.toolchains.native.types import (
    NONE,
    Cell,
    DictT,
    ListT,
    OptionT,
    SetT,
    TupleT,
    Type,
)


def from_interface(kind: s.Type) -> Type:
    """The static type of an interface type."""
    match kind:
        case s.ListType():
            return ListT(Cell(from_interface(kind.item)))
        case s.SetType():
            return SetT(Cell(from_interface(kind.item)))
        case s.DictType():
            return DictT(Cell(from_interface(kind.key)), Cell(from_interface(kind.item)))
        case s.TupleType():
            return TupleT(tuple(map(from_interface, kind.items)))
        case s.NoneType():
            return NONE
        case s.UnionType():
            (inner,) = [member for member in kind.members if not isinstance(member, s.NoneType)]
            return OptionT(from_interface(inner))
    assert isinstance(kind, s.IntType | s.FloatType | s.BoolType | s.StrType | s.BytesType), "the interface was checked"
    return kind


def outside(kind: s.Type) -> str | None:
    """Why values of an interface type are none of native code; None where they are."""
    match kind:
        case s.TupleType(_, rest) if rest is not None:
            return "a tuple of any length is not held here"
        case s.FrozenSetType():
            return "a frozenset is not held here"
        case s.NamedType(name):
            return f"instances of {name} do not cross the border"
        case s.ListType(item) | s.SetType(item):
            return outside(item)
        case s.DictType(key, item):
            return outside(key) or outside(item)
        case s.TupleType(items) | s.UnionType(items):
            return next((reason for reason in map(outside, items) if reason is not None), None)
    return None
