"""The fuzzer's own parts."""

from __future__ import annotations

import ast

import pytest

from tests.fuzz.kinds import Kind, kind, matched
from tests.fuzz.outcomes import EXCEPTION, LINE, VALUE, difference
from tests.fuzz.shrinking import shrink
from tests.unit.native_cells import Stopped

PROGRAM = """
def g(x):
    y = x + 1
    return y

def f(a, b):
    c = a * 2
    if a > b:
        for i in range(3):
            c = c + g(i) * (a - b)
    else:
        c = 0
    return [c, marker(a + 1), b]
"""


def test_a_program_is_made_small_and_still_fails() -> None:
    small = shrink(PROGRAM, lambda source: "marker(" in source and "def f(" in source)
    assert "marker(" in small
    assert "range" not in small
    assert "def g" not in small
    assert len(ast.parse(small).body) == 1


def test_a_program_that_does_not_fail_is_left_as_it_is() -> None:
    assert shrink(PROGRAM, lambda _: False) == PROGRAM


@pytest.mark.parametrize(
    ("native", "python", "what"),
    [
        (1, 1, ""),
        (1.0, 1, ""),
        (0.0, -0.0, VALUE),
        (float("nan"), float("nan"), ""),
        ([1, (2, "a")], [1, (2, "a")], ""),
        ([1, (2, "a")], [1, [2, "a"]], VALUE),
        ({1: "a", 2: "b"}, {2: "b", 1: "a"}, VALUE),
        ({1, 2}, {2, 1}, ""),
        (None, 0, VALUE),
        (Stopped("KeyError", 3, ""), Stopped("KeyError", 3, "'a'"), ""),
        (Stopped("KeyError", 3, ""), Stopped("KeyError", 4, ""), LINE),
        (Stopped("KeyError", 3, ""), Stopped("IndexError", 3, ""), EXCEPTION),
        (Stopped("KeyError", 3, ""), 1, EXCEPTION),
        (1, Stopped("KeyError", 3, ""), EXCEPTION),
        (Stopped("OverflowError", 3, "", code=1), 1 << 70, ""),
    ],
)
def test_outcomes_are_compared(native: object, python: object, what: str) -> None:
    assert difference(native, python).partition(":")[0] == what


def test_types_have_a_text_form_and_match_patterns() -> None:
    for text in ("int", "list[tuple[int, str]]", "dict[str, list[int] | None]", "set[int] | None"):
        assert str(kind(text)) == text
    bound: dict[str, Kind] = {}
    assert matched(kind("dict[K, list[T]]"), kind("dict[str, list[float]]"), bound)
    assert bound == {"K": kind("str"), "T": kind("float")}
    assert not matched(kind("tuple[T, T]"), kind("tuple[int, str]"), {})
    assert not matched(kind("set[K]"), kind("set[float]"), {})
