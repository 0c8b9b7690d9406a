"""The test before a loop that lets it run without tests (see `loop_bounds`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.loop_bounds import LoopPlan
    from hermetic_nb.toolchains.native.lowering.statements import StatementLowering

_FACTOR: Final = 1 << 31
"""Factors up to this magnitude have a product within 64 bits."""


class LoopTest:
    """Computes indices at the ends of a loop without stopping on overflow: it only says that the test fails."""

    def __init__(self, lowering: StatementLowering) -> None:
        self.lowering, self.code = lowering, lowering.code
        self.failed: list[str] = []
        self.variable = ""
        self.at = ""

    def holds(self, plan: LoopPlan, first: str, last: str) -> str:
        """Whether all indices of the plan are within their sequences, as an i1."""
        self.variable = plan.variable
        for end, value in enumerate((first, last)):
            self.at = value
            for test in plan.tests:
                if end and not test.varies:
                    continue
                index = self._value(test.index)
                count = self.lowering.length(self.lowering.expr(test.base))
                self.failed.append(self.code.make(f"icmp uge i64 {index}, {count}"))
        some = self.failed[0]
        for flag in self.failed[1:]:
            some = self.code.make(f"or i1 {some}, {flag}")
        return self.code.make(f"xor i1 {some}, true")

    def _value(self, node: t.Expr) -> str:
        make = self.code.make
        match node:
            case t.Local(name=name) if name == self.variable:
                return self.at
            case t.Unary():
                return self._checked("sub", "0", self._value(node.operand))
            case t.Arith(op="*"):
                left, right = self._value(node.left), self._value(node.right)
                for factor in (left, right):
                    self.failed.append(make(f"icmp uge i64 {make(f'add i64 {factor}, {_FACTOR}')}, {2 * _FACTOR}"))
                # Without nsw: the product is only used where both factors are small.
                return make(f"mul i64 {left}, {right}")
            case t.Arith():
                return self._checked("add" if node.op == "+" else "sub", self._value(node.left), self._value(node.right))
        return self.lowering.expr(node).ref

    def _checked(self, name: str, left: str, right: str) -> str:
        target = f"llvm.s{name}.with.overflow.i64"
        self.code.module.declared[target] = f"declare {{ i64, i1 }} @{target}(i64, i64)"
        pair = self.code.make(f"call {{ i64, i1 }} @{target}(i64 {left}, i64 {right})")
        self.failed.append(self.code.make(f"extractvalue {{ i64, i1 }} {pair}, 1"))
        return self.code.make(f"extractvalue {{ i64, i1 }} {pair}, 0")
