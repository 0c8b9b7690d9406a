"""What sealing and loading cost, and what a module weighs; `wall` says what a call costs."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import hermetic_nb as hnb
from hermetic_nb.cell import parse
from hermetic_nb.toolchains.native.toolchain import NativeToolchain

from . import cells
from .figures import Figure
from .rounds import medians, once

ROOT: Final = Path(__file__).parents[2]

_units = itertools.count(1)


def measure_costs(rounds: int) -> list[Figure]:
    """Every figure, from a registry of its own; in each round, each of them is measured once."""
    with tempfile.TemporaryDirectory() as folder:
        registry, module = Path(folder) / "registry", Path(folder) / "small.wasm"
        box, toolchain = hnb.Toolbox(registry), NativeToolchain()
        try:
            _seal_new(box)  # starts the compiler, the reference and the executor, as the first cell of a kernel does
            toolchain.compile(parse(cells.twenty_lines(0)), builders=1)
            small = box.seal(cells.SMALL, tier="native")
            box.seal(cells.OTHER, tier="native")
            module.write_bytes(small.artifact.payload)
            again = cells.twenty_lines(0)
            box.seal(again)
            fresh("load-ext")  # writes the byte code
            median = medians(
                {
                    "seal": lambda: _seal_new(box),
                    "compile": lambda: _compile_alone(toolchain, cells.twenty_lines),
                    "longer": lambda: _compile_alone(toolchain, cells.sixty_lines),
                    "bind": lambda: once(lambda: box.seal(again)),
                    "load": lambda: fresh("load-ext"),
                    "first": lambda: fresh("first-call", str(registry)),
                    "memory": lambda: fresh("memory", str(module)),
                },
                rounds,
            )
        finally:
            toolchain.close()
            box.close()
    timed = {
        "seal": ("seal of a 20-line cell in a warm kernel", 0.150, "ms"),
        "compile": ("compile of that cell alone", 0.060, "ms"),
        "longer": ("compile of a 60-line cell of records, dicts, texts and sorts", 0.120, "ms"),
        "bind": ("the same cell again, bound without a build", 0.010, "ms"),
        "load": ("%load_ext hermetic_nb in a fresh process", 0.150, "ms"),
        "first": ("first call in a new kernel, executor up", 0.001, "ms"),
        "memory": ("memory of an instance, its data included", 100_000, "B"),
    }
    return [
        *[
            Figure(name=name, value=median[key][0], least=median[key][1], target=target, unit=unit)
            for key, (name, target, unit) in timed.items()
        ],
        Figure(name="module of a small tool", value=small.size, target=2000, unit="B"),
        Figure(name="imports of that module", value=len(small.imports), target=0, exactly=True),
    ]


def _seal_new(box: hnb.Toolbox) -> float:
    source = cells.twenty_lines(next(_units))
    return once(lambda: box.seal(source))


def _compile_alone(toolchain: NativeToolchain, cell: Callable[[int], str]) -> float:
    """Seconds of one build by a warm compiler process."""
    spec = parse(cell(next(_units)))
    return once(lambda: toolchain.compile(spec, builders=1))


def fresh(*words: str) -> float:
    """What a fresh process measures. Raises subprocess.CalledProcessError."""
    command = [sys.executable, "-m", "tests.benchmarks.fresh", *words]
    # As after an installation: what is imported is compiled to byte code already.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout.split()[-1])
