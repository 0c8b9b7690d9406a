"""Passes over the syntax: what they make means in CPython what the cell meant, and native cells give CPython's answers."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from random import Random

import pytest

from hermetic_nb.errors import BuildError, NotNativeError
from hermetic_nb.toolchains.native.parse.desugar import desugar
from hermetic_nb.toolchains.native.parse.refusal import Refused
from hermetic_nb.toolchains.native.parse.split import split
from tests.unit.native_cells import Cell, check
from tests.unit.syntax_programs import Maker, outcome


@pytest.mark.parametrize("seed", range(0, 400, 50))
def test_split_keeps_the_meaning_of_random_functions(seed: int) -> None:
    split_ones = 0
    for number in range(seed, seed + 50):
        source = Maker(Random(number)).function()
        try:
            compile(source, "<cell>", "exec")
        except SyntaxError:
            continue  # a wildcard that is not the last case, a name bound twice in a pattern
        for argument in (0, 3):
            changed = ast.parse(source)
            split(changed.body[0])  # type: ignore[arg-type] # the maker's function
            assert repr(outcome(changed, "f", argument)) == repr(outcome(ast.parse(source), "f", argument)), source
            split_ones += ast.dump(changed) != ast.dump(ast.parse(source))
    assert split_ones > 40


REBOUND = [
    "def f(n: int) -> str:\n    n = chr(n % 1000)\n    return n + n\n",
    "def f(n: int) -> int:\n    for c in 'abc':\n        n += ord(c)\n    for c in range(3):\n        n += c\n    return n\n",
    "def f(n: int) -> float:\n    x = [n, 2]\n    x = x[0] / 4\n    if n > 2:\n        x = x * 2\n    return x\n",
    "def f(n: int) -> int:\n    while n > 0:\n        t = n % 10\n        n -= t + 1\n        t = 'ab' * t\n        n -= len(t)\n    return n\n",
    "def f(n: int) -> int:\n    if n > 3:\n        x = 'a'\n        n += len(x)\n    else:\n        x = 5\n        n += x\n    return n\n",
    "def f(n: int) -> int:\n    if n > 3:\n        x = 1\n    n += 1\n    x += n\n    x = 'abc'\n    return len(x)\n",
    "def f(n: int) -> list[int]:\n    n = [n]\n    n += n\n    return n\n",
]


@pytest.mark.parametrize("source", REBOUND)
def test_a_name_for_values_of_several_types(source: str) -> None:
    check(source, (0,), (1,), (5,), (77,))


def check_tree(source: str, *cases: tuple[object, ...], entry: str = "f") -> None:
    """Fail where the simplified tree means something else in CPython than the cell, or a statement was refused."""
    for case in cases:
        tree = ast.parse(source)
        desugar(tree)
        assert [node.refusal.reason for node in ast.walk(tree) if isinstance(node, Refused)] == []
        assert outcome(tree, entry, *case) == outcome(ast.parse(source), entry, *case)


def refusals(source: str) -> list[tuple[int, str]]:
    """The lines and reasons of what the passes refuse."""
    tree = ast.parse(source)
    desugar(tree)
    found = [node.refusal for node in ast.walk(tree) if isinstance(node, Refused)]
    return [(refused.node.lineno, refused.reason) for refused in found]  # type: ignore[attr-defined] # a placed node


CLOSURES = [
    """
def f(n, trace):
    k = 3
    def g(x, y=2):
        if x == 0: return k
        return h(x - 1) + y
    def h(x):
        return g(x) + n + m
    m = 7
    sq = lambda a: a * k
    r = sum([g(n) for n in range(3)])
    return g(n) + sq(5) + r
""",
    """
def f(n, trace):
    count = 0
    best, z = [], 1
    a, b = 1, 2
    def walk(i):
        nonlocal count, best
        count += 1
        if i > n: return
        best = best + [i]
        def inner():
            nonlocal count
            count += 100
        walk(i + 1)
        inner()
    def swap():
        nonlocal a, b
        a, b = b, a
    walk(0)
    swap()
    return count, best, z, a, b
