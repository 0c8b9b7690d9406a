"""Syntax that native code does not have, refused with the reason and with what to write instead."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError, refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at
from hermetic_nb.toolchains.native.parse.scopes import bound, declared, own


class Outside(Rewriter):
    """Refuses statements of one module's functions."""

    def __init__(self) -> None:
        self._depth = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function; one that assigns global names is refused where it declares them."""
        assigned = bound(node.body) & declared(node.body, ast.Global)
        for part in own(node.body):
            if isinstance(part, ast.Global):
                part.names = sorted(assigned & set(part.names))
        self._depth += 1
        node.body = self.block(node.body)
        self._depth -= 1
        first = next((part for part in own(node.body) if isinstance(part, ast.Yield | ast.YieldFrom)), None)
        if first is not None:
            # It gives nothing that its callers could be refused for.
            reason = "a generator is native where a loop, list() or sum() takes it as it is called: else return a list"
            stop = at(ast.Raise(ast.Name("RuntimeError", ast.Load()), None), node)
            node.body = [Refused(at(ast.Pass(), first), RefusedError(reason, first)), stop]
        return node

    def visit_Global(self, node: ast.Global) -> ast.AST:
        """``global`` is refused where it changes anything."""
        if node.names:
            refuse(
                f"a native function does not assign {node.names[0]} of the top level: return the value, or pass it on",
                node,
            )
        return at(ast.Pass(), node)

    def visit_With(self, node: ast.With) -> ast.AST:
        """A context manager."""
        return refuse("with is not in the native tier: native code has no files or locks to open and close", node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """A coroutine."""
        return refuse("async is not in the native tier, where nothing waits: write a plain function", node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        """A loop that waits."""
        return refuse("async is not in the native tier, where nothing waits: write a plain loop", node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        """A context manager that waits."""
        return refuse("async is not in the native tier, where nothing waits", node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        """A wait."""
        return refuse("await is not in the native tier, where nothing waits: call the function", node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """A comprehension that waits."""
        if node.is_async:
            refuse("async is not in the native tier, where nothing waits: write a plain loop", node.target)
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class stands at the top level."""
        if self._depth:
            refuse("a class inside a function is outside the native tier: move it to the top level", node)
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """What an annotation says is no computation."""
        node.value = node.value and self.visit(node.value)
        return node


def outside(tree: ast.Module) -> None:
    """Refuse what no function of a cell can have, in place."""
    Outside().visit(tree)
