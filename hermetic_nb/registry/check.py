"""Reads everything in a registry and says what is not as it should be; and puts aside what is damaged.

Records are read before the blobs that they name are looked for, so that a push at the same time is no finding.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hermetic_nb.digest import Digest, digest_bytes, hex_of
from hermetic_nb.errors import IntegrityError, RegistryAccessError
from hermetic_nb.registry import blobs, builds, names, receipts, trimmed, usage
from hermetic_nb.registry.files import TEMPORARY
from hermetic_nb.registry.layout import OURS, PATH, QUARANTINE, check_layout, record_layout
from hermetic_nb.registry.manifests import parse_manifest
from hermetic_nb.registry.report import Finding, Kind, Report

if TYPE_CHECKING:
    from hermetic_nb.registry.files import Files
    from hermetic_nb.registry.index import Index
    from hermetic_nb.registry.records import NameRecord

LEFT_OVER: Final = 3600.0
"""Seconds after which a temporary file is no process's work in progress."""


class Check:
    """One pass over a registry."""

    def __init__(self, files: Files, index: Index, left_over: float = LEFT_OVER) -> None:
        self._files = files
        self._index = index
        self._left_over = left_over
        self._findings: list[Finding] = []
        self._blobs: dict[Digest, bytes | None] = {}
        """Digest -> the blob's bytes where it is whole; a manifest is parsed from them."""
        self._reached: set[Digest] = set()

    def run(self) -> Report:
        """Read everything. Raises RegistryAccessError where the folder itself cannot be read, or has another format."""
        self._layout()
        records = self._records()
        found_builds = self._build_records()
        stored = self._stored()
        self._receipts()
        self._usage()
        self._trimmed()
        for path, record in records:
            self._follow(path, record)
        for path, build in found_builds:
            if self._blob(build.tool) is None:
                self._find("stale build", path, "its tool is missing or damaged")
        damage = self._index.damage()
        if damage:
            self._find("damaged index", "index.sqlite", damage)
        return Report(
            blobs=len(stored),
            records=len(records),
            builds=len(found_builds),
            unnamed=sum(self._blob(digest) is not None for digest in stored if digest not in self._reached),
            findings=tuple(sorted(self._findings, key=lambda finding: (finding.path, finding.kind))),
        )

    def _find(self, kind: Kind, path: str, message: str) -> None:
        self._findings.append(Finding(kind, path, message))

    def _layout(self) -> None:
        try:
            known = check_layout(self._files)
        except IntegrityError as error:
            self._find("damaged layout", PATH, error.message)
            known = True
        inside = self._list("")
        if not known and inside:
            self._find("damaged layout", PATH, "it is missing")
        for name in inside:
            if name not in OURS:
                self._find("stray", name, "not a part of the registry")

    def _records(self) -> list[tuple[str, NameRecord]]:
        found = []
        for name in self._list(names.FOLDER):
            folder = f"{names.FOLDER}/{name}"
            if not names.NAME.fullmatch(name):
                self._find("stray", folder, "not a tool's name")
                continue
            for entry in self._list(folder):
                path, match = f"{folder}/{entry}", names.RECORD.fullmatch(entry)
                if match is None:
                    self._find("stray", path, "not a version's record")
                elif match["ending"] == "json" and not match["claim"]:
                    data = self._read(path)
                    try:
                        found += [] if data is None else [(path, names.parse(data, name, int(match["version"])))]
                    except IntegrityError as error:
                        self._find("damaged record", path, error.message)
        return found

    def _build_records(self) -> list[tuple[str, builds.BuildRecord]]:
        found = []
        for entry in self._list(builds.FOLDER):
            path = f"{builds.FOLDER}/{entry}"
            data = self._read(path)
            try:
                found += [] if data is None else [(path, builds.parse(data, path))]
            except IntegrityError as error:
                self._find("stale build", path, error.message)
        return found

    def _stored(self) -> list[Digest]:
        stored = []
        for entry in self._list("blobs"):
            if entry != "sha256":
                self._find("stray", f"blobs/{entry}", "not the folder of a digest")
        for entry in self._list(blobs.FOLDER):
            if not blobs.HEX.fullmatch(entry):
                self._find("stray", f"{blobs.FOLDER}/{entry}", "not a blob's name")
                continue
            stored.append(Digest(f"sha256:{entry}"))
            self._blob(stored[-1])
        return stored

    def _receipts(self) -> None:
        for entry in self._list(receipts.FOLDER):
            path = f"{receipts.FOLDER}/{entry}"
            data = self._read(path)
            if not blobs.HEX.fullmatch(entry):
                self._find("stray", path, "not a receipt's name")
            elif data is not None and hex_of(digest_bytes(data)) != entry:
                self._find("damaged blob", path, "its bytes do not match its digest")

    def _usage(self) -> None:
        for entry in self._list(usage.FOLDER):
            path = f"{usage.FOLDER}/{entry}"
            data = self._read(path)
            if not usage.NAME.fullmatch(entry):
                self._find("stray", path, "not a session's record")
            elif data is not None and usage.parse(data, entry) is None:
                self._find("damaged usage", path, "its calls are not counted")

    def _trimmed(self) -> None:
        for entry in self._list(trimmed.FOLDER):
            path = f"{trimmed.FOLDER}/{entry}"
            data = self._read(path)
            if data is not None and trimmed.parse(data, entry) is None:
                self._find("damaged trim", path, "the name is listed")

    def _blob(self, digest: Digest) -> bytes | None:
        """A blob where it is whole. Only what may be a manifest is kept; a blob that is large is read twice at most."""
        if digest not in self._blobs:
            path = f"{blobs.FOLDER}/{hex_of(digest)}"
            data = self._read(path)
            if data is not None and digest_bytes(data) != digest:
                self._find("damaged blob", path, "its bytes do not match its digest")
                data = None
            self._blobs[digest] = data if data is None or data.startswith(b"{") else b""
        return self._blobs[digest]

    def _follow(self, path: str, record: NameRecord) -> None:
        """Whether all that a record names is there."""
        self._reach(path, record.provenance, "its provenance")
        if not self._reach(path, record.tool, "its tool"):
            return
        try:
            manifest = parse_manifest(self._blob(record.tool) or b"", record.tool)
        except IntegrityError as error:
            self._find("dangling record", path, error.message)
            return
        if manifest.name != record.name:
            self._find("dangling record", path, f"its tool has another name: {manifest.name[:60]}")
        self._reach(path, manifest.payload, "its payload")
        self._reach(path, manifest.source, "its source")
        for dependency in manifest.dependencies:
            self._reach(path, dependency.wheel, f"the wheel of {dependency.name}")
        for name, content in manifest.data:
            self._reach(path, content, f"its data {name}")

    def _reach(self, path: str, digest: Digest, what: str) -> bool:
        self._reached.add(digest)
        whole = self._blob(digest) is not None
        if not whole:
            self._find("dangling record", path, f"{what} is missing or damaged")
        return whole

    def _list(self, folder: str) -> list[str]:
        """What a folder holds, without temporary files."""
        try:
            entries = self._files.names(folder)
        except RegistryAccessError as error:
            if not folder:
                raise
            self._find("unreadable", folder, error.message)
            return []
        for entry in entries:
            path = f"{folder}/{entry}" if folder else entry
            if entry.startswith(TEMPORARY) and self._files.age(path) > self._left_over:
                self._find("leftover", path, "a temporary file of a process that ended")
        return [entry for entry in entries if not entry.startswith(TEMPORARY)]

    def _read(self, path: str) -> bytes | None:
        try:
            return self._files.read(path)
        except RegistryAccessError as error:
            self._find("unreadable", path, error.message)
            return None


def repair(files: Files, index: Index, finding: Finding) -> Finding:
    """Put aside or delete what a finding names, where that loses nothing. Raises RegistryAccessError.

    Damaged blobs and records are moved, never deleted. What is missing cannot be made here: sealing the cell again makes it.
    """
    path = finding.path
    match finding.kind:
        case "damaged layout":
            record_layout(files)
        case "damaged blob":
            data = files.read(path)  # sealing may have healed it since
            if data is not None and digest_bytes(data) != Digest(f"sha256:{path.rpartition('/')[2]}"):
                files.move(path, f"{QUARANTINE}/{path.rpartition('/')[2]}")
        case "damaged record":
            files.move(path, path.removesuffix(".json") + ".damaged")
        case "stale build" | "damaged usage" | "damaged trim" | "leftover":
            files.remove(path)
        case "damaged index":
            index.rebuild()
        case _:
            return finding
    return replace(finding, repaired=True)
