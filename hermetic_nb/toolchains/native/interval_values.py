"""The interval of every expression, and the facts about it."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, ClassVar, Final

from hermetic_nb.signature.types import BoolType, BytesType, IntType, StrType
from hermetic_nb.toolchains.native import interval as iv
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.facts import Node
from hermetic_nb.toolchains.native.interval import FULL, INT_MAX, INT_MIN, TRUTH, Interval
from hermetic_nb.toolchains.native.summaries import Parameter, Result, Summaries
from hermetic_nb.toolchains.native.types import FLOAT, INT, NUM, ListT

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.toolchains.native.types import Cell, Type

Env = dict[str, Interval]
"""Int variables that may have a value, and the bounds of that value."""

EXACT: Final = 1 << 53
_WIDE_ITEMS: Final = (1 << 29) - 1
_CHARACTERS: Final = (1 << 30) - 1
_BYTES: Final = (1 << 32) - 1
_READERS: Final = {"len", "list.pop", "list.index", "list.count", "list.reverse", "list.clear", "list.repeat"}
_ONE: Final[Interval] = (1, 1)


class DeadError(Exception):
    """No run gets past this place: it always traps, or nothing reaches it yet."""


class ValueWalker:
    """Evaluates expressions to intervals. An expression that is no int has no interval, with two exceptions that only
    tests for zero read: a float literal that is not zero, and an int brought to a float."""

    VALUES: ClassVar[dict[type, Callable[..., Interval | None]]] = {}

    def __init__(self, summaries: Summaries) -> None:
        self.summaries = summaries
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

    def value(self, node: t.Expr, env: Env) -> Interval | None:
        """The bounds of an expression's value. Raises DeadError."""
        return self.VALUES[node.__class__](self, node, env)

    def number(self, node: t.Expr, env: Env) -> Interval:
        """As `value`, of an expression that is an int or a bool."""
        found = self.VALUES[node.__class__](self, node, env)
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

    # ------------------------------------------------------------ lists

    def store(self, kind: Type, item: t.Expr, values: Interval | None) -> None:
        """An item goes into a list."""
        if kind.__class__ is ListT:
            assert isinstance(kind, ListT)  # noqa: S101 (the test above, in words that the type checker reads)
            if item.type.__class__ is IntType:
                self.summaries.put(kind.cell.root(), values or FULL)
            else:
                self.forget(item.type)

    def forget(self, kind: Type) -> None:
        """A list may hold any items: others may write to it, or it comes from where this analysis does not look."""
        while isinstance(kind, ListT):
            if kind.item.__class__ is IntType:
                self.summaries.put(kind.cell.root(), FULL)
            kind = kind.item

    def pour(self, source: Type, kind: Type) -> None:
        """The items of one list go into another."""
        if isinstance(source, ListT) and isinstance(kind, ListT):
            if source.item.__class__ is not IntType or kind.item.__class__ is not IntType:
                self.forget(kind)
                self.forget(source.item)
                return
            have, to = source.cell.root(), kind.cell.root()
            values = self.summaries.items(have)
            if have is not to and values is not None:
                self.summaries.put(to, values)

    def same(self, one: Type, other: Type) -> None:
        """Two types stand for one list. Inference joins their cells; where it did not, nothing is known of the items."""
        if isinstance(one, ListT) and isinstance(other, ListT) and one.cell.root() is not other.cell.root():
            self.forget(one)
            self.forget(other)

    def items(self, kind: Type) -> Interval | None:
        """The bounds of a sequence's items; None: they are no ints. Raises DeadError for a list that nothing was put into."""
        if kind.__class__ is BytesType:
            return iv.BYTE
        if isinstance(kind, ListT):
            if kind.item.__class__ is IntType:
                values = self.summaries.items(kind.cell.root())
                if values is None:
                    raise DeadError
                return values
            self.forget(kind.item)
        return None

    # ------------------------------------------------------------ atoms

    def _const(self, node: t.Const, _env: Env) -> Interval | None:
        value = node.value
        if isinstance(value, int):
            return (int(value), int(value))
        return _ONE if isinstance(value, float) and value != 0 else None

    def _local(self, node: t.Local, env: Env) -> Interval | None:
        return env.get(node.name, FULL) if node.type.__class__ is IntType else None

    # ------------------------------------------------------------ operators

    def _unary(self, node: t.Unary, env: Env) -> Interval | None:
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

    def _arith(self, node: t.Arith, env: Env) -> Interval | None:
        left, right = self.value(node.left, env), self.value(node.right, env)
        op = node.op
        if node.type.__class__ is not IntType:
            if op in {"/", "//", "%"}:
                self.note("nonzero", node, right is not None and not right[0] <= 0 <= right[1])
                if node.left.type.__class__ is IntType and left is not None and right is not None:
                    self.note("exact", node, is_exact(left) and is_exact(right))
            return None
        left, right = left or FULL, right or FULL
        if op in {"//", "%", ">>", "<<"}:
            self.note("nonnegative", node, left[0] >= 0 and right[0] >= 0)
            if op in {"//", "%"}:
                self.note("nonzero", node, not right[0] <= 0 <= right[1])
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

    def _convert(self, node: t.Convert, env: Env) -> Interval | None:
        operand = self.value(node.operand, env)
        have, kind = node.operand.type, node.type
        if kind.__class__ is ListT:
            self.pour(have, kind)
            return None
        if have.__class__ is BoolType:
            return TRUTH if operand is None else operand
        if have.__class__ is IntType and kind == NUM:
            self.note("no_overflow", node, operand is not None and is_exact(operand))
        return operand

    def _truth(self, node: t.Truth, env: Env) -> Interval | None:
        self.value(node.operand, env)
        return None

    def _logic(self, node: t.Logic, env: Env) -> Interval | None:
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

    def _choice(self, node: t.Choice, env: Env) -> Interval | None:
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

    def _compare(self, node: t.Compare, env: Env) -> Interval | None:
        self.branch(node, dict(env))
        return None

    # ------------------------------------------------------------ calls

    def _invoke(self, node: t.Invoke, env: Env) -> Interval | None:
        function = node.target
        values = [self.value(argument, env) for argument in node.arguments]
        grew = False
        for index, (argument, given) in enumerate(zip(node.arguments, values, strict=True)):
            if argument.type.__class__ is IntType:
                grew |= self.summaries.put(Parameter(function, index), given or FULL)
            elif argument.type.__class__ is BoolType:
                grew |= self.summaries.put(Parameter(function, index), TRUTH)
            else:
                self.forget(argument.type)
        self.enter(function, grew=grew)
        self.forget(node.type)
        if node.type.__class__ is not IntType:
            return None
        result = self.summaries.get(Result(function))
        if result is None:
            raise DeadError
        return result

    def _builtin(self, node: t.Builtin, env: Env) -> Interval | None:
        name, arguments = node.name, node.arguments
        values = [self.value(argument, env) for argument in arguments]
        if name in {"list.append", "list.insert"}:
            self.store(arguments[0].type, arguments[-1], values[-1])
            return None
        if name == "list.extend":
            self.pour(arguments[1].type, arguments[0].type)
            return None
        if name == "list.concat":
            for argument in arguments:
                self.pour(argument.type, node.type)
            return None
        if name == "trap":
            raise DeadError
        if name == "list.repeat":
            self.same(arguments[0].type, node.type)
        elif name not in _READERS:
            for argument in arguments:
                self.forget(argument.type)
            self.forget(node.type)
        if node.type.__class__ is not IntType:
            return None
        return self._int_builtin(node, name, [value or FULL for value in values])

    def _int_builtin(self, node: t.Builtin, name: str, values: list[Interval]) -> Interval | None:
        match name:
            case "len":
                return (0, longest(node.arguments[0].type))
            case "abs":
                return self._checked(node, iv.magnitude(values[0]))
            case "min":
                return (min(low for low, _ in values), min(high for _, high in values))
            case "max":
                return (max(low for low, _ in values), max(high for _, high in values))
            case "ord":
                return iv.CODE_POINT
            case "list.pop":
                return self.items(node.arguments[0].type)
            case "list.index" | "list.count":
                return (0, longest(node.arguments[0].type))
            case "int.pow_mod":
                return iv.remainder(FULL, values[2]) or FULL
            case "math.isqrt":
                if values[0][1] < 0:
                    raise DeadError
                return (isqrt(max(values[0][0], 0)), isqrt(values[0][1]))
            case "math.gcd":
                largest = max(iv.magnitude(value)[1] for value in values)
                return (0, min(largest, INT_MAX))
            case "math.comb" | "math.factorial" | "math.lcm" | "math.perm":
                return (0, INT_MAX)
            case _:
                return FULL

    # ------------------------------------------------------------ sequences

    def _index(self, node: t.Index, env: Env) -> Interval | None:
        self.value(node.base, env)
        self._position(node, node.index, env)
        return self.items(node.base.type)

    def _position(self, node: t.Index | t.SetItem, index: t.Expr, env: Env) -> None:
        self.note("nonnegative", node, self.number(index, env)[0] >= 0)

    def _slice(self, node: t.Slice, env: Env) -> Interval | None:
        self.value(node.base, env)
        for part in (node.low, node.high, node.step):
            if part is not None:
                self.value(part, env)
        self.pour(node.base.type, node.type)
        return None

    def _list_of(self, node: t.ListOf, env: Env) -> Interval | None:
        for item in node.items:
            self.store(node.type, item, self.value(item, env))
        return None

    def _options(self, node: t.Options, env: Env) -> Interval | None:
        for item in node.items:
            self.value(item, env)
        return None

    def _comprehension(self, node: t.Comprehension, env: Env) -> Interval | None:
        after = self.block(node.body, dict(env))
        if after is None:
            raise DeadError
        return after.get(node.name, FULL) if node.type.__class__ is IntType else None


def longest(kind: Type) -> int:
    """The most items that a sequence of a type can have in 32-bit memory."""
    if isinstance(kind, ListT):
        return _WIDE_ITEMS if kind.item in {INT, FLOAT, NUM} else _BYTES
    return _CHARACTERS if kind.__class__ is StrType else _BYTES


def is_exact(values: Interval) -> bool:
    """Whether floats hold all these ints without loss."""
    return values[0] >= -EXACT and values[1] <= EXACT


ValueWalker.VALUES.update(
    {
        t.Const: ValueWalker._const,
        t.Local: ValueWalker._local,
        t.Unary: ValueWalker._unary,
        t.Arith: ValueWalker._arith,
        t.Convert: ValueWalker._convert,
        t.Truth: ValueWalker._truth,
        t.Logic: ValueWalker._logic,
        t.Choice: ValueWalker._choice,
        t.Compare: ValueWalker._compare,
        t.Invoke: ValueWalker._invoke,
        t.Builtin: ValueWalker._builtin,
        t.Index: ValueWalker._index,
        t.Slice: ValueWalker._slice,
        t.ListOf: ValueWalker._list_of,
        t.Options: ValueWalker._options,
        t.Comprehension: ValueWalker._comprehension,
    }
)
