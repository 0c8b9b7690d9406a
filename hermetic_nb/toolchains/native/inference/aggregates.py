"""Typing of sum, min, max, any, all, next and math.prod over anything that can be looped over: each becomes a loop."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.comprehensions import ComprehensionTyper
from hermetic_nb.toolchains.native.inference.operators import is_ordered, is_quiet
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, FLOAT, INT, NUM, Type
from hermetic_nb.toolchains.native.walks import statements

EMPTY_MIN, EMPTY_MAX, NO_ITEM = 14, 15, 82
"""Trap codes of min, max and next without items."""


@dataclass(frozen=True, slots=True)
class Fold:
    """How items become one value: what comes before the loop, what each item does, and the value after it."""

    before: list[t.Stmt]
    step: list[t.Stmt]
    value: t.Expr


class AggregateTyper(ComprehensionTyper):
    """Types aggregates."""

    def _aggregate(self, name: str, node: ast.Call) -> t.Expr:
        keywords = {k.arg: k.value for k in node.keywords}
        most = 2 if name in {"sum", "next"} else 1
        allowed = {"min": {"default"}, "max": {"default"}, "sum": {"start"}, "prod": {"start"}}.get(name, set())
        if not 1 <= len(node.args) <= most or set(keywords) - allowed:
            refuse(f"{name} with these arguments is outside the native subset", node)
        extra = node.args[1] if len(node.args) > 1 else next(iter(keywords.values()), None)
        folds: list[Fold] = []
        first: list[t.Stmt] = []
        if extra is not None and not isinstance(value := self.expr(extra), t.Const):
            # It is evaluated before the items are.
            if name == "next" and not is_quiet(value):
                refuse("give the default a name first", extra)
            held = self.hidden("extra", node)
            first.append(self.assign(held, value, node))
            extra = ast.copy_location(ast.Name(held, ast.Load()), extra)

        def per_item(item: t.Expr) -> list[t.Stmt]:
            folds.append(getattr(self, f"_fold_{name}")(item, node, extra))
            return folds[-1].step

        argument = node.args[0]
        # any and all of a list see it whole; the others go over all items either way.
        lazy = isinstance(argument, ast.GeneratorExp) or name not in {"any", "all"}
        if isinstance(argument, ast.GeneratorExp | ast.ListComp) and lazy:
            body = self._loops(argument.generators, 0, lambda: per_item(self.expr(argument.elt)), node)
        else:
            source = self.source(argument)
            target, item = self._held(self.item_type(source), argument, "")
            body = [t.For(node.lineno, target, source, per_item(item), [])]
        if name in {"any", "all", "next"}:
            self._leave_outer(body, node)
        result = self.hidden("value", node)
        (fold,) = folds
        finish = self.assign(result, fold.value, node)
        return t.Comprehension(
            self.instance.variables.get(result, BOTTOM), node.lineno, result, [*first, *fold.before, *body, finish]
        )

    def _leave_outer(self, body: list[t.Stmt], node: ast.Call) -> None:
        """Where the innermost loop has found the answer, end the loops around it too."""
        found, line = t.Local(BOOL, node.lineno, self.hidden("found", node)), node.lineno
        for loop in statements(body):
            if isinstance(loop, t.For) and any(isinstance(part, t.For) for part in statements(loop.body)):
                other: t.Expr = t.Unary(BOOL, line, "not", found) if node.func.id == "all" else found  # type: ignore[attr-defined] # a Name: it is a built-in's
                loop.body.append(t.If(line, other, [t.Break(line)], []))

    def _fold_any(self, item: t.Expr, node: ast.Call, _extra: ast.expr | None) -> Fold:
        return self._until(item, node, found=True)

    def _fold_all(self, item: t.Expr, node: ast.Call, _extra: ast.expr | None) -> Fold:
        return self._until(item, node, found=False)

    def _until(self, item: t.Expr, node: ast.Call, *, found: bool) -> Fold:
        name, line = self.hidden("found", node), node.lineno
        before: list[t.Stmt] = [self.assign(name, t.Const(BOOL, line, not found), node)]
        test = self.as_truth(item, node)
        if not found:
            test = t.Unary(BOOL, line, "not", test)
        step: list[t.Stmt] = [t.If(line, test, [t.Assign(line, name, t.Const(BOOL, line, found)), t.Break(line)], [])]
        return Fold(before, step, self.local(name, line))

    def _fold_next(self, item: t.Expr, node: ast.Call, extra: ast.expr | None) -> Fold:
        found, first, line = self.hidden("found", node), self.hidden("first", node), node.lineno
        before = self.assign(found, t.Const(BOOL, line, False), node)
        step: list[t.Stmt] = [
            self.assign(first, item, node),
            t.Assign(line, found, t.Const(BOOL, line, True)),
            t.Break(line),
        ]
        taken: t.Expr = self.local(first, line)
        kind = taken.type
        other: t.Expr = t.Builtin(kind, line, "trap", [t.Const(INT, line, NO_ITEM)])
        if extra is not None:
            kind, (taken, other) = self.joined([taken, self.expr(extra)], node, "the default")
        return Fold([before], step, t.Choice(kind, line, t.Local(BOOL, line, found), taken, other))

    def _fold_sum(self, item: t.Expr, node: ast.Call, extra: ast.expr | None) -> Fold:
        start: t.Expr = self.number(extra) if extra is not None else t.Const(INT, node.lineno, 0)
        item = self._addend("sum", item, node)
        if FLOAT in {item.type, start.type}:
            return self._sum_floats(item, start, node)
        return self._accumulate("sum", "+", start, item, node)

    def _sum_floats(self, item: t.Expr, start: t.Expr, node: ast.Call) -> Fold:
        """Compensated as CPython 3.12+: Neumaier's sum, the correction added at the end where it is finite."""
        line = node.lineno
        if start.type == NUM or (item.type == INT and start.type == FLOAT):
            refuse("sum of ints from a float start is outside the native subset", node)
        exact_start = isinstance(start, t.Const) and start.type == INT and start.value == 0
        high, low, some = (self.hidden(part, node) for part in ("high", "low", "some"))
        before: list[t.Stmt] = [
            self.assign(high, self.convert(start, FLOAT, node), node),
            self.assign(low, t.Const(FLOAT, line, 0.0), node),
            self.assign(some, t.Const(BOOL, line, start.type == FLOAT), node),
        ]
        x = self.hidden("x", node)
        total = self.hidden("total", node)

        def read(name: str) -> t.Local:
            return t.Local(FLOAT, line, name)

        def arith(op: str, left: t.Expr, right: t.Expr) -> t.Expr:
            return t.Arith(FLOAT, line, op, left, right)

        larger = t.Compare(
            BOOL, line, t.Builtin(FLOAT, line, "abs", [read(high)]), [(">=", t.Builtin(FLOAT, line, "abs", [read(x)]))]
        )
        lost = t.Choice(
            FLOAT,
            line,
            larger,
            arith("+", arith("-", read(high), read(total)), read(x)),
            arith("+", arith("-", read(x), read(total)), read(high)),
        )
        value: t.Expr = t.Builtin(FLOAT, line, "sum.finish", [read(high), read(low)])
        if exact_start:
            # The sum of no floats is the int 0: the value is an int or a float.
            as_float = t.Convert(NUM, line, value)
            as_int = t.Convert(NUM, line, start)
            value = t.Choice(NUM, line, t.Local(BOOL, line, some), as_float, as_int)
        elif start.type != FLOAT:
            refuse("sum of floats from an int start is outside the native subset: start from a float", node)
        step: list[t.Stmt] = [
            self.assign(x, item, node),
            self.assign(total, arith("+", read(high), read(x)), node),
            self.assign(low, arith("+", read(low), lost), node),
            self.assign(high, read(total), node),
            self.assign(some, t.Const(BOOL, line, True), node),
        ]
        return Fold(before, step, value)

    def _fold_prod(self, item: t.Expr, node: ast.Call, extra: ast.expr | None) -> Fold:
        start: t.Expr = self.number(extra) if extra is not None else t.Const(INT, node.lineno, 1)
        item = self._addend("math.prod", item, node)
        return self._accumulate("product", "*", start, item, node)

    def _addend(self, what: str, item: t.Expr, node: ast.Call) -> t.Expr:
        """An item of a sum or product; a bool counts as an int."""
        if item.type == BOOL:
            item = self.convert(item, INT, node)
        if item.type not in {INT, FLOAT, BOTTOM}:
            refuse(f"{what} of {item.type} is outside the native subset", node)
        return item

    def _accumulate(self, purpose: str, op: str, start: t.Expr, item: t.Expr, node: ast.Call) -> Fold:
        name = self.hidden(purpose, node)
        before = self.assign(name, start, node)
        step = self.assign(name, self.binary(op, self.local(name, node.lineno), item, node), node)
        return Fold([before], [step], self.local(name, node.lineno))

    def _fold_min(self, item: t.Expr, node: ast.Call, extra: ast.expr | None) -> Fold:
        return self._best(item, node, extra, "<", EMPTY_MIN)

    def _fold_max(self, item: t.Expr, node: ast.Call, extra: ast.expr | None) -> Fold:
        return self._best(item, node, extra, ">", EMPTY_MAX)

    def _best(self, item: t.Expr, node: ast.Call, extra: ast.expr | None, op: str, empty: int) -> Fold:
        line = node.lineno
        if not is_ordered(item.type):
            refuse(f"min and max of {item.type} are outside the native subset", node)
        some, best, candidate = (self.hidden(part, node) for part in ("some", "best", "candidate"))
        before = self.assign(some, t.Const(BOOL, line, False), node)
        take = self.assign(candidate, item, node)
        keep = self.assign(best, self.local(candidate, line), node)
        better = t.Compare(BOOL, line, self.local(candidate, line), [(op, self.local(best, line))])
        first = t.Unary(BOOL, line, "not", t.Local(BOOL, line, some))
        fallback: t.Expr
        if extra is None:
            fallback = t.Builtin(self.local(best, line).type, line, "trap", [t.Const(INT, line, empty)])
            kind: Type = self.local(best, line).type
            found: t.Expr = self.local(best, line)
        else:
            kind, (found, fallback) = self.joined([self.local(best, line), self.expr(extra)], node, "the default")
        value = t.Choice(kind, line, t.Local(BOOL, line, some), found, fallback)
        mark = self.assign(some, t.Const(BOOL, line, True), node)
        step: list[t.Stmt] = [take, t.If(line, t.Logic(BOOL, line, "or", [first, better]), [keep, mark], [])]
        return Fold([before], step, value)
