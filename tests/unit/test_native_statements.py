"""Loops and assignments of the native subset against CPython."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.native_cells import check

MIN, MAX = -(2**63), 2**63 - 1


def cases(*pools: object) -> list[tuple[object, ...]]:
    """All combinations."""
    return list(itertools.product(*pools))  # type: ignore[call-overload] # pools are sequences


RANGES = """
def f(a: int, b: int, c: int) -> list[int]:
    out = []
    for i in range(a, b, c):
        out.append(i)
        if len(out) > 5:
            break
    else:
        out.append(-77)
    return out
"""


def test_ranges_with_extreme_ends() -> None:
    ends = (0, 1, -1, 7, -7, MIN, MIN + 1, MAX, MAX - 1)
    check(RANGES, *cases(ends, ends, (1, -1, 2, -3, 0, MAX, MIN)))
    for step in ("1", "-1", "3", "-2", str(MAX), f"({MIN})"):
        check(RANGES.replace("a, b, c)", f"a, b, {step})").replace("c: int", "c: bool", 1), *cases(ends, ends, (True,)))
    check(RANGES.replace("range(a, b, c)", "range(b)"), *cases((0,), (-1, 0, 3, MIN), (1,)))


@pytest.mark.parametrize("source", ["range(a)", "range(2, a)", "range(a, -2, -1)", "range(a, b)", "range(b, a, -1)"])
def test_reversed_ranges(source: str) -> None:
    check(RANGES.replace("range(a, b, c)", f"reversed({source})"), *cases((0, 1, 5, -5, 8), (0, 3, 9, -9), (0,)))


def test_the_loop_variable_after_a_loop() -> None:
    check("def f(n: int) -> int:\n    i = -5\n    for i in range(n):\n        pass\n    return i\n", (0,), (3,), (-1,))
    check("def f(n: int) -> int:\n    for i in range(n):\n        i += 10\n        n = 0\n    return i\n", (0,), (3,))
    check("def f(s: str) -> str:\n    for s in s:\n        pass\n    return s\n", ("",), ("abc",), ("😀ñ" * 30,))
    check(
        "def f(s: str) -> str:\n    t = s + s\n    for t in t + t:\n        t = t + t\n    return t\n", ("",), ("abc",)
    )


BREAKS = """
def f(n: int, m: int) -> int:
    total = 0
    for i in range(n):
        if i == m:
            total += 1000
            break
        for j in "abcd":
            if j == "c":
                continue
            if i * 2 == m:
                break
            total += 1
        else:
            total += 100
            continue
        total += 10
    else:
        total -= 5
    while total > 0:
        total -= 7
        if total == m:
            return total
        while True:
            total -= 1
            if total % 3 == 0:
                break
    else:
        total *= 2
    return total
"""


def test_break_continue_else() -> None:
    check(BREAKS, *cases(range(-1, 7), range(-3, 7)))


def test_while_forms() -> None:
    check(
        "def f(n: int) -> int:\n    while 1:\n        n += 3\n        if n > 10:\n            return n\n", (0,), (11,)
    )
    check(
        "def f(n: int) -> int:\n    while n:\n        n //= 2\n        if n == 5:\n            continue\n    return n\n",
        (0,),
        (40,),
    )
    check("def f(n: int) -> int:\n    while False:\n        n = 99\n    else:\n        n += 1\n    return n\n", (0,))
    check(
        "def f(s: str) -> int:\n    n = 0\n    while s:\n        s = s[1:]\n        n += 1\n    return n\n",
        ("",),
        ("abc",),
    )


JOINED = """
def f(xs: list[int], s: str, b: bytes) -> list[int]:
    out = []
    for i, (x, c) in enumerate(zip(xs, s), 5):
        out.append(i * 1000 + x * 10 + ord(c))
    for x, c, y in zip(reversed(xs), s, b):
        out.append(x + ord(c) + y)
    for (i, c), x in zip(enumerate(s), xs):
        out.append(i + x)
    for i, i in enumerate(xs):
        out.append(i)
    for i, x in enumerate(reversed(b), start=-2):
        out.append(i - x)
    for x, y in zip(xs, b, strict=True):
        out.append(x - y)
    return out
"""


def test_zip_and_enumerate() -> None:
    check(JOINED, *cases(([], [1], [4, 5, 6]), ("", "ab", "😀bcd"), (b"", b"z", b"\x00\xff\x07")))
    check(
        "def f(n: int) -> int:\n    t = 0\n    for i, c in enumerate('ab', n):\n        t = i\n    return t\n",
        (0,),
        (MAX - 5,),
        (MIN,),
    )


GROWING = """
def f(xs: list[int]) -> list[int]:
    out = []
    for i, x in enumerate(xs):
        if len(xs) < 12:
            xs.append(x + 1)
        out.append(x)
    for x in xs:
        xs.pop()
        out.append(x)
    for x in reversed(xs):
        if len(xs) > 1:
            xs.pop(0)
            xs.pop()
        out.append(-x)
    for x, y in zip(xs, xs):
        xs.insert(0, y)
        if len(xs) > 9:
            xs.clear()
        out.append(x)
    ys = xs
    for x in xs:
        xs = [7]
        out.append(x)
    return out + ys + xs
