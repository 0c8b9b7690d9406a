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

from . import native
from .costs import Cost, measure_costs
from .rounds import LEAST_ROUNDS
from .speed import Timing, summary, time_programs

LEAST_OF_C: Final = 0.70
LEAST_OVER_CPYTHON: Final = 30.0
JSON: Final = Path("build/bench.json")


def main(words: Sequence[str] | None = None) -> None:
    """Measure, print, write. Raises SystemExit on wrong options."""
    options = _options(words)
    report: dict[str, Any] = {"format": 1, "rounds": options.rounds, "machine": _machine()}
    timings: list[Timing] = []
    if options.part != "costs":
        print(f"{'program':<20}{'tool ms':>9}{'C ms':>9}{'CPython ms':>12}{'of C':>8}{'x CPython':>11}{'bytes':>8}")
        with tempfile.TemporaryDirectory() as folder:
            for timing in time_programs(
                hnb.Toolbox(Path(folder)),
                rounds=options.rounds,
                slow_rounds=options.cpython_rounds,
                arrays=options.arrays,
                only=options.only,
            ):
                print(_timing_line(timing), flush=True)
                timings.append(timing)
        report |= {"programs": [t.to_json() for t in timings], "summary": summary(timings), "arrays": options.arrays}
        print(_summary_line(summary(timings)))
    costs: list[Cost] = []
    if options.part != "programs":
        print(f"\n{'cost':<40}{'median':>12}{'limit':>12}")
        for cost in measure_costs(options.rounds):
            print(_cost_line(cost), flush=True)
            costs.append(cost)
        report |= {"costs": [c.to_json() for c in costs]}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    print(f"\nwritten: {options.json}")


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=11, help=f"at least {LEAST_ROUNDS}")
    parser.add_argument("--cpython-rounds", type=int, default=3, help="CPython is slow and may run fewer")
    parser.add_argument("--part", choices=("all", "programs", "costs"), default="all")
    parser.add_argument("--only", default="", help="programs whose name holds this text")
    parser.add_argument("--arrays", action="store_true", help="give lists of numbers to the tool as array.array")
    parser.add_argument("--json", type=Path, default=JSON)
    options = parser.parse_args(words)
    if options.rounds < LEAST_ROUNDS or options.cpython_rounds < 1:
        parser.error(f"at least {LEAST_ROUNDS} rounds, and one of CPython")
    if options.part != "costs" and native.COMPILER is None:
        parser.error("gcc is needed for the programs; --part costs does without")
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
        f"{t.name:<20}{t.tool * 1e3:>9.2f}{t.c * 1e3:>9.2f}{t.cpython * 1e3:>12.1f}"
        f"{t.of_c:>8.2f}{t.over_cpython:>11.0f}{t.size:>8}"
    )


def _summary_line(s: dict[str, float]) -> str:
    if not s["timed"]:
        return f"none of {s['programs']:.0f} programs was timed"
    title = f"geometric mean, {s['timed']:.0f} of {s['programs']:.0f}"
    return (
        f"{title:<50}{s['of_c']:>8.2f}{s['over_cpython']:>11.0f}\n"
        f"{'wanted at least':<50}{LEAST_OF_C:>8.2f}{LEAST_OVER_CPYTHON:>11.0f}"
    )


def _cost_line(cost: Cost) -> str:
    name = f"{cost.name:<40}"
    verdict = "" if cost.met else "   over"
    if cost.unit == "B":
        return f"{name}{cost.value:>10.0f} B{cost.limit:>10.0f} B{verdict}"
    scale, unit = (1e6, "us") if cost.limit < 1e-3 else (1e3, "ms")
    return f"{name}{cost.value * scale:>9.2f} {unit}{cost.limit * scale:>9.0f} {unit}{verdict}"


if __name__ == "__main__":
    main()
