"""The nouns of the system as frozen values, and the Protocols at its seams. No I/O, no clock, no randomness here."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from hermetic_nb import values
from hermetic_nb.digest import Digest, canonical, digest_bytes, digest_json, parse_digest
from hermetic_nb.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.errors import LimitExceeded

FORMAT: Final = 1
"""The version of every stored document."""
WASM: Final = "application/wasm"
PAGE: Final = 65536
"""Bytes of a WebAssembly page."""


@dataclass(frozen=True, slots=True)
class Example:
    """A doctest: ``source`` is the expression or statement, ``want`` the text that CPython's doctest expects; ``line`` is the cell's."""

    source: str
    want: str
    line: int

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {"source": self.source, "want": self.want, "line": self.line}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Example:
        """Read the stored form."""
        return cls(document["source"], document["want"], document["line"])


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleLimits:
    """Limits that the module itself enforces; part of the manifest because they decide outcomes."""

    memory_pages: int = 16384
    """Maximum of linear memory, in pages of 64 KiB: 1 GiB."""
    depth: int = 1000
    """Nested calls of the cell's functions (CPython's default recursion limit)."""

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {"memory_pages": self.memory_pages, "depth": self.depth}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ModuleLimits:
        """Read the stored form."""
        return cls(memory_pages=document["memory_pages"], depth=document["depth"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one call that are enforced from outside: to reach one is `LimitExceeded`, never an outcome."""

    wall_seconds: float = 60.0
    output_bytes: int = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolSpec:
    """What the author wrote; nothing from the machine."""

    name: str
    language: str
    source: str
    """The normalised source: LF line ends, one final newline, nothing else changed."""
    entry: str
    signature: Signature
    doc: str = ""
    examples: tuple[Example, ...] = ()
    tier: str = "auto"
    limits: ModuleLimits = field(default_factory=ModuleLimits)
    env: tuple[str, ...] = ()
    uses: tuple[tuple[str, Digest], ...] = ()
    dependencies: tuple[tuple[str, str], ...] = ()

    @property
    def source_digest(self) -> Digest:
        """The digest of the normalised source."""
        return digest_bytes(self.source.encode())

    def to_json(self) -> dict[str, Any]:
        """Everything that decides the build, for `digest` and for compiler processes."""
        return {
            "format": FORMAT,
            "name": self.name,
            "language": self.language,
            "source": self.source,
            "entry": self.entry,
            "signature": self.signature.to_json(),
            "doc": self.doc,
            "examples": [example.to_json() for example in self.examples],
            "tier": self.tier,
            "limits": self.limits.to_json(),
            "env": list(self.env),
            "uses": dict(self.uses),
            "dependencies": dict(self.dependencies),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> ToolSpec:
        """Read the stored form. Raises ValueError, KeyError or TypeError on another document."""
        if document["format"] != FORMAT:
            raise ValueError(f"a spec of format {document['format']!r}; this program reads format {FORMAT}")
        return cls(
            name=document["name"],
            language=document["language"],
            source=document["source"],
            entry=document["entry"],
            signature=Signature.from_json(document["signature"]),
            doc=document["doc"],
            examples=tuple(map(Example.from_json, document["examples"])),
            tier=document["tier"],
            limits=ModuleLimits.from_json(document["limits"]),
            env=tuple(document["env"]),
            uses=tuple((name, parse_digest(digest)) for name, digest in document["uses"].items()),
            dependencies=tuple(document["dependencies"].items()),
        )

    @property
    def digest(self) -> Digest:
        """The digest of the whole spec."""
        return digest_json(self.to_json())


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a toolchain made of a spec."""

    data: bytes
    media_type: str = WASM
    notes: tuple[str, ...] = ()
    """What the author should know about this build (shown on the card)."""
    ulp: Mapping[str, int] = field(default_factory=dict)
    """Library functions whose last digits may differ from CPython's: name -> units in the last place."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """All that decides a tool's behaviour. The digest of its canonical JSON is the tool's address."""

    name: str
    tier: str
    language: str
    media_type: str
    payload: Digest
    entry: str
    signature: Signature
    source: Digest
    doc: str
    examples: tuple[Example, ...]
    toolchain: Mapping[str, str]
    """``program``, ``generation``, ``target``, ``flags``, and versions of what decides bytes."""
    limits: ModuleLimits
    capabilities: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    uses: tuple[tuple[str, Digest], ...] = ()
    dependencies: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {
            "format": FORMAT,
            "name": self.name,
            "tier": self.tier,
            "language": self.language,
            "media_type": self.media_type,
            "payload": self.payload,
            "entry": self.entry,
            "signature": self.signature.to_json(),
            "source": self.source,
            "doc": self.doc,
            "examples": [example.to_json() for example in self.examples],
            "toolchain": dict(self.toolchain),
            "limits": self.limits.to_json(),
            "capabilities": list(self.capabilities),
            "env": list(self.env),
            "uses": dict(self.uses),
            "dependencies": dict(self.dependencies),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Manifest:
        """Read the stored form. Raises ValueError, KeyError or TypeError on another document."""
        if document["format"] != FORMAT:
            raise ValueError(f"a manifest of format {document['format']!r}; this program reads format {FORMAT}")
        return cls(
            name=document["name"],
            tier=document["tier"],
            language=document["language"],
            media_type=document["media_type"],
            payload=parse_digest(document["payload"]),
            entry=document["entry"],
            signature=Signature.from_json(document["signature"]),
            source=parse_digest(document["source"]),
            doc=document["doc"],
            examples=tuple(map(Example.from_json, document["examples"])),
            toolchain=dict(document["toolchain"]),
            limits=ModuleLimits.from_json(document["limits"]),
            capabilities=tuple(document["capabilities"]),
            env=tuple(document["env"]),
            uses=tuple((name, parse_digest(digest)) for name, digest in document["uses"].items()),
            dependencies=tuple(document["dependencies"].items()),
        )

    @cached_property
    def canonical(self) -> bytes:
        """The bytes that are stored as a blob under the tool's digest."""
        return canonical(self.to_json())

    @cached_property
    def digest(self) -> Digest:
        """The tool's digest."""
        return digest_bytes(self.canonical)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A manifest and the payload it names."""

    manifest: Manifest
    payload: bytes

    @property
    def digest(self) -> Digest:
        """The tool's digest."""
        return self.manifest.digest


@dataclass(frozen=True, slots=True)
class Failure:
    """The outcome of a tool that raised: exception name, message, and line of the cell (0: none)."""

    exception: str
    message: str
    line: int = 0
    code: int = 0
    """The trap's code (see `traps`); 0 where there is none."""

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {"exception": self.exception, "message": self.message, "line": self.line}


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One call: tool, arguments, env, trace, and output or error; and nothing else (no time, host, fuel or engine).

    Two runs agree if and only if their receipts' digests are equal.
    """

    tool: Digest
    arguments: Mapping[str, Any]
    """All parameters by name, defaults filled in, as the types of the signature."""
    value: Any = None
    error: Failure | None = None
    env: Mapping[str, Digest] = field(default_factory=dict)
    trace: tuple[Any, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stored form: values as wire data (see `values`)."""
        outcome: dict[str, Any] = (
            {"error": self.error.to_json()} if self.error is not None else {"output": values.to_wire(self.value)}
        )
        return {
            "format": FORMAT,
            "tool": self.tool,
            "arguments": {name: values.to_wire(value) for name, value in self.arguments.items()},
            "env": dict(self.env),
            "trace": [values.to_wire(call) for call in self.trace],
        } | outcome

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Receipt:
        """Read the stored form. Raises ValueError, KeyError or TypeError on another document."""
        if document["format"] != FORMAT:
            raise ValueError(f"a receipt of format {document['format']!r}; this program reads format {FORMAT}")
        error = document.get("error")
        return cls(
            tool=parse_digest(document["tool"]),
            arguments={name: values.from_wire(value) for name, value in document["arguments"].items()},
            value=None if error is not None else values.from_wire(document["output"]),
            error=None if error is None else Failure(error["exception"], error["message"], error["line"]),
            env={name: parse_digest(digest) for name, digest in document["env"].items()},
            trace=tuple(map(values.from_wire, document["trace"])),
        )

    @cached_property
    def digest(self) -> Digest:
        """The digest of the receipt's wire text (keys in the order of `to_json`)."""
        return digest_bytes(values.text(self.to_json()).encode())


# ---------------------------------------------------------------- seams


class Toolchain(Protocol):
    """Turns a spec's source into a payload."""

    @property
    def language(self) -> str:
        """The ``--lang`` it answers to."""

    @property
    def tier(self) -> str:
        """The tier of the tools it makes."""

    def identity(self) -> Mapping[str, str]:
        """What of the toolchain decides bytes; goes into the manifest."""

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        """Build the spec ``builders`` times, each in a process of its own. Raises BuildError."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step that ended with a value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """A step that ended because the tool raised."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Calls:
    """A step that waits for the answers to these requests, in this order (pure tools)."""

    requests: tuple[tuple[str, Any], ...]


Step = Done | Failed | Calls


class Session(Protocol):
    """One artifact, ready to be called; each start is a fresh instance."""

    def start(self, arguments: Sequence[Any]) -> Step:
        """Begin a call with positional values that already fit the signature. Raises ExecutionError."""

    def start_all(self, calls: Sequence[Sequence[Any]]) -> Sequence[Step | LimitExceeded]:
        """Begin several calls that do not hang on each other; one that is stopped from outside gives its error."""

    def resume(self, replies: Sequence[Any]) -> Step:
        """Go on with the answers to the requests of the last step. Raises ExecutionError."""

    def close(self) -> None:
        """Let go of the artifact."""


class Executor(Protocol):
    """Runs artifacts of some media type."""

    def open(self, artifact: Artifact, limits: Limits) -> Session:
        """Make an artifact ready to be called. Raises ExecutionError."""

    def close(self) -> None:
        """End the processes behind it."""
