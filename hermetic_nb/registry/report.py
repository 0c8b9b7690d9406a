"""What a check of the registry found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "damaged layout",
    "damaged blob",
    "damaged record",
    "dangling record",
    "stale build",
    "damaged usage",
    "damaged trim",
    "damaged index",
    "unreadable",
    "leftover",
    "stray",
]
"""``dangling record``: a name whose tool, or a part of it, is missing or damaged. ``stale build``: a build record that is
damaged or whose tool is gone; it is ignored, and costs a build. ``damaged usage``: a session's calls, which are not counted.
``damaged trim``: a name that is listed, although it was trimmed.
``leftover``: a temporary file of a process that died.
``stray``: something that is not the registry's."""

HARMLESS: frozenset[Kind] = frozenset(
    {"stale build", "damaged usage", "damaged trim", "damaged index", "leftover", "stray"}
)
"""Findings that cost no tool and no answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be; ``path`` is relative to the registry's folder."""

    kind: Kind
    path: str
    message: str
    repaired: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.path}: {self.message}" + (" (repaired)" if self.repaired else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was looked at, and what was found."""

    blobs: int
    records: int
    builds: int
    unnamed: int
    """Whole blobs that no record reaches: left by a push that was cut off before its name; harmless."""
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether every tool is whole (what was found, if anything, is harmless or repaired)."""
        return all(finding.repaired or finding.kind in HARMLESS for finding in self.findings)

    def render(self) -> list[str]:
        """The report as lines of text."""
        counts = (
            f"{self.records} records, {self.blobs} blobs, {self.builds} builds; {self.unnamed} blobs without a name"
        )
        return [counts, *map(str, self.findings)] if self.findings else [counts, "nothing torn, damaged or missing"]
