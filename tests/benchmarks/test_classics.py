"""The classic programs do what they say, and the python tier gives CPython's values."""

from __future__ import annotations

import doctest
from collections.abc import Iterator

import pytest

import hermetic_nb as hnb

from .catalogue import FOLDER
from .classics import CLASSICS, Classic, ClassicTiming, lines, load, mean_slower

each_classic = pytest.mark.parametrize("classic", CLASSICS, ids=lambda classic: classic.name)


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    box = hnb.Toolbox(":memory:")
    yield box
    box.close()


@each_classic
def test_doctests_pass_in_cpython(classic: Classic) -> None:
    function = load(classic)
    examples = doctest.DocTestFinder().find(function, classic.name, globs=function.__globals__)
    results = doctest.DocTestRunner().run(examples[0])
    assert results.attempted > 0
    assert results.failed == 0


@each_classic
def test_the_python_tier_gives_cpythons_value(box: hnb.Toolbox, classic: Classic) -> None:
    tool = box.seal(classic.cell, tier="python")
    assert tool(classic.small) == load(classic)(classic.small)


def test_every_file_is_in_the_list() -> None:
    assert {path.stem for path in (FOLDER / "classics").glob("*.py")} == {classic.name for classic in CLASSICS}


def test_means_are_over_what_ran() -> None:
    timings = [
        ClassicTiming(name="one", cpython=1.0, plain=2.0, metered=4.0, peers={"peer": 3.0}),
        ClassicTiming(name="two", cpython=1.0, plain=8.0, metered=4.0),
    ]
    for name, mean, ran in (("plain", 4.0, 2), ("metered", 4.0, 2), ("peer", 3.0, 1)):
        found, count = mean_slower(timings, name)
        assert found == pytest.approx(mean)
        assert count == ran
    assert mean_slower(timings, "nobody")[1] == 0


def test_a_peer_that_does_not_run_a_program_says_so() -> None:
    class Nobody:
        name = "nobody"

    timing = ClassicTiming(name="one", cpython=0.5, plain=1.0, metered=1.5)
    rows = [row for _, row in lines(iter([timing]), [Nobody()])]  # type: ignore[list-item] # only its name is asked for
    assert rows[0].split() == ["program", "CPython", "ms", "plain", "metered", "nobody"]
    assert rows[1].split() == ["one", "500.0", "2.00", "x", "3.00", "x", "does", "not", "run", "it"]
