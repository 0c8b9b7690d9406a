"""The methods of str and bytes: what each takes and gives, and the function of the runtime that does it.

Typing and lowering both read this table: a method that is one call of the runtime is one line here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from hermetic_nb.toolchains.native.types import BOOL, INT, Type


class Takes(Enum):
    """What a parameter accepts."""

    TEXT = auto()
    """A text of the kind that the method is of."""
    TEXTS = auto()
    """A text, or a tuple of texts."""
    SET = auto()
    """A text or None: without it the method's function is ``<function>_space``."""
    INT = auto()
    BOUND = auto()
    """An int or None; without all bounds the function is ``<function>``, else ``<function>_in``."""
    FLAG = auto()


class Gives(Enum):
    """What a method gives, where it is not always the same type."""

    TEXT = auto()
    TEXTS = auto()
    """A list of texts."""
    THREE = auto()
    """A tuple of three texts."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: what it accepts, its keyword (if it has one), and what it is when it is not given."""

    takes: Takes
    keyword: str = ""
    default: int | str | None = None
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Method:
    """A method."""

    gives: Type | Gives
    takes: tuple[Parameter, ...] = ()
    function: str = ""
    """The runtime's, without ``hnb_str_`` or ``hnb_bytes_``; empty: as the method."""
    fixed: tuple[int, ...] = ()
    """Ints that follow the arguments."""
    stops: bool = True
    """Whether the function is told the line."""
    of_char: str = ""
    """The function of one character, ``hnb_char_<name>``, if there is one."""
    of_bytes: bool = True
    of_str: bool = True


_TEXT: Final = Parameter(Takes.TEXT)
_TEXTS: Final = Parameter(Takes.TEXTS)
_INT: Final = Parameter(Takes.INT)
_BOUNDS: Final = (
    Parameter(Takes.BOUND, default=0, needed=False),
    Parameter(Takes.BOUND, default=(1 << 63) - 1, needed=False),
)
_CHARACTERS: Final = Parameter(Takes.SET, needed=False)
_SEPARATOR: Final = Parameter(Takes.SET, "sep", needed=False)
_MOST: Final = Parameter(Takes.INT, "maxsplit", -1, needed=False)
_COUNT: Final = Parameter(Takes.INT, "count", -1, needed=False)
_FILL: Final = Parameter(Takes.TEXT, default=" ", needed=False)
_TAB: Final = Parameter(Takes.INT, "tabsize", 8, needed=False)
_KEEP: Final = Parameter(Takes.FLAG, "keepends", 0, needed=False)
_LEFT, _RIGHT, _BOTH = 1, 2, 3
"""Sides, as the runtime's functions take them."""


def _is(name: str, *, of_bytes: bool = True) -> Method:
    return Method(BOOL, stops=False, of_char=name, of_bytes=of_bytes)


METHODS: Final[dict[str, Method]] = {
    "isalpha": _is("isalpha"),
    "isdigit": _is("isdigit"),
    "isalnum": _is("isalnum"),
    "isspace": _is("isspace"),
    "islower": _is("islower"),
    "isupper": _is("isupper"),
    "istitle": _is("istitle"),
    "isascii": Method(BOOL, stops=False),
    "isdecimal": _is("isdecimal", of_bytes=False),
    "isnumeric": _is("isnumeric", of_bytes=False),
    "isprintable": _is("isprintable", of_bytes=False),
    "isidentifier": _is("isidentifier", of_bytes=False),
    "upper": Method(Gives.TEXT, of_char="upper"),
    "lower": Method(Gives.TEXT, of_char="lower"),
    "swapcase": Method(Gives.TEXT, of_char="swapcase"),
    "title": Method(Gives.TEXT, of_char="title"),
    "capitalize": Method(Gives.TEXT, of_char="title"),
    "casefold": Method(Gives.TEXT, of_char="casefold", of_bytes=False),
    "find": Method(INT, (_TEXT, *_BOUNDS), stops=False),
    "rfind": Method(INT, (_TEXT, *_BOUNDS), stops=False),
    "index": Method(INT, (_TEXT, *_BOUNDS), "find", stops=False),
    "rindex": Method(INT, (_TEXT, *_BOUNDS), "rfind", stops=False),
    "count": Method(INT, (_TEXT, *_BOUNDS), stops=False),
    "startswith": Method(BOOL, (_TEXTS, *_BOUNDS), stops=False),
    "endswith": Method(BOOL, (_TEXTS, *_BOUNDS), stops=False),
    "removeprefix": Method(Gives.TEXT, (_TEXT,)),
    "removesuffix": Method(Gives.TEXT, (_TEXT,)),
    "replace": Method(Gives.TEXT, (_TEXT, _TEXT, _COUNT)),
    "strip": Method(Gives.TEXT, (_CHARACTERS,), "strip", (_BOTH,)),
    "lstrip": Method(Gives.TEXT, (_CHARACTERS,), "strip", (_LEFT,)),
    "rstrip": Method(Gives.TEXT, (_CHARACTERS,), "strip", (_RIGHT,)),
    "center": Method(Gives.TEXT, (_INT, _FILL), "justify", (_BOTH,)),
    "ljust": Method(Gives.TEXT, (_INT, _FILL), "justify", (_RIGHT,)),
    "rjust": Method(Gives.TEXT, (_INT, _FILL), "justify", (_LEFT,)),
    "zfill": Method(Gives.TEXT, (_INT,)),
    "expandtabs": Method(Gives.TEXT, (_TAB,)),
    "split": Method(Gives.TEXTS, (_SEPARATOR, _MOST)),
    "rsplit": Method(Gives.TEXTS, (_SEPARATOR, _MOST)),
    "splitlines": Method(Gives.TEXTS, (_KEEP,)),
    "partition": Method(Gives.THREE, (_TEXT,), "partition", (_LEFT,)),
    "rpartition": Method(Gives.THREE, (_TEXT,), "partition", (_RIGHT,)),
}
