"""Questions for the type of a value are answered while a cell is compiled; what is never run is not typed."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

CASES: Final[dict[str, tuple[str, list[tuple[Any, ...]]]]] = {
    "a guard": (
        """
def f(n: int) -> int:
    if not isinstance(n, int):
        raise TypeError("n must be int")
    if n < 0:
        raise ValueError("n must not be negative")
    return n * 2
""",
        [(1,), (-1,)],
    ),
    "the other sides are not typed": (
        """
def f(n: int) -> str:
    if isinstance(n, str):
        return n.strip().upper()
    elif isinstance(n, float) and n.is_integer():
        return n.hex()
    elif isinstance(n, (int, float)):
        return str(n + 1)
    n.nothing()
""",
        [(1,), (-1,)],
    ),
    "bool is an int, int is no bool": (
        """
def f(n: int, b: bool) -> list[bool]:
    return [isinstance(n, bool), isinstance(b, bool), isinstance(b, int), type(b) is int, type(n) == int, type(b) == bool]
""",
        [(1, True)],
    ),
    "options": (
        """
def f(n: int | None, s: str | None) -> str:
    if not isinstance(n, int):
        return "none"
    if isinstance(s, str) and s.upper() == "A":
        return s * n
    return "empty" if type(s) is type(None) else type(n).__name__
""",
        [(3, "a"), (3, "b"), (3, None), (None, "a")],
    ),
    "options, none among the classes": (
        """
def f(n: int | None) -> list[bool]:
    return [isinstance(n, int | None), isinstance(n, object), isinstance(n, type(None)), isinstance(n, (str, type(None)))]
""",
        [(3,), (None,)],
    ),
    "each instance of a helper by itself": (
        """
def f(xs: list[int], s: str) -> str:
    return g(xs) + g(3) + g(s) + g((s, 1)) + g(2.5)

def g(x):
    if isinstance(x, str):
        return x.upper()
    elif type(x) == int:
        return str(x + 1)
    elif type(x) in (list, tuple):
        return "|".join([g(y) for y in x]) if type(x) is list else g(x[0]) + g(x[1])
    else:
        return type(x).__name__
""",
        [([1, 2], "a"), ([], "")],
    ),
    "recursion over what is a list": (
        """
def f(xs: list[list[int]]) -> int:
    return total(xs)

def total(x):
    if isinstance(x, list):
        s = 0
        for y in x:
            s += total(y)
        return s
    return x
""",
        [([[1, 2], [], [3]],), ([],)],
    ),
    "a variable without a value": (
        """
def f(c: bool) -> bool:
    if c:
        x = 5
    return isinstance(x, int)
""",
        [(True,), (False,)],
    ),
    "effects of what is asked about": (
        """
def f(n: int) -> int:
    if isinstance(1 // n, int):
        return 4
    return n.strip()
""",
        [(2,), (0,)],
    ),
    "in comprehensions": (
        """
def f(xs: list[int | None]) -> list[int]:
    assert all(isinstance(x, int) or x is None for x in xs)
    return [x for x in xs if isinstance(x, int)]
""",
        [([1, None, 3],), ([],)],
    ),
    "classes of the cell": (
        """
from dataclasses import dataclass
from typing import NamedTuple

@dataclass
class P:
    x: int

class Q(NamedTuple):
    x: int

def f(n: int) -> list[bool]:
    p = P(n)
    q = None
    if n > 3:
        q = Q(n)
    return [isinstance(p, P), isinstance(q, Q) and q.x > 4, isinstance(q, tuple), isinstance(p, (Q, tuple)), type(q) is tuple]
""",
        [(1,), (4,), (9,)],
    ),
    "loops and asserts": (
        """
def f(n: int) -> int:
    x = n
    assert isinstance(n, int), "n must be int"
    while isinstance(x, int) and x > 0:
        x -= 2
    if type(x) != int or type(n) is not int:
        return n.strip()
    return x
""",
        [(1,), (4,), (-3,)],
    ),
    "two types beside each other": (
        """
def f(a: int, b: float) -> list[bool]:
    c = a + 1
    return [type(a) == type(b), type(a) is type(c), type(c) != type(b)]
""",
        [(1, 2.0)],
    ),
    "a constant of the cell": (
        """
CHECKS = False

def f(n: int) -> int:
    if CHECKS:
        n.verify()
    return n if not CHECKS else n.verified
""",
        [(1,)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_questions_for_types_are_answered_as_cpython_does(name: str) -> None:
    source, cases = CASES[name]
    check(source, *cases, entry="f")


def test_a_guard_costs_nothing() -> None:
    plain = "def f(n: int) -> int:\n    return n + 1\n"
    guarded = plain.replace("    return", "    if not isinstance(n, int):\n        raise TypeError('n')\n    return")
    assert len(Cell(guarded).payload.data) == len(Cell(plain).payload.data)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("x = 0\n    for i in range(n):\n        x += 0.5\n    return isinstance(x, int)", "int or float"),
        ("return isinstance(n, Number)", "not Number"),
        ("return isinstance({n}, set)", "set"),
        ("t = type(n)\n    return True", "type(x)"),
        ("isinstance = n\n    return True", "another name"),
        ("return type(n) < int", "is, is not"),
    ],
)
def test_what_cannot_be_told_is_refused(body: str, said: str) -> None:
    with pytest.raises(NotNativeError, match=said.replace("(", r"\(").replace(")", r"\)")):
        Cell(f"def f(n: int) -> bool:\n    {body}\n")
