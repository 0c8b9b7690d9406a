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
_IDENTIFIER: Final = re.compile(r"\w+")
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

    @property
    def for_words(self) -> str:
        """The FTS5 expression. bm25 adds a phrase that is repeated: pairs and themes count as a common word, others twice that."""
        parts = [word for word in self.words for _ in range(1 if word in COMMON_WORDS else 2)]
        return any_of([*parts, *(f"{first} {second}" for first, second in self.pairs), *themes(self.words)])

    @property
    def pieces(self) -> dict[str, float]:
        """The pieces of all words, and what they count."""
        found: dict[str, float] = {}
        for word in self.words:
            for piece in sorted(pieces(word)):
                found[piece] = max(found.get(piece, 0.0), _COMMON if word in COMMON_WORDS else 1.0)
        return found


def query(text: str) -> Query:
    """What a text asks for; any text does."""
    every = _WORD.findall(spaced(text[:LONGEST]).lower())
    wanted = [word for word in every if word not in FUNCTION_WORDS] or every
    pairs = [pair for pair in dict.fromkeys(itertools.pairwise(wanted)) if pair[0] != pair[1]]
    return Query(tuple(dict.fromkeys(wanted))[:_MOST], tuple(pairs[:_MOST]))


def typed(text: str) -> str:
    """The FTS5 expression of a text that is still being typed: any of its words, the last of which may go on.

    That is a filter, which finds what is written: an identifier is a phrase, ``tool_7`` is not found by *tool* alone.
    """
    words = [" ".join(_WORD.findall(spaced(word).lower())) for word in _IDENTIFIER.findall(text[:LONGEST])]
    wanted = [word for word in words[:-1] if word and word not in FUNCTION_WORDS][-_MOST:] + [
        w for w in words[-1:] if w
    ]
    goes_on = bool(wanted) and text[:LONGEST][-1:].isalnum()
    return any_of(wanted) + " *" * goes_on


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
