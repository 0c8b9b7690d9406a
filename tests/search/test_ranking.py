"""What holds for every search: any text is a query, an order is one order, and what changes in the index loses nothing."""

from __future__ import annotations

import sqlite3
import string
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hermetic_nb.registry import Registry, matching, terms
from tests.search.sets import Described, by_words, indexed
from tests.unit.registry_tools import push, sealed

_TEXT = st.one_of(st.text(max_size=80), st.text(string.ascii_lowercase + " _", max_size=80))
_WORD = st.sampled_from(["rain", "sum", "weather", "parse", "csv", "fold", "rna", "bank", "of", "the", "numbers"])
_DOC = st.lists(_WORD, max_size=6).map(" ".join)
_DOCS = st.lists(_DOC, min_size=1, max_size=8)


def index(docs: list[str]) -> sqlite3.Connection:
    return indexed(Described(f"tool_{n}", f"tool_{n}", doc, "x int") for n, doc in enumerate(docs))


@settings(max_examples=200, deadline=None)
@given(_TEXT, _DOCS, st.booleans())
def test_any_text_is_a_query_and_its_order_is_one_order(text: str, docs: list[str], unfinished: bool) -> None:  # noqa: FBT001
    def ask() -> list[matching.Hit]:
        if unfinished:
            return matching.find_typed(index(docs), text, 5)
        return matching.find(index(docs), terms.query(text), 5)

    hits = ask()
    assert hits == ask()
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.name))
    assert len({hit.name for hit in hits}) == len(hits) <= 5
    assert all(0 <= hit.score <= 1 for hit in hits)


@settings(max_examples=100, deadline=None)
@given(_DOCS, _DOC, _DOC)
def test_another_tool_loses_none_that_was_found(docs: list[str], more: str, query: str) -> None:
    before = by_words(index(docs), query, 100)
    after = by_words(index([*docs, more]), query, 100)
    assert before.keys() <= after.keys()


def test_related_words_inflections_and_misspelt_ones_find() -> None:
    found = index(["weather forecast of a city", "parse CSV text", "sums of numbers", "nucleotide"])
    assert next(iter(by_words(found, "will I need an umbrella", 5))) == "tool_0"
    assert next(iter(by_words(found, "parsing", 5))) == "tool_1"
    assert next(iter(by_words(found, "nucleotde", 5))) == "tool_3"


def test_what_is_typed_filters() -> None:
    found = index(["weather forecast of a city", "parse CSV text", "sums of numbers"])

    def typed(text: str) -> list[str]:
        return sorted(hit.name for hit in matching.find_typed(found, text, 9))

    assert [typed(text) for text in ("wea", "csv te", "tool_1", "tool_", "umbrella", "pars", "parsing te")] == [
        ["tool_0"],
        ["tool_1"],
        ["tool_1"],
        ["tool_0", "tool_1", "tool_2"],
        [],
        ["tool_1"],
        ["tool_1"],
    ]


def test_an_index_made_anew_gives_the_same_answers(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "registry")
    for number, doc in enumerate(["rain in a city", "rain", "sum of numbers", "rainfall of a year"]):
        push(registry, sealed(f"tool_{number}", doc=doc))
    queries = ["rain", "rains of the year", "numbers", "wether"]
    before = [registry.scores(query, limit=9) for query in queries]
    registry.reindex()
    assert [registry.scores(query, limit=9) for query in queries] == before
    assert [Registry(tmp_path / "registry").scores(query, limit=9) for query in queries] == before
    assert any(before)
