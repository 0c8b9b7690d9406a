"""`heapq`: the same items at the same places as in CPython."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hermetic_nb.toolchains.native.library.kinds import Item, Rank


def _rise(heap: list[Rank], low: int, place: int) -> None:
    """Move the item at a place up to where its parent, not above ``low``, is not larger."""
    item = heap[place]
    while place > low:
        parent = (place - 1) >> 1
        if not item < heap[parent]:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = item


def _sink(heap: list[Rank], low: int) -> None:
    """Move the item at a place down along the smaller children to the end, and then up to where it belongs."""
    end = len(heap)
    item = heap[low]
    place = low
    child = 2 * place + 1
    while child < end:
        if child + 1 < end and not heap[child] < heap[child + 1]:
            child += 1
        heap[place] = heap[child]
        place = child
        child = 2 * place + 1
    heap[place] = item
    _rise(heap, low, place)


def heappush(heap: list[Rank], item: Rank) -> None:
    """Add an item."""
    heap.append(item)
    _rise(heap, 0, len(heap) - 1)


def heappop(heap: list[Rank]) -> Rank:
    """Remove and return the smallest item."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    last = heap.pop()
    if len(heap) == 0:
        return last
    least = heap[0]
    heap[0] = last
    _sink(heap, 0)
    return least


def heapify(heap: list[Rank]) -> None:
    """Put a list in heap order."""
    for place in range(len(heap) // 2 - 1, -1, -1):
        _sink(heap, place)


def heapreplace(heap: list[Rank], item: Rank) -> Rank:
    """Return the smallest item, and put another in its stead."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    least = heap[0]
    heap[0] = item
    _sink(heap, 0)
    return least


def heappushpop(heap: list[Rank], item: Rank) -> Rank:
    """Add an item, then remove and return the smallest."""
    if len(heap) == 0 or not heap[0] < item:
        return item
    least = heap[0]
    heap[0] = item
    _sink(heap, 0)
    return least


def _rise_max(heap: list[Rank], low: int, place: int) -> None:
    """As ``_rise``, for a heap whose first item is the largest."""
    item = heap[place]
    while place > low:
        parent = (place - 1) >> 1
        if not heap[parent] < item:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = item


def _sink_max(heap: list[Rank], low: int) -> None:
    """As ``_sink``, for a heap whose first item is the largest."""
    end = len(heap)
    item = heap[low]
    place = low
    child = 2 * place + 1
    while child < end:
        if child + 1 < end and not heap[child + 1] < heap[child]:
            child += 1
        heap[place] = heap[child]
        place = child
        child = 2 * place + 1
    heap[place] = item
    _rise_max(heap, low, place)


def heappush_max(heap: list[Rank], item: Rank) -> None:
    """Add an item to a heap of the largest."""
    heap.append(item)
    _rise_max(heap, 0, len(heap) - 1)


def heappop_max(heap: list[Rank]) -> Rank:
    """Remove and return the largest item."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    last = heap.pop()
    if len(heap) == 0:
        return last
    largest = heap[0]
    heap[0] = last
    _sink_max(heap, 0)
    return largest


def heapify_max(heap: list[Rank]) -> None:
    """Put a list in the order of a heap of the largest."""
    for place in range(len(heap) // 2 - 1, -1, -1):
        _sink_max(heap, place)


def heapreplace_max(heap: list[Rank], item: Rank) -> Rank:
    """Return the largest item, and put another in its stead."""
    if len(heap) == 0:
        raise IndexError("index out of range")
    largest = heap[0]
    heap[0] = item
    _sink_max(heap, 0)
    return largest


def heappushpop_max(heap: list[Rank], item: Rank) -> Rank:
    """Add an item, then remove and return the largest."""
    if len(heap) == 0 or not item < heap[0]:
        return item
    largest = heap[0]
    heap[0] = item
    _sink_max(heap, 0)
    return largest


def nsmallest(n: int, iterable: Iterable[Rank]) -> list[Rank]:
    """The smallest items, in order."""
    return sorted(iterable)[: max(n, 0)]


def nsmallest__key(n: int, iterable: Iterable[Item], key: Callable[[Item], Rank]) -> list[Item]:
    """The items with the smallest keys, in order."""
    return sorted(iterable, key=key)[: max(n, 0)]


def nlargest(n: int, iterable: Iterable[Rank]) -> list[Rank]:
    """The largest items, in order."""
    return sorted(iterable, reverse=True)[: max(n, 0)]


def nlargest__key(n: int, iterable: Iterable[Item], key: Callable[[Item], Rank]) -> list[Item]:
    """The items with the largest keys, in order."""
    return sorted(iterable, key=key, reverse=True)[: max(n, 0)]
