"""Which Python values the types of the python and pure tiers hold: all that annotations can say, ints of any size."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, cast

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError
from hermetic_nb.signature import border_native as native
from hermetic_nb.signature.types import (
    AnyType,
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

_EXACT: Final = {
    IntType: int,
    FloatType: float,
    BoolType: bool,
    StrType: str,
    BytesType: bytes,
    ListType: list,
    DictType: dict,
    SetType: set,
    FrozenSetType: frozenset,
    TupleType: tuple,
    NoneType: type(None),
}


class Wide:
    """Fits values to types; ``definitions`` are the classes that the types name.

    Strict is for results: only what is exactly of the type, but an int where a float is declared and holds it.
    """

    def __init__(self, definitions: Sequence[Definition], *, is_strict: bool = False) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._is_strict = is_strict

    def fit(self, wanted: Type, value: Any, where: str) -> Any:
        """The value as exactly the type, a copy where it can change. Raises ArgumentError."""
        return _FIT[type(wanted)](self, wanted, value, where)

    # ------------------------------------------------------------ one value

    def fit_any(self, _: AnyType, value: Any, where: str) -> Any:
        """Whatever has a wire form."""
        if native.view_of(value, where) is not None and hasattr(value, "tolist"):
            value = value.tolist()  # an array, or a number of numpy's
        try:
            return values.from_wire(values.to_wire(value))
        except (TypeError, ValueError, RecursionError) as error:
            raise ArgumentError(f"argument {where!r}: {error}") from None

    def fit_none(self, wanted: NoneType, value: Any, where: str) -> None:
        """None."""
        if value is not None:
            raise native.refuse(wanted, value, where)

    def fit_int(self, wanted: IntType, value: Any, where: str) -> int:
        """An int of any size."""
        if type(value) is int:
            return value
        if isinstance(value, bool):
            if self._is_strict:
                return int(value)
            raise native.refuse(wanted, value, where, "write int(...) around it")
        if isinstance(value, int):
            return int.__int__(value)
        return self.fit_int(wanted, native.scalar(wanted, value, where), where)

    def fit_float(self, wanted: FloatType, value: Any, where: str) -> float:
        """A float; an int that is exactly one."""
        return native.fit_float(wanted, value, where, packed=False)

    def fit_bool(self, wanted: BoolType, value: Any, where: str) -> bool:
        """A bool."""
        return native.fit_bool(wanted, value, where, packed=False)

    def fit_str(self, wanted: StrType, value: Any, where: str) -> str:
        """A str, halves of characters included."""
        if type(value) is str:
            return value
        if not isinstance(value, str):
            raise native.refuse(wanted, value, where)
        return str.__str__(value)

    def fit_bytes(self, wanted: BytesType, value: Any, where: str) -> bytes:
        """Bytes, or a buffer of them."""
        return native.fit_bytes(wanted, value, where, packed=False)

    def fit_literal(self, wanted: LiteralType, value: Any, where: str) -> Any:
        """One of the listed values."""
        for known in wanted.values:
            if type(known) is type(value) and known == value:
                return known
        raise ArgumentError(f"argument {where!r} is declared {wanted}, and is none of these")

    def fit_union(self, wanted: UnionType, value: Any, where: str) -> Any:
        """The member that is exactly the value's type, else the first that holds it."""
        exact = [member for member in wanted.members if _EXACT.get(type(member)) is type(value)]
        for member in dict.fromkeys([*exact, *wanted.members]):
            try:
                return self.fit(member, value, where)
            except ArgumentError:
                continue
        raise native.refuse(wanted, value, where)

    # ------------------------------------------------------------ several

    def fit_list(self, wanted: ListType, value: Any, where: str) -> list[Any]:
        """A list of fitted items."""
        return self._row(wanted.item, self._sequence(wanted, value, where, (list, tuple, range)), where)

    def fit_tuple(self, wanted: TupleType, value: Any, where: str) -> tuple[Any, ...]:
        """A tuple of fitted items."""
        row = self._sequence(wanted, value, where, (tuple, list))
        if wanted.rest is not None:
            return tuple(self._row(wanted.rest, row, where))
        if len(row) != len(wanted.items):
            raise ArgumentError(f"argument {where!r} is declared {wanted}, and has {len(row)} items")
        return tuple(
            [
                self.fit(kind, item, f"{where}[{n}]")
                for n, (kind, item) in enumerate(zip(wanted.items, row, strict=True))
            ]
        )

    def fit_set(self, wanted: SetType, value: Any, where: str) -> set[Any]:
        """A set of fitted items."""
        return set(self._members(wanted, wanted.item, value, where))

    def fit_frozenset(self, wanted: FrozenSetType, value: Any, where: str) -> frozenset[Any]:
        """A frozenset of fitted items."""
        return frozenset(self._members(wanted, wanted.item, value, where))

    def fit_dict(self, wanted: DictType, value: Any, where: str) -> dict[Any, Any]:
        """A dict of fitted keys and items, in its order."""
        if not isinstance(value, Mapping):
            raise native.refuse(wanted, value, where)
        try:
            return {
                self.fit(wanted.key, key, f"{where} key {_key(key)}"): self.fit(
                    wanted.item, item, f"{where}[{_key(key)}]"
                )
                for key, item in value.items()
            }
        except TypeError as error:
            if isinstance(error, ArgumentError):
                raise
            raise ArgumentError(f"argument {where!r}: a key cannot be hashed") from None

    def _sequence(self, wanted: Type, value: Any, where: str, kinds: tuple[type, ...]) -> Sequence[Any]:
        if self._is_strict:
            if type(value) is not kinds[0]:
                raise native.refuse(wanted, value, where)
        elif not isinstance(value, kinds):
            view = native.view_of(value, where)
            if view is None:
                raise native.refuse(
                    wanted, value, where, "write list(...) around it" if hasattr(value, "__iter__") else ""
                )
            return native.array_items(view, value, wanted, where)
        return cast("Sequence[Any]", value)

    def _row(self, item: Type, row: Sequence[Any], where: str) -> list[Any]:
        if isinstance(row, range) and row[native.LONGEST :]:
            raise ArgumentError(f"argument {where!r} has more than {native.LONGEST} items")
        plain = _PLAIN.get(type(item))
        if plain is not None and set(map(type, row)) <= {plain}:
            return list(row)
        return [self.fit(item, element, f"{where}[{index}]") for index, element in enumerate(row)]

    def _members(self, wanted: Type, item: Type, value: Any, where: str) -> list[Any]:
        own = _EXACT[type(wanted)]
        kinds = (own,) if self._is_strict else (set, frozenset, list, tuple)
        if not isinstance(value, kinds):
            raise native.refuse(wanted, value, where)
        found = [self.fit(item, element, f"{where} member") for element in cast("Sequence[Any]", value)]
        try:
            hash(tuple(found))
        except TypeError:
            raise ArgumentError(f"argument {where!r}: a member cannot be hashed") from None
        return found

    # ------------------------------------------------------------ the cell's own classes

    def fit_named(self, wanted: NamedType, value: Any, where: str) -> Any:
        """A record, or a member of an enum."""
        definition = self._definitions[wanted.name]
        if definition.kind == "enum":
            return _member(definition, value, where)
        given = _fields_of(value, definition)
        if given is None:
            raise native.refuse(wanted, value, where)
        known = {field.name: field for field in definition.fields}
        for name in given:
            if name not in known:
                raise ArgumentError(f"argument {where!r}: {definition.name} has no field {name}")
        fitted = {
            name: self.fit(field.type, given[name], f"{where}.{name}") for name, field in known.items() if name in given
        }
        absent = [field.name for field in definition.fields if field.is_required and field.name not in fitted]
        if absent:
            raise ArgumentError(f"argument {where!r}: {definition.name} needs {', '.join(absent)}")
        if definition.kind == "typeddict":
            return fitted
        return values.Record(definition.name, fitted, is_tuple=definition.kind == "namedtuple")


