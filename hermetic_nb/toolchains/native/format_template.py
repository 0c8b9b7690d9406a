"""Templates of `%` and of `str.format` that the cell spells out: cut into text and fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from string import Formatter
from typing import Final

_PERCENT: Final = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[-+ #0]*)(?P<width>\*|\d*)(?:\.(?P<precision>\*|\d*))?[hlL]?(?P<type>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a template: what stands there (a position or a name), how it is converted, and its specification.

    A specification is a template itself, where fields stand in it.
    """

    name: int | str
    conversion: str
    spec: Template


Template = tuple[str | Field, ...]


class TemplateError(ValueError):
    """A template that CPython refuses, or one outside the native subset."""


def format_template(text: str) -> Template:
    """The parts of a template of `str.format`. Raises TemplateError."""
    counter = _Counter()
    return _parts(text, counter, depth=2)


class _Counter:
    """Numbers the fields without a name, as long as none is numbered by hand."""

    def __init__(self) -> None:
        self.next, self.by_hand = 0, False

    def name(self, given: str) -> int | str:
        """What a field's name means."""
        if not given:
            if self.by_hand:
                raise TemplateError("cannot switch from manual field specification to automatic field numbering")
            self.next += 1
            return self.next - 1
        if given.isascii() and given.isdecimal():
            if self.next:
                raise TemplateError("cannot switch from automatic field numbering to manual field specification")
            self.by_hand = True
            return int(given)
        if not given.isidentifier():
            raise TemplateError("attributes and items in a template are outside the native subset")
        return given


def _parts(text: str, counter: _Counter, depth: int) -> Template:
    if depth == 0 and "{" in text:
        raise TemplateError("Max string recursion exceeded")
    parts: list[str | Field] = []
    try:
        for literal, name, spec, conversion in Formatter().parse(text):
            if literal:
                parts.append(literal)
            if name is not None:
                named = counter.name(name)
                parts.append(Field(named, conversion or "", _parts(spec or "", counter, depth - 1)))
    except ValueError as error:
        raise TemplateError(str(error)) from None
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class Conversion:
    """One conversion of a `%` template, as it is written; a width or precision may be ``*``."""

    letter: str
    flags: str
    width: str
    precision: str | None
    key: str | None


def percent_template(text: str) -> tuple[str | Conversion, ...]:
    """The parts of a template of `%`. Raises TemplateError."""
    parts: list[str | Conversion] = []
    at = 0
    while (sign := text.find("%", at)) >= 0:
        if sign > at:
            parts.append(text[at:sign])
        match = _PERCENT.match(text, sign)
        if match is None:
            raise TemplateError("incomplete format")
        at = match.end()
        if match["type"] == "%":
            if match[0] != "%%":
                raise TemplateError("a width or a flag of %% is outside the native subset")
            parts.append("%")
            continue
        parts.append(Conversion(match["type"], match["flags"], match["width"], match["precision"], match["key"]))
    if at < len(text):
        parts.append(text[at:])
    return tuple(parts)
