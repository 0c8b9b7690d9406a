"""Tools that nothing would miss: never used, or the same bytes under another name. They are suggestions, for `Registry.trim`."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import WASM
from hermetic_nb.registry.usage import Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Manifest
    from hermetic_nb.registry.records import NameRecord
    from hermetic_nb.registry.registry import Registry

UNUSED: Final = timedelta(days=30)
"""The age from which on a tool without a call counts as unused."""

Why = Literal["unused", "same bytes", "same results"]


@dataclass(frozen=True, slots=True)
class Spare:
    """One tool that might go."""

    name: str
    digest: Digest
    why: Why
    kept: str = ""
    """The name of the tool that does the same."""
    inputs: int = 0
    """For ``same results``: the inputs on which both were run."""

    def to_json(self) -> dict[str, Any]:
        """For panels and programs."""
        return {
            "name": self.name,
            "digest": self.digest,
            "why": self.why,
            "kept": self.kept,
            "inputs": self.inputs,
        }


def spares(registry: Registry, now: datetime) -> list[Spare]:
    """The listed names that nothing would miss, by name: without a call or a user for 30 days, or the same bytes as another.

    Of names with the same bytes the most called stays, of equals the oldest.
    """
    listed = _manifests(registry)
    uses = registry.usage()
    found = {
        record.name: Spare(record.name, record.tool, "unused")
        for record, _ in listed
        if not uses.get(record.tool, Use()).calls
        and now - datetime.fromisoformat(record.created) >= UNUSED
        and not registry.users(record.tool)
    }
    groups: dict[tuple[object, ...], list[NameRecord]] = {}
    for record, manifest in listed:
        groups.setdefault(_behaviour(manifest), []).append(record)
    for group in groups.values():
        first, *others = by_worth(group, uses)
        found |= {one.name: Spare(one.name, one.tool, "same bytes", first.name) for one in others}
    return [found[name] for name in sorted(found)]


def by_worth(records: Iterable[NameRecord], uses: Mapping[Digest, Use]) -> Sequence[NameRecord]:
    """Records, the one that should stay first: the most called, then the oldest, then by name."""
    return sorted(records, key=lambda record: (-uses.get(record.tool, Use()).calls, record.created, record.name))


def _manifests(registry: Registry) -> list[tuple[NameRecord, Manifest]]:
    found = []
    for record in registry.list():
        with suppress(IntegrityError):
            found.append((record, registry.manifest(record.tool)))
    return found


def _behaviour(manifest: Manifest) -> tuple[object, ...]:
    """What decides a tool's values: two tools that differ in none of it are one tool under two names."""
    return (
        manifest.payload,
        manifest.media_type,
        "" if manifest.media_type == WASM else manifest.entry,
        str(manifest.signature),
        manifest.limits,
        manifest.env,
        manifest.uses,
        manifest.data,
        manifest.dependencies,
        manifest.capabilities,
    )
