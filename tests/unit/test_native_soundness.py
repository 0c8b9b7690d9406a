"""Programs that once got the better of an analysis, and their neighbours: where a test may not be left out."""

from __future__ import annotations

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

_LARGE = (0, 1, 7, -3, 10**10, -(10**10), 2**62, -(2**62), 2**63 - 1, -(2**63))

_KEYS = {
    "read": "d = {n: 1}\n    m = d[n]\n    return n * n + m",
    "stored": "d = {0: 0}\n    d[n] = 1\n    return n * n + d[n]",
    "added to": "d = {n: 5}\n    d[n] += 1\n    return n * 3 + d[n]",
    "deleted": "d = {n: 1}\n    del d[n]\n    return n * n + len(d)",
    "got": "d = {n: 1}\n    m = d.get(n, 0)\n    return n * n + m",
    "of a sum": "d = {n: 1}\n    m = d[n + 0]\n    return n * n + m",
    "of a defaultdict": "d = defaultdict(int)\n    d[n] += 1\n    return n * n + d[n]",
    "of a Counter": "d = Counter([n])\n    return n * n + d[n]",
    "in a nested dict": "d = {n: {n: 2}}\n    m = d[n][n]\n    return n * n + m",
    "in a pair": "d = {(n, 1): 2}\n    m = d[n, 1]\n    return n * n + m",
}


@pytest.mark.parametrize("body", _KEYS.values(), ids=_KEYS)
def test_the_key_of_a_dict_is_no_index(body: str) -> None:
    head = "from collections import Counter, defaultdict\n"
    check(f"{head}def f(n: int) -> int:\n    {body}\n", *[(n,) for n in _LARGE])


_FINALLY = {
    "break": "for i in range(3):\n        try:\n            break\n        finally:\n            x = n\n    return x * x",
    "continue": (
        "for i in range(2):\n        try:\n            continue\n        finally:\n            x = n\n    return x * x"
    ),
    "break of two": (
        "while True:\n        try:\n            try:\n                break\n            finally:\n                x = n\n"
        "        finally:\n            y = x\n    return y * y + x"
    ),
    "break of a loop in the try": (
        "try:\n        for i in range(3):\n            if i == 1:\n                break\n    finally:\n        x = n\n"
        "    return x * x"
    ),
    "added to": (
        "for i in range(3):\n        try:\n            if i == 1:\n                continue\n            x += 1\n"
        "        finally:\n            x += n\n    return x * 2"
    ),
    "break in a handler": (
        "while True:\n        try:\n            y = 1 // x\n        except ZeroDivisionError:\n            break\n"
        "        finally:\n            x = n\n    return x * x"
    ),
    "a value, and then a finally": (
        "def g(k: int) -> int:\n        z = k\n        try:\n            return z\n        finally:\n            z = 1\n"
        "    return g(n) * g(n)"
    ),
    "in a loop's else": (
        "for i in range(2):\n        try:\n            for j in range(2):\n                y = j\n"
        "            else:\n                continue\n        finally:\n            x = n\n    return x * x + y"
    ),
    "a loop that ends with another value": (
        "while True:\n        try:\n            if n == 7:\n                break\n            x = n\n        finally:\n"
        "            for j in range(2):\n                y ^= x * x + j\n                x = 0\n        return y\n    return y"
    ),
    "a loop that divides": (
        "x = 1\n    while True:\n        try:\n            if n == 7:\n                break\n            x = n\n"
        "        finally:\n            while y < 300:\n                y += 100 + 100 // x\n                x = 1\n"
        "        return y\n    return y"
    ),
    "a loop that continues": (
        "for k in range(3):\n        try:\n            if k == 1:\n                continue\n            x = n\n        finally:\n"
        "            for j in range(k):\n                y ^= x * x + j\n                x = 1\n    return y"
    ),
    "a list": (
        "xs = [1]\n    for i in range(3):\n        try:\n            break\n        finally:\n            xs = [n]\n"
        "    return xs[0] * xs[0]"
    ),
}


