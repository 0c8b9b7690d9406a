"""Texts as the search index sees them: words of identifiers, pieces of words, and what a query asks of both.

What is done here, and its figures, was chosen on one half of two public sets of queries.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.registry.english import COMMON_WORDS, FUNCTION_WORDS
from hermetic_nb.registry.themes import themes

if TYPE_CHECKING:
    from collections.abc import Iterable

PIECE: Final = 4
"""Characters of a piece: of 3, 4 and 5 the best on the tuning half."""
LONGEST: Final = 4000
"""Characters of a query that are looked at."""
_MOST: Final = 48
"""Words of a query that are looked at."""
_COMMON: Final = 0.5
"""What a common word counts."""
_WORD: Final = re.compile(r"[^\W_]+")
_BORDERS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NEAR: Final = 0.6
"""Share of a word's pieces that is most of them."""


@dataclass(frozen=True, slots=True)
class Query:
    """A text that is searched for."""

    words: tuple[str, ...]
    """Its words, once each, lower case, without function words (unless it has no others)."""
    pairs: tuple[tuple[str, str], ...]
    """Words that stand beside each other."""
    unfinished: bool = False
    """Whether it is still typed, so that the last word may go on."""

    @property
    def for_words(self) -> str:
        """The FTS5 expression. bm25 adds a phrase that is repeated: pairs and themes count as a common word, others twice that."""
        parts = [word for word in self.words for _ in range(1 if word in COMMON_WORDS else 2)]
        asked = any_of([*parts, *(f"{first} {second}" for first, second in self.pairs), *self.themes])
        return f'{asked} OR "{self.words[-1]}" *' if self.unfinished and self.words else asked

    @property
    def themes(self) -> list[str]:
        """What its words are about. Not while they are typed: that is a filter, which finds what is written."""
        return [] if self.unfinished else themes(self.words)

    @property
    def pieces(self) -> dict[str, float]:
        """The pieces of all words, and what they count."""
        found: dict[str, float] = {}
        for word in self.words:
            for piece in sorted(pieces(word)):
                found[piece] = max(found.get(piece, 0.0), _COMMON if word in COMMON_WORDS else 1.0)
        return found


def query(text: str, *, unfinished: bool = False) -> Query:
    """What a text asks for; any text does. ``unfinished``: its last word may go on."""
    every = _WORD.findall(spaced(text[:LONGEST]).lower())
    goes_on = unfinished and bool(every) and text[:LONGEST][-1:].isalnum()
    wanted = [word for word in every[:-1] if word not in FUNCTION_WORDS]
    wanted += [word for word in every[-1:] if goes_on or word not in FUNCTION_WORDS]
    wanted = wanted or every
    last = wanted[-1:] if goes_on else []
    words = [word for word in dict.fromkeys(wanted) if word not in last][: _MOST - len(last)] + last
    pairs = [pair for pair in dict.fromkeys(itertools.pairwise(wanted)) if pair[0] != pair[1]]
    return Query(tuple(words), tuple(pairs[:_MOST]), unfinished)


def any_of(phrases: Iterable[str]) -> str:
    """The FTS5 expression that matches any of some phrases of word characters."""
    return " OR ".join(f'"{phrase}"' for phrase in phrases)


def indexed(text: str) -> str:
    """A text as it is indexed: its words without function words, so that what they parted stands side by side."""
    return " ".join(word for word in _WORD.findall(spaced(text).lower()) if word not in FUNCTION_WORDS)


def spaced(text: str) -> str:
    """A text with spaces between the words of identifiers: ``parseCSVText`` has three."""
    return _BORDERS.sub(" ", text.replace("_", " "))


def told(name: str, doc: str, parameters: str) -> str:
    """What a tool says of itself, as one text for readers of meaning."""
    return f"{spaced(name)}. {doc} {parameters}".strip()


def pieces_of(*texts: str) -> set[str]:
    """The pieces of all words of some texts; an identifier is one word here."""
    return {piece for text in texts for word in text.lower().replace("_", "").split() for piece in pieces(word)}


def pieces(word: str) -> set[str]:
    """Runs of characters of a word, its borders as ``0``: FTS5 must take each for a word."""
    bordered = f"0{word}0"
    return {bordered[start : start + PIECE] for start in range(max(len(bordered) - PIECE + 1, 1))}


def is_near(words: Iterable[str], indexed: str) -> bool:
    """Whether a tool's pieces, as they are indexed, have most of those of a word."""
    having = set(indexed.split())
    return any(len(wanted & having) >= _NEAR * len(wanted) for word in words if len(wanted := pieces(word)) > 1)
