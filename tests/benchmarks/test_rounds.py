"""The benchmark's own arithmetic."""

from __future__ import annotations

import math

import pytest

from .costs import Cost
from .rounds import geometric_mean, interleave
from .speed import Timing, summary


def test_rivals_take_turns_and_slow_ones_stop_early() -> None:
    order: list[str] = []
    rivals = {name: (lambda name=name: order.append(name)) for name in ("a", "b", "c")}
    seconds = interleave(rivals, 4, {"c": 1})
    assert order == ["a", "b", "c", "b", "a", "a", "b", "a", "b"]
    assert set(seconds) == {"a", "b", "c"}
    assert all(value >= 0 for value in seconds.values())


def test_geometric_mean() -> None:
    assert geometric_mean([0.5, 2.0]) == pytest.approx(1.0)
    assert math.isnan(geometric_mean([]))


def test_summary_counts_only_what_was_timed() -> None:
    timings = [
        Timing(name="one", tool=2.0, c=1.0, cpython=80.0),
        Timing(name="two", refused="H201"),
    ]
    assert summary(timings) == {
        "timed": 1,
        "programs": 2,
        "of_c": pytest.approx(0.5),
        "over_cpython": pytest.approx(40.0),
    }
    assert summary(timings[1:]) == {"timed": 0, "programs": 1}
    assert timings[1].to_json() == {"name": "two", "refused": "H201"}


def test_a_cost_is_met_below_its_limit() -> None:
    assert Cost(name="x", value=1.0, limit=2.0).met
    assert not Cost(name="x", value=2.0, limit=2.0).met
