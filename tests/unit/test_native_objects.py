"""The life of objects of the native subset against CPython."""

from __future__ import annotations

import itertools

from tests.unit.native_cells import Cell, check


def cases(*pools: object) -> list[tuple[object, ...]]:
    """All combinations."""
    return list(itertools.product(*pools))  # type: ignore[call-overload] # pools are sequences


def test_objects_are_given_back() -> None:
    """Hundreds of thousands of short-lived objects fit two pages of memory."""
    source = """
def f(s: str, n: int) -> int:
    t = 0
    for i in range(n):
        u = s + "x"
        if u < s[1:] or u in s + u or s[0] in u or s[0] < u:
            t += len(u[1:])
        t += int("0" < s + u < "9" < u) + int(s < u + "z" <= u + "z" != s)
        xs = [i, t] + [1]
        xs += [x for x in xs if x]
        for y in xs[1:]:
            if y == 3:
                break
        for c in u + "ab":
            if c in (s + "q", "x"):
                continue
        for c in u + "cd":
            t += 1
        else:
            if t % 2:
                continue
        t += helper(u, xs[:]) + (1 if max(u, s + "a") else 0) + int(str(i) < u[0] < s)
    return t

def helper(s, xs):
    s = s + s
    for c in s + "z":
        if c == "x":
            return len(s) % 3
    for x in xs:
        if x == 0:
            return 4
    return xs[0] % 2
"""
    cell = Cell(source.replace('max(u, s + "a")', "len(s + u)"))
    found = cell.differences([("ab", 50), ("x", 3)])
    assert not found
    assert cell.pages_after("ab", 20_000) <= 2


def test_strings_are_built_in_place() -> None:
    cell = Cell(
        "def f(n: int) -> int:\n    s = ''\n    for i in range(n):\n        s += 'x'\n        s = s + 'yz'\n    return len(s)\n"
    )
    assert cell.run(200_000) == 600_000


ALIASES = """
def f(xs: list[int], n: int) -> list[int]:
    ys = xs
    zs = keep(ys)
    zs.append(n)
    ys += [n + 1]
    zs *= 2
    xs[0] = 99
    copy = xs[:]
    copy[0] = -1
    xs = xs + [5]
    xs.append(6)
    change(copy, n)
    return ys + xs + zs + copy

def keep(a):
    b = a
    return b

def change(a, n):
    a += [n]
    a *= n
    a = [1]
    a.append(n)
    return a
"""


def test_lists_are_shared_not_copied() -> None:
    check(ALIASES, *cases(([1], [1, 2]), (-1, 0, 1, 3)), ([], 1))


def test_lists_that_never_get_an_item() -> None:
    for use in (
        "xs[n]",
        "xs[n] + 1",
        "xs.pop()",
        "sum(xs)",
        "len(xs)",
        "int(xs == ys)",
        "int(n in xs)",
        "xs.count(n)",
        "max(xs, default=3)",
    ):
        check(f"def f(n: int) -> int:\n    xs = []\n    ys = []\n    return {use}\n", (0,), (1,))
    check("def f(n: int) -> int:\n    xs = []\n    for x in xs:\n        n += x\n    a, b = xs\n    return n\n", (0,))
    check("def f(n: int) -> list[bool]:\n    xs = [] + []\n    xs += []\n    return xs[::2]\n", (0,))


def test_defaults_are_computed_at_the_top_level() -> None:
    source = (
        "K = 3\ndef f(a: int) -> int:\n    K = a\n    return g() * 100 + g(K) + h(a)\ndef g(x=K * 2):\n    return x\n"
    )
    check(source + "def h(a, *, y=-K, z=False):\n    return a + y if z else y\n", (5,))


def test_a_float_variable_that_begins_as_a_parameter() -> None:
    check(
        "def f(x: float, n: int) -> float:\n    if n:\n        x = n\n    return x + n\n",
        (0.5, 0),
        (0.5, 3),
        (0.5, 2**53),
    )


def test_texts_are_given_back_once() -> None:
    source = "def f(s: str) -> int:\n    n = 0\n    for i in range(3):\n        a = s[:1] in s\n        xs = [i for c in s][:9]\n"
    check(source + "        b = s[1:] + s not in s[:2]\n        n += len(xs) + a + b\n    return n\n", ("ab",), ("",))
