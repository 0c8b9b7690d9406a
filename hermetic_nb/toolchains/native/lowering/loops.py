"""Loops, and the second version of a loop that runs without tests."""

from __future__ import annotations

from dataclasses import dataclass

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.loop_bounds import plan_loop
from hermetic_nb.toolchains.native.lowering.code import Pace
from hermetic_nb.toolchains.native.lowering.cursors import Cursor, CursorLowering
from hermetic_nb.toolchains.native.lowering.deferral import may_defer
from hermetic_nb.toolchains.native.lowering.idioms import BitCount, bit_count
from hermetic_nb.toolchains.native.lowering.layout import OVERFLOW
from hermetic_nb.toolchains.native.lowering.loop_test import LoopTest
from hermetic_nb.toolchains.native.types import INT
from hermetic_nb.toolchains.native.walks import assigned_names, expressions, target_names, within


@dataclass(slots=True)
class Loop:
    """Where break and continue go."""

    onward: str
    out: str


class LoopLowering(CursorLowering):
    """Lowers loops."""

    loops: list[Loop]
    shortening: bool
    """Whether any of the cell's functions makes a list shorter."""

    def _while(self, node: t.While) -> None:
        counting = bit_count(node)
        parts = (*within(node.test), *expressions(node.body))
        if counting is not None and self.unbound.isdisjoint(part for part in parts if isinstance(part, t.Local)):
            self._count_bits(node, counting)
            return
        test, body, done, out = (self.code.fresh(part) for part in ("while", "do", "else", "out"))
        self.code.label(test)
        condition = self.expr(node.test).ref
        if condition == "true":
            self.code.jump(body)
        else:
            self.code.branch(condition, body, done)
        self.code.label(body)
        onward = self.code.fresh("next")
        self._body(node.body, onward, out)
        self.code.label(onward)
        self.code.again(test)
        if condition == "true":
            self._out(out, reached=_breaks(node.body))
            return
        self.code.label(done)
        self.block(node.orelse)
        self._out(out, reached=self.code.live or _breaks(node.body))

    def _count_bits(self, node: t.While, counting: BitCount) -> None:
        line = node.line
        word = self.expr(counting.word)
        if not isinstance(node.test, t.Compare) or node.test.links[0][0] != ">":
            # There is always one more in a negative int: CPython's grows without end.
            self.code.trap_if(self.code.make(f"icmp slt i64 {word.ref}, 0"), OVERFLOW, line)
            ones: t.Expr = t.Builtin(INT, line, "int.bit_count", [counting.word])
            rest: t.Expr = t.Const(INT, line, 0)
        else:
            zero = t.Const(INT, line, 0)
            positive = t.Builtin(INT, line, "max", [counting.word, zero])
            ones = t.Builtin(INT, line, "int.bit_count", [positive])
            rest = t.Builtin(INT, line, "min", [counting.word, zero])
        self.block(
            [
                t.Assign(line, counting.count.name, t.Arith(INT, line, "+", counting.count, ones)),
                t.Assign(line, counting.word.name, rest),
            ]
        )

    def _body(self, body: list[t.Stmt], onward: str, out: str) -> None:
        self.loops.append(Loop(onward, out))
        self.block(body)
        self.loops.pop()
        if self.code.live:
            self.code.jump(onward)

    def _out(self, out: str, *, reached: bool) -> None:
        if reached:
            self.code.label(out)

    def _for(self, node: t.For) -> None:
        cursor = self._cursor(node.source, assigned_names(node.body) | set(target_names(node.target)))
        done, out = self.code.fresh("else"), self.code.fresh("out")
        plan = plan_loop(node, self.unbound, shortening=self.shortening) if cursor.ends is not None else None
        if plan is not None and cursor.ends is not None:
            fast, slow = self.code.fresh("fast"), self.code.fresh("slow")
            test = LoopTest(self)
            rows = test.look_up(plan, slow)
            self.code.branch(test.holds(plan, *cursor.ends()), fast, slow)
            self.code.label(fast)
            checked = self.facts
            self.facts = checked.within(plan.in_bounds, plan.no_overflow)
            self.rows, self.hoisted = rows, plan.hoisted
            if may_defer(node, self.facts, self.unbound, rows):
                self._deferred_rounds(node, cursor, done)
            else:
                self._rounds(node, cursor, done, out, Pace.FAST)
            self.facts, self.rows, self.hoisted = checked, {}, set()
            self.code.label(slow)
        self._rounds(node, cursor, done, out, Pace.PLAIN if plan is None else Pace.RARE)
        self.code.label(done)
        if node.orelse:
            # The else may leave a loop further out: what this one held is given back before.
            cursor.after()
            self.block(node.orelse)
        self._out(out, reached=self.code.live or _breaks(node.body))
        if self.code.live:
            cursor.after()

    def _deferred_rounds(self, node: t.For, cursor: Cursor, done: str) -> None:
        """Run a loop, and look at overflow when it has ended."""
        code = self.code
        ended, start = code.fresh("ended"), code.fresh("start")
        code.jump(start)
        before = len(code.lines)
        code.label(start)
        code.deferred = {}
        self._rounds(node, cursor, ended, ended, Pace.NOTED)
        slots, code.deferred = code.deferred, None
        # The slots are known only now; the loop may be one of several rounds of an outer one.
        code.lines[before + 1 : before + 1] = [f"  store i64 0, ptr {slot}" for slot in slots.values()]
        code.label(ended)
        for line, slot in slots.items():
            code.trap_if(code.make(f"icmp slt i64 {code.load('i64', slot)}, 0"), OVERFLOW, line)
        code.jump(done)

    def _rounds(self, node: t.For, cursor: Cursor, done: str, out: str, pace: Pace) -> None:
        test, body, onward = (self.code.fresh(part) for part in ("for", "do", "next"))
        self.code.label(test)
        self.code.branch(cursor.more(), body, done)
        self.code.label(body)
        self._bind(node.target, self._next(node.target, cursor))
        self._body(node.body, onward, out)
        self.code.label(onward)
        cursor.advance()
        self.code.again(test, pace)


def _breaks(body: list[t.Stmt]) -> bool:
    """Whether a loop's body can break out of that loop."""
    for node in body:
        match node:
            case t.Break():
                return True
            case t.If():
                if _breaks(node.body) or _breaks(node.orelse):
                    return True
            case t.While() | t.For():
                if _breaks(node.orelse):
                    return True
            case t.Try():
                if any(map(_breaks, node.blocks)):
                    return True
    return False
