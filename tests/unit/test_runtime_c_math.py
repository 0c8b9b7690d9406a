"""The runtime's C functions for ``math`` and for sums give CPython's results, bit for bit, and its errors.

libm is the host's here, as in CPython, so the functions that pass through it must agree exactly too.
"""

from __future__ import annotations

import ctypes
import math
import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from hermetic_nb.toolchains.native.inference.ulp import agree
from tests.unit.runtime_cases import CASES, LARGEST, Case, Numbers, bits, differences, floats, outcome, same
from tests.unit.runtime_native import Runtime, loaded, low_half

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


ONE_FLOAT = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cbrt",
    "cos",
    "cosh",
    "degrees",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "gamma",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "radians",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "ulp",
]


@pytest.mark.parametrize("name", ONE_FLOAT)
def test_math_of_one_float(runtime: Runtime, name: str) -> None:
    """Values and errors. The logarithms of subnormals take a detour, so there they have the bound of libm."""
    bad = differences(runtime, f"hnb_math_{name}", getattr(math, name), floats(11, 1), float)
    if name in {"log2", "log10"}:
        lifted = sys.float_info.min
        bad = [
            (case, e, a)
            for case, e, a in bad
            if not (isinstance(e, float) and isinstance(a, float) and case[1][0] < lifted and agree(name, e, a))
        ]
    assert bad == []


@pytest.mark.parametrize("name", ["atan2", "copysign", "fmod", "nextafter", "pow", "remainder"])
def test_math_of_two_floats(runtime: Runtime, name: str) -> None:
    """Values and errors."""
    assert differences(runtime, f"hnb_math_{name}", getattr(math, name), floats(12, 2), float) == []


def test_hypot(runtime: Runtime) -> None:
    """As CPython 3.12 and later; before, its last bit could be another."""
    numbers = Numbers(13)
    cases = floats(14, 2) + [
        ((), (numbers.randint(0, 2**52) * 5e-324, numbers.randint(0, 2**30) * 5e-324)) for _ in range(500)
    ]
    for case, expected, actual in differences(runtime, "hnb_math_hypot", math.hypot, cases, float):
        assert sys.version_info < (3, 12), case
        assert isinstance(expected, float)
        assert isinstance(actual, float)
        assert abs(expected - actual) <= math.ulp(expected)


@pytest.mark.parametrize("name", ["floor", "ceil", "trunc"])
def test_math_to_integer(runtime: Runtime, name: str) -> None:
    """Values and errors."""
    assert differences(runtime, f"hnb_math_{name}", getattr(math, name), floats(15, 1)) == []


@pytest.mark.parametrize("name", ["isfinite", "isinf", "isnan"])
def test_math_tests(runtime: Runtime, name: str) -> None:
    """A bool is a C int32_t."""
    cases = floats(16, 1, 500)
    assert [low_half(v) for v in runtime.many(f"hnb_math_{name}", cases)] == [getattr(math, name)(*x) for _, x in cases]


def test_isclose(runtime: Runtime) -> None:
    """With both tolerances, also negative ones."""
    numbers = Numbers(17)
    for _ in range(1000):
        a = numbers.real()
        b = numbers.choice((numbers.real(), a * (1 + numbers.uniform(-1e-8, 1e-8))))
        tolerances = numbers.choice((1e-9, numbers.real())), numbers.choice((0.0, numbers.real()))
        expected = outcome(lambda: math.isclose(a, b, rel_tol=tolerances[0], abs_tol=tolerances[1]))  # noqa: B023
        assert same(expected, runtime.small("hnb_math_isclose", 9, a, b, *tolerances)), (a, b, tolerances)


def test_logarithm_to_a_base(runtime: Runtime) -> None:
    """math.log(x, base)."""
    cases = floats(18, 2) + [((), (x, base)) for x in (8.0, 0.5, 0.0) for base in (1.0, 2.0, 10.0, 0.0)]
    assert differences(runtime, "hnb_math_log_base", math.log, cases, float) == []


