"""The public sets of queries and tools, and how well a search finds."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hermetic_nb.registry import matching, terms

FOLDER: Final = Path(__file__).parents[2].parent / "shared/data/tool-retrieval"
FOUND: Final = 5


@dataclass(frozen=True, slots=True)
class Described:
    """A tool of a set."""

    key: str
    name: str
    doc: str
    parameters: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A query, and the name that it should find."""

    text: str
    name: str


@dataclass(frozen=True, slots=True)
class Set:
    """One public set."""

    tools: list[Described]
    queries: list[Wanted]


def read(which: str) -> Set | None:
    """A set, or None where it is not here."""
    folder = FOLDER / which
    if not folder.is_dir():
        return None
    tools = [
        Described(t["id"], t["name"], t["description"], _parameters(t.get("parameters") or {}))
        for t in _lines(folder / "tools.jsonl")
    ]
    names = {tool.key: tool.name for tool in tools}
    return Set(tools, [Wanted(q["query"], names[q["gold"][0]]) for q in _lines(folder / "queries.jsonl")])


def named(name: str) -> str:
    """A name as a registry takes it."""
    return re.sub(r"\W+", "_", name).strip("_").lower()


def indexed(tools: Iterable[Described]) -> sqlite3.Connection:
    """The tables of an index that has the tools, by their keys: several have one name."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(f"CREATE TABLE latest (id INTEGER PRIMARY KEY, name TEXT); {matching.SCHEMA}")
    for row, tool in enumerate(tools, 1):
        connection.execute("INSERT INTO latest(id, name) VALUES (?, ?)", (row, tool.key))
        matching.put(connection, row, tool.name, tool.doc, tool.parameters)
    return connection


def by_words(connection: sqlite3.Connection, text: str, limit: int) -> dict[str, float]:
    """What words find: keys and scores."""
    return {hit.name: hit.score for hit in matching.find(connection, terms.query(text), limit)}


def recall(found: Set, search: Callable[[str], Mapping[str, float]], queries: list[Wanted]) -> float:
    """The share of queries for which a tool of the wanted name is among the first five."""
    names = {tool.key: tool.name for tool in found.tools}

    def first(scores: Mapping[str, float]) -> set[str]:
        return {names[key] for key in sorted(scores, key=lambda key: (-scores[key], key))[:FOUND]}

    return sum(query.name in first(search(query.text)) for query in queries) / len(queries)


def _lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _parameters(schema: Mapping[str, Any]) -> str:
    return " ".join(f"{name} {about.get('description', '')}" for name, about in schema.get("properties", {}).items())
