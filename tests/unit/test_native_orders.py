"""Loops over sets: native where no order shows, else refused with what shows it."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

CASES: Final[list[tuple[Any, ...]]] = [([],), ([3, 1, 2, 3, -7],), ([10**6, 5, 33, 64, 7, -1, 0],), ([4, 4],)]
HEAD: Final = "def f(xs: list[int]) -> {result}:\n    s = set(xs)\n    "

FREE: Final[dict[str, tuple[str, str]]] = {
    "sums": ("int", "t = 0\n    for x in s:\n        y = x * 2\n        t += y - 1\n        t -= x\n    return t"),
    "counts": (
        "int",
        "n = 0\n    for x in s:\n        if x % 2 == 1:\n            continue\n        n += 1\n    return n",
    ),
    "a maximum": ("int", "m = -9\n    for x in s:\n        if x * x > m:\n            m = x * x\n    return m"),
    "a minimum by min": ("int", "m = 9\n    for x in s:\n        m = min(x, m)\n    return m"),
    "a minimum or none": (
        "int | None",
        "m = None\n    for x in s:\n        if m is None or x < m:\n            m = x\n    return m",
    ),
    "found": ("bool", "for x in s:\n        if x > 3:\n            return True\n    return False"),
    "found, and left": (
        "bool",
        "ok = False\n    for x in s:\n        if x > 3:\n            ok = True\n            break\n    return ok",
    ),
    "a flag": ("bool", "ok = True\n    for x in s:\n        if x > 3:\n            ok = False\n    return ok"),
    "or": ("bool", "ok = False\n    for x in s:\n        ok = ok or x > 3\n    return ok"),
    "else": ("int", "for x in s:\n        if x == 3:\n            break\n    else:\n        return 1\n    return 0"),
    "a new set": ("set[int]", "out = set()\n    for x in s:\n        out.add(x // 2)\n    return out"),
    "a set by two loops": (
        "set[int]",
        "out = set()\n    for x in s:\n        for y in range(min(abs(x), 5)):\n            out.add(x + y)\n    return out",
    ),
    "less": ("set[int]", "out = set(range(9))\n    for x in s:\n        out.discard(x)\n    return out"),
    "marks": (
        "list[bool]",
        "marks = [False] * 10\n    for x in s:\n        if 0 <= x < 10:\n            marks[x] = True\n    return marks",
    ),
    "tallies": (
        "list[int]",
        "counts = [0] * 7\n    for x in s:\n        counts[x % 7] += x\n    return counts",
    ),
    "a generator summed": ("int", "return sum(x * x for x in s if x != 3) + len([x for x in s if x > 1])"),
    "the largest of a generator": ("int", "return max((x % 5 for x in s), default=-1) - min(s, default=0)"),
    "any and all": ("bool", "return any(x > 3 for x in s) or all(x < 3 for x in s)"),
    "any of two": ("bool", "return any(x + y == 4 for x in s for y in s)"),
    "sorted": ("list[int]", "return sorted(x * x for x in s) + sorted([x for x in s if x > 1], reverse=True)"),
    "sorted by a key that holds the item": ("list[int]", "return sorted(s, key=lambda x: (x % 2, x))"),
    "a set of what a function gives": ("set[int]", "return {g(x) for x in s}\n\ndef g(x):\n    return x % 3 + 1"),
    "a function with a loop": (
        "int",
        (
            "n = 0\n    for x in s:\n        if prime(x):\n            n += 1\n    return n\n\n"
            "def prime(n):\n    if n < 2:\n        return False\n    i = 2\n    while i * i <= n:\n"
            "        if n % i == 0:\n            return False\n        i += 1\n    return True"
        ),
    ),
    "a wave over a graph": (
        "int",
        (
            "edges = {x: [x // 2, x // 3] for x in xs}\n    seen = set(s)\n    rounds = 0\n    while s and rounds < 9:\n"
            "        new = set()\n        for x in s:\n            for y in edges.get(x, []):\n"
            "                if y not in seen:\n                    new.add(y)\n        seen |= new\n        s = new\n"
            "        rounds += 1\n    return rounds * 100 + len(seen)"
        ),
    ),
    "a list put in order at once": ("list[int]", "ys = list(s)\n    ys.sort()\n    return ys"),
    "one exception": ("int", "t = 0\n    for x in s:\n        t += 100 // x\n    return t"),
    "a refusal": ("int", "for x in s:\n        if x < 0:\n            raise ValueError('negative')\n    return 1"),
    "texts": ("int", "return sum(len(w) for w in {str(x) for x in s}) + len({w[0] for w in map(str, xs)})"),
}

SHOWN: Final[dict[str, tuple[str, str]]] = {
    "a list": ("list[int]", "out = []\n    for x in s:\n        out.append(x)\n    return out"),
    "a list of it": ("list[int]", "return list(s)"),
    "a comprehension": ("list[int]", "return [x for x in s]"),
    "keys": ("dict[int, int]", "return {x: 1 for x in s}"),
    "the last": ("int", "x = 0\n    for x in s:\n        pass\n    return x"),
    "the first": ("int", "for x in s:\n        return x\n    return 0"),
    "the first of some": ("int", "for x in s:\n        if x > 2:\n            return x\n    return 0"),
    "a difference": ("int", "t = 0\n    for x in s:\n        t = x - t\n    return t"),
    "digits": ("int", "t = 0\n    for x in s:\n        t = (t * 31 + x) % 1009\n    return t"),
    "a sum that is read": ("int", "t = 0\n    m = 0\n    for x in s:\n        t += x\n        m += t\n    return m"),
    "two ways out": (
        "int",
        "for x in s:\n        if x > 2:\n            return 1\n        if x < 0:\n            return 2\n    return 0",
    ),
    "counted until found": (
        "int",
        "n = 0\n    for x in s:\n        n += 1\n        if x == 3:\n            break\n    return n",
    ),
    "two exceptions": ("int", "t = 0\n    for x in s:\n        t += 100 // x + xs[x]\n    return t"),
    "work done before an exception": (
        "int",
        "t = 0\n    try:\n        for x in s:\n            t += 100 // x\n    except ZeroDivisionError:\n        pass\n    return t",
    ),
    "an exception or found": ("bool", "return any(100 // x > 3 for x in s)"),
    "a set that is asked": (
        "int",
        "n = 0\n    out = set()\n    for x in s:\n        if x + 1 in out:\n            n += 1\n        out.add(x)\n    return n",
    ),
    "a set under two names": (
        "int",
        (
            "n = 0\n    out = set(xs)\n    other = out\n    for x in s:\n        if x + 1 in other:\n            n += 1\n"
            "        out.discard(x)\n    return n"
        ),
    ),
    "an argument under two names": (
        "int",
        (
            "out = {100}\n    return g(s, out, out)\n\ndef g(s, out, seen):\n    n = 0\n    for x in s:\n"
            "        out.add(x + 1)\n        if x in seen:\n            n += x\n    return n"
        ),
    ),
    "what a function gives back": (
        "int",
        (
            "out = {100}\n    seen = same(out)\n    n = 0\n    for x in s:\n        out.add(x + 1)\n        if x in seen:\n"
            "            n += x\n    return n\n\ndef same(x):\n    return x"
        ),
    ),
    "put into one argument and taken out of another": (
        "set[int]",
        (
            "out = {100}\n    return g(s, out, out)\n\ndef g(s, one, other):\n    for x in s:\n"
            "        one.add(x)\n        other.discard(x + 1)\n    return one"
        ),
    ),
    "put in and taken out": (
        "set[int]",
        "out = set()\n    for x in s:\n        out.add(x % 3)\n        out.discard(x % 2)\n    return out",
    ),
    "the largest by a key": ("int", "return max(s, key=lambda x: x % 3)"),
    "sorted by a key": ("list[int]", "return sorted(s, key=lambda x: x % 3)"),
    "floats": ("float", "t = 0.0\n    for x in s:\n        t += x / 3\n    return t"),
    "a sum of floats": ("float", "return sum(x / 3 for x in s)"),
    "products of floats": ("float", "t = 1.0\n    for x in s:\n        t *= x\n    return t"),
    "zeros": ("list[float]", "return sorted(x * 0.0 for x in s)"),
    "a function that changes a list": (
        "list[int]",
        (
            "out = [0]\n    t = {note(out, x) for x in s}\n    out.append(len(t))\n    return out\n\n"
            "def note(out, x):\n    out.append(x)\n    return x"
        ),
    ),
    "a closure that counts": (
        "int",
        "n = 0\n    def g(x):\n        nonlocal n\n        n = n * 2 + x\n        return x\n    t = sum(g(x) for x in s)\n    return n + t",
    ),
    "numbered": ("int", "return sum(i * x for i, x in enumerate(s))"),
    "side by side": ("int", "return sum(x * y for x, y in zip(s, xs))"),
    "constants by turns": (
        "int",
        "m = 0\n    for x in s:\n        if x > 2:\n            m = 1\n        else:\n            m = 2\n    return m",
    ),
    "a list that is read": (
        "int",
        "marks = [0] * 9\n    n = 0\n    for x in s:\n        n += marks[x % 8]\n        marks[x % 9] = 1\n    return n",
    ),
    "carried from round to round": (
        "int",
        "n = 0\n    last = 0\n    for x in s:\n        n += x * last\n        last = x\n    return n",
    ),
    "a text": ("str", "return ' '.join({str(x) for x in s})"),
}


@pytest.mark.parametrize("name", FREE)
def test_native_where_no_order_shows(name: str) -> None:
    result, body = FREE[name]
    check(HEAD.format(result=result) + body + "\n", *CASES, entry="f")


@pytest.mark.parametrize("name", SHOWN)
def test_refused_where_it_shows(name: str) -> None:
    result, body = SHOWN[name]
    with pytest.raises(NotNativeError) as caught:
        Cell(HEAD.format(result=result) + body + "\n", "f")
    assert any("set has no order" in found.message for found in caught.value.diagnostics)
    assert any("sorted(" in found.message for found in caught.value.diagnostics)
