"""The search index finds, and nothing that happens to it costs an answer."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from hermetic_nb.registry import Registry
from tests.unit.registry_tools import push, sealed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


@pytest.fixture(params=["disk", "memory"])
def registry(request: pytest.FixtureRequest, folder: Path) -> Registry:
    return Registry(folder) if request.param == "disk" else Registry.in_memory()


# ------------------------------------------------------------ the index


def test_search_finds_stems_in_name_doc_and_parameters(registry: Registry) -> None:
    push(registry, sealed("gc_content", doc="Fraction of G and C in a DNA sequence."))
    push(registry, sealed("growth", doc="Doubling time of a culture."))
    assert [record.name for record in registry.search("sequences")] == ["gc_content"]
    assert {record.name for record in registry.search("doubled fractions")} == {"gc_content", "growth"}
    assert {record.name for record in registry.search("count")} == {"gc_content", "growth"}
    assert registry.search("content", limit=1)[0].name == "gc_content"
    push(registry, sealed("growth", doc="Logistic curve."))
    assert registry.search("doubling") == []
    assert [record.version for record in registry.search("logistics")] == [2]


@pytest.mark.parametrize(
    "query",
    ["", "   ", '"', "AND", "name:x", "*", "f OR", "NEAR(", "\ud800", "\0", "x" * 100_000, "a " * 10_000, "'; DROP"],
)
def test_no_query_is_an_error(registry: Registry, query: str) -> None:
    push(registry, sealed())
    assert registry.search(query) in ([], registry.list())


def test_a_deleted_or_corrupted_index_is_made_again(folder: Path) -> None:
    registry = Registry(folder)
    push(registry, sealed(doc="A marvel."))
    index = folder / "index.sqlite"

    def found() -> list[str]:
        return [record.name for record in registry.search("marvel")]

    assert found() == ["f"]
    for broken in (b"", b"not a database at all" * 400):
        index.write_bytes(broken)
        assert found() == ["f"]
    index.write_bytes(b"not a database at all" * 400)
    assert [finding.kind for finding in registry.check().findings] == ["damaged index"]
    assert registry.check().ok
    assert registry.repair().findings[0].repaired
    assert registry.check().findings == ()
    index.unlink()
    assert found() == ["f"]
    index.unlink()
    index.mkdir()
    assert found() == ["f"]
    index.rmdir()
    assert registry.reindex() == 1


def test_any_bytes_in_the_index_cost_no_answer(folder: Path) -> None:
    registry = Registry(folder)
    for number in range(30):
        push(registry, sealed(f"tool_{number}", doc="A marvel."))
    registry.search("marvel")
    whole = (folder / "index.sqlite").read_bytes()
    for start in range(0, len(whole), 1500):
        (folder / "index.sqlite").write_bytes(whole[:start] + b"\xa5" * 700 + whole[start + 700 :])
        for record in registry.search("marvel"):
            assert registry.pull(record.tool).manifest.name == record.name
    registry.reindex()
    assert len(registry.search("marvel", limit=100)) == 30


def test_an_index_that_another_process_holds_does_not_stop_us(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hermetic_nb.registry.index._PATIENCE", 0.05)
    registry = Registry(folder)
    push(registry, sealed(doc="A marvel."))
    registry.search("marvel")
    holder = sqlite3.connect(folder / "index.sqlite")
    try:
        holder.execute("BEGIN EXCLUSIVE")
        push(registry, sealed("g", doc="Another marvel."))
        assert {record.name for record in registry.search("marvel")} == {"f", "g"}
    finally:
        holder.close()


def test_no_index_is_made_in_a_folder_that_is_no_registry(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    registry = Registry(tmp_path)
    assert registry.search("mine") == []
    assert registry.reindex() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_an_index_of_another_generation_is_made_again(folder: Path) -> None:
    registry = Registry(folder)
    push(registry, sealed(doc="A marvel."))
    with sqlite3.connect(folder / "index.sqlite") as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    assert len(registry.search("marvel")) == 1


def test_a_version_that_another_process_adds_is_found_at_once(folder: Path) -> None:
    registry = Registry(folder)
    push(registry, sealed(doc="Word 0."))
    for number in range(1, 4):
        for place in (folder / "names", folder / "names" / "f"):
            os.utime(place, (number, number))  # long ago: what was seen then is trusted
        assert len(registry.search("word")) == 1
        push(Registry(folder), sealed(doc=f"Word {number}."))
        assert [record.version for record in registry.search("word")] == [number + 1]
        assert registry.changes() == Registry(folder).changes()


def test_a_version_whose_process_died_before_it_said_so_is_found_later(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(folder)
    push(registry, sealed(doc="One."))
    os.utime(folder / "names", (1, 1))
    os.utime(folder / "names" / "f", (1, 1))
    assert len(registry.search("one")) == 1
    push(Registry(folder), sealed(doc="Two."))
    os.utime(folder / "names", (1, 1))
    assert registry.search("two") == []
    monkeypatch.setattr("hermetic_nb.registry.names._LOOK_AGAIN", 0.0)
    assert len(registry.search("two")) == 1
