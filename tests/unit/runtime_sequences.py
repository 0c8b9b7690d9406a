"""What the tests of the runtime's lists and of its texts share: indexes, slices, and the comparison with Python."""

from __future__ import annotations

from hypothesis import strategies as st

from hermetic_nb import traps
from tests.unit.runtime_cases import INTEGERS
from tests.unit.runtime_native import Trapped

INDEX = st.one_of(st.integers(-12, 12), st.sampled_from(INTEGERS))
SLICE = st.tuples(INDEX, INDEX, st.one_of(st.integers(-3, 3), st.sampled_from(INTEGERS)), st.integers(0, 3))
INT = st.one_of(st.integers(-2, 2), st.integers(-(2**63), 2**63 - 1))


def taken(given: tuple[int, int, int, int]) -> slice:
    """The slice that these four arguments mean."""
    low, high, step, has = given
    return slice(low if has & 1 else None, high if has & 2 else None, step)


def agrees(expected: object, actual: object) -> bool:
    """Equal by representation, which tells -0.0 from 0.0 and True from 1; or the same kind of exception."""
    if isinstance(actual, Trapped):
        return isinstance(expected, Exception) and traps.BY_CODE[actual.code].exception == type(expected).__name__
    return repr(expected) == repr(actual)
