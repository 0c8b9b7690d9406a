"""``del name`` where no read can come before the next assignment: it only tests that the name has a value."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native.parse.reaching import Reaching
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter
from hermetic_nb.toolchains.native.parse.scopes import own
from hermetic_nb.toolchains.native.parse.split import consumed_at_once


def drop_deletes(function: ast.FunctionDef, defined: frozenset[str]) -> None:
    """Rewrite a function in place; a del after which the name may be read stays. ``defined``: names of the top level."""
    deletes = [node for node in own(function.body) if isinstance(node, ast.Delete)]
    if not any(isinstance(target, ast.Name) for node in deletes for target in node.targets):
        return
    flow = Reaching(function)
    seen = 0
    for _, mask in flow.reads.values():
        seen |= mask
    eager = consumed_at_once(function, defined)
    kept = [node for node in own(function.body) if isinstance(node, _SCOPES) and node not in eager]
    captured = {name for node in kept for name in _names(node)}
    dead = {
        node
        for number, (node, name) in enumerate(flow.definitions)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Del)
        and not seen >> number & 1
        and name not in captured
    }
    function.body = _Dropped(dead).block(function.body)


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.GeneratorExp, ast.ClassDef)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


class _Dropped(Rewriter):
    def __init__(self, dead: set[ast.Name]) -> None:
        self._dead = dead

    def visit_Delete(self, node: ast.Delete) -> list[ast.stmt]:
        """Each target as a statement of its own."""
        made: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Name) and target in self._dead:
                target.ctx = ast.Load()
                made.append(ast.copy_location(ast.Expr(target), node))
            else:
                made.append(ast.copy_location(ast.Delete([target]), node))
        return made
