"""Whole random programs: the native tier against CPython."""

from __future__ import annotations

from collections import Counter

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, Stopped, agree
from tests.unit.whole_programs import program
from tests.unit.whole_values import arguments

CALLS = 8
"""Calls of each program."""


def differences(first: int, count: int) -> tuple[Counter[str], list[str]]:
    """What came of the programs of some seeds, and where native and CPython differ. Another error than a refusal is a bug."""
    seen: Counter[str] = Counter()
    found = []
    for seed in range(first, first + count):
        source = program(seed)
        try:
            cell = Cell(source, "f", fuel=True)
        except NotNativeError:
            seen["programs refused"] += 1
            continue
        seen["programs"] += 1
        kinds = [str(parameter.type) for parameter in cell.spec.signature.parameters]
        for turn in range(CALLS):
            values = arguments(kinds, seed * 100 + turn)
            native = cell.run(*values)
            seen["calls"] += 1
            if isinstance(native, Stopped) and native.is_limit:
                seen["declared limits"] += 1
                continue
            python = cell.expect(*values)
            seen["exceptions" if isinstance(native, Stopped) else "values"] += 1
            if not agree(native, python):
                found.append(f"seed {seed}, {values!r}: native {native!r}, CPython {python!r}\n{source}")
    seen["differences"] = len(found)
    return seen, found


def test_random_programs() -> None:
    seen, found = differences(0, 60)
    assert not found, found[0]
    assert seen["programs"] > 40
    assert seen["values"] > 80


@pytest.mark.slow
def test_many_random_programs(record_property: pytest.FixtureRequest) -> None:
    """Reports its numbers: `pytest -rP` shows them."""
    seen, found = differences(1_000_000, 1000)
    for name, number in seen.items():
        record_property(name, number)  # type: ignore[operator] # pytest's own function
    print(", ".join(f"{number} {name}" for name, number in sorted(seen.items())))
    assert not found, found[0]
