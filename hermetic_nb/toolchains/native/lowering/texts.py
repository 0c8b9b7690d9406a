"""Methods of str and bytes, by name."""

from __future__ import annotations

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.formats import FormatLowering
from hermetic_nb.toolchains.native.lowering.layout import NOT_THERE
from hermetic_nb.toolchains.native.types import BOOL, INT, STR


class TextLowering(FormatLowering):
    """Lowers methods of text."""

    def _str_count(self, node: t.Builtin) -> Value:
        return Value(INT, self._text_search(node, "hnb_str_count"))

    def _str_find(self, node: t.Builtin) -> Value:
        return Value(INT, self._text_search(node, "hnb_str_find"))

    def _str_index(self, node: t.Builtin) -> Value:
        found = self._text_search(node, "hnb_str_find")
        self.code.trap_if(self.code.make(f"icmp slt i64 {found}, 0"), NOT_THERE, node.line)
        return Value(INT, found)

    def _text_search(self, node: t.Builtin, name: str) -> str:
        text, part = (self.expr(argument) for argument in node.arguments)
        found = self.code.call("i64", name, ("ptr", text.ref), ("ptr", part.ref))
        self.drop(text)
        self.drop(part)
        return found

    def _str_startswith(self, node: t.Builtin) -> Value:
        return self._has_end(node, at_end=False)

    def _str_endswith(self, node: t.Builtin) -> Value:
        return self._has_end(node, at_end=True)

    def _has_end(self, node: t.Builtin, *, at_end: bool) -> Value:
        """Whether a text begins or ends with another: that end of it, cut off and compared."""
        make = self.code.make
        text, part = (self.expr(argument) for argument in node.arguments)
        have, want = self.length(text), self.length(part)
        if at_end:
            # A longer part is compared with the whole text, which differs.
            start = make(f"sub i64 {have}, {want}")
            low = make(f"select i1 {make(f'icmp slt i64 {start}, 0')}, i64 0, i64 {start}")
            high = have
        else:
            low, high = "0", want
        line = ("i32", str(node.line))
        piece = self.code.call(
            "ptr", "hnb_str_slice", ("ptr", text.ref), ("i64", low), ("i64", high), ("i64", "1"), ("i32", "3"), line
        )
        same = self.code.call("i32", "hnb_str_eq", ("ptr", piece), ("ptr", part.ref))
        self.release(STR, piece)
        self.drop(text)
        self.drop(part)
        return Value(BOOL, make(f"icmp ne i32 {same}, 0"))
