"""``xs = list(items)`` and then ``xs.sort()``: it is ``xs = sorted(items)``, of a set too."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.parse.rewriter import Rewriter

if TYPE_CHECKING:
    from collections.abc import Sequence


class SortedAtOnce(Rewriter):
    """Joins the two statements. The cell gives ``list`` and ``sorted`` no meaning of its own."""

    def block(self, nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Rewrite the statements of a block."""
        joined: list[ast.stmt] = []
        for node in nodes:
            made = _joined(joined[-1], node) if joined else None
            if made is None:
                joined.append(node)
            else:
                joined[-1] = made
        return super().block(joined)


def _joined(first: ast.stmt, second: ast.stmt) -> ast.stmt | None:
    match first, second:
        case (
            ast.Assign(
                targets=[ast.Name(id=name)],
                value=ast.Call(func=ast.Name(id="list") as maker, args=[items], keywords=[]),
            ),
            ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr="sort"), args=[], keywords=options)
            ),
        ) if name == other:
            read = {part.id for option in options for part in ast.walk(option) if isinstance(part, ast.Name)}
            if name in read or isinstance(items, ast.Starred):
                return None
            function = ast.copy_location(ast.Name("sorted", ast.Load()), maker)
            made = ast.copy_location(ast.Call(function, [items], options), first.value)
            return ast.copy_location(ast.Assign(first.targets, made), first)
    return None


def sort_at_once(tree: ast.Module) -> None:
    """Rewrite a cell in place, unless it gives a meaning of its own to one of the names."""
    bound = {getattr(node, part, None) for node in ast.walk(tree) for part in ("name", "arg", "asname")}
    bound |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    if not bound & {"list", "sorted"}:
        SortedAtOnce().visit(tree)