def _key(key: Any) -> str:
    """A key inside of the quotes of a message."""
    return f'"{key}"' if type(key) is str else repr(key)


def _fields_of(value: Any, definition: Definition) -> Mapping[str, Any] | None:
    """The fields that a value gives by name, None where it is nothing of the kind."""
    if isinstance(value, values.Record):
        return value._asdict() if value._name_ == definition.name else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return dict(zip(value._fields, value, strict=True))
    if isinstance(value, (tuple, list)) and definition.kind == "namedtuple":
        names = [field.name for field in definition.fields]
        return dict(zip(names, value, strict=False)) if len(value) <= len(names) else None
    return value if isinstance(value, Mapping) and all(isinstance(name, str) for name in value) else None


def _member(definition: Definition, value: Any, where: str) -> values.Member:
    name = value.name if isinstance(value, (values.Member, Enum)) else value
    for member in definition.members:
        if type(name) is str and member.name == name:
            return member.to_value(definition.name)
    known = ", ".join(member.name for member in definition.members)
    raise ArgumentError(f"argument {where!r} is declared {definition.name}, which has {known}")


_PLAIN: Final = {IntType: int, FloatType: float, BoolType: bool, StrType: str}
"""Types whose values need no copy and no look at each."""
_FIT: Final[dict[type, Callable[[Wide, Any, Any, str], Any]]] = {
    AnyType: Wide.fit_any,
    NoneType: Wide.fit_none,
    IntType: Wide.fit_int,
    FloatType: Wide.fit_float,
    BoolType: Wide.fit_bool,
    StrType: Wide.fit_str,
    BytesType: Wide.fit_bytes,
    ListType: Wide.fit_list,
    DictType: Wide.fit_dict,
    SetType: Wide.fit_set,
    FrozenSetType: Wide.fit_frozenset,
    TupleType: Wide.fit_tuple,
    UnionType: Wide.fit_union,
    LiteralType: Wide.fit_literal,
    NamedType: Wide.fit_named,
}
