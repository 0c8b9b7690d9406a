"""Typing of statements: blocks, control flow, what a function returns."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.augmented import AugmentedTyper
from hermetic_nb.toolchains.native.inference.ends import breaks, ends
from hermetic_nb.toolchains.native.inference.typer import names_in, tested
from hermetic_nb.toolchains.native.inference.verdicts import is_open, verdict
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, kind_of, refuse
from hermetic_nb.toolchains.native.types import BOTTOM, NONE, OptionT, RecordT


class StatementTyper(AugmentedTyper):
    """Types the statements of one function."""

    def body(self, nodes: list[ast.stmt]) -> list[t.Stmt]:
        """Type a block; statements that cannot be typed are collected in the program's refusals."""
        done: list[t.Stmt] = []
        for node in nodes:
            try:
                done += self.statement(node)
            except RefusedError as refused:
                # What only follows from an earlier finding is none of its own.
                if not names_in(node, ast.Load) & self.instance.unknown:
                    self.program.refusals.append(refused)
                self.instance.unknown |= names_in(node, ast.Store)
            if self.instance.decided and not ends([node], self.instance.decided):
                # What follows is never run, so it need not be typed.
                break
        return done

    def statement(self, node: ast.stmt) -> list[t.Stmt]:
        """Type one statement. Raises RefusedError."""
        method = getattr(self, f"_stmt_{type(node).__name__}", None)
        if method is None:
            refuse(f"{kind_of(node)} is outside the native subset", node)
        result: list[t.Stmt] = method(node)
        return result

    def _stmt_Pass(self, _node: ast.Pass) -> list[t.Stmt]:
        return []

    def _stmt_Expr(self, node: ast.Expr) -> list[t.Stmt]:
        if isinstance(node.value, ast.Constant):
            return []
        poured = self.poured(node.value)
        return [t.Eval(node.lineno, self.effect(node.value))] if poured is None else poured

    def effect(self, node: ast.expr) -> t.Expr:
        """Type an expression that may be a call that never returns."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._expr_Call(node)
        return self.expr(node)

    def _stmt_Return(self, node: ast.Return) -> list[t.Stmt]:
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
            self.instance.result_is(NONE, node, self.program)
            if self.instance.result in {NONE, BOTTOM}:
                return [t.Return(node.lineno, None)]
            nothing = t.Nothing(NONE, node.lineno)
            return [t.Return(node.lineno, self.convert(nothing, self.instance.result, node))]
        value = self.effect(node.value)
        self.a_value(value, node)
        if value.type == BOTTOM and self.program.final:
            return [t.Eval(node.lineno, value)]
        self.instance.result_is(value.type, node, self.program)
        return [t.Return(node.lineno, self.convert(value, self.instance.result, node))]

    def _stmt_If(self, node: ast.If) -> list[t.Stmt]:
        test = self.truth(node.test)
        before, (held, failed) = set(self.some), tested(node.test)
        if is_open(test):
            return [t.Eval(node.lineno, test)]
        if (decided := verdict(test)) is not None:
            self.instance.decided[node] = decided
            self.some = before | (held if decided else failed)
            only = self.body(node.body if decided else node.orelse)
            return only if isinstance(test, t.Const) else [t.Eval(node.lineno, test), *only]
        self.some = before | held
        body = self.body(node.body)
        after, self.some = self.some, before | failed
        orelse = self.body(node.orelse)
        if not ends(node.orelse, self.instance.decided):
            self.some = after
        elif ends(node.body, self.instance.decided):
            self.some &= after
        return [t.If(node.lineno, test, body, orelse)]

    def _may_get_none(self, node: ast.AST) -> set[str]:
        """The names that a tree assigns, but for those that only ``op=`` changes: that gives None for instances at most."""
        augmented = {id(part.target): part.target for part in ast.walk(node) if isinstance(part, ast.AugAssign)}
        stored = (part for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store))
        return {part.id for part in stored if id(part) not in augmented or not self._is_plain_option(part.id)}

    def _is_plain_option(self, name: str) -> bool:
        kind = self.instance.variables.get(name, BOTTOM)
        return isinstance(kind, OptionT) and not isinstance(kind.inner, RecordT) and kind.inner != BOTTOM

    def _stmt_While(self, node: ast.While) -> list[t.Stmt]:
        self.some -= self._may_get_none(node)
        before, (held, failed) = set(self.some), tested(node.test)
        test = self.truth(node.test)
        self.some = before | held
        body = self.body(node.body)
        self.some = before | (failed - names_in(node.test, ast.Store))
        orelse = self.body(node.orelse)
        if breaks(node.body):
            self.some &= before
        return [t.While(node.lineno, test, body, orelse)]

    def _stmt_For(self, node: ast.For) -> list[t.Stmt]:
        source = self.source(node.iter)
        self.steady(source, node.iter, node.body)
        self.some -= self._may_get_none(node)
        before = set(self.some)
        target, first = self.bind_target(node.target, self.item_type(source))
        body = [*first, *self.body(node.body)]
        self.some = before
        orelse = self.body(node.orelse)
        self.some &= before
        return [t.For(node.lineno, target, source, body, orelse)]

    def _stmt_Break(self, node: ast.Break) -> list[t.Stmt]:
        return [t.Break(node.lineno)]

    def _stmt_Continue(self, node: ast.Continue) -> list[t.Stmt]:
        return [t.Continue(node.lineno)]
