"""The wire form of values: JSON with tags, so that a value comes back as the Python value it was.

One text per value: no white space, dicts in insertion order (order is part of a value), floats by shortest repr and
always with ``.`` or ``e``, -0.0 kept. What JSON lacks is an object with one key that begins with ``$``:

    {"$int": "9007199254740993"}     an int beyond 2**53
    {"$float": "nan"|"inf"|"-inf"}
    {"$bytes": "<base64>"}   {"$tuple": [...]}   {"$set": [...]}  sorted by encoding   {"$frozenset": [...]}
    {"$dict": [[key, value], ...]}   keys that are not str, or a str key that begins with "$"
    {"$str": "<surrogatepass UTF-8 as hex>"}   a str with lone surrogates, which UTF-8 cannot carry

This is our own form, not RFC 8785 (which has no such tags and spells 1.0 as 1).
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any, Final

EXACT: Final = 1 << 53
"""Ints up to this magnitude survive readers that hold numbers as floats (RFC 8259, section 6)."""
MAX_DEPTH: Final = 200
"""Nesting beyond this is refused rather than left to the stack."""

_TAGS: Final = frozenset({"$int", "$float", "$bytes", "$tuple", "$set", "$frozenset", "$dict", "$str"})


def encode(value: Any) -> str:
    """The wire text of a value. Raises TypeError on a value that has no wire form, ValueError when nested too deep."""
    return text(to_wire(value))


def text(data: Any) -> str:
    """The one text of wire data."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def decode(text: str | bytes) -> Any:
    """The value of a wire text. Raises ValueError."""
    try:
        return from_wire(json.loads(text, parse_constant=_refuse_constant))
    except RecursionError:
        raise ValueError("nested too deep") from None


def to_wire(value: Any, depth: int = 0) -> Any:
    """The value as JSON data with tags; see `encode`."""
    kind = type(value)
    if kind is str:
        return value if _is_unicode(value) else {"$str": value.encode("utf-8", "surrogatepass").hex()}
    if value is None or kind is bool:
        return value
    if kind is int:
        return value if -EXACT <= value <= EXACT else {"$int": str(value)}
    if kind is float:
        return value if math.isfinite(value) else {"$float": repr(value)}
    if depth > MAX_DEPTH:
        raise ValueError("nested too deep")
    if kind is list:
        return _items(value, depth)
    if kind in {bytes, bytearray}:
        return {"$bytes": base64.b64encode(value).decode()}
    if kind is tuple:
        return {"$tuple": _items(value, depth)}
    if kind is dict:
        if all(type(key) is str and not key.startswith("$") and _is_unicode(key) for key in value):
            return {key: to_wire(item, depth + 1) for key, item in value.items()}
        return {"$dict": [[to_wire(key, depth + 1), to_wire(item, depth + 1)] for key, item in value.items()]}
    if kind in {set, frozenset}:
        items = sorted((to_wire(item, depth + 1) for item in value), key=text)
        return {"$set" if kind is set else "$frozenset": items}
    raise TypeError(f"a tool's values cannot hold {kind.__name__}")


def from_wire(data: Any) -> Any:
    """The value of JSON data with tags. Raises ValueError."""
    if type(data) is list:
        return [from_wire(item) for item in data]
    if type(data) is not dict:
        return data
    if len(data) == 1:
        ((tag, body),) = data.items()
        if tag.startswith("$"):
            return _from_tag(tag, body)
    if any(key.startswith("$") for key in data):
        raise ValueError("a key that begins with $ stands outside a tag")
    return {key: from_wire(item) for key, item in data.items()}


def _from_tag(tag: str, body: Any) -> Any:
    try:
        if tag == "$int":
            return _canonical_int(body)
        if tag == "$float":
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[body]
        if tag == "$bytes":
            return base64.b64decode(body, validate=True)
        if tag == "$str":
            return bytes.fromhex(body).decode("utf-8", "surrogatepass")
        if tag == "$dict":
            return {from_wire(key): from_wire(item) for key, item in body}
        if tag in _TAGS and type(body) is list:
            kind = {"$tuple": tuple, "$set": set, "$frozenset": frozenset}[tag]
            return kind(from_wire(item) for item in body)
    except (KeyError, TypeError, binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(f"malformed {tag}") from error
    raise ValueError(f"unknown tag {tag}")


def _canonical_int(body: str) -> int:
    value = int(body)
    if str(value) != body:
        raise ValueError("malformed $int")
    return value


def _items(values: Any, depth: int) -> list[Any]:
    # Long flat lists are the common large case: one pass in C decides that nothing needs a tag.
    kinds = set(map(type, values))
    if kinds <= {bool} or (kinds <= {float} and all(map(math.isfinite, values))):
        return list(values)
    if kinds == {int} and -EXACT <= min(values) and max(values) <= EXACT:
        return list(values)
    return [to_wire(item, depth + 1) for item in values]


def _is_unicode(text: str) -> bool:
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
