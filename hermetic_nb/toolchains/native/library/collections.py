"""`collections`: what Counters do, as the plain dicts that they are (`inference.defaults` calls these functions)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.toolchains.native.library.kinds import Item


def counted(iterable: Iterable[Item]) -> dict[Item, int]:
    """How often each item comes."""
    counts: dict[Item, int] = {}
    for item in iterable:
        counts[item] = counts.get(item, 0) + 1
    return counts


def update(counts: dict[Item, int], iterable: Iterable[Item]) -> None:
    """Count more items."""
    for item in iterable:
        counts[item] = counts.get(item, 0) + 1


def update_counts(counts: dict[Item, int], other: dict[Item, int]) -> None:
    """Add other counts."""
    for item, count in other.items():
        counts[item] = counts.get(item, 0) + count


def subtract(counts: dict[Item, int], iterable: Iterable[Item]) -> None:
    """Take items off."""
    for item in iterable:
        counts[item] = counts.get(item, 0) - 1


def subtract_counts(counts: dict[Item, int], other: dict[Item, int]) -> None:
    """Take other counts off."""
    for item, count in other.items():
        counts[item] = counts.get(item, 0) - count


def total(counts: dict[Item, int]) -> int:
    """The sum of the counts."""
    return sum(counts.values())


def most_common(counts: dict[Item, int]) -> list[tuple[Item, int]]:
    """Items with their counts, the largest first; equal ones in the order in which they came."""
    return sorted(counts.items(), key=lambda pair: pair[1], reverse=True)


def most_common__n(counts: dict[Item, int], n: int) -> list[tuple[Item, int]]:
    """So many of them."""
    return sorted(counts.items(), key=lambda pair: pair[1], reverse=True)[: max(n, 0)]


def plus(left: dict[Item, int], right: dict[Item, int]) -> dict[Item, int]:
    """Sums that are positive."""
    made: dict[Item, int] = {}
    for item, count in left.items():
        both = count + right.get(item, 0)
        if both > 0:
            made[item] = both
    for item, count in right.items():
        if item not in left and count > 0:
            made[item] = count  # noqa: PERF403 # after those of the other
    return made


def minus(left: dict[Item, int], right: dict[Item, int]) -> dict[Item, int]:
    """Differences that are positive."""
    made: dict[Item, int] = {}
    for item, count in left.items():
        rest = count - right.get(item, 0)
        if rest > 0:
            made[item] = rest
    for item, count in right.items():
        if item not in left and count < 0:
            made[item] = -count
    return made


def union(left: dict[Item, int], right: dict[Item, int]) -> dict[Item, int]:
    """The larger of both, where positive."""
    made: dict[Item, int] = {}
    for item, count in left.items():
        most = max(count, right.get(item, 0))
        if most > 0:
            made[item] = most
    for item, count in right.items():
        if item not in left and count > 0:
            made[item] = count  # noqa: PERF403 # after those of the other
    return made


def intersection(left: dict[Item, int], right: dict[Item, int]) -> dict[Item, int]:
    """The smaller of both, where positive."""
    made: dict[Item, int] = {}
    for item, count in left.items():
        least = min(count, right.get(item, 0))
        if least > 0:
            made[item] = least
    return made


def equal(left: dict[Item, int], right: dict[Item, int]) -> bool:
    """Whether all counts are equal; an item that is not there counts 0."""
    for item, count in left.items():
        if count != right.get(item, 0):
            return False
    return all(count == 0 or item in left for item, count in right.items())
