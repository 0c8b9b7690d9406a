"""What the author wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hermetic_nb.digest import Digest, digest_bytes, digest_json, parse_digest
from hermetic_nb.model.constants import CALL_AGENT, FORMAT
from hermetic_nb.model.limits import ModuleLimits
from hermetic_nb.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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


@dataclass(frozen=True, slots=True, order=True)
class Dependency:
    """A pure-Python wheel that a cell declares: its digest decides what is imported."""

    name: str
    version: str
    wheel: Digest

    def to_json(self) -> dict[str, Any]:
        """The stored form, without the name."""
        return {"version": self.version, "wheel": self.wheel}


def dependencies_to_json(dependencies: Sequence[Dependency]) -> dict[str, Any]:
    """The stored form of dependencies, by name."""
    return {dependency.name: dependency.to_json() for dependency in dependencies}


def dependencies_from_json(document: Mapping[str, Any]) -> tuple[Dependency, ...]:
    """Read that form. Raises ValueError, KeyError or TypeError on another document."""
    return tuple(Dependency(name, d["version"], parse_digest(d["wheel"])) for name, d in document.items())


def digests_from_json(document: Mapping[str, Any]) -> tuple[tuple[str, Digest], ...]:
    """Read digests by name. Raises ValueError on a text that is none."""
    return tuple((name, parse_digest(digest)) for name, digest in document.items())


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
    capabilities: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    uses: tuple[tuple[str, Digest], ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    data: tuple[tuple[str, Digest], ...] = ()
    """Files that the tool gets as parameters of type bytes: name -> digest of the content."""

    @property
    def is_pure(self) -> bool:
        """Whether the tool may call agents."""
        return CALL_AGENT in self.capabilities

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
            "capabilities": list(self.capabilities),
            "env": list(self.env),
            "uses": dict(self.uses),
            "dependencies": dependencies_to_json(self.dependencies),
        } | ({"data": dict(self.data)} if self.data else {})

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
            capabilities=tuple(document["capabilities"]),
            env=tuple(document["env"]),
            uses=digests_from_json(document["uses"]),
            dependencies=dependencies_from_json(document["dependencies"]),
            data=digests_from_json(document.get("data", {})),
        )

    @property
    def digest(self) -> Digest:
        """The digest of the whole spec."""
        return digest_json(self.to_json())
