"""Instances of the cell's classes: made of records where they come in, made records where they go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb.signature.border_any import fields_of
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def instances(value: Any, namespace: Mapping[str, Any]) -> Any:
    """The value with its records made instances of the classes of their names. Raises what the classes raise."""

    def made(value: Any) -> Any:
        if isinstance(value, Record):
            return namespace[value._name_](**{name: made(item) for name, item in value._asdict().items()})
        return _inside(value, made)

    return made(value)


def records(value: Any) -> Any:
    """The value with its instances of dataclasses and named tuples made records."""
    found = fields_of(value)
    if found is None:
        return _inside(value, records)
    name, fields, is_tuple = found
    return Record(name, {field: records(item) for field, item in fields.items()}, is_tuple=is_tuple)


def _inside(value: Any, one: Callable[[Any], Any]) -> Any:
    """The same container, of items that were made others."""
    kind = type(value)
    if kind is dict:
        return {one(key): one(item) for key, item in value.items()}
    if kind in {list, tuple, set, frozenset}:
        return kind(map(one, value))
    return value
