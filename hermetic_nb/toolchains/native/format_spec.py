"""Format specifications that the cell spells out (CPython 3.14, Format Specification Mini-Language).

`runtime/format_spec.c` reads, by the same rules, those that are known only when the tool runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FLOAT_TYPES: Final = frozenset("eEfFgG%")
INT_TYPES: Final = frozenset("dboxXnc")
_ALIGN: Final = frozenset("<>=^")
_GROUPED: Final = frozenset("defgEG%F")
_BINARY: Final = frozenset("boxX")
_LARGEST: Final = (1 << 31) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One specification; ``width`` and ``precision`` are -1, other parts empty, where it says nothing."""

    fill: str = " "
    align: str
    sign: str = ""
    no_negative_zero: bool = False
    alternate: bool = False
    width: int = -1
    grouping: str = ""
    precision: int = -1
    fraction_grouping: str = ""
    type: str = ""


class SpecError(ValueError):
    """A specification that CPython refuses with ValueError, and its reason."""


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def one_of(self, letters: str | frozenset[str]) -> str:
        """The next character, if it is one of these."""
        if self.at < len(self.text) and self.text[self.at] in letters:
            self.at += 1
            return self.text[self.at - 1]
        return ""

    def number(self) -> int:
        """A decimal number, or -1 where none stands here."""
        start = self.at
        while self.one_of("0123456789"):
            pass
        digits = self.text[start : self.at]
        if len(digits) > len(str(_LARGEST)) or int(digits or 0) > _LARGEST:
            raise SpecError("Too many decimal digits in format string")
        return int(digits) if digits else -1

    def grouping(self) -> str:
        """A comma or an underscore."""
        found = self.one_of(",_")
        if found and self.one_of(",_"):
            raise SpecError("Cannot specify both ',' and '_'.")
        return found


def read_spec(text: str, align: str) -> Spec:
    """What a specification says, for values that are aligned to this side by themselves. Raises SpecError."""
    fill, filled, aligned = " ", False, True
    reader = _Reader(text)
    own = align
    if len(text) > 1 and text[1] in _ALIGN:
        fill, align, filled, reader.at = text[0], text[1], True, 2
    elif side := reader.one_of(_ALIGN):
        align = side
    else:
        aligned = False
    sign = reader.one_of("+- ")
    no_negative_zero = bool(reader.one_of("z"))
    alternate = bool(reader.one_of("#"))
    if not filled and reader.one_of("0"):
        fill = "0"
        if not aligned and own == ">":
            align = "="
    width, grouping = reader.number(), reader.grouping()
    precision, fraction_grouping = -1, ""
    if reader.one_of("."):
        precision, fraction_grouping = reader.number(), reader.grouping()
        if precision < 0 and not fraction_grouping:
            raise SpecError("Format specifier missing precision")
    kind = text[reader.at :]
    if len(kind) > 1 or not kind.isascii() or kind == "\0":
        raise SpecError(f"Invalid format specifier {text!r}")
    grouped = not kind or kind in _GROUPED or (kind in _BINARY and grouping == "_")
    if (grouping and not grouped) or (fraction_grouping and kind == "n"):
        raise SpecError(f"Cannot specify {grouping or fraction_grouping!r} with {kind!r}.")
    return Spec(
        fill=fill,
        align=align,
        sign=sign,
        no_negative_zero=no_negative_zero,
        alternate=alternate,
        width=width,
        grouping=grouping,
        precision=precision,
        fraction_grouping=fraction_grouping,
        type=kind,
    )


def float_spec(text: str) -> Spec:
    """The specification of a float. Raises SpecError."""
    spec = read_spec(text, ">")
    if spec.type and spec.type not in FLOAT_TYPES | {"n"}:
        raise SpecError(f"Unknown format code {spec.type!r} for object of type 'float'")
    return spec


def int_spec(text: str) -> Spec:
    """The specification of an int; with one of `FLOAT_TYPES` it is formatted as a float. Raises SpecError."""
    spec = read_spec(text, ">")
    if spec.type in FLOAT_TYPES:
        return spec
    if spec.type and spec.type not in INT_TYPES:
        raise SpecError(f"Unknown format code {spec.type!r} for object of type 'int'")
    if spec.precision >= 0:
        raise SpecError("Precision not allowed in integer format specifier")
    if spec.no_negative_zero:
        raise SpecError("Negative zero coercion (z) not allowed in format specifier with integer")
    if spec.type == "c" and (spec.sign or spec.alternate):
        raise SpecError("Sign and alternate form (#) are not allowed with integer format specifier 'c'")
    return spec


def text_spec(text: str) -> Spec:
    """The specification of a str. Raises SpecError."""
    spec = read_spec(text, "<")
    if spec.type not in {"", "s"}:
        raise SpecError(f"Unknown format code {spec.type!r} for object of type 'str'")
    if spec.sign or spec.alternate or spec.no_negative_zero or spec.align == "=" or spec.grouping:
        raise SpecError("Sign, '#', 'z', '=' and grouping are not allowed in string format specifier")
    return spec
