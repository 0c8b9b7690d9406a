"""What calls of the python and pure tiers cost, with their peers beside them."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Final

import hermetic_nb as hnb

from . import cells
from .costs import fresh
from .figures import Figure
from .peers import Peer
from .rounds import medians, once

CALLS: Final = 60
"""Calls of one round."""
SPACE: Final = 0.02
"""Seconds between spaced calls: those of a person or a model are further apart."""
TURNS: Final = 200
AGENTS: Final = 100
AGENT_SECONDS: Final = 0.05
PACKAGE_BYTES: Final = 12_000_000


def measure_python_costs(rounds: int, peers: list[Peer], absent: dict[str, str]) -> list[Figure]:
    """Every figure, from a registry of its own; in each round, each of them is measured once."""
    with tempfile.TemporaryDirectory() as folder:
        box = hnb.Toolbox(Path(folder))
        try:
            return _figures(box, folder, rounds, peers, absent)
        finally:
            box.close()


def _figures(box: hnb.Toolbox, folder: str, rounds: int, peers: list[Peer], absent: dict[str, str]) -> list[Figure]:
    small = box.seal(cells.SMALL, tier="python")
    turns, at_once = box.seal(cells.IN_TURN), box.seal(cells.AT_ONCE)
    assert (small.tier, turns.tier, at_once.tier) == ("python", "pure", "pure")
    box.agent("echo")(_echo)
    box.agent("slow")(_slow)
    receipt = at_once.call(AGENTS)
    median = medians(
        {
            "back": lambda: _median(lambda: small("GATTACA")),
            "spaced": lambda: _median(lambda: small("GATTACA"), SPACE),
            "first": lambda: fresh("first-python-call", folder),
            "turn": lambda: (once(lambda: turns(1 + TURNS)) - once(lambda: turns(1))) / TURNS,
            "gather": lambda: once(lambda: at_once.call(AGENTS)),
            "replay": lambda: once(lambda: at_once.replay(receipt)),
        }
        | {f"{peer.name} {name}": action for peer in peers for name, action in _of_peer(peer).items()},
        rounds,
    )
    asked = f"{AGENTS} agents of {AGENT_SECONDS * 1e3:g} ms each, gathered"
    rows: tuple[tuple[str, str, float, str, str], ...] = (
        ("back", "python tier: a small tool in a fresh instance, back to back", 0.002, "ms", "back"),
        ("spaced", f"the same, {SPACE * 1e3:g} ms between calls", 0.002, "ms", "spaced"),
        ("first", "first call in a new kernel: registry, get, call; warm cache", 0.250, "ms", "first"),
        ("turn", "one call_agent, there and back, agent's own time not counted", 250e-6, "us", "turn"),
        ("gather", asked, 0.150, "ms", "gather"),
        ("replay", "replay of that trace", 0.060, "ms", ""),
    )
    figures = []
    for key, name, target, unit, beside in rows:
        value, least = median[key]
        figures.append(Figure(name=name, value=value, least=least, target=target, unit=unit))
        for peer in peers if beside else []:
            value, least = median[f"{peer.name} {beside}"]
            figures.append(Figure(name=f"  beside it, {peer.name}", value=value, least=least, unit=unit))
        figures += [Figure(name=f"  beside it, {name}", why=why) for name, why in absent.items() if beside]
    return [*figures, Figure(name="the runner in the package", value=_package(), target=PACKAGE_BYTES, unit="B")]


def _of_peer(peer: Peer) -> dict[str, Callable[[], float]]:
    def small() -> None:
        assert peer.run(cells.SMALL, "gc_content('GATTACA')") == 2 / 7

    return {
        "back": lambda: _median(small),
        "spaced": lambda: _median(small, SPACE),
        "first": lambda: fresh("first-peer-call", peer.name),
        "turn": lambda: (once(lambda: peer.rounds(1 + TURNS)) - once(lambda: peer.rounds(1))) / TURNS,
        "gather": lambda: once(lambda: peer.gather(AGENTS, AGENT_SECONDS)),
    }


async def _echo(n: int) -> int:
    return n


async def _slow(n: int) -> int:
    await asyncio.sleep(AGENT_SECONDS)
    return n


def _median(call: Callable[[], object], pause: float = 0.0) -> float:
    seconds = []
    for _ in range(CALLS):
        if pause:
            time.sleep(pause)
        seconds.append(once(call))
    return statistics.median(seconds)


def _package() -> int:
    data = resources.files("hermetic_nb") / "data"
    return sum(len((data / name).read_bytes()) for name in ("runner.wasm.xz", "runner.json"))
