"""Fair timing on a shared machine: the rivals take turns in one process, and a row holds medians and their ratios."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

LEAST_ROUNDS: Final = 7


def once(action: Callable[[], Any]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def interleave(rivals: Mapping[str, Callable[[], float]], rounds: int, fewer: Mapping[str, int]) -> dict[str, float]:
    """Median of the seconds that each rival measures, over rounds in which each runs once; `fewer` caps slow ones.

    The order turns by one place each round, so that no rival always follows the same other.
    """
    seconds: dict[str, list[float]] = {name: [] for name in rivals}
    names = list(rivals)
    gc.collect()
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            if len(seconds[name]) < fewer.get(name, rounds):
                seconds[name].append(rivals[name]())
    return {name: statistics.median(times) for name, times in seconds.items()}


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