"""


def test_lists_that_change_while_looped_over() -> None:
    check(GROWING, ([],), ([1],), ([1, 2, 3],), (list(range(12)),), (list(range(13)),))


def test_tuple_assignment() -> None:
    swap = """
def f(a: list[int], i: int, j: int) -> list[int]:
    a[i], a[j] = a[j], a[i]
    i, a[i] = 0, 5
    x, y, z = a[0], i, j
    x, y, z = z, x, y
    [p, q] = x, y
    a[0], i = i + 9, z
    return a + [x, y, z, p, q, i]
"""
    check(swap, *cases(([1, 2, 3],), (0, 1, 2, -1, 3), (0, 2, -3, -4)), ([], 0, 0))
    check(
        "def f(a: int, b: int) -> int:\n    while b:\n        a, b = b, a % b\n    return a\n",
        (12, 18),
        (0, 5),
        (-4, 6),
    )
    check(
        "def f(s: str, t: str) -> str:\n    s, t = t + s, s\n    s, t = t, s\n    return s + t\n", ("a", "bc"), ("", "")
    )
    check(
        "def f(a: list[int], b: list[int]) -> list[int]:\n    a, b = b, a\n    a.append(1)\n    b.append(2)\n    return a + b\n",
        ([5], []),
    )


@pytest.mark.parametrize(
    ("kind", "values"),
    [("list[int]", ([], [1], [1, 2], [1, 2, 3])), ("str", ("", "a", "ab", "abc")), ("bytes", (b"a", b"ab"))],
)
def test_unpacking_checks_lengths(kind: str, values: tuple[object, ...]) -> None:
    result = "str" if kind == "str" else "int"
    check(f"def f(a: {kind}) -> {result}:\n    x, y = a\n    x, y = y, x\n    return x + y\n", *[(v,) for v in values])


def test_chained_targets() -> None:
    check(
        "def f(n: int) -> list[int]:\n    a = b = [n]\n    a.append(2)\n    b[0] = c = d = n + 1\n    return a + b + [c, d]\n",
        (3,),
    )


UNBOUND = """
def f(n: int, s: str) -> str:
    if n > 0:
        x = s
        k = n
    if n > 1:
        del_me = x + s
    for i in range(n - 1):
        y = s + "y"
        if i == 1:
            z = y
    while n > 4:
        n -= 1
        w = s
    if n == 3:
        return x + y + z
    if n == 2:
        return y + z
    if n == 4:
        return w
    return x + s * k
"""


def test_unbound_locals() -> None:
    check(UNBOUND, *cases(range(-1, 7), ("a", "")))
    check("def f(n: int) -> int:\n    if n:\n        x: int = 5\n    return sum(x for i in range(2))\n", (1,), (0,))
    check("def f(n: int) -> int:\n    if n:\n        x: int = 5\n    return len([x for i in range(2)])\n", (1,), (0,))
    check("def f(n: int) -> int:\n    x: int\n    return x + n\n", (1,))
    check("def f(n: int) -> int:\n    x += n\n    return x\n", (1,))


def test_parameters_may_be_assigned() -> None:
    check(
        "def f(s: str, n: int) -> str:\n    for i in range(n):\n        s = s + s[:1]\n        s += 'x'\n    return s\n",
        ("ab", 5),
        ("", 3),
    )
    check("def f(x: float) -> float:\n    if x > 1:\n        x = 0\n    return x * 2\n", (0.5,), (2.0,), (-0.0,))
    check("def f(n: int) -> float:\n    n = n / 2\n    return n\n", (3,), (-1,))
    check(
        "def f(xs: list[int]) -> float:\n    xs[0] = 1.5\n    xs.append(2)\n    return xs[0] + xs[1] + xs[-1]\n",
        ([1, 2],),
        ([],),
        ([3],),
    )


def test_names_that_mean_something_to_llvm_or_python() -> None:
    names = [
        "t1",
        "entry",
        "body",
        "ok3",
        "s2",
        "i64",
        "ptr",
        "define",
        "run",
        "memory",
        "a0",
        "depth",
        "deeper",
        "ñandú",
        "变量",
        "undef",
        "null",
        "trap",
    ]
    names += ["print", "list", "max", "sum", "str", "int", "_", "__x", "self", "x_tag", "held", "void"]
    lines = [f"    {name} = n + {index}" for index, name in enumerate(names)]
    lines += [f"    if n > 5:\n        {name} += n" for name in names]
    check("def f(n: int) -> int:\n" + "\n".join(lines) + f"\n    return {' + '.join(names)}\n", (1,), (9,))
    check(
        "def entry(body: int) -> int:\n    return run(body)\ndef run(depth):\n    if depth:\n        return run(depth - 1)\n    return 1\n",
        (3,),
    )
    check(
        "def sum(xs: list[int]) -> int:\n    return len(xs)\ndef len(xs):\n    n = 0\n    for x in xs:\n        n += 5\n    return n\n",
        ([1, 2],),
    )
