"""Types of random programs, as terms that match patterns with type variables.

The text form is the Python annotation. In patterns, T, A and B stand for any type, K for one that can be a key, O for one
that has an order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

KEYS: Final = ("int", "str", "bool")
VARIABLES: Final = frozenset("TABKO")
DEEPEST: Final = 3
_TRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: its head, and what its brackets hold. ``T | None`` has the head ``opt``."""

    head: str
    items: tuple[Kind, ...] = ()

    def __str__(self) -> str:
        if self.head == "opt":
            return f"{self.items[0]} | None"
        return f"{self.head}[{', '.join(map(str, self.items))}]" if self.items else self.head

    @property
    def is_ordered(self) -> bool:
        """Whether values compare by ``<``."""
        return self.head in {"int", "float", "str", "bool", "bytes"} or (
            self.head in {"list", "tuple"} and all(item.is_ordered for item in self.items)
        )

    @property
    def is_key(self) -> bool:
        """Whether values can be keys of our programs: no floats, whose NaN is no key."""
        return self.head in KEYS or (self.head == "tuple" and all(item.is_key for item in self.items))


@cache
def kind(text: str) -> Kind:
    """The type of its text form, patterns included."""
    found, rest = _read(text.replace(" ", ""))
    assert not rest, text
    return found


def _read(text: str) -> tuple[Kind, str]:
    length = next((n for n, character in enumerate(text) if character in "[],|"), len(text))
    head, rest = text[:length], text[length:]
    items = []
    if rest.startswith("["):
        rest = rest[1:]
        while True:
            item, rest = _read(rest)
            items.append(item)
            if rest.startswith("]"):
                rest = rest[1:]
                break
            rest = rest[1:]
    found = Kind(head, tuple(items))
    if rest.startswith("|None"):
        found, rest = Kind("opt", (found,)), rest.removeprefix("|None")
    return found, rest


def matched(pattern: Kind, wanted: Kind, bound: dict[str, Kind]) -> bool:
    """Whether a pattern is a type; ``bound`` gets what its variables stand for."""
    if pattern.head in VARIABLES:
        if pattern.head in bound:
            return bound[pattern.head] == wanted
        if (pattern.head == "K" and not wanted.is_key) or (pattern.head == "O" and not wanted.is_ordered):
            return False
        bound[pattern.head] = wanted
        return True
    return (
        pattern.head == wanted.head
        and len(pattern.items) == len(wanted.items)
        and all(matched(part, item, bound) for part, item in zip(pattern.items, wanted.items, strict=True))
    )


def filled(pattern: Kind, bound: dict[str, Kind]) -> Kind:
    """A pattern with its variables replaced; all are bound."""
    if pattern.head in VARIABLES:
        return bound[pattern.head]
    return Kind(pattern.head, tuple(filled(item, bound) for item in pattern.items)) if pattern.items else pattern


INT: Final = Kind("int")


class Kinds:
    """Draws types that ``allowed`` lets pass."""

    def __init__(self, source: random.Random, allowed: Callable[[Kind], bool], records: Sequence[str] = ()) -> None:
        self._random, self._allowed, self._records = source, allowed, records

    def any(self, depth: int = DEEPEST) -> Kind:
        """Any type."""
        for _ in range(_TRIES):
            found = self._draw(depth)
            if self._allowed(found):
                return found
        return INT

    def _draw(self, depth: int) -> Kind:
        if depth <= 0 or self._random.random() < 0.4:
            return Kind(self._random.choice(("int", "int", "int", "float", "bool", "str", "str", "bytes")))
        if self._records and self._random.random() < 0.2:
            return Kind(self._random.choice(self._records))
        head = self._random.choice(("list", "list", "list", "dict", "dict", "set", "tuple", "tuple", "opt"))
        match head:
            case "dict":
                return Kind(head, (self.key(), self._draw(depth - 1)))
            case "set":
                return Kind(head, (self.key(),))
            case "tuple":
                return Kind(head, tuple(self._draw(depth - 1) for _ in range(self._random.choice((2, 2, 3)))))
            case "opt":
                item = self._draw(depth - 1)
                return item if item.head == "opt" else Kind(head, (item,))
        return Kind(head, (self._draw(depth - 1),))

    def key(self) -> Kind:
        """A type of keys."""
        if self._random.random() < 0.15:
            pair = Kind("tuple", (Kind(self._random.choice(KEYS)), Kind(self._random.choice(KEYS))))
            if self._allowed(pair):
                return pair
        return Kind(self._random.choice(("int", "int", "str", "str", "bool")))

    def ordered(self) -> Kind:
        """A type whose values have an order."""
        while not (found := self.any(1)).is_ordered:
            pass
        return found

    def variable(self, name: str) -> Kind:
        """A type for a variable of a pattern."""
        if name == "K":
            return self.key()
        return self.ordered() if name == "O" else self.any(1)
