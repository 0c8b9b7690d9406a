"""Which names of a source can only mean one thing: a module of the library, or a name of one."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.policy import catalogue

_OTHER: Final = ""


class Bindings:
    """The names that a source binds, anywhere in it."""

    def __init__(self, tree: ast.Module) -> None:
        self._origins: dict[str, set[str]] = {}
        for node in ast.walk(tree):
            self._collect(node)

    def is_bound(self, name: str) -> bool:
        """Whether the source gives the name a meaning of its own."""
        return name in self._origins

    def dotted(self, node: ast.expr) -> str:
        """The full name of what an expression reads of the library, as ``json.loads``; empty where it may be else."""
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value)
            return f"{base}.{node.attr}" if base else ""
        if not isinstance(node, ast.Name):
            return ""
        origins = self._origins.get(node.id)
        if origins is None:
            return node.id if node.id in catalogue.NAMES else ""
        return next(iter(origins)) if len(origins) == 1 else ""

    def _collect(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                self._bind(name)
            case (
                ast.FunctionDef(name=name)
                | ast.AsyncFunctionDef(name=name)
                | ast.ClassDef(name=name)
                | ast.arg(arg=name)
            ):
                self._bind(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                self._bind(name)
            case ast.MatchMapping(rest=str(name)):
                self._bind(name)
            case ast.Import(names=aliases):
                for alias in aliases:
                    top = alias.name.partition(".")[0]
                    self._bind(alias.asname or top, alias.name if alias.asname else top)
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                for alias in aliases:
                    self._bind(alias.asname or alias.name, f"{module}.{alias.name}")

    def _bind(self, name: str, origin: str = _OTHER) -> None:
        self._origins.setdefault(name, set()).add(origin)
