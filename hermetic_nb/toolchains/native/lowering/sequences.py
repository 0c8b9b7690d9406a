"""Strings, bytes and lists: reading items and making objects."""

from __future__ import annotations

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.facts import Facts
from hermetic_nb.toolchains.native.lowering.code import TAG_UNKNOWN, Value, float_text, item_type
from hermetic_nb.toolchains.native.lowering.layout import (
    BYTES_INDEX,
    DATA,
    HEADER,
    LEN,
    LIST_INDEX,
    LIST_STORE,
    STR_INDEX,
)
from hermetic_nb.toolchains.native.lowering.references import ReferenceLowering
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, CHAR, INT, STR, ListT, Type


class SequenceLowering(ReferenceLowering):
    """Lowers operations on strings, bytes and lists."""

    facts: Facts

    def expr(self, node: t.Expr) -> Value:
        """Lower an expression (see `expressions`)."""
        raise NotImplementedError

    # ------------------------------------------------------------ references

    # ------------------------------------------------------------ reading

    def length(self, value: Value) -> str:
        """``len`` as an i64."""
        count = self.code.load("i32", self.code.field(value.ref, LEN), "len")
        return self.code.make(f"zext i32 {count} to i64")

    def at(self, base: Value, index: str) -> Value:
        """An item at an index that is in range."""
        make = self.code.make
        index = make(f"trunc i64 {index} to i32")
        if isinstance(base.type, ListT):
            kind = base.type.item
            held, _ = item_type(kind)
            data = self.code.load("ptr", self.code.field(base.ref, DATA), "data")
            item = self.code.load(held, make(f"getelementptr inbounds {held}, ptr {data}, i32 {index}"), held)
            if kind == BOOL:
                return Value(BOOL, make(f"icmp ne i8 {item}, 0"))
            return Value(kind, item, tag=TAG_UNKNOWN)
        first = self.code.field(base.ref, HEADER)
        if base.type == STR:
            return Value(
                CHAR, self.code.load("i32", make(f"getelementptr inbounds i32, ptr {first}, i32 {index}"), "i32")
            )
        octet = self.code.load("i8", make(f"getelementptr inbounds i8, ptr {first}, i32 {index}"), "i8")
        return Value(INT, make(f"zext i8 {octet} to i64"))

    def checked_index(self, node: t.Index | t.SetItem, base: Value, index: str, code: int) -> str:
        """An index brought into range, from the end where negative."""
        if node in self.facts.in_bounds:
            return index
        make = self.code.make
        count = self.length(base)
        constant = int(node.index.value) if isinstance(node.index, t.Const) else None
        if constant is not None and constant < 0:
            index = make(f"add i64 {count}, {constant}")
        elif constant is None and node not in self.facts.nonnegative:
            from_end = make(f"add i64 {index}, {count}")
            index = make(f"select i1 {make(f'icmp slt i64 {index}, 0')}, i64 {from_end}, i64 {index}")
        self.code.trap_if(make(f"icmp uge i64 {index}, {count}"), code, node.line)
        return index

    def lower_index(self, node: t.Index) -> Value:
        """``base[index]``."""
        base = self.expr(node.base)
        index = self.expr(node.index)
        code = LIST_INDEX if isinstance(base.type, ListT) else STR_INDEX if base.type == STR else BYTES_INDEX
        item = self.at(base, self.checked_index(node, base, index.ref, code))
        self.drop(base)
        return item

    def set_item(self, node: t.SetItem) -> None:
        """``base[index] = value``."""
        value = self.expr(node.value)
        base = self.expr(node.base)
        index = self.checked_index(node, base, self.expr(node.index).ref, LIST_STORE)
        self.write(base, self.code.make(f"trunc i64 {index} to i32"), value)
        self.drop(base)

    def write(self, base: Value, index: str, value: Value) -> None:
        """Store an item at an i32 index that is in range."""
        assert isinstance(base.type, ListT)
        held, _ = item_type(base.type.item)
        ref = self.code.make(f"zext i1 {value.ref} to i8") if value.type == BOOL else value.ref
        data = self.code.load("ptr", self.code.field(base.ref, DATA), "data")
        self.code.store(held, ref, self.code.make(f"getelementptr inbounds {held}, ptr {data}, i32 {index}"), held)

    def lower_slice(self, node: t.Slice) -> Value:
        """``base[low:high:step]``."""
        base = self.expr(node.base)
        has = (1 if node.low is not None else 0) | (2 if node.high is not None else 0)
        low, high, step = (
            self.expr(part).ref if part is not None else default
            for part, default in ((node.low, "0"), (node.high, "0"), (node.step, "1"))
        )
        family, extra = self._family_arguments(base.type)
        made = self.code.call(
            "ptr",
            f"hnb_{family}_slice",
            ("ptr", base.ref),
            ("i64", low),
            ("i64", high),
            ("i64", step),
            ("i32", str(has)),
            *extra,
            ("i32", str(node.line)),
        )
        self.drop(base)
        return Value(node.type, made, owned=True)

    def _family_arguments(self, kind: Type) -> tuple[str, list[tuple[str, str]]]:
        if isinstance(kind, ListT):
            return "list", [("i32", str(item_type(kind.item)[1]))]
        return ("str" if kind == STR else "bytes"), []

    # ------------------------------------------------------------ making

    def new_list(self, kind: Type, count: str, line: int) -> Value:
        """A list of ``count`` items, not yet written."""
        assert isinstance(kind, ListT)
        size = 8 if kind.item == BOTTOM else item_type(kind.item)[1]
        made = self.code.call("ptr", "hnb_list_new", ("i64", count), ("i32", str(size)), ("i32", str(line)))
        return Value(kind, made, owned=True)

    def list_literal(self, node: t.ListOf) -> Value:
        """``[a, b, ...]``."""
        kind = node.type
        assert isinstance(kind, ListT)
        if node.items and all(
            isinstance(item, t.Const) or (isinstance(item, t.Convert) and isinstance(item.operand, t.Const))
            for item in node.items
        ):
            return self._constant_list(node, kind)
        items = [self.expr(item) for item in node.items]
        made = self.new_list(kind, str(len(items)), node.line)
        for index, item in enumerate(items):
            self.write(made, str(index), item)
        return made

    def _constant_list(self, node: t.ListOf, kind: ListT) -> Value:
        held, size = item_type(kind.item)
        constants = [item.operand if isinstance(item, t.Convert) else item for item in node.items]
        texts = [
            float_text(float(c.value)) if held == "double" else str(int(c.value))
            for c in constants
            if isinstance(c, t.Const)
        ]
        if node.shared:
            return Value(kind, self.code.module.table(held, texts))
        made = self.new_list(kind, str(len(node.items)), node.line)
        data = self.code.load("ptr", self.code.field(made.ref, DATA), "data")
        if len(texts) == 1:
            self.code.store(held, texts[0], data, held)
            return made
        source = self.code.module.items(held, texts)
        self.code.module.declared["llvm.memcpy.p0.p0.i32"] = "declare void @llvm.memcpy.p0.p0.i32(ptr, ptr, i32, i1)"
        self.code.emit(f"call void @llvm.memcpy.p0.p0.i32(ptr {data}, ptr {source}, i32 {size * len(texts)}, i1 false)")
        return made

    def as_str(self, value: Value, line: int) -> Value:
        """A character as a str object."""
        if value.type != CHAR:
            return value
        return Value(
            STR, self.code.call("ptr", "hnb_str_from_char", ("i32", value.ref), ("i32", str(line))), owned=True
        )

    # ------------------------------------------------------------ operations by name

    # ------------------------------------------------------------ list methods

    # ------------------------------------------------------------ comparison
