"""Recall at 5 on public sets: the half of each set's queries that is here (docs/search.md has the others' figures)."""

from __future__ import annotations

import pytest

from hermetic_nb.search import installed
from hermetic_nb.toolbox.finding import CANDIDATES, fused
from tests.search import sets


def chosen(which: str) -> sets.Set:
    found = sets.read(which)
    if found is None:
        pytest.skip("the public sets of queries are not here")
    return found


@pytest.mark.parametrize(("which", "floor"), [("bfcl", 0.85), ("metatool", 0.72)])
def test_words_find(which: str, floor: float) -> None:
    data = chosen(which)
    index = sets.indexed(data.tools)
    assert sets.recall(data, lambda text: sets.by_words(index, text, sets.FOUND), data.queries) >= floor


@pytest.mark.slow
@pytest.mark.parametrize(("which", "floor"), [("bfcl", 0.90), ("metatool", 0.80)])
def test_words_and_meaning_find(which: str, floor: float) -> None:
    if not installed():
        pytest.skip("the extra [search] is not installed")
    data = chosen(which)
    from hermetic_nb.registry.terms import told
    from hermetic_nb.search import meaning

    near = meaning(None)
    assert near is not None
    index = sets.indexed(data.tools)
    texts = {tool.key: told(tool.name, tool.doc, tool.parameters) for tool in data.tools}

    def search(text: str) -> dict[str, float]:
        return fused(sets.by_words(index, text, CANDIDATES), texts, text, near)

    assert sets.recall(data, search, data.queries) >= floor
