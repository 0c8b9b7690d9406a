"""Operands that may be None: when they are found out, and that what ``op=`` changes in its place is the object itself."""

from __future__ import annotations

from typing import Any

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check

_RECORD = (
    "from dataclasses import dataclass\n\n@dataclass\nclass P:\n    xs: list[int] | None\n    s: set[int] | None\n\n"
)
_COUNT = "    return len(q) if q is not None else -1\n"
_IN_PLACE = {
    "list in a loop": "    p: list[int] | None = [1]\n    q = p\n    for i in range(n):\n        p += [i]\n",
    "list times": "    p: list[int] | None = [1]\n    q = p\n    for i in range(n):\n        p *= 2\n",
    "set in a loop": "    p: set[int] | None = {1}\n    q = p\n    for i in range(n):\n        p |= {i}\n",
    "field": "    x = P([1], {1})\n    q = x.xs\n    x.xs += [n]\n",
    "field of a set": "    x = P([1], {1})\n    q = x.s\n    x.s |= {n}\n",
    "item": "    x: list[list[int] | None] = [[1], None]\n    q = x[0]\n    x[0] += [n]\n",
    "item of sets": "    x: list[set[int] | None] = [{1}, None]\n    q = x[0]\n    x[0] |= {n}\n",
    "entry": "    x: dict[int, list[int] | None] = {0: [1], 1: None}\n    q = x[0]\n    x[0] += [n]\n",
}


@pytest.mark.parametrize("body", _IN_PLACE.values(), ids=_IN_PLACE)
def test_what_changes_in_its_place_is_the_object(body: str) -> None:
    check(f"{_RECORD}def f(n: int) -> int:\n{body}{_COUNT}", (0,), (2,), (3,))


def test_a_list_that_may_be_none_grows_while_it_is_looped_over() -> None:
    source = """def f(p: list[bool] | None, b: bool) -> int:
    if p is None:
        p = [b]
    n = 0
    for v in p:
        n += 1
        if len(p) < 24:
            p += p[:9]
    return n * 100 + len(p)
"""
    check(source, (None, True), ([True], False), ([], True))


_RAISING = {
    "sum": "return a + 1 // n",
    "compare": "return 1 if a < 1 // n else 0",
    "nested": "return (a if n > 5 else a) + 1 // n",
    "assigned": "a += 1 // n\n    return a",
    "call": "return a + g(n)",
    "text": "return len(str(a + 1 // n))",
}


@pytest.mark.parametrize("body", _RAISING.values(), ids=_RAISING)
def test_what_may_raise_before_none_is_found_is_not_native(body: str) -> None:
    with pytest.raises(NotNativeError, match="may be None"):
        Cell(f"def f(a: int | None, n: int) -> int:\n    {body}\n\ndef g(n):\n    return 1 // n\n", "f")


@pytest.mark.parametrize("body", ["a[1 // n]", "a[1 // n:][0]", "(a + [1 // n])[0]"])
def test_nor_is_an_index_that_may_raise(body: str) -> None:
    with pytest.raises(NotNativeError, match="may be None"):
        Cell(f"def f(a: list[int] | None, n: int) -> int:\n    return {body}\n", "f")


_NATIVE = {
    "both may be None": ("return a + b", [(None, 1), (1, None), (None, None), (2, 3)]),
    "calm": ("return a + (b or 0) * 2", [(None, 1), (1, None), (2, 3)]),
    "after": ("return 7 // (b or 0) + a", [(None, 0), (None, 1), (1, 0), (3, 2)]),
    "tested": ("if a is None:\n        return 0\n    return a + 7 // (b or 0)", [(None, 0), (1, 0), (3, 2)]),
    "in a loop": (
        "if a is None:\n        a = 0\n    for i in range(3):\n        a += 7 // (i + (b or 0))\n    return a",
        [(None, 0), (1, 1), (None, 3), (2, -2)],
    ),
}


@pytest.mark.parametrize(("body", "calls"), _NATIVE.values(), ids=_NATIVE)
def test_what_gives_the_same_is_native(body: str, calls: list[tuple[int | None, int | None]]) -> None:
    check(f"def f(a: int | None, b: int | None) -> int:\n    {body}\n", *calls)


def test_a_variable_that_gets_none_in_a_loop_is_tested_there() -> None:
    source = """def f(p: int | None, n: int) -> int:
    if p is None:
        p = 0
    for i in range(n):
        p += i
        if i == 1:
            p = None
    return 5 if p is None else p
"""
    check(source, (None, 0), (1, 1), (1, 2), (1, 3))


@pytest.mark.parametrize(
    ("body", "cases"),
    [
        (
            (
                "def f(links: dict[str, list[str]], p: str) -> int:\n    targets = links.get(p) or ['a', 'b', 'c']\n"
                "    return len(targets) * 10 + len([n for q in ['x', p] for n in (links.get(q) or links.get('x') or [])])\n"
            ),
            [({"x": ["1"], "y": []}, "x"), ({}, "x"), ({"y": ["2", "3"]}, "y")],
        ),
        (
            "def f(d: dict[str, int], k: str) -> int:\n    return (d.get(k) or 7) + (d.get('b') or d.get('a') or 1)\n",
            [({}, "a"), ({"a": 0, "b": 0}, "a"), ({"a": 3}, "a")],
        ),
        (
            (
                "def g(n: int) -> str | None:\n    return None if n < 0 else 'x' * n\n\n"
                "def f(n: int) -> str:\n    return (g(n) or 'none') + (g(n - 1) or g(n + 1) or '?')\n"
            ),
            [(0,), (-1,), (2,), (1,), (-5,)],
        ),
    ],
)
def test_what_may_be_none_or_something(body: str, cases: list[tuple[Any, ...]]) -> None:
    check(body, *cases, entry="f")
