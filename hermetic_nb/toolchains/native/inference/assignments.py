"""Typing of assignments and of `del`: names, items, fields, slices, targets in tuples."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.inference.pouring import PouringTyper
from hermetic_nb.toolchains.native.inference.saying import counted
from hermetic_nb.toolchains.native.lowering.layout import NONE_ATTRIBUTE
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOTTOM,
    BYTES,
    CHAR,
    COUNTER,
    INT,
    NONE,
    STR,
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    TupleT,
    is_text,
)


class AssignmentTyper(PouringTyper):
    """Types what puts a value somewhere."""

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
        if not changes_list(base) or not isinstance(base.type, ListT) or not isinstance(value.type, ListT):
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
        if not changes_list(base):
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


def changes_list(value: t.Expr) -> bool:
    """Whether a value is a list that can change."""
    return isinstance(value.type, ListT) and not isinstance(value.type, RowT)
