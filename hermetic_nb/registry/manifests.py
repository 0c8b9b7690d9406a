"""Manifests from blobs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hermetic_nb.digest import Digest, short
from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import CALL_AGENT, Manifest

if TYPE_CHECKING:
    from hermetic_nb.registry.blobs import Blobs


def find_manifest(blobs: Blobs, tool: Digest) -> Manifest | None:
    """The manifest under a tool's digest, or None. Raises IntegrityError where the blob is damaged or no manifest."""
    data = blobs.find(tool)
    return None if data is None else parse_manifest(data, tool)


def parse_manifest(data: bytes, tool: Digest) -> Manifest:
    """Read a manifest's bytes, which must be its canonical ones. Raises IntegrityError."""
    try:
        manifest = Manifest.from_json(json.loads(data))
        exact = manifest.digest == tool
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise _other(tool) from error
    if not exact:
        raise _other(tool)
    return manifest


def reaches(manifest: Manifest) -> list[str]:
    """What a tool may reach beside its arguments, as it is listed and searched."""
    found = ["call_agent"] if CALL_AGENT in manifest.capabilities else []
    found += [f"env: {name}" for name in manifest.env]
    found += [f"data: {name}" for name, _ in manifest.data]
    found += [f"tool: {name}" for name, _ in manifest.uses]
    return found + [f"wheel: {one.name} {one.version}" for one in manifest.dependencies]


def _other(tool: Digest) -> IntegrityError:
    return IntegrityError(
        f"blob {short(tool)} is not a manifest that this program reads",
        help="it is another blob of a tool (a payload or a source), or a newer hermetic_nb stored it",
    )
