"""What was built from what: spec and toolchain -> tool, so that a cell that is already sealed needs no build.

A record is a hint, never believed: `find` gives a tool only when its manifest and source, read back by digest, describe
the very spec that was asked for, and name the very toolchain. So these files need no fsync: one that a power cut tore
only costs a build.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.digest import Digest, digest_json, hex_of, parse_digest
from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import FORMAT, Manifest
from hermetic_nb.registry.records import damaged, stamp, unstamp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.registry.files import Files

FOLDER: Final = "builds"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRecord:
    """One build: ``tier`` is the one that the spec asked for, which the manifest does not hold.

    ``version`` is the tool's under its name: where to look first.
    """

    spec: Digest
    toolchain: Mapping[str, str]
    tier: str
    tool: Digest
    version: int

    def to_json(self) -> dict[str, Any]:
        """The stored form, without its checksum."""
        return {
            "format": FORMAT,
            "version": self.version,
            "toolchain": dict(self.toolchain),
            "spec": self.spec,
            "tier": self.tier,
            "tool": self.tool,
        }


class Builds:
    """The build records of a registry."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def find(self, spec: Digest, toolchain: Mapping[str, str]) -> BuildRecord | None:
        """The record of a build, or None where there is none that is whole.

        ``toolchain`` is the identity of the one that made the tool; where others refused the spec first, theirs too (see
        `after`).
        """
        path = path_of(spec, toolchain)
        data = self._files.read(path)
        if data is None:
            return None
        try:
            return parse(data, path)
        except IntegrityError:
            return None

    def put(self, spec: Digest, manifest: Manifest, source: str, version: int, toolchain: Mapping[str, str]) -> None:
        """Record a build. Nothing is recorded where the manifest does not describe the spec: `find` would not believe it."""
        tier = next((tier for tier in ("auto", manifest.tier) if described(manifest, source, tier) == spec), None)
        if tier is None:
            return
        record = BuildRecord(spec=spec, toolchain=toolchain, tier=tier, tool=manifest.digest, version=version)
        data, path = stamp(record.to_json()), path_of(spec, toolchain)
        if self._files.read(path) != data:
            self._files.publish({path: data}, durable=False)


def parse(data: bytes, path: str) -> BuildRecord:
    """Read a record's bytes. Raises IntegrityError where they are damaged or belong to another path."""
    what = "the record of a build"
    document = unstamp(data, what)
    try:
        record = BuildRecord(
            spec=parse_digest(document["spec"]),
            toolchain=dict(document["toolchain"]),
            tier=str(document["tier"]),
            tool=parse_digest(document["tool"]),
            version=int(document["version"]),
        )
        whole = record.to_json() == document and path_of(record.spec, record.toolchain) == path
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(what) from error
    if not whole:
        raise damaged(what)
    return record


def after(toolchain: Mapping[str, str], refused: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """The identity under which a build is recorded that other toolchains refused first.

    A later version of one of these may accept the spec: then the record must not be found.
    """
    return dict(toolchain) | ({"after": digest_json([dict(other) for other in refused])} if refused else {})


def path_of(spec: Digest, toolchain: Mapping[str, str]) -> str:
    """Where the record of a build is."""
    return f"{FOLDER}/{hex_of(digest_json({'spec': spec, 'toolchain': dict(toolchain)}))}.json"


def described(manifest: Manifest, source: str, tier: str) -> Digest:
    """The digest of the spec that a manifest and its source describe, had it asked for this tier."""
    return manifest.to_spec(source, tier).digest
