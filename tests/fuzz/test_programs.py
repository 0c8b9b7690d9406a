"""Random typed programs, and each way to make a value alone: native against CPython."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Final

import pytest

from tests.fuzz.availability import allows_template
from tests.fuzz.productions import PRODUCTIONS
from tests.fuzz.programs import program
from tests.fuzz.running import Tally
from tests.fuzz.sweep import BINDINGS, sweep
from tests.fuzz.worker import spread

PROGRAMS: Final = 500
FIRST: Final = 1_000_000
"""The first seed of the slow test; those of the fast one begin with 0."""
Property = Callable[[str, object], None]


def tallied(tallies: Iterable[Tally], record_property: Property, name: str) -> Tally:
    total = Tally()
    for tally in tallies:
        total.add(tally)
    record_property("summary", f"{name}: {total}")
    return total


def run(first: int, count: int, record_property: Property, *, small: bool) -> Tally:
    found: list[Tally] = []
    spread(first, count, min(2, os.cpu_count() or 1), found.append, sample=25, small=small)
    return tallied(found, record_property, "random programs")


def check(total: Tally) -> None:
    shown = [
        f"seed {found.seed}, f({', '.join(map(str, found.values))})\n{found.what}\n{found.source}"
        for found in total.found
    ]
    assert not shown, "\n\n".join(shown[:3])


def test_random_programs(record_property: Property) -> None:
    total = run(0, PROGRAMS, record_property, small=False)
    check(total)
    assert total.counts["programs"] > 0.7 * PROGRAMS
    assert total.counts["values"] > 3 * PROGRAMS
    assert total.counts["python tier"] > 0


@pytest.mark.slow
def test_many_random_programs(record_property: Property) -> None:
    check(run(FIRST, 3000, record_property, small=True))


def test_some_ways_to_make_a_value(record_property: Property) -> None:
    check(tallied(sweep(step=12), record_property, "single operations"))


@pytest.mark.slow
def test_all_ways_to_make_a_value(record_property: Property) -> None:
    check(tallied(sweep(), record_property, "all single operations"))


def test_the_compiler_takes_nearly_all_that_programs_are_made_of() -> None:
    refused = [p.template for p in PRODUCTIONS if not any(allows_template(p.template, binding) for binding in BINDINGS)]
    assert len(PRODUCTIONS) - len(refused) >= 350, refused


def test_a_seed_is_a_program() -> None:
    assert [program(seed).source for seed in range(5)] == [program(seed).source for seed in range(5)]
