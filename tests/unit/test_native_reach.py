"""What programs of others needed: options of containers, branches that never run, keys of texts, dicts of functions."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

CASES: Final[dict[str, tuple[str, list[tuple[Any, ...]]]]] = {
    "a list or None, chosen and handed on": (
        """
def f(n: int) -> int:
    x = [1, n] if n > 3 else None
    y = x
    z = (1, [n]) if n > 2 else None
    return (1 if y is None else y[1]) + (0 if z is None else z[1][0])
""",
        [(1,), (3,), (9,)],
    ),
    "what was told to be no None is not asked again": (
        """
def f(x: int | None) -> int:
    if x is None:
        x = 3
    if x is None:
        return x.missing
    if x == 7:
        x = None
    return 1 if x is None else x
""",
        [(None,), (7,), (5,)],
    ),
    "None in a loop": (
        """
def f(x: int | None) -> int:
    for i in range(3):
        if x is None:
            x = i
        elif x is not None and x > 1:
            x = None
    return -1 if x is None else x
""",
        [(None,), (7,), (1,)],
    ),
    "tuples of texts as keys": (
        """
def f(n: int, s: str) -> int:
    d = {(n, c): n for c in "abc"}
    return d.get((n, s), 5) + d[n, "a"]
""",
        [(1, "ab"), (2, "b"), (2, "")],
    ),
    "a dict of functions": (
        """
import operator

def add(a, b):
    return a + b

OPS = {"+": add, "-": lambda a, b: a - b, "*": operator.mul, "/": lambda x, y: x // y}

def f(tokens: list[str]) -> int:
    stack = []
    for token in tokens:
        if token in OPS:
            stack.append(OPS[token](stack.pop(), stack.pop()))
        elif token == "?":
            stack.append(OPS[token](1, 2))
        elif token == "&":
            apply = OPS["+"]
            stack.append(apply(stack[-1], 100))
        else:
            stack.append(int(token))
    return stack[-1]
""",
        [
            (["1", "2", "+"],),
            (["1", "2", "-", "3", "*", "&"],),
            (["1", "?"],),
            (["0", "1", "/", "0", "3", "/"],),
            (["+"],),
            ([],),
        ],
    ),
    "a dict of functions in a function": (
        """
def f(op: str, a: int, b: int) -> int:
    scale = b + 1
    ops = {"add": lambda x, y: (x + y) * scale, "sub": lambda x, y: x - y * scale}
    if op not in ops:
        raise ValueError("no such operation")
    scale = 3
    g = ops[op]
    return g(a, b) + ops["add"](1, 1)
""",
        [("add", 1, 2), ("sub", 1, 2), ("x", 1, 2)],
    ),
    "functions by number": (
        """
def f(n: int, k: int) -> float:
    def half(x):
        return x / 2
    shapes = {0: half, 1: abs, 2: float}
    return shapes[k](n) + 0.5
""",
        [(-3, 0), (-3, 1), (3, 2), (3, 4)],
    ),
    "constants of a class": (
        """
class Scale:
    factor = 3
    name = "s"
    low: float

    def __init__(self, x):
        self.x = x

    def scaled(self):
        return self.x * self.factor + Scale.factor

def make(x):
    return Scale(x)

def f(n: int) -> str:
    return Scale.name * n + str(make(n).factor + make(10 // n).scaled()) + str(round(n / 7, ndigits=2))
""",
        [(1,), (2,), (0,)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_as_cpython(name: str) -> None:
    source, cases = CASES[name]
    check(source, *cases, entry="f")


@pytest.mark.parametrize(
    "body",
    [
        "self.factor = 4",
        "Scale.factor = 4",
        "self.factor += 1",
    ],
)
def test_a_constant_of_a_class_is_never_assigned(body: str) -> None:
    source = (
        "class Scale:\n    factor = 3\n    def __init__(self, x):\n        self.x = x\n    def change(self):\n"
        f"        {body}\ndef f(n: int) -> int:\n    s = Scale(n)\n    s.change()\n    return s.factor\n"
    )
    with pytest.raises(NotNativeError):
        Cell(source, "f")
