"""The benchmark programs, sealed: native tier, CPython's values."""

from __future__ import annotations

import pytest

import hermetic_nb as hnb

from . import cells
from .catalogue import PROGRAMS, Program
from .reference import load
from .speed import check_agreement


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> hnb.Toolbox:
    return hnb.Toolbox(tmp_path_factory.mktemp("registry"))


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_sealed_program_gives_cpythons_value(box: hnb.Toolbox, program: Program) -> None:
    tool = box.seal(program.cell, tier="native")
    assert tool.tier == "native"
    arguments = program.small()
    check_agreement(program, load(program)(*arguments), tool(*arguments), ulps=program.ulps)


def test_the_cells_of_the_cost_benchmark_are_native(box: hnb.Toolbox) -> None:
    assert box.seal(cells.SMALL).tier == "native"
    assert box.seal(cells.OTHER).tier == "native"
    assert box.seal(cells.twenty_lines(1)).tier == "native"
    assert box.seal(cells.sixty_lines(1)).tier == "native"
    assert box.seal(cells.twenty_lines(1)).digest != box.seal(cells.twenty_lines(2)).digest
