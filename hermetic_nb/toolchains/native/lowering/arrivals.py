"""Parameters: from the canonical ABI's flat values and memory to values of the cell.

Buffers come from ``cabi_realloc`` and belong to the module from then on: a list whose items are the same bytes on both sides
takes its buffer over. Who calls answers for the bytes (bounds, UTF-8, marks); keys that come twice do no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from hermetic_nb.signature import (
    ArrayType,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    NoneType,
    SetType,
    StrType,
    TupleType,
    UnionType,
)
from hermetic_nb.signature.layouts import kind_of
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.border import BorderLowering, same_memory
from hermetic_nb.toolchains.native.lowering.code import FunctionCode, Value
from hermetic_nb.toolchains.native.lowering.helpers import stored
from hermetic_nb.toolchains.native.lowering.shapes import entry_layout, held_type, ir_type, item_size, record_layout
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    Type,
    is_counted,
)

if TYPE_CHECKING:
    from hermetic_nb.signature import Type as InterfaceType
    from hermetic_nb.signature.layouts import Layout


class Leaves(Protocol):
    """A parameter's core values, in the order of flattening; each is taken where it is needed."""

    def number(self, kind: str) -> str:
        """An i64 or a double."""

    def flag(self) -> str:
        """A bool or a mark, as i1."""

    def address(self) -> str:
        """An address, as ptr."""

    def count(self) -> str:
        """A count, as i32."""


class FlatLeaves:
    """Parameters ``%p0``, ``%p1``, ... of ``run``."""

    def __init__(self, code: FunctionCode) -> None:
        self._code = code
        self.taken = 0

    def number(self, kind: str) -> str:  # noqa: ARG002 (the parameter has its type)
        """An i64 or a double."""
        return self.count()

    def flag(self) -> str:
        """A bool or a mark, as i1."""
        return self._code.make(f"icmp ne i32 {self.count()}, 0")

    def address(self) -> str:
        """An address, as ptr."""
        return self._code.make(f"inttoptr i32 {self.count()} to ptr")

    def count(self) -> str:
        """A count, as i32."""
        self.taken += 1
        return f"%p{self.taken - 1}"


class StoredLeaves:
    """The leaves of a value in memory."""

    def __init__(self, code: FunctionCode, base: str, layout: Layout) -> None:
        self._code, self._base = code, base
        self._offsets = iter(layout.offsets)

    def number(self, kind: str) -> str:
        """An i64 or a double."""
        return self._code.load(kind, self._code.field(self._base, next(self._offsets)))

    def flag(self) -> str:
        """A bool or a mark, as i1."""
        return self._code.make(f"icmp ne i8 {self.number('i8')}, 0")

    def address(self) -> str:
        """An address, as ptr."""
        return self.number("ptr")

    def count(self) -> str:
        """A count, as i32."""
        return self.number("i32")


