"""Typing of method calls."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.texts import TextTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOTTOM, INT, NONE, Cell, ListT, is_text


class MethodTyper(TextTyper):
    """Types method calls."""

    def _method(self, target: ast.Attribute, node: ast.Call) -> t.Expr:
        if (
            isinstance(target.value, ast.Name)
            and not self.hides(target.value.id)
            and target.value.id in self.program.module.constants
        ):
            refuse(f"{target.value.id} is only read in the native subset", node)
        base = self.expr(target.value)
        if base.type == BOTTOM:
            return base
        if isinstance(base.type, ListT):
            return self._list_method(base, base.type.cell, target.attr, node)
        if is_text(base.type):
            return self._text_method(base, target.attr, node)
        return refuse(f"the method {target.attr} of {base.type} is outside the native subset", node)

    def _list_method(self, base: t.Expr, cell: Cell, name: str, node: ast.Call) -> t.Expr:
        line = node.lineno
        self.positional(node)
        counts = {
            "append": 1,
            "extend": 1,
            "pop": (0, 1),
            "insert": 2,
            "reverse": 0,
            "clear": 0,
            "copy": 0,
            "index": 1,
            "count": 1,
        }
        if name not in counts:
            refuse(f"the method {name} of a list is outside the native subset", node)
        count = counts[name]
        least, most = count if isinstance(count, tuple) else (count, count)
        self.positional(node, least, most)
        if name in {"append", "insert"}:
            item = self.expr(node.args[-1])
            if item.type == NONE:
                refuse("this call returns nothing", node)
            self.widen(cell, item.type, node)
            self.item_allowed(cell, node)
            arguments = [self.convert(item, cell.item, node)]
            if name == "insert":
                arguments.insert(0, self.integer(node.args[0], "the position"))
            return t.Builtin(NONE, line, f"list.{name}", [base, *arguments])
        if name == "extend":
            other = self.expr(node.args[0])
            if other.type == BOTTOM:
                return t.Builtin(NONE, line, "list.extend", [base, other])
            if not isinstance(other.type, ListT):
                refuse(f"extend of {other.type} is outside the native subset", node)
            self.widen(cell, other.type.item, node)
            return t.Builtin(NONE, line, "list.extend", [base, self.copied(other, cell, node)])
        if name == "pop":
            position = [self.integer(node.args[0], "the position")] if node.args else []
            return t.Builtin(self.item(cell), line, "list.pop", [base, *position])
        if name in {"index", "count"}:
            item = self.expr(node.args[0])
            if item.type != self.item(cell) and BOTTOM not in {item.type, cell.item}:
                refuse(f"{name} of {item.type} in a list of {cell.item} is outside the native subset", node)
            return t.Builtin(INT, line, f"list.{name}", [base, item])
        if name == "copy":
            copied = ListT(self.cell(node))
            self.widen(copied.cell, cell.item, node)
            return self.copied(t.Slice(base.type, line, base, None, None, None), copied.cell, node)
        return t.Builtin(NONE, line, f"list.{name}", [base])
