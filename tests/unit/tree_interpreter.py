"""Runs typed trees with Python's own numbers, and holds every recorded fact against every value that comes by.

Ints leave 64 bits only by a trap, as in the compiled code; where a fact says that a check is needless, the interpreter
makes the check all the same and calls a fact that does not hold a `WrongFactError`.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.facts import Facts, Node
from hermetic_nb.toolchains.native.types import BOOL, FLOAT, INT, NUM, ListT

if TYPE_CHECKING:
    from collections.abc import Mapping

_EXACT: Final = 1 << 53
_COMPARE: Final = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_FLOATS: Final = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
}
_DEPTH: Final = 40


class WrongFactError(AssertionError):
    """An analysis proved something that is not so."""


class TrapError(Exception):
    """The program stops with an error of its own."""


class OutOfFuelError(Exception):
    """The program takes too long for a test."""


class _ReturnSignal(Exception):  # noqa: N818 (control flow, not an error)
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _BreakSignal(Exception):  # noqa: N818 (control flow, not an error)
    pass


class _ContinueSignal(Exception):  # noqa: N818 (control flow, not an error)
    pass


class TreeInterpreter:
    """Runs the functions of one typed program."""

    def __init__(self, facts: Facts, fuel: int = 4000, bounds: Mapping[t.Expr, tuple[int, int]] | None = None) -> None:
        self.facts, self.fuel = facts, fuel
        self.bounds = bounds
        """Of every int expression that can be evaluated, if given."""
        self.env: dict[str, Any] = {}
        self.depth = 0
        self.checked = 0
        """How many facts were held against values."""

    def run(self, function: t.Function, arguments: list[Any]) -> Any:
        """Call a function. Raises TrapError, OutOfFuelError or WrongFactError."""
        if self.depth >= _DEPTH:
            raise TrapError("depth")
        caller, self.env = self.env, dict(zip((name for name, _ in function.parameters), arguments, strict=True))
        self.depth += 1
        try:
            self.block(function.body)
        except _ReturnSignal as done:
            return done.value
        finally:
            self.env = caller
            self.depth -= 1
        return None

    def fact(self, kind: str, node: Node, holds: bool, values: Any) -> None:  # noqa: FBT001 (what is tested)
        if node in getattr(self.facts, kind):
            self.checked += 1
            if not holds:
                raise WrongFactError(f"{kind} of line {node.line}: {type(node).__name__} with {values}")

    def int64(self, node: t.Expr, value: int, values: Any) -> int:
        fits = -(1 << 63) <= value < 1 << 63
        self.fact("no_overflow", node, fits, values)
        if not fits:
            raise TrapError("overflow")
        return value

    # ------------------------------------------------------------ statements

    def block(self, body: list[t.Stmt]) -> None:
        for statement in body:
            self.fuel -= 1
            if self.fuel < 0:
                raise OutOfFuelError
            getattr(self, f"_stmt_{type(statement).__name__}")(statement)

    def _stmt_Assign(self, node: t.Assign) -> None:
        self.env[node.name] = self.value(node.value)

    def _stmt_SetItem(self, node: t.SetItem) -> None:
        value, base, index = self.value(node.value), self.value(node.base), self.value(node.index)
        self.fact("nonnegative", node, index >= 0, index)
        if not -len(base) <= index < len(base):
            raise TrapError("index")
        base[index] = value

    def _stmt_Unpack(self, node: t.Unpack) -> None:
        values = self.value(node.sequence)
        if len(values) != len(node.names):
            raise TrapError("unpack")
        self.env.update(zip(node.names, values, strict=True))

    def _stmt_Eval(self, node: t.Eval) -> None:
        self.value(node.value)

    def _stmt_If(self, node: t.If) -> None:
        self.block(node.body if self.value(node.test) else node.orelse)

    def _stmt_While(self, node: t.While) -> None:
        while self.value(node.test):
            if not self.once(node.body):
                return
        self.block(node.orelse)

    def _stmt_For(self, node: t.For) -> None:
        for item in self.source(node.source):
            self.bind(node.target, item)
            if not self.once(node.body):
                return
        self.block(node.orelse)

    def once(self, body: list[t.Stmt]) -> bool:
        self.fuel -= 1
        if self.fuel < 0:
            raise OutOfFuelError
        try:
            self.block(body)
        except _BreakSignal:
            return False
        except _ContinueSignal:
            return True
        return True

    def _stmt_Return(self, node: t.Return) -> None:
        raise _ReturnSignal(None if node.value is None else self.value(node.value))

    def _stmt_Raise(self, node: t.Raise) -> None:
        if node.message is not None:
            self.value(node.message)
        raise TrapError("raised")

    def _stmt_Break(self, _node: t.Break) -> None:
        raise _BreakSignal

    def _stmt_Continue(self, _node: t.Continue) -> None:
        raise _ContinueSignal

    # ------------------------------------------------------------ iteration

    def source(self, source: t.Source) -> Any:
        match source:
            case t.Range():
                start, stop, step = (self.value(part) for part in (source.start, source.stop, source.step))
                if step == 0:
                    raise TrapError("step")
                return range(start, stop, step)
            case t.Items():
                sequence = self.value(source.sequence)
                return reversed(sequence) if source.backwards else iter(sequence)
            case t.Enumerate():
                inner, start = self.source(source.inner), self.value(source.start)
                return self.counted(inner, start)
            case t.Zip():
                return zip(*(self.source(part) for part in source.inner), strict=source.strict)

    def counted(self, inner: Any, start: int) -> Any:
        for index, item in enumerate(inner, start):
            if index >= 1 << 63:
                raise TrapError("overflow")
            yield [index, item]

    def bind(self, target: t.Target, item: Any) -> None:
        if isinstance(target, str):
            self.env[target] = item
        else:
            for part, value in zip(target, item, strict=True):
                self.bind(part, value)

    # ------------------------------------------------------------ expressions

    def value(self, node: t.Expr) -> Any:
        value = getattr(self, f"_expr_{type(node).__name__}")(node)
        if self.bounds is not None and node.type == INT:
            self.checked += 1
            low, high = self.bounds.get(node, (1, 0))
            if not low <= value <= high:
                raise WrongFactError(f"line {node.line}: {type(node).__name__} is {value}, not in {low}..{high}")
        return value

    def _expr_Const(self, node: t.Const) -> Any:
        return node.value

    def _expr_Local(self, node: t.Local) -> Any:
        if node.name not in self.env:
            raise TrapError("unbound")
        return self.env[node.name]

    def _expr_Unary(self, node: t.Unary) -> Any:
        value = self.value(node.operand)
        if node.op == "not":
            return not value
        if node.op == "invert":
            return ~value
        return self.int64(node, -value, value) if node.type == INT else -value

    def _expr_Arith(self, node: t.Arith) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        if node.type == INT:
            return self.int_arith(node, left, right)
        if node.type == BOOL:
            return {"&": operator.and_, "|": operator.or_, "^": operator.xor}[node.op](left, right)
        if node.op in {"/", "//", "%"}:
            self.fact("nonzero", node, right != 0, right)
            if node.left.type == node.right.type == INT:
                self.fact("exact", node, abs(left) <= _EXACT and abs(right) <= _EXACT, (left, right))
        try:
            result = _FLOATS[node.op](left, right)
        except (ArithmeticError, ValueError) as error:
            raise TrapError(str(error)) from error
        if isinstance(result, complex) or (node.type == NUM and isinstance(result, int) and abs(result) > _EXACT):
            raise TrapError("num")
        return result

    def int_arith(self, node: t.Arith, left: int, right: int) -> int:
        op, both = node.op, (left, right)
        if op in {"//", "%"}:
            self.fact("nonzero", node, right != 0, both)
        if op in {"//", "%", ">>", "<<"}:
            self.fact("nonnegative", node, left >= 0 and right >= 0, both)
        match op:
            case "+" | "-" | "*":
                return self.int64(node, _FLOATS[op](left, right), both)
            case "//" | "%":
                if right == 0:
                    raise TrapError("zero")
                self.fact("no_overflow", node, left // right < 1 << 63, both)
                return self.int64(node, left // right, both) if op == "//" else left % right
            case "**":
                self.fact("no_overflow", node, 0 <= right and (abs(left) < 2 or right < 64), both)
                if right < 0 or (abs(left) > 1 and right > 64):
                    raise TrapError("power")
                return self.int64(node, left**right, both)
            case "<<":
                self.fact("no_overflow", node, 0 <= right < 64, both)
                if right < 0 or (left and right >= 64):
                    raise TrapError("shift")
                return self.int64(node, left << min(right, 64), both)
            case ">>":
                if right < 0:
                    raise TrapError("shift")
                return left >> min(right, 64)
            case "&":
                return left & right
            case "|":
                return left | right
        return left ^ right

    def _expr_Convert(self, node: t.Convert) -> Any:
        value = self.value(node.operand)
        have, kind = node.operand.type, node.type
        if isinstance(kind, ListT):
            return [float(item) for item in value] if kind.item == FLOAT else list(value)
        if have == INT and kind == NUM:
            self.fact("no_overflow", node, abs(value) <= _EXACT, value)
            if abs(value) > _EXACT:
                raise TrapError("inexact")
            return value
        if kind == INT:
            return int(value)
        return float(value) if kind == FLOAT else value

    def _expr_Truth(self, node: t.Truth) -> Any:
        return bool(self.value(node.operand))

    def _expr_Logic(self, node: t.Logic) -> Any:
        result = None
        for operand in node.operands:
            result = self.value(operand)
            if bool(result) == (node.op == "or"):
                return result
        return result

    def _expr_Choice(self, node: t.Choice) -> Any:
        return self.value(node.then if self.value(node.test) else node.other)

    def _expr_Compare(self, node: t.Compare) -> Any:
        left = self.value(node.first)
        seen = [(node.first.type, left)]
        result = True
        for op, operand in node.links:
            right = self.value(operand)
            kinds = (
                [(item.type, value) for item, value in zip(operand.items, right, strict=True)]
                if isinstance(operand, t.Options)
                else []
            )
            if isinstance(operand.type, ListT):
                kinds = [(operand.type.item, value) for value in right]
            seen += kinds or [(operand.type, right)]
            result = (left in right) == (op == "in") if op in {"in", "not in"} else _COMPARE[op](left, right)
            if not result:
                break
            left = right
        self.fact("exact", node, all(abs(value) <= _EXACT for kind, value in seen if kind == INT), seen)
        return result

    def _expr_Options(self, node: t.Options) -> Any:
        return [self.value(item) for item in node.items]

    def _expr_Invoke(self, node: t.Invoke) -> Any:
        return self.run(node.target, [self.value(argument) for argument in node.arguments])

    def _expr_Index(self, node: t.Index) -> Any:
        base, index = self.value(node.base), self.value(node.index)
        self.fact("nonnegative", node, index >= 0, index)
        if not -len(base) <= index < len(base):
            raise TrapError("index")
        return base[index]

    def _expr_Slice(self, node: t.Slice) -> Any:
        base = self.value(node.base)
        low, high, step = (None if part is None else self.value(part) for part in (node.low, node.high, node.step))
        if step == 0:
            raise TrapError("step")
        return base[low:high:step]

    def _expr_ListOf(self, node: t.ListOf) -> Any:
        return [self.value(item) for item in node.items]

    def _expr_Comprehension(self, node: t.Comprehension) -> Any:
        self.block(node.body)
        return self.env[node.name]

    def _expr_Builtin(self, node: t.Builtin) -> Any:
        values = [self.value(argument) for argument in node.arguments]
        first = values[0] if values else None
        try:
            return self.builtin(node, node.name, first, values)
        except (ArithmeticError, ValueError, IndexError, TypeError) as error:
            raise TrapError(str(error)) from error

    def builtin(self, node: t.Builtin, name: str, first: Any, values: list[Any]) -> Any:  # noqa: C901, PLR0912 (one case for each)
        match name:
            case "len":
                return len(first)
            case "abs":
                return self.int64(node, abs(first), first) if node.type == INT else abs(first)
            case "min":
                return min(values)
            case "max":
                return max(values)
            case "ord":
                return ord(first)
            case "int.from_float":
                result = int(first)
                if not -(1 << 63) <= result < 1 << 63:
                    raise TrapError("overflow")
                return result
            case "list.append":
                first.append(values[1])
            case "list.insert":
                first.insert(values[1], values[2])
            case "list.extend":
                first.extend(list(values[1]))
            case "list.reverse" | "list.clear":
                getattr(first, name[5:])()
            case "list.index" | "list.count" | "str.find" | "str.index" | "str.count":
                return getattr(first, name.partition(".")[2])(values[1])
            case "list.pop":
                return first.pop(*values[1:])
            case "list.concat" | "str.concat":
                return first + values[1]
            case "list.repeat":
                if values[1] > 1000:
                    raise TrapError("memory")
                return first * values[1]
            case "sum.finish":
                return first + values[1] if math.isfinite(values[1]) else first
            case "trap":
                raise TrapError("empty")
            case "math.isqrt":
                return math.isqrt(first)
            case "math.gcd":
                result = math.gcd(*values)
                if result >= 1 << 63:
                    raise TrapError("overflow")
                return result
            case _:
                raise NotImplementedError(name)
        return None