class ArrivalLowering(BorderLowering):
    """Lowers parameters."""

    def arrive(self, kind: InterfaceType, wanted: Type, leaves: Leaves) -> Value:
        """The value of leaves, as the cell holds it; owned."""
        inner = wanted.inner if isinstance(wanted, OptionT) and not isinstance(kind, UnionType) else wanted
        value = self._arrive(kind, inner, leaves)
        return self._arrive_as(value, wanted)

    def _arrive_as(self, value: Value, wanted: Type) -> Value:
        line = self.function.line
        return self.converted(value, wanted, t.Convert(wanted, line, t.Local(value.type, line, "")))

    def _arrive(self, kind: InterfaceType, wanted: Type, leaves: Leaves) -> Value:
        line = ("i32", str(self.function.line))
        match kind:
            case IntType():
                return Value(INT, leaves.number("i64"))
            case FloatType():
                return Value(FLOAT, leaves.number("double"))
            case BoolType():
                return Value(BOOL, leaves.flag())
            case StrType() | BytesType():
                made, name = (STR, "hnb_str_decode") if isinstance(kind, StrType) else (BYTES, "hnb_bytes_from")
                address, count = leaves.address(), leaves.count()
                return Value(made, self.code.call("ptr", name, ("ptr", address), ("i32", count), line), owned=True)
            case UnionType((NoneType(), item) | (item, NoneType())):
                assert isinstance(wanted, OptionT)
                return self._arrive_option(item, wanted, leaves)
            case TupleType(_, rest) if rest is not None:
                assert isinstance(wanted, RowT)
                return self._arrive_row(rest, wanted, leaves)
            case TupleType(items):
                assert isinstance(wanted, TupleT)
                return self._arrive_tuple(items, wanted, leaves)
            case LiteralType() if (plain := kind_of(kind)) is not None:
                return self._arrive(plain, wanted, leaves)
            case NamedType():
                assert isinstance(wanted, RecordT)
                return self._arrive_record(kind, wanted, leaves)
            case ArrayType():
                return self._arrive_array(kind, leaves)
            case ListType(item):
                assert isinstance(wanted, ListT)
                return self._arrive_row(item, wanted, leaves)
            case SetType() | DictType():
                assert isinstance(wanted, SetT | DictT)
                return self._arrive_table(kind, wanted, leaves)
        raise TypeError(f"{kind} is no parameter of native code (see `interface.refusal`)")

    def _arrive_option(self, item: InterfaceType, wanted: OptionT, leaves: Leaves) -> Value:
        return self._merge(
            wanted,
            leaves.flag(),
            lambda: self._arrive_as(self.arrive(item, wanted.inner, leaves), wanted),
            lambda: self._arrive_as(Value(NONE, "false"), wanted),
        )

    def _arrive_tuple(self, items: tuple[InterfaceType, ...], wanted: TupleT, leaves: Leaves) -> Value:
        whole = "undef"
        for number, (item, part) in enumerate(zip(items, wanted.items, strict=True)):
            value = self.arrive(item, part, leaves)
            whole = self.code.make(f"insertvalue {ir_type(wanted)} {whole}, {ir_type(part)} {value.ref}, {number}")
        return Value(wanted, whole, owned=is_counted(wanted))

    def _arrive_record(self, kind: NamedType, wanted: RecordT, leaves: Leaves) -> Value:
        code = self.code
        offsets, size = record_layout(wanted)
        made = code.call("ptr", "hnb_alloc", ("i32", str(size)), ("i32", str(self.function.line)))
        code.store("i32", "1", made, "rc")
        for field in self.definition_of(kind).fields:
            value = self.arrive(field.type, wanted.record.fields[field.name].item, leaves)
            code.put(held_type(value.type), stored(code, value), code.field(made, offsets[field.name]))
        return Value(wanted, made, owned=True)

    def _arrive_array(self, kind: ArrayType, leaves: Leaves) -> Value:
        """An array takes the buffer over that its items came in."""
        code = self.code
        sizes = [leaves.number("i64") for _ in range(kind.axes)] if kind.axes == 2 else ["1"]
        address, count = leaves.address(), leaves.count()
        if kind.axes == 1:
            sizes.append(code.make(f"zext i32 {count} to i64"))
        given = [("ptr", address), *(("i64", size) for size in sizes), ("i32", count)]
        last = [("i32", str(item_size(kind.item))), ("i32", str(self.function.line))]
        return Value(kind, code.call("ptr", "hnb_array_adopt", *given, *last), owned=True)

    def _arrive_row(self, item: InterfaceType, wanted: ListT, leaves: Leaves) -> Value:
        code, line = self.code, self.function.line
        address, count = leaves.address(), leaves.count()
        if same_memory(item, wanted.item):
            size = ("i32", str(item_size(wanted.item)))
            made = code.call("ptr", "hnb_list_adopt", ("ptr", address), ("i32", count), size, ("i32", str(line)))
            return Value(wanted, made, owned=True)
        layout = self.layout_of(item)
        row = self.new_list(wanted, code.make(f"zext i32 {count} to i64"), line)

        def one(number: str) -> None:
            source = StoredLeaves(code, self.nth(address, number, layout.size), layout)
            self.write(row, number, self.arrive(item, wanted.item, source))

        self.each(count, one)
        return row

    def _arrive_table(self, kind: SetType | DictType, wanted: SetT | DictT, leaves: Leaves) -> Value:
        code, line = self.code, self.function.line
        address, count = leaves.address(), leaves.count()
        made = self.new_table(wanted, line)
        size = ("i32", str(entry_layout(wanted)[1]))
        room = code.make(f"zext i32 {count} to i64")
        code.call("void", "hnb_dict_reserve", ("ptr", made.ref), ("i64", room), size, ("i32", str(line)))
        layout = self.layout_of(kind.item if isinstance(kind, SetType) else TupleType((kind.key, kind.item)))

        def one(number: str) -> None:
            source = StoredLeaves(code, self.nth(address, number, layout.size), layout)
            if isinstance(kind, SetType) and isinstance(wanted, SetT):
                item = self.arrive(kind.item, wanted.item, source)
                self.insert(made, item, line)
                self.drop(item)
            elif isinstance(kind, DictType) and isinstance(wanted, DictT):
                key = self.arrive(kind.key, wanted.key, source)
                value = self.arrive(kind.item, wanted.item, source)
                self._put(made, self.insert(made, key, line), value)
                self.drop(key)

        self.each(count, one)
        return made
