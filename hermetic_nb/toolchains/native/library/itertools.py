"""`itertools`: lists of what CPython's iterators give. `parse.iterators` writes what takes any number of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hermetic_nb.toolchains.native.library.kinds import Item, Other, Term


def accumulate(iterable: Iterable[Term]) -> list[Term]:
    """Running sums."""
    items = list(iterable)
    if len(items) == 0:
        return items
    total = items[0]
    totals = [total]
    for place in range(1, len(items)):
        total = total + items[place]
        totals.append(total)
    return totals


def accumulate__initial(iterable: Iterable[Term], *, initial: Term) -> list[Term]:
    """Running sums from a first one on."""
    total = initial
    totals = [total]
    for item in iterable:
        total = total + item
        totals.append(total)
    return totals


def accumulate__func(iterable: Iterable[Item], func: Callable[[Item, Item], Item]) -> list[Item]:
    """Running results of a function of two arguments."""
    items = list(iterable)
    if len(items) == 0:
        return items
    total = items[0]
    totals = [total]
    for place in range(1, len(items)):
        total = func(total, items[place])
        totals.append(total)
    return totals


def accumulate__func__initial(
    iterable: Iterable[Item], func: Callable[[Other, Item], Other], *, initial: Other
) -> list[Other]:
    """Running results of a function of two arguments, from a first one on."""
    total = initial
    totals = [total]
    for item in iterable:
        total = func(total, item)
        totals.append(total)
    return totals


def pairwise(iterable: Iterable[Item]) -> list[tuple[Item, Item]]:
    """Each item with the next."""
    items = list(iterable)
    return [(items[place], items[place + 1]) for place in range(len(items) - 1)]


def takewhile(predicate: Callable[[Item], object], iterable: Iterable[Item]) -> list[Item]:
    """Items up to the first that is not wanted."""
    taken = []
    for item in iterable:
        if not predicate(item):
            break
        taken.append(item)
    return taken


def dropwhile(predicate: Callable[[Item], object], iterable: Iterable[Item]) -> list[Item]:
    """Items from the first on that is not passed over."""
    kept = []
    dropping = True
    for item in iterable:
        if dropping and predicate(item):
            continue
        dropping = False
        kept.append(item)
    return kept


def filterfalse(function: Callable[[Item], object], iterable: Iterable[Item]) -> list[Item]:
    """Items of which the function is false."""
    return [item for item in iterable if not function(item)]


def compress(data: Iterable[Item], selectors: Iterable[object]) -> list[Item]:
    """Items whose selectors are true."""
    return [item for item, wanted in zip(data, selectors) if wanted]  # noqa: B905 # the shorter ends it


def islice(iterable: Iterable[Item], stop: int) -> list[Item]:
    """The first items."""
    if stop < 0:
        raise ValueError("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    return list(iterable)[:stop]


def islice__stop(iterable: Iterable[Item], start: int, stop: int) -> list[Item]:
    """Items between two places."""
    if start < 0 or stop < 0:
        raise ValueError("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    return list(iterable)[start:stop]


def islice__stop__step(iterable: Iterable[Item], start: int, stop: int, step: int) -> list[Item]:
    """Every so manieth item between two places."""
    if start < 0 or stop < 0:
        raise ValueError("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    if step < 1:
        raise ValueError("Step for islice() must be a positive integer or None.")
    return list(iterable)[start:stop:step]


def zip_longest(first: Iterable[Item], second: Iterable[Other]) -> list[tuple[Item | None, Other | None]]:
    """Pairs of items, as many as the longer has."""
    left = list(first)
    right = list(second)
    return [
        (left[place] if place < len(left) else None, right[place] if place < len(right) else None)
        for place in range(max(len(left), len(right)))
    ]


def zip_longest__fillvalue(
    first: Iterable[Item], second: Iterable[Item], *, fillvalue: Item
) -> list[tuple[Item, Item]]:
    """Pairs of items, as many as the longer has."""
    left = list(first)
    right = list(second)
    return [
        (left[place] if place < len(left) else fillvalue, right[place] if place < len(right) else fillvalue)
        for place in range(max(len(left), len(right)))
    ]


def groupby(iterable: Iterable[Item]) -> list[tuple[Item, list[Item]]]:
    """Runs of equal items."""
    groups: list[tuple[Item, list[Item]]] = []
    for item in iterable:
        if len(groups) == 0 or item not in [groups[-1][0]]:  # noqa: FURB171 # a NaN equals itself
            groups.append((item, [item]))
        else:
            groups[-1][1].append(item)
    return groups


def groupby__key(iterable: Iterable[Item], key: Callable[[Item], Other]) -> list[tuple[Other, list[Item]]]:
    """Runs of items with equal keys."""
    groups: list[tuple[Other, list[Item]]] = []
    for item in iterable:
        name = key(item)
        if len(groups) == 0 or name not in [groups[-1][0]]:  # noqa: FURB171 # a NaN equals itself
            groups.append((name, [item]))
        else:
            groups[-1][1].append(item)
    return groups


def chain(first: Iterable[Item], second: Iterable[Item]) -> list[Item]:
    """The items of one, then those of the other."""
    items = list(first)
    items.extend(second)
    return items


def from_iterable(iterables: Iterable[Iterable[Item]]) -> list[Item]:
    """The items of each."""
    return [item for iterable in iterables for item in iterable]


def permutations(iterable: Iterable[Item]) -> list[tuple[Item, ...]]:
    """All orders of the items."""
    pool = list(iterable)
    count = len(pool)
    found = [tuple(pool)]
    order = list(range(count))
    turns = list(range(count, 0, -1))
    place = count - 1
    while place >= 0:
        turns[place] -= 1
        if turns[place] == 0:
            first = order[place]
            for later in range(place, count - 1):
                order[later] = order[later + 1]
            order[count - 1] = first
            turns[place] = count - place
            place -= 1
        else:
            other = count - turns[place]
            order[place], order[other] = order[other], order[place]
            found.append(tuple([pool[number] for number in order]))
            place = count - 1
    return found


def combinations(iterable: Iterable[Item], r: int) -> list[tuple[Item, ...]]:
    """Choices of r items in their order."""
    if r < 0:
        raise ValueError("r must be non-negative")
    pool = list(iterable)
    found: list[tuple[Item, ...]] = []
    if r > len(pool):
        return found
    chosen = list(range(r))
    while True:
        found.append(tuple([pool[number] for number in chosen]))
        place = r - 1
        while place >= 0 and chosen[place] == place + len(pool) - r:
            place -= 1
        if place < 0:
            return found
        chosen[place] += 1
        for later in range(place + 1, r):
            chosen[later] = chosen[later - 1] + 1


def product__repeat(iterable: Iterable[Item], *, repeat: int) -> list[tuple[Item, ...]]:
    """All rows of so many items."""
    if repeat < 0:
        raise ValueError("repeat argument cannot be negative")
    pool = list(iterable)
    rows: list[tuple[Item, ...]] = [()]
    for _ in range(repeat):
        rows = [(*row, item) for row in rows for item in pool]
    return rows
