"""Passes over the syntax: what they make means in CPython what the cell meant, and native cells give CPython's answers."""

from __future__ import annotations

import ast
from random import Random

import pytest

from hermetic_nb.toolchains.native.parse.split import split
from tests.unit.native_cells import check
from tests.unit.syntax_programs import Maker, outcome


@pytest.mark.parametrize("seed", range(0, 400, 50))
def test_split_keeps_the_meaning_of_random_functions(seed: int) -> None:
    split_ones = 0
    for number in range(seed, seed + 50):
        source = Maker(Random(number)).function()
        try:
            compile(source, "<cell>", "exec")
        except SyntaxError:
            continue  # a wildcard that is not the last case, a name bound twice in a pattern
        for argument in (0, 3):
            changed = ast.parse(source)
            split(changed.body[0])  # type: ignore[arg-type] # the maker's function
            assert repr(outcome(changed, "f", argument)) == repr(outcome(ast.parse(source), "f", argument)), source
            split_ones += ast.dump(changed) != ast.dump(ast.parse(source))
    assert split_ones > 40


REBOUND = [
    "def f(n: int) -> str:\n    n = chr(n % 1000)\n    return n + n\n",
    "def f(n: int) -> int:\n    for c in 'abc':\n        n += ord(c)\n    for c in range(3):\n        n += c\n    return n\n",
    "def f(n: int) -> float:\n    x = [n, 2]\n    x = x[0] / 4\n    if n > 2:\n        x = x * 2\n    return x\n",
    "def f(n: int) -> int:\n    while n > 0:\n        t = n % 10\n        n -= t + 1\n        t = 'ab' * t\n        n -= len(t)\n    return n\n",
    "def f(n: int) -> int:\n    if n > 3:\n        x = 'a'\n        n += len(x)\n    else:\n        x = 5\n        n += x\n    return n\n",
    "def f(n: int) -> int:\n    if n > 3:\n        x = 1\n    n += 1\n    x += n\n    x = 'abc'\n    return len(x)\n",
    "def f(n: int) -> list[int]:\n    n = [n]\n    n += n\n    return n\n",
]


@pytest.mark.parametrize("source", REBOUND)
def test_a_name_for_values_of_several_types(source: str) -> None:
    check(source, (0,), (1,), (5,), (77,))
