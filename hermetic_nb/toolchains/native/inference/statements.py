"""Typing of statements and of whole functions."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb import traps
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.calls import CallTyper
from hermetic_nb.toolchains.native.inference.operators import ARITH
from hermetic_nb.toolchains.native.inference.typer import names_in
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, kind_of, refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, BYTES, CHAR, INT, NONE, STR, ListT, is_text

_ASSERTION: Final = 16


class StatementTyper(CallTyper):
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
        return done

    def statement(self, node: ast.stmt) -> list[t.Stmt]:
        """Type one statement. Raises RefusedError."""
        method = getattr(self, f"_stmt_{type(node).__name__}", None)
        if method is None:
            refuse(f"{kind_of(node)} is outside the native subset", node)
        result: list[t.Stmt] = method(node)
        return result

    # ------------------------------------------------------------ simple statements

    def _stmt_Pass(self, _node: ast.Pass) -> list[t.Stmt]:
        return []

    def _stmt_Expr(self, node: ast.Expr) -> list[t.Stmt]:
        if isinstance(node.value, ast.Constant):
            return []
        return [t.Eval(node.lineno, self.effect(node.value))]

    def effect(self, node: ast.expr) -> t.Expr:
        """Type an expression that may be a call that never returns."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._expr_Call(node)
        return self.expr(node)

    def _stmt_Assign(self, node: ast.Assign) -> list[t.Stmt]:
        if len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Tuple | ast.List):
                return self._assign_tuple(target, node.value)
            return [self._assign(target, self.expr(node.value), node)]
        value = self.expr(node.value)
        hidden = self.hidden("shared", node)
        statements: list[t.Stmt] = [self.assign(hidden, value, node)]
        for target in node.targets:
            if isinstance(target, ast.Tuple | ast.List):
                refuse("several targets, one of them a tuple, are outside the native subset", node)
            statements.append(self._assign(target, self.local(hidden, node.lineno), node))
        return statements

    def _stmt_AnnAssign(self, node: ast.AnnAssign) -> list[t.Stmt]:
        if node.value is None:
            return []
        return [self._assign(node.target, self.expr(node.value), node)]

    def _assign(self, target: ast.expr, value: t.Expr, node: ast.AST) -> t.Stmt:
        if isinstance(target, ast.Name):
            return self.assign(target.id, value, node)
        if isinstance(target, ast.Subscript):
            return self._set_item(target, value)
        return refuse(f"assignment to {ast.unparse(target)} is outside the native subset", target)

    def _set_item(self, target: ast.Subscript, value: t.Expr) -> t.Stmt:
        if isinstance(target.slice, ast.Slice):
            refuse("assignment to a slice is outside the native subset", target)
        base = self.expr(target.value)
        index = self.integer(target.slice, "an index")
        if BOTTOM in {base.type, value.type}:
            return t.SetItem(target.lineno, base, index, value)
        if not isinstance(base.type, ListT):
            refuse(f"{base.type} does not take item assignment", target)
        if value.type == NONE:
            refuse("this call returns nothing", target)
        self.widen(base.type.cell, value.type, target)
        self.item_allowed(base.type.cell, target)
        return t.SetItem(target.lineno, base, index, self.convert(value, base.type.item, target))

    def _assign_tuple(self, target: ast.Tuple | ast.List, value: ast.expr) -> list[t.Stmt]:
        line = target.lineno
        if any(isinstance(part, ast.Starred) for part in target.elts):
            refuse("* unpacking is outside the native subset", target)
        if isinstance(value, ast.Tuple | ast.List):
            if len(value.elts) != len(target.elts) or any(isinstance(part, ast.Starred) for part in value.elts):
                refuse("both sides of a tuple assignment have the same number of parts", target)
            statements: list[t.Stmt] = []
            for position, part in enumerate(value.elts):
                made = self.expr(part)
                if isinstance(made, t.Const):
                    continue
                statements.append(self.assign(f"{self.hidden('part', part)}.{position}", made, part))
            for position, (to, part) in enumerate(zip(target.elts, value.elts, strict=True)):
                source = self.expr(part)
                if not isinstance(source, t.Const):
                    source = self.local(f"{self.hidden('part', part)}.{position}", line)
                statements.append(self._assign(to, source, target))
            return statements
        pair = self.pair(value)
        if pair is not None:
            return self._assign_pair(target, *pair)
        sequence = self.expr(value)
        if is_text(sequence.type):
            sequence = self.convert(sequence, STR, value)
        kind = sequence.type
        if kind == BOTTOM:
            return []
        if isinstance(kind, ListT):
            item = self.item(kind.cell)
        elif kind in {STR, BYTES}:
            item = CHAR if kind == STR else INT
        else:
            refuse(f"{kind} cannot be unpacked in the native subset", value)
        names = []
        after: list[t.Stmt] = []
        for position, to in enumerate(target.elts):
            name = f"{self.hidden('part', to)}.{position}"
            self.assign(name, t.Local(item, line, name), to)
            names.append(name)
            after.append(self._assign(to, self.local(name, line), target))
        return [t.Unpack(line, names, sequence), *after]

    def _assign_pair(self, target: ast.Tuple | ast.List, before: list[t.Stmt], parts: list[t.Expr]) -> list[t.Stmt]:
        if len(target.elts) != len(parts):
            refuse("this call gives two values", target)
        names = [f"{self.hidden('part', to)}.{position}" for position, to in enumerate(target.elts)]
        held = [self.assign(name, part, target) for name, part in zip(names, parts, strict=True)]
        after = [
            self._assign(to, self.local(name, target.lineno), target)
            for to, name in zip(target.elts, names, strict=True)
        ]
        return [*before, *held, *after]

    def _stmt_AugAssign(self, node: ast.AugAssign) -> list[t.Stmt]:
        op = ARITH.get(type(node.op))
        if op is None:
            refuse("@= is outside the native subset", node)
        target = node.target
        if isinstance(target, ast.Name):
            have = self.expr(target)
            value = self.expr(node.value)
            if op == "+" and isinstance(have.type, ListT) and isinstance(value.type, ListT):
                self.widen(have.type.cell, value.type.item, node)
                return [
                    t.Eval(
                        node.lineno,
                        t.Builtin(NONE, node.lineno, "list.extend", [have, self.copied(value, have.type.cell, node)]),
                    )
                ]
            made = self.binary(op, have, value, node)
            if isinstance(have.type, ListT):
                return self._in_place(have, made, node)
            return [self.assign(target.id, made, node)]
        if not isinstance(target, ast.Subscript) or isinstance(target.slice, ast.Slice):
            refuse(f"assignment to {ast.unparse(target)} is outside the native subset", target)
        statements: list[t.Stmt] = []
        base = self._once(target.value, self.expr(target.value), statements)
        index = self._once(target.slice, self.integer(target.slice, "an index"), statements)
        if base.type == BOTTOM:
            self.expr(node.value)
            return statements
        if not isinstance(base.type, ListT):
            refuse(f"{base.type} does not take item assignment", target)
        old = t.Index(self.item(base.type.cell), node.lineno, base, index)
        value = self.binary(op, old, self.expr(node.value), node)
        self.widen(base.type.cell, value.type, target)
        return [*statements, t.SetItem(node.lineno, base, index, self.convert(value, base.type.item, node))]

    def _in_place(self, have: t.Expr, made: t.Expr, node: ast.AST) -> list[t.Stmt]:
        """``xs *= n``: the list itself changes."""
        name, line = self.hidden("made", node), have.line
        kept = self.assign(name, made, node)
        clear = t.Builtin(NONE, line, "list.clear", [have])
        extend = t.Builtin(NONE, line, "list.extend", [have, self.local(name, line)])
        return [kept, t.Eval(line, clear), t.Eval(line, extend)]

    def _once(self, node: ast.expr, value: t.Expr, statements: list[t.Stmt]) -> t.Expr:
        if isinstance(value, t.Const | t.Local):
            return value
        name = self.hidden("once", node)
        statements.append(self.assign(name, value, node))
        return self.local(name, node.lineno)

    def _stmt_Return(self, node: ast.Return) -> list[t.Stmt]:
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
            self.instance.result_is(NONE, node, self.program)
            return [t.Return(node.lineno, None)]
        value = self.effect(node.value)
        if value.type == NONE:
            refuse("this call returns nothing", node)
        if value.type == BOTTOM and self.program.final:
            return [t.Eval(node.lineno, value)]
        self.instance.result_is(value.type, node, self.program)
        return [t.Return(node.lineno, self.convert(value, self.instance.result, node))]

    # ------------------------------------------------------------ control flow

    def _stmt_If(self, node: ast.If) -> list[t.Stmt]:
        return [t.If(node.lineno, self.truth(node.test), self.body(node.body), self.body(node.orelse))]

    def _stmt_While(self, node: ast.While) -> list[t.Stmt]:
        return [t.While(node.lineno, self.truth(node.test), self.body(node.body), self.body(node.orelse))]

    def _stmt_For(self, node: ast.For) -> list[t.Stmt]:
        source = self.source(node.iter)
        target = self.bind_target(node.target, self.item_type(source))
        return [t.For(node.lineno, target, source, self.body(node.body), self.body(node.orelse))]

    def _stmt_Break(self, node: ast.Break) -> list[t.Stmt]:
        return [t.Break(node.lineno)]

    def _stmt_Continue(self, node: ast.Continue) -> list[t.Stmt]:
        return [t.Continue(node.lineno)]

    def _stmt_Assert(self, node: ast.Assert) -> list[t.Stmt]:
        test = t.Unary(BOOL, node.lineno, "not", self.truth(node.test))
        message = self._message(node.msg) if node.msg is not None else None
        return [t.If(node.lineno, test, [t.Raise(node.lineno, _ASSERTION, message)], [])]

    def _stmt_Raise(self, node: ast.Raise) -> list[t.Stmt]:
        if node.exc is None:
            refuse("a bare raise is outside the native subset", node)
        if node.cause is not None and not (isinstance(node.cause, ast.Constant) and node.cause.value is None):
            refuse("raise ... from is outside the native subset", node)
        raised, arguments = node.exc, list[ast.expr]()
        if isinstance(raised, ast.Call):
            arguments = raised.args
            if raised.keywords or len(arguments) > 1:
                refuse("an exception takes one message in the native subset", node)
            raised = raised.func
        if not isinstance(raised, ast.Name) or raised.id not in traps.RAISED or self.is_defined(raised.id):
            refuse(f"raise of {ast.unparse(raised)} is outside the native subset", node)
        message = self._message(arguments[0]) if arguments else None
        return [t.Raise(node.lineno, traps.RAISED[raised.id], message)]

    def is_defined(self, name: str) -> bool:
        """Whether the cell gives a meaning of its own to a name."""
        module = self.program.module
        return self.hides(name) or name in module.functions or name in module.constants or name in module.math_names

    def _message(self, node: ast.expr) -> t.Expr:
        value = self.expr(node)
        if not is_text(value.type) and value.type != BOTTOM:
            refuse(f"a message is a str in the native subset, not {value.type}", node)
        return self.convert(value, STR, node)
