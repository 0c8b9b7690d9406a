"""One tool of a registry as a row, and all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.catalogue.graph import graph_of
from hermetic_nb.registry.manifests import reaches
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
        "capabilities": reaches(manifest),
        "summary": manifest.summary,
        "signature": str(manifest.signature),
        "examples": _count(proof, "examples"),
        "versions": len(registry.versions(record.name)),
    }


def used(row: Row, usage: Mapping[Digest, Use]) -> Row:
    """A row with the figures of use, which do change."""
    use = usage.get(row["digest"], Use())
    return row | {"calls": use.calls, "reused": use.reused}


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
        "examples": _count(statement, "examples"),
        "compared": _count(statement, "compared"),
        "reference": str(statement.get("reference", "")),
    }


def _count(statement: Mapping[str, Any], name: str) -> int:
    """A number of a statement, which a stranger may have written."""
    number = statement.get(name)
    return number if isinstance(number, int) else 0


def _version(registry: Registry, record: NameRecord) -> dict[str, Any]:
    artifact = registry.pull(record.tool)
    return {
        "version": record.version,
        "digest": record.tool,
        "kind": artifact.manifest.tier,
        "size": len(artifact.payload),
        "created": record.created,
    }
