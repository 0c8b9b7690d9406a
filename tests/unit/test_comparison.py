"""The verdicts on one input: exact for everything but floats that come from library functions."""

from __future__ import annotations

import math
from typing import Any

import pytest

from hermetic_nb.builder.comparison import Verdict, judge, same, settle
from hermetic_nb.reference import Foreign, Outcome, Raised, Skipped, Value
from hermetic_nb.signature import BOOL, FLOAT, INT, STR, ListType, Type
from hermetic_nb.signature.annotations import parse_type

FLOATS = ListType(FLOAT)
OVERFLOW = Raised("OverflowError", "more than 64 bits", 3, code=1)


@pytest.mark.parametrize(
    ("kind", "expected", "actual", "verdict"),
    [
        (INT, Value(3), Value(3), Verdict.EQUAL),
        (INT, Value(3), Value(4), Verdict.DIFFERENT),
        (INT, Value(True), Value(1), Verdict.EQUAL),
        (INT, Value(1), Value(True), Verdict.DIFFERENT),
        (
            parse_type("dict[str, float | None]"),
            Value({"a": 1, "b": None}),
            Value({"a": 1.0, "b": None}),
            Verdict.EQUAL,
        ),
        (parse_type("dict[str, float]"), Value({"a": 1, "b": 2}), Value({"b": 2.0, "a": 1.0}), Verdict.DIFFERENT),
        (parse_type("tuple[int, float]"), Value([1, 2.0]), Value((1, 2.0)), Verdict.DIFFERENT),
        (BOOL, Value(1), Value(True), Verdict.DIFFERENT),
        (FLOAT, Value(3), Value(3.0), Verdict.EQUAL),
        (FLOAT, Value(2**53 + 1), Value(2.0**53), Verdict.DIFFERENT),
        (FLOAT, Value(10**400), Value(math.inf), Verdict.DIFFERENT),
        (FLOAT, Value(0.0), Value(-0.0), Verdict.DIFFERENT),
        (FLOAT, Value(math.nan), Value(math.nan), Verdict.EQUAL),
        (FLOAT, Value(0.1 + 0.2), Value(0.3), Verdict.DIFFERENT),
        (FLOATS, Value([1, 2.5]), Value([1.0, 2.5]), Verdict.EQUAL),
        (FLOATS, Value([1.0]), Value([1.0, 1.0]), Verdict.DIFFERENT),
        (FLOATS, Value((1.0,)), Value([1.0]), Verdict.DIFFERENT),
        (STR, Value("é"), Value("e\u0301"), Verdict.DIFFERENT),
        (INT, Value(None), Value(0), Verdict.DIFFERENT),
        (INT, Foreign("function"), Value(0), Verdict.DIFFERENT),
        (INT, Value(2**64), OVERFLOW, Verdict.LIMIT),
        (INT, Value(5), OVERFLOW, Verdict.LIMIT),
        (INT, Raised("ZeroDivisionError"), OVERFLOW, Verdict.LIMIT),
        (INT, Raised("OverflowError"), OVERFLOW, Verdict.EQUAL),
        (INT, Value(2**64), Raised("OverflowError", code=8), Verdict.DIFFERENT),
        (INT, Value(5), Raised("RecursionError", code=18), Verdict.LIMIT),
        (INT, Raised("RecursionError"), Value(5), Verdict.INCONCLUSIVE),
        (INT, Raised("ValueError", "a"), Raised("ValueError", "b", code=85), Verdict.EQUAL),
        (INT, Raised("ValueError"), Raised("IndexError", code=3), Verdict.DIFFERENT),
        (INT, Raised("ValueError"), Value(1), Verdict.DIFFERENT),
        (INT, Value(1), Raised("ValueError", code=85), Verdict.DIFFERENT),
        (INT, Skipped("steps"), Value(1), Verdict.SKIPPED),
        (INT, Value(1), Skipped("wall clock"), Verdict.DIFFERENT),
    ],
)
def test_verdict(kind: Type, expected: Outcome, actual: Outcome, verdict: Verdict) -> None:
    assert judge(kind, expected, actual) is verdict


def _up(x: float, steps: int) -> float:
    for _ in range(steps):
        x = math.nextafter(x, math.inf)
    return x


ONE = 1.0
MOVED = [Value(_up(ONE, 1)), Value(math.nextafter(ONE, 0.0)), Value(ONE)]


@pytest.mark.parametrize(
    ("actual", "verdict"),
    [
        (Value(_up(ONE, 1)), Verdict.NEAR),
        (Value(_up(ONE, 4)), Verdict.NEAR),
        (Value(_up(ONE, 5)), Verdict.DIFFERENT),
        (Value(math.nan), Verdict.DIFFERENT),
        (Value([ONE]), Verdict.DIFFERENT),
        (Raised("ValueError"), Verdict.DIFFERENT),
        (Skipped("wall clock"), Verdict.DIFFERENT),
    ],
)
def test_a_value_within_four_times_the_spread_is_near(actual: Outcome, verdict: Verdict) -> None:
    assert settle(FLOAT, Value(ONE), MOVED, actual) is verdict


@pytest.mark.parametrize(
    "moved",
    [
        [Value(3), Value(4)],
        [Value(3), Raised("ZeroDivisionError")],
        [Value(3), Skipped("steps")],
        [Value(3), Foreign("object")],
    ],
)
def test_a_result_that_hangs_on_last_digits_shows_nothing(moved: list[Outcome]) -> None:
    assert settle(INT, Value(3), moved, Value(5)) is Verdict.INCONCLUSIVE


def test_a_discrete_difference_that_last_digits_do_not_explain_is_one() -> None:
    assert settle(INT, Value(3), [Value(3), Value(3)], Value(4)) is Verdict.DIFFERENT


def test_each_float_of_a_list_has_its_own_spread() -> None:
    base, moved = [1.0, 100.0], [[_up(1.0, 1), 100.0], [1.0, 100.0]]
    runs: list[Outcome] = [Value(run) for run in moved]
    assert settle(FLOATS, Value(base), runs, Value([_up(1.0, 2), 100.0])) is Verdict.NEAR
    assert settle(FLOATS, Value(base), runs, Value([1.0, _up(100.0, 1)])) is Verdict.DIFFERENT


@pytest.mark.parametrize("value", [0, 1.5, "a", b"b", [1, [2]], math.nan, [math.nan], True, None])
def test_a_value_is_the_same_as_itself(value: Any) -> None:
    assert same(value, value)
