"""Values -> wire data."""

from __future__ import annotations

import base64
import dataclasses
import enum
import json
import math
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.values.numbers import EXACT, write_int
from hermetic_nb.values.records import Member, Record

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH: Final = 200
"""Nesting beyond this is refused rather than left to the stack."""


def text(data: Any) -> str:
    """The one text of wire data. Raises ValueError when nested too deep."""
    try:
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    except RecursionError:
        raise ValueError("nested too deep") from None


def write(value: Any, depth: int) -> Any:
    """The wire data of a value that stands this deep. Raises TypeError and ValueError."""
    kind = type(value)
    if kind is str:
        return value if _is_unicode(value) else {"$str": value.encode("utf-8", "surrogatepass").hex()}
    if value is None or kind is bool:
        return value
    if kind is int:
        return value if -EXACT <= value <= EXACT else {"$int": write_int(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    if kind is list:
        return _items(value, depth)
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") and _is_unicode(key) for key in value):
            return {key: write(item, depth + 1) for key, item in value.items()}
        return {"$dict": [[write(key, depth + 1), write(item, depth + 1)] for key, item in value.items()]}
    if kind is tuple:
        return {"$tuple": _items(value, depth)}
    if kind in {bytes, bytearray}:
        return {"$bytes": base64.b64encode(value).decode()}
    if kind in {set, frozenset}:
        items = sorted((write(item, depth + 1) for item in value), key=text)
        return {"$set" if kind is set else "$frozenset": items}
    return _write_instance(value, kind, depth)


def _write_instance(value: Any, kind: type, depth: int) -> Any:
    """What is of no built-in type itself: records, enum members, and instances of subclasses."""
    if kind is Member:
        return {"$member": [value.enum, value.name, write(value.value, depth + 1)]}
    if isinstance(value, enum.Enum):
        # What the class gave it, not what a property of the class makes of it; a flag may have no name.
        name: Any = value._name_
        if not (isinstance(name, str) and _is_unicode(name)):
            raise TypeError(f"a tool's values cannot hold a {kind.__name__} without a name")
        return {"$member": [kind.__name__, name, write(value._value_, depth + 1)]}
    if isinstance(value, Record):
        tag, name, fields = "$namedtuple" if value._is_tuple_ else "$record", value._name_, value._asdict()
    elif issubclass(kind, tuple) and hasattr(kind, "_fields"):
        tag, name, fields = "$namedtuple", kind.__name__, dict(zip(kind._fields, tuple.__iter__(value), strict=True))
    elif hasattr(kind, "__dataclass_fields__"):
        tag, name, fields = "$record", kind.__name__, _fields_of(value)
    else:
        plain = next((plain for base, plain in _PLAIN.items() if issubclass(kind, base)), None)
        if plain is None:
            raise TypeError(f"a tool's values cannot hold {kind.__name__}")
        return write(plain(value), depth)
    if not name.isidentifier():
        raise TypeError(f"a tool's values cannot hold a record of a class named {name!r}")
    return {tag: [name, {field: write(item, depth + 1) for field, item in fields.items()}]}


def _fields_of(value: Any) -> dict[str, Any]:
    try:
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    except AttributeError as error:
        raise TypeError(f"a tool's values cannot hold a {type(value).__name__} with a field that is not set") from error


_PLAIN: Final[dict[type, Callable[[Any], Any]]] = {
    str: str.__str__,
    int: int.__int__,
    float: float.__float__,
    bytes: lambda value: bytes(memoryview(value)),
    bytearray: lambda value: bytes(memoryview(value)),
    list: lambda value: list.__getitem__(value, slice(None)),
    tuple: lambda value: tuple.__getitem__(value, slice(None)),
    dict: lambda value: dict(zip(dict.keys(value), dict.values(value), strict=True)),
    set: lambda value: set(set.__iter__(value)),
    frozenset: lambda value: frozenset(frozenset.__iter__(value)),
}
"""The built-in value inside an instance of a subclass, not what its own methods make of it."""


def _items(values: Any, depth: int) -> list[Any]:
    # Long flat lists are the common large case: one pass in C decides that nothing needs a tag.
    kinds = set(map(type, values))
    if kinds <= {bool} or (kinds <= {float} and all(map(math.isfinite, values))):
        return list(values)
    if kinds == {int} and -EXACT <= min(values) and max(values) <= EXACT:
        return list(values)
    if kinds == {str} and all(map(str.isascii, values)):
        return list(values)
    return [write(item, depth + 1) for item in values]


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
