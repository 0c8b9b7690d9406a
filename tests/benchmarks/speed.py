"""Run time of the native tier beside C and CPython, for each program."""

from __future__ import annotations

import math
import tempfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hermetic_nb as hnb

from . import native
from .catalogue import PROGRAMS, Arguments, Program
from .code_alone import CodeAlone
from .reference import load
from .rounds import geometric_mean, interleave, once


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Median seconds of one program, or why the tool was not timed."""

    name: str
    tool: float = math.nan
    """The whole call."""
    code: float = math.nan
    """The sealed code alone."""
    c: float = math.nan
    cpython: float = math.nan
    size: int = 0
    refused: str = ""

    @property
    def of_c(self) -> float:
        """Speed of the code as a fraction of C's."""
        return self.c / self.code

    @property
    def call_of_c(self) -> float:
        """Speed of the whole call as a fraction of C's."""
        return self.c / self.tool

    @property
    def over_cpython(self) -> float:
        """Speed as a multiple of CPython's."""
        return self.cpython / self.tool

    def to_json(self) -> dict[str, Any]:
        """The form in the report."""
        if self.refused:
            return {"name": self.name, "refused": self.refused}
        return {
            "name": self.name,
            "tool_s": self.tool,
            "code_s": self.code,
            "c_s": self.c,
            "cpython_s": self.cpython,
            "of_c": self.of_c,
            "call_of_c": self.call_of_c,
            "over_cpython": self.over_cpython,
            "module_bytes": self.size,
        }


def time_programs(box: hnb.Toolbox, *, rounds: int, slow_rounds: int, arrays: bool, only: str) -> Iterator[Timing]:
    """Time every program whose name holds `only`. `arrays`: lists go to the tool as `array.array`."""
    with tempfile.TemporaryDirectory() as folder:
        for program in PROGRAMS:
            if only in program.name:
                yield _time_one(box, program, Path(folder), rounds, slow_rounds, arrays=arrays)


def _time_one(
    box: hnb.Toolbox, program: Program, folder: Path, rounds: int, slow_rounds: int, *, arrays: bool
) -> Timing:
    try:
        tool = box.seal(program.cell, tier="native")
    except hnb.HermeticError as error:
        return Timing(name=program.name, refused=str(error).splitlines()[0])
    arguments = program.full()
    given = _as_arrays(arguments) if arrays else arguments
    cpython = load(program)
    expected = cpython(*arguments)
    out_length = len(expected) if isinstance(expected, (str, list)) else 0
    c = native.bind(program, native.compile_c(program, folder), arguments, out_length)
    check_agreement(program, expected, native.value_of(c()), ulps=0)
    check_agreement(program, expected, tool(*given), ulps=program.ulps)
    code = CodeAlone(tool, given)
    seconds = interleave(
        {
            "tool": lambda: once(lambda: tool(*given)),
            "code": code.seconds,
            "c": lambda: once(c),
            "cpython": lambda: once(lambda: cpython(*arguments)),
        },
        rounds,
        {"cpython": slow_rounds},
    )
    return Timing(
        name=program.name,
        tool=seconds["tool"],
        code=seconds["code"],
        c=seconds["c"],
        cpython=seconds["cpython"],
        size=tool.size,
    )


def _as_arrays(arguments: Arguments) -> tuple[Any, ...]:
    return tuple(array("d" if isinstance(a[0], float) else "q", a) if isinstance(a, list) else a for a in arguments)


def check_agreement(program: Program, expected: Any, got: Any, *, ulps: int) -> None:
    """A wrong answer has no speed."""
    if isinstance(expected, float) and isinstance(got, float):
        same = expected == got or abs(expected - got) <= ulps * math.ulp(expected)
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for one, other in zip(expected, got, strict=True):
            check_agreement(program, one, other, ulps=ulps)
        same = True
    else:
        same = type(expected) is type(got) and expected == got
    if not same:
        raise AssertionError(f"{program.name}: {got!r:.60}, expected {expected!r:.60}")


def summary(timings: list[Timing]) -> dict[str, float]:
    """How many programs were timed, and geometric means over those (none timed: no means, as JSON has no nan)."""
    timed = [t for t in timings if not t.refused]
    counts = {"timed": len(timed), "programs": len(timings)}
    if not timed:
        return dict(counts)
    return counts | {
        "of_c": geometric_mean([t.of_c for t in timed]),
        "call_of_c": geometric_mean([t.call_of_c for t in timed]),
        "over_cpython": geometric_mean([t.over_cpython for t in timed]),
    }
