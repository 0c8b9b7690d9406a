"""`bisect`: places in lists that are in order. ``hi`` of -1 means the length, as in CPython."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.toolchains.native.library.kinds import Item, Rank


def bisect_left(a: Sequence[Rank], x: Rank, lo: int = 0, hi: int = -1) -> int:
    """The first place where x can stand."""
    if lo < 0:
        raise ValueError("lo must be non-negative")
    if hi == -1:
        hi = len(a)
    while lo < hi:
        middle = lo + (hi - lo) // 2
        if a[middle] < x:
            lo = middle + 1
        else:
            hi = middle
    return lo


def bisect_right(a: Sequence[Rank], x: Rank, lo: int = 0, hi: int = -1) -> int:
    """The last place where x can stand."""
    if lo < 0:
        raise ValueError("lo must be non-negative")
    if hi == -1:
        hi = len(a)
    while lo < hi:
        middle = lo + (hi - lo) // 2
        if x < a[middle]:
            hi = middle
        else:
            lo = middle + 1
    return lo


def bisect_left__key(a: Sequence[Item], x: Rank, lo: int = 0, hi: int = -1, *, key: Callable[[Item], Rank]) -> int:
    """The first place where an item with the key x can stand."""
    if lo < 0:
        raise ValueError("lo must be non-negative")
    if hi == -1:
        hi = len(a)
    while lo < hi:
        middle = lo + (hi - lo) // 2
        if key(a[middle]) < x:
            lo = middle + 1
        else:
            hi = middle
    return lo


def bisect_right__key(a: Sequence[Item], x: Rank, lo: int = 0, hi: int = -1, *, key: Callable[[Item], Rank]) -> int:
    """The last place where an item with the key x can stand."""
    if lo < 0:
        raise ValueError("lo must be non-negative")
    if hi == -1:
        hi = len(a)
    while lo < hi:
        middle = lo + (hi - lo) // 2
        if x < key(a[middle]):
            hi = middle
        else:
            lo = middle + 1
    return lo


def insort_left(a: list[Rank], x: Rank, lo: int = 0, hi: int = -1) -> None:
    """Put x at the first place where it can stand."""
    a.insert(bisect_left(a, x, lo, hi), x)


def insort_right(a: list[Rank], x: Rank, lo: int = 0, hi: int = -1) -> None:
    """Put x at the last place where it can stand."""
    a.insert(bisect_right(a, x, lo, hi), x)


def insort_left__key(a: list[Item], x: Item, lo: int = 0, hi: int = -1, *, key: Callable[[Item], Rank]) -> None:
    """Put x at the first place where it can stand by its key."""
    a.insert(bisect_left__key(a, key(x), lo, hi, key=key), x)


def insort_right__key(a: list[Item], x: Item, lo: int = 0, hi: int = -1, *, key: Callable[[Item], Rank]) -> None:
    """Put x at the last place where it can stand by its key."""
    a.insert(bisect_right__key(a, key(x), lo, hi, key=key), x)


bisect = bisect_right
bisect__key = bisect_right__key
insort = insort_right
insort__key = insort_right__key
