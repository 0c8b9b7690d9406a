"""Which indices of a loop can be tested once, before it: the ground for a second version of the loop without tests.

An index that is affine in the loop's variable (``i``, ``i - 1``, ``y * width + x`` ...) is monotonic in it. So if its
first and its last value are computed without overflow and lie within the list, all those between do, and none of the
arithmetic on the way overflows either. Where the test before the loop fails, the loop runs with all its tests in place:
nothing is ever assumed, and errors stay where CPython has them.

Only innermost loops are looked at, and only lists that the loop neither rebinds nor shortens.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.types import INT, ListT
from hermetic_nb.toolchains.native.walks import assigned_names, expressions, statements

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.facts import Node

_SHORTEN: Final = {"list.pop", "list.clear"}
_LENGTHEN: Final = {"list.append", "list.insert", "list.extend"}
_MOST_INDICES: Final = 12
"""Beyond this the test costs more code than the loop gains."""


@dataclass(frozen=True, slots=True, eq=False)
class BoundsTest:
    """An index to be tested at the first and the last round: the loop's variables in it are ``variable``."""

    base: t.Local
    index: t.Expr
    varies: bool


@dataclass(slots=True, eq=False)
class LoopPlan:
    """What the version without tests may leave out, and what must hold for it."""

    variable: str
    tests: list[BoundsTest] = field(default_factory=list)
    in_bounds: set[Node] = field(default_factory=set)
    no_overflow: set[Node] = field(default_factory=set)


def plan_loop(node: t.For, unbound: set[t.Local]) -> LoopPlan | None:
    """The plan for a loop, or None where there is nothing to gain or too much to prove."""
    variable = _counter(node)
    if variable is None:
        return None
    inner = list(statements(node.body))
    if any(isinstance(part, t.For | t.While) for part in inner):
        return None
    parts = list(expressions(node.body))
    if any(isinstance(part, t.Comprehension) or _may_shorten(part) for part in parts):
        return None
    planner = _Planner(node, variable, unbound, lengthens=any(isinstance(p, t.Builtin) and p.name in _LENGTHEN for p in parts))
    plan = planner.plan()
    return plan if plan.tests and len(plan.tests) <= _MOST_INDICES and any(test.varies for test in plan.tests) else None


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
    return isinstance(part, t.Invoke) and any(isinstance(argument.type, ListT) for argument in part.arguments)


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
        self.known: dict[str, t.Expr] = {}
        """Variables that the body assigns once, before the place looked at, as expressions of the loop's variable."""

    def plan(self) -> LoopPlan:
        if self.plan_made.variable in self.assigned:
            return self.plan_made
        for part in self.node.body:
            self._look(part)
            if isinstance(part, t.Assign) and part.name in self.once and part.value.type == INT:
                value = self._affine(part.value)
                if value is not None:
                    self.known[part.name] = value[0]
                    self._prove(part.value)
        return self.plan_made

    def _look(self, part: t.Stmt) -> None:
        for inner in statements([part]):
            if isinstance(inner, t.SetItem):
                self._index(inner, inner.base, inner.index)
        for expr in expressions([part]):
            if isinstance(expr, t.Index):
                self._index(expr, expr.base, expr.index)

    def _index(self, node: t.Index | t.SetItem, base: t.Expr, index: t.Expr) -> None:
        if not isinstance(base, t.Local) or base.name in self.assigned or base in self.unbound:
            return
        if isinstance(self.node.target, list) and base.name in self.node.target:
            return
        affine = self._affine(index)
        if affine is None:
            return
        made, varies = affine
        key = f"{base.name}[{_text(made)}]"
        if key not in {f"{test.base.name}[{_text(test.index)}]" for test in self.plan_made.tests}:
            self.plan_made.tests.append(BoundsTest(base, made, varies))
        self.plan_made.in_bounds.add(node)
        self._prove(index)

    def _prove(self, index: t.Expr) -> None:
        """The arithmetic of a tested index does not overflow."""
        match index:
            case t.Arith():
                self.plan_made.no_overflow.add(index)
                self._prove(index.left)
                self._prove(index.right)
            case t.Unary():
                self.plan_made.no_overflow.add(index)
                self._prove(index.operand)

    def _affine(self, node: t.Expr) -> tuple[t.Expr, bool] | None:
        """The expression in terms of the loop's variable, and whether it varies with it."""
        match node:
            case t.Const(type=kind) if kind == INT:
                return node, False
            case t.Local(name=name, type=kind) if kind == INT and node not in self.unbound:
                if name == self.plan_made.variable:
                    return node, True
                if name in self.known:
                    return self.known[name], True
                return None if name in self.assigned or self._is_target(name) else (node, False)
            case t.Builtin(name="len", arguments=[t.Local(name=name) as base]) if name not in self.assigned and base not in self.unbound:
                return None if self.lengthens or self._is_target(name) else (node, False)
            case t.Unary(op="neg"):
                inner = self._affine(node.operand)
                return None if inner is None else (t.Unary(INT, node.line, "neg", inner[0]), inner[1])
            case t.Arith(op="+" | "-" | "*" as op, type=kind) if kind == INT:
                left, right = self._affine(node.left), self._affine(node.right)
                if left is None or right is None or (op == "*" and left[1] and right[1]):
                    return None
                return t.Arith(INT, node.line, op, left[0], right[0]), left[1] or right[1]
        return None

    def _is_target(self, name: str) -> bool:
        return isinstance(self.node.target, list) and name in self.node.target


def _text(node: t.Expr) -> str:
    match node:
        case t.Const():
            return str(node.value)
        case t.Local():
            return node.name
        case t.Unary():
            return f"-({_text(node.operand)})"
        case t.Arith():
            return f"({_text(node.left)}{node.op}{_text(node.right)})"
        case t.Builtin():
            return f"len({_text(node.arguments[0])})"
    raise AssertionError(type(node).__name__)
