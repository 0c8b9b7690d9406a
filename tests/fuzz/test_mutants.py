"""Broken compilers are noticed."""

from __future__ import annotations

import pytest

from tests.fuzz.breakages import BREAKAGES, Breakage
from tests.fuzz.mutants import caught, is_stale

QUICK = (BREAKAGES[0],)


def test_there_are_enough_and_each_has_its_place() -> None:
    assert len(BREAKAGES) >= 10
    stale = [breakage.name for breakage in BREAKAGES if is_stale(breakage)]
    assert not stale, "the compiler was rewritten where it is to be broken: give these breakages their new places"


@pytest.mark.parametrize("breakage", QUICK, ids=lambda breakage: breakage.name)
def test_a_broken_compiler_is_noticed(breakage: Breakage) -> None:
    found, what = caught(breakage)
    assert found, what


@pytest.mark.slow
@pytest.mark.parametrize("breakage", [b for b in BREAKAGES if b not in QUICK], ids=lambda breakage: breakage.name)
def test_each_broken_compiler_is_noticed(breakage: Breakage) -> None:
    found, what = caught(breakage)
    assert found, what
