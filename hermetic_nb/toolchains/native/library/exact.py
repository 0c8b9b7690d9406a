"""What `statistics` asks of the runtime. The native compiler knows these names itself; CPython runs them as they stand."""

from __future__ import annotations

import statistics


def exact_mean(items: list[float]) -> float:
    """The mean, rounded once."""
    return statistics.mean(items)


def exact_variance(items: list[float], less: int) -> float:
    """The variance by n - less, rounded once."""
    return statistics.variance(items) if less else statistics.pvariance(items)


def exact_deviation(items: list[float], less: int) -> float:
    """The square root of the variance by n - less, rounded once."""
    return statistics.stdev(items) if less else statistics.pstdev(items)


def exact_int_deviation(items: list[float], less: int) -> float:
    """The same, of ints."""
    return statistics.stdev(items) if less else statistics.pstdev(items)
