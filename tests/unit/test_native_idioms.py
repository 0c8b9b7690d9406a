"""Loops that the compiler brings to something else: they still do what CPython's do, and stop where ints leave 64 bits."""

from __future__ import annotations

import random

import pytest

from hermetic_nb import traps
from tests.unit.native_cells import Cell, Stopped, check

HIGHEST = 2**63 - 1


@pytest.mark.parametrize("test", ["x", "x != 0", "x > 0"])
@pytest.mark.parametrize("body", [("x &= x - 1", "c += 1"), ("c = c + 1", "x = x & (x - 1)")])
def test_ones_are_counted(test: str, body: tuple[str, str]) -> None:
    source = f"""
def f(x: int, c: int) -> list[int]:
    while {test}:
        {body[0]}
        {body[1]}
    return [x, c]
"""
    negative = [(-5, 1), (-(2**63), 0)] if ">" in test else []  # else CPython never ends
    check(source, (0, 0), (1, 5), (255, 0), (HIGHEST, -3), (2**62, HIGHEST), *negative)


def test_ones_of_a_negative_int_are_a_limit() -> None:
    cell = Cell("def f(x: int) -> int:\n    c = 0\n    while x:\n        x &= x - 1\n        c += 1\n    return c\n")
    stopped = cell.run(-1)
    assert isinstance(stopped, Stopped)
    assert (stopped.is_limit, stopped.line) == (True, 3)


DEFERRED = """
def f(xs: list[int], ys: list[int], more: int, turns: int) -> list[int]:
    best = 0
    out = [0] * len(xs)
    for _ in range(turns):
        for i in range(len(xs)):
            out[i] = max(out[i], xs[i] + more) - ys[i]
            if out[i] > best:
                best = out[i]
    return out + [best]
"""


def test_overflow_is_seen_after_the_loop_and_is_the_same_limit() -> None:
    cell = Cell(DEFERRED)
    chance = random.Random(5)
    stopped = 0
    for _ in range(300):
        length = chance.randrange(9)
        pools = [[0, 1, -1, 5, HIGHEST, -HIGHEST - 1, HIGHEST - 3, 2**62], [0, 1, 2, -3]]
        xs, ys = ([chance.choice(pools[chance.random() < 0.6]) for _ in range(length)] for _ in range(2))
        case = (xs, ys, chance.choice(pools[1]), chance.randrange(3))
        native, python = cell.run(*case), cell.expect(*case)
        if isinstance(native, Stopped):
            stopped += 1
            assert native.code in traps.LIMITS
            assert _leaves(*case), case
        else:
            assert native == python
    assert stopped > 20


def _leaves(xs: list[int], ys: list[int], more: int, turns: int) -> bool:
    """Whether an int of `DEFERRED` leaves 64 bits."""
    out = [0] * len(xs)
    for _ in range(turns):
        for i in range(len(xs)):
            steps = (xs[i] + more, max(out[i], xs[i] + more) - ys[i])
            out[i] = steps[-1]
            if any(not -HIGHEST - 1 <= step <= HIGHEST for step in steps):
                return True
    return False
