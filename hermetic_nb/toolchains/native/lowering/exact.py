"""Exact means and spreads of lists of numbers (`runtime/statistics.c`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.found import FoundLowering
from hermetic_nb.toolchains.native.types import FLOAT

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native import tree as t


class ExactLowering(FoundLowering):
    """Lowers what the library's `statistics` asks of the runtime."""

    def _do_exact_mean(self, node: t.Builtin) -> Value:
        items = self.expr(node.arguments[0])
        mean = self.code.call("double", "hnb_exact_mean", ("ptr", items.ref))
        self.drop(items)
        return Value(FLOAT, mean)

    def _do_exact_variance(self, node: t.Builtin) -> Value:
        return self._spread(node, "hnb_exact_spread_f64", ("i32", "0"))

    def _do_exact_deviation(self, node: t.Builtin) -> Value:
        return self._spread(node, "hnb_exact_spread_f64", ("i32", "1"))

    def _do_exact_int_deviation(self, node: t.Builtin) -> Value:
        return self._spread(node, "hnb_exact_deviation_i64")

    def _spread(self, node: t.Builtin, name: str, *root: tuple[str, str]) -> Value:
        items = self.before(node.arguments[0], node.arguments[1])
        less = self.expr(node.arguments[1])
        line = ("i32", str(node.line))
        spread = self.code.call("double", name, ("ptr", items.ref), ("i64", less.ref), *root, line)
        self.drop(items)
        return Value(FLOAT, spread)
