"""How a generator function and the loop that consumes it become one: see `yields`."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, load, store

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOPS: Final = (ast.For, ast.While)
_INNER: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class Appending(Rewriter):
    """Yields as appends to a list; the function's calls of itself give lists too."""

    def __init__(self, out: str, name: str) -> None:
        self._out, self._name = out, name

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The function's own call."""
        if isinstance(node.func, ast.Name) and node.func.id == self._name:
            node.func.id = f"{self._name}@all"
        return self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """``yield value``, ``yield from values``."""
        match node.value:
            case ast.Yield(value=value):
                method, given = "append", value or ast.Constant(None)
            case ast.YieldFrom(value=value):
                method, given = "extend", value
            case _:
                return node
        given = self.visit(given)
        append = ast.Attribute(load(self._out), method, ast.Load())
        return at(ast.Expr(ast.Call(append, [given], [])), node)

    def visit_Return(self, node: ast.Return) -> ast.stmt:
        """The end."""
        return at(ast.Return(load(self._out)), node)


class Weaving:
    """Puts the body of a loop in the place of the yield."""

    def __init__(self, loop: ast.For, stop: str) -> None:
        self._loop, self._stop = loop, stop

    def block(self, nodes: list[ast.stmt], *, looped: bool) -> list[ast.stmt]:
        """Weave a block of the function; ``looped``: whether it stands in one of its loops."""
        done: list[ast.stmt] = []
        for number, node in enumerate(nodes):
            made = self._woven(node, looped=looped)
            done += made
            if isinstance(node, ast.Return):
                return done
            if not any(self._stops(part) for part in made):
                continue
            rest = self.block(nodes[number + 1 :], looped=looped)
            if looped:
                return [*done, at(ast.If(load(self._stop), [ast.Break()], []), node), *rest]
            if rest:
                done.append(at(ast.If(ast.UnaryOp(ast.Not(), load(self._stop)), rest, []), node))
            return done
        return done

    def _stops(self, node: ast.stmt) -> bool:
        return any(
            isinstance(part, ast.Name) and part.id == self._stop and isinstance(part.ctx, ast.Store)
            for part in ast.walk(node)
        )

    def _woven(self, node: ast.stmt, *, looped: bool) -> list[ast.stmt]:
        match node:
            case ast.Return():
                return self._end(node, looped=looped)
            case ast.Expr(value=ast.Yield(value=value)):
                return self._turn(value or at(ast.Constant(None), node))
            case ast.Expr(value=ast.YieldFrom(value=value)):
                # A loop of its own: a round of it is a turn.
                body = _Left(self._stop).block(list(self._loop.body))
                return [at(ast.For(copy.deepcopy(self._loop.target), value, body, []), node)]
            case ast.If():
                node.body = self.block(node.body, looped=looped)
                node.orelse = self.block(node.orelse, looped=looped)
            case ast.For() | ast.While():
                node.body = self.block(node.body, looped=True)
                node.orelse = self.block(node.orelse, looped=looped)
        return [node]

    def _end(self, node: ast.AST, *, looped: bool) -> list[ast.stmt]:
        ended: list[ast.stmt] = [assign(self._stop, ast.Constant(True), node)]
        return [*ended, at(ast.Break(), node)] if looped else ended

    def _turn(self, value: ast.expr) -> list[ast.stmt]:
        """One round of the loop. Its ``continue`` goes on behind the yield, its ``break`` ends the function."""
        body = list(self._loop.body)
        first = ast.copy_location(ast.Assign([self._loop.target], value), self._loop)
        if not any(_leaving(body)):
            return [first, *body]
        body = _Left(self._stop).block(body)
        once = at(ast.For(store(f"once.{self._stop}"), ast.Tuple([ast.Constant(0)], ast.Load()), body, []), self._loop)
        return [first, once]


def _leaving(nodes: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The breaks and continues that leave this block."""
    for node in nodes:
        if isinstance(node, ast.Break | ast.Continue):
            yield node
        elif isinstance(node, _LOOPS):
            yield from _leaving(node.orelse)
        elif not isinstance(node, _INNER):
            for field in ("body", "orelse", "finalbody"):
                yield from _leaving(getattr(node, field, []))
            for part in (*getattr(node, "handlers", []), *getattr(node, "cases", [])):
                yield from _leaving(part.body)


class _Left(Rewriter):
    """Marks that a loop is left by its own ``break``."""

    def __init__(self, stop: str) -> None:
        self._stop = stop

    def visit_Break(self, node: ast.Break) -> list[ast.stmt]:
        """``break``."""
        return [assign(self._stop, ast.Constant(True), node), node]

    def visit_For(self, node: ast.For) -> ast.AST:
        """An inner loop: its breaks are its own."""
        node.orelse = self.block(node.orelse)
        return node

    def visit_While(self, node: ast.While) -> ast.AST:
        """An inner loop."""
        node.orelse = self.block(node.orelse)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """An inner function has loops of its own."""
        return node