""",
    """
def f(n, trace):
    total = n
    def add(k):
        nonlocal total
        total += k
        return total
    return [add(total) for i in range(3)], total
""",
    """
def apply(f, x, n=1):
    return f(x) + n
def twice(f, x):
    return apply(f, apply(f, x))
def opt(x, key=None):
    if key is None:
        return x
    return key(x) if key else 5
def inc(x): return x + 1
def f(n, trace):
    k = 10
    a = apply(lambda q: q + k + n, 5)
    b = twice(inc, 3) + twice(lambda t: t * k, 2) + apply(len, "abc")
    c = [apply(lambda v: v + i, i) for i in range(3)]
    d = opt(3) + opt(4, key=inc) + opt(5, lambda z: z*k)
    g = list(map(lambda i: i + k, [1,2])) + list(filter(None, [0,1])) + sorted([3,1,2], key=inc) + list(map(inc, [1]))
    h = max([3,1], key=lambda x: -x * k)
    e = apply(lambda x: apply(lambda y: x * y + n, 5), 6)
    return a, b, c, d, e, g, h, (lambda x: x + k)(4)
""",
    """
def f(n, trace):
    def perms(path, used):
        if len(path) == n:
            trace.append(path[:])
            return
        for i in range(n):
            if not used[i]:
                used[i] = True
                path.append(i)
                perms(path, used)
                path.pop()
                used[i] = False
    perms([], [False] * n)
    return list(map(lambda a, b: a * b + n, range(5), [1, 2])), [x for x in filter(lambda y: y % 2, [1, 2, 3])]
""",
]


@pytest.mark.parametrize("source", CLOSURES)
def test_functions_inside_functions(source: str) -> None:
    check_tree(source, (0,), (1,), (3,))


REFUSED_FUNCTIONS = [
    ("def f(n):\n    def g(): return x\n    if n:\n        x = 1\n    return g()\n", 5, "x, which g reads, may have no value yet"),
    ("def f(n):\n    if n:\n        def g(): return 1\n    return g()\n", 4, "g may not be defined yet"),
    ("def f(n):\n    def g(): return h()\n    g()\n    def h(): return 1\n    return 1\n", 3, "h may not be defined yet"),
    ("def f(n):\n    def g(): return 1\n    return g\n", 3, "the function g is a value here"),
    ("def f(n):\n    def g(): return 1\n    if n:\n        def g(): return 2\n    return g()\n", 2, "g has several values"),
    ("def f(n):\n    def g():\n        nonlocal v\n        v = 1\n    g()\n    v = 2\n    return v\n", 3, "v is nonlocal"),
    ("def f(n):\n    def g(a=[]): return a\n    return g()\n", 2, "a default value of a nested function"),
    ("def a(g, x):\n    g = x\n    return g\ndef b(x): return x\ndef f(n):\n    return a(b, n)\n", 6, "a assigns its parameter g"),
    ("def a(g, b):\n    return g(b)\ndef b(x): return x\ndef f(n):\n    return a(b, n)\n", 5, "a has a variable of the same name"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "line", "reason"), REFUSED_FUNCTIONS)
def test_functions_that_are_refused(source: str, line: int, reason: str) -> None:
    compile(source, "<cell>", "exec")
    assert [found for found in refusals(source) if found[0] == line and found[1].startswith(reason)], refusals(source)


NATIVE = [
    "def f(n: int) -> int:\n    def g(x):\n        return x * n\n    return sum([g(i) for i in range(4)])\n",
    "def f(n: int) -> int:\n    c = 0\n    def walk(i):\n        nonlocal c\n        c += i\n        if i > 0:\n            walk(i - 1)\n    walk(n)\n    return c\n",
    "def f(n: int) -> int:\n    return sum(map(lambda x: x * n, [1, 2, 3]))\n",
    "def f(n: int) -> int:\n    return ap(lambda x: x + n, 4) + ap(sq, n) + ap(abs, -3)\ndef sq(x):\n    return x * x\ndef ap(g, x):\n    return g(x) - 1\n",
    "def f(n: int) -> int:\n    fact = lambda k: 1 if k < 2 else k * fact(k - 1)\n    return fact(n % 7)\n",
]


@pytest.mark.parametrize("source", NATIVE)
def test_functions_as_values_in_native_cells(source: str) -> None:
    check(source, (0,), (1,), (5,), (9,))


STARS = [
    "def f(n, trace):\n    first, *rest = range(n)\n    return first, rest\n",
    "def f(n, trace):\n    *some, last = 'abc' * n\n    a, *b, c, d = [*some, last, *range(n)]\n    return some, last, a, b, c, d\n",
    "def f(n, trace):\n    x = (a, *b), c = [n, n + 1], 2\n    return x, a, b, c\n",
    "def f(n, trace):\n    for a, (b, *c) in [(1, 'xyz'), (2, 'p')]:\n        if a == n:\n            continue\n        trace.append((a, b, c))\n    return [*trace, 1]\n",
]


@pytest.mark.parametrize("source", STARS)
def test_stars(source: str) -> None:
    check_tree(source, (0,), (1,), (3,))


TOP_LEVEL = """
from __future__ import annotations
from typing import TypeVar, Union, TYPE_CHECKING
import functools
import math
if TYPE_CHECKING:
    from nowhere import Nothing
