"""The wire form of values: JSON with tags, so that a value comes back as the Python value it was.

One text per value: no white space, dicts in insertion order (order is part of a value), floats by shortest repr and
always with ``.`` or ``e``, -0.0 kept. What JSON lacks is an object with one key that begins with ``$``:

    {"$int": "9007199254740993"}     an int beyond 2**53; beyond 4300 digits in hex, as "0x..."
    {"$float": "nan"|"inf"|"-inf"}
    {"$bytes": "<base64>"}   {"$tuple": [...]}   {"$set": [...]}  sorted by encoding   {"$frozenset": [...]}
    {"$dict": [[key, value], ...]}   keys that are not str, or a str key that begins with "$"
    {"$str": "<surrogatepass UTF-8 as hex>"}   a str with lone surrogates, which UTF-8 cannot carry
    {"$record": [class name, {field: value}]}   {"$namedtuple": [...]}  alike   {"$member": [enum, name, value]}

Instances of a cell's classes are written by what they are (dataclass, named tuple, enum member) and read as `Record` and
`Member`, because the class itself exists only inside the tool. Instances of subclasses of the built-in types (a Counter,
a defaultdict) are written as that type. This is our own form, not RFC 8785 (which has no such tags and spells 1.0 as 1).

Standard library only: this package runs on the host and inside the runner.
"""

from __future__ import annotations

import json
from typing import Any

from hermetic_nb.values import reading, writing
from hermetic_nb.values.numbers import EXACT
from hermetic_nb.values.records import Member, Record
from hermetic_nb.values.writing import MAX_DEPTH, text

__all__ = ["EXACT", "MAX_DEPTH", "Member", "Record", "decode", "encode", "from_wire", "text", "to_wire"]


def encode(value: Any) -> str:
    """The wire text of a value. Raises TypeError on a value that has no wire form, ValueError when nested too deep."""
    return text(to_wire(value))


def decode(text: str | bytes) -> Any:
    """The value of a wire text. Raises ValueError."""
    try:
        return from_wire(json.loads(text, parse_constant=_refuse_constant))
    except RecursionError:
        raise ValueError("nested too deep") from None


def to_wire(value: Any) -> Any:
    """The value as JSON data with tags; see `encode`."""
    try:
        return writing.write(value, 0)
    except RecursionError:
        raise ValueError("nested too deep") from None


def from_wire(data: Any) -> Any:
    """The value of JSON data with tags. Raises ValueError."""
    try:
        return reading.read(data, 0)
    except RecursionError:
        raise ValueError("nested too deep") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
