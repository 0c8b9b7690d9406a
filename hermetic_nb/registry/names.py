"""Names by version: one immutable record each, made exclusively, so that no version is ever lost or given twice."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import IntegrityError, RegistryError
from hermetic_nb.registry.records import NameRecord, damaged, stamp, unstamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hermetic_nb.digest import Digest
    from hermetic_nb.registry.files import Files

FOLDER: Final = "names"
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,199}")
"""The grammar of tool names; the length leaves room for what file systems add to a name of 255 bytes."""
RECORD: Final = re.compile(r"(?P<claim>\.claim-)?(?P<version>[1-9][0-9]{0,8})\.(?P<ending>json|damaged)")
"""A record; or a damaged one that was put aside, or a claim (see `disk`): their version numbers are never used again."""
SETTLED: Final = 1_000_000_000
"""Nanoseconds after which a folder's time tells of every change: file systems' clocks tick, ext4's every 4 ms."""

_LOOK_AGAIN: Final = 30.0
"""Seconds after which all names are looked at again."""


class Names:
    """The name records of a registry."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._found: dict[tuple[str, Digest], int] = {}
        """Where to look first; what is there is read and verified as ever."""
        self._seen: tuple[int, float, dict[str, int]] = (0, 0.0, {})
        """The names' folder as it was when all names were looked at last, when that was, and what `changes` gave."""

    @staticmethod
    def path(name: str, version: int) -> str:
        """Where a record is."""
        return f"{FOLDER}/{name}/{version}.json"

    def all(self) -> list[str]:
        """The names that have a record."""
        return [name for name in self.listed() if self.versions(name)]

    def versions(self, name: str) -> list[int]:
        """The versions of a name that have a record, ascending; none for an unknown name."""
        return [version for version, whole in self._numbers(name) if whole]

    def listed(self) -> list[str]:
        """The names that have a folder: those of `all`, and perhaps one that a process is just making."""
        return [name for name in self._files.names(FOLDER) if NAME.fullmatch(name)]

    def changes(self) -> dict[str, int]:
        """For each listed name a number that is another one after a version of it was added.

        All names are looked at when the folder that holds them says so, and now and then, because a process may have
        died between adding a version and saying so.
        """
        top = self._files.changed(FOLDER)
        before, when, known = self._seen
        if top and top == before and time.monotonic() - when < _LOOK_AGAIN:
            return known
        now = time.time_ns()
        found = {name: self._files.changed(f"{FOLDER}/{name}") for name in self.listed()}
        if top < now - SETTLED:
            self._seen = (top, time.monotonic(), found)
        return found

    def read(self, name: str, version: int) -> NameRecord | None:
        """One record, or None. Raises IntegrityError where it is damaged."""
        data = self._files.read(self.path(name, version))
        return None if data is None else parse(data, name, version)

    def newest_first(self, name: str) -> Iterator[NameRecord]:
        """The records of a name; damaged ones are left out (`check` reports them)."""
        for version in reversed(self.versions(name)):
            try:
                record = self.read(name, version)
            except IntegrityError:
                continue
            if record is not None:
                yield record

    def last(self, name: str) -> int:
        """The highest version number in use; 0 for an unknown name."""
        return max((number for number, _ in self._numbers(name)), default=0)

    def find(self, name: str, tool: Digest, *, guess: int = 0) -> NameRecord | None:
        """The record that gives this tool its version under the name. ``guess``: the version to look at first."""
        first = self._search(name, tool, {guess, self._found.get((name, tool), 0)} - {0})
        return first or self._search(name, tool, reversed(self.versions(name)))

    def add(self, record: NameRecord, *, after: int) -> NameRecord:
        """Give the tool the name's next free version, or the version that it has already; durable on return.

        ``after``: the highest version that is known not to be the tool's.
        """
        last = self.last(record.name)
        # Every number up to the one we begin at: a listing may leave out what was made while it was read.
        known = self._search(record.name, record.tool, range(last, after, -1))
        if known is not None:
            self.settle(record.name)
            return known
        version = last + 1
        while True:
            following = replace(record, version=version)
            if self._files.create(self.path(record.name, version), stamp(following.to_json())):
                self._files.touch(FOLDER)
                return following
            # Another process was first; or we were, and a network file system lost the reply (link(2), BUGS). It may not
            # list the record yet, but reads it.
            other = self._search(record.name, record.tool, (version,))
            if other is not None:
                return other
            version += 1

    def _search(self, name: str, tool: Digest, versions: Iterable[int]) -> NameRecord | None:
        for version in versions:
            data = self._files.read(self.path(name, version))
            if data is None or tool.encode() not in data:  # a quick look spares the parsing of a long history
                continue
            with suppress(IntegrityError):
                record = parse(data, name, version)
                if record.tool == tool:
                    self._found[name, tool] = version
                    return record
        return None

    def settle(self, name: str) -> None:
        """Bring the records that other processes made under a name to stable storage."""
        self._files.settle(f"{FOLDER}/{name}")

    def _numbers(self, name: str) -> list[tuple[int, bool]]:
        """The version numbers in use, ascending, and whether each is a record."""
        found = map(RECORD.fullmatch, self._files.names(f"{FOLDER}/{name}"))
        return sorted(
            (int(match["version"]), match["ending"] == "json" and not match["claim"]) for match in found if match
        )


def parse(data: bytes, name: str, version: int) -> NameRecord:
    """Read a record's bytes. Raises IntegrityError where they are damaged or belong to another name or version."""
    what = f"the record of {name}@{version}"
    document = unstamp(data, what)
    try:
        record = NameRecord.from_json(document)
        whole = record.to_json() == document and (record.name, record.version) == (name, version)
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(what) from error
    if not whole:
        raise damaged(what)
    return record


def check_name(name: str) -> None:
    """Raise RegistryError on what cannot be a tool's name (it becomes a folder's name)."""
    if not NAME.fullmatch(name):
        raise RegistryError(
            f"{name[:60]!r} cannot be a tool's name",
            help="names are a lower-case letter, then lower-case letters, digits and underscores: at most 200",
        )
