"""Values as their bits, and whether a value is one that a script expects. No value ever is a Python float."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_WIDTHS: Final = {"i8": 8, "i16": 16, "i32": 32, "i64": 64, "f32": 32, "f64": 64}
_QUIET: Final = {32: 0x7FC00000, 64: 0x7FF8 << 48}
"""The canonical NaN without its sign: the exponent's bits and the highest one of the significand."""
_SORTS: Final = {
    "funcref": {"funcref"},
    "externref": {"externref"},
    "exnref": {"exnref"},
    "i31ref": {"i31ref", "eqref", "anyref"},
    "structref": {"structref", "eqref", "anyref"},
    "arrayref": {"arrayref", "eqref", "anyref"},
}
"""For each sort of references, the words by which a script may expect one that is not null."""
_NULLS: Final = {
    "funcref": {"funcref", "nullfuncref", "refnull"},
    "externref": {"externref", "nullexternref", "refnull"},
    "exnref": {"exnref", "nullexnref", "refnull"},
    "anyref": {"anyref", "eqref", "i31ref", "structref", "arrayref", "nullref", "refnull"},
}
"""For each type of references, the words by which a script may expect its null."""

OTHER: Final = -1
"""The number of a reference that is not the host's."""


@dataclass(frozen=True)
class Value:
    """A value: type and bits. Of a reference the host's number, or OTHER, or None for null."""

    type: str
    bits: int | None

    def __str__(self) -> str:
        """Type and hexadecimal bits."""
        return f"{self.type} " + ("null" if self.bits is None else f"{self.bits:#x}")


def argument(given: Mapping[str, Any]) -> Value:
    """The value that a script passes."""
    type_, text = given["type"], given.get("value")
    if type_ == "v128":
        width = _WIDTHS[given["lane_type"]]
        return Value(type_, sum(_bits(lane, width) << width * at for at, lane in enumerate(given["value"])))
    if type_ in _WIDTHS:
        return Value(type_, _bits(given["value"], _WIDTHS[type_]))
    return Value(type_, None if text in {None, "null"} else int(given["value"]))


def matches(expected: Mapping[str, Any], got: Value) -> bool:
    """Whether the value is what a script expects, NaN patterns, references of any number and alternatives included."""
    type_: str = expected["type"]
    text: Any = expected.get("value")
    if type_ == "either":
        return any(matches(one, got) for one in expected["values"])
    if got.type.endswith("ref"):
        return _matches_reference(type_, text, got)
    if type_ != got.type or got.bits is None:
        return False
    if type_ == "v128":
        width = _WIDTHS[expected["lane_type"]]
        lanes = [got.bits >> at & (1 << width) - 1 for at in range(0, 128, width)]
        return len(text) == len(lanes) and all(map(_matches_bits, text, lanes, [width] * len(lanes)))
    return _matches_bits(text, got.bits, _WIDTHS[type_])


def _matches_reference(type_: str, text: str | None, got: Value) -> bool:
    if got.bits is None:
        return type_ in _NULLS[got.type] and (text == "null" or type_.startswith(("null", "refnull")))
    return type_ in _SORTS[got.type] and (text is None or (text != "null" and int(text) == got.bits))


def _matches_bits(text: str, bits: int, width: int) -> bool:
    if not text.startswith("nan:"):
        return bits == _bits(text, width)
    # core specification, "Values": canonical is the quiet bit alone, arithmetic has it; the sign is free in both
    magnitude = bits & (1 << width - 1) - 1
    return magnitude == _QUIET[width] if text == "nan:canonical" else magnitude & _QUIET[width] == _QUIET[width]


def _bits(text: str, width: int) -> int:
    value = int(text)
    if not -(1 << width - 1) <= value < 1 << width:
        raise ValueError(f"{text} is no number of {width} bits")
    return value & (1 << width) - 1
