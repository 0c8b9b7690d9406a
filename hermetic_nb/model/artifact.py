"""What a toolchain made, and the manifest that names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hermetic_nb.digest import Digest, canonical, digest_bytes, parse_digest
from hermetic_nb.model.constants import CALL_AGENT, FORMAT, WASM
from hermetic_nb.model.limits import ModuleLimits
from hermetic_nb.model.spec import (
    Dependency,
    Example,
    ToolSpec,
    dependencies_from_json,
    dependencies_to_json,
    digests_from_json,
)
from hermetic_nb.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    dependencies: tuple[Dependency, ...] = ()
    data: tuple[tuple[str, Digest], ...] = ()
    """Files that the tool gets as parameters of type bytes: name -> digest of the content."""

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return self.doc.strip().partition("\n")[0]

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
            "dependencies": dependencies_to_json(self.dependencies),
        } | ({"data": dict(self.data)} if self.data else {})

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
            uses=digests_from_json(document["uses"]),
            dependencies=dependencies_from_json(document["dependencies"]),
            data=digests_from_json(document.get("data", {})),
        )

    def to_spec(self, source: str, tier: str) -> ToolSpec:
        """The spec that the manifest and its source describe, had it asked for this tier (the manifest has what it got)."""
        return ToolSpec(
            name=self.name,
            language=self.language,
            source=source,
            entry=self.entry,
            signature=self.signature,
            doc=self.doc,
            examples=self.examples,
            tier=tier,
            limits=self.limits,
            capabilities=self.capabilities,
            env=self.env,
            uses=self.uses,
            dependencies=self.dependencies,
            data=self.data,
        )

    @property
    def is_pure(self) -> bool:
        """Whether the tool may call agents."""
        return CALL_AGENT in self.capabilities

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What of E a call needs beside the artifact: the contents that the manifest names only."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """Of the names of ``--env`` (str) and ``--data`` (bytes)."""
    wheels: Mapping[Digest, bytes] = field(default_factory=dict)
    """Of the declared dependencies."""