T = TypeVar("T")
Vector = list[float]
Number = Union[int, float]
__all__ = ["f"]
"a text that says nothing"
A, B = 1, -2
C = D = 3
ROOT = 2 ** 0.5
HALF: float = math.sqrt(2) / 2
CODES = {"a": 1, "b": 2}
GRID = [[1, 2], [3, 4]]
PAIRS = [(1, "x"), (2, "y")]
SQUARES = [i * i for i in range(10)]
TOTAL = sum(SQUARES)
NAMES = ["x", "yy", "zzz"]
VOWELS = frozenset("aeiou")

@functools.cache
def fib(n: int) -> int:
    if n < 2:
        return n
    return fib(n - 1) + fib(n - 2)

@functools.lru_cache(maxsize=100)
def ways(a, b):
    return 1 if a == 0 or b == 0 else ways(a - 1, b) + ways(a, b - 1)

def deep(n, CODES):
    return SQUARES[n % 10] + sum([CODES for CODES in GRID[0]]) + CODES + len(NAMES)

def f(n: int, s: str) -> float:
    names = NAMES
    names.append(s)
    total = A * B + C - D + TOTAL + deep(n, 5) + fib(n % 80) + ways(4, 5)
    for c in s:
        total += CODES.get(c, 0) + (c in VOWELS)
    GRID[0][0] += n
    return total + GRID[1][0] + ROOT + HALF + len(NAMES) + deep(n, 6) + PAIRS[1][0]

if __name__ == "__main__":
    print(f(1, "a"))
