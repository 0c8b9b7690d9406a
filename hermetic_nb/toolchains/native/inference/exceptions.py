"""Typing of raise, assert and try."""

from __future__ import annotations

import ast
import builtins
from typing import Final

from hermetic_nb import traps
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.statements import StatementTyper
from hermetic_nb.toolchains.native.inference.typer import tested
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, STR, is_text

_ASSERTION: Final = 16


class ExceptionTyper(StatementTyper):
    """Types what raises exceptions and what handles them."""

    def _stmt_Assert(self, node: ast.Assert) -> list[t.Stmt]:
        test = t.Unary(BOOL, node.lineno, "not", self.truth(node.test))
        self.some |= tested(node.test)[0]
        message = self._message(node.msg) if node.msg is not None else None
        return [t.If(node.lineno, test, [t.Raise(node.lineno, _ASSERTION, message)], [])]

    def _stmt_Raise(self, node: ast.Raise) -> list[t.Stmt]:
        if node.exc is None:
            if not self.handling:
                refuse("raise alone stands in an except", node)
            return [t.Reraise(node.lineno)]
        if node.cause is not None and not isinstance(node.cause, ast.Name | ast.Constant):
            refuse("raise ... from takes a name or None in the native subset", node)
        raised, arguments = node.exc, list[ast.expr]()
        if isinstance(raised, ast.Name) and raised.id in self.handling:
            if raised.id != self.handling[-1]:
                refuse(f"raise of `{raised.id}` in another except is outside the native subset", node)
            return [t.Reraise(node.lineno)]
        if isinstance(raised, ast.Call):
            arguments = raised.args
            if raised.keywords or len(arguments) > 1:
                refuse("an exception takes one message in the native subset", node)
            raised = raised.func
        if not isinstance(raised, ast.Name) or raised.id not in traps.RAISED or self.is_defined(raised.id):
            refuse(f"raise of {ast.unparse(raised)} is outside the native subset", node)
        message = self._message(arguments[0]) if arguments else None
        return [t.Raise(node.lineno, traps.RAISED[raised.id], message)]

    def _stmt_Try(self, node: ast.Try) -> list[t.Stmt]:
        self.some -= self._may_get_none(node)
        before = set(self.some)
        body = self.body(node.body)
        orelse = self.body(node.orelse)
        handlers = []
        taken: set[int] = set()
        for handler in node.handlers:
            codes = self._caught(handler) - taken
            taken |= codes
            self.some = set(before)
            handlers.append(t.Handler(frozenset(codes), self._handler(handler)))
        self.some = set(before)
        if any(
            isinstance(part, ast.Return | ast.Break | ast.Continue)
            for last in node.finalbody
            for part in ast.walk(last)
        ):
            refuse("a finally that leaves by return, break or continue is outside the native subset", node)
        return [t.Try(node.lineno, body, handlers, orelse, self.body(node.finalbody))]

    def _handler(self, handler: ast.ExceptHandler) -> list[t.Stmt]:
        name = handler.name or ""
        uses = [
            part
            for statement in handler.body
            for part in ast.walk(statement)
            if isinstance(part, ast.Name) and part.id == name
        ]
        raised = [
            part
            for statement in handler.body
            for raising in ast.walk(statement)
            if isinstance(raising, ast.Raise)
            for part in (raising.exc, raising.cause)
        ]
        for use in uses:
            if use not in raised:
                refuse("an exception as a value is outside the native subset: raise it again, or leave it", use)
        self.handling.append(name)
        body = self.body(handler.body)
        self.handling.pop()
        return body

    def _caught(self, handler: ast.ExceptHandler) -> set[int]:
        """The trap codes that a handler takes: never those by which native code says what it cannot hold."""
        names = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        classes: list[type[BaseException]] = []
        for name in names:
            if name is None:
                classes.append(BaseException)
                continue
            found = getattr(builtins, name.id, None) if isinstance(name, ast.Name) else None
            if not isinstance(name, ast.Name) or self.is_defined(name.id) or not isinstance(found, type):
                refuse(f"except {ast.unparse(name)} is outside the native subset", name)
            if not issubclass(found, BaseException):
                refuse(f"{name.id} is no exception", name)
            classes.append(found)
        return {
            code
            for code, trap in traps.BY_CODE.items()
            if code not in traps.LIMITS and issubclass(getattr(builtins, trap.exception, ValueError), tuple(classes))
        }

    def is_defined(self, name: str) -> bool:
        """Whether the cell gives a meaning of its own to a name."""
        module = self.program.module
        return self.hides(name) or name in module.functions or name in module.constants or name in module.math_names

    def _message(self, node: ast.expr) -> t.Expr:
        value = self.expr(node)
        if not is_text(value.type) and value.type != BOTTOM:
            refuse(f"a message is a str in the native subset, not {value.type}", node)
        return self.convert(value, STR, node)
