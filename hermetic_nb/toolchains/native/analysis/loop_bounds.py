"""Which indices of a loop can be tested once, before it: the ground for a second version of the loop without tests.

An index that is affine in the loop's counter (``i``, ``i - 1``, ``y * width + x`` ...) is monotonic in it. So if its first
and its last value lie within the list, all those between do; and while all its variables are small (`linear`), none of the
arithmetic on the way overflows. Where the test before the loop fails, the loop runs with all its tests in place: nothing
is ever assumed, and errors stay where CPython has them.

Only innermost loops are looked at, and only sequences that the loop neither rebinds nor shortens: those in variables, and
the rows of nested lists (`rows`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeGuard

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import linear
from hermetic_nb.toolchains.native.analysis.rows import Row, is_lookup, is_read_once, is_sequence, stores_numbers_only
from hermetic_nb.toolchains.native.types import INT, is_counted
from hermetic_nb.toolchains.native.walks import assigned_names, expressions, statements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.toolchains.native.analysis.facts import Node
    from hermetic_nb.toolchains.native.analysis.linear import Linear

_SHORTEN: Final = {"list.pop", "list.clear", "list.remove", "list.delete", "list.delete_slice", "list.set_slice"}
_LENGTHEN: Final = {"list.append", "list.insert", "list.extend"}
_MOST_GROUPS: Final = 8
"""Beyond this the test costs more code than the loop gains."""


@dataclass(slots=True, eq=False)
class BoundsTest:
    """Indices into one sequence that differ by constants only: ``low <= index - shape <= high``."""

    base: t.Local | Row
    shape: Linear
    low: int
    high: int


@dataclass(slots=True, eq=False)
class LoopPlan:
    """What the version without tests may leave out, and what must hold for it."""

    counter: str
    tests: dict[object, BoundsTest] = field(default_factory=dict)
    in_bounds: set[Node] = field(default_factory=set)
    no_overflow: set[Node] = field(default_factory=set)
    rows: dict[object, Row] = field(default_factory=dict)
    """What is looked up before the loop."""
    hoisted: set[t.Stmt] = field(default_factory=set)
    """Assignments of rows, which that makes needless."""
    small: dict[str, t.Expr] = field(default_factory=dict)
    """Variables that arithmetic without tests reads, in whatever way: an expression that reads each."""
    left: int = 0
    """Indices that keep their test."""


def shortens(functions: Iterable[t.Function]) -> bool:
    """Whether any of the cell's functions makes a list shorter."""
    return any(
        isinstance(part, t.Builtin) and part.name in _SHORTEN
        for function in functions
        for part in expressions(function.body)
    )


def plan_loop(node: t.For, unbound: set[t.Local], *, shortening: bool) -> LoopPlan | None:
    """The plan for a loop, or None where there is nothing to gain or too much to prove.

    ``shortening``: whether a call in the loop may shorten a list (see `shortens`).
    """
    variable = _counter(node)
    if variable is None:
        return None
    inner = list(statements(node.body))
    if any(isinstance(part, t.For | t.While) for part in inner):
        return None
    parts = list(expressions(node.body))
    if any(isinstance(part, t.Comprehension) or (shortening and _may_shorten(part)) for part in parts):
        return None
    lengthens = any(
        isinstance(part, t.Invoke) or (isinstance(part, t.Builtin) and part.name in _LENGTHEN) for part in parts
    )
    if lengthens and isinstance(node.source, t.Enumerate):
        return None  # the list looped over may grow, and with it the counter
    plan = _Planner(node, variable, unbound, lengthens=lengthens).plan()
    varies = any(plan.counter in key for test in plan.tests.values() for key in test.shape.terms)
    worth = varies and len(plan.tests) <= _MOST_GROUPS and len(plan.in_bounds) > plan.left
    return plan if worth else None


def _counter(node: t.For) -> str | None:
    """The variable that counts the rounds."""
    match node.source, node.target:
        case t.Range(), str(name):
            return name
        case t.Enumerate(inner=t.Items(sequence=t.Local(), backwards=False), start=t.Const()), [str(name), _]:
            return name
    return None


def _may_shorten(part: t.Expr) -> bool:
    if isinstance(part, t.Builtin):
        return part.name in _SHORTEN
    return isinstance(part, t.Invoke) and any(is_counted(argument.type) for argument in part.arguments)


def _is_sequence(base: t.Expr) -> TypeGuard[t.Local]:
    return isinstance(base, t.Local) and is_sequence(base.type)


