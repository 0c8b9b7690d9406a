"""Typing of ``place op= value``: the place is found once, and what can change itself does."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.assignments import AssignmentTyper, changes_list
from hermetic_nb.toolchains.native.inference.operators import ARITH
from hermetic_nb.toolchains.native.lowering.layout import NONE_ATTRIBUTE
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.stable import QUIET_CALLS
from hermetic_nb.toolchains.native.types import BOTTOM, NONE, ArrayType, DictT, ListT, OptionT, RecordT, RowT, SetT


class AugmentedTyper(AssignmentTyper):
    """Types augmented assignments."""

    def _stmt_AugAssign(self, node: ast.AugAssign) -> list[t.Stmt]:
        op = ARITH.get(type(node.op))
        if op is None:
            refuse("@= is outside the native subset", node)
        target = node.target
        if isinstance(target, ast.Name):
            have = self._changing(self.expr(target), target)
            value = self.expr(node.value)
            if op == "+" and changes_list(have) and isinstance(value.type, ListT):
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
            if changes_list(have):
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
        if op == "+" and changes_list(inside):
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
        if changes_list(inside) or isinstance(inside.type, SetT | DictT):
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