@pytest.mark.parametrize("body", _FINALLY.values(), ids=_FINALLY)
def test_what_a_finally_assigns_is_seen_after_break_and_continue(body: str) -> None:
    check(f"def f(n: int) -> int:\n    x = 0\n    y = 0\n    {body}\n", *[(n,) for n in _LARGE])


_INDICES = {
    "a product beside an index": "j = i * k\n        total += xs[i] + (j & 1)",
    "a product that is used": "j = i * k\n        total = total ^ j ^ xs[i]",
    "two products": "j = i * k\n        h = j * k\n        total ^= h ^ xs[i]",
    "one that cancels": "total ^= xs[i + k - k]",
    "one that cancels in a variable": "j = i + k\n        total ^= xs[j - k]",
    "a product with nothing": "total ^= xs[i + k * 0]",
    "a product that cancels": "total ^= xs[i * k - i * k + i]",
    "a place to store": "xs[i + k - k] = 1",
    "the counter that cancels": "j = i - i + k\n        total ^= (j ^ xs[i])",
    "a length that cancels": "total ^= xs[i + len(xs) - len(xs)]",
    "a negation": "j = -k\n        total ^= xs[i] ^ j",
    "under a test": "j = i * k if i > 1 else 0\n        total ^= xs[i] ^ j",
}


@pytest.mark.parametrize("body", _INDICES.values(), ids=_INDICES)
def test_variables_that_no_test_before_a_loop_looks_at(body: str) -> None:
    source = f"""
def f(xs: list[int], k: int) -> int:
    total = 0
    for i in range(len(xs)):
        {body}
    return total
"""
    cases = [(xs, k) for xs in ([], [5], [1, 2, 3, 4, 5]) for k in (*_LARGE, 2**61, 2**63 - 3)]
    check(source, *cases)


_ROWS = {
    "one that cancels": "total ^= a[r + k - k][j]",
    "a product": "m = r * k\n        total ^= a[r][j] ^ m",
    "the counter that cancels": "total ^= a[r + j - j][j]",
    "a row by a name": "row = a[r + k - k]\n        total ^= row[j]",
    "a place to store": "a[r + k - k][j] += 1",
}


@pytest.mark.parametrize("body", _ROWS.values(), ids=_ROWS)
def test_rows_by_variables_that_no_test_looks_at(body: str) -> None:
    source = f"""
def f(n: int, r: int, k: int) -> int:
    a = [[x * y for x in range(n)] for y in range(3)]
    total = 0
    for j in range(n):
        {body}
    return total
"""
    check(source, *[(n, r, k) for n in (0, 1, 4) for r in (0, 2, 3, -1) for k in _LARGE])


_UNBOUND = {
    "is None": "if n > 0:\n        x = n\n    return x is None",
    "is not None": "if n > 0:\n        x = n\n    return x is not None",
    "None is": "if n > 0:\n        x = 'a'\n    return None is x",
    "== None": "if n > 0:\n        x = 1.5\n    return x == None",
    "of an option": "if n > 0:\n        x = None if n == 1 else n\n    return x is None",
    "of None": "if n > 0:\n        x = None\n    return x is None",
    "isinstance": "if n > 0:\n        x = n\n    return isinstance(x, int)",
    "in a test": "if n > 0:\n        x = n\n    if x is not None:\n        return True\n    return False",
    "a bool": "if n > 0:\n        x = n == 1\n    return x is True",
    "a length": "if n > 0:\n        x = (1, 2)\n    return len(x) == 2",
    "in a list": "if n > 0:\n        x = 2\n    return x in []",
    "truth of a tuple": "if n > 0:\n        x = (1, 2)\n    return bool(x)",
    "thrown away": "if n > 0:\n        x = n\n    x\n    return True",
}


