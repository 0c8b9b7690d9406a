"""Expressions of arrays put into each other and behind variables, on inputs as sealing makes them: numpy's bits."""

from __future__ import annotations

import random
import re
from typing import Final

import pytest

from tests.unit.array_cells import cell, differences
from tests.unit.array_tables import OF_BOOLS, OF_FLOATS, OF_INTS, OF_TABLES, TURNED, lines

EXPRESSIONS: Final = {
    "Array[float]": lines(OF_FLOATS),
    "Array[int]": lines(OF_INTS),
    "Array[bool]": lines(OF_BOOLS),
    "Array[float, 2]": lines(OF_TABLES) + lines(TURNED),
}
DEEPEST: Final = 3


def nest(seed: int) -> str:
    """A cell of expressions in each other: each operand is the one before, in its place or by its name."""
    source = random.Random(seed)
    kind = now = source.choice(sorted(EXPRESSIONS))
    held, statements = "a", list[str]()
    for depth in range(source.randint(2, DEEPEST)):
        now, expression = source.choice(EXPRESSIONS[now])
        made = re.sub(r"\ba\b", held, expression)
        held = f"({made})"
        if source.random() < 0.5:
            held = f"v{depth}"
            statements.append(f"    {held} = {made}\n")
        if now not in EXPRESSIONS:
            break
    return f"def f(a: {kind}) -> {now}:\n{''.join(statements)}    return {held}\n"


def check(seeds: range) -> None:
    found, compared = list[str](), 0
    for source in map(nest, seeds):
        if any(cell(source).payload.ulp.values()):
            continue  # within a bound, and what follows from it within none
        compared += 1
        found += [f"{what}\n{source}" for what in differences(source, [])]
    assert found == []
    assert compared > len(seeds) / 2


def test_nests_are_numpys() -> None:
    check(range(80))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1000, 4000, 500))
def test_many_nests_are_numpys(first: int) -> None:
    check(range(first, first + 500))
