"""Deques: what they have beside a list's operations."""

from __future__ import annotations

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.layout import EMPTY_DEQUE
from hermetic_nb.toolchains.native.lowering.methods import MethodLowering
from hermetic_nb.toolchains.native.types import NONE, is_counted


class DequeLowering(MethodLowering):
    """Lowers operations of deques."""

    def _deque_new(self, node: t.Builtin) -> Value:
        return Value(node.type, self.code.call("ptr", "hnb_deque_new", ("i32", str(node.line))), owned=True)

    def _deque_of(self, node: t.Builtin) -> Value:
        """A deque of the items of a list."""
        items = self.expr(node.arguments[0])
        _, extra = self._family_arguments(items.type)
        made = self.code.call("ptr", "hnb_deque_of", ("ptr", items.ref), *extra, ("i32", str(node.line)))
        deque = Value(node.type, made, owned=True)
        self.keep_items(deque)
        self.drop(items)
        return deque

    def _deque_appendleft(self, node: t.Builtin) -> Value:
        base = self.before(*node.arguments)
        item = self.keep(self.expr(node.arguments[1]))
        _, extra = self._family_arguments(base.type)
        one = ("i32", "1")
        self.code.call("void", "hnb_deque_open_left", ("ptr", base.ref), one, *extra, ("i32", str(node.line)))
        self.write(base, "0", item)
        self.drop(base)
        return Value(NONE, "false")

    def _deque_popleft(self, node: t.Builtin) -> Value:
        base = self.borrowed(node.arguments[0])
        empty = self.code.make(f"icmp eq i64 {self.length(base)}, 0")
        self.code.trap_if(empty, EMPTY_DEQUE, node.line)
        item = self.at(base, "0")
        _, extra = self._family_arguments(base.type)
        self.code.call("void", "hnb_deque_close_left", ("ptr", base.ref), ("i32", "1"), *extra)
        self.drop(base)
        return Value(item.type, item.ref, owned=is_counted(item.type), tag=item.tag)

    def _deque_extendleft(self, node: t.Builtin) -> Value:
        base = self.before(*node.arguments)
        other = self.expr(node.arguments[1])
        _, extra = self._family_arguments(base.type)
        self.keep_items(other)
        line = ("i32", str(node.line))
        self.code.call("void", "hnb_deque_extend_left", ("ptr", base.ref), ("ptr", other.ref), *extra, line)
        self.drop(other)
        self.drop(base)
        return Value(NONE, "false")

    def _deque_rotate(self, node: t.Builtin) -> Value:
        base = self.before(*node.arguments)
        steps = self.expr(node.arguments[1])
        _, extra = self._family_arguments(base.type)
        line = ("i32", str(node.line))
        self.code.call("void", "hnb_deque_rotate", ("ptr", base.ref), ("i64", steps.ref), *extra, line)
        self.drop(base)
        return Value(NONE, "false")
