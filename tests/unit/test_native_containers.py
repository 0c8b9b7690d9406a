"""Lists of anything, tuples, options, dicts and sets in native cells, held against CPython."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.native_cells import check

Cells = dict[str, tuple[str, list[tuple[Any, ...]]]]

CELLS: Cells = {
    "words": (
        """
def f(text: str) -> int:
    words = []
    word = ""
    for c in text:
        if c == " ":
            words.append(word)
            word = ""
        else:
            word += c
    words.append(word)
    longest = ""
    for w in words:
        if len(w) > len(longest):
            longest = w
    return len(longest) * 100 + len(words) + words.index(longest)
""",
        [("the quick brown fox",), ("",), (" a  b",)],
    ),
    "grid": (
        """
def f(n: int) -> list[int]:
    grid = [[0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            grid[i][j] = i * j
    grid[0].append(7)
    row = grid[n - 1]
    row[0] = 5
    total = 0
    for r in grid:
        total += sum(r)
    return [total, len(grid[0]), grid[-1][0], max(max(r) for r in grid)]
""",
        [(1,), (4,), (9,), (0,)],
    ),
    "aliases": (
        """
def f(n: int) -> list[int]:
    rows = [[1, 2]] * n
    rows[0].append(n)
    copy = rows[:]
    copy.append([9])
    copy[0][0] = 7
    deep = [r[:] for r in rows]
    deep[0][0] = 1000
    return rows[-1] + copy[-1] + deep[0]
""",
        [(1,), (3,), (0,)],
    ),
    "tuples": (
        """
def swap(pair):
    a, b = pair
    return b, a

def f(n: int, s: str) -> list[int]:
    t = (n, s)
    u = swap(t)
    pairs = [(i, i * i) for i in range(n)]
    pairs.append((100, 1))
    best = max(pairs)
    total = 0
    for i, (a, b) in enumerate(pairs):
        total += i * a + b
    for p in zip(range(3), "abc"):
        total += p[0] * ord(p[1])
    lo, hi = (1, 2) if n > 2 else (2, 1)
    return [total, best[0], best[1], len(u[0]), u[1], lo, hi, len(t), int((1, 2) < (1, 3)), int(t == (3, "ab"))]
""",
        [(3, "ab"), (0, ""), (5, "é")],
    ),
    "options": (
        """
def find(xs, x):
    for i, y in enumerate(xs):
        if y == x:
            return i
    return None

def first(words):
    best = None
    for w in words:
        if best is None or w < best:
            best = w
    return best

def f(xs: list[int], x: int) -> list[int]:
    at = find(xs, x)
    if at is None:
        at = -1
    other = find(xs, x + 1)
    words = ["b", "aa", "c"]
    w = first(words)
    n = first([])
    return [at, 1 if other is None else other + 10, 0 if w is None else len(w), int(n is None), int(other == 1), int(not other)]
""",
        [([3, 1, 2], 1), ([], 4), ([0, 1], 0)],
    ),
    "none raises": (
        """
def find(xs, x):
    for i, y in enumerate(xs):
        if y == x:
            return i

def f(xs: list[int], x: int) -> int:
    return find(xs, x) + 1
""",
        [([3, 1, 2], 1), ([], 4)],
    ),
    "dict": (
        """
def f(text: str) -> list[int]:
    counts = {}
    for c in text:
        counts[c] = counts.get(c, 0) + 1
    out = []
    for c, n in counts.items():
        out.append(ord(c))
        out.append(n)
    for c in counts:
        counts[c] += 10
    if "a" in counts:
        del counts["a"]
    out.append(len(counts))
    out.append(sum(counts.values()))
    counts["z"] = 5
    out.append(counts.pop("z"))
    out.append(counts.pop("y", -1))
    out.append(counts.setdefault("q", 3))
    return out
""",
        [("abracadabra",), ("",), ("zzzyx",)],
    ),
    "dict of lists": (
        """
def f(words: str) -> list[int]:
    groups: dict[int, list[str]] = {}
    word = ""
    for c in words + " ":
        if c == " ":
            if len(word) not in groups:
                groups[len(word)] = []
            groups[len(word)].append(word)
            word = ""
        else:
            word += c
    out = []
    for k in sorted(groups):
        out.append(k)
        out.append(len(groups[k]))
        for w in groups[k]:
            out.append(len(w))
    other = dict(groups)
    other[99] = ["x"]
    return out + [len(groups), len(other), int(groups == other)]
""",
        [("a bb cc d eee",), ("",)],
    ),
    "missing key": (
        """
def f(n: int) -> int:
    d = {1: 2, 3: 4}
    return d[n]
""",
        [(1,), (2,), (3,)],
    ),
    "dict changed": (
        """
def f(n: int) -> int:
    d = {1: 2, 3: 4}
    for k in d:
        if k == n:
            d[k + 100] = 1
    return len(d)
""",
        [(1,), (2,), (3,)],
    ),
    "tuple keys": (
        """
def f(n: int) -> list[int]:
    seen = {}
    x, y = 0, 0
    for i in range(n):
        seen[(x, y)] = i
        if i % 3 == 0:
            x += 1
        elif i % 3 == 1:
            y += 1
        else:
            x, y = y, x
    out = []
    for (a, b), i in seen.items():
        out.append(a * 1000 + b * 100 + i)
    return out + [int((0, 0) in seen), int((n, n) in seen)]
""",
        [(0,), (1,), (30,)],
    ),
    "sets": (
        """
def f(xs: list[int], ys: list[int]) -> list[int]:
    a, b = set(xs), set(ys)
    a.add(4)
    b.discard(2)
    c = a | b
    d = a & b
    e = a - b
    g = a ^ b
    out = sorted(c) + [-1] + sorted(d) + [-2] + sorted(e) + [-3] + sorted(g)
    squares = {x * x for x in a}
    return out + [len(squares), sum(squares), max(c), min(c), int(3 in a), int(a == {4}), int(d.issubset(c)), int(a.isdisjoint(b))]
""",
        [([1, 2, 3], [2, 3, 9]), ([], []), ([5, 5, -1], [4])],
    ),
    "sorting": (
        """
def f(words: str, xs: list[int]) -> list[int]:
    ws = []
    w = ""
    for c in words + " ":
        if c == " ":
            ws.append(w)
            w = ""
        else:
            w += c
    out = [len(w) for w in sorted(ws)]
    ws.sort(key=len)
    out += [len(w) for w in ws]
    ws.sort(key=lambda w: (-len(w), w))
    out += [ord(w[0]) if w else 0 for w in ws]
    out += sorted(xs, reverse=True)
    out += sorted(xs, key=lambda x: abs(x))
    pairs = sorted((x % 3, -x) for x in xs)
    for a, b in pairs:
        out.append(a)
        out.append(b)
    out.append(max(xs, key=lambda x: x % 5) if xs else 0)
    out.append(len(min(ws, key=len)))
    out += [ord(c) for c in sorted(words)]
    return out
""",
        [("the quick brown fox jumps", [3, -1, 2, -2, 7]), ("", []), ("b a", [1])],
    ),
    "slices": (
        """
def f(n: int) -> list[int]:
    xs = list(range(n))
    xs[1:3] = [7, 8, 9]
    del xs[0]
    del xs[-2:]
    ws = ["a", "bb", "ccc", "dddd"]
    ws[1:3] = ["x"]
    del ws[0]
    ws.insert(1, "yyyyy")
    ws.extend(["q", "r"])
    ws.remove("q")
    ws.reverse()
    last = ws.pop()
    return xs + [len(w) for w in ws] + [len(last), ws.count("r"), int("x" in ws), int("yyyyy" in ws)]
""",
        [(5,), (9,), (3,)],
    ),
    "deep": (
        """
def f(n: int) -> list[int]:
    table: dict[str, dict[int, list[tuple[int, str]]]] = {}
    for i in range(n):
        name = "even" if i % 2 == 0 else "odd"
        inner = table.setdefault(name, {})
        inner.setdefault(i % 3, []).append((i, name))
    out = []
    for name, inner in table.items():
        for k, entries in inner.items():
            for i, word in entries:
                out.append(i * 100 + k * 10 + len(word))
    return out
""",
        [(0,), (1,), (20,)],
    ),
}


@pytest.mark.parametrize("name", CELLS)
def test_as_cpython(name: str) -> None:
    source, cases = CELLS[name]
    check(source, *cases, entry="f")


CLASSES: Cells = {
    "dataclass": (
        """
from dataclasses import dataclass, field

@dataclass
class Point:
    x: int
    y: int = 2
    tags: list[str] = field(default_factory=list)

    def norm(self) -> int:
        return abs(self.x) + abs(self.y)

    @property
    def double(self) -> int:
        return 2 * self.x

    def move(self, dx: int, dy: int = 0) -> None:
        self.x += dx
        self.y = self.y + dy
        self.tags.append("moved")

def f(n: int) -> list[int]:
    points = [Point(i, -i) for i in range(n)]
    for p in points:
        p.move(n, dy=1)
    q = Point(1)
    r = Point(1, 2)
    out = [p.norm() for p in points] + [p.double for p in points]
    best = max(points, key=lambda p: p.norm()) if points else q
    best.x = 1000
    r.tags.append("a")
    return out + [int(q == r), int(q == Point(1, 2)), len(r.tags), sum(p.x for p in points), len(q.tags)]
""",
        [(0,), (1,), (4,)],
    ),
    "named tuple": (
        """
from typing import NamedTuple

class Edge(NamedTuple):
    weight: int
    start: int
    end: int = 0

def f(n: int) -> list[int]:
    edges = [Edge(i * 7 % 5, i, i + 1) for i in range(n)]
    edges.sort()
    out = []
    for w, a, b in edges:
        out += [w, a, b]
    for e in edges:
        out.append(e.weight + e[1])
    out.append(int(Edge(1, 2) < Edge(1, 3)))
    return out
""",
        [(0,), (1,), (6,)],
    ),
    "linked list": (
        """
class Node:
    def __init__(self, value: int, after=None):
        self.value = value
        self.after = after

class Stack:
    def __init__(self):
        self.head = None
        self.size = 0

    def push(self, value: int) -> None:
        self.head = Node(value, self.head)
        self.size += 1

    def pop(self) -> int:
        if self.head is None:
            raise IndexError("empty")
        value = self.head.value
        self.head = self.head.after
        self.size -= 1
        return value

def f(n: int, pops: int) -> list[int]:
    stack = Stack()
    for i in range(n):
        stack.push(i * i)
    out = []
    for _ in range(pops):
        out.append(stack.pop())
    node = stack.head
    while node is not None:
        out.append(-node.value)
        node = node.after
    return out + [stack.size]
""",
        [(5, 2), (0, 0), (1, 2), (2000, 0)],
    ),
    "tree": (
        """
class Tree:
    def __init__(self, key: int):
        self.key = key
        self.left: Tree | None = None
        self.right: Tree | None = None

    def insert(self, key: int) -> None:
        if key < self.key:
            if self.left is None:
                self.left = Tree(key)
            else:
                self.left.insert(key)
        elif self.right is None:
            self.right = Tree(key)
        else:
            self.right.insert(key)

def walk(tree: Tree | None, out: list[int]) -> None:
    if tree:
        walk(tree.left, out)
        out.append(tree.key)
        walk(tree.right, out)

def f(xs: list[int]) -> list[int]:
    if not xs:
        return []
    tree = Tree(xs[0])
    for x in xs[1:]:
        tree.insert(x)
    out = []
    walk(tree, out)
    return out
""",
        [([],), ([3, 1, 2, 5, 4],), ([1, 1, 1],)],
    ),
}


@pytest.mark.parametrize("name", CLASSES)
def test_classes_as_cpython(name: str) -> None:
    source, cases = CLASSES[name]
    check(source, *cases, entry="f")


HANDLERS: Cells = {
    "caught": (
        """
def parse(s: str) -> int:
    try:
        return int(s)
    except ValueError:
        return -1

def f(s: str, d: int) -> list[int]:
    out = [parse(s)]
    try:
        out.append(10 // d)
        out.append(out[d])
    except ZeroDivisionError:
        out.append(-2)
    except (IndexError, KeyError):
        out.append(-3)
    else:
        out.append(-4)
    finally:
        out.append(-5)
    return out
""",
        [("12", 0), ("x", 1), (" 7 ", 9), ("", 2)],
    ),
    "helpers": (
        """
def check(n: int) -> int:
    if n < 0:
        raise ValueError("negative")
    if n > 100:
        raise OverflowError("large")
    return n * 2

def deeper(n: int) -> int:
    return check(n - 1) + 1

def f(n: int) -> list[int]:
    out = []
    for k in range(n, n + 3):
        try:
            out.append(deeper(k))
        except ValueError:
            out.append(-1)
            continue
        finally:
            out.append(0)
        if k > 50:
            break
    return out
""",
        [(-5,), (-1,), (0,), (49,), (100,), (101,)],
    ),
    "raised again": (
        """
def f(n: int) -> int:
    total = 0
    try:
        try:
            if n == 1:
                raise KeyError("a")
            if n == 2:
                raise ValueError("b")
            total += [1, 2, 3][n]
        except KeyError:
            total += 10
            raise
        finally:
            total += 100
    except LookupError as e:
        total += 1000
        if n == 7:
            raise ValueError("seven") from e
    return total
""",
        [(0,), (1,), (2,), (3,), (7,), (-1,)],
    ),
    "values": (
        """
def first(words: list[str], n: int) -> str:
    try:
        return words[n]
    except IndexError:
        return "none"

def f(n: int) -> list[int]:
    words = ["a", "bb"]
    d = {"a": 1}
    out = [len(first(words, n))]
    try:
        out.append(d[words[n]])
    except Exception:
        out.append(-1)
    i = 0
    while True:
        try:
            i += 1
            if i == n:
                continue
            if i > 5:
                break
            words.append(str(i))
        finally:
            out.append(i)
    return out + [len(words)]
""",
        [(0,), (1,), (2,), (3,)],
    ),
}


@pytest.mark.parametrize("name", HANDLERS)
def test_exceptions_as_cpython(name: str) -> None:
    source, cases = HANDLERS[name]
    check(source, *cases, entry="f")


COLLECTIONS: Cells = {
    "deque": (
        """
from collections import deque

def f(n: int) -> list[int]:
    queue = deque([(0, 0)])
    seen = {0}
    order = []
    while queue:
        node, depth = queue.popleft()
        order.append(node * 10 + depth)
        for after in (2 * node + 1, 2 * node + 2):
            if after < n and after not in seen:
                seen.add(after)
                queue.append((after, depth + 1))
    row = deque()
    for i in range(n):
        row.appendleft(i)
        if len(row) > 3:
            row.pop()
    row.rotate(1)
    row.extend([7, 8])
    row.extendleft([1, 2])
    words = deque("abc")
    words.append("long")
    return order + list(row) + [len(words), sum(row), row[0], row[-1], int(3 in row)]
""",
        [(0,), (1,), (10,)],
    ),
    "empty deque": (
        """
import collections

def f(n: int) -> int:
    d = collections.deque()
    for i in range(n):
        d.append(i)
    d.popleft()
    return d.pop()
""",
        [(0,), (1,), (2,)],
    ),
    "counter": (
        """
from collections import Counter

def f(s: str, xs: list[int]) -> list[int]:
    c = Counter(s)
    d = Counter(xs)
    out = [c["a"], c["nothing"], len(c), sum(d.values())]
    for ch, n in c.most_common(2):
        out.append(ord(ch) * 100 + n)
    for x, n in d.most_common():
        out += [x, n]
    d[3] += 1
    d.update([3, 3, 4])
    c.update("zz")
    out += [d[3], d[4], c["z"], d.total()]
    best = max(d, key=lambda k: d[k])
    return out + [best, int(7 in d)]
""",
        [("abracadabra", [1, 2, 2]), ("", []), ("banana", [3, 1, 3, 1, 5])],
    ),
    "defaultdict": (
        """
from collections import defaultdict

def f(words: list[str]) -> list[int]:
    groups = defaultdict(list)
    for w in words:
        groups[len(w)].append(w)
    counts = defaultdict(int)
    for w in words:
        for ch in w:
            counts[ch] += 1
    nested = defaultdict(lambda: defaultdict(set))
    for w in words:
        nested[len(w)][w[:1]].add(w)
    out = []
    for k in sorted(groups):
        out += [k, len(groups[k])]
    out.append(counts["unseen"])
    out.append(len(counts))
    for k, inner in nested.items():
        for c, s in inner.items():
            out.append(len(s))
    return out
""",
        [(["a", "bb", "b", "cc", "a"],), ([],), (["", "x"],)],
    ),
}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_collections_as_cpython(name: str) -> None:
    source, cases = COLLECTIONS[name]
    check(source, *cases, entry="f")


def test_annotations_tell_of_what_is_empty() -> None:
    source = """
def helper(words: list[str]) -> int:
    return sum(len(w) for w in words)

def f(n: int) -> list[int]:
    v: list[str] = []
    v.sort(key=len)
    d: dict[str, list[float]] = {}
    for k, row in d.items():
        n += len(k) + int(row[0])
    return [n, len(v), helper([]), helper(v), len(d)]
"""
    check(source, (1,), (5,), entry="f")
