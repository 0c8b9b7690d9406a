"""``place op= value`` where computing the value puts another object in the place, and iterators over what a method changes."""

from __future__ import annotations

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

_HEAD = """class P:
    def __init__(self, xs: list[int], s: set[int]) -> None:
        self.xs = xs
        self.s = s
    def put(self) -> int:
        self.xs = [9]
        self.s = {9}
        return 1
    def grow(self) -> None:
        self.xs.insert(0, 5)

"""
_TAIL = """
def swap(m: list[list[int]]) -> int:
    m[0], m[1] = m[1], m[0]
    return m[0][0]
"""
_REBOUND = {
    "nonlocal": """    xs = [n]
    def put() -> int:
        nonlocal xs
        xs = xs + [7]
        return 1
    ys = xs
    xs += [len(xs), put()]
    return xs + ys
""",
    "field": "    p = P([n], {n})\n    xs = p.xs\n    p.xs += [p.put()]\n    return xs + p.xs\n",
    "field of a set": "    p = P([n], {n})\n    p.s |= {p.put()}\n    return sorted(p.s)\n",
    "item": "    m = [[1], [n]]\n    m[0] += [swap(m)]\n    return m[0] + [-1] + m[1]\n",
    "entry": "    d = {1: [n], 2: [3]}\n    d[1] += [len(d.pop(1))]\n    return list(d) + d[1]\n",
    "entry of a set": "    d = {1: {n}, 2: {3}}\n    d[1] |= {len(d.pop(1))}\n    return list(d) + sorted(d[1])\n",
    "item that is gone": """    m = [[1], [2]]
    last = m[1]
    try:
        m[n] += [len(m.pop())]
    except IndexError:
        m.append([7])
    return m[0] + [-1] + m[-1] + last
""",
}


@pytest.mark.parametrize("body", _REBOUND.values(), ids=_REBOUND)
def test_the_object_that_was_there_is_put_back(body: str) -> None:
    check(f"{_HEAD}def f(n: int) -> list[int]:\n{body}{_TAIL}", (0,), (1,))


@pytest.mark.parametrize("iterator", ["islice(xs, 1, 4)", "pairwise(xs)", "chain(xs, [n])"])
def test_an_iterator_over_what_a_method_may_change_is_not_native(iterator: str) -> None:
    body = f"    xs = [1, 2, 3]\n    p = P(xs, {{n}})\n    for x in {iterator}:\n        p.grow()\n    return len(xs)\n"
    source = f"from itertools import chain, islice, pairwise\n\n{_HEAD}def f(n: int) -> int:\n{body}"
    with pytest.raises(NotNativeError, match="may change inside of this loop"):
        Cell(source, "f")
    Cell(source.replace("(xs", "([4, n]"), "f")
