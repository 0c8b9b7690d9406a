"""The exported functions: from the canonical ABI's flat values to the cell's entry and back.

Parameters are flattened as the Component Model's canonical ABI says (`signature.abi` is the host's half): up to 16 flat
values directly, more through one pointer to them in memory; a result of more than one flat value by a pointer to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature import TupleType, abi
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.arrivals import ArrivalLowering, FlatLeaves, StoredLeaves
from hermetic_nb.toolchains.native.lowering.code import FunctionCode, Value
from hermetic_nb.toolchains.native.lowering.departures import DepartureLowering
from hermetic_nb.toolchains.native.lowering.shapes import ir_type, result_type
from hermetic_nb.toolchains.native.types import NONE, NUM

if TYPE_CHECKING:
    from hermetic_nb.signature import Signature
    from hermetic_nb.toolchains.native.analysis.facts import Facts
    from hermetic_nb.toolchains.native.lowering.code import ModuleCode

_IR: Final = {"i64": "i64", "f64": "double", "i32": "i32"}
"""Core types in IR."""


class EntryLowering(ArrivalLowering, DepartureLowering):
    """Lowers ``run``."""

    def __init__(
        self, module: ModuleCode, versions: list[tuple[t.Function, Facts]], signature: Signature, depth: int
    ) -> None:
        function = versions[0][0]
        super().__init__(module, function, versions[0][1], depth, entry=True)
        self.code = FunctionCode(module)
        self.versions = versions
        self.definitions = signature.definitions
        self.interface = tuple(parameter.type for parameter in signature.parameters)
        self.declared = signature.result
        self.call_depth = depth

    def lower(self) -> None:
        """Add ``run``, and ``cabi_post_run`` where the result lies in memory."""
        code = self.code
        header, values = self._parameters()
        result = self._call(values)
        leaves = self.layout_of(self.declared).core
        if not leaves:
            code.emit("ret void")
            code.finish(f"define void @run({header})")
            return
        if len(leaves) == 1:
            core = _IR[leaves[0]]
            code.emit(f"ret {core} {self.depart_flat(self.declared, result)}")
            code.finish(f"define {core} @run({header})")
            return
        size = str(self.layout_of(self.declared).size)
        block = code.call("ptr", "hnb_alloc", ("i32", size), ("i32", str(self.function.line)))
        self.depart(self.declared, result, block)
        code.emit(f"ret ptr {block}")
        code.finish(f"define ptr @run({header})")
        # The instance ends with the call: there is nothing to give back.
        code.module.functions.append("define void @cabi_post_run(ptr %result) {\n  ret void\n}")

    def _parameters(self) -> tuple[str, list[Value]]:
        """The parameters of ``run``, and the values that the cell's entry takes."""
        whole = self.layout_of(TupleType(self.interface)) if self.interface else None
        leaves: FlatLeaves | StoredLeaves = FlatLeaves(self.code)
        header = "" if whole is None else ", ".join(f"{_IR[core]} %p{n}" for n, core in enumerate(whole.core))
        if whole is not None and len(whole.core) > abi.MAX_FLAT_PARAMETERS:
            header, leaves = "ptr %p", StoredLeaves(self.code, "%p", whole)
        wanted = [kind for _, kind in self.function.parameters]
        return header, [self.arrive(*pair, leaves) for pair in zip(self.interface, wanted, strict=True)]

    def _call(self, values: list[Value]) -> Value:
        """Call the version of the entry whose assumption holds."""
        code, kind = self.code, self.function.result
        held, slot = result_type(kind), code.slot(ir_type(kind))
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
            called = f"call {held} @{self.symbol(function)}({', '.join(arguments)})"
            if kind == NONE:
                code.emit(called)
            else:
                code.store(held, code.make(called), slot)
            code.jump(done)
            if facts.assumed:
                code.label(onward)
        code.label(done)
        if kind == NONE:
            return Value(NONE, "false")
        return Value(kind, code.load(ir_type(kind), slot), tag=code.load("i8", "@tag") if kind == NUM else "0")

    def _holds(self, facts: Facts, values: list[Value]) -> str:
        make, result = self.code.make, "true"
        for (name, _), value in zip(self.function.parameters, values, strict=True):
            if name in facts.assumed:
                low, high = facts.assumed[name]
                inside = make(f"icmp ule i64 {make(f'sub i64 {value.ref}, {low}')}, {high - low}")
                result = make(f"and i1 {result}, {inside}")
        return result
