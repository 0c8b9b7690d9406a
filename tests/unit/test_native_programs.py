"""Whole random programs: the native tier against CPython."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, Stopped, agree
from tests.unit.whole_programs import program
from tests.unit.whole_values import arguments

CALLS = 8
"""Calls of each program."""
REPORTED = ("programs", "calls", "values", "exceptions", "declared limits", "differences")


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


Property = Callable[[str, object], None]


def report(record_property: Property, seen: Counter[str]) -> None:
    """Let the session's summary say what was compared."""
    numbers = ", ".join(f"{seen[name]} {name}" for name in REPORTED)
    record_property("summary", f"native tier against CPython: {numbers}")


def test_random_programs(record_property: Property) -> None:
    seen, found = differences(0, 60)
    report(record_property, seen)
    assert not found, found[0]
    assert seen["programs"] > 40
    assert seen["values"] > 80


@pytest.mark.slow
def test_many_random_programs(record_property: Property) -> None:
    seen, found = differences(1_000_000, 1000)
    report(record_property, seen)
    assert not found, found[0]
