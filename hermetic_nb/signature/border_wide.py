"""Which Python values each interface type holds in the python and pure tiers.

Ints have any size and texts any characters. How much a value may differ from its type is a level: not at all (`EXACT`); an int
may stand for the float that it is (`NEAR`); of results also a bool for an int (`RESULT`); of arguments what JSON and numpy have
instead (`ARGUMENT`): lists for tuples and sets, dicts for records, names for members of enums, arrays for lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.signature import border_scalars
from hermetic_nb.signature.border_any import SCALARS, plain
from hermetic_nb.signature.border_arrays import fit_array_wide
from hermetic_nb.signature.border_named import given_fields, member
from hermetic_nb.signature.border_scalars import ARGUMENT, EXACT, NEAR, RESULT, sequence
from hermetic_nb.signature.misfit import MisfitError, shown
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
    from collections.abc import Callable, Iterable, Sequence

    from hermetic_nb.signature.definitions import Definition
    from hermetic_nb.signature.types import Type

KINDS: Final[dict[type, type]] = {
    IntType: int,
    FloatType: float,
    BoolType: bool,
    StrType: str,
    BytesType: bytes,
    NoneType: type(None),
}
"""The one Python type of the values of a type, of the types that have one and hold nothing."""

_LEVELS: Final = ((EXACT,), (EXACT, NEAR), (EXACT, NEAR, RESULT), (EXACT, NEAR, ARGUMENT))
"""For each level those at which the members of a union are tried."""


class Wide:
    """Fits values to types; ``definitions`` are the classes that the types name.

    `fit` raises MisfitError, and what a value's own methods raise.
    """

    def __init__(self, definitions: Iterable[Definition]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._tried: dict[tuple[int, Type, int], tuple[Any, Any, MisfitError | None]] = {}
        """What became of a value that was tried for a union's member: without it, unions in unions cost exponential time.
        The value itself is kept, so that no other gets its id."""

    def fit(self, wanted: Type, value: Any, level: int) -> Any:
        """The value as exactly this type, nothing of it shared with the caller's if that can change."""
        if type(value) is KINDS.get(type(wanted)):
            return value
        return _FIT[type(wanted)](self, wanted, value, level)

    # ---------------------------------------------------------------- rows

    def fit_list(self, wanted: ListType, value: Any, level: int) -> list[Any]:
        """A list."""
        if level < ARGUMENT and type(value) is not list:
            raise MisfitError(wanted, value)
        return self._items(wanted.item, sequence(wanted, wanted.item, value), level)

    def _items(self, item: Type, value: Sequence[Any], level: int) -> list[Any]:
        exact = KINDS.get(type(item))
        if exact is not None and {exact}.issuperset(map(type, value)):
            return list(value)
        return [self.inner(item, element, level, "[{}]", index) for index, element in enumerate(value)]

    def fit_tuple(self, wanted: TupleType, value: Any, level: int) -> tuple[Any, ...]:
        """A tuple; a named tuple is one too, except where nothing may differ."""
        if level >= RESULT and isinstance(value, Record) and value._is_tuple_:
            value = tuple(value._asdict().values())
        if level < ARGUMENT and type(value) is not tuple:
            raise MisfitError(wanted, value)
        row = sequence(wanted, wanted.rest, value)
        if wanted.rest is not None:
            return tuple(self._items(wanted.rest, row, level))
        if len(row) != len(wanted.items):
            raise MisfitError(wanted, value, f"{len(row)} items, and {wanted} is declared")
        return tuple(
            self.inner(item, element, level, "[{}]", index)
            for index, (item, element) in enumerate(zip(wanted.items, row, strict=True))
        )

    def fit_set(self, wanted: SetType | FrozenSetType, value: Any, level: int) -> Any:
        """A set or frozenset."""
        kind: type[set[Any] | frozenset[Any]] = set if isinstance(wanted, SetType) else frozenset
        if type(value) is not kind and (level < ARGUMENT or not isinstance(value, (set, frozenset, list, tuple))):
            raise MisfitError(wanted, value)
        fitted, errors = [], []
        for item in value:
            try:
                fitted.append(self.fit(wanted.item, item, level))
            except MisfitError as error:
                errors.append(error.within(" item"))
        if errors:  # a set has no order: of several the same one each time
            raise min(errors, key=lambda error: error.of_result(wanted))
        return _hashed(kind, fitted, wanted, value)

    def fit_dict(self, wanted: DictType, value: Any, level: int) -> dict[Any, Any]:
        """A dict in its own order."""
        if type(value) is not dict and (level < ARGUMENT or not isinstance(value, Mapping)):
            raise MisfitError(wanted, value)
        pairs = [
            (
                self.inner(wanted.key, key, level, " key {}", key),
                self.inner(wanted.item, item, level, "[{}]", key),
            )
            for key, item in value.items()
        ]
        return _hashed(dict, pairs, wanted, value)  # type: ignore[no-any-return]

    def inner(self, wanted: Type, value: Any, level: int, step: str, key: Any) -> Any:
        """A value inside of another, where ``step`` with the key leads to it."""
        try:
            return self.fit(wanted, value, level)
        except MisfitError as error:
            raise error.within(step.format(shown(key))) from None

    # ---------------------------------------------------------------- choices

    def fit_union(self, wanted: UnionType, value: Any, level: int) -> Any:
        """The first member that holds the value as it is; else the first that holds it with the least change."""
        if value is None and NONE in wanted.members:
            return None
        errors: list[MisfitError] = []
        for tried in _LEVELS[level]:
            errors.clear()
            for choice in wanted.members:
                found, error = self._try(choice, value, tried)
                if error is None:
                    return found
                errors.append(error)
        told = [error for error in errors if error.path or error.said]
        if told:
            raise max(told, key=lambda error: len(error.path)).copy()  # it may be told again, from another place
        raise MisfitError(wanted, value)

    def _try(self, choice: Type, value: Any, level: int) -> tuple[Any, MisfitError | None]:
        is_plain = type(value) in SCALARS
        key = (id(value), choice, level)
        if not is_plain and (known := self._tried.get(key)) is not None:
            return known[1:]
        fitted, error = None, None
        try:
            fitted = self.fit(choice, value, level)
        except MisfitError as misfit:
            error = misfit
        if not is_plain:
            self._tried[key] = (value, fitted, error)
        return fitted, error

    def fit_literal(self, wanted: LiteralType, value: Any, level: int) -> Any:
        """One of the values, of the same type."""
        given = plain(value) if level == ARGUMENT else value
        for allowed in wanted.values:
            if type(given) is type(allowed) and given == allowed:
                return allowed
        if type(given) in SCALARS:
            choices = str(wanted).removeprefix("Literal[").removesuffix("]")
            raise MisfitError(wanted, value, f"{shown(given)} is not one of {choices[:100]}")
        raise MisfitError(wanted, value)

    def fit_any(self, wanted: AnyType, value: Any, level: int) -> Any:  # noqa: ARG002 (one shape for all)
        """Whatever has a wire form."""
        return plain(value)

    # ---------------------------------------------------------------- the cell's classes

    def fit_named(self, wanted: NamedType, value: Any, level: int) -> Any:
        """An instance of a class of the cell."""
        definition = self._definitions[wanted.name]
        if definition.kind == "enum":
            return member(wanted, definition, value, level)
        given = given_fields(wanted, definition, value, level)
        fields = {field.name: field for field in definition.fields}
        for name in given:
            if name not in fields:
                raise MisfitError(
                    wanted,
                    value,
                    f"{wanted} has no field {name if type(name) is str and name.isidentifier() else shown(name)}",
                )
        absent = [field.name for field in definition.fields if field.is_required and field.name not in given]
        if absent:
            raise MisfitError(wanted, value, f"{wanted} needs {', '.join(absent)}")
        order = given if definition.kind == "typeddict" else [name for name in fields if name in given]
        fitted: dict[str, Any] = {}
        for name in order:
            try:
                fitted[name] = self.fit(fields[name].type, given[name], level)
            except MisfitError as error:
                raise error.within(f".{name}") from None
        if definition.kind == "typeddict":
            return fitted
        return Record(wanted.name, fitted, is_tuple=definition.kind == "namedtuple")


def _hashed(kind: type, items: Iterable[Any], wanted: Type, value: Any) -> Any:
    try:
        return kind(items)
    except TypeError:
        raise MisfitError(wanted, value, "it holds what cannot be hashed") from None


_FIT: Final[dict[type, Callable[[Wide, Any, Any, int], Any]]] = {
    IntType: lambda _, *given: border_scalars.integer(*given),
    FloatType: lambda _, *given: border_scalars.real(*given),
    BoolType: lambda _, *given: border_scalars.boolean(*given),
    StrType: lambda _, *given: border_scalars.text(*given),
    BytesType: lambda _, *given: border_scalars.octets(*given),
    NoneType: lambda _, *given: border_scalars.nothing(*given),
    ListType: Wide.fit_list,
    ArrayType: lambda _, wanted, value, __: fit_array_wide(wanted, value),
    TupleType: Wide.fit_tuple,
    SetType: Wide.fit_set,
    FrozenSetType: Wide.fit_set,
    DictType: Wide.fit_dict,
    UnionType: Wide.fit_union,
    LiteralType: Wide.fit_literal,
    AnyType: Wide.fit_any,
    NamedType: Wide.fit_named,
}
