"""Tuples whose length is known only at run time: as keys, results, parameters, texts; beside those of fixed length."""

from __future__ import annotations

from typing import Any, Final

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

LISTS: Final[list[tuple[Any, ...]]] = [([],), ([5],), ([3, 1, 2],), ([1, 2, 1, 2, 3],)]
CASES: Final[dict[str, tuple[str, list[tuple[Any, ...]]]]] = {
    "read": (
        """
def f(xs: list[int]) -> int:
    t = tuple(xs)
    xs.append(7)
    n = 0
    for i, x in enumerate(t):
        n += i * x
    if 2 in t and t.count(2) > 0:
        n += t.index(2) + t[-1] + t[0]
    return n + len(t) + sum(t) + max(t, default=0) + (10 if t else 0)
""",
        LISTS,
    ),
    "out of range": ("def f(xs: list[int]) -> int:\n    t = tuple(xs)\n    return t[2]\n", LISTS),
    "unpacked": ("def f(xs: list[int]) -> int:\n    a, b, c = tuple(xs)\n    return a * b - c\n", LISTS),
    "keys": (
        """
def f(words: list[str]) -> dict[str, list[str]]:
    groups = {}
    for word in words:
        groups.setdefault(tuple(sorted(word)), []).append(word)
    return {"".join(key): group for key, group in groups.items()}
""",
        [(["eat", "tea", "tan", "ate", "nat", "bat", ""],), ([],), (["a", "a", "ab", "ba"],)],
    ),
    "in sets": (
        """
def f(rows: list[list[int]]) -> int:
    seen = set()
    for row in rows:
        seen.add(tuple(row))
    return len(seen) * 100 + len({tuple(row[:1]) for row in rows}) + (1000 if (1, 2) in seen else 0)
""",
        [([],), ([[1, 2], [1, 2], [2], [1]],), ([[], [], [0]],)],
    ),
    "mapped": (
        "def f(rows: list[list[int]]) -> int:\n    return len(set(map(tuple, rows)))\n",
        [([],), ([[1, 2], [1, 2], [2]],)],
    ),
    "a memo": (
        """
def f(xs: list[int]) -> int:
    memo = {}

    def best(state):
        if state in memo:
            return memo[state]
        if not state:
            return 0
        made = max(state[0] + best(state[2:]), best(state[1:]))
        memo[state] = made
        return made

    return best(tuple(xs))
""",
        [*LISTS, ([4, -1, 9, 3, 8, 8],)],
    ),
    "joined, repeated, sliced": (
        """
def f(xs: list[int]) -> tuple[int, ...]:
    t = tuple(xs)
    u = t + (1,) + t[::-1]
    u += (9, 9)
    v = t
    t += (7,)
    return u + (0,) * len(v) + t[1:] + v * 2
""",
        LISTS,
    ),
    "grown": (
        """
def f(n: int) -> tuple[int, ...]:
    t = ()
    for i in range(n):
        t = t + (i,)
    return t
""",
        [(0,), (1,), (5,)],
    ),
    "texts": (
        """
def f(xs: list[int]) -> str:
    t = tuple(xs)
    return f"{t} {tuple(str(x) for x in xs)!r} " + str([t, t[:1]]) + str(()) + repr({t: (t, 1)})
""",
        LISTS,
    ),
    "compared": (
        """
def f(xs: list[int], ys: list[int]) -> list[bool]:
    t, u = tuple(xs), tuple(ys)
    return [t == u, t != u, t < u, t <= u, t > u, t == (1, 2), (1, 2) < t, t == (), max(t, u) == t, t in [u, (3,)]]
""",
        [([], []), ([1, 2], [1, 2]), ([1], [1, 2]), ([3], [1, 2, 3]), ([1, 3], [1, 2, 3])],
    ),
    "put in order": (
        """
def f(rows: list[list[int]]) -> list[tuple[int, ...]]:
    return sorted(tuple(row) for row in rows)
""",
        [([[3], [1, 2], [], [1]],), ([],)],
    ),
    "a parameter": (
        """
def f(t: tuple[int, ...], d: dict[tuple[str, ...], int]) -> tuple[float, ...]:
    return tuple(x / 2 for x in t) + tuple(float(len(k) + v) for k, v in d.items())
""",
        [((), {}), ((1, 2, 3), {("a", "b"): 4, (): 1})],
    ),
    "results of fixed length": (
        "def f(n: int) -> tuple[float, ...]:\n    if n:\n        return (n, 2.5)\n    return (1.5, n)\n",
        [(0,), (3,)],
    ),
    "of a fixed length or any": (
        """
def f(xs: list[int]) -> list[tuple[int, ...]]:
    best = (0,)
    out = [best, (1, 2)] if False else [best]
    for i in range(len(xs)):
        best = max(best, tuple(xs[i:]))
        out.append(best)
    return out
""",
        LISTS,
    ),
    "or None": (
        """
def f(xs: list[int]) -> tuple[int, ...] | None:
    t = tuple(xs) if xs else None
    u = t
    return None if u is None else u[1:]
""",
        LISTS,
    ),
    "what it is": (
        """
def f(xs: list[int]) -> list[bool]:
    t = tuple(xs)
    return [isinstance(t, tuple), isinstance(t, list), type(t) is tuple, isinstance(list(t), list)]
""",
        LISTS,
    ),
    "made a list again": (
        """
def f(xs: list[int]) -> list[int]:
    t = tuple(xs)
    ys = list(t)
    ys.append(1)
    ys.extend(t)
    ys += t
    return ys + sorted(t) + [len(t)] + list(reversed(t))
""",
        LISTS,
    ),
    "of texts": (
        """
def f(s: str) -> tuple[str, ...]:
    t = tuple(s)
    u = tuple(s.split())
    return u if u < t else t + u
""",
        [("",), ("a b",), ("zz a",)],
    ),
    "kept beside others": (
        """
def f(n: int) -> int:
    rows = [(tuple(range(i)), i) for i in range(n)]
    total = 0
    while rows:
        row, i = rows.pop()
        total += sum(row) * i + len(row)
        if i % 3 == 1:
            rows.append((row[1:] + row[:1], i - 1))
    return total
""",
        [(0,), (4,), (9,)],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_as_cpython(name: str) -> None:
    source, cases = CASES[name]
    check(source, *cases, entry="f")


@pytest.mark.parametrize(
    "body",
    [
        "t.append(1)",
        "t[0] = 1",
        "del t[0]",
        "t[0:1] = [1]",
        "t.sort()",
        "t[0] += 1",
        "t += [1]",
        "q = t + [1]",
        "q = [1] + t",
        "q = t == [1]",
        "q = t < [1]",
        "q = {(t, xs): 1}",
        "q = t.reverse()",
    ],
)
def test_what_no_tuple_does_is_refused(body: str) -> None:
    with pytest.raises(NotNativeError) as caught:
        Cell(f"def f(xs: list[int]) -> int:\n    t = tuple(xs)\n    {body}\n    return len(t)\n", "f")
    assert caught.value.diagnostics[0].line == 3
