"""What takes the items of a generator one by one: the generator sees them, and they stay where a later one raises."""

from __future__ import annotations

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

_RAISES = "    try:\n        {}\n    except ZeroDivisionError:\n        {}\n"
_TAKERS = {
    "list": ("xs = [7]", "xs.extend(10 // v for v in [5, n, 2])", "xs.append(-1)", "xs"),
    "map": ("xs = [7]", "xs.extend(map(g, [5, n, 2]))", "xs.append(-1)", "xs"),
    "filter": ("xs = [7]", "xs.extend(filter(g, [5, n, 2]))", "xs.append(-1)", "xs"),
    "nested": ("xs = [7]", "xs.extend(a // b for a in [6, 8] if a for b in [1, n])", "xs.append(-1)", "xs"),
    "field": ("p = P([7])", "p.xs.extend(10 // v for v in [5, n, 2])", "p.xs.append(-1)", "p.xs"),
    "set": ("xs = {7}", "xs.update(10 // v for v in [5, n, 2])", "xs.add(-1)", "sorted(xs)"),
    "deque": ("xs = deque([7])", "xs.extend(10 // v for v in [5, n, 2])", "xs.append(-1)", "list(xs)"),
    "left": ("xs = deque([7])", "xs.extendleft(10 // v for v in [5, n, 2])", "xs.append(-1)", "list(xs)"),
}
_HEAD = """from collections import deque
from dataclasses import dataclass

@dataclass
class P:
    xs: list[int]

def g(v: int) -> int:
    return 10 // v

"""


@pytest.mark.parametrize(("made", "taken", "caught", "shown"), _TAKERS.values(), ids=_TAKERS)
def test_items_stay_where_a_later_one_raises(made: str, taken: str, caught: str, shown: str) -> None:
    body = f"    {made}\n{_RAISES.format(taken, caught)}    return {shown}\n"
    check(f"{_HEAD}def f(n: int) -> list[int]:\n{body}", (0,), (1,), (3,))


_SEEN = {
    "length": "xs.extend(len(xs) + v for v in range(n))",
    "items": "xs.extend(v + n for v in xs if len(xs) < 6)",
    "alias": "xs.extend(ys[-1] * 2 for v in range(n))",
    "set": "s.update(len(s) + v for v in range(n))",
    "membership": "s.update(v + 1 for v in range(n) if v in s)",
}


@pytest.mark.parametrize("taken", _SEEN.values(), ids=_SEEN)
def test_the_generator_sees_what_was_taken(taken: str) -> None:
    body = f"    xs = [1]\n    ys = xs\n    s = {{0, 5}}\n    {taken}\n    return xs + ys + sorted(s)\n"
    check(f"def f(n: int) -> list[int]:\n{body}", (0,), (1,), (4,))


def test_what_may_be_none_is_found_out_before_the_first_item() -> None:
    source = """def f(xs: list[int] | None, n: int) -> int:
    try:
        xs.extend(10 // v for v in range(n))
    except AttributeError:
        return -1
    return 5
"""
    check(source, (None, 0), (None, 3), ([1], 0))


@pytest.mark.parametrize(
    "line",
    [
        "a = Counter([1]); a.update(10 // v for v in [n])",
        "a = {1}; a.difference_update(10 // v for v in [n])",
        "a = [1]; a.extend(accumulate([3, n], lambda p, q: p // q))",
        "a = [1]; b = [a.extend(10 // v for v in [n])]",
    ],
)
def test_elsewhere_a_generator_that_may_raise_is_not_native(line: str) -> None:
    head = "from collections import Counter\nfrom itertools import accumulate\n\n"
    with pytest.raises(NotNativeError):
        Cell(f"{head}def f(n: int) -> int:\n    {line}\n    return len(a)\n")


_KEYS = {
    "itself": "    xs.sort(key=lambda v: len(xs) * v)\n",
    "alias": "    ys = xs\n    xs.sort(key=lambda v: v * ys[0])\n",
    "function": "    def k(v: int) -> int:\n        return v * len(xs)\n    xs.sort(key=k)\n",
    "field": "    p = P(xs)\n    xs.sort(key=lambda v: v * len(p.xs))\n",
}


@pytest.mark.parametrize("body", _KEYS.values(), ids=_KEYS)
def test_a_key_that_may_see_the_list_that_is_sorted_is_not_native(body: str) -> None:
    """In CPython the list is empty while it is sorted."""
    with pytest.raises(NotNativeError, match="sorted"):
        Cell(f"{_HEAD}def f(xs: list[int]) -> list[int]:\n{body}    return xs\n", "f")


def test_a_key_that_reads_other_lists_is_native() -> None:
    source = """def f(xs: list[int], ys: list[int]) -> list[int]:
    zs = list(range(len(xs)))
    zs.sort(key=lambda v: (xs[v], ys[v]))
    return zs + sorted(zs, key=lambda v: zs[v])
"""
    check(source, ([3, 1, 2], [2, 1, 0]), ([1, 1], [2, 1]), ([], []))
