"""Functions and comprehensions of the native subset against CPython."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.native_cells import Cell, Stopped, check


def cases(*pools: object) -> list[tuple[object, ...]]:
    """All combinations."""
    return list(itertools.product(*pools))  # type: ignore[call-overload] # pools are sequences


HELPERS = """
import math
LIMIT = 3
SCALE = 0.5

def f(n: int, s: str, xs: list[float]) -> float:
    t = add(n) + add(n, 5) + add(b=n, a=2) + add(1.5)
    grow(xs, t)
    u = join(s, join(s))
    if even(n):
        t += len(u)
    return t + total(xs) + pick(n, 1, 2.5) + pick(True, 3, 4) + LIMIT * SCALE + deep(n % 50, s)

def add(a, b=LIMIT, *, c=-1):
    return a * b + c

def grow(xs, x):
    xs.append(x)

def join(a, b="-"):
    return a + b + a

def even(n):
    return True if n <= 0 else odd(n - 1)

def odd(n):
    return False if n <= 0 else even(n - 1)

def total(xs):
    return sum(xs) if xs else 0

def pick(c, a, b):
    if c:
        return a
    return b

def deep(n, s):
    if n <= 0:
        return len(s)
    t = s + "x"
    return deep(n - 1, t) + deep(n // 3 - 1, t[1:])
"""


def test_helpers() -> None:
    check(HELPERS, *cases((0, 1, 2, 7, 40), ("", "ab"), ([], [1.5, -0.0])))


def test_recursion_of_the_entry_with_other_types() -> None:
    check(
        "def f(x: float) -> float:\n    if x > 10:\n        return f(1)\n    return x / 2 + (f(3) if x > 5 else 0)\n",
        (20.0,),
        (7.0,),
        (1.0,),
    )


def test_recursion_stops_at_the_depth_of_cpython() -> None:
    cell = Cell("def f(n: int) -> int:\n    return 0 if n == 0 else 1 + f(n - 1)\n")
    assert cell.run(900) == 900
    assert cell.run(10**6).exception == "RecursionError"
    endless = Cell("def f(n: int) -> int:\n    return g(n)\ndef g(n):\n    return f(n + 1)\n").run(0)
    assert isinstance(endless, Stopped)
    assert endless.exception == "RecursionError"


def test_functions_that_never_return() -> None:
    source = "def f(n: int) -> int:\n    if n > 0:\n        return n\n    return fail(n)\ndef fail(n):\n    raise KeyError('no ' + str(n))\n"
    check(source, (1,), (-1,))
    check("def f(n: int) -> int:\n    fail(n)\n    return n\ndef fail(n):\n    assert False, 'always'\n", (1,))
    check("def f(n: int) -> str:\n    raise ValueError\n", (1,))
    check("def f(n: int) -> int:\n    return g(n)\ndef g(n):\n    raise ValueError\n", (1,))


def test_a_helper_may_return_its_argument_or_an_empty_list() -> None:
    check(
        "def f(s: str) -> str:\n    t = same(s)\n    t += same(t) + same('x')\n    return same(s) + t\ndef same(x):\n    return x\n",
        ("",),
        ("ab",),
    )
    check(
        "def f(n: int) -> list[int]:\n    xs = new()\n    for i in range(n):\n        xs.append(i)\n    return xs + new()\ndef new():\n    return []\n",
        (3,),
    )
    check("def f(n: int) -> list[bool]:\n    return new()\ndef new():\n    return []\n", (3,))


def test_evaluation_order() -> None:
    source = """
def f(k: int, xs: list[int]) -> int:
    if k == 0:
        return note(xs, 1) + note(xs, 2) * note(xs, 3)
    if k == 1:
        xs[note(xs, 1)] = note(xs, 2)
    if k == 2:
        xs[note(xs, 0)] += note(xs, 2)
    if k == 3:
        return len([note(xs, 1), note(xs, 2)]) + max(note(xs, 3), note(xs, 4))
    if k == 4 and (note(xs, 5) < note(xs, 3) < note(xs, 4) or note(xs, 6) > 5):
        return xs[-1]
    if k == 5:
        xs.insert(note(xs, 0), note(xs, 9))
    if k == 6:
        return three(note(xs, 1), b=note(xs, 2), c=note(xs, 3))
    if k == 7:
        xs += [note(xs, 1)] * note(xs, 2)
    if k == 8:
        return sum(note(xs, i) for i in range(note(xs, 2), note(xs, 5)))
    if k == 9:
        a, b = note(xs, 1), note(xs, 2)
        return a - b
    return xs[note(xs, 0):note(xs, 9):note(xs, 2)][0]

def note(xs, n):
    xs.append(n)
    digest = 0
    for x in xs:
        digest = (digest * 31 + x) % 1000003
    return digest % 7 if n > 8 else n

def three(a, b, c):
    return a * 100 + b * 10 + c
"""
    check(source + "\n", *cases(range(11), ([], [4], [1, 2, 3])))
    result = (
        source.replace("-> int", "-> list[int]")
        .replace("        return ", "        xs[0] = ")
        .replace("    return xs[note", "    xs[0] = xs[note")
    )
    check(
        result.split("\ndef note")[0] + "\n    return xs\n\ndef note" + source.split("\ndef note")[1],
        *cases(range(11), ([4], [1, 2, 3])),
    )


def test_short_circuits_keep_their_operands_alive() -> None:
    source = """
def f(s: str, t: str, xs: list[int]) -> str:
    a = s or t or "none"
    b = s and t and s + t
    a = (a or b) + (b and a)
    c = (s + t if s < t else t + s) or "x"
    a = a[1:] + a
    c = max(a, c, b + "q")
    ys = xs or [1, 2]
    zs = xs and xs[1:] or ys
    ys.append(len(zs))
    if not (s and xs) or (t in c and c not in t):
        c = c + str(len(ys))
    return a + c + str(sum(zs))
"""
    check(source, *cases(("", "a", "zz"), ("", "b", "yy"), ([], [3], [3, 4])))


def test_comprehensions() -> None:
    source = """
def f(xs: list[int], s: str) -> list[int]:
    x = 5
    ys = [x * 2 for x in xs if x > 0 if x % 2]
    ys += [x + y for x in xs for y in range(x % 4) if y != 1]
    ys += [len([1 for c in s if c < d]) for d in s]
    ys.append(x)
    ys += [i for i, c in enumerate(s)]
    return [y for y in ys] + [max(a, b) for a, b in zip(xs, ys)]
"""
    check(source, *cases(([], [1], [1, 2, 3, -4]), ("", "ba", "ñaz")))
    check("def f(n: int) -> list[float]:\n    return [i / 2 for i in range(n)][::-1]\n", (0,), (4,))
    check("def f(n: int) -> list[bool]:\n    return [i % 2 == 0 for i in range(n)]\n", (0,), (4,))
    check(
        "def f(n: int) -> int:\n    t = 0\n    while sum([i for i in range(n)]) > 3:\n        n -= 1\n        t += len([0 for _ in range(n)])\n    return t\n",
        (0,),
        (9,),
    )
    check("def f(xs: list[int]) -> list[int]:\n    return [xs.pop() for x in xs]\n", ([1, 2, 3, 4, 5],))
    check(
        "def f(n: int) -> int:\n    t = 0\n    for x in (1, n, 3):\n        t += x\n    return t + max((n, 2))\n", (7,)
    )


def test_dead_code_is_harmless() -> None:
    check("def f(n: int) -> int:\n    return n\n    n = 1\n    while True:\n        pass\n", (3,))
    check("def f(n: int) -> int:\n    while True:\n        return n\n        break\n    return 5\n", (3,))
    check(
        "def f(n: int) -> int:\n    for i in range(n):\n        continue\n        n = 1\n    else:\n        return 4\n    return 5\n",
        (3,),
    )
    check(
        "def f(n: int) -> int:\n    if n:\n        raise ValueError('x')\n        n = 1\n    else:\n        return 2\n    return 3\n",
        (3,),
        (0,),
    )


@pytest.mark.parametrize("text", ["def f(n: int) -> int:\n\tif n:\n\t\tn = 1; n += 2\n\treturn n\n"])
def test_layout(text: str) -> None:
    check(text, (3,), (0,))
    check(text.replace("\n", "\r\n"), (3,))
    check("\x0c\n" + text, (3,))
