"""`python -m tests.benchmarks`, which is `make bench`: one table, and the same figures as JSON."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import hermetic_nb as hnb

from . import classics, native
from .costs import measure_costs
from .figures import Figure, table
from .peers import Peer, present
from .python_costs import measure_python_costs
from .rounds import LEAST_ROUNDS
from .speed import Timing, summary, time_programs
from .wall import measure_wall

OF_WASM: Final = 0.95
LEAST_OF_WASM: Final = 0.70
OF_NATIVE: Final = 0.80
LEAST_OF_NATIVE: Final = 0.50
OVER_CPYTHON: Final = 40.0
LARGEST: Final = 30_000
"""Bytes of a module."""
UNDER_CPYTHON: Final = 2.8
"""Times CPython's time that the python tier may take."""
JSON: Final = Path("build/bench.json")


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print, write. Raises SystemExit on wrong options."""
    options = _options(words)
    started = os.getloadavg()[0]
    report: dict[str, Any] = {"format": 1, "rounds": options.rounds, "machine": _machine(), "load": started}
    figures: list[Figure] = []
    if options.part in {"all", "costs"}:
        figures += measure_costs(options.rounds)
    if options.part in {"all", "wall", "python"}:
        here, absent = present()
        try:
            if options.part != "python":
                figures += measure_wall(options.rounds, here, absent)
            if options.part != "wall":
                figures += measure_python_costs(options.rounds, here, absent)
                classic = _time_classics(options, here)
                report |= {"classics": [t.to_json() for t in classic]}
                figures += _slower(classic, here, absent)
                print()
        finally:
            for peer in here:
                peer.close()
    if options.part in {"all", "programs"}:
        timings = _time(options)
        report |= {"programs": [t.to_json() for t in timings], "lists": options.lists}
        figures += _ratios(timings)
        print()
    print(f"load of the machine at the start: {started:.1f} on {os.cpu_count()} cores")
    print(table(figures))
    report |= {"figures": [figure.to_json() for figure in figures]}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\nwritten: {options.json}")


def _time(options: argparse.Namespace) -> list[Timing]:
    if not options.lists:
        print("Lists of numbers come as buffers, as they do to C. code: the sealed code alone, in a fresh instance;")
        print(
            "call: the whole call, by way of the executor's process. wasm: C by clang -O3 -msimd128 in the same engine;"
        )
        print("/wasm and /native: speed of the code, that of clang's wasm or the faster of gcc and clang -O3 being 1.")
    print(
        f"{'program':<20}{'call ms':>9}{'code ms':>9}{'wasm ms':>9}{'gcc ms':>9}{'clang ms':>9}{'numba ms':>9}{'CPython ms':>12}"
        f"{'/wasm':>7}{'/native':>9}{'/numba':>8}{'x CPython':>11}{'bytes':>8}"
    )
    timings = []
    with tempfile.TemporaryDirectory() as folder:
        for timing in time_programs(
            hnb.Toolbox(Path(folder)),
            rounds=options.rounds,
            slow_rounds=options.cpython_rounds,
            arrays=not options.lists,
            only=options.only,
        ):
            print(_timing_line(timing), flush=True)
            timings.append(timing)
    return timings


def _time_classics(options: argparse.Namespace, here: list[Peer]) -> list[classics.ClassicTiming]:
    print(
        "Times of the python tier and its peers, whole calls in fresh instances, as multiples of CPython's in this process;"
    )
    print("metered: on code that counts fuel, as calls are told again that take over four seconds.")
    timings = []
    timed = classics.time_classics(options.cpython_rounds, here, options.only)
    for timing, line in classics.lines(timed, here):
        print(line, flush=True)
        timings += [] if timing is None else [timing]
    return timings


def _slower(timings: list[classics.ClassicTiming], here: list[Peer], absent: dict[str, str]) -> list[Figure]:
    if not timings:
        return []
    figures = []
    for key, name in (("plain", "python tier"), ("metered", "the same, counting fuel")):
        mean, ran = classics.mean_slower(timings, key)
        target = UNDER_CPYTHON if key == "plain" else None
        figures.append(Figure(name=f"{name}, times CPython's time, mean of {ran} programs", value=mean, target=target))
    for peer in here:
        mean, ran = classics.mean_slower(timings, peer.name)
        figures.append(Figure(name=f"  beside it, {peer.name}, mean of the {ran} that it runs", value=mean))
    return figures + [Figure(name=f"  beside it, {name}", why=why) for name, why in absent.items()]


def _ratios(timings: list[Timing]) -> list[Figure]:
    means = summary(timings)
    if not means["timed"]:
        return []
    of = f"geometric mean of {means['timed']:.0f} programs"
    figures = []
    if "of_wasm" in means:
        name = f"native code, part of the speed of C by clang in the same engine, mean of {means['count_of_wasm']:.0f}"
        figures += [
            Figure(name=name, value=means["of_wasm"], target=OF_WASM, at_least=True),
            Figure(name="  the least of them", value=means["least_of_wasm"], target=LEAST_OF_WASM, at_least=True),
        ]
    else:
        figures.append(Figure(name="native code, part of the speed of C by clang in the same engine", why="no ziglang"))
    figures += [
        Figure(
            name=f"part of the best of gcc and clang, {of}", value=means["of_native"], target=OF_NATIVE, at_least=True
        ),
        Figure(name="  the least of them", value=means["least_of_native"], target=LEAST_OF_NATIVE, at_least=True),
        Figure(name="  with the way to the executor's process and back", value=means["call_of_native"]),
    ]
    if "of_numba" in means:
        name = f"times numba's speed, mean of the {means['count_of_numba']:.0f} that it runs"
        figures.append(Figure(name=name, value=means["of_numba"]))
    else:
        figures.append(Figure(name="times numba's speed", why="not installed"))
    return [
        *figures,
        Figure(name=f"times CPython's speed, {of}", value=means["over_cpython"], target=OVER_CPYTHON, at_least=True),
        Figure(name="largest module", value=means["largest"], target=LARGEST, unit="B"),
        Figure(name="programs that are native", value=means["timed"], target=means["programs"], exactly=True),
    ]


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help=f"at least {LEAST_ROUNDS}")
    parser.add_argument("--cpython-rounds", type=int, default=2, help="of what takes CPython long")
    parser.add_argument("--part", choices=("all", "programs", "costs", "wall", "python"), default="all")
    parser.add_argument("--only", default="", help="programs whose name holds this text")
    parser.add_argument("--lists", action="store_true", help="give lists to the tool as lists, not as buffers like C's")
    parser.add_argument("--json", type=Path, default=JSON)
    options = parser.parse_args(words)
    if options.rounds < LEAST_ROUNDS or options.cpython_rounds < 1:
        parser.error(f"at least {LEAST_ROUNDS} rounds, and one of CPython")
    if options.part in {"all", "programs"} and native.COMPILER is None:
        parser.error("gcc is needed for the programs; the other parts do without")
    return options


def _machine() -> dict[str, Any]:
    gcc = shutil.which("gcc")
    version = subprocess.run([gcc, "--version"], check=True, capture_output=True, text=True).stdout if gcc else ""
    return {
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "gcc": version.partition("\n")[0],
        "gcc_flags": list(native.FLAGS),
    }


def _timing_line(t: Timing) -> str:
    if t.refused:
        return f"{t.name:<20}refused: {t.refused}"
    return (
        f"{t.name:<20}{t.tool * 1e3:>9.2f}{t.code * 1e3:>9.2f}{_ms(t.wasm)}{t.c * 1e3:>9.2f}{_ms(t.clang)}{_ms(t.numba)}"
        f"{t.cpython * 1e3:>12.1f}{_ratio(t.of_wasm):>7}{t.of_native:>9.2f}{_ratio(t.of_numba):>8}{t.over_cpython:>11.0f}"
        f"{t.size:>8}"
    )


def _ms(seconds: float) -> str:
    return f"{'-' if math.isnan(seconds) else f'{seconds * 1e3:.2f}':>9}"


def _ratio(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


if __name__ == "__main__":
    main()
