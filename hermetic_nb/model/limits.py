"""Limits: those that a module enforces itself, and those that stop a call from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleLimits:
    """Limits that the module itself enforces; part of the manifest because they decide outcomes."""

    memory_pages: int = 16384
    """Maximum of linear memory, in pages of 64 KiB: 1 GiB."""
    depth: int = 1000
    """Nested calls of the cell's functions (CPython's default recursion limit)."""

    fuel: int = 0
    """Instructions of one call, the same on every machine; 0: they are not counted (the python and pure tiers: `Limits.fuel`)."""

    def to_json(self) -> dict[str, Any]:
        """The stored form: ``fuel`` only where there is some."""
        return {"memory_pages": self.memory_pages, "depth": self.depth} | ({"fuel": self.fuel} if self.fuel else {})

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ModuleLimits:
        """Read the stored form."""
        return cls(memory_pages=document["memory_pages"], depth=document["depth"], fuel=document.get("fuel", 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one call that are enforced from outside: to reach one is `LimitExceeded`, never an outcome."""

    wall_seconds: float = 60.0
    """Of the tool's own work; what agents take is not counted."""
    output_bytes: int = 256 << 20
    fuel: int = 100_000_000_000
    """Instructions of the runner, in the python and pure tiers: the same on every machine. About ten seconds."""
    calls: int = 10_000
    """Calls of agents and tools, those of nested tools included."""
    rounds: int = 1_000
    """Times that a pure tool waits for answers, those of nested tools included."""
    calls_depth: int = 16
    """Tools that wait for each other."""
    reply_bytes: int = 64 << 20
    """Wire text of all answers together."""
    agent_seconds: float = 300.0
    """Of one answer."""
