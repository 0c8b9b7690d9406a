"""What a call through the wall costs, the sealed process with its layers, and what its processes weigh."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

import hermetic_nb as hnb
from hermetic_nb.child import processors
from hermetic_nb.executors import protocol
from hermetic_nb.executors.wasm import WORKER
from hermetic_nb.sandbox import Sandbox
from tests.processes import workers

from . import beside, cells
from .costs import ROOT
from .figures import Figure
from .peers import Peer
from .python_inside import Inside
from .rounds import Sample, each, once, sample

CALLS: Final = 400
"""Single calls of one round."""
MANY: Final = 2000
"""Calls of one round that are timed together."""
KILLS: Final = 4
"""Of one round."""
HEAVY: Final = 45_000
"""Turns of the loop that takes about 0.3 ms."""
HEAVY_CALLS: Final = 150
FRESH: Final = 3
"""Processes in which memory is measured."""
_MB: Final = 1_000_000


def measure_wall(rounds: int, peers: list[Peer], absent: dict[str, str]) -> list[Figure]:
    """Every figure; in each round, each of them is measured once, the other ways to call a function beside them."""
    weights = [_helpers() for _ in range(FRESH)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        box, inside = hnb.Toolbox(folder / "native"), Inside(folder)
        kills = Sandbox(WORKER, settings={})
        try:
            others, missing = beside.measures(folder, peers)
            own = _measures(box, kills) | inside.measures()
            found = sample(own | others, rounds)
        finally:
            kills.close()
            inside.close()
            box.close()
    absent = absent | missing
    rows = [*_calls(found), *(_other(name, found[name]) for name in others)]
    rows += [Figure(name=f"  beside it, {name}", why=why) for name, why in absent.items()]
    return [*rows, *_processes(found), *_weights(weights)]


def _measures(box: hnb.Toolbox, kills: Sandbox) -> dict[str, Callable[[], list[float]]]:
    add, small, flip, total, heavy = (
        box.seal(cell, tier="native") for cell in (beside.CELL, cells.SMALL, cells.FLIP, cells.TOTAL, cells.HEAVY)
    )
    kilobyte, megabyte = bytes(range(250)) * 4, np.arange(125_000.0)
    assert (add(2, 3), small("GATTACA"), flip(kilobyte)) == (5, 2 / 7, kilobyte[::-1])
    assert total(megabyte) == float(megabyte.sum())
    pairs = (("small", lambda: add(2, 3), MANY), ("heavy", lambda: heavy(HEAVY), HEAVY_CALLS))
    found: dict[str, Callable[[], list[float]]] = {
        "add": lambda: each(lambda: add(2, 3), CALLS),
        "text": lambda: each(lambda: small("GATTACA"), CALLS),
        "kilobyte": lambda: each(lambda: flip(kilobyte), CALLS),
        "megabyte": lambda: each(lambda: total(megabyte), CALLS // 8),
        "rate": lambda: [1 / _together(lambda: add(2, 3), MANY)],
        "kill": lambda: [_restart(kills) for _ in range(KILLS)],
    }
    if processors() > 1:
        found |= {name: lambda call=call, count=count: [_two_to_one(call, count)] for name, call, count in pairs}  # type: ignore[misc]
    return found


def _together(call: Callable[[], Any], count: int) -> float:
    """Seconds of one call, of many that follow each other."""

    def many() -> None:
        for _ in range(count):
            call()

    return once(many) / count


def _two_to_one(call: Callable[[], Any], count: int) -> float:
    """How many times the calls of one thread two threads make."""
    one = _together(call, count) + _together(call, count)

    def both() -> None:
        threads = [threading.Thread(target=_together, args=(call, count)) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    both_together = once(both) / count
    return one / both_together


def _restart(sandbox: Sandbox) -> float:
    """Seconds from the death of a worker until its successor has answered."""
    ping = protocol.batch_request([])
    sandbox.ask(ping)
    (victim,) = workers(sandbox)
    time.sleep(0.002)  # it sleeps, as that of an idle kernel
    start = time.perf_counter()
    os.kill(victim, signal.SIGKILL)
    sandbox.ask(ping)
    taken = time.perf_counter() - start
    assert workers(sandbox) != [victim]
    return taken


def _helpers() -> dict[str, float] | str:
    """What `helpers` prints, or why it does not."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.helpers"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    if done.returncode:
        return "not told here"
    told: dict[str, float] = json.loads(done.stdout)
    return told


# ------------------------------------------------------------ rows


def _row(name: str, found: Sample, target: float | None, unit: str = "us") -> Figure:
    return Figure(name=name, value=found.median, p99=found.p99, least=found.least, target=target, unit=unit)


def _other(name: str, found: Sample) -> Figure:
    return _row(f"  beside it, {name}", found, None)


def _calls(found: dict[str, Sample]) -> list[Figure]:
    tail = "  its p99: 99 of 100 calls take less"
    wall, same = Inside.WALL, Inside.SAME
    added = [a - b for a, b in zip(found[wall].rounds, found[same].rounds, strict=True)]
    return [
        _row("native tool through the wall, fresh instance: two ints, an int", found["add"], 60e-6),
        Figure(name=tail, value=found["add"].p99, target=120e-6, unit="us"),
        _row("the same: a short text in, a float out", found["text"], 60e-6),
        Figure(name=tail, value=found["text"].p99, target=120e-6, unit="us"),
        _row("the same: 1 kB in, 1 kB out", found["kilobyte"], 100e-6),
        _row("the same: 1 MB of floats in (numpy), a float out", found["megabyte"], 1e-3, "ms"),
        _row("python tier through the wall, 5 ms between calls", found[wall], None),
        _row("the same calls of the same runner in this process", found[same], None),
        Figure(
            name="what the wall adds to a call of the python tier",
            value=statistics.median(added),
            target=200e-6,
            unit="us",
        ),
    ]


def _processes(found: dict[str, Sample]) -> list[Figure]:
    rate = found["rate"]
    rows = [
        Figure(
            name="calls of the tool of two ints from one kernel, one thread",
            value=rate.median,
            least=rate.least,
            target=8000,
            unit="/s",
            at_least=True,
        )
    ]
    for key, name, target in (
        ("heavy", "times one worker's calls that two make, a tool that takes 0.3 ms", 1.8),
        ("small", "the same, the tool of two ints", None),
    ):
        if key in found:
            ratio = found[key]
            rows.append(Figure(name=name, value=ratio.median, least=ratio.least, target=target, at_least=True))
        else:
            rows.append(Figure(name=name, why="one processor"))
    return [*rows, _row("a worker is killed, and the next one has answered", found["kill"], 10e-3, "ms")]


def _weights(weights: list[dict[str, float] | str]) -> list[Figure]:
    heavy = "all helper processes of a kernel that sealed and is idle, PSS"
    told = [weight for weight in weights if isinstance(weight, dict)]
    if not told:
        return [Figure(name=heavy, why=str(weights[0]))]
    middle = {name: statistics.median(weight[name] for weight in told) for name in told[0]}
    least = {name: min(weight[name] for weight in told) for name in told[0]}
    parts = [name for name in middle if name not in {"total", "private", "all"}]

    def row(name: str, key: str, target: float | None = None) -> Figure:
        return Figure(name=name, value=middle[key], least=least[key], target=target, unit="MB")

    return [
        row("memory of a worker that nobody shares", "private", 15 * _MB),
        row(heavy, "total", 60 * _MB),
        *[row(f"  of that, {part}", part) for part in parts],
        row("the same when the Python runner has been used too", "all"),
    ]