@pytest.mark.parametrize("body", _UNBOUND.values(), ids=_UNBOUND)
def test_a_variable_without_a_value_is_an_error_wherever_it_is_read(body: str) -> None:
    check(f"def f(n: int) -> bool:\n    {body}\n", (-1,), (0,), (1,), (2,))


def test_walruses_that_change_what_a_test_reads() -> None:
    bodies = [
        "x = 1\n    ys = [x := n, x * x]\n    return ys[1]",
        "x = 1\n    if (x := n) > 5 or x < -5:\n        return x * x\n    return x",
        "x = 1\n    y = (x := n) if n > 3 else 2\n    return x * x + y",
        "x = 1\n    while (x := x * 2) < n and x < 2**40:\n        pass\n    return x * x",
        "x = 1\n    any((x := v) > 3 for v in [1, n])\n    return x * x",
        "x = 1\n    zs = [x := v for v in [2, n]]\n    return x * x + len(zs)",
    ]
    for body in bodies:
        check(f"def f(n: int) -> int:\n    {body}\n", *[(n,) for n in _LARGE])


_STARTS = {
    "up": "range(-(2**62), n)",
    "down": "range(2**62, n, -1)",
    "to a large number": "range(n, 2**62)",
    "in steps": "range(-(2**62), n, 2**60)",
    "by one": "range(-(2**60), n)",
}


@pytest.mark.parametrize("counted", _STARTS.values(), ids=_STARTS)
@pytest.mark.parametrize("factor", [4, 16])
def test_a_loop_from_or_to_a_large_number(counted: str, factor: int) -> None:
    source = f"""
def f(xs: list[int], n: int) -> int:
    for i in {counted}:
        t = xs[{factor} * i] + xs[i * {factor}]
        if t or i > 5:
            return t
    return 3
"""
    check(source, *[(xs, n) for xs in ([7], [1] * 9) for n in (-1, 0, 1, 2)])


_STORES = {
    "into another list": "s = s + ys[i]\n            zs[i] = zs[i] + 1\n            xs[min(s, 3)] = 1",
    "by what was added": "s = s + ys[i]\n            zs[i] = zs[i] + 1\n            xs[s & 3] = 1",
    "in a branch": "s = s + ys[i]\n            zs[i] = zs[i] + ys[i]\n            if s > 0:\n                xs[min(s, 3)] = 1",
}


@pytest.mark.parametrize("body", _STORES.values(), ids=_STORES)
def test_a_store_that_may_fail_is_not_reached_by_what_overflowed(body: str) -> None:
    source = f"""
def f(ys: list[int], zs: list[int], xs: list[int]) -> int:
    s = 0
    try:
        for i in range(len(ys)):
            {body}
    except IndexError:
        return -1
    return len(xs) + sum(xs)
"""
    check(source, *[([y] * 5, [0] * 5, [0] * n) for y in (1, -1, 2**62, -(2**62)) for n in (3, 4, 5)])


_SETS = {
    "union": "{1}.union({8} & {n})",
    "union of a union": "{1}.union({8} | {n})",
    "of two": "{1}.union({n}, {8} & {n}, {9} | {n})",
    "intersection": "{1, 8, n}.intersection({8} | {n})",
    "difference": "{1, 8, n}.difference({8} & {n})",
    "symmetric_difference": "{1, 8}.symmetric_difference({8} ^ {n})",
    "in one another": "{1}.union({2} | {3}.union({8} & {n}))",
    "operators": "({1} | {2}) ^ ({8} & ({n} ^ {8}))",
}


@pytest.mark.parametrize("made", _SETS.values(), ids=_SETS)
def test_sets_combined_with_sets_that_are_combined_there(made: str) -> None:
    check(f"def f(n: int) -> set[int]:\n    return {made}\n", *[(n,) for n in (1, 2, 8)])


_CAUGHT = {
    "a variable": "    e = 'a'\n{0}    return e\n",
    "a parameter": "{0}    return p\n".replace("p", "n"),
    "in the else": "    e = 'a'\n{0}    else:\n        e = 'b'\n    return e\n",
    "the cell's": "{0}    return e\ne = 'c'\n",
    "of math": "{0}    return str(e)\nfrom math import e\n",
}


