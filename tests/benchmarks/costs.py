"""What sealing, loading and calling cost, and what a module weighs."""

from __future__ import annotations

import itertools
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import hermetic_nb as hnb
from hermetic_nb.cell import parse
from hermetic_nb.toolchains.native.toolchain import NativeToolchain

from . import cells
from .rounds import median_of, once

CALLS: Final = 500
"""Calls of a small tool in one round."""
ROOT: Final = Path(__file__).parents[2]

_units = itertools.count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """One figure: seconds or bytes, and the value that it must stay under."""

    name: str
    value: float
    limit: float
    unit: str = "s"

    @property
    def met(self) -> bool:
        """Whether the figure is under its limit."""
        return self.value < self.limit

    def to_json(self) -> dict[str, Any]:
        """The form in the report."""
        return {"name": self.name, "value": self.value, "limit": self.limit, "unit": self.unit, "met": self.met}


def measure_costs(rounds: int) -> Iterator[Cost]:
    """Every figure, from a registry of its own."""
    with tempfile.TemporaryDirectory() as folder:
        box = hnb.Toolbox(Path(folder) / "registry")
        _seal_new(box)  # starts the compiler, the reference and the executor, as the first cell of a kernel does
        yield Cost(name="seal of a 20-line cell, warm", value=median_of(lambda: _seal_new(box), rounds), limit=0.150)
        yield Cost(name="compile alone, warm", value=_compile_alone(rounds), limit=0.060)
        again = cells.twenty_lines(0)
        box.seal(again)
        yield Cost(
            name="the same cell again, already sealed",
            value=median_of(lambda: once(lambda: box.seal(again)), rounds),
            limit=0.010,
        )
        small = box.seal(cells.SMALL, tier="native")
        box.seal(cells.OTHER, tier="native")
        yield Cost(name="call of a small tool", value=median_of(lambda: _calls(small), rounds), limit=150e-6)
        yield Cost(
            name="first call in a new kernel",
            value=median_of(lambda: _fresh("first-call", str(Path(folder) / "registry")), rounds),
            limit=0.001,
        )
        yield Cost(name="%load_ext hermetic_nb", value=median_of(lambda: _fresh("load-ext"), rounds), limit=0.150)
        yield Cost(name="module of a small tool", value=small.size, limit=2048, unit="B")
        module = Path(folder) / "small.wasm"
        module.write_bytes(_payload(small, Path(folder) / "registry"))
        yield Cost(
            name="memory of one instance",
            value=median_of(lambda: _fresh("memory", str(module)), min(rounds, 7)),
            limit=100_000,
            unit="B",
        )


def _seal_new(box: hnb.Toolbox) -> float:
    source = cells.twenty_lines(next(_units))
    return once(lambda: box.seal(source))


def _compile_alone(rounds: int) -> float:
    """Median seconds of one build by a warm compiler process."""
    toolchain = NativeToolchain()
    try:
        toolchain.compile(parse(cells.twenty_lines(0)), builders=1)
        specs = [parse(cells.twenty_lines(next(_units))) for _ in range(rounds)]
        return statistics.median([once(partial(toolchain.compile, spec, builders=1)) for spec in specs])
    finally:
        toolchain.close()


def _calls(tool: hnb.Tool) -> float:
    def many() -> None:
        for _ in range(CALLS):
            tool("GATTACA")

    return once(many) / CALLS


def _payload(tool: hnb.Tool, registry: Path) -> bytes:
    digest = str(tool.manifest.payload).removeprefix("sha256:")
    return (registry / "blobs" / "sha256" / digest).read_bytes()


def _fresh(*words: str) -> float:
    """What a fresh process measures. Raises subprocess.CalledProcessError."""
    command = [sys.executable, "-m", "tests.benchmarks.fresh", *words]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[-1])
