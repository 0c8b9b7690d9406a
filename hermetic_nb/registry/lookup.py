"""What a user's reference means: a name, ``name@2``, ``name@sha256:...``, a digest, or its first hex digits."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from hermetic_nb.digest import Digest, hex_of, short
from hermetic_nb.errors import IntegrityError, ToolNotFoundError
from hermetic_nb.registry.manifests import find_manifest
from hermetic_nb.registry.names import NAME

if TYPE_CHECKING:
    from hermetic_nb.registry.blobs import Blobs
    from hermetic_nb.registry.names import Names
    from hermetic_nb.registry.records import NameRecord

SHORTEST: Final = 8
"""Hex digits that a digest's beginning must have, to be taken for one."""
_WHOLE: Final = 64
_DIGEST: Final = re.compile(rf"(sha256:)?(?P<hex>[0-9a-f]{{{SHORTEST},64}})")


class Lookup:
    """Reads references against the records of a registry."""

    def __init__(self, names: Names, blobs: Blobs) -> None:
        self._names = names
        self._blobs = blobs

    def resolve(self, reference: str) -> NameRecord:
        """The record meant. Raises ToolNotFoundError (none, or more than one), IntegrityError (its record is damaged)."""
        name, at, version = reference.partition("@")
        if NAME.fullmatch(name) and self._names.versions(name):
            if not at:
                return self._latest(name)
            return self._versioned(name, version)
        digest = _DIGEST.fullmatch(reference)
        if digest:
            return self._addressed(digest["hex"])
        raise self._unknown(reference, name)

    def of_tool(self, tool: Digest) -> NameRecord | None:
        """The record of a tool by its whole digest; None where it has none."""
        try:
            manifest = find_manifest(self._blobs, tool)
        except IntegrityError:  # a blob, but no manifest; or a damaged one, whose name is lost
            manifest = None
        if manifest is not None:
            return self._names.find(manifest.name, tool)
        return next((record for name in self._names.all() if (record := self._names.find(name, tool))), None)

    def _latest(self, name: str) -> NameRecord:
        record = self._names.read(name, self._names.versions(name)[-1])
        if record is None:
            raise self._unknown(name, name)
        return record

    def _versioned(self, name: str, version: str) -> NameRecord:
        if re.fullmatch(r"[1-9][0-9]{0,8}", version):
            record = self._names.read(name, int(version))
        else:
            digest = _DIGEST.fullmatch(version)
            record = self._digested(name, digest["hex"]) if digest else None
        if record is None:
            known = self._names.versions(name)
            raise ToolNotFoundError(
                f"{name} has no version {version[:80]!r}",
                help=f"its versions are {_some([str(number) for number in reversed(known)])}",
            )
        return record

    def _digested(self, name: str, prefix: str) -> NameRecord | None:
        if len(prefix) == _WHOLE:
            return self._names.find(name, Digest(f"sha256:{prefix}"))
        found = [record for record in self._names.newest_first(name) if hex_of(record.tool).startswith(prefix)]
        return found[0] if len(found) == 1 else None

    def _addressed(self, prefix: str) -> NameRecord:
        whole = len(prefix) == _WHOLE  # then the record is enough: the blob may be missing, which `pull` says
        candidates = [Digest(f"sha256:{prefix}")] if whole else self._blobs.starting(prefix)
        found = [record for record in map(self.of_tool, candidates) if record is not None]
        if len(found) == 1:
            return found[0]
        if found:
            raise ToolNotFoundError(
                f"{prefix} begins {len(found)} digests",
                help=f"give more digits: {_some([f'{short(record.tool)} ({record.name})' for record in found])}",
            )
        raise ToolNotFoundError(
            f"no tool has a digest that begins with {prefix[:12]}",
            help="seal it here (run its cell), or list what is here: %tool_list --all, or `hermetic list`",
        )

    def _unknown(self, reference: str, name: str) -> ToolNotFoundError:
        known = self._names.all()
        close = get_close_matches(name.lower(), known, n=3, cutoff=0.5)
        remedy = f"did you mean {_some(close)}?" if close else "list what is here: %tool_list --all, or `hermetic list`"
        return ToolNotFoundError(f"there is no tool {reference[:80]!r}", help=remedy)


def _some(words: list[str]) -> str:
    return ", ".join(words[:8]) + (", ..." if len(words) > 8 else "")
