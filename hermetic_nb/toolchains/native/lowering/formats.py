"""Numbers as text and text as numbers."""

from __future__ import annotations

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.comparisons import ComparisonLowering
from hermetic_nb.toolchains.native.types import STR


class FormatLowering(ComparisonLowering):
    """Lowers conversions between numbers and text."""

    def _str_from_int(self, node: t.Builtin) -> Value:
        number = self.expr(node.arguments[0])
        return Value(
            STR, self.code.call("ptr", "hnb_str_from_int", ("i64", number.ref), ("i32", str(node.line))), owned=True
        )
