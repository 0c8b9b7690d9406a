"""The exported functions: from the canonical ABI's flat values to the cell's entry and back.

Parameters are flattened as the Component Model's canonical ABI says (`signature.abi` is the host's half): up to 16 flat
values directly, more through one pointer to them in memory; a result that is not one flat value by a pointer to (address,
length). Buffers come from ``cabi_realloc`` and belong to the module from then on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature import abi
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.interface import from_interface
from hermetic_nb.toolchains.native.lowering.code import FunctionCode, Value
from hermetic_nb.toolchains.native.lowering.functions import FunctionLowering
from hermetic_nb.toolchains.native.lowering.shapes import ir_type, item_size
from hermetic_nb.toolchains.native.types import BOOL, BYTES, CHAR, FLOAT, INT, NUM, STR, ListT, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.signature import Signature
    from hermetic_nb.signature import Type as InterfaceType
    from hermetic_nb.toolchains.native.analysis.facts import Facts
    from hermetic_nb.toolchains.native.lowering.code import ModuleCode

_IR: Final = {"i64": "i64", "f64": "double", "i32": "i32"}
"""Core types in IR."""


def flat_types(kind: InterfaceType) -> list[str]:
    """The flat core types of an interface type, in IR."""
    return [_IR[core] for core in abi.flat_types(kind)]


def field_layout(kinds: Sequence[InterfaceType]) -> list[tuple[int, Type]]:
    """Offsets of the parameters in memory, where they are passed by pointer."""
    offset, placed = 0, []
    for kind in kinds:
        offset = -(-offset // abi.alignment(kind)) * abi.alignment(kind)
        placed.append((offset, from_interface(kind)))
        offset += abi.size(kind)
    return placed


class EntryLowering(FunctionLowering):
    """Lowers ``run``."""

    def __init__(
        self, module: ModuleCode, versions: list[tuple[t.Function, Facts]], signature: Signature, depth: int
    ) -> None:
        function = versions[0][0]
        super().__init__(module, function, versions[0][1], depth, entry=True)
        self.code = FunctionCode(module)
        self.versions = versions
        self.interface = [p.type for p in signature.parameters]
        self.declared = from_interface(signature.result)
        self.flat_result = flat_types(signature.result)
        self.call_depth = depth

    def lower(self) -> None:
        """Add ``run``, and ``cabi_post_run`` where the result lies in memory."""
        code = self.code
        flat = [kind for parameter in self.interface for kind in flat_types(parameter)]
        if len(flat) > abi.MAX_FLAT_PARAMETERS:
            header, values = ["ptr %p"], self._from_memory()
        else:
            header = [f"{kind} %p{index}" for index, kind in enumerate(flat)]
            values = self._from_flat()
        result = self._call(
            [self._as_item_type(v, k) for v, (_, k) in zip(values, self.function.parameters, strict=True)]
        )
        result = self._to_declared(result)
        kind = self.declared
        if kind in {INT, FLOAT, BOOL}:
            ref = code.make(f"zext i1 {result.ref} to i32") if kind == BOOL else result.ref
            code.emit(f"ret {self.flat_result[0]} {ref}")
            code.finish(f"define {self.flat_result[0]} @run({', '.join(header)})")
            return
        code.emit(f"ret ptr {self._stored(result)}")
        code.finish(f"define ptr @run({', '.join(header)})")
        # The instance ends with the call: there is nothing to give back.
        code.module.functions.append("define void @cabi_post_run(ptr %result) {\n  ret void\n}")

    def _from_flat(self) -> list[Value]:
        values, index = [], 0
        for kind in self.interface:
            count = len(flat_types(kind))
            values.append(self._lifted(from_interface(kind), [f"%p{index + i}" for i in range(count)]))
            index += count
        return values

    def _from_memory(self) -> list[Value]:
        values = []
        for offset, kind in field_layout(self.interface):
            place = self.code.field("%p", offset)
            if kind == BOOL:
                parts = [self.code.make(f"zext i8 {self.code.load('i8', place)} to i32")]
            elif kind in {INT, FLOAT}:
                parts = [self.code.load(ir_type(kind), place)]
            else:
                parts = [self.code.load("i32", place), self.code.load("i32", self.code.field("%p", offset + 4))]
            values.append(self._lifted(kind, parts))
        return values

    def _lifted(self, kind: Type, parts: list[str]) -> Value:
        """A parameter as a value of the compiler."""
        make = self.code.make
        if kind in {INT, FLOAT}:
            return Value(kind, parts[0])
        if kind == BOOL:
            return Value(BOOL, make(f"icmp ne i32 {parts[0]}, 0"))
        address = make(f"inttoptr i32 {parts[0]} to ptr")
        line = ("i32", str(self.function.line))
        if kind == STR:
            return Value(
                STR, self.code.call("ptr", "hnb_str_decode", ("ptr", address), ("i32", parts[1]), line), owned=True
            )
        if kind == BYTES:
            return Value(
                BYTES, self.code.call("ptr", "hnb_bytes_from", ("ptr", address), ("i32", parts[1]), line), owned=True
            )
        assert isinstance(kind, ListT)
        size = ("i32", str(item_size(kind.item)))
        return Value(
            kind, self.code.call("ptr", "hnb_list_adopt", ("ptr", address), ("i32", parts[1]), size, line), owned=True
        )

    def _as_item_type(self, value: Value, kind: Type) -> Value:
        """A list whose ints the cell mixes with floats: copied, as such numbers are held as floats."""
        if isinstance(kind, ListT) and isinstance(value.type, ListT) and kind.item != value.type.item == INT:
            return self._convert_list(
                t.Convert(kind, self.function.line, t.Local(value.type, self.function.line, "")), value, kind
            )
        return Value(kind, value.ref, owned=value.owned, tag=value.tag)

    def _call(self, values: list[Value]) -> Value:
        """Call the version of the entry whose assumption holds."""
        code, kind = self.code, self.function.result
        slot = code.slot(ir_type(kind))
        done = code.fresh("called")
        for version, (function, facts) in enumerate(self.versions):
            self.version = version
            onward = code.fresh("other")
            if facts.assumed:
                code.branch(self._holds(facts, values), taken := code.fresh("version"), onward)
                code.label(taken)
            arguments = [f"{ir_type(value.type)} {value.ref}" for value in values]
            if function.recursive:
                arguments.append(f"i32 {self.call_depth}")
            code.store(
                ir_type(kind), code.make(f"call {ir_type(kind)} @{self.symbol(function)}({', '.join(arguments)})"), slot
            )
            code.jump(done)
            if facts.assumed:
                code.label(onward)
        code.label(done)
        return Value(kind, code.load(ir_type(kind), slot), tag=code.load("i8", "@tag") if kind == NUM else "0")

    def _holds(self, facts: Facts, values: list[Value]) -> str:
        make, result = self.code.make, "true"
        for (name, _), value in zip(self.function.parameters, values, strict=True):
            if name in facts.assumed:
                low, high = facts.assumed[name]
                inside = make(f"icmp ule i64 {make(f'sub i64 {value.ref}, {low}')}, {high - low}")
                result = make(f"and i1 {result}, {inside}")
        return result

    def _to_declared(self, value: Value) -> Value:
        """The result as its declared type; an int that a float cannot hold stops."""
        line = self.function.line
        if value.type == INT and self.declared == FLOAT:
            return Value(FLOAT, self.int_to_num(t.Convert(NUM, line, t.Local(INT, line, "")), value.ref).ref)
        if value.type == CHAR:
            return self.as_str(value, line)
        if (
            isinstance(value.type, ListT)
            and isinstance(self.declared, ListT)
            and value.type.item == INT
            and self.declared.item == FLOAT
        ):
            return self._convert_list(
                t.Convert(self.declared, line, t.Local(value.type, line, "")), value, self.declared
            )
        return value

    def _stored(self, value: Value) -> str:
        """The address of (address, length) of a result."""
        code, line = self.code, str(self.function.line)
        pair = code.call("ptr", "hnb_alloc", ("i32", "8"), ("i32", line))
        if value.type == STR:
            data = code.call("ptr", "hnb_str_encode", ("ptr", value.ref), ("ptr", code.field(pair, 4)), ("i32", line))
        else:
            data = (
                code.load("ptr", code.field(value.ref, 12))
                if isinstance(value.type, ListT)
                else code.field(value.ref, 12)
            )
            code.store("i32", code.load("i32", code.field(value.ref, 4)), code.field(pair, 4))
        code.store("ptr", data, pair)
        return pair