@pytest.mark.skipif(not hasattr(math, "fma"), reason="math.fma came with Python 3.13")
def test_fma_is_pythons(runtime: Runtime) -> None:
    """Values and errors."""
    assert differences(runtime, "hnb_math_fma", getattr(math, "fma", abs), floats(19, 3), float) == []


def test_fma_rounds_once(runtime: Runtime) -> None:
    """Against exact fractions; an exact zero takes its sign from the plain operations."""

    def exact(x: float, y: float, z: float) -> float:
        total = Fraction(x) * Fraction(y) + Fraction(z)
        return float(total) if total else x * y + z

    numbers = Numbers(20)
    cases: list[Case] = []
    while len(cases) < CASES:
        x, y = numbers.real(), numbers.real()
        z = numbers.choice((numbers.real(), -x * y, x * y, 5e-324, x * y * 2.0 ** numbers.randint(-110, 100)))
        total = x * y + z
        if math.isfinite(total) and math.isfinite(x * y) and math.isfinite(z) and (total or not x * y + z):
            cases.append(((), (x, y, z)))
    bad = differences(runtime, "hnb_math_fma", exact, cases, float)
    assert [row for row in bad if row[1] or row[2]] == []  # an underflow to zero keeps its sign, a fraction has none


def test_functions_of_integers(runtime: Runtime) -> None:
    """comb, perm, factorial, isqrt, with their errors and the limit of 64 bits."""
    pairs: list[Case] = [((n, k), ()) for n in range(-2, 75) for k in range(-2, 75)]
    pairs += [((LARGEST, k), ()) for k in range(4)] + [((5_000_000, 2), ()), ((3, LARGEST), ())]
    assert differences(runtime, "hnb_math_comb", math.comb, pairs) == []
    assert differences(runtime, "hnb_math_perm", math.perm, pairs) == []
    assert differences(runtime, "hnb_math_factorial", math.factorial, [((n,), ()) for n in range(-3, 30)]) == []
    roots = [((root * root + d,), ()) for root in (*range(1, 2000), *range(3037000000, 3037000499)) for d in (-1, 0, 1)]
    roots += [((LARGEST - d,), ()) for d in range(100)] + [((-d,), ()) for d in range(3)]
    assert differences(runtime, "hnb_math_isqrt", math.isqrt, roots) == []


def test_parts_of_floats(runtime: Runtime) -> None:
    """ldexp, frexp, modf."""
    numbers = Numbers(21)
    scaled = [
        ((numbers.choice((numbers.randint(-2200, 2200), numbers.integer())),), (numbers.real(),)) for _ in range(CASES)
    ]
    assert differences(runtime, "hnb_math_ldexp", lambda e, x: math.ldexp(x, e), scaled, float) == []
    exponent, whole = ctypes.c_int64(), ctypes.c_double()
    for _ in range(1000):
        x = numbers.real()
        fraction = runtime.call("hnb_math_frexp", ctypes.addressof(exponent), 9, x, result=float)
        assert same(math.frexp(x)[0], fraction)
        assert exponent.value == math.frexp(x)[1]
        assert same(math.modf(x)[0], runtime.call("hnb_math_modf", ctypes.addressof(whole), 9, x, result=float))
        assert bits(math.modf(x)[1]) == bits(whole.value)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the steps of math.nextafter came with Python 3.12")
def test_steps_between_floats(runtime: Runtime) -> None:
    """math.nextafter(x, y, steps=n)."""
    numbers = Numbers(22)
    near = [numbers.randint(-20, 20) * 5e-324 for _ in range(50)]
    reals = [
        (numbers.choice((numbers.real(), numbers.choice(near))), numbers.choice((numbers.real(), numbers.choice(near))))
        for _ in range(CASES)
    ]
    cases: list[Case] = [((numbers.choice((numbers.randint(-3, 40), numbers.integer())),), pair) for pair in reals]
    step: Callable[..., float] = math.nextafter
    name = "hnb_math_nextafter_steps"
    assert differences(runtime, name, lambda n, x, y: step(x, y, steps=n), cases, float) == []


