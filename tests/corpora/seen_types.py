"""The one type that holds all values seen in a place, if the annotations have one.

An int where floats are seen is a float; None beside a type is ``T | None``; an empty list is a list of whatever others hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from hermetic_nb.signature import (
    ANY,
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    DictType,
    ListType,
    SetType,
    TupleType,
    Type,
    UnionType,
)
from hermetic_nb.signature.types import union

_SCALARS: Final[dict[type, Type]] = {int: INT, float: FLOAT, bool: BOOL, str: STR, bytes: BYTES, type(None): NONE}


class _NoTypeError(Exception):
    """No single type holds the values."""


class SeenTypes:
    """Joins the types of values. ``widen``: ints among floats are floats.

    Inside it, ANY stands for what was not seen: the item of an empty list.
    """

    def __init__(self, *, widen: bool = True) -> None:
        self._widen = widen

    def of(self, values: Iterable[Any]) -> Type | None:
        """The type of all values; None if there is none, or if no value says it."""
        try:
            found = self._all(values)
        except _NoTypeError:
            return None
        return found if is_known(found) else None

    def _all(self, values: Iterable[Any]) -> Type:
        return self._join_all(map(self._one, values))

    def _one(self, value: Any) -> Type:
        kind = type(value)
        if kind in _SCALARS:
            return _SCALARS[kind]
        if kind is tuple:
            return TupleType(tuple(map(self._one, value)))
        if kind is list:
            return ListType(self._all(value))
        if kind is set:
            return SetType(self._all(value))
        if kind is dict:
            return DictType(self._all(value), self._all(value.values()))
        raise _NoTypeError

    def _join_all(self, kinds: Iterable[Type]) -> Type:
        found: Type = ANY
        for kind in kinds:
            found = self._join(found, kind)
        return found

    def _join(self, one: Type, other: Type) -> Type:
        if one in {ANY, other}:
            return other
        if other == ANY:
            return one
        if isinstance(one, UnionType) or isinstance(other, UnionType) or NONE in {one, other}:
            held = [kind for part in (one, other) for kind in members(part) if kind != NONE]
            return union([self._join_all(held), NONE])
        if self._widen and {one, other} == {INT, FLOAT}:
            return FLOAT
        match one, other:
            case ListType(a), ListType(b):
                return ListType(self._join(a, b))
            case SetType(a), SetType(b):
                return SetType(self._join(a, b))
            case DictType(), DictType():
                return DictType(self._join(one.key, other.key), self._join(one.item, other.item))
            case TupleType(), TupleType():
                return self._join_tuples(one, other)
        raise _NoTypeError

    def _join_tuples(self, one: TupleType, other: TupleType) -> Type:
        if len(one.items) == len(other.items) and one.rest is other.rest is None:
            return TupleType(tuple(self._join(a, b) for a, b in zip(one.items, other.items, strict=True)))
        rests = [kind.rest for kind in (one, other) if kind.rest is not None]
        return TupleType((), self._join_all([*one.items, *other.items, *rests]))


def members(kind: Type) -> tuple[Type, ...]:
    """The members of a union; of another type itself."""
    return kind.members if isinstance(kind, UnionType) else (kind,)


def is_known(kind: Type) -> bool:
    """Whether the type says all: no Any at any depth."""
    match kind:
        case ListType(item) | SetType(item):
            return is_known(item)
        case DictType(key, item):
            return is_known(key) and is_known(item)
        case TupleType(items, rest):
            return all(map(is_known, items)) and (rest is None or is_known(rest))
        case UnionType():
            return all(map(is_known, kind.members))
    return kind != ANY


def is_single(kind: Type) -> bool:
    """Whether the type is one type, or one and None: what a compiler can lay out."""
    match kind:
        case ListType(item) | SetType(item):
            return is_single(item)
        case DictType(key, item):
            return is_single(key) and is_single(item)
        case TupleType(items, rest):
            return all(map(is_single, items)) and (rest is None or is_single(rest))
        case UnionType():
            held = [member for member in kind.members if member != NONE]
            return len(held) == 1 and is_single(held[0])
    return kind != ANY
