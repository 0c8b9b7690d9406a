"""The benchmark's own arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from .figures import Figure, table
from .rounds import each, geometric_mean, interleave, medians, sample
from .speed import Timing, summary


def test_rivals_take_turns_and_slow_ones_stop_early() -> None:
    order: list[str] = []

    def rival(name: str) -> Callable[[], float]:
        def run() -> float:
            order.append(name)
            return 1.0

        return run

    rivals = {name: rival(name) for name in ("a", "b", "c")}
    seconds = interleave(rivals, 4, {"c": 1})
    assert order == ["a", "b", "c", "b", "a", "a", "b", "a", "b"]
    assert set(seconds) == {"a", "b", "c"}
    assert all(value >= 0 for value in seconds.values())


def test_geometric_mean() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)
    assert math.isnan(geometric_mean([]))


def test_summary_counts_only_what_was_timed() -> None:
    timings = [
        Timing(name="one", tool=2.0, code=1.25, c=1.0, cpython=80.0, size=900),
        Timing(name="two", refused="H201"),
    ]
    found = {
        "timed": 1,
        "programs": 2,
        "of_native": pytest.approx(0.8),
        "least_of_native": pytest.approx(0.8),
        "call_of_native": pytest.approx(0.5),
        "over_cpython": pytest.approx(40.0),
        "largest": 900,
    }
    assert summary(timings) == found
    by_clang = Timing(name="three", tool=2.0, code=1.25, c=1.0, wasm=1.0, clang=2.0, cpython=80.0, size=900)
    assert summary([*timings, by_clang]) == found | {
        "timed": 2,
        "programs": 3,
        "of_wasm": pytest.approx(0.8),
        "least_of_wasm": pytest.approx(0.8),
        "count_of_wasm": 1,
    }
    assert summary(timings[1:]) == {"timed": 0, "programs": 1}
    assert timings[1].to_json() == {"name": "two", "refused": "H201"}


def test_medians_are_of_what_actions_measure() -> None:
    values = iter([3.0, 1.0, 2.0])
    assert medians({"a": lambda: next(values), "b": lambda: 0.0}, 3) == {"a": (2.0, 1.0), "b": (0.0, 0.0)}


def test_a_sample_has_the_median_and_the_tail_of_all_and_the_least_of_rounds() -> None:
    rounds = iter([[float(n) for n in range(1, 101)], [200.0, 300.0]])
    found = sample({"a": lambda: next(rounds)}, 2)["a"]
    assert (found.median, found.p99, found.least) == (51.5, 200.0, 50.5)
    assert found.rounds == (50.5, 250.0)


def test_each_call_is_timed_after_some_that_are_not() -> None:
    calls: list[int] = []
    assert len(each(lambda: calls.append(1), 20, together=3)) == 20
    assert len(calls) == 2 + 20 * 3


def test_a_figure_is_met_below_its_target_or_from_it_on() -> None:
    assert Figure(name="x", value=1.0, target=2.0).met
    assert not Figure(name="x", value=2.0, target=2.0).met
    assert Figure(name="x", value=2.0, target=2.0, at_least=True).met
    assert not Figure(name="x", value=1.0, target=2.0, at_least=True).met
    assert Figure(name="x", value=0, target=0, exactly=True).met
    assert not Figure(name="x", value=1, target=0, exactly=True).met


def test_the_table_says_what_is_met() -> None:
    rows = table(
        [
            Figure(name="x", value=0.0015, least=0.001, target=0.002, unit="ms"),
            Figure(name="y", value=3, target=2, unit="B"),
        ]
    )
    assert [line.split() for line in rows.splitlines()[1:]] == [
        ["x", "1.50", "ms", "1.00", "ms", "<", "2", "ms", "met"],
        ["y", "3", "B", "<", "2", "B", "not", "met"],
    ]


def test_the_tail_stands_between_median_and_least() -> None:
    figure = Figure(name="x", value=40.4e-6, p99=95e-6, least=3.14e-6, target=60e-6, unit="us")
    assert figure.line().split() == ["x", "40", "us", "95", "us", "3.14", "us", "<", "60", "us", "met"]


def test_a_figure_that_is_not_there_says_why() -> None:
    figure = Figure(name="peer", why="not installed")
    assert figure.line().split() == ["peer", "not", "installed"]
    assert figure.to_json()["value"] is None
