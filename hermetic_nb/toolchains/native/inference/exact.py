"""Typing of what the library's `statistics` asks of the runtime (`library.exact`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.tables import TableTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOTTOM, FLOAT, INT, ListT

if TYPE_CHECKING:
    import ast

_ITEMS: Final = {"exact.mean": FLOAT, "exact.variance": FLOAT, "exact.deviation": FLOAT, "exact.int_deviation": INT}
"""The functions, and the items of the lists that they take."""


class ExactTyper(TableTyper):
    """Types exact means and spreads."""

    def collection(self, name: str, node: ast.Call) -> t.Expr | None:
        """A call of a name with a dot in it, which the compiler knows."""
        if name not in _ITEMS:
            return None
        items = self.reading(node.args[0])
        rest = [self.expr(argument) for argument in node.args[1:]]
        if items.type != BOTTOM and (
            not isinstance(items.type, ListT) or items.type.item not in {_ITEMS[name], BOTTOM}
        ):
            refuse(f"statistics of {items.type} are outside the native subset: use ints only or floats only", node)
        return t.Builtin(FLOAT, node.lineno, name, [items, *rest])
