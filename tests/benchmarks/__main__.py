"""`python -m tests.benchmarks`, which is `make bench`: one table, and the same figures as JSON."""

from __future__ import annotations

import argparse
import json
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

OF_C: Final = 0.70
OVER_CPYTHON: Final = 30.0
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
        print("call: the whole call, by way of the executor's process. code/C and call/C: speed, C being 1.")
    print(
        f"{'program':<20}{'call ms':>9}{'code ms':>9}{'C ms':>9}{'CPython ms':>12}"
        f"{'code/C':>8}{'call/C':>8}{'x CPython':>11}{'bytes':>8}"
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
    return [
        Figure(name=f"native code, part of gcc -O3's speed, {of}", value=means["of_c"], target=OF_C, at_least=True),
        Figure(name="the same with the way to the executor's process and back", value=means["call_of_c"]),
        Figure(name=f"times CPython's speed, {of}", value=means["over_cpython"], target=OVER_CPYTHON, at_least=True),
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
        f"{t.name:<20}{t.tool * 1e3:>9.2f}{t.code * 1e3:>9.2f}{t.c * 1e3:>9.2f}{t.cpython * 1e3:>12.1f}"
        f"{t.of_c:>8.2f}{t.call_of_c:>8.2f}{t.over_cpython:>11.0f}{t.size:>8}"
    )


if __name__ == "__main__":
    main()
