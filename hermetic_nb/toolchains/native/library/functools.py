"""`functools`: reduce. Caches are a matter of the compiler."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hermetic_nb.toolchains.native.library.kinds import Item, Other


def reduce(function: Callable[[Item, Item], Item], iterable: Iterable[Item]) -> Item:
    """The items folded into one, from the left."""
    items = list(iterable)
    if len(items) == 0:
        raise TypeError("reduce() of empty iterable with no initial value")
    total = items[0]
    for place in range(1, len(items)):
        total = function(total, items[place])
    return total


def reduce__initial(function: Callable[[Other, Item], Other], iterable: Iterable[Item], initial: Other) -> Other:
    """The items folded into a first value, from the left."""
    total = initial
    for item in iterable:
        total = function(total, item)
    return total