"""


def test_values_of_the_top_level() -> None:
    cell = Cell(TOP_LEVEL, "f")
    for case in ((0, ""), (7, "abe"), (79, "zz")):
        # Each call starts from a cell that has just been run.
        assert cell.differences([case]) == []


def test_a_top_level_that_native_code_does_not_have() -> None:
    for line, text in {
        3: "for i in range(3):\n    pass",
        4: "\nX = [lambda: 1]",
        5: "\n\nX = (Y := 2)",
    }.items():
        with pytest.raises((NotNativeError, BuildError)) as caught:
            Cell(f"def f(n: int) -> int:\n    return n\n{text}\n")
        if isinstance(caught.value, NotNativeError):
            assert [found.line for found in caught.value.diagnostics] == [line]


@pytest.mark.parametrize("seed", range(1000, 1200, 50))
def test_all_passes_keep_the_meaning_of_random_functions(seed: int) -> None:
    kept = 0
    for number in range(seed, seed + 50):
        source = Maker(Random(number)).function()
        try:
            compile(source, "<cell>", "exec")
        except SyntaxError:
            continue
        for argument in (0, 3):
            changed = ast.parse(source)
            desugar(changed)
            nodes = list(ast.walk(changed))
            if any(isinstance(node, Refused) for node in nodes):
                break
            assert not any(isinstance(node, ast.NamedExpr | ast.Match) for node in nodes)
            assert repr(outcome(changed, "f", argument)) == repr(outcome(ast.parse(source), "f", argument)), source
            kept += 1
    assert kept > 20


WALRUS = [
    "def f(n, trace):\n    while (n := n - 1) > 0:\n        if n % 2 and (k := n * 2) > 3:\n            trace.append(k)\n    else:\n        trace.append('over')\n    return n\n",
    "def f(n, trace):\n    xs = [y for x in range(n) if (y := x * x) > 2]\n    return xs, any((w := x) > 1 for x in range(n)), {(z := i): z for i in xs}, sum((q := i) for i in xs)\n",
    "def f(n, trace):\n    return trace.append(n) or (a := n + 1) and (a, b := a * 2, [a, b, (a := 5), a])\n",
]


@pytest.mark.parametrize("source", WALRUS)
def test_walrus(source: str) -> None:
    check_tree(source, (0,), (1,), (5,))


MATCHES = """
def f(n: int, s: str) -> str:
    match n:
        case 0:
            return "zero"
        case 1 | 2 | 3:
            return "few"
        case -1 | -2:
            return "less"
        case x if x > 100:
            return "many" + str(x)
        case _:
            pass
    match n, s:
        case 4, "a":
            return "four"
        case 5, t if t != "b":
            return "five" + t
        case (6 | 7) as m, _:
            return s * m
        case 8, ("x" | "y" as t):
            return t
        case k, _ if k < 0:
            return "negative" + str(k)
    match s:
        case "b":
            n += 1
        case "c":
            n += 2
        case other:
            return other
    return str(n)
"""


def test_match_in_native_cells() -> None:
    texts = ("", "a", "b", "c", "x", "y", "abc")
    check(MATCHES, *[(n, s) for n in (-9, -2, -1, 0, 1, 3, 4, 5, 6, 7, 8, 9, 101) for s in texts])


ARGUMENTS = """
def f(n: int) -> int:
    some = total(1, n) + total() + total(*[1, 2, n], 4) + first(5, n, 6) + deep(2, 3, n)
    return some + opt(n) + opt(n, 3) + opt(y=n, x=1) + at(n) + at(n, (4, 5)) + keep(n) + keep(n, [n]) + both(n) + both(1, n)
def total(*xs):
    s = 0
    for x in xs:
        s += x
    return s + len(xs)
def first(a, *rest, k=2):
    if not rest:
        return a
    return rest[0] * k
def deep(*xs):
    return total(*xs) + max(xs) + (3 in xs)
def opt(x, y=None):
    if y is None:
        return x
    return x + y
def both(x, y=None):
    return x if y is None or x > y else y - x
def at(x, p=(1, 2)):
    return p[0] * x + p[1]
def keep(x, xs=None):
    if xs is None:
        xs = []
    xs.append(x)
    return len(xs)
