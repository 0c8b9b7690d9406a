"""The registry: tools by digest, names by version. Nothing in it is ever overwritten, and every read is verified."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hermetic_nb.digest import Digest, canonical, digest_bytes, short
from hermetic_nb.errors import IntegrityError, RegistryError, ToolNotFoundError
from hermetic_nb.model import FORMAT, Artifact, Manifest
from hermetic_nb.registry.blobs import Blobs, missing
from hermetic_nb.registry.builds import Builds, after, described
from hermetic_nb.registry.check import LEFT_OVER, Check, repair
from hermetic_nb.registry.disk import DiskFiles
from hermetic_nb.registry.index import Index
from hermetic_nb.registry.layout import check_layout, lay_out
from hermetic_nb.registry.lookup import Lookup
from hermetic_nb.registry.manifests import find_manifest
from hermetic_nb.registry.memory import MemoryFiles
from hermetic_nb.registry.names import Names, check_name
from hermetic_nb.registry.receipts import FOLDER as RECEIPTS
from hermetic_nb.registry.receipts import Receipts
from hermetic_nb.registry.records import NameRecord
from hermetic_nb.registry.report import Report
from hermetic_nb.registry.trimmed import FOLDER as TRIMMED
from hermetic_nb.registry.trimmed import Trim, Trimmed
from hermetic_nb.registry.usage import FOLDER as USAGE
from hermetic_nb.registry.usage import Requests, SessionUse, Usages, Use
from hermetic_nb.registry.wheels import Wheels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from hermetic_nb.model import Receipt
    from hermetic_nb.registry.files import Files

Records = list[NameRecord]  # in the class below, `list` is the method
Texts = list[str]


class Registry:
    """A folder of sealed tools that several processes may use at once; the first push makes it.

    Every method raises RegistryAccessError where the folder refuses, and IntegrityError on stored bytes that are not what
    was written.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        files: Files | None = None,
    ) -> None:
        """Open the registry in a folder, which need not exist. Raises RegistryAccessError on one of another format.

        ``files`` is another storage than the folder; ``path`` then means nothing.
        """
        self._folder = os.path.abspath(path) if files is None else None
        if files is None:
            files = DiskFiles(os.path.abspath(path))
        self._files = files
        self._clock = clock
        self._blobs = Blobs(files)
        self._names = Names(files)
        self._builds = Builds(files)
        self._receipts = Receipts(files)
        self._usages = Usages(files)
        self._trimmed = Trimmed(files)
        self._wheels = Wheels(files)
        self._lookup = Lookup(self._names, self._blobs)
        self._index = Index(files, self._names, self._blobs, self._folder)
        with suppress(IntegrityError):  # `check` reports a damaged record of the layout; the tools are not affected
            check_layout(files)

    @classmethod
    def in_memory(cls, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Registry:
        """A registry that keeps nothing: the same behaviour, no files."""
        return cls("", clock=clock, files=MemoryFiles())

    @property
    def path(self) -> Path | None:
        """The folder; None in memory."""
        return None if self._folder is None else Path(self._folder)

    # ------------------------------------------------------------ write

    def push(
        self,
        artifact: Artifact,
        *,
        source: bytes,
        provenance: Mapping[str, Any],
        spec: Digest | None = None,
        refused: Sequence[Mapping[str, str]] = (),
        contents: Sequence[bytes] = (),
        author: str = "",
        reason: str = "",
    ) -> NameRecord:
        """Store a tool under its name, on stable storage on return.

        Idempotent: a tool that has a version under its name keeps it (and its first provenance); else it gets the next one.

        Args:
            artifact: the manifest, and the payload that it names.
            source: the normalised source that the manifest names.
            provenance: how it was built: strings, ints, bools, None, lists and dicts; no floats.
            spec: the digest of the `ToolSpec`, so that `bound` finds the tool; only where the manifest describes that spec.
            refused: the identities of the toolchains that refused the spec before this one took it.
            contents: the wheels and data that the manifest names.
            author: who made it; free text.
            reason: why; free text.

        Raises:
            IntegrityError: payload, source or contents are not what the manifest names.
            RegistryError: the manifest's name is none.
            TypeError: the provenance holds a value that canonical JSON lacks.
            RegistryAccessError: the folder cannot be written; nothing is half-written then.
        """
        manifest = artifact.manifest
        check_name(manifest.name)
        _check_part("payload", artifact.payload, manifest.payload)
        _check_part("source", source, manifest.source)
        named = {digest for _, digest in manifest.data} | {d.wheel for d in manifest.dependencies}
        if absent := named - set(map(digest_bytes, contents)):
            raise missing(min(absent))
        lay_out(self._files)
        last = self._names.last(manifest.name)
        known = self._names.find(manifest.name, manifest.digest)
        statement = canonical({"format": FORMAT} | dict(provenance))
        parts = [*contents, artifact.payload, manifest.canonical, source]
        if known is None or known.provenance == digest_bytes(statement):
            parts.append(statement)
        self._blobs.put(parts)
        if known is None:
            record = NameRecord(
                name=manifest.name,
                version=0,
                tool=manifest.digest,
                created=self._now(),
                author=_plain(author),
                reason=_plain(reason),
                provenance=digest_bytes(statement),
            )
            known = self._names.add(record, after=last)
        else:
            self._names.settle(manifest.name)
        if spec is not None:
            self._builds.put(spec, manifest, source.decode(), known.version, after(manifest.toolchain, refused))
        return known

    # ------------------------------------------------------------ read

    def pull(self, tool: Digest) -> Artifact:
        """A tool by its digest. Raises ToolNotFoundError, IntegrityError."""
        manifest = self.manifest(tool)
        return Artifact(manifest, self._blobs.read(manifest.payload))

    def manifest(self, tool: Digest) -> Manifest:
        """The manifest of a tool by its digest. Raises ToolNotFoundError, IntegrityError."""
        manifest = find_manifest(self._blobs, tool)
        if manifest is None:
            raise _absent(tool) if self._lookup.of_tool(tool) is None else missing(tool)
        return manifest

    def source(self, tool: Digest) -> str:
        """The normalised source of a tool by its digest. Raises ToolNotFoundError, IntegrityError."""
        return self._blobs.read(self.manifest(tool).source).decode()

    def content(self, digest: Digest) -> bytes:
        """A wheel, or the content of a file of data. Raises IntegrityError."""
        return self._blobs.read(digest)

    def wheel(self, name: str, version: str) -> bytes | None:
        """The wheel that a name and version mean here, if a tool declared them before. Raises IntegrityError."""
        digest = self._wheels.find(name, version)
        return None if digest is None else self._blobs.find(digest)

    def keep_wheel(self, name: str, version: str, wheel: bytes) -> None:
        """Store a wheel, and what it is the wheel of."""
        lay_out(self._files)
        self._blobs.put([wheel])
        self._wheels.put(name, version, digest_bytes(wheel))

    def keep_receipt(self, receipt: Receipt) -> None:
        """Store a receipt under its digest, on stable storage on return."""
        lay_out(self._files)
        self._receipts.put(receipt)

    def trim(self, name: str) -> None:
        """Leave a name's present versions out of lists and searches; nothing is deleted. Raises ToolNotFoundError."""
        check_name(name)
        record = self.resolve(name)
        self._trimmed.put(Trim(name=name, version=record.version, created=self._now()))

    def restore(self, name: str) -> bool:
        """List a trimmed name again; whether it was trimmed."""
        return self._trimmed.remove(name)

    def trimmed(self) -> Texts:
        """The names that lists and searches leave out."""
        return sorted(self._hidden())

    def make(self) -> None:
        """Make the folder, where the first push has not yet done so."""
        lay_out(self._files)

    def keep_usage(self, use: SessionUse) -> None:
        """Write how often a session called tools, in the place of what it wrote before."""
        lay_out(self._files)
        self._usages.put(use)

    def usage(self) -> dict[Digest, Use]:
        """How often each tool was called, over all sessions that wrote it down."""
        return self._usages.totals()

    def requests(self) -> Requests:
        """How requests for tools were answered, over all sessions that wrote it down."""
        return self._usages.requests()

    def receipts(self, tool: Digest | None = None) -> Sequence[Receipt]:
        """The receipts that were kept, of one tool or of all, by digest. Damaged ones are left out."""
        return self._receipts.all(tool)

    def receipt(self, digest: Digest) -> Receipt | None:
        """The receipt of a digest, if it was kept. Raises IntegrityError."""
        return self._receipts.find(digest)

    def provenance(self, tool: Digest) -> dict[str, Any]:
        """How a tool was built: the statement of its first push. Raises ToolNotFoundError, IntegrityError."""
        record = self._lookup.of_tool(tool)
        if record is None:
            raise _absent(tool)
        return _statement(self._blobs.read(record.provenance))

    def resolve(self, reference: str) -> NameRecord:
        """The record that a reference means.

        A reference is ``name`` (its latest version), ``name@2``, ``name@sha256:...``, ``sha256:...``, or the first hex
        digits (at least 8) of a digest, where only one tool's begins so. Raises ToolNotFoundError with close matches,
        IntegrityError.
        """
        return self._lookup.resolve(reference.strip())

    def versions(self, name: str) -> Records:
        """The records of a name, oldest first; none for an unknown one. Damaged ones are left out (`check` reports them)."""
        return [*self._names.newest_first(name)][::-1]

    def list(self) -> Records:
        """The latest record of each name, by name. Damaged ones are left out (`check` reports them), and trimmed ones."""
        return self.latest(self._names.all())

    def changes(self) -> dict[str, int]:
        """For each name that is listed a number that is another one after a version of it was added."""
        hidden = self._hidden()
        return {name: change for name, change in self._names.changes().items() if name not in hidden}

    def activity(self) -> tuple[int, ...]:
        """Numbers that are others after usage, a receipt or a trim was written."""
        return tuple(self._files.changed(folder) for folder in (USAGE, RECEIPTS, TRIMMED))

    def search(self, text: str, *, limit: int = 20) -> Records:
        """The latest records of the names that match any of the words in name, doc or parameters; best first."""
        return self.latest(self.scores(text, limit=limit))

    def scores(self, text: str, *, limit: int) -> dict[str, float]:
        """The names that `search` finds, best first, and how well each matches: 0 to 1, equal ones by name."""
        hidden = self._hidden()
        found = self._index.search(text, limit + len(hidden))
        return dict([(hit.name, hit.score) for hit in found if hit.name not in hidden][:limit])

    def texts(self) -> dict[str, str]:
        """What each listed name's newest tool says of itself, by name: its name and documentation."""
        hidden = self._hidden()
        return {name: text for name, text in self._index.texts() if name not in hidden}

    def names_by_words(self, text: str, *, limit: int) -> Texts:
        """The names that `search` finds while its last word is still being typed; their records are not read."""
        hidden = self._hidden()
        found = self._index.filtered(text, limit + len(hidden))
        return [hit.name for hit in found if hit.name not in hidden][:limit]

    def names_where(self, *, kind: str = "", reaching: str = "", digits: str = "") -> set[str]:
        """The names whose newest tool is of a kind, has a capability that begins so, a digest with those digits."""
        return self._index.where(kind=kind, reaching=reaching, digits=digits) - self._hidden()

    def users(self, tool: Digest) -> Records:
        """The latest records of the names whose newest tools call this one. Damaged ones are left out."""
        latest = (next(self._names.newest_first(name), None) for name in self._index.users(tool))
        return [record for record in latest if record is not None]

    def bound(
        self, spec: Digest, toolchain: Mapping[str, str], refused: Sequence[Mapping[str, str]] = ()
    ) -> Artifact | None:
        """The tool that this toolchain made of this spec, if it is here and whole; else None: build it.

        ``spec`` is the digest of a `ToolSpec`, ``toolchain`` a toolchain's identity (it stands in the manifest), ``refused``
        are those of the toolchains that come before it and refuse the spec. The build
        record is only a hint: manifest and source, verified by their digests, must describe that spec and toolchain.
        """
        hint = self._builds.find(spec, after(toolchain, refused))
        if hint is None:
            return None
        try:
            artifact = self.pull(hint.tool)
            source = self._blobs.read(artifact.manifest.source).decode()
        except (IntegrityError, ToolNotFoundError):
            return None
        if (
            dict(artifact.manifest.toolchain) != dict(toolchain)
            or described(artifact.manifest, source, hint.tier) != spec
        ):
            return None
        record = self._names.find(artifact.manifest.name, hint.tool, guess=hint.version)
        return None if record is None else artifact

    # ------------------------------------------------------------ care

    def check(self, *, left_over: float = LEFT_OVER) -> Report:
        """Read and re-hash everything; changes nothing. Temporary files older than ``left_over`` seconds are findings."""
        return Check(self._files, self._index, left_over).run()

    def repair(self, *, left_over: float = LEFT_OVER) -> Report:
        """Check, then put damaged blobs and records aside, and delete leftovers and useless build records."""
        report = self.check(left_over=left_over)
        return replace(report, findings=tuple(repair(self._files, self._index, finding) for finding in report.findings))

    def reindex(self) -> int:
        """Make the search index anew; the number of names in it."""
        return self._index.rebuild()

    def latest(self, names: Iterable[str]) -> Records:
        """The latest record of each of some names, of those that are listed and whole."""
        hidden = self._hidden()
        latest = (next(self._names.newest_first(name), None) for name in names if name not in hidden)
        return [record for record in latest if record is not None]

    def _hidden(self) -> set[str]:
        """The names that were trimmed, and have no newer version since."""
        return {name for name, version in self._trimmed.all().items() if self._names.last(name) <= version}

    def _now(self) -> str:
        return self._clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _check_part(what: str, data: bytes, digest: Digest) -> None:
    if digest_bytes(data) != digest:
        raise IntegrityError(
            f"the {what} to store is not the one that its manifest names ({short(digest)})",
            help="nothing was stored; seal the cell again",
        )


def _statement(data: bytes) -> dict[str, Any]:
    document = json.loads(data)  # `push` wrote it, and its digest was checked
    if type(document) is not dict:
        raise RegistryError("a provenance statement is not a document")
    return document


def _absent(tool: Digest) -> ToolNotFoundError:
    return ToolNotFoundError(
        f"there is no tool {short(tool)}",
        help="seal it here (run its cell), or list what is here: %tool_list --all, or `hermetic list`",
    )


def _plain(text: str) -> str:
    """Text that UTF-8 can carry."""
    return text.encode(errors="backslashreplace").decode()
