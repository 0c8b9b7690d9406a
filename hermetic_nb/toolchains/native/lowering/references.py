"""Counting references: who holds an object gives it back."""

from __future__ import annotations

from hermetic_nb.toolchains.native.lowering.code import FunctionCode, Value
from hermetic_nb.toolchains.native.lowering.shapes import ir_type
from hermetic_nb.toolchains.native.types import OptionT, Type, is_counted, is_object


class ReferenceLowering:
    """Lowers the counting of references."""

    code: FunctionCode

    def keep(self, value: Value) -> Value:
        """The value with references of its own."""
        if value.owned or not is_counted(value.type):
            return value
        if is_object(value.type) and not isinstance(value.type, OptionT):
            count = self.code.load("i32", value.ref, "rc")
            self.code.store("i32", self.code.make(f"add i32 {count}, 1"), value.ref, "rc")
        else:
            self.code.emit(
                f"call void {self.code.module.helper('keep', value.type)}({ir_type(value.type)} {value.ref})"
            )
        return Value(value.type, value.ref, owned=True, tag=value.tag)

    def drop(self, value: Value) -> None:
        """Give back an owned value; borrowed ones are left alone."""
        if value.owned and is_counted(value.type):
            self.release(value.type, value.ref)

    def release(self, kind: Type, ref: str) -> None:
        """Take one reference from each object of a value, or from nothing."""
        self.code.emit(f"call void {self.code.module.helper('release', kind)}({ir_type(kind)} {ref})")