"""


def test_arguments_in_native_cells() -> None:
    check(ARGUMENTS, (0,), (1,), (5,), (-9,))


OUTSIDE = [
    ("def f(n):\n    yield n\n", 2, "a generator is native where"),
    ("def f(n):\n    x = [n]\n    yield from x\n", 3, "a generator is native where"),
    ("def f(n):\n    with n:\n        pass\n    return 1\n", 2, "with is not in the native tier"),
    ("Q = 1\ndef f(n):\n    global Q\n    Q = n\n", 3, "a native function does not assign Q"),
    ("def f(n):\n    class A:\n        pass\n    return n\n", 2, "a class inside a function"),
    ("def f(n):\n    async def g():\n        pass\n    return n\n", 2, "async is not in the native tier"),
    ("def g(*xs):\n    return xs\ndef f(n):\n    return g(n)\n", 1, "*xs is a list in the native tier"),
    ("def g(x=[]):\n    return x\ndef f(n):\n    return g()\n", 4, "the default of x is one object for all calls"),
    ("def g(a, *xs):\n    return a\ndef f(n):\n    return g(*n)\n", 4, "* before the last named parameter"),
    ("def f(n):\n    match n:\n        case {'a': 1}:\n            return 1\n", 3, "a pattern of a dict"),
    ("def f(n):\n    return (x for x in n if (y := x))\n", 2, "a generator with :="),
]


@pytest.mark.parametrize(("source", "line", "reason"), OUTSIDE)
def test_what_is_outside_is_refused_with_its_reason(source: str, line: int, reason: str) -> None:
    compile(source, "<cell>", "exec")
    assert [found for found in refusals(source) if found[0] == line and found[1].startswith(reason)], refusals(source)


def test_the_cells_of_the_page_on_native_python() -> None:
    text = Path(__file__).parents[2].joinpath("docs", "native-python.md").read_text()
    cells = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    cases: dict[str, list[tuple[object, ...]]] = {
        "reached": [({}, 1), ({1: [2, 3], 2: [4], 3: [4, 1], 7: [1]}, 1), ({0: [0]}, 0)],
        "label": [(0,), (7,), (10203,)],
        "solve": [(0,), (3,), (5,)],
        "kind": [([],), ([0],), ([5],), ([1, 2, 3],), ([9, 9],), ([1] * 9,)],
        "score": [("",), ("abc",), ("b" * 12,)],
    }
    assert len(cells) == len(cases)
    for source, (entry, arguments) in zip(cells, cases.items(), strict=True):
        assert Cell(source, entry).differences(arguments) == []


METHODS = """
from dataclasses import dataclass
def apply(f, x, y=None, *more):
    return f(x) + (0 if y is None else y) + sum(more)
@dataclass
class Point:
    x: int
    y: int
    def moved(self, by: int) -> int:
        def twice(n):
            return n * 2 + self.x
        total, *rest = [self.x, self.y, by]
        return apply(twice, by) + apply(lambda n: n - self.y, 3, by, 1, 2) + total + len(rest)
def f(n: int) -> int:
    return Point(n, 2).moved(n + 1)
"""


def test_methods_in_native_cells() -> None:
    check(METHODS, (0,), (4,), (-3,), entry="f")


CONSUMED = """
def f(m: list[list[int]], s: str) -> int:
    total = 0
    for x in map(int, s.split()):
        if x > 50:
            break
        total += x
    else:
        total += 1000
    for i, row in enumerate(map(sorted, m)):
        total += i * sum(row)
    for a in (x + y for x in range(3) if x for y in range(2)):
        total += a
    a, b = map(int, s.split())
    columns = [sum(c) for c in zip(*m)] + list(map(max, zip(*m[::-1]))) + [len("".join(c)) for c in zip(*["abc", "de"])]
    total += sum(y * 2 for y in (x + 1 for x in columns if x % 2))
    del columns
    columns = "text"
    return total + a * b + len(columns)
"""


def test_generators_that_are_consumed_in_native_cells() -> None:
    texts = ("1 2", "3 60", "1", "1 2 x", "", "4 -5")
    check(CONSUMED, *[(m, s) for m in ([], [[1, 2], [3, 4]], [[5, 1, 2], [7, 0]], [[1], [2], [3]]) for s in texts])


def test_a_deleted_name_that_may_be_read_stays_deleted() -> None:
    source = "def f(n):\n    x = n\n    if n:\n        del x\n    return x\n"
    tree = ast.parse(source)
    desugar(tree)
    assert any(isinstance(node, ast.Delete) for node in ast.walk(tree))
    check_tree(source.replace("f(n)", "f(n, trace)"), (0,), (1,))
