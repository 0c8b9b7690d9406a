"""Wire data -> values. Whatever stands in the data, nothing but ValueError is raised."""

from __future__ import annotations

import base64
from typing import Any, Final

from hermetic_nb.values.numbers import read_int
from hermetic_nb.values.records import Member, Record
from hermetic_nb.values.writing import MAX_DEPTH

_ROWS: Final[dict[str, type]] = {"$tuple": tuple, "$set": set, "$frozenset": frozenset}
_TAGS: Final = frozenset({"$int", "$float", "$bytes", "$str", "$dict", "$record", "$namedtuple", "$member", *_ROWS})


def read(data: Any, depth: int) -> Any:
    """The value of wire data that stands this deep. Raises ValueError."""
    kind = type(data)
    if kind is list:
        return _read_items(data, depth)
    if kind is not dict:
        return data
    if len(data) == 1:
        ((tag, body),) = data.items()
        if tag.startswith("$"):
            return _read_tag(tag, body, depth)
    _check(depth)
    if any(key.startswith("$") for key in data):
        raise ValueError("a key that begins with $ stands outside a tag")
    return {key: read(item, depth + 1) for key, item in data.items()}


def _read_items(data: list[Any], depth: int) -> list[Any]:
    _check(depth)
    if {list, dict}.isdisjoint(map(type, data)):
        return list(data)
    return [read(item, depth + 1) for item in data]


def _read_tag(tag: str, body: Any, depth: int) -> Any:
    try:
        match tag, body:
            case "$int", str():
                return read_int(body)
            case "$float", "nan" | "inf" | "-inf":
                return float(body)
            case "$bytes", str():
                return base64.b64decode(body, validate=True)
            case "$str", str():
                return bytes.fromhex(body).decode("utf-8", "surrogatepass")
            case "$tuple" | "$set" | "$frozenset", list():
                return _ROWS[tag](_read_items(body, depth))
            case "$dict", list():
                _check(depth)
                return dict([_pair(pair, depth + 1) for pair in body])
            case "$record" | "$namedtuple", [str(name), dict(fields)]:
                _check(depth)
                inner = {field: read(item, depth + 1) for field, item in fields.items()}
                return Record(name, inner, is_tuple=tag == "$namedtuple")
            case "$member", [str(owner), str(name), value]:
                _check(depth)
                return Member(owner, name, read(value, depth + 1))
    except TypeError as error:  # what cannot be hashed, as a key or in a set
        raise ValueError(f"malformed {tag}") from error
    raise ValueError(f"malformed {tag}" if tag in _TAGS else f"unknown tag {tag[:40]}")


def _pair(pair: Any, depth: int) -> tuple[Any, Any]:
    match pair:
        case [key, item]:
            return read(key, depth), read(item, depth)
    raise ValueError("malformed $dict")


def _check(depth: int) -> None:
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
