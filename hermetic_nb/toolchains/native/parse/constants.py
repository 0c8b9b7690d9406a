"""Constants of the standard library."""

from __future__ import annotations

import ast
import string
import sys
from typing import Final

_STRING: Final = (
    *("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits", "printable"),
    *("punctuation", "whitespace"),
)
_VALUES: Final[dict[str, str | int | float]] = {
    **{f"string.{name}": getattr(string, name) for name in _STRING},
    "sys.maxsize": (1 << 63) - 1,
    "sys.maxunicode": 0x10FFFF,
    **{
        f"sys.float_info.{name}": getattr(sys.float_info, name)
        for name in (
            "max",
            "min",
            "epsilon",
            "dig",
            "mant_dig",
            "max_exp",
            "min_exp",
            "max_10_exp",
            "min_10_exp",
            "radix",
        )
    },
}
"""The same on every machine that CPython 3.14 runs on with 64 bits: floats are IEEE 754 doubles."""


def find(name: str) -> ast.Constant | None:
    """The value of a dotted name."""
    return ast.Constant(_VALUES[name]) if name in _VALUES else None
