"""Operators and built-ins on str, bytes and lists of the native subset against CPython."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.native_cells import Cell, check
from tests.unit.native_pools import BYTES, FLOATS, INF, INTS, LISTS, NAN, PAIRS, POOLS, TEXTS, run_all, selected

if TYPE_CHECKING:
    from collections.abc import Sequence


@pytest.mark.parametrize(("kind", "pool"), [("str", TEXTS), ("bytes", BYTES), *LISTS.items()])
def test_comparisons_of_sequences(kind: str, pool: Sequence[Any]) -> None:
    forms = [f"a {op} b" for op in ("<", "<=", ">", ">=", "==", "!=")] + ["a < b < a + b", "bool(a) and not b"]
    run_all(selected((kind, kind), "bool", forms), len(forms), pool, pool)


@pytest.mark.parametrize("pair", list(itertools.product(POOLS, LISTS)))
def test_membership(pair: tuple[str, str]) -> None:
    run_all(selected(pair, "bool", ["a in b", "a not in b"]), 2, POOLS[pair[0]], LISTS[pair[1]])


def test_membership_of_texts() -> None:
    forms = ["a in b", "a not in b", "a[:1] in b", "a in b + a", "a in ('ab', b, 'x')", "a in NAMES", "a + b in b + a"]
    run_all(selected(("str", "str"), "bool", forms, 'NAMES = ["a", "GATTACA"]'), len(forms), TEXTS, TEXTS)
    check(
        "def f(a: float, b: float, c: int) -> bool:\n    return a in (1, b, 2.5, c)\n",
        *itertools.product(FLOATS, FLOATS, (0, 1, 2**53)),
    )


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if "bool" not in pair])
def test_min_and_max(pair: tuple[str, str]) -> None:
    result = "int" if pair == ("int", "int") else "float"
    forms = ["min(a, b)", "max(a, b)", "max(b, a, b)", "min(b, b, a)"]
    run_all(selected(pair, result, forms), 4, *(POOLS[kind] for kind in pair))


def test_min_and_max_of_texts() -> None:
    forms = ["min(a, b)", "max(a, b)", "min(a, 'b')", "max('a', b)", "min(a + b, b, a)"]
    run_all(selected(("str", "str"), "str", forms), len(forms), TEXTS, TEXTS)


def test_text_conversions() -> None:
    texts = (
        "0",
        "-7",
        " 12 ",
        "+3",
        "1_000",
        "_1",
        "1__0",
        "",
        " ",
        "12a",
        "0x1",
        "9223372036854775807",
        "-9223372036854775808",
        "--1",
        "٣",
        "1\n",
    )
    check("def f(s: str) -> int:\n    return int(s)\n", *[(text,) for text in texts])
    check("def f(a: int) -> str:\n    return str(a)\n", *[(a,) for a in INTS])
    check("def f(s: str) -> int:\n    return ord(s)\n", *[(text,) for text in TEXTS])
    check(
        "def f(a: int) -> str:\n    return chr(a)\n",
        *[(a,) for a in (0, 65, 955, 0x1F600, 0x10FFFF, 0x110000, -1, 2**63 - 1)],
    )


@pytest.mark.parametrize(
    ("xs", "start"),
    list(
        itertools.product(
            ([], [0.1] * 10, [1e16, 1.0, -1e16], [INF, 1.0], [INF, -INF], [1e308] * 2, [-0.0]), (0.0, 1.0, -0.0, INF)
        )
    ),
)
def test_sums_of_floats(xs: list[float], start: float) -> None:
    cell = selected(
        ("list[float]", "float"),
        "float",
        ["sum(a)", "sum(a, b)", "sum([x * b for x in a])", "sum(x for x in a if x > b)"],
    )
    run_all(cell, 4, [xs], [start])


def test_aggregates() -> None:
    lists = [*LISTS["list[int]"], [3, -1, 2], [5, 5]]
    forms = [
        "sum(a)",
        "sum(a, 5)",
        "min(a)",
        "max(a)",
        "max(a, default=-1)",
        "min(x * 2 for x in a)",
        "sum(x for x in a if x > 1)",
        "len(a)",
    ]
    run_all(selected(("list[int]",), "int", forms), len(forms), lists)
    forms = [
        "any(a)",
        "all(a)",
        "any(x > 1 for x in a)",
        "all(x > 1 for x in a)",
        "any([1 // x for x in a])",
        "all(1 // x for x in a)",
    ]
    run_all(selected(("list[int]",), "bool", forms), len(forms), lists)
    floats = [*LISTS["list[float]"], [NAN, 1.0], [1.0, NAN], [0.0, -0.0], [-0.0, 0.0]]
    forms = ["min(a)", "max(a)", "max(a, default=0.5)", "math.prod(a)", "math.prod(a, start=2.0)"]
    run_all(selected(("list[float]",), "float", forms, "import math"), len(forms), floats)
    run_all(
        selected(("str",), "str", ["min(a)", "max(a)", "max(a, default='zz')", "min(c + 'x' for c in a)"]), 4, TEXTS
    )
    run_all(selected(("list[bool]",), "int", ["sum(a)", "len(a)", "sum(a, 3)"]), 3, LISTS["list[bool]"])


def test_searches_in_texts() -> None:
    forms = [
        "a.count(b)",
        "a.find(b)",
        "a.index(b)",
        "a.startswith(b) + a.endswith(b) * 2",
        "(a + b).find(b[:1])",
        "'aXa'.count(a)",
    ]
    run_all(selected(("str", "str"), "int", forms), len(forms), TEXTS, TEXTS)


@pytest.mark.parametrize(
    ("kind", "pool"),
    [("str", TEXTS), ("bytes", BYTES), ("list[int]", LISTS["list[int]"]), ("list[bool]", LISTS["list[bool]"])],
)
def test_sequence_operators(kind: str, pool: Sequence[Any]) -> None:
    run_all(
        selected((kind, kind), kind, ["a + b", "b + a + b", "a[:2] + b[1:]", "a * 3", "a * -1", "2 * b", "True * a"]),
        7,
        pool,
        pool,
    )


@pytest.mark.parametrize("kind", ["str", "bytes", "list[int]", "list[bool]"])
def test_slices(kind: str) -> None:
    pool = {
        "str": ("", "abcde"),
        "bytes": (b"", b"abcde"),
        "list[int]": ([], [1, 2, 3, 4, 5]),
        "list[bool]": ([], [True, False, True]),
    }[kind]
    bounds = (0, 1, -1, 3, -4, 9, -9, 2**63 - 1, -(2**63))
    cell = Cell(f"def f(a: {kind}, i: int, j: int, k: int) -> {kind}:\n    return a[i:j:k]\n")
    found = cell.differences(list(itertools.product(pool, bounds, bounds, (1, -1, 2, -3, 0, 2**63 - 1, -(2**63)))))
    forms = ["a[b:]", "a[:b]", "a[b::-1]", "a[:b:-1]", "a[::b]", "a[:]", "a[None:b]", "a[b::2]"]
    assert not found, "\n".join(found[:20])
    run_all(selected((kind, "int"), kind, forms), len(forms), pool, bounds)


@pytest.mark.parametrize("kind", ["str", "bytes", "list[int]", "list[float]", "list[bool]"])
def test_indices(kind: str) -> None:
    pool: Any = {"str": TEXTS, "bytes": BYTES}.get(kind) or LISTS[kind]
    result = {"str": "str", "bytes": "int"}.get(kind) or kind[5:-1]
    run_all(
        selected((kind, "int"), result, ["a[b]", "a[0]", "a[-1]", "a[-2]", "a[b - 1]", "a[True]"]),
        6,
        pool,
        (0, 1, -1, 2, -9, 9, -(2**62)),
    )
