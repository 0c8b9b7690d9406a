"""One of the cell's functions as LLVM IR."""

from __future__ import annotations

from collections import Counter
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.facts import Facts
from hermetic_nb.toolchains.native.analysis.flow import unbound_reads
from hermetic_nb.toolchains.native.lowering.code import TAG_FLOAT, FunctionCode, ModuleCode, Value
from hermetic_nb.toolchains.native.lowering.layout import RECURSION
from hermetic_nb.toolchains.native.lowering.shapes import ir_type, result_type
from hermetic_nb.toolchains.native.lowering.statements import StatementLowering
from hermetic_nb.toolchains.native.types import BYTES, NONE, NUM, STR, is_counted
from hermetic_nb.toolchains.native.walks import assigned_names, expressions, statements

LARGE: Final = 150
"""Instructions from which on a function is not inlined: LLVM would go through all of it again, at each call."""
_EXIT: Final = "soft.exit"


class FunctionLowering(StatementLowering):
    """Lowers one function."""

    def __init__(
        self,
        module: ModuleCode,
        function: t.Function,
        facts: Facts,
        depth: int,
        *,
        entry: bool,
        version: int = 0,
        shortening: bool = True,
        soft: bool = False,
    ) -> None:
        self.code = FunctionCode(module)
        self.function, self.facts = function, facts
        self.variables = dict(function.variables)
        self.unbound = unbound_reads(function)
        self.version = version
        self.shortening = shortening
        self.flags: dict[str, str] = {}
        self.loops = []
        self.rows, self.hoisted = {}, set()
        self.passing = _passing(function)
        self.finals, self.caught = [], []
        self.soft = soft
        self.result = function.result
        rebound = assigned_names(function.body)
        self.parameters = {name for name, _ in function.parameters if name not in rebound}
        # A call is a fresh instance: what its entry leaves behind goes with it.
        self.releases_at_exit = function.recursive or not entry
        self.depth = "%.deeper" if function.recursive else str(depth)

    def lower(self) -> None:
        """Add the function to the module."""
        function, code = self.function, self.code
        if self.soft:
            code.handler = _EXIT
        for name, kind in self.variables.items():
            code.slot(ir_type(kind), name, "zeroinitializer")
            if kind == NUM:
                code.slot("i8", f"{name} tag", TAG_FLOAT)
        for name in sorted({read.name for read in self.unbound}):
            self.flags[name] = code.slot("i1", f"{name} set", "false")
        header = []
        for position, (name, kind) in enumerate(function.parameters):
            header.append(f"{ir_type(kind)} %.a{position}")
            if kind == NUM:
                header.append(f"i8 %.g{position}")
            value = Value(kind, f"%.a{position}", tag=f"%.g{position}" if kind == NUM else TAG_FLOAT)
            if name in self.parameters and is_counted(kind):
                code.store(ir_type(kind), value.ref, f'%"{name}"')
            else:
                self.set_local(name, self._as(value, self.variables[name]))
        if function.recursive:
            header.append("i32 %.depth")
            code.trap_if(code.make("icmp eq i32 %.depth, 0"), RECURSION, function.line)
            code.emit("%.deeper = sub i32 %.depth, 1")
        self.block(function.body)
        if code.live:
            if function.ends and function.result == NONE:
                self.leave()
            else:
                code.emit("unreachable")
        if self.soft:
            code.label(_EXIT)
            code.handler = ""
            self.releases_at_exit = True
            self.leave(Value(function.result, "zeroinitializer"))
        name = self.symbol(function, soft=self.soft)
        apart = " noinline" * (len(code.lines) > LARGE)
        code.finish(f"define internal {result_type(function.result)} @{name}({', '.join(header)}){apart}")


def _passing(function: t.Function) -> set[str]:
    """Variables that an unpacking assigns, and one expression reads: the assignment that follows it."""
    names = {name for node in statements(function.body) if isinstance(node, t.Unpack) for name in node.names}
    reads = Counter(part.name for part in expressions(function.body) if isinstance(part, t.Local))
    return {name for name in names if reads[name] == 1 and function.variables[name] in {STR, BYTES}}
