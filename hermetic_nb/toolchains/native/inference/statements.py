"""Typing of statements and of whole functions."""

from __future__ import annotations

import ast
import builtins
from typing import Final

from hermetic_nb import traps
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.ends import breaks, ends
from hermetic_nb.toolchains.native.inference.operators import ARITH, is_quiet
from hermetic_nb.toolchains.native.inference.pouring import PouringTyper
from hermetic_nb.toolchains.native.inference.saying import counted
from hermetic_nb.toolchains.native.inference.typer import names_in, tested
from hermetic_nb.toolchains.native.inference.verdicts import is_open, verdict
from hermetic_nb.toolchains.native.lowering.layout import NONE_ATTRIBUTE
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, kind_of, refuse
from hermetic_nb.toolchains.native.parse.stable import QUIET_CALLS
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    COUNTER,
    INT,
    NONE,
    STR,
    ArrayType,
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    is_text,
)

_ASSERTION: Final = 16


class StatementTyper(PouringTyper):
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

    # ------------------------------------------------------------ simple statements

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
            statements += self.assign_to(target, self.local(hidden, node.lineno))
        return statements

    def _stmt_AnnAssign(self, node: ast.AnnAssign) -> list[t.Stmt]:
        if node.value is None:
            return []
        value = self.expr(node.value)
        self.program.hints.note(node.annotation, value.type)
        return [self._assign(node.target, value, node)]

    def _assign(self, target: ast.expr, value: t.Expr, node: ast.AST) -> t.Stmt:
        if isinstance(target, ast.Name):
            return self.assign(target.id, value, node)
        if isinstance(target, ast.Subscript):
            return self._set_item(target, value)
        if isinstance(target, ast.Attribute):
            return self._set_field(target, value)
        return refuse(f"assignment to {ast.unparse(target)} is outside the native subset", target)

    def assign_to(self, node: ast.expr, value: t.Expr) -> list[t.Stmt]:
        """Statements that assign a value to a target."""
        if isinstance(node, ast.Tuple | ast.List):
            return self._unpacked(node, value)
        if isinstance(node, ast.Name):
            return [self.assign(self.renamed.get(node.id, node.id), value, node)]
        return [self._assign(node, value, node)]

    def _set_field(self, target: ast.Attribute, value: t.Expr) -> t.Stmt:
        base = self.need(self.expr(target.value), target, NONE_ATTRIBUTE)
        if BOTTOM in {base.type, value.type}:
            return t.Eval(target.lineno, value)
        if not isinstance(base.type, RecordT):
            refuse(f"{base.type} takes no fields", target)
        record = base.type.record
        if target.attr not in record.fields:
            refuse(f"{record.name} has no field {target.attr}: give it one in the class", target)
        if record.frozen:
            refuse(f"{record.name} is frozen: its fields are never assigned", target)
        return t.SetField(target.lineno, base, target.attr, self.add(record.fields[target.attr], value, target))

    def _set_item(self, target: ast.Subscript, value: t.Expr) -> t.Stmt:
        base = self.need(self.expr(target.value), target)
        if isinstance(target.slice, ast.Slice):
            return self._set_slice(base, target, target.slice, value)
        if isinstance(base.type, DictT):
            if value.type == BOTTOM:
                self.expr(target.slice)
                return t.Eval(target.lineno, value)
            key = self.new_key(base.type.keys, target.slice)
            made = self.add(base.type.values, value, target)
            return t.SetItem(target.lineno, base, self.convert(key, base.type.key, target), made)
        index = self.integer(target.slice, "an index")
        if BOTTOM in {base.type, value.type}:
            return t.SetItem(target.lineno, base, index, value)
        if not isinstance(base.type, ListT) or isinstance(base.type, RowT):
            hint = ": build a new one" if is_text(base.type) or isinstance(base.type, TupleT | RowT) else ""
            refuse(f"{base.type} does not take item assignment{hint}", target)
        return t.SetItem(target.lineno, base, index, self.add(base.type.cell, value, target))

    def _ends(self, bounds: ast.Slice, line: int) -> list[t.Expr]:
        """Start, stop and step of a slice, and which of them are given, as the runtime takes them."""
        parts = (bounds.lower, bounds.upper, bounds.step)
        ends = [None if part is None else self.integer(part, "a slice bound") for part in parts]
        has = (ends[0] is not None) | (ends[1] is not None) << 1
        return [end or t.Const(INT, line, int(at == 2)) for at, end in enumerate(ends)] + [t.Const(INT, line, has)]

    def _set_slice(self, base: t.Expr, target: ast.Subscript, bounds: ast.Slice, value: t.Expr) -> t.Stmt:
        """``xs[a:b] = ys``."""
        line = target.lineno
        ends = self._ends(bounds, line)
        if BOTTOM in {base.type, value.type}:
            return t.Eval(line, value)
        if not _changes_list(base) or not isinstance(base.type, ListT) or not isinstance(value.type, ListT):
            refuse(f"{value.type} in the place of a slice of {base.type} is outside the native subset", target)
        self.widen(base.type.cell, value.type.item, target)
        made = self.copied(value, base.type.cell, target)
        stepped = "list.set_steps" if bounds.step is not None else "list.set_slice"
        return t.Eval(line, t.Builtin(NONE, line, stepped, [made, base, *ends]))

    def _stmt_Delete(self, node: ast.Delete) -> list[t.Stmt]:
        return [self._delete(target) for target in node.targets]

    def _delete(self, target: ast.expr) -> t.Stmt:
        line = target.lineno
        if not isinstance(target, ast.Subscript):
            refuse("del takes an item of a list or dict in the native subset", target)
        base = self.need(self.expr(target.value), target)
        if base.type == BOTTOM:
            return t.Eval(line, base)
        if isinstance(base.type, DictT):
            key = self.key(base.type.keys, target.slice)
            gone = "table.discard" if base.type.flavour == COUNTER else "table.remove"
            return t.Eval(line, t.Builtin(NONE, line, gone, [base, key]))
        if not _changes_list(base):
            refuse(f"{base.type} gives up no items", target)
        if isinstance(target.slice, ast.Slice):
            ends = self._ends(target.slice, line)
            return t.Eval(line, t.Builtin(NONE, line, "list.delete_slice", [base, *ends]))
        index = self.integer(target.slice, "an index")
        return t.Eval(line, t.Builtin(NONE, line, "list.delete", [base, index]))

    def _assign_tuple(self, target: ast.Tuple | ast.List, value: ast.expr) -> list[t.Stmt]:
        line = target.lineno
        if any(isinstance(part, ast.Starred) for part in target.elts):
            refuse("* unpacking is outside the native subset", target)
        if isinstance(value, ast.Tuple | ast.List):
            if len(value.elts) != len(target.elts) or any(isinstance(part, ast.Starred) for part in value.elts):
                refuse(f"{counted(len(target.elts), 'name')} for {counted(len(value.elts), 'value')}", target)
            statements: list[t.Stmt] = []
            sources = []
            for position, part in enumerate(value.elts):
                made = self.expr(part)
                if not isinstance(made, t.Const):
                    name = f"{self.hidden('part', part)}.{position}"
                    statements.append(self.assign(name, made, part))
                    made = self.local(name, line)
                    if isinstance(made.type, OptionT) and name in self.some:
                        made = t.Unwrap(made.type.inner, line, made, 0)
                sources.append(made)
            for to, source in zip(target.elts, sources, strict=True):
                statements += self.assign_to(to, source)
            return statements
        pair = self.pair(value)
        if pair is not None:
            return self._assign_pair(target, *pair)
        return self._unpacked(target, self.expr(value))

    def _unpacked(self, target: ast.Tuple | ast.List, value: t.Expr) -> list[t.Stmt]:
        """``a, b = value``."""
        line = target.lineno
        value = self.need(value, target)
        if is_text(value.type):
            value = self.convert(value, STR, target)
        kind = value.type
        if kind == BOTTOM:
            return [t.Eval(line, value)]
        if isinstance(kind, RecordT) and kind.record.is_tuple:
            held = self.hidden("whole", target)
            first: list[t.Stmt] = [self.assign(held, value, target)]
            parts: list[t.Expr] = [
                t.Field(self.item(cell), line, self.local(held, line), name)
                for name, cell in kind.record.fields.items()
            ]
            return first + self._each_part(target, parts)
        if isinstance(kind, TupleT):
            first = []
            if not isinstance(value, t.TupleOf) or not is_quiet(value):
                held = self.hidden("whole", target)
                first = [self.assign(held, value, target)]
                value = self.local(held, line)
            parts = (
                value.items
                if isinstance(value, t.TupleOf)
                else [t.Part(item, line, value, number) for number, item in enumerate(kind.items)]
            )
            return first + self._each_part(target, parts)
        if isinstance(kind, ListT):
            item = self.item(kind.cell)
        elif kind in {STR, BYTES}:
            item = CHAR if kind == STR else INT
        else:
            refuse(f"{kind} cannot be unpacked in the native subset", target)
        names = []
        after: list[t.Stmt] = []
        for position, to in enumerate(target.elts):
            name = f"{self.hidden('part', to)}.{position}"
            self.assign(name, t.Local(item, line, name), to)
            names.append(name)
            after += self.assign_to(to, self.local(name, line))
        return [t.Unpack(line, names, value), *after]

    def _each_part(self, target: ast.Tuple | ast.List, parts: list[t.Expr]) -> list[t.Stmt]:
        if len(parts) != len(target.elts):
            refuse(f"{counted(len(target.elts), 'name')} for {counted(len(parts), 'value')}", target)
        return [
            statement for to, part in zip(target.elts, parts, strict=True) for statement in self.assign_to(to, part)
        ]

    def _assign_pair(self, target: ast.Tuple | ast.List, before: list[t.Stmt], parts: list[t.Expr]) -> list[t.Stmt]:
        names = [f"{self.hidden('pair', to)}.{position}" for position, to in enumerate(target.elts)]
        held = [self.assign(name, part, target) for name, part in zip(names, parts, strict=False)]
        return [
            *before,
            *held,
            *self._each_part(target, [self.local(name, target.lineno) for name in names[: len(parts)]]),
        ]

    def _stmt_AugAssign(self, node: ast.AugAssign) -> list[t.Stmt]:
        op = ARITH.get(type(node.op))
        if op is None:
            refuse("@= is outside the native subset", node)
        target = node.target
        if isinstance(target, ast.Name):
            have = self._changing(self.expr(target), target)
            value = self.expr(node.value)
            if op == "+" and _changes_list(have) and isinstance(value.type, ListT):
                assert isinstance(have.type, ListT)
                self.widen(have.type.cell, value.type.item, node)
                return [
                    t.Eval(
                        node.lineno,
                        t.Builtin(NONE, node.lineno, "list.extend", [have, self.copied(value, have.type.cell, node)]),
                    )
                ]
            if self._changes_set(op, have) and isinstance(value.type, SetT):
                return [t.Eval(node.lineno, self.changed(op, have, value, node))]
            made = self.binary(op, have, value, node)
            if _changes_list(have):
                return self._in_place(have, made, node)
            if isinstance(have.type, SetT | DictT | ArrayType):
                refuse(f"{op}= of {have.type} is outside the native subset: use a method, as update()", node)
            return [self.assign(target.id, made, node)]
        if isinstance(target, ast.Attribute):
            return self._augment_field(target, op, node)
        if isinstance(target.slice, ast.Slice):
            refuse(f"assignment to {ast.unparse(target)} is outside the native subset", target)
        statements: list[t.Stmt] = []
        base = self._once(target.value, self.need(self.expr(target.value), target), statements)
        if isinstance(base.type, DictT):
            return self._augment_entry(base, base.type, target, op, node, statements)
        index = self._once(target.slice, self.integer(target.slice, "an index"), statements)
        if base.type == BOTTOM:
            self.expr(node.value)
            return statements
        if not isinstance(base.type, ListT) or isinstance(base.type, RowT):
            refuse(f"{base.type} does not take item assignment: build a new one", target)
        old = t.Index(self.item(base.type.cell), node.lineno, base, index)
        changed = self._augmented(op, old, node, statements)
        if changed is None:
            return statements
        return [*statements, t.SetItem(node.lineno, base, index, self.add(base.type.cell, changed, target))]

    def _augment_entry(
        self,
        base: t.Expr,
        kind: DictT,
        target: ast.Subscript,
        op: str,
        node: ast.AugAssign,
        statements: list[t.Stmt],
    ) -> list[t.Stmt]:
        key = self._once(target.slice, self.key(kind.keys, target.slice), statements)
        old = self.held_entry(base, kind, key, target)
        value = self._augmented(op, old, node, statements)
        if value is None:
            return statements
        made = self.add(kind.values, value, target)
        return [*statements, t.SetItem(node.lineno, base, self.convert(key, kind.key, target), made)]

    def _augment_field(self, target: ast.Attribute, op: str, node: ast.AugAssign) -> list[t.Stmt]:
        statements: list[t.Stmt] = []
        base = self._once(target.value, self.need(self.expr(target.value), target, NONE_ATTRIBUTE), statements)
        if base.type == BOTTOM:
            self.expr(node.value)
            return statements
        if not isinstance(base.type, RecordT) or target.attr not in base.type.record.fields:
            refuse(f"{base.type} has no field {target.attr}", target)
        if base.type.record.frozen:
            refuse(f"{base.type} is frozen: its fields are never assigned", target)
        cell = base.type.record.fields[target.attr]
        old = t.Field(self.item(cell), node.lineno, base, target.attr)
        value = self._augmented(op, old, node, statements)
        if value is None:
            return statements
        return [*statements, t.SetField(node.lineno, base, target.attr, self.add(cell, value, target))]

    def _augmented(self, op: str, old: t.Expr, node: ast.AugAssign, statements: list[t.Stmt]) -> t.Expr | None:
        """The new value of ``place op= value``; None where what is there changes itself, and surely is still there."""
        inside = self._changing(old, node.target)
        if op == "+" and _changes_list(inside):
            held = self._changing(self._once(node.target, old, statements), node.target)
            value = self.expr(node.value)
            if isinstance(value.type, ListT) and isinstance(held.type, ListT):
                self.widen(held.type.cell, value.type.item, node)
                made = self.copied(value, held.type.cell, node)
                statements.append(t.Eval(node.lineno, t.Builtin(NONE, node.lineno, "list.extend", [held, made])))
                return held if self._may_rebind(node.value) else None
            return self.binary(op, held, value, node)
        if self._changes_set(op, inside):
            held = self._changing(self._once(node.target, old, statements), node.target)
            value = self.expr(node.value)
            if isinstance(value.type, SetT):
                statements.append(t.Eval(node.lineno, self.changed(op, held, value, node)))
                return held if self._may_rebind(node.value) else None
            return self.binary(op, held, value, node)
        if _changes_list(inside) or isinstance(inside.type, SetT | DictT):
            refuse(f"{op}= of {inside.type} here is outside the native subset: give it a name first", node)
        return self.binary(op, old, self.expr(node.value), node)

    def _may_rebind(self, node: ast.expr) -> bool:
        """Whether computing a value may put another object in the place that ``place op= value`` stores to at last."""
        for part in ast.walk(node):
            match part:
                case ast.Call(func=ast.Name(id=name)) if name in QUIET_CALLS and self.is_builtin(name):
                    continue
                case ast.Call() | ast.Attribute() | ast.NamedExpr():
                    return True
        return False

    def _changing(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """What ``place op= value`` may change in its place: an option of it is tested."""
        inner = value.type.inner if isinstance(value.type, OptionT) else None
        return self.need(value, node) if isinstance(inner, ListT | SetT | DictT | ArrayType) else value

    def _changes_set(self, op: str, base: t.Expr) -> bool:
        """Whether ``base op= other`` changes a set: a frozenset, which native code holds as a set, would be replaced."""
        return op in {"|", "&", "-"} and isinstance(base.type, SetT) and not self.program.has_frozensets

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

    # ------------------------------------------------------------ control flow

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


def _changes_list(value: t.Expr) -> bool:
    """Whether a value is a list that can change."""
    return isinstance(value.type, ListT) and not isinstance(value.type, RowT)
