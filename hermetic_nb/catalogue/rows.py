"""One tool of a registry as a row, and all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.catalogue.graph import graph_of
from hermetic_nb.model import CALL_AGENT
from hermetic_nb.registry.usage import Use
from hermetic_nb.signature import schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Manifest
    from hermetic_nb.registry import NameRecord, Registry

Row = dict[str, Any]


def row_of(registry: Registry, record: NameRecord) -> Row:
    """What never changes of one version of a tool. Raises IntegrityError, ToolNotFoundError."""
    artifact = registry.pull(record.tool)
    manifest = artifact.manifest
    proof = registry.provenance(record.tool)
    return {
        "name": record.name,
        "version": record.version,
        "digest": record.tool,
        "kind": manifest.tier,
        "reason": str(proof.get("reason", "")),
        "language": manifest.language,
        "size": len(artifact.payload),
        "capabilities": capabilities(manifest),
        "summary": manifest.doc.strip().partition("\n")[0],
        "signature": str(manifest.signature),
        "examples": int(proof.get("examples", 0)),
        "versions": len(registry.versions(record.name)),
    }


def used(row: Row, usage: Mapping[Digest, Use]) -> Row:
    """A row with the figures of use, which do change."""
    use = usage.get(row["digest"], Use())
    return row | {"calls": use.calls, "reused": use.reused}


def capabilities(manifest: Manifest) -> list[str]:
    """What a tool may reach beside its arguments."""
    found = ["call_agent"] if CALL_AGENT in manifest.capabilities else []
    found += [f"env: {name}" for name in manifest.env]
    found += [f"data: {name}" for name, _ in manifest.data]
    found += [f"tool: {name}" for name, _ in manifest.uses]
    return found + [f"wheel: {one.name} {one.version}" for one in manifest.dependencies]


def detail_of(registry: Registry, record: NameRecord, usage: Mapping[Digest, Use]) -> Row:
    """All of one version of a tool. Raises IntegrityError, ToolNotFoundError."""
    manifest = registry.pull(record.tool).manifest
    return used(row_of(registry, record), usage) | {
        "doc": manifest.doc,
        "source": registry.source(record.tool),
        "parameters": _parameters(manifest),
        "result": {
            "annotation": str(manifest.signature.result),
            "schema": schema.type_schema(manifest.signature.result),
        },
        "schema": schema.parameters_schema(manifest.signature),
        "manifest": manifest.to_json(),
        "created": record.created,
        "proof": _proof(registry.provenance(record.tool)),
        "history": [_version(registry, one) for one in reversed(registry.versions(record.name))],
        "graph": graph_of(registry, manifest),
    }


def _parameters(manifest: Manifest) -> list[dict[str, Any]]:
    """The parameters, as a form needs them; a default in the wire form."""
    return [
        {
            "name": parameter.name,
            "annotation": str(parameter.type),
            "schema": schema.type_schema(parameter.type),
            "required": parameter.default is None,
        }
        | ({} if parameter.default is None else {"default": values.to_wire(values.decode(parameter.default))})
        for parameter in manifest.signature.parameters
    ]


def _proof(statement: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reason": str(statement.get("reason", "")),
        "examples": int(statement.get("examples", 0)),
        "compared": int(statement.get("compared", 0)),
        "reference": str(statement.get("reference", "")),
    }


def _version(registry: Registry, record: NameRecord) -> dict[str, Any]:
    artifact = registry.pull(record.tool)
    return {
        "version": record.version,
        "digest": record.tool,
        "kind": artifact.manifest.tier,
        "size": len(artifact.payload),
        "created": record.created,
    }
