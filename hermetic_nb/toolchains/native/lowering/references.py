"""Counting references: who holds an object gives it back."""

from __future__ import annotations

from hermetic_nb.toolchains.native.lowering.code import FunctionCode, Value, item_type
from hermetic_nb.toolchains.native.types import BOTTOM, STR, ListT, Type, is_counted


class ReferenceLowering:
    """Lowers the counting of references."""

    code: FunctionCode

    def keep(self, value: Value) -> Value:
        """The value with a reference of its own."""
        if value.owned or not is_counted(value.type):
            return value
        count = self.code.load("i32", value.ref, "rc")
        self.code.store("i32", self.code.make(f"add i32 {count}, 1"), value.ref, "rc")
        return Value(value.type, value.ref, owned=True)

    def drop(self, value: Value) -> None:
        """Give back an owned value; borrowed ones are left alone."""
        if value.owned and is_counted(value.type):
            self.release(value.type, value.ref)

    def release(self, kind: Type, ref: str) -> None:
        """Take one reference from an object, or from nothing."""
        name = f"release.{family(kind)}"
        self.code.module.declared.setdefault(f"hnb_{family(kind).split('.')[0]}_free", _free_declaration(kind))
        self.code.emit(f"call void @{name}(ptr {ref})")


def family(kind: Type) -> str:
    """The name under which a type's objects are released."""
    if isinstance(kind, ListT):
        return f"list.{8 if kind.item == BOTTOM else item_type(kind.item)[1]}"
    return "str" if kind == STR else "bytes"


def _free_declaration(kind: Type) -> str:
    if isinstance(kind, ListT):
        return "declare void @hnb_list_free(ptr, i32)"
    return f"declare void @hnb_{family(kind)}_free(ptr)"


def releases(kind: str) -> str:
    """The definition of ``release.<family>``: one reference less, freed at none."""
    free = (
        "call void @hnb_list_free(ptr %o, i32 " + kind.split(".")[1] + ")"
        if kind.startswith("list")
        else f"call void @hnb_{kind}_free(ptr %o)"
    )
    return f"""define internal void @release.{kind}(ptr %o) {{
  %none = icmp eq ptr %o, null
  br i1 %none, label %done, label %some
some:
  %count = load i32, ptr %o, !tbaa !14
  %less = sub i32 %count, 1
  %last = icmp eq i32 %less, 0
  br i1 %last, label %free, label %keep
keep:
  store i32 %less, ptr %o, !tbaa !14
  br label %done
free:
  {free}
  br label %done
done:
  ret void
}}"""
