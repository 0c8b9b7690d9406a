"""`statistics`: exact where CPython is exact."""

from __future__ import annotations

import math
from statistics import StatisticsError
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.library.exact import (
    exact_deviation,
    exact_int_deviation,
    exact_mean,
    exact_variance,
)

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


def mean(data: Iterable[float]) -> float:
    """The mean: of ints an int where it is one."""
    items = list(data)
    if len(items) == 0:
        raise StatisticsError("mean requires at least one data point")
    first = items[0]
    if type(first) is float:
        return exact_mean(items)
    total = sum(items)
    if total % len(items) == 0:
        return total // len(items)
    return total / len(items)


def variance(data: Iterable[float]) -> float:
    """The variance of a sample."""
    items = list(data)
    if len(items) < 2:
        raise StatisticsError("variance requires at least two data points")
    return _variance(items, 1)


def pvariance(data: Iterable[float]) -> float:
    """The variance of all."""
    items = list(data)
    if len(items) == 0:
        raise StatisticsError("pvariance requires at least one data point")
    return _variance(items, 0)


def stdev(data: Iterable[float]) -> float:
    """The square root of a sample's variance."""
    items = list(data)
    if len(items) < 2:
        raise StatisticsError("stdev requires at least two data points")
    return _deviation(items, 1)


def pstdev(data: Iterable[float]) -> float:
    """The square root of the variance of all."""
    items = list(data)
    if len(items) == 0:
        raise StatisticsError("pstdev requires at least one data point")
    return _deviation(items, 0)


def _variance(items: list[float], less: int) -> float:
    first = items[0]
    if type(first) is float:
        return exact_variance(items, less)
    count = len(items)
    total = sum(items)
    distances = count * sum([item * item for item in items]) - total * total
    if distances % (count * (count - less)) == 0:
        return distances // (count * (count - less))
    return distances / (count * (count - less))


def _deviation(items: list[float], less: int) -> float:
    first = items[0]
    if type(first) is float:
        return exact_deviation(items, less)
    return exact_int_deviation(items, less)
