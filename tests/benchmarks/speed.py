"""Run time of the native tier beside C and CPython, for each program."""

from __future__ import annotations

import math
import tempfile
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hermetic_nb as hnb

from . import clang, native, numba_side
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
    """C by gcc."""
    wasm: float = math.nan
    """C by clang, as WebAssembly in the same engine; nan, as the next two, where it was not measured."""
    clang: float = math.nan
    """C by clang, native."""
    numba: float = math.nan
    cpython: float = math.nan
    size: int = 0
    refused: str = ""

    @property
    def of_wasm(self) -> float:
        """Speed of the code as a fraction of that of C by clang in the same engine."""
        return self.wasm / self.code

    @property
    def of_native(self) -> float:
        """Speed of the code as a fraction of that of the faster one of gcc's and clang's."""
        return min(self.c, self.c if math.isnan(self.clang) else self.clang) / self.code

    @property
    def of_numba(self) -> float:
        """Speed of the code as a multiple of numba's."""
        return self.numba / self.code

    @property
    def call_of_native(self) -> float:
        """The same with the whole call."""
        return self.of_native * self.code / self.tool

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
            "gcc_s": self.c,
            "clang_wasm_s": _or_none(self.wasm),
            "clang_s": _or_none(self.clang),
            "numba_s": _or_none(self.numba),
            "cpython_s": self.cpython,
            "of_clang_wasm": _or_none(self.of_wasm),
            "of_native": self.of_native,
            "call_of_native": self.call_of_native,
            "of_numba": _or_none(self.of_numba),
            "over_cpython": self.over_cpython,
            "module_bytes": self.size,
        }


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value


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
    rivals = {
        "tool": lambda: once(lambda: tool(*given)),
        "code": code.seconds,
        "c": lambda: once(c),
        "cpython": lambda: once(lambda: cpython(*arguments)),
        **_by_clang(program, folder, expected, out_length),
        **_by_numba(program, expected),
    }
    seconds = interleave(rivals, rounds, {"cpython": slow_rounds})
    return Timing(
        name=program.name,
        tool=seconds["tool"],
        code=seconds["code"],
        c=seconds["c"],
        wasm=seconds.get("wasm", math.nan),
        clang=seconds.get("clang", math.nan),
        numba=seconds.get("numba", math.nan),
        cpython=seconds["cpython"],
        size=tool.size,
    )


def _by_clang(program: Program, folder: Path, expected: Any, out_length: int) -> dict[str, Callable[[], float]]:
    if not clang.AVAILABLE:
        return {}
    arguments = program.full()
    wasm = clang.WasmAlone(program, clang.compile_wasm(program, folder), arguments, out_length)
    check_agreement(program, expected, wasm.value(), ulps=program.ulps)
    run = native.bind(program, clang.compile_native(program, folder), arguments, out_length)
    check_agreement(program, expected, native.value_of(run()), ulps=program.ulps)
    return {"wasm": wasm.seconds, "clang": lambda: once(run)}


def _by_numba(program: Program, expected: Any) -> dict[str, Callable[[], float]]:
    """Not timed: what numba refuses, and what it computes otherwise, as beyond 64 bits."""
    run = numba_side.bind(program, program.full()) if numba_side.AVAILABLE else None
    if run is None:
        return {}
    got = run()
    try:
        check_agreement(program, expected, list(got) if isinstance(expected, list) else got, ulps=max(program.ulps, 4))
    except AssertionError:
        return {}
    return {"numba": lambda: once(run)}


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
        "of_native": geometric_mean([t.of_native for t in timed]),
        "least_of_native": min(t.of_native for t in timed),
        "call_of_native": geometric_mean([t.call_of_native for t in timed]),
        "over_cpython": geometric_mean([t.over_cpython for t in timed]),
        "largest": max(t.size for t in timed),
        **_part("of_wasm", [t.of_wasm for t in timed]),
        **_part("of_numba", [t.of_numba for t in timed]),
    }


def _part(name: str, ratios: list[float]) -> dict[str, float]:
    """Geometric mean, least and number of those that were measured."""
    there = [ratio for ratio in ratios if not math.isnan(ratio)]
    if not there:
        return {}
    return {name: geometric_mean(there), f"least_{name}": min(there), f"count_{name}": len(there)}
