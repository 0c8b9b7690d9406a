"""Results: from values of the cell to the canonical ABI's flat values and memory.

A result is brought to its declared type on the way, at any depth: an int to the float that it is (else it stops), a value
to one that may be None. Nothing is given back: the instance ends with the call.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.signature import (
    ArrayType,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NamedType,
    NoneType,
    SetType,
    StrType,
    TupleType,
    UnionType,
)
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.arrays import COLUMNS, ITEMS, ROWS
from hermetic_nb.toolchains.native.lowering.border import BorderLowering, same_memory
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.layout import DATA, ENTRIES, HEADER, LEN, LIVE, USED
from hermetic_nb.toolchains.native.lowering.lookups import key_type
from hermetic_nb.toolchains.native.lowering.shapes import ENTRY_KEY, entry_layout, item_size
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    INT,
    NONE,
    NUM,
    Cell,
    DictT,
    ListT,
    OptionT,
    RowT,
    SetT,
    TupleT,
    fresh,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.signature import Type as InterfaceType


class DepartureLowering(BorderLowering):
    """Lowers results."""

    def depart(self, kind: InterfaceType, value: Value, address: str) -> None:
        """Store a value at an address, as the interface's type."""
        if value.type == BOTTOM:  # such a value never is
            return
        code = self.code
        match kind:
            case IntType():
                code.store("i64", self._depart_int(value), address)
            case FloatType():
                code.store("double", self._depart_float(value), address)
            case BoolType():
                code.store("i8", code.make(f"zext i1 {value.ref} to i8"), address)
            case StrType():
                self._depart_text(value, address)
            case BytesType():
                self._depart_pair(address, code.field(value.ref, HEADER), code.load("i32", code.field(value.ref, LEN)))
            case UnionType((NoneType(), item) | (item, NoneType())):
                self._depart_option(item, value, address)
            case TupleType(items, None):
                for number, (item, offset) in enumerate(zip(items, self.offsets_of(items), strict=True)):
                    self.depart(item, self.part(value, number), code.field(address, offset))
            case NamedType():
                fields = self.definition_of(kind).fields
                for field, offset in zip(fields, self.offsets_of(tuple(f.type for f in fields)), strict=True):
                    self.depart(field.type, self.field_of(value, field.name), code.field(address, offset))
            case ArrayType():
                self._depart_array(kind, value, address)
            case ListType(item) | TupleType(_, item) if item is not None:
                self._depart_row(item, self._as_row(value), address)
            case SetType() | DictType():
                self._depart_table(kind, value, address)
            case _:
                raise TypeError(f"{kind} is no result of native code (see `interface.refusal`)")

    def depart_flat(self, kind: InterfaceType, value: Value) -> str:
        """A value that is one core value."""
        match kind:
            case TupleType((item,)):
                return self.depart_flat(item, self.part(value, 0))
            case NamedType():
                (field,) = self.definition_of(kind).fields
                return self.depart_flat(field.type, self.field_of(value, field.name))
            case FloatType():
                return self._depart_float(value)
            case BoolType():
                return self.code.make(f"zext i1 {value.ref} to i32")
        return self._depart_int(value)

    def _depart_int(self, value: Value) -> str:
        return self.code.make(f"zext i1 {value.ref} to i64") if value.type == BOOL else value.ref

    def _depart_float(self, value: Value) -> str:
        if value.type not in {INT, BOOL}:
            return value.ref
        line = self.function.line
        return self.int_to_num(t.Convert(NUM, line, t.Local(INT, line, "")), self._depart_int(value)).ref

    def _depart_pair(self, address: str, data: str, count: str) -> None:
        self.code.store("ptr", data, address)
        self.code.store("i32", count, self.code.field(address, 4))

    def _depart_text(self, value: Value, address: str) -> None:
        code, line = self.code, self.function.line
        text, count = self.as_str(value, line), code.field(address, 4)
        data = code.call("ptr", "hnb_str_encode", ("ptr", text.ref), ("ptr", count), ("i32", str(line)))
        code.store("ptr", data, address)

    def _depart_option(self, item: InterfaceType, value: Value, address: str) -> None:
        code = self.code
        layout = self.layout_of(item)
        payload = -(-1 // layout.alignment) * layout.alignment
        if value.type == NONE:
            code.store("i8", "0", address)
            return
        if not isinstance(value.type, OptionT):
            code.store("i8", "1", address)
            self.depart(item, value, code.field(address, payload))
            return
        some = self.is_some(value)
        code.store("i8", code.make(f"zext i1 {some} to i8"), address)
        there, done = code.fresh("some"), code.fresh("none")
        code.branch(some, there, done)
        code.label(there)
        self.depart(item, self.inner(value), code.field(address, payload))
        code.jump(done)
        code.label(done)

    def _depart_array(self, kind: ArrayType, value: Value, address: str) -> None:
        code = self.code
        size = ("i32", str(item_size(kind.item)))
        dense = code.call("ptr", "hnb_array_dense", ("ptr", value.ref), size, ("i32", str(self.function.line)))
        rows, columns = (code.load("i32", code.field(dense, at), "len") for at in (ROWS, COLUMNS))
        data = code.load("ptr", code.field(dense, ITEMS), "data")
        if kind.axes == 1:
            self._depart_pair(address, data, columns)
            return
        for number, count in enumerate((rows, columns)):
            code.store("i64", code.make(f"zext i32 {count} to i64"), code.field(address, 8 * number))
        self._depart_pair(code.field(address, 16), data, code.make(f"mul i32 {rows}, {columns}"))

    def _as_row(self, value: Value) -> Value:
        """A tuple of any length."""
        if not isinstance(value.type, TupleT):
            return value
        row = RowT(Cell(BOTTOM))
        for item in value.type.items:
            row.cell.widen(fresh(item))
        return self.converted(
            value, row, t.Convert(row, self.function.line, t.Local(value.type, self.function.line, ""))
        )

    def _depart_row(self, item: InterfaceType, value: Value, address: str) -> None:
        code = self.code
        assert isinstance(value.type, ListT)
        held = value.type.item
        data = code.load("ptr", code.field(value.ref, DATA), "data")
        count = code.load("i32", code.field(value.ref, LEN), "len")
        if held == BOTTOM or same_memory(item, held):
            self._depart_pair(address, data, count)
            return
        size = item_size(held)
        block = self._depart_block(item, count)
        place = self.layout_of(item).size
        self.each(
            count,
            lambda number: self.depart(
                item, self.held(held, self.nth(data, number, size)), self.nth(block, number, place)
            ),
        )
        self._depart_pair(address, block, count)

    def _depart_table(self, kind: SetType | DictType, value: Value, address: str) -> None:
        code, table = self.code, value.type
        assert isinstance(table, SetT | DictT)
        count = code.load("i32", code.field(value.ref, LEN))
        if BOTTOM in {key_type(table), table.item}:  # it is empty
            self._depart_pair(address, "null", "0")
            return
        pair = TupleType((kind.item,) if isinstance(kind, SetType) else (kind.key, kind.item))
        offsets, place = self.offsets_of(pair.items), self.layout_of(pair).size
        block = self._depart_block(pair, count)
        next_slot = code.slot("i32")
        code.store("i32", "0", next_slot)

        def one(entry: str) -> None:
            number = code.load("i32", next_slot)
            code.store("i32", code.make(f"add i32 {number}, 1"), next_slot)
            at = self.nth(block, number, place)
            self.depart(pair.items[0], self.held(key_type(table), code.field(entry, ENTRY_KEY)), at)
            if isinstance(table, DictT):
                item = self.held(table.item, code.field(entry, entry_layout(table)[0]))
                self.depart(pair.items[1], item, code.field(at, offsets[1]))

        self._depart_entries(value, one)
        self._depart_pair(address, block, count)

    def _depart_entries(self, table: Value, act: Callable[[str], None]) -> None:
        """Run code for the address of each live entry."""
        code = self.code
        assert isinstance(table.type, SetT | DictT)
        size = entry_layout(table.type)[1]
        entries = code.load("ptr", code.field(table.ref, ENTRIES))

        def one(number: str) -> None:
            entry = self.nth(entries, number, size)
            live, onward = code.fresh("live"), code.fresh("dead")
            code.branch(code.make(f"icmp ne i32 {code.load('i32', code.field(entry, LIVE))}, 0"), live, onward)
            code.label(live)
            act(entry)
            code.jump(onward)
            code.label(onward)

        self.each(code.load("i32", code.field(table.ref, USED)), one)

    def _depart_block(self, item: InterfaceType, count: str) -> str:
        """Memory for so many items; stops where they are too many."""
        code = self.code
        size = ("i32", str(self.layout_of(item).size))
        many = code.make(f"zext i32 {count} to i64")
        row = code.call("ptr", "hnb_list_new", ("i64", many), size, ("i32", str(self.function.line)))
        return code.load("ptr", code.field(row, DATA), "data")
