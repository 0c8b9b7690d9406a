"""What a tool depends on, and what depends on it: nodes and edges, as far as the registry knows them."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import IntegrityError, ToolNotFoundError

if TYPE_CHECKING:
    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Manifest
    from hermetic_nb.registry import Registry

MOST: Final = 200
"""Nodes of one graph; a larger one is cut, and says so."""


def graph_of(registry: Registry, manifest: Manifest) -> dict[str, Any]:
    """The graph around a tool: everything that it reaches, and the newest tools that use it directly."""
    graph = _Graph(registry)
    graph.below(manifest)
    graph.above(manifest)
    return {"nodes": list(graph.nodes.values()), "edges": graph.edges, "cut": graph.cut}


class _Graph:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.nodes: dict[str, dict[str, Any]] = {}
        self.edges: list[dict[str, str]] = []
        self.cut = False

    def _node(self, digest: str, name: str, kind: str, *, present: bool) -> bool:
        """Add a node; whether it is new."""
        if digest in self.nodes:
            return False
        if len(self.nodes) >= MOST:
            self.cut = True
            return False
        self.nodes[digest] = {"digest": digest, "name": name, "kind": kind, "present": present}
        return True

    def _edge(self, start: str, end: str, role: str) -> None:
        if start in self.nodes and end in self.nodes:
            self.edges.append({"from": start, "to": end, "role": role})

    def below(self, manifest: Manifest) -> None:
        if not self._node(manifest.digest, manifest.name, manifest.tier, present=True):
            return
        for name, tool in manifest.uses:
            self._tool(name, tool)
            self._edge(manifest.digest, tool, "uses")
        for name, content in manifest.data:
            self._node(content, name, "data", present=True)
            self._edge(manifest.digest, content, "data")
        for one in manifest.dependencies:
            self._node(one.wheel, f"{one.name} {one.version}", "wheel", present=True)
            self._edge(manifest.digest, one.wheel, "wheel")

    def _tool(self, name: str, tool: Digest) -> None:
        if tool in self.nodes:
            return
        try:
            self.below(self.registry.pull(tool).manifest)
        except (ToolNotFoundError, IntegrityError):
            self._node(tool, name, "missing", present=False)

    def above(self, manifest: Manifest) -> None:
        for record in self.registry.users(manifest.digest):
            with suppress(ToolNotFoundError, IntegrityError):
                other = self.registry.pull(record.tool).manifest
                self._node(other.digest, other.name, other.tier, present=True)
                self._edge(other.digest, manifest.digest, "uses")
