"""The benchmark programs do what they say, and CPython and C agree on them to the last bit."""

from __future__ import annotations

import doctest
import struct
from pathlib import Path
from typing import Any

import pytest

from . import native
from .catalogue import PROGRAMS, Program, dot_bracket, numbers
from .reference import load

each_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)


def bits(value: Any) -> Any:
    """A value with its floats replaced by their bit patterns."""
    if isinstance(value, list):
        return [bits(item) for item in value]
    return struct.pack("<d", value) if isinstance(value, float) else value


@each_program
def test_doctests_pass_in_cpython(program: Program) -> None:
    function = load(program)
    examples = doctest.DocTestFinder().find(function, program.name, globs=function.__globals__)
    results = doctest.DocTestRunner().run(examples[0])
    assert results.attempted > 0
    assert results.failed == 0


@each_program
@pytest.mark.skipif(native.COMPILER is None, reason="gcc is not installed")
def test_c_gives_cpythons_bits(program: Program, tmp_path: Path) -> None:
    arguments = program.small()
    expected = load(program)(*arguments)
    out_length = len(expected) if isinstance(expected, (str, list)) else 0
    run = native.bind(program, native.compile_c(program, tmp_path), arguments, out_length)
    assert bits(native.value_of(run())) == bits(expected)
    assert bits(native.value_of(run())) == bits(expected)


@each_program
def test_inputs_are_the_same_each_time_and_left_unchanged(program: Program) -> None:
    arguments = program.small()
    load(program)(*arguments)
    assert arguments == program.small()


def test_every_program_file_is_in_the_catalogue() -> None:
    folder = PROGRAMS[0].c_file.parent
    names = {program.name for program in PROGRAMS}
    assert {path.stem for path in folder.glob("*.py")} == names
    assert {path.stem for path in folder.glob("*.c")} == names


def test_the_generator_is_park_and_millers() -> None:
    assert numbers(10_000, 1)[-1] == 399_268_537  # the value the C++ standard requires of minstd_rand ([rand.predef])


def test_dot_bracket_is_balanced() -> None:
    text = dot_bracket(50, 1)
    assert text.count("(") == text.count(")") == 50