@pytest.mark.parametrize("body", _CAUGHT.values(), ids=_CAUGHT)
def test_the_name_of_an_exception_has_no_value_after_its_except(body: str) -> None:
    name = "n" if "return n" in body else "e"
    block = (
        f"    try:\n        if n:\n            raise ValueError('x')\n    except ValueError as {name}:\n        pass\n"
    )
    with pytest.raises(NotNativeError, match="has no value after its except"):
        Cell("def f(n: str) -> str:\n" + body.format(block))


def test_the_name_of_an_exception_may_be_given_a_value_again() -> None:
    check(
        """
def f(n: int) -> int:
    e = 0
    for e in range(n):
        try:
            if e == 2:
                raise ValueError("x")
            e += 1
        except ValueError as e:
            pass
        e = 5
    return e + n
""",
        *[(n,) for n in range(5)],
    )


def test_an_exception_is_not_raised_again_from_the_except_of_another() -> None:
    source = """
def f(n: int) -> int:
    try:
        raise ValueError("a")
    except ValueError as e:
        try:
            raise KeyError("b")
        except KeyError:
            raise e
"""
    with pytest.raises(NotNativeError, match="in another except"):
        Cell(source)


_CACHED = {
    "nothing": "LOG.append([n])",
    "nothing early": "LOG.append([n])\n    if n > 3:\n        return\n    LOG.append([n])",
    "a value or nothing": "LOG.append([n])\n    if n > 3:\n        return 5\n    if n == 2:\n        return\n    LOG.append([n])",
    "None": "LOG.append([n])\n    return None",
    "a value": "LOG.append([n])\n    return n",
}


@pytest.mark.parametrize("body", _CACHED.values(), ids=_CACHED)
def test_a_cached_function_runs_once_whatever_it_returns(body: str) -> None:
    source = f"""
from functools import cache

LOG = [[0]]

@cache
def g(n):
    {body}

def f(n: int) -> int:
    g(n)
    g(n)
    g(n + 1)
    g(n)
    return len(LOG)
"""
    check(source, *[(n,) for n in range(6)], entry="f")


_CLASSES = {
    "a class without ==": "class A:\n    def __init__(self, x: int):\n        self.x = x\n",
    "a dataclass without ==": "@dataclass(eq=False)\nclass A:\n    x: int\n",
    "a class with its own ==": (
        "class A:\n    def __init__(self, x: int):\n        self.x = x\n\n    def __eq__(self, o):\n        return self.x == -o.x\n"
    ),
}


@pytest.mark.parametrize("inner", _CLASSES.values(), ids=_CLASSES)
@pytest.mark.parametrize("held", ["A", "A | None", "list[A]", "tuple[A, int]", "dict[int, A]"])
def test_instances_are_not_equal_by_the_fields_of_what_says_otherwise(inner: str, held: str) -> None:
    made = {"A": "a", "A | None": "a", "list[A]": "[a]", "tuple[A, int]": "(a, 1)", "dict[int, A]": "{1: a}"}[held]
    source = f"""
from dataclasses import dataclass

{inner}
@dataclass
class B:
    n: int
    a: {held}

def make(n):
    a = A(n)
    return B(1, {made})

def f(n: int) -> bool:
    return make(n) == make(n)
"""
    with pytest.raises(NotNativeError, match="two of B are compared"):
        Cell(source, "f")


def test_instances_that_hold_their_like_are_equal_by_their_fields() -> None:
    source = """
from dataclasses import dataclass

@dataclass
class Node:
    value: int
    after: list["Node"]

def chain(n):
    made = []
    for i in range(n):
        made = [Node(i, made)]
    return made

def f(n: int, m: int) -> bool:
    return Node(7, chain(n)) == Node(7, chain(m))
"""
    check(source, *[(n, m) for n in range(3) for m in range(3)], entry="f")
