"""Searches of a toolbox: the user's words, flags and examples."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hermetic_nb.cli import main
from hermetic_nb.toolbox import Toolbox
from hermetic_nb.toolbox.examples import read_example, same
from hermetic_nb.toolbox.finding import MEANING, fused

CELLS = [
    'def gc(seq: str) -> float:\n    """Share of G and C in DNA."""\n    return (seq.count("G") + seq.count("C")) / len(seq)',
    'def pairs(seq: str) -> int:\n    """RNA folding: the most base pairs."""\n    return len(seq) // 2',
    'def twice(n: int) -> int:\n    """A number doubled."""\n    return 2 * n',
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search") / "registry"


@pytest.fixture(scope="module")
def box(folder: Path) -> Iterator[Toolbox]:
    made = Toolbox(folder)
    for cell in CELLS:
        made.seal(cell)
    yield made
    made.close()


def test_words_find_and_examples_come_first(box: Toolbox) -> None:
    assert box.search("rna folding")[0].name == "pairs"
    found = box.search("rna folding", [((4,), 8)])
    assert [(found[0].name, found[0].passed), (found[1].name, found[1].passed)] == [("twice", 1), ("pairs", 0)]
    assert found[0].tier == "native"
    assert list(found) == list(box.search("rna folding", [((4,), 8)]))


def test_tools_of_the_session_stand_where_they_belong(box: Toolbox) -> None:
    box.seal(
        'def folded(rna: str) -> int:\n    """RNA folding: the folding of RNA."""\n    return len(rna)', session=True
    )
    names = [found.name for found in box.search("rna folding", limit=2)]
    assert set(names) == {"folded", "pairs"}


@pytest.mark.parametrize("words", [["rna"], ["--example", "f(4) == 8"], ["rna", "-n", "1", "--json"]])
def test_the_command_prints_what_it_finds(
    box: Toolbox, folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert box.registry.path == folder
    assert main(["--registry", str(folder), "search", *words]) == 0
    printed = capsys.readouterr().out
    if "--json" in words:
        assert [one["name"] for one in json.loads(printed)["found"]] == ["pairs"]
    else:
        assert printed.splitlines()[1].startswith("twice" if "--example" in words else "pairs")


@pytest.mark.parametrize("words", [[], ["rna", "--example", "f(4"], ["--example", "print(1)"]])
def test_a_wrong_command_gets_one_short_error(
    folder: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--registry", str(folder), "search", *words]) == 1
    assert capsys.readouterr().err.startswith("H101 SpecError")


def test_true_is_not_one() -> None:
    assert same(1, 1.0)
    assert not same(True, 1)
    assert not same(1, True)
    assert same([1, "a"], [1, "a"])
    assert not same(object(), object())


def test_examples_are_a_call_and_its_result() -> None:
    assert read_example('f(1, "a") == [2]') == ((1, "a"), [2])
    assert read_example("(1, 2) == 3") == ((1, 2), 3)
    assert read_example("4 == 8") == ((4,), 8)
    for wrong in ["", "f(x) == 1", "f(1)", "f(1) < 2", "(" * 1000, "f(a=1) == 1", "{[]: 1} == 1", "f(1) == \0"]:
        assert read_example(wrong) is None


class Fixed:
    """A meaning that is known."""

    def near(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        return [0.9 if query in text else 0.0 for text in texts]


def test_meaning_adds_to_words_and_finds_what_they_do_not() -> None:
    scores = fused({"a": 1.0, "b": 0.5}, {"a": "x", "b": "q", "c": "q", "d": "x"}, "q", Fixed())
    assert scores == {"a": 1.0, "b": pytest.approx(0.5 + 0.9 * MEANING), "c": pytest.approx(0.9 * MEANING)}


# ------------------------------------------------------------ the extra


def _near(folder: Path | None):  # type: ignore[no-untyped-def] # its type is an extra's
    from hermetic_nb.search import installed, meaning

    if not installed():
        pytest.skip("the extra [search] is not installed")
    found = meaning(folder)
    assert found is not None
    return found


def test_meaning_ranks_and_its_vectors_are_only_a_cache(tmp_path: Path) -> None:
    texts = ["weather forecast", "adds two numbers", "plays chess"]
    first = _near(tmp_path).near("will it rain tomorrow", texts)
    assert max(first) == first[0] > 0.3
    file = tmp_path / "vectors.sqlite"
    assert sqlite3.connect(file).execute("SELECT count(*) FROM vectors").fetchone() == (3,)
    assert _near(tmp_path).near("will it rain tomorrow", texts) == first
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(768)")
    connection.close()
    assert _near(tmp_path).near("will it rain tomorrow", texts) == first
    for damage in (b"", b"no database" * 500):
        file.write_bytes(damage)
        assert _near(tmp_path).near("will it rain tomorrow", texts) == first
    assert _near(None).near("will it rain tomorrow", texts[:1]) == first[:1]


def test_pieces_of_words() -> None:
    from hermetic_nb.search.wordpiece import MOST, numbers

    assert numbers("") == [101, 102]
    assert numbers("Folding RNA!") == [101, *numbers("folding")[1:-1], *numbers("rna")[1:-1], *numbers("!")[1:-1], 102]
    assert numbers("Café") == numbers("cafe")
    assert len(numbers("word " * 1000)) == MOST
