"""Interval arithmetic against every pair of small intervals, and at the edges of 64 bits."""

import operator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb.toolchains.native.analysis import interval as iv

SMALL = [(low, high) for low in range(-4, 5) for high in range(low, 5)]
EXACT = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
}
TIGHT = {"+", "-", "*", "//", "<<", ">>"}
"""Operations whose bounds are reached."""


def allowed(op: str, right: int) -> bool:
    return right != 0 if op in {"//", "%"} else right >= 0 or op not in {"**", "<<", ">>"}


@pytest.mark.parametrize("op", EXACT)
def test_every_result_is_inside(op: str) -> None:
    for a, b in product(SMALL, SMALL):
        results = [EXACT[op](x, y) for x in range(a[0], a[1] + 1) for y in range(b[0], b[1] + 1) if allowed(op, y)]
        found = iv.OPERATIONS[op](a, b)
        if not results:
            assert found is None, (a, b)
            continue
        assert found is not None
        assert found[0] <= min(results), (a, b, found)
        assert found[1] >= max(results), (a, b, found)
        if op in TIGHT:
            assert found == (min(results), max(results)), (a, b, found)


EDGES = [0, 1, -1, 2, 63, 64, 65, 255, 2**31, 2**32, 2**53, 2**62, 2**63 - 1, -(2**63), -(2**63) + 1, -(2**31)]
numbers = st.sampled_from(EDGES) | st.integers(-(2**63), 2**63 - 1) | st.integers(-70, 70)


@given(
    st.sampled_from(sorted(EXACT)), st.lists(numbers, min_size=3, max_size=3), st.lists(numbers, min_size=3, max_size=3)
)
def test_a_result_within_64_bits_is_inside(op: str, left: list[int], right: list[int]) -> None:
    a, x = (min(left), max(left)), sorted(left)[1]
    b, y = (min(right), max(right)), sorted(right)[1]
    if not allowed(op, y) or (op in {"**", "<<"} and y > 70):
        return
    exact = EXACT[op](x, y)
    found = iv.OPERATIONS[op](a, b)
    assert found is not None
    if iv.fits((exact, exact)):
        assert found[0] <= exact <= found[1]
    else:
        assert not iv.fits(found)


def test_one_operand() -> None:
    for a in SMALL:
        values = range(a[0], a[1] + 1)
        assert iv.negate(a) == (min(-x for x in values), max(-x for x in values))
        assert iv.magnitude(a) == (min(map(abs, values)), max(map(abs, values)))


def test_join_and_meet() -> None:
    for a, b in product(SMALL, SMALL):
        joined, met = iv.join(a, b), iv.meet(a, b)
        shared = set(range(a[0], a[1] + 1)) & set(range(b[0], b[1] + 1))
        assert joined == (min(a[0], b[0]), max(a[1], b[1]))
        assert met == ((min(shared), max(shared)) if shared else None)


def test_widening_goes_to_the_next_stop_on_the_side_that_grew() -> None:
    stops = [-100, -1, 0, 10, 1000]
    assert iv.widen((0, 0), (0, 3), stops) == (0, 10)
    assert iv.widen((0, 10), (0, 10), stops) == (0, 10)
    assert iv.widen((0, 10), (-5, 11), stops) == (-100, 1000)
    assert iv.widen((0, 10), (-101, 1001), stops) == iv.FULL
