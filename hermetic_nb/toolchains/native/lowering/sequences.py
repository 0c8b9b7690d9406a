"""Strings, bytes and lists: reading items and making objects."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.facts import Facts
from hermetic_nb.toolchains.native.lowering.code import TAG_FLOAT, TAG_UNKNOWN, Value, float_text
from hermetic_nb.toolchains.native.lowering.helpers import stored
from hermetic_nb.toolchains.native.lowering.layout import (
    BYTES_INDEX,
    DATA,
    HEADER,
    LEN,
    LIST_INDEX,
    LIST_STORE,
    STR_INDEX,
    TUPLE_INDEX,
)
from hermetic_nb.toolchains.native.lowering.references import ReferenceLowering
from hermetic_nb.toolchains.native.lowering.shapes import held_type, ir_type, item_size, record_layout
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    CHAR,
    FLOAT,
    INT,
    NUM,
    STR,
    ArrayType,
    DictT,
    ListT,
    RecordT,
    TupleT,
    Type,
    is_counted,
)
from hermetic_nb.toolchains.native.walks import is_still

_PLAIN: Final = {INT, FLOAT, NUM, BOOL, CHAR, BOTTOM}
"""Types of items whose literals are plain bytes."""


class SequenceLowering(ReferenceLowering):
    """Lowers operations on strings, bytes and lists."""

    facts: Facts
    rows: dict[t.Expr, Value]
    """What was read before the loop that is being lowered (see `rows`)."""

    def expr(self, node: t.Expr) -> Value:
        """Lower an expression (see `expressions`)."""
        raise NotImplementedError

    # ------------------------------------------------------------ references

    # ------------------------------------------------------------ reading

    def length(self, value: Value) -> str:
        """``len`` as an i64."""
        if isinstance(value.type, ArrayType):
            return self.array_length(value)
        count = self.code.load("i32", self.code.field(value.ref, LEN), "len")
        return self.code.make(f"zext i32 {count} to i64")

    def array_length(self, array: Value) -> str:
        """``len`` of an array (see `arrays`)."""
        raise NotImplementedError

    def array_item(self, array: Value, index: str) -> Value:
        """An item of an array (see `arrays`)."""
        raise NotImplementedError

    def at(self, base: Value, index: str) -> Value:
        """An item at an index that is in range."""
        if isinstance(base.type, ArrayType):
            return self.array_item(base, index)
        make = self.code.make
        index = make(f"trunc i64 {index} to i32")
        if isinstance(base.type, ListT):
            kind = base.type.item
            data = self.code.load("ptr", self.code.field(base.ref, DATA), "data")
            return self.held(kind, make(f"getelementptr inbounds {held_type(kind)}, ptr {data}, i32 {index}"))
        first = self.code.field(base.ref, HEADER)
        if base.type == STR:
            return Value(
                CHAR, self.code.load("i32", make(f"getelementptr inbounds i32, ptr {first}, i32 {index}"), "i32")
            )
        octet = self.code.load("i8", make(f"getelementptr inbounds i8, ptr {first}, i32 {index}"), "i8")
        return Value(INT, make(f"zext i8 {octet} to i64"))

    def held(self, kind: Type, address: str) -> Value:
        """An item in a container; the container keeps its references."""
        item = self.code.take(held_type(kind), address)
        return Value(kind, self.code.make(f"icmp ne i8 {item}, 0") if kind == BOOL else item, tag=TAG_UNKNOWN)

    def replace(self, value: Value, address: str) -> None:
        """Put an item in the place of another one, which is released."""
        value = self.keep(value)
        old = self.held(value.type, address) if is_counted(value.type) else None
        self.code.put(held_type(value.type), stored(self.code, value), address)
        if old is not None:
            self.release(old.type, old.ref)

    def borrowed(self, node: t.Expr) -> Value:
        """Lower an expression that nothing changes before its value is used: its references may be somebody else's."""
        match node:
            case _ if node in self.rows:
                return self.rows[node]
            case t.Index() if is_still(node.index) and isinstance(node.base.type, ListT):
                base = self.borrowed(node.base)
                index = self.expr(node.index)
                item = self.at(base, self.checked_index(node, base, index.ref, LIST_INDEX))
                if base.owned:
                    item = self.keep(item)
                    self.drop(base)
                return item
            case t.Part():
                base = self.borrowed(node.base)
                part = self.part(base, node.number)
                if base.owned:
                    part = self.keep(part)
                    self.drop(base)
                return part
            case t.Field():
                base = self.borrowed(node.base)
                item = self.field_of(base, node.name)
                if base.owned:
                    item = self.keep(item)
                    self.drop(base)
                return item
        return self.expr(node)

    def before(self, node: t.Expr, *later: t.Expr | None) -> Value:
        """Lower an operand, given what is evaluated between it and its use."""
        if isinstance(node, t.Local | t.Const):
            return self.expr(node)  # nothing rebinds a variable inside an expression
        still = all(part is None or is_still(part) for part in later)
        return self.borrowed(node) if still else self.keep(self.expr(node))

    def part(self, whole: Value, number: int) -> Value:
        """An item of a tuple."""
        assert isinstance(whole.type, TupleT)
        ref = self.code.make(f"extractvalue {ir_type(whole.type)} {whole.ref}, {number}")
        return Value(whole.type.items[number], ref, tag=TAG_UNKNOWN)

    def field_of(self, base: Value, name: str) -> Value:
        """A field of a record."""
        assert isinstance(base.type, RecordT)
        kind = base.type.record.fields[name].item
        return self.held(kind, self.code.field(base.ref, record_layout(base.type)[0][name]))

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
        if isinstance(node.base.type, DictT):
            return self.lookup(node)
        base = self.before(node.base, node.index)
        if place := self._sum_place(node, base):
            return self.held(node.type, place)
        index = self.expr(node.index)
        if isinstance(base.type, TupleT):
            return self._tuple_item(node, base, index.ref)
        code = LIST_INDEX if isinstance(base.type, ListT) else STR_INDEX if base.type == STR else BYTES_INDEX
        item = self.keep(self.at(base, self.checked_index(node, base, index.ref, code)))
        self.drop(base)
        return item

    def _tuple_item(self, node: t.Index, base: Value, index: str) -> Value:
        """An item of a tuple whose items are of one type, at any index."""
        make, kind = self.code.make, node.type
        assert isinstance(base.type, TupleT)
        count = len(base.type.items)
        slot = self.code.slot(f"[{count} x {held_type(kind)}]")
        for number in range(count):
            place = make(f"getelementptr inbounds {held_type(kind)}, ptr {slot}, i32 {number}")
            self.code.store(held_type(kind), stored(self.code, self.part(base, number)), place)
        negative = make(f"icmp slt i64 {index}, 0")
        index = make(f"select i1 {negative}, i64 {make(f'add i64 {index}, {count}')}, i64 {index}")
        self.code.trap_if(make(f"icmp uge i64 {index}, {count}"), TUPLE_INDEX, node.line)
        place = make(f"getelementptr inbounds {held_type(kind)}, ptr {slot}, i64 {index}")
        held = self.code.load(held_type(kind), place)
        item = Value(kind, make(f"icmp ne i8 {held}, 0") if kind == BOOL else held, tag=TAG_UNKNOWN)
        item = self.keep(item)
        self.drop(base)
        return item

    def set_item(self, node: t.SetItem) -> None:
        """``base[index] = value``."""
        value = self.expr(node.value)
        if not is_still(node.base) or not is_still(node.index):
            value = self.keep(value)
        if isinstance(node.base.type, DictT):
            self.set_entry(node, value)
            return
        base = self.before(node.base, node.index)
        place = self._sum_place(node, base)
        if not place:
            index = self.checked_index(node, base, self.expr(node.index).ref, LIST_STORE)
            place = self._place(base, self.code.make(f"trunc i64 {index} to i32"))
        self.replace(value, place)
        self.drop(base)

    def _sum_place(self, node: t.Index | t.SetItem, base: Value) -> str:
        """In a loop whose overflow is noted: the address of ``base[i - k]``, in two steps, or an empty text.

        LLVM then takes the one that stays the same before the loop. 64-bit sums it must compute in each round.
        """
        index, make = node.index, self.code.make
        if (
            self.code.deferred is None
            or node not in self.facts.in_bounds
            or index not in self.facts.no_overflow
            or not isinstance(index, t.Arith)
            or index.op not in {"+", "-"}
            or isinstance(index.right, t.Const)
            or not isinstance(base.type, ListT)
            or base.owned
        ):
            return ""
        first, second = (make(f"trunc i64 {self.expr(side).ref} to i32") for side in (index.left, index.right))
        if index.op == "-":
            second = make(f"sub i32 0, {second}")
        held = held_type(base.type.item)
        data = self.code.load("ptr", self.code.field(base.ref, DATA), "data")
        return make(f"getelementptr {held}, ptr {make(f'getelementptr {held}, ptr {data}, i32 {second}')}, i32 {first}")

    def write(self, base: Value, index: str, value: Value) -> None:
        """Store an item at an i32 index that is in range and holds nothing yet; the list takes the item's reference."""
        value = self.keep(value)
        self.code.put(held_type(value.type), stored(self.code, value), self._place(base, index))

    def _place(self, base: Value, index: str) -> str:
        assert isinstance(base.type, ListT)
        data = self.code.load("ptr", self.code.field(base.ref, DATA), "data")
        return self.code.make(f"getelementptr inbounds {held_type(base.type.item)}, ptr {data}, i32 {index}")

    def keep_items(self, base: Value, start: str = "0") -> None:
        """Count the references of a list's items, which were copied raw, from an i32 index on."""
        assert isinstance(base.type, ListT)
        if is_counted(base.type.item):
            count = self.code.load("i32", self.code.field(base.ref, LEN), "len")
            name = self.code.module.helper("keep_items", base.type)
            self.code.emit(f"call void {name}(ptr {base.ref}, i32 {start}, i32 {count})")

    def release_items(self, base: Value, start: str, stop: str) -> None:
        """Give back the references of a range of a list's items (i32 indices)."""
        assert isinstance(base.type, ListT)
        if is_counted(base.type.item):
            name = self.code.module.helper("release_items", base.type)
            self.code.emit(f"call void {name}(ptr {base.ref}, i32 {start}, i32 {stop})")

    def lookup(self, node: t.Index) -> Value:
        """``d[key]`` (see `tables`)."""
        raise NotImplementedError

    def set_entry(self, node: t.SetItem, value: Value) -> None:
        """``d[key] = value`` (see `tables`)."""
        raise NotImplementedError

    def lower_slice(self, node: t.Slice) -> Value:
        """``base[low:high:step]``."""
        base = self.before(node.base, node.low, node.high, node.step)
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
        part = Value(node.type, made, owned=True)
        if isinstance(node.type, ListT):
            self.keep_items(part)
        self.drop(base)
        return part

    def _family_arguments(self, kind: Type) -> tuple[str, list[tuple[str, str]]]:
        if isinstance(kind, ListT):
            return "list", [("i32", str(item_size(kind.item)))]
        return ("str" if kind == STR else "bytes"), []

    # ------------------------------------------------------------ making

    def new_list(self, kind: Type, count: str, line: int) -> Value:
        """A list of ``count`` items, not yet written."""
        assert isinstance(kind, ListT)
        size = ("i32", str(item_size(kind.item)))
        made = self.code.call("ptr", "hnb_list_new", ("i64", count), size, ("i32", str(line)))
        return Value(kind, made, owned=True)

    def list_literal(self, node: t.ListOf) -> Value:
        """``[a, b, ...]``."""
        kind = node.type
        assert isinstance(kind, ListT)
        if kind.item in _PLAIN and all(
            isinstance(item, t.Const) or (isinstance(item, t.Convert) and isinstance(item.operand, t.Const))
            for item in node.items
        ):
            return self._constant_list(node, kind)
        items = [self.keep(self.expr(item)) for item in node.items]
        made = self.new_list(kind, str(len(items)), node.line)
        for index, item in enumerate(items):
            self.write(made, str(index), item)
        return made

    def written(self, node: t.ListOf) -> Value | None:
        """A list of numbers, characters, and tuples of them, that stands in the module and must not change; else None."""
        kind = node.type
        assert isinstance(kind, ListT)
        texts = [_constant(item) for item in node.items]
        if not texts or None in texts or not _is_plain(kind.item):
            return None
        return Value(kind, self.code.module.table(held_type(kind.item), [text or "" for text in texts]))

    def _constant_list(self, node: t.ListOf, kind: ListT) -> Value:
        held, size = held_type(kind.item), item_size(kind.item)
        texts = [_constant(item) or "" for item in node.items]
        if node.shared:
            return Value(kind, self.code.module.table(held, texts))
        made = self.new_list(kind, str(len(node.items)), node.line)
        data = self.code.load("ptr", self.code.field(made.ref, DATA), "data")
        if not texts:
            return made
        if len(texts) == 1:
            self.code.put(held, texts[0], data)
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

    def _merge(self, kind: Type, test: str, then: object, other: object) -> Value:
        """``then() if test else other()``, each lowered in its own block."""
        code = self.code
        slot = code.slot(ir_type(kind))
        tag = code.slot("i8") if kind == NUM else ""
        yes, no, done = (code.fresh(part) for part in ("then", "else", "chosen"))
        code.branch(test, yes, no)
        for label, make in ((yes, then), (no, other)):
            code.label(label)
            value = self.keep(make())  # type: ignore[operator] # a closure that lowers one side
            code.store(ir_type(kind), value.ref, slot)
            if tag:
                code.store("i8", value.tag, tag)
            code.jump(done)
        code.label(done)
        ref = code.load(ir_type(kind), slot)
        return Value(kind, ref, owned=is_counted(kind), tag=code.load("i8", tag) if tag else TAG_FLOAT)


def _is_plain(kind: Type) -> bool:
    """Whether a literal of a type is plain bytes, the same in registers and in a container."""
    return all(map(_is_plain, kind.items)) if isinstance(kind, TupleT) else kind in _PLAIN - {BOOL}


def _constant(node: t.Expr) -> str | None:
    """A literal as an IR constant, or None."""
    if isinstance(node, t.TupleOf):
        texts = [_constant(item) for item in node.items]
        if None in texts:
            return None
        return "{ " + ", ".join(f"{ir_type(i.type)} {text}" for i, text in zip(node.items, texts, strict=True)) + " }"
    constant = node.operand if isinstance(node, t.Convert) else node
    if not isinstance(constant, t.Const) or node.type not in _PLAIN:
        return None
    if held_type(node.type) == "double":
        return float_text(float(constant.value))
    return str(ord(constant.value) if isinstance(constant.value, str) else int(constant.value))
