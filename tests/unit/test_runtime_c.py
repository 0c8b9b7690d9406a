"""The runtime's C functions for numbers give CPython's results, bit for bit, and its errors."""

from __future__ import annotations

import math
import operator
import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.runtime_cases import CASES, LARGEST, Case, Numbers, differences, floats, integers
from tests.unit.runtime_native import SOURCES, Runtime, loaded, low_half

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


def test_header_declares_every_function(runtime: Runtime) -> None:
    """Each name of the list is there; that the list is complete, ``-Wmissing-prototypes`` checks."""
    declared = set(re.findall(r"\b(hnb_\w+)\(", (SOURCES / "exports.h").read_text()))
    assert all(hasattr(runtime.library, name) for name in declared)


@pytest.mark.parametrize(
    ("name", "reference"),
    [("hnb_mul_slow", operator.mul), ("hnb_math_gcd", math.gcd), ("hnb_math_lcm", math.lcm)],
)
def test_two_integers(runtime: Runtime, name: str, reference: Callable[..., object]) -> None:
    """Functions of two 64-bit integers."""
    assert differences(runtime, name, reference, integers(1, 2)) == []


def test_division_of_integers_rounds_once(runtime: Runtime) -> None:
    """a / b for integers beyond 2**53, where dividing the floats is wrong by an ulp."""
    cases = [case for case in integers(2, 2, 20_000) if case[0][1]]
    assert differences(runtime, "hnb_truediv_int", operator.truediv, cases, float, line=False) == []


def test_integer_against_float(runtime: Runtime) -> None:
    """The comparison is of the true values."""
    numbers = Numbers(3)
    cases = [((a,), (x,)) for a in (numbers.integer() for _ in range(CASES)) for x in (float(a), numbers.real())]
    cases += [((a,), (math.nextafter(float(a), math.inf),)) for (a,), _ in cases]
    expected = [2 if math.isnan(x) else (a > x) - (a < x) for (a,), (x,) in cases]
    assert [low_half(v) for v in runtime.many("hnb_cmp_int_float", cases)] == expected


@pytest.mark.parametrize("name", ["hnb_float_mod", "hnb_float_floordiv", "hnb_float_pow"])
def test_float_operators(runtime: Runtime, name: str) -> None:
    """%, // and ** with their errors."""
    reference = {"mod": operator.mod, "floordiv": operator.floordiv, "pow": operator.pow}[name.rpartition("_")[2]]
    numbers = Numbers(4)
    tame: list[Case] = [((), (numbers.uniform(-99, 99), numbers.uniform(-9, 9))) for _ in range(CASES)]
    assert differences(runtime, name, reference, floats(5, 2) + tame, float) == []


def test_powers_of_integers(runtime: Runtime) -> None:
    """int ** int, three-argument pow, and negative exponents."""
    numbers = Numbers(6)
    small = [((numbers.randint(-12, 12), numbers.randint(0, 64)), ()) for _ in range(CASES)]
    assert differences(runtime, "hnb_int_pow", operator.pow, small) == []
    modular = [
        ((numbers.integer(), numbers.choice((numbers.randint(-64, 64), numbers.integer())), numbers.integer()), ())
        for _ in range(CASES)
    ]
    modular += [((numbers.randint(-50, 50), numbers.randint(-9, 9), numbers.randint(-9, 9)), ()) for _ in range(CASES)]
    assert differences(runtime, "hnb_int_powmod", pow, modular) == []
    negative = [
        ((numbers.choice((numbers.randint(-9, 9), numbers.integer())), numbers.randint(-400, -1)), ())
        for _ in range(CASES)
    ]
    assert differences(runtime, "hnb_int_pow_neg", operator.pow, negative, float) == []


@pytest.mark.parametrize(("name", "reference"), [("hnb_float_to_int", int), ("hnb_round_int", round)])
def test_float_to_integer(runtime: Runtime, name: str, reference: Callable[..., object]) -> None:
    """int(x) and round(x)."""
    assert differences(runtime, name, reference, floats(7, 1)) == []


def test_round_to_digits(runtime: Runtime) -> None:
    """round(x, nd) at every nd, with halfway cases, subnormals, and results that overflow."""
    numbers = Numbers(8)
    cases: list[Case] = []
    for nd in range(-330, 340):
        for _ in range(12):
            half = (numbers.randint(-(10 ** numbers.randint(1, 15)), 10**15) + 0.5) * float(
                f"1e{max(min(-nd, 290), -320)}"
            )
            x = numbers.choice((half, math.nextafter(half, math.inf), math.nextafter(half, -math.inf), numbers.real()))
            cases.append(((nd,), (x,)))
    cases += [((-numbers.randint(280, 309),), (numbers.uniform(-1, 1) * 1.7976931348623157e308,)) for _ in range(500)]
    cases += [
        ((numbers.randint(-3, 22),), (numbers.randint(-(10**9), 10**9) / 8 / 10 ** numbers.randint(0, 6),))
        for _ in range(CASES)
    ]
    cases += [((nd,), (2.5,)) for nd in (LARGEST, -(2**63))]
    assert differences(runtime, "hnb_round_digits", lambda nd, x: round(x, nd), cases, float) == []


def test_round_integer_to_digits(runtime: Runtime) -> None:
    """round(n, nd): half to even, overflow at 1e19."""
    numbers = Numbers(9)
    cases: list[Case] = [((numbers.integer(), numbers.randint(-25, 3)), ()) for _ in range(CASES)]
    cases += [
        ((numbers.randint(-1000, 1000) * 5 * 10 ** numbers.randint(0, 15), -numbers.randint(1, 20)), ())
        for _ in range(CASES)
    ]
    cases += [((n, -19), ()) for n in (5 * 10**18, 5 * 10**18 + 1, -5 * 10**18 - 1, LARGEST)]
    assert differences(runtime, "hnb_round_int_digits", round, cases) == []


def test_shifts(runtime: Runtime) -> None:
    """<< and >>."""
    numbers = Numbers(10)
    cases: list[Case] = [((numbers.integer(), numbers.randint(-3, 70)), ()) for _ in range(CASES)]
    assert differences(runtime, "hnb_shl", operator.lshift, cases) == []
    assert differences(runtime, "hnb_shr", operator.rshift, [*cases, ((-5, LARGEST), ())]) == []
