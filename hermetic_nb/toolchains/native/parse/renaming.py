"""Other names, or expressions, for variables in an expression, where nothing inside it hides them."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, TypeVar

from hermetic_nb.toolchains.native.parse.scopes import Comprehension, parameters, target_names

if TYPE_CHECKING:
    from collections.abc import Mapping

Node = TypeVar("Node", bound=ast.AST)


def rename(node: Node, names: Mapping[str, str | ast.expr]) -> Node:
    """Rename variables in place, or put expressions where they are read; the node is what is returned."""
    return _Renamer(names).visit(node)  # type: ignore[no-any-return] # a node for a node


class _Renamer(ast.NodeTransformer):
    def __init__(self, names: Mapping[str, str | ast.expr]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        new = self._names.get(node.id, node.id)
        if isinstance(new, ast.expr):
            return copy.deepcopy(new)
        node.id = new
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        node.args.defaults = [self.visit(part) for part in node.args.defaults]
        node.body = self._without({arg.arg for arg in parameters(node.args)}).visit(node.body)
        return node

    def _without(self, hidden: set[str]) -> _Renamer:
        return _Renamer({name: new for name, new in self._names.items() if name not in hidden})

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, Comprehension):
            return super().generic_visit(node)
        first = self.visit(node.generators[0].iter)
        node.generators[0].iter = ast.Constant(None)
        inner = self._without({name for part in node.generators for name in target_names(part.target)})
        super(_Renamer, inner).generic_visit(node)
        node.generators[0].iter = first
        return node
