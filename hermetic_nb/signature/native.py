"""Which interfaces the native tier, and modules of other languages, can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.signature.border_narrow import Narrow, RangeMisfitError
from hermetic_nb.signature.border_scalars import ARGUMENT, EXACT
from hermetic_nb.signature.layouts import RECORDS, kind_of
from hermetic_nb.signature.misfit import MisfitError
from hermetic_nb.signature.types import (
    NONE,
    AnyType,
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
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hermetic_nb.signature.definitions import Definition, Field
    from hermetic_nb.signature.signature import Parameter, Signature
    from hermetic_nb.signature.types import Type

_HOLDERS: Final[dict[type, str]] = {
    ListType: "list",
    DictType: "dict",
    SetType: "set",
    FrozenSetType: "frozenset",
    TupleType: "tuple",
}
MOST_TYPES: Final = 1000
"""What one interface type may be made of, each use of a class counted."""
_KINDS: Final = {"enum": "an enum", "typeddict": "a TypedDict"}


def refusal(signature: Signature) -> str | None:
    """Why an interface is outside of the native tier: the first reason, or None where it is inside."""
    reader = _Reading(signature.definitions)
    for parameter in signature.parameters:
        if (reason := reader.of_parameter(parameter)) is not None:
            return reason
    if isinstance(signature.result, NoneType):
        return None
    return _Reading(signature.definitions, is_result=True).of_place(signature.result, "the result")


class _Reading:
    """Reads one interface."""

    def __init__(self, definitions: tuple[Definition, ...], *, is_result: bool = False) -> None:
        self._is_result = is_result
        self._definitions = {definition.name: definition for definition in definitions}
        self._sizes: dict[str, int] = {}
        """Types that each class is made of, of those that were read."""

    def of_parameter(self, parameter: Parameter) -> str | None:
        """Why a parameter is outside."""
        name = parameter.name
        if (reason := self.of_place(parameter.type, name)) is not None:
            return reason
        for record in self._records(parameter.type, set()):
            for field in record.fields:
                if not field.is_required and not self._has_default(field):
                    return f"{name} takes a {record.name} whose field {field.name} may be left out, for no constant"
        return None if parameter.default is None else self._of_default(parameter, values.decode(parameter.default))

    def _has_default(self, field: Field) -> bool:
        """Whether a field that is left out is a constant of exactly its type."""
        if field.default is None:
            return False
        try:
            Narrow(self._definitions.values()).fit(field.type, values.decode(field.default), EXACT)
        except MisfitError:
            return False
        return True

    def _of_default(self, parameter: Parameter, value: Any) -> str | None:
        if (holder := _changeable(value)) is not None:
            return f"{parameter.name} has a {holder} as default"
        try:
            Narrow(self._definitions.values()).fit(parameter.type, value, ARGUMENT)
        except RangeMisfitError:
            return f"the default of {parameter.name} needs more than 64 bits"
        except MisfitError as error:
            what = "holds half of a character" if "surrogate" in error.said else f"is no {parameter.type}"
            return f"the default of {parameter.name} {what}"
        return None

    def of_place(self, declared: Type, what: str) -> str | None:
        """Why the type of a parameter or of the result is outside."""
        if isinstance(declared, AnyType):
            return f"{what} has no declared type"
        why = self._of_type(declared, ())
        if why in _HOLDERS.values():
            return f"{what} does not say what its {why} holds"
        if why is None and self._size(declared) > MOST_TYPES:
            why = f"it is made of more than {MOST_TYPES} types"
        return None if why is None else f"{declared} is not a type of the native tier{why and ': '}{why}"

    def _of_type(self, type_: Type, within: tuple[str, ...]) -> str | None:
        """What of a type is outside: empty where it is the whole, a kind of row that holds anything, or a reason."""
        match type_:
            case IntType() | FloatType() | BoolType() | StrType() | BytesType() | ArrayType():
                return None
            case NoneType():
                return "None is a result, or one of two" if within else ""
            case UnionType(members):
                inner = [member for member in members if member != NONE]
                if len(inner) == len(members) or len(inner) > 1:
                    return f"{type_} is a choice of types"
                return self._of_type(inner[0], within)
            case LiteralType():
                return self._of_literal(type_)
            case NamedType(name):
                return self._of_class(name, within)
            case TupleType((), None):
                return "an empty tuple holds nothing"
        return self._of_row(type_, within)

    def _of_literal(self, type_: LiteralType) -> str | None:
        if self._is_result:
            return f"a result is not checked to be {type_}"
        if (kind := kind_of(type_)) is None:
            return f"{type_} is a choice of values of several types"
        try:
            for value in type_.values:
                Narrow(()).fit(kind, value, ARGUMENT)
        except MisfitError:
            return f"{type_} is a choice of values that native code does not hold"
        return None

    def _of_class(self, name: str, within: tuple[str, ...]) -> str | None:
        definition = self._definitions[name]
        if definition.kind not in RECORDS:
            return f"{name} is {_KINDS[definition.kind]}"
        if name in within:
            return f"{name} holds itself"
        if name in self._sizes:
            return None
        if not definition.fields:
            return f"{name} has no fields"
        for field in definition.fields:
            if isinstance(field.type, AnyType):
                return f"the field {field.name} of {name} has no declared type"
            if (why := self._of_type(field.type, (*within, name))) is not None:
                return f"the field {field.name} of {name} holds any {why}" if why in _HOLDERS.values() else why
        self._sizes[name] = 1 + sum(self._size(field.type) for field in definition.fields)
        return None

    def _size(self, type_: Type) -> int:
        """Types that a type is made of, of those whose classes were read."""
        return self._sizes[type_.name] if isinstance(type_, NamedType) else 1 + sum(map(self._size, _held(type_)))

    def _of_row(self, type_: Type, within: tuple[str, ...]) -> str | None:
        for item in _held(type_):
            if isinstance(item, AnyType):
                return _HOLDERS[type(type_)]
            if (why := self._of_type(item, (*within, ""))) is not None:
                return why
        match type_:
            case DictType(key, _) | SetType(key) | FrozenSetType(key):
                return None if _may_be_key(key) else f"{key} is no key of a dict or set here"
        return None

    def _records(self, type_: Type, seen: set[str]) -> Iterator[Definition]:
        """The classes that values of a type hold, each once."""
        if isinstance(type_, NamedType) and type_.name not in seen:
            seen.add(type_.name)
            definition = self._definitions[type_.name]
            yield definition
            for field in definition.fields:
                yield from self._records(field.type, seen)
        for item in _held(type_):
            yield from self._records(item, seen)


def _held(type_: Type) -> tuple[Type, ...]:
    match type_:
        case ListType(item) | SetType(item) | FrozenSetType(item):
            return (item,)
        case DictType(key, item):
            return (key, item)
        case TupleType(items, rest):
            return items if rest is None else (rest,)
        case UnionType(members):
            return members
    return ()


def _may_be_key(type_: Type) -> bool:
    # A float may be NaN, which is no key twice or is, by where it came from.
    if isinstance(type_, TupleType):
        return type_.rest is None and all(map(_may_be_key, type_.items))
    return isinstance(type_, IntType | BoolType | StrType | BytesType | LiteralType)


def _changeable(value: Any) -> str | None:
    """The kind of something in a value that could change."""
    if isinstance(value, list | dict | set):
        return type(value).__name__
    if isinstance(value, Record):
        value = tuple(value._asdict().values())
    if isinstance(value, tuple):
        return next((found for item in value if (found := _changeable(item)) is not None), None)
    return None
