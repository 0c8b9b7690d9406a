"""Special methods of simple classes: operators, comparisons, len, truth, items, texts."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

VECTOR: Final = '''
class Vector:
    """Two numbers."""

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __floordiv__(self, other):
        return self.x // other.x

    def __neg__(self):
        return Vector(-self.x, -self.y)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vector):
            return False
        return self.x == other.x and self.y == other.y

    def __lt__(self, other):
        return self.x < other.x

    def __le__(self, other):
        return self.x <= other.x

    def __len__(self):
        return self.x

    def __getitem__(self, place):
        if place > 1:
            raise IndexError("two items")
        return self.x if place == 0 else self.y

    def __contains__(self, item):
        return item == self.x or item == self.y

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"
'''
BAG: Final = """
from dataclasses import dataclass

@dataclass
class Bag:
    items: list[int]

    def __bool__(self):
        return sum(self.items) > 3

    def __str__(self):
        return "bag of " + str(len(self.items))

    def __eq__(self, other):
        return len(self.items) == len(other.items)
"""
CASES: Final[dict[str, tuple[str, list[tuple[Any, ...]]]]] = {
    "arithmetic": (
        VECTOR
        + """
def f(n: int) -> list[int]:
    v = Vector(n, 1) + Vector(2, 3) * n - -Vector(1, 1)
    v += Vector(1, 0)
    return [v.x, v.y, v // Vector(n, 0)]
""",
        [(1,), (-4,), (0,)],
    ),
    "comparisons": (
        VECTOR
        + """
def f(n: int) -> list[bool]:
    v, w = Vector(n, 1), Vector(2, 1)
    return [v == w, v != w, v < w, v > w, v <= w, v >= w, v == 1, v != "a", v is None, v == None]
""",
        [(1,), (2,), (3,)],
    ),
    "length, truth and items": (
        VECTOR
        + """
def f(n: int, i: int) -> int:
    v = Vector(n, 5)
    if not v:
        return -7
    return len(v) * 100 + v[i] + (10 if v else 20) + (1 if i in v else 0) + (2 if i not in v else 0)
""",
        [(1, 0), (0, 1), (3, 1), (3, 2), (-1, 0)],
    ),
    "a length below zero": (
        VECTOR + "\ndef f(n: int) -> int:\n    return len(Vector(n, 1))\n",
        [(1,), (-1,)],
    ),
    "texts": (
        VECTOR
        + """
def f(n: int) -> str:
    v = Vector(n, "a")
    return f"{v} {v!r:>20}" + str(v) + repr(v) + "%s" % v + "{}".format(v)
""",
        [(1,), (-1,)],
    ),
    "a dataclass that says it itself": (
        BAG
        + """
def f(xs: list[int]) -> str:
    bag = Bag(xs)
    other = Bag([1, 2])
    return f"{bag}, {other!s}, {bool(bag)} {'some' if bag else 'few'} {bag == other} {bag != other}"
""",
        [([],), ([5],), ([1, 1],)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_as_cpython(name: str) -> None:
    source, cases = CASES[name]
    check(source, *cases, entry="f")


@pytest.mark.parametrize(
    "body",
    [
        "q = v or w",
        "q = v if n > 1 else None\n    if q:\n        n = 1",
        "q = v < w < v",
        "q = v in [w]",
        "q = [v, w].index(v)",
        "q = [v] == [w]",
        "q = (v, 1) == (w, 1)",
        "q = {v: 1}",
        "q = sorted([v, w])",
        "q = max(v, w)",
        "q = str([v])",
        "q = 2 * v",
        "q = v & w",
        "q = v[0:1]",
        "q = None == v",
        "for q in v:\n        pass",
    ],
)
def test_what_would_ask_other_methods_is_refused(body: str) -> None:
    source = f"{VECTOR}\ndef f(n: int) -> int:\n    v, w = Vector(n, 1), Vector(2, 2)\n    {body}\n    return n\n"
    with pytest.raises(NotNativeError):
        Cell(source, "f")


def test_the_text_of_what_has_only_a_str_is_not_its_repr() -> None:
    with pytest.raises(NotNativeError):
        Cell(f"{BAG}\ndef f(xs: list[int]) -> str:\n    return repr(Bag(xs))\n", "f")