def compensated(values: list[float]) -> float:
    """The sum of floats as from Python 3.12 on, for older hosts."""
    high = low = 0.0
    for x in values:
        total = high + x
        low += (high - total) + x if abs(high) >= abs(x) else (x - total) + high
        high = total
    return high + low if low and math.isfinite(low) else high


def vectors(seed: int, n: int) -> list[list[float]]:
    """Lists of floats, many of them with cancellation."""
    numbers, found = Numbers(seed), []
    for _ in range(n):
        size = numbers.choice((0, 1, 2, 5, 30, 150))
        kind = numbers.randint(0, 3)
        values = [
            (
                numbers.real(),
                numbers.uniform(-1, 1) * 10.0 ** numbers.randint(-20, 20),
                numbers.choice((1, -1)) * 2.0 ** numbers.randint(-1074, 1000),
            )[min(kind, 2)]
            for _ in range(size)
        ]
        if numbers.random() < 0.4:
            values += [-x for x in values]
            numbers.shuffle(values)
        found.append(values)
    return found


def test_sums(runtime: Runtime) -> None:
    """sum() of floats, whole and stepwise, and fsum."""
    high, low = ctypes.c_double(), ctypes.c_double()
    for values in vectors(23, 800):
        data = (ctypes.c_double * max(1, len(values)))(*values)
        expected = float(sum(values)) if sys.version_info >= (3, 12) else compensated(values)
        assert same(expected, runtime.call("hnb_sum_f64", ctypes.addressof(data), len(values), 0.0, result=float)), (
            values
        )
        high.value = low.value = 0.0
        for x in values:
            runtime.call("hnb_sum_step", ctypes.addressof(high), ctypes.addressof(low), x)
        assert same(expected, runtime.call("hnb_sum_finish", high.value, low.value, result=float))
        assert same(
            outcome(math.fsum, values),
            runtime.call("hnb_math_fsum", ctypes.addressof(data), len(values), 9, result=float),
        ), values


def test_vectors(runtime: Runtime) -> None:
    """dist, prod and sumprod of floats and of integers."""
    numbers = Numbers(24)
    for _ in range(800):
        n = numbers.randint(0, 6)
        m = n if numbers.random() < 0.95 else numbers.randint(0, 6)
        real = numbers.choice((numbers.real, lambda: numbers.uniform(-1, 1) * 10.0 ** numbers.randint(-160, 160)))
        p, q = [real() for _ in range(n)], [real() for _ in range(m)]
        u, v = (
            [numbers.integer() if numbers.random() < 0.5 else numbers.randint(-3, 3) for _ in range(n)],
            [numbers.randint(-9, 9) for _ in range(m)],
        )
        reals = [(ctypes.c_double * max(1, len(x)))(*x) for x in (p, q)]
        wholes = [(ctypes.c_int64 * max(1, len(x)))(*x) for x in (u, v)]
        two = [ctypes.addressof(reals[0]), n, ctypes.addressof(reals[1]), m, 9]
        distance = runtime.call("hnb_math_dist", *two, result=float)
        expected = outcome(math.dist, p, q)
        if sys.version_info >= (3, 12) or not isinstance(expected, float) or not math.isfinite(expected):
            assert same(expected, distance), (p, q)
        else:
            assert isinstance(distance, float)
            assert abs(distance - expected) <= math.ulp(expected)
        assert same(math.prod(p, start=2.0), runtime.call("hnb_math_prod_f64", two[0], n, 9, 2.0, result=float))
        assert same(math.prod(u, start=3), runtime.call("hnb_math_prod_i64", ctypes.addressof(wholes[0]), n, 3, 9))
        if hasattr(math, "sumprod"):
            got = runtime.call("hnb_math_sumprod_f64", *two, result=float)
            total = outcome(math.sumprod, p, q)
            assert same(float(total) if isinstance(total, int) else total, got), (p, q)
            got = runtime.call(
                "hnb_math_sumprod_i64", ctypes.addressof(wholes[0]), n, ctypes.addressof(wholes[1]), m, 9
            )
            assert same(outcome(math.sumprod, u, v), got), (u, v)
