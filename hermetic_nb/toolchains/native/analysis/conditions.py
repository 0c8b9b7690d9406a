"""What a test says about the variables in it, where it is true and where it is false."""

from __future__ import annotations

from math import isqrt
from typing import Final

from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.calls import CallWalker
from hermetic_nb.toolchains.native.analysis.interval import FULL, INT_MAX, INT_MIN, Interval
from hermetic_nb.toolchains.native.analysis.lists import DeadError, longest
from hermetic_nb.toolchains.native.analysis.values import Env, is_exact
from hermetic_nb.toolchains.native.types import FLOAT, NUM, DictT, ListT

OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}


class ConditionWalker(CallWalker):
    """Splits environments at tests. An environment that is passed in is used up."""

    def branch(self, test: t.Expr, env: Env) -> tuple[Env | None, Env | None]:
        """Evaluate a test: the environments in which it is true and false (None: never). Uses up the environment."""
        kind = test.__class__
        if kind is t.Compare:
            return self._branch_compare(test, env)  # type: ignore[arg-type] # a Compare by the test before
        if kind is t.Unary and test.op == "not":  # type: ignore[attr-defined] # a Unary by the test before
            yes, no = self.branch(test.operand, env)  # type: ignore[attr-defined] # as above
            return no, yes
        if kind is t.Logic:
            return self._branch_logic(test, env)  # type: ignore[arg-type] # a Logic by the test before
        found = self.value(test, env)
        if kind is t.Const:
            return (env, None) if test.value else (None, env)  # type: ignore[attr-defined] # a Const by the test before
        if kind is t.Truth and test.operand.type.__class__ is IntType:  # type: ignore[attr-defined] # a Truth by the test before
            operand: t.Expr = test.operand  # type: ignore[attr-defined] # as above
            have = self._now(operand, found, env)
            yes, no = dict(env), env
            return (
                yes if self._relate("!=", (operand, have), None, (0, 0), yes) else None,
                no if self._relate("==", (operand, have), None, (0, 0), no) else None,
            )
        return env, dict(env)

    def _branch_logic(self, test: t.Logic, env: Env) -> tuple[Env | None, Env | None]:
        both = test.op == "and"
        goes_on: Env | None = env
        leaves: Env | None = None
        for number, operand in enumerate(test.operands):
            if goes_on is None:
                break
            try:
                yes, no = self.branch(operand, goes_on)
            except DeadError:
                if number == 0:
                    raise
                goes_on = None
                break
            goes_on, out = (yes, no) if both else (no, yes)
            leaves = merge(leaves, out)
        return (goes_on, leaves) if both else (leaves, goes_on)

    def _branch_compare(self, test: t.Compare, env: Env) -> tuple[Env | None, Env | None]:
        sides: list[tuple[t.Expr, Interval | None]] = [(test.first, self.value(test.first, env))]
        yes: Env | None = None
        for number, (_, right) in enumerate(test.links):
            if number:
                try:
                    sides.append((right, self.value(right, dict(env))))
                except DeadError:
                    # Some earlier link is false, or the comparison never ends.
                    return None, env
            else:
                sides.append((right, self._operand(right, env)))
        if self.recording:
            self._note_exact(test, sides)
        if self.depth:
            self.sides[test] = (sides[0][1] or FULL, sides[1][1] or FULL)
        yes = dict(env)
        for number, (op, _) in enumerate(test.links):
            if not self._related(op, sides[number], sides[number + 1], yes):
                yes = None
                break
        no: Env | None = env
        if len(test.links) == 1 and not self._related(OPPOSITE[test.links[0][0]], sides[0], sides[1], env):
            no = None
        return yes, no

    def _operand(self, node: t.Expr, env: Env) -> Interval | None:
        """A right operand's interval; for a choice of options, what the ints among them lie between."""
        if not isinstance(node, t.Options):
            return self.value(node, env)
        result: Interval | None = None
        for item in node.items:
            found = self.value(item, env)
            if item.type.__class__ is IntType:
                result = found if result is None or found is None else iv.join(result, found)
        return result

    def _note_exact(self, test: t.Compare, sides: list[tuple[t.Expr, Interval | None]]) -> None:
        """Where ints meet floats: whether floats hold all of the ints."""
        ints: list[Interval] = []
        floats = False
        for node, found in sides:
            parts = node.items if isinstance(node, t.Options) else [node]
            for part in parts:
                kind = part.type.item if isinstance(part.type, ListT) else part.type
                floats = floats or kind in {FLOAT, NUM}
                if kind.__class__ is IntType:
                    # Options have one interval for all ints among them.
                    items = self.summaries.items(part.type.cell.root()) if isinstance(part.type, ListT) else found
                    ints.append(items or FULL)
        if floats and ints:
            self.note("exact", test, all(map(is_exact, ints)))

    # ------------------------------------------------------------ relations

    def _related(
        self, op: str, left: tuple[t.Expr, Interval | None], right: tuple[t.Expr, Interval | None], env: Env
    ) -> bool:
        if left[0].type.__class__ is not IntType:
            return True
        if right[0].type.__class__ is IntType:
            have = self._now(left[0], left[1], env)
            return self._relate(op, (left[0], have), right[0], self._now(right[0], right[1], env), env)
        if op == "in" and isinstance(right[0], t.Options) and right[1] is not None and _all_ints(right[0]):
            return self._relate("in", (left[0], self._now(left[0], left[1], env)), None, right[1], env)
        return True

    @staticmethod
    def _now(node: t.Expr, found: Interval | None, env: Env) -> Interval:
        """A variable's interval as refined since it was read."""
        if isinstance(node, t.Local):
            return env.get(node.name, FULL)
        return found or FULL

    def _relate(self, op: str, left: tuple[t.Expr, Interval], right: t.Expr | None, b: Interval, env: Env) -> bool:
        """Refine both operands by a relation that holds; False: it cannot hold."""
        node, a = left
        match op:
            case "<":
                mine, theirs = (INT_MIN, b[1] - 1), (a[0] + 1, INT_MAX)
            case "<=":
                mine, theirs = (INT_MIN, b[1]), (a[0], INT_MAX)
            case ">":
                mine, theirs = (b[0] + 1, INT_MAX), (INT_MIN, a[1] - 1)
            case ">=":
                mine, theirs = (b[0], INT_MAX), (INT_MIN, a[1])
            case "==" | "in":
                mine, theirs = b, a
            case "!=":
                return self._differ(node, a, b, env) and (right is None or self._differ(right, b, a, env))
            case _:
                return True
        if iv.meet(a, mine) is None or iv.meet(b, theirs) is None:
            return False
        return self.constrain(node, mine, env) and (right is None or self.constrain(right, theirs, env))

    def _differ(self, node: t.Expr, a: Interval, b: Interval, env: Env) -> bool:
        if b[0] != b[1]:
            return True
        low, high = a[0] + (a[0] == b[0]), a[1] - (a[1] == b[0])
        return low <= high and self.constrain(node, (low, high), env)

    def constrain(self, node: t.Expr, bounds: Interval, env: Env) -> bool:
        """Refine the variables of an evaluated int expression by bounds of its value; False: no value fits."""
        if node.type.__class__ is not IntType:
            return True
        match node:
            case t.Local(name=name):
                both = iv.meet(env.get(name, FULL), bounds)
                if both is None:
                    return False
                env[name] = both
            case t.Unary(op="neg", operand=operand):
                return self.constrain(operand, iv.negate(bounds), env)
            case t.Arith(op="+", left=left, right=t.Const(value=int(value))):
                return self.constrain(left, iv.subtract(bounds, (value, value)), env)
            case t.Arith(op="+", left=t.Const(value=int(value)), right=right):
                return self.constrain(right, iv.subtract(bounds, (value, value)), env)
            case t.Arith(op="-", left=left, right=t.Const(value=int(value))):
                return self.constrain(left, iv.add(bounds, (value, value)), env)
            case t.Arith(op="-", left=t.Const(value=int(value)), right=right):
                return self.constrain(right, iv.subtract((value, value), bounds), env)
            case t.Arith(op="*", left=t.Local(name=one), right=t.Local(name=other) as operand) if one == other:
                # The product did not overflow, so the square root of its bound bounds the variable.
                root = isqrt(min(bounds[1], INT_MAX)) if bounds[1] >= 0 else -1
                return root >= 0 and self.constrain(operand, (-root, root), env)
            case t.Builtin(name="abs", arguments=[operand]):
                return bounds[1] >= 0 and self.constrain(operand, (-bounds[1], bounds[1]), env)
            case _:
                return True
        return True

    def _expr_Index(self, node: t.Index, env: Env) -> Interval | None:
        found = super()._expr_Index(node, env)
        if isinstance(node.base.type, DictT):
            return found
        # A run that gets past this had an index within the sequence.
        most = longest(node.base.type)
        if node.index.__class__ is not t.Const and not self.constrain(node.index, (-most, most - 1), env):
            raise DeadError
        return found


def _all_ints(options: t.Options) -> bool:
    return all(item.type.__class__ is IntType for item in options.items)


def merge(one: Env | None, other: Env | None) -> Env | None:
    """What holds on two paths that meet; may use up ``one``. A variable that has no value on one of them has the other's."""
    if one is None:
        return other
    if other is None or other is one:
        return one
    for name, values in other.items():
        old = one.get(name)
        if old is None:
            one[name] = values
        elif old is not values and old != values:
            one[name] = iv.join(old, values)
    return one
