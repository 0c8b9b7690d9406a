"""Typing of deques."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.defaults import DefaultTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOTTOM,
    INT,
    NONE,
    DequeT,
    ListT,
)

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.types import Cell

_DEQUE: Final = {
    **dict.fromkeys(("appendleft", "extendleft"), (1, 1)),
    "popleft": (0, 0),
    "pop": (0, 0),
    "rotate": (0, 1),
    "copy": (0, 0),
}
"""Methods that a deque has instead of a list's, or besides: the fewest and the most arguments."""


class DequeTyper(DefaultTyper):
    """Types deques."""

    def _call_collections_deque(self, node: ast.Call) -> t.Expr:
        if node.keywords or len(node.args) > 1:
            refuse("a deque with a maximal length is outside the native subset", node)
        kind = DequeT(self.cell(node))
        if not node.args:
            return t.Builtin(kind, node.lineno, "deque.new", [])
        items = self.gathered(node.args[0])
        if items.type == BOTTOM:
            return items
        assert isinstance(items.type, ListT)
        self.widen(kind.cell, items.type.item, node)
        wanted = ListT(kind.cell)
        made = items if items.type == wanted else self.copied(items, kind.cell, node)
        return t.Builtin(kind, node.lineno, "deque.of", [made])

    def deque_method(self, base: t.Expr, cell: Cell, name: str, node: ast.Call) -> t.Expr | None:
        """A method of a deque, where it is not a list's."""
        if name == "sort":
            refuse("a deque has no sort", node)
        if name not in _DEQUE:
            return None
        self.positional(node, *_DEQUE[name])
        line = node.lineno
        match name:
            case "appendleft":
                item = self.add(cell, self.expr(node.args[0]), node)
                return t.Builtin(NONE, line, "deque.appendleft", [base, item])
            case "popleft":
                return t.Builtin(self.item(cell), line, "deque.popleft", [base])
            case "pop":
                return t.Builtin(self.item(cell), line, "list.pop", [base])
            case "rotate":
                steps = self.integer(node.args[0], "the steps") if node.args else t.Const(INT, line, 1)
                return t.Builtin(NONE, line, "deque.rotate", [base, steps])
            case "copy":
                return t.Builtin(base.type, line, "deque.of", [base])
        self.at_once(node)
        other = self.gathered(node.args[0])
        if other.type == BOTTOM:
            return other
        assert isinstance(other.type, ListT)
        self.widen(cell, other.type.item, node)
        return t.Builtin(NONE, line, "deque.extendleft", [base, self.copied(other, cell, node)])
