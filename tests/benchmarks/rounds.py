"""Fair timing on a shared machine: the rivals take turns in one process, and a row holds medians and their ratios."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

LEAST_ROUNDS: Final = 7


@dataclass(frozen=True, slots=True)
class Sample:
    """What an action gave over all rounds."""

    median: float
    p99: float
    least: float
    """The least of the rounds' medians."""
    rounds: tuple[float, ...]
    """The median of each round."""


def once(action: Callable[[], Any]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def each(action: Callable[[], Any], count: int, together: int = 1) -> list[float]:
    """Seconds of each of so many calls, after a tenth as many that are not timed.

    ``together``: so many calls are timed at once, where one takes no longer than to read the clock.
    """
    clock = time.perf_counter
    for _ in range(count // 10):
        action()
    taken = []
    for _ in range(count):
        start = clock()
        for _ in range(together):
            action()
        taken.append((clock() - start) / together)
    return taken


def interleave(rivals: Mapping[str, Callable[[], float]], rounds: int, fewer: Mapping[str, int]) -> dict[str, float]:
    """Median of the seconds that each rival measures, over rounds in which each runs once; `fewer` caps slow ones.

    The order turns by one place each round, so that no rival always follows the same other.
    """
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    gc.collect()
    for name in _in_turns(list(rivals), rounds):
        if len(seconds[name]) < fewer.get(name, rounds):
            seconds[name].append(rivals[name]())
    return {name: statistics.median(times) for name, times in seconds.items()}


def sample(actions: Mapping[str, Callable[[], Sequence[float]]], rounds: int) -> dict[str, Sample]:
    """Of each action, which measures some values in each round: in turns, as `interleave`."""
    found: dict[str, list[Sequence[float]]] = {name: [] for name in actions}
    gc.collect()
    for name in _in_turns(list(actions), rounds):
        found[name].append(actions[name]())
    return {name: _sample(values) for name, values in found.items()}


def medians(actions: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, tuple[float, float]]:
    """Median and least of what each action measures itself, over rounds in which each runs once."""
    values: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name, action in actions.items():
            values[name].append(action())
    return {name: (statistics.median(found), min(found)) for name, found in values.items()}


def geometric_mean(ratios: Sequence[float]) -> float:
    """The geometric mean, nan of nothing."""
    return math.exp(math.fsum(map(math.log, ratios)) / len(ratios)) if ratios else math.nan


def _in_turns(names: list[str], rounds: int) -> Iterator[str]:
    for turn in range(rounds):
        place = turn % len(names)
        yield from names[place:] + names[:place]


def _sample(values: list[Sequence[float]]) -> Sample:
    pooled = sorted(value for of_round in values for value in of_round)
    of_rounds = tuple(statistics.median(of_round) for of_round in values)
    p99 = pooled[min(len(pooled) - 1, math.ceil(0.99 * len(pooled)) - 1)]
    return Sample(statistics.median(pooled), p99, min(of_rounds), of_rounds)
