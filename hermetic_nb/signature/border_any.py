"""Whatever has a wire form, as the values that a tool gets of it (see `values`)."""

from __future__ import annotations

import dataclasses
import enum
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.signature.misfit import MisfitError, shown
from hermetic_nb.signature.types import ANY
from hermetic_nb.values import Member, Record

if TYPE_CHECKING:
    from collections.abc import Callable

SCALARS: Final = frozenset({int, float, bool, str, bytes, type(None)})


def plain(value: Any) -> Any:
    """A copy of the value in the types that the wire gives back. Raises MisfitError on what has no wire form.

    Numbers and arrays of numpy become Python's; instances of dataclasses, named tuples and enums become records and members.
    """
    kind = type(value)
    if kind in SCALARS:
        return value
    if isinstance(value, enum.Enum):
        return Member(kind.__name__, str(value._name_), plain(value._value_))
    if kind is Member:
        return value
    if (found := fields_of(value)) is not None:
        name, fields, is_tuple = found
        return Record(name, {field: _inner(item, f".{field}") for field, item in fields.items()}, is_tuple=is_tuple)
    for base, copy in _COPIES.items():
        if issubclass(kind, base):
            return copy(value)
    return _of_array(value)


def fields_of(value: Any) -> tuple[str, dict[str, Any], bool] | None:
    """The class's name, the fields, and whether it is a named tuple, of an instance of a record; else None."""
    kind = type(value)
    if isinstance(value, Record):
        return value._name_, value._asdict(), value._is_tuple_
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return kind.__name__, dict(zip(kind._fields, tuple.__iter__(value), strict=True)), True
    if hasattr(kind, "__dataclass_fields__"):
        return kind.__name__, {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}, False
    return None


def _list(value: Any) -> list[Any]:
    if SCALARS.issuperset(map(type, value)):
        return list(value)
    return [_inner(item, f"[{index}]") for index, item in enumerate(value)]


def _inner(value: Any, step: str) -> Any:
    try:
        return plain(value)
    except MisfitError as error:
        raise error.within(step) from None


def _of_array(value: Any) -> Any:
    """What numpy's arrays and scalars, and other buffers, hold."""
    if isinstance(value, (memoryview, bytearray)):
        return bytes(value)
    tolist = getattr(value, "tolist", None)
    if isinstance(value, type) or not callable(tolist):
        raise MisfitError(ANY, value, f"a tool's values cannot hold {type(value).__name__}")
    held = tolist()
    if type(held) not in {list, *SCALARS}:
        raise MisfitError(ANY, value, f"a tool's values cannot hold {type(held).__name__}")
    return plain(held)


_COPIES: Final[dict[type, Callable[[Any], Any]]] = {
    list: lambda value: _list(list.__getitem__(value, slice(None))),
    tuple: lambda value: tuple(_list(tuple.__getitem__(value, slice(None)))),
    dict: lambda value: {
        _inner(key, f" key {shown(key)}"): _inner(item, f"[{shown(key)}]")
        for key, item in zip(dict.keys(value), dict.values(value), strict=True)
    },
    set: lambda value: {_inner(item, " item") for item in set.__iter__(value)},
    frozenset: lambda value: frozenset(_inner(item, " item") for item in frozenset.__iter__(value)),
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    bytes: lambda value: bytes(memoryview(value)),
    range: list,
}
