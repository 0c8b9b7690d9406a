"""Refusals without the names and numbers of the cell, so that those of one kind are counted together."""

from __future__ import annotations

import re
from typing import Final

from hermetic_nb.errors import HermeticError

_SAID: Final = """
a an and as at by for from in inside is it not of on one only or out the to with class def dict end function import index
item items key list method name names nested number numbers operator outside parameter paths range result set start step stop
str string subset sum tuple type value values word words
"""
_WORDS: Final = frozenset(_SAID.split())
"""What messages say themselves: as a name it is found only where a message begins."""
_QUOTED: Final = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`""")
_BRACKETS: Final = re.compile(r"\[[^\[\]]*\]")
_NUMBER: Final = re.compile(r"\b\d[\d_.]*\b")


def reasons(error: HermeticError, names: frozenset[str]) -> list[str]:
    """The different reasons of a refusal, the first one first; ``names`` are those that the cell defines."""
    found = [finding.message for finding in error.diagnostics if finding.line]
    return list(dict.fromkeys(general(message, names) for message in found or [error.message]))


def general(message: str, names: frozenset[str]) -> str:
    """A message with the cell's names, literals and numbers taken out."""
    first, _, rest = _QUOTED.sub("'..'", message).partition(" ")
    if first in names - {"a", "the"}:
        first = "NAME"
    for name in sorted(names - _WORDS, key=len, reverse=True):
        rest = re.sub(rf"(?<![\w.'])\b{re.escape(name)}\b(?!')", "NAME", rest)
    return _NUMBER.sub("N", _without_items(f"{first} {rest}".rstrip()))


def _without_items(text: str) -> str:
    """The text with what stands in the brackets of types left out."""
    while (shorter := _BRACKETS.sub("<>", text)) != text:
        text = shorter
    return text.replace("<>", "[..]")
