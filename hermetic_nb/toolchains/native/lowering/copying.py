"""``copy.copy`` and ``copy.deepcopy`` (the functions that copy are in `copies`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.exact import ExactLowering
from hermetic_nb.toolchains.native.lowering.shapes import ir_type

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native import tree as t


class CopyLowering(ExactLowering):
    """Lowers copies."""

    def _copy_shallow(self, node: t.Builtin) -> Value:
        code = self.code
        value = self.borrowed(node.arguments[0])
        code.settle()
        made = code.make(f"call ptr {code.module.helper('copy', value.type)}(ptr {value.ref}, i32 {node.line})")
        self.drop(value)
        return Value(node.type, made, owned=True)

    def _copy_deep(self, node: t.Builtin) -> Value:
        code = self.code
        value = self.borrowed(node.arguments[0])
        memo = code.call("ptr", "hnb_dict_new", ("i32", str(node.line)))
        code.settle()
        name, held = code.module.helper("deepcopy", value.type), ir_type(value.type)
        made = code.make(f"call {held} {name}({held} {value.ref}, ptr {memo}, i32 {node.line})")
        code.call("void", "hnb_copy_end", ("ptr", memo))
        self.drop(value)
        return Value(node.type, made, owned=True)
