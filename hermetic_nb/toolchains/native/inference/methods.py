"""Typing of method calls."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.deques import DequeTyper
from hermetic_nb.toolchains.native.inference.operators import is_equatable
from hermetic_nb.toolchains.native.inference.saying import no_method
from hermetic_nb.toolchains.native.inference.typer import is_convertible
from hermetic_nb.toolchains.native.lowering.layout import NONE_ATTRIBUTE
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOTTOM,
    BYTES,
    INT,
    NONE,
    NUM,
    Cell,
    DequeT,
    DictT,
    ListT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    is_number,
    is_text,
)

_LIST: Final = {
    **dict.fromkeys(("append", "extend", "index", "count", "remove"), (1, 1)),
    **dict.fromkeys(("reverse", "clear", "copy"), (0, 0)),
    "pop": (0, 1),
    "insert": (2, 2),
}
"""Methods of a list: the fewest and the most arguments."""


class MethodTyper(DequeTyper):
    """Types method calls."""

    def _method(self, target: ast.Attribute, node: ast.Call) -> t.Expr:
        self.changeable(target.value, node)
        of_class = self.class_method(target, node)
        if of_class is not None:
            return of_class
        base = self.need(self.expr(target.value), node, NONE_ATTRIBUTE)
        kind = base.type
        if kind == BOTTOM:
            for argument in node.args:
                self.expr(argument)
            return base
        if isinstance(kind, RowT) and target.attr not in {"count", "index"}:
            refuse(no_method(target.attr, "a tuple", tuple), node)
        if isinstance(kind, ListT):
            return self._list_method(base, kind.cell, target.attr, node)
        if isinstance(kind, DictT):
            return self.dict_method(base, kind, target.attr, node)
        if isinstance(kind, RecordT):
            return self.record_method(base, target.attr, node)
        if isinstance(kind, TupleT) and target.attr in {"count", "index"}:
            row = self.as_list(base, node)
            assert isinstance(row.type, ListT)
            return self._list_method(row, row.type.cell, target.attr, node)
        if isinstance(kind, SetT):
            return self.set_method(base, kind, target.attr, node)
        if is_text(kind) or kind == BYTES:
            return self._text_method(base, target.attr, node)
        if is_number(kind):
            return self.number_method(base, target.attr, node)
        return refuse(f"the method {target.attr} of {kind} is outside the native subset", node)

    def changeable(self, base: ast.expr, node: ast.Call) -> None:
        """Refuse a method of a list that is a constant of the cell."""
        if (
            isinstance(base, ast.Name)
            and not self.hides(base.id)
            and isinstance(self.program.module.constants.get(base.id), list)
        ):
            refuse(f"{base.id} is only read in the native subset", node)

    def _list_method(self, base: t.Expr, cell: Cell, name: str, node: ast.Call) -> t.Expr:
        if isinstance(base.type, DequeT):
            made = self.deque_method(base, cell, name, node)
            if made is not None:
                return made
        if name == "sort":
            return self.sort_in_place(base, cell, node)
        if name not in _LIST:
            refuse(no_method(name, "a list", list), node)
        self.positional(node, *_LIST[name])
        done: t.Expr = getattr(self, f"_list_{name}")(base, cell, node)
        return done

    def sort_in_place(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        """``xs.sort()`` (see `sorting`)."""
        raise NotImplementedError

    def record_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        """A method of an instance (see `records`)."""
        raise NotImplementedError

    def extreme(self, name: str, node: ast.Call) -> t.Expr:
        """Min or max without a key (see `calls`)."""
        raise NotImplementedError

    def _list_append(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        item = self.add(cell, self.expr(node.args[0]), node)
        return t.Builtin(NONE, node.lineno, "list.append", [base, item])

    def _list_insert(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        position = self.integer(node.args[0], "the position")
        item = self.add(cell, self.expr(node.args[1]), node)
        return t.Builtin(NONE, node.lineno, "list.insert", [base, position, item])

    def _list_extend(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        self.at_once(node)
        other = self.sequence(node.args[0])
        if other.type == BOTTOM:
            return t.Builtin(NONE, node.lineno, "list.extend", [base, other])
        assert isinstance(other.type, ListT)
        self.widen(cell, other.type.item, node)
        return t.Builtin(NONE, node.lineno, "list.extend", [base, self.copied(other, cell, node)])

    def sequence(self, node: ast.expr) -> t.Expr:
        """The items of anything that can be looped over as a list, which is a new one unless it is a list already."""
        if not isinstance(node, ast.GeneratorExp | ast.Call):
            value = self.reading(node)
            if isinstance(value.type, ListT) or value.type == BOTTOM:
                return value
        return self.gathered(node)

    def _list_pop(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        position = [self.integer(node.args[0], "the position")] if node.args else []
        return t.Builtin(self.item(cell), node.lineno, "list.pop", [base, *position])

    def _wanted(self, cell: Cell, node: ast.expr, what: str) -> t.Expr:
        """An item to look for."""
        item = self.expr(node)
        if BOTTOM in {item.type, cell.item}:
            return item
        if not is_convertible(item.type, cell.item) or (NUM in {item.type, cell.item} and item.type != cell.item):
            refuse(f"{what} of {item.type} in a list of {cell.item} is outside the native subset", node)
        if not is_equatable(cell.item):
            refuse(f"two of {cell.item} are compared outside the native subset", node)
        return self.convert(item, cell.item, node)

    def _list_index(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        return t.Builtin(INT, node.lineno, "list.index", [base, self._wanted(cell, node.args[0], "index")])

    def _list_count(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        return t.Builtin(INT, node.lineno, "list.count", [base, self._wanted(cell, node.args[0], "count")])

    def _list_remove(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        return t.Builtin(NONE, node.lineno, "list.remove", [base, self._wanted(cell, node.args[0], "remove")])

    def _list_copy(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        copied = ListT(self.cell(node))
        self.widen(copied.cell, cell.item, node)
        return self.copied(t.Slice(base.type, node.lineno, base, None, None, None), copied.cell, node)

    def _list_reverse(self, base: t.Expr, _cell: Cell, node: ast.Call) -> t.Expr:
        return t.Builtin(NONE, node.lineno, "list.reverse", [base])

    def _list_clear(self, base: t.Expr, _cell: Cell, node: ast.Call) -> t.Expr:
        return t.Builtin(NONE, node.lineno, "list.clear", [base])
