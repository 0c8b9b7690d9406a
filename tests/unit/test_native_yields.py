"""Generator functions that are consumed where they are called: by a loop, in turns; by what takes all at once."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

NUMBERS: Final[list[tuple[Any, ...]]] = [(0,), (1,), (2,), (7,), (-3,)]
CASES: Final[dict[str, tuple[str, list[tuple[Any, ...]]]]] = {
    "in turns": (
        """
def f(n: int) -> list[int]:
    log = []
    for x in numbers(n, log):
        log.append(x * 10)
    log.append(-1)
    return log

def numbers(n, log):
    log.append(1)
    for i in range(n):
        log.append(i)
        yield i
        log.append(100 + i)
    log.append(2)
""",
        NUMBERS,
    ),
    "without end": (
        """
def fibonacci():
    a, b = 0, 1
    while True:
        yield a
        a, b = b, a + b

def f(n: int) -> int:
    total = 0
    for x in fibonacci():
        if x > n:
            break
        if x % 2:
            continue
        total += x
    for x in fibonacci():
        if x > n:
            return total * 1000 + x
    return 0
""",
        NUMBERS,
    ),
    "return and break and continue": (
        """
def steps(n, limit=5):
    if n < 0:
        return
    for i in range(n):
        for j in range(i):
            if i * j > limit:
                return
            if j == 1:
                continue
            yield i, j
        if i == 4:
            break
    else:
        n = 0

def f(n: int) -> list[int]:
    out = []
    for i, j in steps(n):
        if i == 2:
            continue
        for k in range(3):
            if k == j:
                break
            out.append(k)
        out.append(i * 10 + j)
        if len(out) > 12:
            break
    for i, j in steps(limit=9, n=n):
        out.append(i + j)
    n += len(out)
    out.append(n)
    return out
""",
        [*NUMBERS, (12,)],
    ),
    "one inside another": (
        """
def evens(n):
    for x in range(n):
        if x % 2 == 0:
            yield x

def squares(n):
    for x in evens(n):
        yield x * x
        if x > 4:
            return

def f(n: int) -> list[int]:
    out = []
    for x in squares(n):
        for y in evens(x):
            if y > 3:
                break
            out.append(x + y)
    return out
""",
        [*NUMBERS, (20,)],
    ),
    "all at once": (
        """
def pairs(xs):
    for i in range(len(xs)):
        for j in range(i):
            yield xs[i] * xs[j]
        if i == 5:
            return

def words(n):
    yield "a"
    yield from ["b"] * n
    yield "c"

def f(xs: list[int]) -> str:
    n = sum(pairs(xs)) + max(pairs(xs), default=0) + len(list(pairs(xs))) + sum(x * 2 for x in pairs(xs) if x > 1)
    return "".join(words(len(xs))) + str(n) + str(sorted(pairs(xs))) + str([x + 1 for x in pairs(xs)]) + str(list(words(0)))
""",
        [([],), ([1, 2, 3],), ([5, -1, 0, 2, 2, 9, 1],)],
    ),
    "exceptions": (
        """
def parts(n):
    for i in range(3):
        yield 10 // (n - i)

def f(n: int) -> int:
    total = 0
    for x in parts(n):
        total += 100 // (x - 5)
    return total
""",
        NUMBERS,
    ),
    "yield from": (
        """
def chunks(rows):
    for row in rows:
        if not row:
            return
        yield from row

def f(rows: list[list[int]]) -> int:
    n = 0
    for x in chunks(rows):
        if x == 4:
            break
        n = n * 3 + x
    return n
""",
        [([],), ([[1, 2], [3]],), ([[1], [], [2]],), ([[1, 4], [2]],), ([[4, 1]],), ([[1, 4, 7], [3]],)],
    ),
    "a tree, by itself": (
        """
class Node:
    def __init__(self, key: int):
        self.key = key
        self.left: "Node | None" = None
        self.right: "Node | None" = None

