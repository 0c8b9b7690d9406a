"""The test before a loop that lets it run without tests (see `loop_bounds`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.analysis.linear import FACTOR_BITS
from hermetic_nb.toolchains.native.analysis.rows import Row
from hermetic_nb.toolchains.native.lowering.code import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.toolchains.native import tree as t
    from hermetic_nb.toolchains.native.analysis.linear import Linear
    from hermetic_nb.toolchains.native.analysis.loop_bounds import LoopPlan
    from hermetic_nb.toolchains.native.lowering.expressions import ExpressionLowering


class LoopTest:
    """Computes indices at both ends of a loop. Nothing here stops: where it cannot be sure, the test fails."""

    def __init__(self, lowering: ExpressionLowering) -> None:
        self.lowering, self.code = lowering, lowering.code
        self.results: list[str] = []
        self.values: dict[tuple[str, ...], str] = {}
        self.lengths: dict[object, str] = {}
        self.rows: dict[Row, Value] = {}

    def look_up(self, plan: LoopPlan, otherwise: str) -> dict[t.Expr, Value]:
        """Load the plan's rows; the answer: what each node that reads one has. Goes elsewhere where one is not there."""
        for row in plan.rows.values():
            at = self._shape(row.at, plan.counter, "")
            if row.at.constant:
                at = self.code.make(f"add i64 {at}, {row.at.constant}")
            # Unsigned: an index below 0, which counts from the end, is left to the other version.
            self.results.append(self.code.make(f"icmp ult i64 {at}, {self._length(row.outer)}"))
            found = self.code.fresh("row")
            self.code.branch(self._every(), found, otherwise)
            self.code.label(found)
            self.results.clear()
            self.rows[row] = self.lowering.at(self.lowering.expr(row.outer), at)
        return {node: self.rows[row] for row in plan.rows.values() for node in row.nodes}

    def holds(self, plan: LoopPlan, first: str, last: str) -> str:
        """Whether all indices of the plan are within their sequences, as an i1."""
        make = self.code.make
        ends = (f"{plan.counter} first", f"{plan.counter} last")
        for name, value in zip(ends, (first, last), strict=True):
            self._small((name,), value)
        for name, read in sorted(plan.small.items()):
            if name != plan.counter and (name,) not in self.values:
                self._small((name,), self.lowering.expr(read).ref)
        for test in plan.tests.values():
            values = [self._shape(test.shape, plan.counter, end) for end in ends]
            count = self._length(test.base)
            if values[0] == values[1]:
                low = high = values[0]
            else:
                rises = make(f"icmp slt i64 {values[0]}, {values[1]}")
                low = make(f"select i1 {rises}, i64 {values[0]}, i64 {values[1]}")
                high = make(f"select i1 {rises}, i64 {values[1]}, i64 {values[0]}")
            self.results.append(make(f"icmp sge i64 {low}, {-test.low}"))
            self.results.append(make(f"icmp slt i64 {make(f'add i64 {high}, {test.high}')}, {count}"))
        return self._every()

    def _every(self) -> str:
        every = self.results[0]
        for result in self.results[1:]:
            every = self.code.make(f"and i1 {every}, {result}")
        return every

    def _length(self, base: t.Local | Row) -> str:
        key = base if isinstance(base, Row) else base.name
        if key not in self.lengths:
            self.lengths[key] = self.lowering.length(
                self.rows[base] if isinstance(base, Row) else self.lowering.expr(base)
            )
        return self.lengths[key]

    def _small(self, key: tuple[str, ...], value: str) -> None:
        """Note a variable's value, and that it must be small."""
        self.values[key] = value
        if value.lstrip("-").isdigit():
            if abs(int(value)) > 1 << FACTOR_BITS:
                self.results.append("false")
        else:
            inside = self.code.make(f"add i64 {value}, {1 << FACTOR_BITS}")
            self.results.append(self.code.make(f"icmp ule i64 {inside}, {2 << FACTOR_BITS}"))

    def _shape(self, shape: Linear, counter: str, end: str) -> str:
        total = "0"
        for key, factor in sorted(shape.terms.items()):
            product = self._product(tuple(end if name == counter else name for name in key), shape.atoms)
            if factor != 1:
                product = self.code.make(f"mul i64 {product}, {factor}")
            total = product if total == "0" else self.code.make(f"add i64 {total}, {product}")
        return total

    def _product(self, key: tuple[str, ...], atoms: Mapping[str, t.Expr]) -> str:
        if key not in self.values:
            if len(key) == 1:
                self._small(key, self.lowering.expr(atoms[key[0]]).ref)
            else:
                left, right = (self._product((name,), atoms) for name in key)
                self.values[key] = self.code.make(f"mul i64 {left}, {right}")
        return self.values[key]
