"""Every operator on numbers of the native subset against CPython, over pools of edge values."""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.unit.native_cells import Cell, Stopped, check
from tests.unit.native_pools import BOOLS, FLOATS, INTS, PAIRS, POOLS, run_all, selected

if TYPE_CHECKING:
    from collections.abc import Callable

INT_OPERATORS: Final[dict[str, Callable[[int, int], int]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<<": operator.lshift,
    ">>": operator.rshift,
}


@pytest.mark.parametrize("kinds", [("int", "int"), ("int", "bool"), ("bool", "int"), ("bool", "bool")])
def test_int_operators_stop_only_beyond_64_bits(kinds: tuple[str, str]) -> None:
    cell = selected(kinds, "int", [f"a {op} b" for op in INT_OPERATORS])
    for k, operation in enumerate(INT_OPERATORS.values()):
        for a, b in itertools.product(*(POOLS[kind] for kind in kinds)):
            try:
                wanted: Any = operation(a, b) if b <= 1000 or operation is not operator.lshift or a == 0 else 1 << 99
            except (ZeroDivisionError, ValueError, OverflowError) as error:
                # CPython cannot shift 0 by more than its memory.
                wanted = 0 if isinstance(error, OverflowError) else type(error).__name__
            got = cell.run(k, a, b)
            if isinstance(wanted, str):
                assert isinstance(got, Stopped)
                assert got.exception == wanted, (k, a, b)
            elif -(1 << 63) <= wanted < 1 << 63:
                assert got == wanted, (k, a, b)
            else:
                assert isinstance(got, Stopped)
                assert got.code == 1, (k, a, b)


def test_operators_of_bits() -> None:
    run_all(selected(("int", "int"), "int", ["a & b", "a | b", "a ^ b", "~a", "-a", "+a", "abs(a)"]), 7, INTS, INTS)
    run_all(
        selected(("bool", "bool"), "bool", ["a & b", "a | b", "a ^ b", "not a", "a and b", "a or b"]), 6, BOOLS, BOOLS
    )
    run_all(selected(("bool", "int"), "int", ["a & b", "b | a", "a ^ b", "~b", "-a", "+a", "abs(a)"]), 7, BOOLS, INTS)


@pytest.mark.parametrize("kinds", [pair for pair in PAIRS if "float" in pair])
def test_float_operators(kinds: tuple[str, str]) -> None:
    run_all(
        selected(kinds, "float", [f"a {op} b" for op in ("+", "-", "*", "/", "//", "%")]), 6, *(POOLS[k] for k in kinds)
    )


@pytest.mark.parametrize("kinds", [("int", "int"), ("bool", "int"), ("int", "bool")])
def test_true_division_of_ints_is_rounded_once(kinds: tuple[str, str]) -> None:
    run_all(selected(kinds, "float", ["a / b"]), 1, *(POOLS[kind] for kind in kinds))


@pytest.mark.parametrize("constant", [-9, -8, -3, -1, 1, 2, 3, 7, 8, 10, 1 << 40, (1 << 63) - 1, -(1 << 63)])
def test_int_operators_with_a_constant(constant: int) -> None:
    forms = [f"a {op} ({constant})" for op in ("+", "-", "*", "//", "%", "&", "|", "^")]
    forms += [f"({constant}) {op} a" for op in ("+", "-", "*", "//", "%")]
    forms += [f"a {op} ({constant})" for op in ("<<", ">>")] if abs(constant) < 64 else []
    run_all(selected(("int",), "int", forms), len(forms), INTS)
    run_all(selected(("int",), "float", [f"a / ({constant})", f"({constant}) / a"]), 2, INTS)


@pytest.mark.parametrize("form", ["a // 0", "a % 0", "a << -1", "a >> -1"])
def test_constants_that_always_raise(form: str) -> None:
    check(f"def f(a: int) -> int:\n    return {form}\n", *[(a,) for a in INTS])


@pytest.mark.parametrize("constant", ["0", "1", "2", "3", "-1", "-2", "5"])
def test_power_of_an_int(constant: str) -> None:
    check(
        f"def f(a: int) -> {'float' if '-' in constant else 'int'}:\n    return a ** {constant}\n",
        *[(a,) for a in INTS],
        ulps=2,
    )


def test_powers() -> None:
    small = [b for b in INTS if b <= 100]
    check("def f(a: int, b: int) -> int:\n    return a ** b\n", *itertools.product(INTS, small))
    check("def f(a: float, b: float) -> float:\n    return a ** b\n", *itertools.product(FLOATS, FLOATS), ulps=2)
    check("def f(a: float, b: int) -> float:\n    return a ** b\n", *itertools.product(FLOATS, INTS), ulps=2)
    check("def f(a: float) -> float:\n    return a ** 2\n", *[(a,) for a in FLOATS], ulps=1)
    check("def f(a: float) -> float:\n    return a ** 0.5\n", *[(a,) for a in FLOATS], ulps=2)
    check(
        "def f(a: int, b: int, c: int) -> int:\n    return pow(a, b, c)\n",
        *itertools.product(INTS[:12], INTS[:8], INTS[:12]),
    )


@pytest.mark.parametrize("kinds", PAIRS)
def test_comparisons(kinds: tuple[str, str]) -> None:
    forms = [f"a {op} b" for op in ("<", "<=", ">", ">=", "==", "!=")] + ["a < b <= a", "a == b == a", "b > a < b != a"]
    run_all(selected(kinds, "bool", forms), len(forms), *(POOLS[kind] for kind in kinds))


@pytest.mark.parametrize("kind", POOLS)
def test_conversions(kind: str) -> None:
    run_all(selected((kind,), "int", ["int(a)", "round(a)", "len([a]) + int(bool(a))"]), 3, POOLS[kind])
    run_all(selected((kind,), "bool", ["bool(a)", "not a", "not not a"]), 3, POOLS[kind])
    run_all(selected((kind,), "float", ["float(a)", "float(a) + 0", "abs(a) * 1.0", "-a * 1.0"]), 4, POOLS[kind])


def test_rounding_to_digits() -> None:
    digits = (-400, -20, -3, -1, 0, 1, 2, 5, 15, 22, 323, 400)
    check(
        "def f(a: float, n: int) -> float:\n    return round(a, n)\n",
        *itertools.product((*FLOATS, 2.675, 0.15, 1e22, 25.0, 12345.678), digits),
    )
    check(
        "def f(a: int, n: int) -> int:\n    return round(a, n)\n",
        *itertools.product((*INTS, 15, 25, -25, 149, 150), digits),
    )


def test_numbers_that_are_an_int_or_a_float() -> None:
    """A variable that begins as an int and becomes a float keeps what CPython would show of either."""
    forms = [
        "t + b",
        "t - b",
        "t * b",
        "b - t",
        "t // 3",
        "t % 3",
        "t / 7",
        "-t",
        "abs(t)",
        "round(t, 1)",
        "round(t, -1)",
        "max(t, b)",
        "min(b, t)",
        "t * t",
    ]
    source = "def f(k: int, a: int, b: float, w: bool) -> float:\n    t = a\n    if w:\n        t = b\n" + "".join(
        f"    if k == {index}:\n        return {form}\n" for index, form in enumerate(forms)
    )
    cell = Cell(source + "    return t\n")
    found = cell.differences(
        list(itertools.product(range(len(forms) + 1), (0, 1, -3, 25, 2**53 - 1, 2**53, -(2**53)), FLOATS[:9], BOOLS))
    )
    assert not found, "\n".join(found[:20])
    forms = ["t > a", "t == b", "t < 0", "bool(t)", "t in (1, 2.5)", "t != t"]
    source = source.split("    if k == 0")[0].replace("-> float", "-> bool")
    source += (
        "".join(f"    if k == {index}:\n        return {form}\n" for index, form in enumerate(forms))
        + "    return not t\n"
    )
    found = Cell(source).differences(list(itertools.product(range(7), (0, 1, -3, 2**53), FLOATS[:9], BOOLS)))
    assert not found, "\n".join(found[:20])
