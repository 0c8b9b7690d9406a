"""Other spellings: dict.fromkeys, keys by ``__getitem__``, named tables of str.maketrans; squares of sums; reflected operators."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

VEC: Final = """
from dataclasses import dataclass
import math

@dataclass
class Vec:
    x: float
    y: float

    def __add__(self, other: "Vec") -> "Vec":
        return Vec(self.x + other.x, self.y + other.y)

    def __mul__(self, factor: float) -> "Vec":
        return Vec(self.x * factor, self.y * factor)

    def __rmul__(self, factor: float) -> "Vec":
        return self * factor

    def __radd__(self, number: float) -> "Vec":
        return Vec(self.x + number, self.y)

    def __rsub__(self, number: float) -> "Vec":
        return Vec(number - self.x, -self.y)

    def __rtruediv__(self, number: float) -> "Vec":
        return Vec(number / self.x, number / self.y)

    def __abs__(self) -> float:
        return math.hypot(self.x, self.y)
"""
CASES: Final[dict[str, tuple[str, list[tuple[Any, ...]]]]] = {
    "fromkeys": (
        (
            "def f(xs: list[str], n: int) -> dict[str, float]:\n    d = dict.fromkeys(xs, 1 / n)\n"
            "    for x in xs:\n        d[x] += 1\n    return d\n"
        ),
        [(["a", "b", "a"], 4), ([], 0), (["z"], 1)],
    ),
    "fromkeys of a call, once each": (
        (
            "LOG = []\n\ndef say(x):\n    LOG.append(x)\n    return x\n\ndef f(n: int) -> tuple[list[int], list[int]]:\n"
            "    d = dict.fromkeys([say(1), say(n)], say(7))\n    return [*d.values()], LOG\n"
        ),
        [(1,), (2,)],
    ),
    "fromkeys shares its value": (
        (
            "def f(xs: list[int]) -> dict[int, list[int]]:\n    d = dict.fromkeys(xs, [0])\n    for x in xs:\n        d[x].append(x)\n"
            "    return d\n"
        ),
        [([1, 2],), ([],)],
    ),
    "unique": (
        "def f(xs: list[int]) -> list[int]:\n    return list(dict.fromkeys(xs))\n",
        [([3, 1, 3, 2, 1],), ([],)],
    ),
    "unique letters": (
        (
            "def f(s: str) -> tuple[str, int, list[str]]:\n    out = []\n    for c in dict.fromkeys(s):\n        out.append(c)\n"
            "    return ''.join(dict.fromkeys(s)), len(dict.fromkeys(s)), [c + c for c in dict.fromkeys(s)] + out\n"
        ),
        [("hello",), ("",), ("añañ",)],
    ),
    "__getitem__": (
        (
            "def f(xs: list[float], d: dict[str, int]) -> tuple[list[int], str]:\n"
            "    return sorted(range(len(xs)), key=xs.__getitem__), max(d, key=d.__getitem__)\n"
        ),
        [([3.0, 1.0, 2.0], {"a": 1, "b": 5, "c": 5}), ([], {"a": 1}), ([1.0], {})],
    ),
    "a table at the top": (
        "COMPLEMENT = str.maketrans('ACGT', 'TGCA')\n\ndef f(s: str) -> str:\n    return s.upper().translate(COMPLEMENT)[::-1]\n",
        [("acgtn",), ("",)],
    ),
    "a table in a function": (
        (
            "def f(s: str) -> str:\n    drop = str.maketrans('', '', '.,')\n    out = []\n    for word in s.split():\n"
            "        out.append(word.translate(drop))\n    return ' '.join(out)\n"
        ),
        [("a, b. c",), ("",)],
    ),
    "a table of a dict": (
        "T = str.maketrans({'a': '1', 'b': None})\n\ndef f(s: str) -> str:\n    return s.translate(T)\n",
        [("abc",)],
    ),
    "squares of sums": (
        (
            "def f(xs: list[float]) -> list[float]:\n    s = sum(xs)\n    t = sum(x for x in xs if x > 0)\n"
            "    return [s ** 2, t ** 2 + 1, sum(xs) ** 2 / 4, len(xs) * sum(x * x for x in xs) - s ** 2]\n"
        ),
        [([1.5, 2.5],), ([],), ([-0.0],), ([3.0, -1.0],), ([1e200],), ([1e155, 1e-200],)],
    ),
    "squares of ints or floats": (
        (
            "def f(xs: list[int]) -> list[float]:\n    total = 0\n    for x in xs:\n        total += x / 2 if x > 5 else x\n"
            "    return [total ** 2, -total ** 2, (total - 1) ** 2]\n"
        ),
        [([1, 2],), ([],), ([6, 7],), ([2**30],), ([94906265],), ([2**52, 2**52],)],
    ),
    "next": (
        (
            "SUFFIXES = [('ing', ''), ('ed', 'e'), ('s', '')]\n\ndef f(words: list[str], n: int) -> tuple[list[str], int, int]:\n"
            "    stems = [next((w[:-len(s)] + r for s, r in SUFFIXES if w.endswith(s)), w) for w in words]\n"
            "    far = next((i * 10 + j for i in range(n) for j in range(i) if i * j > 6), -1)\n"
            "    found = next((w for w in words if len(w) == n), None)\n"
            "    first = next((len(w) for w in words), n)\n"
            "    return stems + [found or '-'], far, first\n"
        ),
        [(["walking", "walked", "walks", "is"], 6), ([], 3), (["a"], 1)],
    ),
    "next without a default": (
        (
            "def f(xs: list[int], n: int) -> int:\n    try:\n        return next(x for x in xs if x > n)\n"
            "    except StopIteration:\n        return next(x for x in xs)\n"
        ),
        [([1, 5, 9], 3), ([1, 2], 3), ([], 0)],
    ),
    "numbers or": (
        (
            "def f(texts: list[str], n: int) -> tuple[list[int], float]:\n"
            "    return [int(t or 1) for t in texts], float(n or 2)\n"
        ),
        [(["3", "", "7"], 0), ([], 5), (["x"], 1)],
    ),
    "views": (
        (
            "def f(d: dict[str, int], n: int) -> list[bool]:\n"
            "    return [n in d.values(), n not in d.values(), 'a' in d.keys(), ('a', n) in d.items(), n in list(d.values())]\n"
        ),
        [({"a": 1, "b": 2}, 1), ({}, 0), ({"a": 3}, 4)],
    ),
    "methods of classes": (
        (
            "from dataclasses import dataclass\n\n@dataclass\nclass Money:\n    cents: int\n"
            "    unit: str = 'EUR'\n\n    @classmethod\n    def parse(cls, text: str, unit: str = 'EUR') -> 'Money':\n"
            "        whole, _, rest = text.partition('.')\n"
            "        return cls(int(whole) * (100 if unit == 'EUR' else 1) + cls.small(rest), unit)\n\n"
            "    @staticmethod\n    def small(rest: str) -> int:\n        return int((rest + '00')[:2])\n\n"
            "    def show(self, mark: str = '') -> str:\n        return f'{self.cents}{self.unit}{mark}'\n\n"
            "def f(texts: list[str]) -> str:\n    total = Money(0)\n    for text in texts:\n"
            "        total = Money(total.cents + Money.parse(text).cents)\n"
            "    yen = total.parse('7', unit='JPY')\n"
            "    return Money.show(total, mark='!') + ' ' + yen.show() + str(Money.small('5'))\n"
        ),
        [(["1.5", "2", "3.25"],), ([],), (["x"],)],
    ),
    "stars of tuples": (
        (
            "def area(w: float, h: float, scale: float = 1.0) -> float:\n    return w * h * scale\n\n"
            "def f(rows: list[tuple[float, float]]) -> list[float]:\n    big = (2.0, 3.0, 4.0)\n"
            "    return [area(*row) for row in rows] + [area(*row, 0.5) for row in rows] + [area(*big), max(*big)]\n"
        ),
        [([(1.0, 2.0), (3.0, 0.5)],), ([],), ([(0.0, 1.0)],)],
    ),
    "stars in the making of objects": (
        (
            "class Body:\n    def __init__(self, name: str, m: float):\n        self.name, self.m = name, m\n\n"
            "def f(rows: list[tuple[str, float]]) -> str:\n    return ' '.join([f'{b.name}{b.m}' for b in [Body(*r) for r in rows]])\n"
        ),
        [([("a", 1.0), ("b", 2.5)],), ([],)],
    ),
    "reflected": (
        VEC + "\ndef f(a: float, b: float) -> list[float]:\n    v = Vec(a, b)\n    w = 2 * v + v * 3\n    u = 1.5 * w\n"
        "    r, q = 1 - v, 2.5 / u\n    s = 1 + v\n    return [w.x, w.y, u.x, r.x, r.y, q.x, q.y, s.x, s.y, abs(v), abs(-abs(w))]\n",
        [(1.5, -2.0), (3.0, 4.0), (0.0, 1.0)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_as_cpython(name: str) -> None:
    source, cases = CASES[name]
    check(source, *cases, entry="f")


@pytest.mark.parametrize(
    "body",
    [
        "def f(xs: list[str]) -> str:\n    return xs[0].translate(dict.fromkeys(map(ord, '.,')))\n",
        "TABLE = str.maketrans('ab', 'cd')\n\ndef f(s: str) -> int:\n    return len(s.translate(TABLE)) + len(TABLE)\n",
        "def f(xs: list[str]) -> int:\n    return len(dict.fromkeys(xs).values())\n",
    ],
)
def test_what_is_not_only_spelled_otherwise_is_refused(body: str) -> None:
    with pytest.raises(NotNativeError):
        Cell(body, "f")