class _Planner:
    def __init__(self, node: t.For, variable: str, unbound: set[t.Local], *, lengthens: bool) -> None:
        self.node, self.unbound, self.lengthens = node, unbound, lengthens
        self.plan_made = LoopPlan(variable)
        counts: dict[str, int] = {}
        for part in statements(node.body):
            for name in assigned_names([part], nested=False):
                counts[name] = counts.get(name, 0) + 1
        self.assigned = set(counts)
        self.once = {name for name, count in counts.items() if count == 1}
        self.known: dict[str, Linear] = {}
        """Variables that the body assigns once, before the place looked at, as polynomials."""
        self.steady = stores_numbers_only(node)
        self.row_names: dict[str, Row] = {}
        """Variables of the compiler that hold a row."""
        self.row_nodes: set[t.Expr] = set()

    def plan(self) -> LoopPlan:
        if self.plan_made.counter in self.assigned:
            return self.plan_made
        for part in self.node.body:
            self._look(part)
            if isinstance(part, t.Assign) and part.name in self.once and part.value.type == INT:
                value = self._linear(part.value)
                if value is not None:
                    self.known[part.name] = value
                    self._prove(part.value, value)
            elif isinstance(part, t.Assign) and part.name in self.once and part.value in self.row_nodes:
                self.row_names[part.name] = self._row_of(part.value)
                self.plan_made.hoisted.add(part)
        return self.plan_made

    def _look(self, part: t.Stmt) -> None:
        places: list[t.Index | t.SetItem] = [inner for inner in statements([part]) if isinstance(inner, t.SetItem)]
        places += [expr for expr in expressions([part]) if isinstance(expr, t.Index)]
        if self.steady:
            for place in places:
                if is_lookup(place.base):
                    self._find_row(place.base)
            if isinstance(part, t.Assign) and is_lookup(part.value) and is_read_once(self.node, part):
                self._find_row(part.value)
        for place in places:
            if place not in self.row_nodes:
                self._index(place, place.base, place.index)

    def _find_row(self, node: t.Index) -> None:
        """Note a row that stays the same throughout the loop."""
        base = node.base
        at = self._linear(node.index) if self._is_fixed(base) else None
        if at is None or any(self.plan_made.counter in key for key in at.terms) or (not at.terms and at.constant < 0):
            return
        assert isinstance(base, t.Local)
        self._read_row(node, self.plan_made.rows.setdefault((base.name, at.shape, at.constant), Row(base, at)))
        self.plan_made.in_bounds.add(node)
        self._prove(node.index, at)

    def _read_row(self, node: t.Expr, row: Row) -> None:
        self.row_nodes.add(node)
        row.nodes.append(node)

    def _row_of(self, node: t.Expr) -> Row:
        return next(row for row in self.plan_made.rows.values() if node in row.nodes)

    def _is_fixed(self, base: t.Expr) -> bool:
        return _is_sequence(base) and not (
            base.name in self.assigned or base in self.unbound or self._is_target(base.name)
        )

    def _index(self, node: t.Index | t.SetItem, base: t.Expr, index: t.Expr) -> None:
        held: t.Local | Row | None = None
        if base in self.row_nodes:
            held = self._row_of(base)
        elif isinstance(base, t.Local) and base.name in self.row_names:
            held = self.row_names[base.name]
            self._read_row(base, held)
        elif isinstance(base, t.Local) and self._is_fixed(base):
            held = base
        made = None if held is None else self._linear(index)
        if made is None or held is None:
            self.plan_made.left += 1
            return
        test = self.plan_made.tests.setdefault(
            (held if isinstance(held, Row) else held.name, made.shape),
            BoundsTest(held, made, made.constant, made.constant),
        )
        test.low, test.high = min(test.low, made.constant), max(test.high, made.constant)
        self.plan_made.in_bounds.add(node)
        self._prove(index, made)

    def _prove(self, node: t.Expr, value: Linear) -> None:
        """The arithmetic of an expression does not overflow, as all that it reads is tested to be small."""
        self.plan_made.small.update(value.atoms)
        self._leave_tests_out(node)

    def _leave_tests_out(self, node: t.Expr) -> None:
        match node:
            case t.Arith():
                self.plan_made.no_overflow.add(node)
                self._leave_tests_out(node.left)
                self._leave_tests_out(node.right)
            case t.Unary():
                self.plan_made.no_overflow.add(node)
                self._leave_tests_out(node.operand)

    def _linear(self, node: t.Expr) -> Linear | None:
        """The expression as a polynomial, or None where it is none."""
        match node:
            case t.Const(type=kind, value=value) if kind == INT:
                return linear.constant(int(value))
            case t.Local(name=name, type=kind) if kind == INT and node not in self.unbound:
                if name in self.known:
                    return self.known[name]
                fixed = name == self.plan_made.counter or not (name in self.assigned or self._is_target(name))
                return linear.variable(name, node) if fixed else None
            case t.Builtin(name="len", arguments=[t.Local(name=name) as base]) if (
                base not in self.unbound and _is_sequence(base)
            ):
                fixed = not (self.lengthens or name in self.assigned or self._is_target(name))
                return linear.variable(f"len {name}", node) if fixed else None
            case t.Unary(op="neg"):
                inner = self._linear(node.operand)
                return None if inner is None else linear.add(linear.constant(0), inner, -1)
            case t.Arith(op="+" | "-" | "*" as op, type=kind) if kind == INT:
                left, right = self._linear(node.left), self._linear(node.right)
                if left is None or right is None:
                    return None
                if op == "*":
                    return linear.multiply(left, right, self.plan_made.counter)
                return linear.add(left, right, 1 if op == "+" else -1)
        return None

    def _is_target(self, name: str) -> bool:
        return isinstance(self.node.target, list) and name in self.node.target
