"""Figures of use: counted from what sessions wrote down, and nothing else."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.registry.usage import Requests, Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hermetic_nb.digest import Digest
    from hermetic_nb.registry.registry import Registry

MOST: Final = 10
"""Tools that are named as the most used."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One tool and its calls."""

    name: str
    digest: Digest
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """How some tools were used, and how requests for tools were answered."""

    tools: int
    never: int
    """Tools without a call; ``once`` with one, ``repeatedly`` with more: together they are all."""
    once: int
    repeatedly: int
    elsewhere: int
    """Tools that another session called than the one that made them."""
    calls: int
    mean: float
    """Calls of a tool; 0 without tools."""
    median: float
    most_used: tuple[Counted, ...]
    """The ten with the most calls, of those that were called; equal ones by name."""
    requests: Requests

    @property
    def answered(self) -> float | None:
        """The share of needed tools that were there before; None without any."""
        needed = self.requests.found + self.requests.made
        return self.requests.found / needed if needed else None

    @property
    def wrong(self) -> float | None:
        """The share of existing tools that were offered and refused, of all that were offered; None without any."""
        offered = self.requests.found + self.requests.rejected
        return self.requests.rejected / offered if offered else None

    def to_json(self) -> dict[str, Any]:
        """For panels and programs."""
        return {
            "tools": self.tools,
            "never": self.never,
            "once": self.once,
            "repeatedly": self.repeatedly,
            "elsewhere": self.elsewhere,
            "calls": self.calls,
            "mean": self.mean,
            "median": self.median,
            "most_used": [{"name": one.name, "digest": one.digest, "calls": one.calls} for one in self.most_used],
            "requests": {
                "found": self.requests.found,
                "made": self.requests.made,
                "rejected": self.requests.rejected,
            },
        }


def registry_statistics(registry: Registry) -> Statistics:
    """The figures of all versions of the listed names, over all sessions."""
    versions = (record for name in registry.changes() for record in registry.versions(name))
    return statistics_of(((one.name, one.tool) for one in versions), registry.usage(), registry.requests())


def statistics_of(tools: Iterable[tuple[str, Digest]], uses: Mapping[Digest, Use], requests: Requests) -> Statistics:
    """The figures of tools (names and digests; each digest counts once)."""
    names = {digest: name for name, digest in tools}
    counted = [Counted(name, digest, uses.get(digest, Use()).calls) for digest, name in names.items()]
    calls = [one.calls for one in counted]
    called = sorted((one for one in counted if one.calls), key=lambda one: (-one.calls, one.name, one.digest))
    return Statistics(
        tools=len(counted),
        never=calls.count(0),
        once=calls.count(1),
        repeatedly=sum(number > 1 for number in calls),
        elsewhere=sum(uses.get(digest, Use()).reused > 0 for digest in names),
        calls=sum(calls),
        mean=statistics.fmean(calls) if calls else 0.0,
        median=float(statistics.median(calls)) if calls else 0.0,
        most_used=tuple(called[:MOST]),
        requests=requests,
    )
