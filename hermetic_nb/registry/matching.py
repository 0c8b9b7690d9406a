"""What a query finds in the index's tables: an order by words, then pieces of words decide between what is near.

BM25 over words (SQLite's FTS5, Porter's stems) finds; among the first, a BM25 over pieces of words adds to the score
what inflections and compounds have in common. A word that no tool has, a misspelt one, finds by its pieces.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.registry import terms
from hermetic_nb.registry.themes import themes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

SCHEMA: Final = """
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(name, doc, parameters, themes, tokenize='porter unicode61');
CREATE VIRTUAL TABLE IF NOT EXISTS pieces USING fts5(text, tokenize='unicode61');
CREATE VIRTUAL TABLE IF NOT EXISTS piece_counts USING fts5vocab(pieces, row);
"""
TABLES: Final = ("words", "pieces")
_DEEP: Final = 50
"""Names by words that pieces reorder, at least."""
_PIECES: Final = 0.35
"""What the best match by pieces is worth, where the best by words is worth 1. Chosen on the tuning half."""
_K1, _B = 1.2, 0.75
"""BM25's constants, those of FTS5 too (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009)."""
# bm25 is smaller for better matches (SQLite's FTS5 documentation). A theme counts half as much again as a word: chosen on
# the tuning half, where weights of the other columns gained nothing.
_BY_WORDS: Final = """
SELECT words.rowid, latest.name, -bm25(words, 1, 1, 1, 1.5) AS score FROM words JOIN latest ON latest.id = words.rowid
WHERE words MATCH ? ORDER BY score DESC, latest.name LIMIT ?
"""
_BY_PIECES: Final = """
SELECT pieces.rowid, latest.name, pieces.text FROM pieces JOIN latest ON latest.id = pieces.rowid
WHERE pieces MATCH ? ORDER BY bm25(pieces), latest.name LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A name that a search found."""

    name: str
    score: float
    """0 to 1; 1 is the best by words and by pieces of words."""


def put(connection: sqlite3.Connection, row: int | None, name: str, doc: str, parameters: str) -> None:
    """Index one tool's texts."""
    split, rest = terms.spaced(name), (terms.indexed(doc), terms.indexed(parameters))
    about = " ".join(themes(f"{split} {rest[0]}".lower().split()))
    connection.execute(
        "INSERT INTO words(rowid, name, doc, parameters, themes) VALUES (?, ?, ?, ?, ?)", (row, split, *rest, about)
    )
    connection.execute(
        "INSERT INTO pieces(rowid, text) VALUES (?, ?)", (row, " ".join(sorted(terms.pieces_of(split, name, *rest))))
    )


def find(connection: sqlite3.Connection, query: terms.Query, limit: int) -> list[Hit]:
    """The best names for a query, best first; equal ones by name."""
    if not query.words or limit < 1:
        return []
    found = connection.execute(_BY_WORDS, (query.for_words, max(limit, _DEEP))).fetchall()
    best = found[0][2] if found else 0.0
    scores = {name: score / best if best > 0 else 0.0 for _, name, score in found}
    near = {name: set(text.split()) for _, name, text in _near(connection, query) if name not in scores}
    having = near | _pieces(connection, {row: name for row, name, _ in found[:_DEEP]})
    for name, score in _by_pieces(connection, query, having).items():
        scores[name] = scores.get(name, 0.0) + _PIECES * score
    ordered = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    return [Hit(name, round(score / (1 + _PIECES), 4)) for name, score in ordered[:limit]]


def find_typed(connection: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """The best names for a text that is still being typed, by its words alone."""
    asked = terms.typed(text)
    found = connection.execute(_BY_WORDS, (asked, limit)).fetchall() if asked and limit > 0 else []
    return [Hit(name, round(score / found[0][2], 4) if found[0][2] > 0 else 0.0) for _, name, score in found]


def _near(connection: sqlite3.Connection, query: terms.Query) -> list[tuple[int, str, str]]:
    """Tools that have most pieces of a word that no tool has."""
    unknown = [word for word in query.words if not _is_known(connection, word)]
    wanted = terms.any_of(sorted(set().union(*map(terms.pieces, unknown)))) if unknown else ""
    if not wanted:
        return []
    found: list[tuple[int, str, str]] = connection.execute(_BY_PIECES, (wanted, _DEEP)).fetchall()
    return [row for row in found if terms.is_near(unknown, row[2])]


def _is_known(connection: sqlite3.Connection, word: str) -> bool:
    return connection.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (f'"{word}"',)).fetchone() is not None


def _pieces(connection: sqlite3.Connection, rows: Mapping[int, str]) -> dict[str, set[str]]:
    """The pieces of tools, by name."""
    marks = ",".join("?" * len(rows))
    found = connection.execute(f"SELECT rowid, text FROM pieces WHERE rowid IN ({marks})", tuple(rows))  # noqa: S608
    return {rows[row]: set(text.split()) for row, text in found}


def _by_pieces(connection: sqlite3.Connection, query: terms.Query, having: Mapping[str, set[str]]) -> dict[str, float]:
    """BM25 over pieces, as a share of the best."""
    if not having:
        return {}
    weights = _weights(connection, query.pieces)
    mean = sum(map(len, having.values())) / len(having) or 1.0
    scores = {
        name: sum(weights[piece] for piece in sorted(weights.keys() & pieces))
        / (1 + _K1 * (1 - _B + _B * len(pieces) / mean))
        for name, pieces in having.items()
    }
    best = max(scores.values())
    return {name: score / best for name, score in scores.items()} if best > 0 else {}


def _weights(connection: sqlite3.Connection, pieces: Mapping[str, float]) -> dict[str, float]:
    """Pieces of a query by how rare they are, and how much their words say."""
    total: int = connection.execute("SELECT count(*) FROM latest").fetchone()[0]
    marks = ",".join("?" * len(pieces))
    counted: Iterable[tuple[str, int]] = connection.execute(
        f"SELECT term, doc FROM piece_counts WHERE term IN ({marks})",  # noqa: S608 (marks)
        tuple(pieces),
    )
    return {term: pieces[term] * math.log(1 + (total - count + 0.5) / (count + 0.5)) for term, count in counted}
