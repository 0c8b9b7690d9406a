"""Sums and differences of ints of which one side's sign is known, at the ends of 64 bits, against CPython."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.native_cells import check

_ENDS = (0, 1, 2, 2**62, 2**63 - 2, 2**63 - 1)
_BOTH = (*_ENDS, -1, -2, -(2**62), -(2**63) + 1, -(2**63))


@pytest.mark.parametrize("op", ["+", "-"])
@pytest.mark.parametrize("known", ["max(a, 0)", "max(0, a) | 1", "len(str(a))", "min(a, 0)", "min(a, -1)"])
def test_one_sign_is_known(op: str, known: str) -> None:
    for form in (
        f"({known}) {op} b",
        f"b {op} ({known})",
        f"({known}) {op} b {op} max(b, 0)",
        f"b {op} (a {op} {known})",
    ):
        check(f"def f(a: int, b: int) -> int:\n    return {form}\n", *itertools.product(_BOTH, _BOTH))


def test_sums_in_a_loop_that_is_looked_at_at_its_end() -> None:
    for value in (
        "max(a[i] + x, 0)",
        "max(0, a[i]) - x",
        "x + max(a[i], 0)",
        "max(a[i], 0) + max(x, 0)",
        "x - a[i] + 1",
    ):
        source = f"""
def f(x: int, y: int, n: int) -> list[int]:
    a = [max(y, 0)] * n
    for i in range(1, n):
        a[i] = {value}
    for i in range(n - 1):
        a[i] = max(a[i] + x, a[i + 1])
    return a
"""
        check(source, *itertools.product(_BOTH, _BOTH, (0, 1, 2, 9)))
