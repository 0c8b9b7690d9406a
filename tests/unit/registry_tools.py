"""Small tools for the registry's tests: real manifests over payloads that are never run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hermetic_nb.digest import Digest, canonical, digest_bytes, digest_json
from hermetic_nb.model import WASM, Artifact, Manifest, ToolSpec
from hermetic_nb.registry import NameRecord, Registry
from hermetic_nb.signature import Signature
from hermetic_nb.signature.annotations import parse_type
from hermetic_nb.signature.signature import Parameter

TOOLCHAIN = {"program": "native", "generation": "1", "target": "wasm32"}
PROVENANCE = {"builders": 2, "host": "test"}


@dataclass(frozen=True)
class Sealed:
    spec: ToolSpec
    artifact: Artifact
    source: bytes


def sealed(name: str = "f", body: str = "1", *, tier: str = "auto", doc: str = "", size: int = 0) -> Sealed:
    """A tool that differs with every argument."""
    source = f"def {name}(count: int) -> int:\n    return {body}\n"
    signature = Signature((Parameter("count", parse_type("int")),), parse_type("int"))
    spec = ToolSpec(name=name, language="python", source=source, entry=name, signature=signature, doc=doc, tier=tier)
    payload = b"\0asm" + source.encode() + bytes(size)
    manifest = Manifest(
        name=name,
        tier="native",
        language="python",
        media_type=WASM,
        payload=digest_bytes(payload),
        entry=name,
        signature=signature,
        source=spec.source_digest,
        doc=doc,
        examples=(),
        toolchain=TOOLCHAIN,
        limits=spec.limits,
    )
    return Sealed(spec, Artifact(manifest, payload), source.encode())


def push(registry: Registry, tool: Sealed, **words: str) -> NameRecord:
    about: Any = words
    return registry.push(tool.artifact, source=tool.source, provenance=PROVENANCE, spec=tool.spec.digest, **about)


def blob(folder: Path, digest: Digest) -> Path:
    return folder / "blobs" / "sha256" / digest.removeprefix("sha256:")


def record_path(folder: Path, record: NameRecord) -> Path:
    return folder / "names" / record.name / f"{record.version}.json"


def damage(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


def stamped(document: dict[str, object]) -> bytes:
    """A document with a right checksum, as anyone can make one."""
    return canonical({**document, "checksum": digest_json(document)})
