"""The interface's types as static types: what parameters are, and which results can be brought to what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature import types as s
from hermetic_nb.signature.layouts import kind_of
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    Cell,
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    Type,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hermetic_nb.signature import Definition, Signature
    from hermetic_nb.toolchains.native.parse.classes import ClassDef
    from hermetic_nb.toolchains.native.types import Record

_BROUGHT: Final = {(BOOL, INT), (INT, FLOAT), (NUM, FLOAT), (CHAR, STR)}
"""Results that become the declared type on their way out; a float must hold the int exactly (see `lowering.departures`)."""
_MAKERS: Final = ("__init__", "__post_init__")


def static_type(kind: s.Type, records: Mapping[str, Record]) -> Type:
    """The static type of an interface type; ``records`` are the classes that it may name."""
    match kind:
        case s.ListType(item):
            return ListT(Cell(static_type(item, records)))
        case s.SetType(item):
            return SetT(Cell(static_type(item, records)))
        case s.DictType(key, item):
            return DictT(Cell(static_type(key, records)), Cell(static_type(item, records)))
        case s.TupleType(_, rest) if rest is not None:
            return RowT(Cell(static_type(rest, records)))
        case s.TupleType(items):
            return TupleT(tuple(static_type(item, records) for item in items))
        case s.NoneType():
            return NONE
        case s.UnionType((s.NoneType(), item) | (item, s.NoneType())):
            return OptionT(static_type(item, records))
        case s.LiteralType() if (plain := kind_of(kind)) is not None:
            return static_type(plain, records)
        case s.NamedType(name):
            return RecordT(records[name])
    assert isinstance(kind, s.IntType | s.FloatType | s.BoolType | s.StrType | s.BytesType | s.ArrayType), (
        "`outside` was asked"
    )
    return kind


class Interface:
    """The interface of one cell. Fields of records that it takes make room for what they are declared to hold."""

    def __init__(self, signature: Signature, records: Mapping[str, Record]) -> None:
        self._declared = signature.result
        self._definitions = {definition.name: definition for definition in signature.definitions}
        self.parameters = [static_type(parameter.type, records) for parameter in signature.parameters]
        for parameter in signature.parameters:
            for definition in _classes(parameter.type, self._definitions):
                for field in definition.fields:
                    records[definition.name].fields[field.name].widen(static_type(field.type, records))
        self.result = static_type(signature.result, records)
        """The declared result."""

    def misfit(self, kind: Type) -> str | None:
        """What of a result cannot be brought to the declared type; empty where it is the whole, None where all can."""
        return self._misfit(kind, self._declared)

    def _misfit(self, kind: Type, declared: s.Type) -> str | None:
        if kind in {BOTTOM, declared} or (kind, declared) in _BROUGHT:
            return None
        match declared:
            case s.NoneType():
                return None if kind == NONE else ""
            case s.UnionType((s.NoneType(), item) | (item, s.NoneType())):
                return None if kind == NONE else self._misfit(kind.inner if isinstance(kind, OptionT) else kind, item)
            case s.ListType(item) if isinstance(kind, ListT):
                return self._misfit(kind.item, item)
            case s.SetType(item) if isinstance(kind, SetT):
                return self._misfit(kind.item, item)
            case s.DictType(key, item) if isinstance(kind, DictT):
                return self._first((kind.key, key), (kind.item, item))
            case s.TupleType(_, rest) if rest is not None and isinstance(kind, RowT | TupleT):
                return self._first(*((item, rest) for item in parts(kind)))
            case s.TupleType(items, None) if isinstance(kind, TupleT) and len(items) == len(kind.items):
                return self._first(*zip(kind.items, items, strict=True))
            case s.NamedType(name) if isinstance(kind, RecordT) and kind.record.name == name:
                for field in self._definitions[name].fields:
                    held = kind.record.fields[field.name].item
                    if (found := self._misfit(held, field.type)) is not None:
                        return found or f"the field {field.name} of {name} is {held} where {field.type} is declared"
                return None
        return ""

    def _first(self, *pairs: tuple[Type, s.Type]) -> str | None:
        return next((found for kind, declared in pairs if (found := self._misfit(kind, declared)) is not None), None)


def outside(
    kind: s.Type, definitions: tuple[Definition, ...], classes: Mapping[str, ClassDef], *, is_result: bool
) -> str | None:
    """Why values of an interface type do not cross the border of native code; None where they do."""
    for part in _parts(kind):
        if isinstance(part, s.FrozenSetType):
            return f"a {part} is not held in native code"
    known = {definition.name: definition for definition in definitions}
    for definition in _classes(kind, known):
        made = classes.get(definition.name)
        if made is None or set(made.fields) != {field.name for field in definition.fields}:
            return f"{definition.name} has other fields than native code gives it"
        for field in definition.fields:
            if (reason := outside(field.type, definitions, classes, is_result=is_result)) is not None:
                return reason
        for method in _MAKERS:
            if method in made.methods and not is_result:
                return f"an instance of {definition.name} is made by its {method}, which the border does not call"
    return None


def _parts(kind: s.Type) -> Iterator[s.Type]:
    """A type and those that it is made of; the fields of classes left out."""
    yield kind
    match kind:
        case s.ListType(item) | s.SetType(item) | s.FrozenSetType(item):
            yield from _parts(item)
        case s.DictType(key, item):
            yield from _parts(key)
            yield from _parts(item)
        case s.TupleType(_, rest) if rest is not None:
            yield from _parts(rest)
        case s.TupleType(items) | s.UnionType(items):
            for item in items:
                yield from _parts(item)


def _classes(kind: s.Type, known: Mapping[str, Definition]) -> Iterator[Definition]:
    """The classes that values of a type hold."""
    for part in _parts(kind):
        if isinstance(part, s.NamedType):
            definition = known[part.name]
            yield definition
            for field in definition.fields:
                yield from _classes(field.type, known)
