"""`statistics`: exact where CPython is exact; what would need its fractions is refused by name."""

from __future__ import annotations

import math
from statistics import StatisticsError
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.toolchains.native.library.kinds import Item, Rank


def median(data: Iterable[float]) -> float:
    """The middle one, or the mean of the middle two."""
    items = sorted(data)
    count = len(items)
    if count == 0:
        raise StatisticsError("no median for empty data")
    if count % 2 == 1:
        return items[count // 2]
    return (items[count // 2 - 1] + items[count // 2]) / 2


def median_low(data: Iterable[Rank]) -> Rank:
    """The middle one, or the lower of the middle two."""
    items = sorted(data)
    if len(items) == 0:
        raise StatisticsError("no median for empty data")
    return items[(len(items) - 1) // 2]


def median_high(data: Iterable[Rank]) -> Rank:
    """The middle one, or the higher of the middle two."""
    items = sorted(data)
    if len(items) == 0:
        raise StatisticsError("no median for empty data")
    return items[len(items) // 2]


def mode(data: Iterable[Item]) -> Item:
    """The most frequent item; of several the first."""
    counts: dict[Item, int] = {}
    for item in data:
        counts[item] = counts.get(item, 0) + 1
    most = 0
    for count in counts.values():
        most = max(most, count)
    for item, count in counts.items():
        if count == most:
            return item
    raise StatisticsError("no mode for empty data")


def multimode(data: Iterable[Item]) -> list[Item]:
    """The most frequent items, in the order in which they came."""
    counts: dict[Item, int] = {}
    for item in data:
        counts[item] = counts.get(item, 0) + 1
    most = 0
    for count in counts.values():
        most = max(most, count)
    return [item for item, count in counts.items() if count == most]


def fmean(data: Iterable[float]) -> float:
    """The mean of floats, by their exactly rounded sum."""
    items = [float(item) for item in data]
    if len(items) == 0:
        raise StatisticsError("fmean requires at least one data point")
    return math.fsum(items) / len(items)
