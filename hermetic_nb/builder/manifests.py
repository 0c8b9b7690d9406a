"""Manifests of what was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.digest import digest_bytes
from hermetic_nb.model import Manifest

if TYPE_CHECKING:
    from hermetic_nb.model import Payload, ToolSpec
    from hermetic_nb.toolchains import SealingToolchain


def manifest_of(spec: ToolSpec, toolchain: SealingToolchain, payload: Payload) -> Manifest:
    """The manifest of a spec and what a toolchain made of it."""
    return Manifest(
        name=spec.name,
        tier=toolchain.tier,
        language=spec.language,
        media_type=payload.media_type,
        payload=digest_bytes(payload.data),
        entry=spec.entry,
        signature=spec.signature,
        source=spec.source_digest,
        doc=spec.doc,
        examples=spec.examples,
        toolchain=toolchain.identity(),
        limits=spec.limits,
        env=spec.env,
        uses=spec.uses,
        dependencies=spec.dependencies,
        data=spec.data,
        capabilities=spec.capabilities,
    )
