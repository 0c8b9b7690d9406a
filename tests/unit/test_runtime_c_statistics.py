"""The runtime's exact means and spreads are those of CPython's `statistics`, bit for bit."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.runtime_cases import LINE, bits, outcome
from tests.unit.runtime_native import Runtime, Trapped, loaded

FINITE = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-10, 10),
    st.sampled_from((0.0, -0.0, 5e-324, -5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 0.1, 1e16)),
)
INT = st.one_of(st.integers(-9, 9), st.integers(-(2**63), 2**63 - 1))


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


@given(xs=st.lists(FINITE, min_size=1, max_size=9))
def test_means(runtime: Runtime, xs: list[float]) -> None:
    """The sum is exact, and rounded once after the division."""
    got = runtime.call("hnb_exact_mean", runtime.list(xs, "d"), result=float)
    assert isinstance(got, float)
    assert bits(got) == bits(statistics.mean(xs))


@given(xs=st.lists(FINITE, min_size=2, max_size=9), root=st.booleans(), less=st.integers(0, 1))
def test_spreads(runtime: Runtime, xs: list[float], *, root: bool, less: int) -> None:
    """Variances and their roots, of samples and of all."""
    name = ("p" if not less else "") + ("stdev" if root else "variance")
    got = runtime.call("hnb_exact_spread_f64", runtime.list(xs, "d"), less, int(root), LINE, result=float)
    expected = outcome(getattr(statistics, name), xs)
    if isinstance(expected, OverflowError):
        assert got == Trapped(32, LINE)
    else:
        assert isinstance(got, float)
        assert isinstance(expected, float)
        assert bits(got) == bits(expected)


@given(xs=st.lists(INT, min_size=2, max_size=9), less=st.integers(0, 1))
def test_deviations_of_ints(runtime: Runtime, xs: list[int], less: int) -> None:
    """Also where squares leave 64 bits."""
    got = runtime.call("hnb_exact_deviation_i64", runtime.list(xs, "q"), less, LINE, result=float)
    assert isinstance(got, float)
    assert bits(got) == bits((statistics.stdev if less else statistics.pstdev)(xs))


@pytest.mark.parametrize("odd", [math.inf, -math.inf, math.nan])
def test_infinities_and_nans(runtime: Runtime, odd: float) -> None:
    """The mean is theirs; a spread is the declared limit."""
    for xs in ([odd], [1.0, odd], [odd, 1.0, -math.inf]):
        got = runtime.call("hnb_exact_mean", runtime.list(xs, "d"), result=float)
        assert isinstance(got, float)
        assert bits(got) == bits(statistics.mean(xs))
        found = runtime.call("hnb_exact_spread_f64", runtime.list(xs, "d"), 0, 0, LINE, result=float)
        assert found == Trapped(112, LINE)
