"""Interface types that are lowered to memory, and values of them, for hypothesis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from hermetic_nb import values
from hermetic_nb.signature import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    Definition,
    DictType,
    Field,
    FrozenSetType,
    ListType,
    NamedType,
    Parameter,
    SetType,
    Signature,
    TupleType,
    Type,
    UnionType,
)
from hermetic_nb.signature.types import union

if TYPE_CHECKING:
    from collections.abc import Iterable

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS: dict[Type, st.SearchStrategy[Any]] = {
    INT: st.integers(-(2**63), 2**63 - 1),
    FLOAT: st.floats(allow_nan=False),
    BOOL: st.booleans(),
    STR: TEXT,
    BYTES: st.binary(max_size=12),
}
TYPES = st.recursive(st.sampled_from(list(SCALARS)), lambda inner: inner.map(ListType), max_leaves=3)
"""Types that JSON holds as they are."""
POINT, PAIR = NamedType("Point"), NamedType("Pair")
CLASSES = (
    Definition("Point", "dataclass", (Field("x", INT), Field("flag", BOOL), Field("note", union([STR, NONE])))),
    Definition("Pair", "namedtuple", (Field("at", POINT), Field("ys", ListType(FLOAT)))),
)
KEYS: st.SearchStrategy[Type] = st.recursive(
    st.sampled_from([INT, BOOL, STR, BYTES]),
    lambda inner: st.lists(inner, min_size=1, max_size=3).map(lambda items: TupleType(tuple(items))),
    max_leaves=3,
)


def _grown(inner: st.SearchStrategy[Type], *, native: bool) -> st.SearchStrategy[Type]:
    elsewhere = [] if native else [inner.map(lambda item: TupleType((), item)), KEYS.map(FrozenSetType)]
    return st.one_of(
        *elsewhere,
        inner.map(ListType),
        inner.map(lambda item: union([item, NONE])),
        st.lists(inner, min_size=1, max_size=4).map(lambda items: TupleType(tuple(items))),
        st.builds(DictType, KEYS, inner),
        KEYS.map(SetType),
    )


EVERY = st.recursive(st.sampled_from([*SCALARS, POINT, PAIR]), lambda inner: _grown(inner, native=False), max_leaves=4)
"""All types that are lowered."""
NATIVE = st.recursive(st.sampled_from([*SCALARS, POINT, PAIR]), lambda inner: _grown(inner, native=True), max_leaves=5)
"""Those that native cells take and give."""
CELL = """from dataclasses import dataclass
from typing import Literal, NamedTuple

@dataclass
class Point:
    x: int
    flag: bool
    note: str | None

class Pair(NamedTuple):
    at: Point
    ys: list[float]

"""
"""A cell with the classes."""


def of_type(type_: Type) -> st.SearchStrategy[Any]:
    match type_:
        case ListType(item):
            return st.lists(of_type(item), max_size=4)
        case TupleType(items, None):
            return st.tuples(*map(of_type, items))
        case TupleType(_, rest) if rest is not None:
            return st.lists(of_type(rest), max_size=4).map(tuple)
        case UnionType((item, _)):
            return st.none() | of_type(item)
        case DictType(key, item):
            return st.dictionaries(of_type(key), of_type(item), max_size=4)
        case SetType(item):
            return st.sets(of_type(item), max_size=4)
        case FrozenSetType(item):
            return st.frozensets(of_type(item), max_size=4)
        case NamedType(name):
            (found,) = [definition for definition in CLASSES if definition.name == name]
            names = [field.name for field in found.fields]
            return st.tuples(*[of_type(field.type) for field in found.fields]).map(
                lambda given: values.Record(
                    name, dict(zip(names, given, strict=True)), is_tuple=found.kind == "namedtuple"
                )
            )
    return SCALARS[type_]


def typed(types: st.SearchStrategy[Type] = EVERY) -> st.SearchStrategy[tuple[Type, Any]]:
    return types.flatmap(lambda type_: of_type(type_).map(lambda value: (type_, value)))


def signature_of(types: Iterable[Type], result: Type = INT) -> Signature:
    return Signature(tuple(Parameter(f"p{i}", type_) for i, type_ in enumerate(types)), result, CLASSES)
