"""What passes over the syntax share: a transformer that refuses statement by statement, and new nodes at the place of old ones."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeVar

from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

Placed = ast.stmt | ast.expr | ast.arg | ast.keyword | ast.excepthandler | ast.alias | ast.pattern
"""Nodes that have a place in the text."""
Node = TypeVar("Node", bound=ast.AST)


class Rewriter(ast.NodeTransformer):
    """A transformer in which a refused statement stays as `Refused`, so that the others are still looked at."""

    def block(self, nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Rewrite the statements of a block."""
        done: list[ast.stmt] = []
        for node in nodes:
            try:
                made = self.visit(node)
            except RefusedError as refused:
                made = Refused(node, refused)
            if isinstance(made, list):
                done += made
            elif made is not None:
                done.append(made)
        return done

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Rewrite what is inside of a node, in the order of its fields."""
        for name, value in ast.iter_fields(node):
            if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
                setattr(node, name, self.block(value) or [at(ast.Pass(), node)])
            elif isinstance(value, list):
                value[:] = [self.visit(part) if isinstance(part, ast.AST) else part for part in value]
            elif isinstance(value, ast.AST):
                setattr(node, name, self.visit(value))
        return node

    def visit_Refused(self, node: Refused) -> Refused:
        """What was refused stays as it was written."""
        return node


def at(new: Node, old: ast.AST) -> Node:
    """Give a new node, and all in it that has no place yet, the place of an old one."""
    waiting: list[ast.AST] = [new]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Placed) and not hasattr(node, "lineno"):
            ast.copy_location(node, old)
        waiting += ast.iter_child_nodes(node)
    return new


def load(name: str) -> ast.Name:
    """A read of a variable."""
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.Name:
    """A variable as a target."""
    return ast.Name(name, ast.Store())


def assign(target: ast.expr | str, value: ast.expr, old: ast.AST) -> ast.Assign:
    """An assignment at the place of an old node."""
    return at(ast.Assign([store(target) if isinstance(target, str) else target], value), old)


def call(function: str, *arguments: ast.expr) -> ast.Call:
    """A call by name."""
    return ast.Call(load(function), list(arguments), [])
