"""The interval of every expression, and the facts about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.types import BoolType, IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.facts import Node
from hermetic_nb.toolchains.native.analysis.interval import FULL, INT_MAX, INT_MIN, TRUTH, Interval
from hermetic_nb.toolchains.native.analysis.lists import DeadError, ListWalker
from hermetic_nb.toolchains.native.types import NUM, DictT, ListT, RecordT, parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.toolchains.native.analysis.summaries import Summaries

Env = dict[str, Interval]
"""Int variables that may have a value, and the bounds of that value."""

EXACT: Final = 1 << 53
"""Floats hold all ints up to this magnitude without loss."""
EXPRESSIONS: Final = (
    *(t.Const, t.Local, t.Unary, t.Arith, t.Convert, t.Truth, t.Logic, t.Choice, t.Compare, t.Invoke, t.Builtin),
    *(t.Index, t.Slice, t.ListOf, t.Options, t.Comprehension),
    *(t.Nothing, t.TupleOf, t.DictOf, t.SetOf, t.RecordOf, t.Part, t.Field, t.IsNone, t.Unwrap),
)
_ONE: Final[Interval] = (1, 1)


class ValueWalker(ListWalker):
    """Evaluates expressions to intervals.

    An expression that is no int has none, with two exceptions that only tests for zero read: a float literal that is
    not zero, and an int brought to a float.
    """

    def __init__(self, summaries: Summaries) -> None:
        super().__init__(summaries)
        self.recording = False
        self.known: dict[str, dict[Node, bool]] = {}
        """For each kind of fact: every node that asked, and whether all visits of the last pass agree."""
        self.in_loops: set[Node] = set()
        self.depth = 0
        """Loops around the place that is being evaluated, those of callers included."""
        self.operands: tuple[Interval, Interval] = (FULL, FULL)
        """Operands of the int operation that was evaluated last."""
        self.sides: dict[t.Compare, tuple[Interval, Interval]] = {}
        """The first two operands of each comparison inside a loop, when it was evaluated last."""
        self._values: dict[type, Callable[..., Interval | None]] = {
            kind: getattr(self, f"_expr_{kind.__name__}") for kind in EXPRESSIONS
        }

    def value(self, node: t.Expr, env: Env) -> Interval | None:
        """The bounds of an expression's value. Raises DeadError."""
        return self._values[node.__class__](node, env)

    def number(self, node: t.Expr, env: Env) -> Interval:
        """As `value`, of an expression that is an int or a bool."""
        found = self._values[node.__class__](node, env)
        if found is not None:
            return found
        return TRUTH if node.type.__class__ is BoolType else FULL

    def note(self, kind: str, node: Node, holds: bool) -> None:  # noqa: FBT001 (the fact itself)
        """Record whether a fact holds here."""
        if self.recording:
            facts = self.known[kind]
            facts[node] = holds and facts.get(node, True)
            if self.depth:
                self.in_loops.add(node)

    def branch(self, test: t.Expr, env: Env) -> tuple[Env | None, Env | None]:
        """Evaluate a test: the environments in which it is true and false (None: never)."""
        raise NotImplementedError

    def enter(self, function: t.Function, *, grew: bool) -> None:
        """A call of one of the cell's functions is met; whether its arguments are more than was known."""
        raise NotImplementedError

    def block(self, body: list[t.Stmt], env: Env) -> Env | None:
        """Run statements; None: control does not reach the end."""
        raise NotImplementedError

    # ------------------------------------------------------------ atoms

    def _expr_Const(self, node: t.Const, _env: Env) -> Interval | None:
        value = node.value
        if isinstance(value, int):
            return (int(value), int(value))
        return _ONE if isinstance(value, float) and value != 0 else None

    def _expr_Nothing(self, _node: t.Nothing, _env: Env) -> Interval | None:
        return None

    def _expr_Local(self, node: t.Local, env: Env) -> Interval | None:
        if node.type.__class__ is not IntType:
            return None
        found = env.get(node.name)
        if found is None:
            # No path that gives it a value leads here: the read traps.
            raise DeadError
        return found

    # ------------------------------------------------------------ operators

    def _expr_Unary(self, node: t.Unary, env: Env) -> Interval | None:
        operand = self.value(node.operand, env)
        if node.type.__class__ is not IntType or operand is None:
            return None
        if node.op == "invert":
            return (~operand[1], ~operand[0])
        return self._checked(node, iv.negate(operand))

    def _checked(self, node: t.Expr, result: Interval | None) -> Interval:
        if result is None:
            raise DeadError
        if result[0] >= INT_MIN and result[1] <= INT_MAX:
            self.note("no_overflow", node, True)
            return result
        self.note("no_overflow", node, False)
        clipped = iv.meet(result, FULL)
        if clipped is None:
            raise DeadError
        return clipped

    def _expr_Arith(self, node: t.Arith, env: Env) -> Interval | None:
        left, right = self.value(node.left, env), self.value(node.right, env)
        op = node.op
        if node.type.__class__ is not IntType:
            if op in {"/", "//", "%"}:
                self.note("nonzero", node, right is not None and not right[0] <= 0 <= right[1])
                if node.left.type.__class__ is IntType and left is not None and right is not None:
                    self.note("exact", node, is_exact(left) and is_exact(right))
            return None
        left, right = left or FULL, right or FULL
        if op in {"+", "-"}:
            self.note("left_nonnegative", node, left[0] >= 0)
            self.note("right_nonnegative", node, right[0] >= 0)
        if op in {"//", "%", ">>", "<<"}:
            self.note("nonnegative", node, left[0] >= 0 and right[0] >= 0)
            if op in {"//", "%"}:
                self.note("nonzero", node, not right[0] <= 0 <= right[1])
                self.note("positive", node, right[0] > 0)
                if op == "%":
                    # The quotient is what can overflow: the machine's remainder is undefined with it.
                    self.note("no_overflow", node, left[0] > INT_MIN or not right[0] <= -1 <= right[1])
        result = iv.OPERATIONS[op](left, right)
        if (op == "**" and right[0] < 0) or (op == "<<" and not (right[0] >= 0 and right[1] < 64)):
            self.note("no_overflow", node, False)
        if op in {"%", ">>", "&", "|", "^"}:
            if result is None:
                raise DeadError
        else:
            result = self._checked(node, result)
        self.operands = (left, right)
        return result

    def _expr_Convert(self, node: t.Convert, env: Env) -> Interval | None:
        operand = self.value(node.operand, env)
        have, kind = node.operand.type, node.type
        if kind.__class__ is ListT:
            self.pour(have, kind)
            return None
        if parts(kind):
            self.same(have, kind)
            return None
        if have.__class__ is BoolType:
            return TRUTH if operand is None else operand
        if have.__class__ is IntType and kind == NUM:
            self.note("no_overflow", node, operand is not None and is_exact(operand))
        return operand

    def _expr_Truth(self, node: t.Truth, env: Env) -> Interval | None:
        self.value(node.operand, env)
        return None

    def _expr_Logic(self, node: t.Logic, env: Env) -> Interval | None:
        if node.type.__class__ is BoolType:
            self.branch(node, dict(env))
            return None
        result = self.value(node.operands[0], env)
        for operand in node.operands[1:]:
            self.same(node.type, operand.type)
            try:
                other = self.value(operand, dict(env))
            except DeadError:
                continue
            result = None if result is None or other is None else iv.join(result, other)
        return result

    def _expr_Choice(self, node: t.Choice, env: Env) -> Interval | None:
        results = []
        for side, inner in zip((node.then, node.other), self.branch(node.test, dict(env)), strict=True):
            self.same(node.type, side.type)
            if inner is not None:
                try:
                    results.append(self.value(side, inner))
                except DeadError:
                    continue
        if not results:
            raise DeadError
        if node.type.__class__ is not IntType:
            return None
        first, last = results[0] or FULL, results[-1] or FULL
        return iv.join(first, last)

    def _expr_Compare(self, node: t.Compare, env: Env) -> Interval | None:
        self.branch(node, dict(env))
        return None

    # ------------------------------------------------------------ sequences

    def _expr_Index(self, node: t.Index, env: Env) -> Interval | None:
        self.value(node.base, env)
        if isinstance(node.base.type, DictT):
            self.value(node.index, env)
            return _unknown(node)
        self._position(node, node.index, env)
        return self.items(node.base.type)

    def _position(self, node: t.Index | t.SetItem, index: t.Expr, env: Env) -> None:
        self.note("nonnegative", node, self.number(index, env)[0] >= 0)

    def _expr_Slice(self, node: t.Slice, env: Env) -> Interval | None:
        self.value(node.base, env)
        for part in (node.low, node.high, node.step):
            if part is not None:
                self.value(part, env)
        self.pour(node.base.type, node.type)
        return None

    def _expr_ListOf(self, node: t.ListOf, env: Env) -> Interval | None:
        for item in node.items:
            self.store(node.type, item, self.value(item, env))
        return None

    def _parts(self, node: t.TupleOf | t.SetOf | t.DictOf, env: Env) -> None:
        for item in node.items:
            self.value(item, env)

    def _expr_TupleOf(self, node: t.TupleOf, env: Env) -> Interval | None:
        self._parts(node, env)
        for item, kind in zip(node.items, parts(node.type), strict=True):
            self.same(item.type, kind)
        return None

    def _expr_SetOf(self, node: t.SetOf, env: Env) -> Interval | None:
        self._parts(node, env)
        return None

    def _expr_DictOf(self, node: t.DictOf, env: Env) -> Interval | None:
        self._parts(node, env)
        if isinstance(node.type, DictT):
            for item in node.items[1::2]:
                self.same(item.type, node.type.item)
        return None

    def _expr_RecordOf(self, node: t.RecordOf, env: Env) -> Interval | None:
        assert isinstance(node.type, RecordT)
        # Without items its fields are filled by its __init__.
        for item, cell in zip(node.items, node.type.record.fields.values(), strict=False):
            self.value(item, env)
            self.same(item.type, cell.item)
        return None

    def _expr_Part(self, node: t.Part, env: Env) -> Interval | None:
        self.value(node.base, env)
        return _unknown(node)

    def _expr_Field(self, node: t.Field, env: Env) -> Interval | None:
        self.value(node.base, env)
        return _unknown(node)

    def _expr_IsNone(self, node: t.IsNone, env: Env) -> Interval | None:
        self.value(node.operand, env)
        return None

    def _expr_Unwrap(self, node: t.Unwrap, env: Env) -> Interval | None:
        self.value(node.operand, env)
        return _unknown(node)

    def _expr_Options(self, node: t.Options, env: Env) -> Interval | None:
        for item in node.items:
            self.value(item, env)
        return None

    def _expr_Comprehension(self, node: t.Comprehension, env: Env) -> Interval | None:
        after = self.block(node.body, dict(env))
        if after is None:
            raise DeadError
        return after.get(node.name, FULL) if node.type.__class__ is IntType else None


def _unknown(node: t.Expr) -> Interval | None:
    return FULL if node.type.__class__ is IntType else None


def is_exact(values: Interval) -> bool:
    """Whether floats hold all these ints without loss."""
    return values[0] >= -EXACT and values[1] <= EXACT
