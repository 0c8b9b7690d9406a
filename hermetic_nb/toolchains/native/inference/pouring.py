"""Typing of ``xs.extend(value for ...)``: what takes the items of a generator one by one.

In CPython each item is there before the next one is asked for: the generator can see it, and it stays where a later one
raises.
"""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.calls import CallTyper
from hermetic_nb.toolchains.native.lowering.layout import NONE_ATTRIBUTE
from hermetic_nb.toolchains.native.types import NONE, DequeT, ListT, SetT

_TAKERS: Final = frozenset({"extend", "extendleft", "update"})


class PouringTyper(CallTyper):
    """Types statements that pour a generator into an object."""

    def poured(self, node: ast.expr) -> list[t.Stmt] | None:
        """The loop that a statement is which gives a generator to what takes its items one by one; None for others."""
        match node:
            case ast.Call(
                func=ast.Attribute(value=taker, attr=name), args=[ast.GeneratorExp() as items], keywords=[]
            ) if name in _TAKERS:
                return self._loop(taker, name, items, node)
        return None

    def _loop(self, taker: ast.expr, name: str, items: ast.GeneratorExp, node: ast.Call) -> list[t.Stmt] | None:
        self.changeable(taker, node)
        base = self.need(self.expr(taker), node, NONE_ATTRIBUTE)
        kind, line = base.type, node.lineno
        if isinstance(kind, SetT) and name == "update":
            code = "table.add"
        elif isinstance(kind, DequeT) and name == "extendleft":
            code = "deque.appendleft"
        elif isinstance(kind, ListT) and name == "extend":
            code = "list.append"
        else:
            # Other methods of these names tell what a generator needs there.
            return None
        into, cell = self.hidden("into", node), kind.cell
        first = self.assign(into, base, node)

        def put() -> list[t.Stmt]:
            if isinstance(kind, SetT):
                item = self.convert(self.new_key(cell, items.elt), cell.item, items)
            else:
                item = self.add(cell, self.expr(items.elt), items)
            return [t.Eval(line, t.Builtin(NONE, line, code, [self.local(into, line), item]))]

        return [first, *self._loops(items.generators, 0, put, items)]