def insert(root, key):
    if root is None:
        return Node(key)
    if key < root.key:
        root.left = insert(root.left, key)
    else:
        root.right = insert(root.right, key)
    return root

def inorder(root):
    if root is not None:
        yield from inorder(root.left)
        yield root.key
        yield from inorder(root.right)

def f(keys: list[int]) -> list[int]:
    root = None
    for k in keys:
        root = insert(root, k)
    return list(inorder(root)) + [sum(inorder(root)), max(inorder(root), default=-1)] + [x * 2 for x in inorder(root)]
""",
        [([5, 2, 8, 1, 9, 2],), ([],), ([1],)],
    ),
    "permutations, by itself": (
        """
def perms(xs: list[int]):
    if not xs:
        yield []
        return
    for i, x in enumerate(xs):
        for p in perms(xs[:i] + xs[i + 1:]):
            yield [x] + p

def f(xs: list[int]) -> list[list[int]]:
    return list(perms(xs)) + sorted(perms(xs))
""",
        [([1, 2, 3],), ([],), ([7],)],
    ),
    "kept until the next statement": (
        """
def f(xs: list[int]) -> int:
    squares = (x * x for x in xs)
    total = sum(squares) + 1
    texts = map(str, xs)
    n = 0
    for text in texts:
        n = n * 2 + len(text)
    pairs = zip(xs, xs[1:])
    rising = [a for a, b in pairs if a < b]
    return total * 1000 + n + len(rising)
""",
        [([],), ([1, 22, 3],), ([-5],)],
    ),
    "of a generator function": (
        """
def numbers(n):
    for i in range(n):
        yield i

def f(n: int) -> int:
    doubled = (x * 2 for x in numbers(n))
    return max(doubled, default=-1)
""",
        NUMBERS,
    ),
    "names of both sides": (
        """
K = 3

def numbers(x):
    y = x + K
    while y > 0:
        y -= 1
        yield y

def f(x: int) -> int:
    y = 0
    for n in numbers(x):
        y += n * x
        x = y % 5
    return y * 10 + x
""",
        NUMBERS,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_as_cpython(name: str) -> None:
    source, cases = CASES[name]
    check(source, *cases, entry="f")


@pytest.mark.parametrize(
    "body",
    [
        "g = numbers(n)\n    return sum(g)",
        "g = (i for i in range(n))\n    return sum(g) + sum(g)",
        "g = (i for i in range(n))\n    n = len(str(n))\n    return sum(g)",
        "g = (i for i in range(n))\n    for i in range(3):\n        n += sum(g)\n    return n",
        "g = map(abs, [n])\n    return n + sum(g)",
        "return next(numbers(n))",
        "return any(x > 2 for x in numbers(n))",
        "return sum(1 // x for x in numbers(n))",
        "for x in numbers(n):\n        pass\n    else:\n        n = 1\n    return n",
        "for i, x in enumerate(numbers(n)):\n        n += i\n    return n",
        "return max(numbers(n), key=lambda x: -x)",
    ],
)
def test_what_is_kept_or_stops_in_between_is_refused(body: str) -> None:
    source = f"def numbers(n):\n    for i in range(n):\n        yield i\n\ndef f(n: int) -> int:\n    {body}\n"
    with pytest.raises(NotNativeError):
        Cell(source, "f")


@pytest.mark.parametrize(
    "function",
    [
        "    x = yield 1",
        "    try:\n        yield n\n    finally:\n        n = 0",
        "    for x in numbers(n - 1):\n        yield n // x",
        "    yield n\n    first = list(numbers(n - 1))\n    yield first[0]",
        "    yield next(iter([n]))",
        "    if n > 2:\n        y = n\n    yield y",
        "    for i in range(n):\n        y = i\n    yield y",
    ],
)
def test_generators_that_are_more_than_a_loop_are_refused(function: str) -> None:
    source = f"def numbers(n):\n{function}\n\ndef f(n: int) -> int:\n    return sum(numbers(n))\n"
    with pytest.raises(NotNativeError):
        Cell(source, "f")
