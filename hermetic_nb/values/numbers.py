"""Ints as text, both ways, whatever limit a program sets for such conversions (`sys.set_int_max_str_digits`)."""

from __future__ import annotations

from typing import Final

EXACT: Final = 1 << 53
"""Ints up to this magnitude survive readers that hold numbers as floats (RFC 8259, section 6)."""

_LONGEST: Final = 4300
"""Digits of the longest decimal, Python's own limit for reading one; longer ints are written in hex."""
_FAR: Final = 10**_LONGEST
_CHUNK: Final = 600
"""Digits that are always converted: no program can set its limit below 640."""
_SMALL: Final = 1 << 1900
"""Ints below have fewer than `_CHUNK` digits."""


def write_int(value: int) -> str:
    """The one text of an int, whatever limit a program sets for conversions."""
    magnitude = abs(value)
    if magnitude < _SMALL:
        return str(value)
    if magnitude >= _FAR:
        return hex(value)
    parts: list[str] = []
    while magnitude:
        magnitude, part = divmod(magnitude, 10**_CHUNK)
        parts.append(f"{part:0{_CHUNK}d}")
    return ("-" if value < 0 else "") + "".join(reversed(parts)).lstrip("0")


def read_int(body: str) -> int:
    """The int of `write_int`. Raises ValueError on any other spelling."""
    sign, digits = ("-", body[1:]) if body.startswith("-") else ("", body)
    if digits.startswith("0x"):
        value = int(body, 16)
    else:
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST):
            raise ValueError("malformed $int")
        value = 0
        for start in range(0, len(digits), _CHUNK):
            part = digits[start : start + _CHUNK]
            value = value * 10 ** len(part) + int(part)
        value = -value if sign else value
    if write_int(value) != body:
        raise ValueError("malformed $int")
    return value
