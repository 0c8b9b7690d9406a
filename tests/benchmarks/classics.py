"""Small classic programs, CPU-bound, as the python tier, its peers and the host's CPython run them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import hermetic_nb as hnb
from hermetic_nb.model import Limits

from .catalogue import FOLDER
from .peers import Peer, RefusedError
from .rounds import geometric_mean, interleave, once

METERED: Final = Limits(fuel=2 * Limits().fuel)
"""A limit of fuel that was asked for runs on code that counts it."""


@dataclass(frozen=True, slots=True)
class Classic:
    """A program, the argument that takes CPython some 20 to 100 ms, and one that takes it no time."""

    name: str
    full: int
    small: int

    @property
    def cell(self) -> str:
        """The source, which defines a function of the program's name with one int parameter."""
        return (FOLDER / "classics" / f"{self.name}.py").read_text(encoding="utf-8")


CLASSICS: Final = (
    Classic("fib", 26, 10),
    Classic("sieve", 400_000, 100),
    Classic("nbody", 6000, 5),
    Classic("fannkuch", 8, 5),
    Classic("spectral_norm", 80, 5),
    Classic("word_counts", 60_000, 50),
    Classic("build_text", 40_000, 9),
    Classic("sort_records", 20_000, 20),
    Classic("json_round", 3000, 3),
    Classic("regex", 60_000, 500),
    Classic("trees", 20_000, 100),
    Classic("permutations", 8, 4),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassicTiming:
    """Median seconds of one program; a peer that does not run it is left out."""

    name: str
    cpython: float
    plain: float
    metered: float
    peers: dict[str, float] = field(default_factory=dict)

    def slower(self, seconds: float | None) -> float:
        """How many times CPython's time that is; nan for what was not timed."""
        return math.nan if seconds is None else seconds / self.cpython

    def to_json(self) -> dict[str, Any]:
        """The form in the report."""
        seconds = {"cpython": self.cpython, "plain": self.plain, "metered": self.metered, **self.peers}
        return {"name": self.name} | {f"{name}_s": value for name, value in seconds.items()}


def load(classic: Classic) -> Callable[[int], Any]:
    """The program as a function of this process."""
    names: dict[str, Any] = {"__name__": classic.name}
    exec(compile(classic.cell, f"<{classic.name}>", "exec"), names)
    function: Callable[[int], Any] = names[classic.name]
    return function


def time_classics(rounds: int, peers: list[Peer], only: str = "") -> Iterator[ClassicTiming]:
    """Time every program whose name holds `only`. Raises AssertionError where a tool's value is not CPython's."""
    plain, metered = hnb.Toolbox(":memory:"), hnb.Toolbox(":memory:", limits=METERED)
    try:
        for classic in CLASSICS:
            if only in classic.name:
                tools = [box.seal(classic.cell, tier="python") for box in (plain, metered)]
                yield _time_one(classic, tools, rounds, peers)
    finally:
        plain.close()
        metered.close()


def _time_one(classic: Classic, tools: list[hnb.Tool], rounds: int, peers: list[Peer]) -> ClassicTiming:
    function, given = load(classic), classic.full
    expected = function(given)
    for tool in tools:
        assert (got := tool(given)) == expected, f"{classic.name}: {got!r}, expected {expected!r}"
    run: dict[str, Callable[[], Any]] = {
        "cpython": lambda: function(given),
        "plain": lambda: tools[0](given),
        "metered": lambda: tools[1](given),
    }
    call = f"{classic.name}({given})"
    for peer in peers:
        try:
            if peer.run(classic.cell, call) == expected:
                run[peer.name] = lambda peer=peer: peer.run(classic.cell, call)  # type: ignore[misc]
        except RefusedError:
            continue
    seconds = interleave({name: lambda action=action: once(action) for name, action in run.items()}, rounds, {})  # type: ignore[misc]
    return ClassicTiming(
        name=classic.name,
        cpython=seconds.pop("cpython"),
        plain=seconds.pop("plain"),
        metered=seconds.pop("metered"),
        peers=seconds,
    )


def mean_slower(timings: list[ClassicTiming], name: str) -> tuple[float, int]:
    """The geometric mean of times CPython's time, over the programs that it ran, and how many these are."""
    found = [t.slower(getattr(t, name, t.peers.get(name))) for t in timings]
    ran = [value for value in found if not math.isnan(value)]
    return geometric_mean(ran), len(ran)


def lines(timings: Iterator[ClassicTiming], peers: list[Peer]) -> Iterator[tuple[ClassicTiming | None, str]]:
    """The table's head, then each program with its row: milliseconds of CPython, the others as multiples of it."""
    heads = ["plain", "metered", *(peer.name for peer in peers)]
    yield None, f"{'program':<20}{'CPython ms':>12}" + "".join(f"{head:>18}" for head in heads)
    for timing in timings:
        ratios = [timing.slower(getattr(timing, head, timing.peers.get(head))) for head in heads]
        shown = "".join(f"{'does not run it' if math.isnan(ratio) else f'{ratio:.2f} x':>18}" for ratio in ratios)
        yield timing, f"{timing.name:<20}{timing.cpython * 1e3:>12.1f}{shown}"
