"""Typing of sum, min, max, any, all and math.prod over anything that can be looped over: each becomes a loop."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.comprehensions import ComprehensionTyper
from hermetic_nb.toolchains.native.operators import is_quiet
from hermetic_nb.toolchains.native.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, FLOAT, INT, NUM, Type, is_number, is_text

EMPTY_MIN, EMPTY_MAX = 14, 15
"""Trap codes of min and max without items."""


class AggregateTyper(ComprehensionTyper):
    """Types aggregates."""

    def _aggregate(self, name: str, node: ast.Call) -> t.Expr:
        keywords = {k.arg: k.value for k in node.keywords}
        most = 2 if name == "sum" else 1
        allowed = {"min": {"default"}, "max": {"default"}, "sum": {"start"}, "prod": {"start"}}.get(name, set())
        if not 1 <= len(node.args) <= most or set(keywords) - allowed:
            refuse(f"{name} with these arguments is outside the native subset", node)
        extra = node.args[1] if len(node.args) > 1 else next(iter(keywords.values()), None)
        outcome: list[t.Expr] = []
        if extra is not None and not is_quiet(self.expr(extra)):
            refuse(f"give the second argument of {name} a name first", extra)

        def per_item(item: t.Expr) -> list[t.Stmt]:
            return getattr(self, f"_step_{name}")(item, node, extra, outcome)  # type: ignore[no-any-return] # methods below

        argument = node.args[0]
        # any and all of a list see it whole; the others go over all items either way.
        lazy = isinstance(argument, ast.GeneratorExp) or name not in {"any", "all"}
        if isinstance(argument, ast.GeneratorExp | ast.ListComp) and lazy:
            body = self._loops(argument.generators, 0, lambda: per_item(self.expr(argument.elt)), node)
        else:
            source = self.source(argument)
            kind = self.item_type(source)
            if isinstance(kind, list):
                refuse(f"{name} of tuples is outside the native subset", node)
            item = self.hidden("item", argument)
            self.assign(item, t.Local(kind, node.lineno, item), node)
            body = [t.For(node.lineno, item, source, per_item(self.local(item, node.lineno)), [])]
        result = self.hidden("value", node)
        before, after = outcome[:-1], outcome[-1]
        starts = [self._start(part) for part in before]
        finish = self.assign(result, after, node)
        return t.Comprehension(
            self.instance.variables.get(result, BOTTOM), node.lineno, result, [*starts, *body, finish]
        )

    @staticmethod
    def _start(part: t.Expr) -> t.Stmt:
        assert isinstance(part, t.Builtin)
        name = part.arguments[0]
        assert isinstance(name, t.Local)
        return t.Assign(part.line, name.name, part.arguments[1])

    def _begin(self, outcome: list[t.Expr], name: str, value: t.Expr, node: ast.AST) -> None:
        assigned = self.assign(name, value, node)
        outcome.append(
            t.Builtin(value.type, value.line, "start", [t.Local(value.type, value.line, name), assigned.value])
        )

    def _step_any(self, item: t.Expr, node: ast.Call, _extra: ast.expr | None, outcome: list[t.Expr]) -> list[t.Stmt]:
        return self._until(item, node, outcome, found=True)

    def _step_all(self, item: t.Expr, node: ast.Call, _extra: ast.expr | None, outcome: list[t.Expr]) -> list[t.Stmt]:
        return self._until(item, node, outcome, found=False)

    def _until(self, item: t.Expr, node: ast.Call, outcome: list[t.Expr], *, found: bool) -> list[t.Stmt]:
        if isinstance(node.args[0], ast.GeneratorExp) and len(node.args[0].generators) > 1:
            refuse("any and all take one for in the native subset", node)
        name, line = self.hidden("found", node), node.lineno
        self._begin(outcome, name, t.Const(BOOL, line, not found), node)
        outcome.append(self.local(name, line))
        test = self.as_truth(item, node)
        if not found:
            test = t.Unary(BOOL, line, "not", test)
        return [t.If(line, test, [t.Assign(line, name, t.Const(BOOL, line, found)), t.Break(line)], [])]

    def _step_sum(self, item: t.Expr, node: ast.Call, extra: ast.expr | None, outcome: list[t.Expr]) -> list[t.Stmt]:
        start: t.Expr = self.number(extra) if extra is not None else t.Const(INT, node.lineno, 0)
        if item.type == BOOL:
            item = self.convert(item, INT, node)
        if item.type not in {INT, FLOAT, BOTTOM}:
            refuse(f"sum of {item.type} is outside the native subset", node)
        if FLOAT in {item.type, start.type}:
            return self._sum_floats(item, start, node, outcome)
        name = self.hidden("sum", node)
        self._begin(outcome, name, start, node)
        outcome.append(self.local(name, node.lineno))
        return [self.assign(name, self.binary("+", self.local(name, node.lineno), item, node), node)]

    def _sum_floats(self, item: t.Expr, start: t.Expr, node: ast.Call, outcome: list[t.Expr]) -> list[t.Stmt]:
        """Compensated as CPython 3.12+: Neumaier's sum, the correction added at the end where it is finite."""
        line = node.lineno
        if start.type == NUM or (item.type == INT and start.type == FLOAT):
            refuse("sum of ints from a float start is outside the native subset", node)
        exact_start = isinstance(start, t.Const) and start.type == INT and start.value == 0
        high, low, some = (self.hidden(part, node) for part in ("high", "low", "some"))
        self._begin(outcome, high, self.convert(start, FLOAT, node), node)
        self._begin(outcome, low, t.Const(FLOAT, line, 0.0), node)
        self._begin(outcome, some, t.Const(BOOL, line, start.type == FLOAT), node)
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
        value = t.Builtin(FLOAT, line, "sum.finish", [read(high), read(low)])
        if start.type == FLOAT:
            outcome.append(value)
        elif exact_start:
            # The sum of no floats is the int 0: the value is an int or a float.
            as_float = t.Convert(NUM, line, value)
            as_int = t.Convert(NUM, line, start)
            outcome.append(t.Choice(NUM, line, t.Local(BOOL, line, some), as_float, as_int))
        else:
            refuse("sum of floats from an int start is outside the native subset: start from a float", node)
        return [
            self.assign(x, item, node),
            self.assign(total, arith("+", read(high), read(x)), node),
            self.assign(low, arith("+", read(low), lost), node),
            self.assign(high, read(total), node),
            self.assign(some, t.Const(BOOL, line, True), node),
        ]

    def _step_prod(self, item: t.Expr, node: ast.Call, extra: ast.expr | None, outcome: list[t.Expr]) -> list[t.Stmt]:
        start: t.Expr = self.number(extra) if extra is not None else t.Const(INT, node.lineno, 1)
        if item.type == BOOL:
            item = self.convert(item, INT, node)
        if item.type not in {INT, FLOAT, BOTTOM}:
            refuse(f"math.prod of {item.type} is outside the native subset", node)
        name = self.hidden("product", node)
        self._begin(outcome, name, start, node)
        outcome.append(self.local(name, node.lineno))
        return [self.assign(name, self.binary("*", self.local(name, node.lineno), item, node), node)]

    def _step_min(self, item: t.Expr, node: ast.Call, extra: ast.expr | None, outcome: list[t.Expr]) -> list[t.Stmt]:
        return self._best(item, node, extra, outcome, "<", EMPTY_MIN)

    def _step_max(self, item: t.Expr, node: ast.Call, extra: ast.expr | None, outcome: list[t.Expr]) -> list[t.Stmt]:
        return self._best(item, node, extra, outcome, ">", EMPTY_MAX)

    def _best(
        self, item: t.Expr, node: ast.Call, extra: ast.expr | None, outcome: list[t.Expr], op: str, empty: int
    ) -> list[t.Stmt]:
        line = node.lineno
        if not is_number(item.type) and not is_text(item.type) and item.type != BOTTOM:
            refuse(f"min and max of {item.type} are outside the native subset", node)
        some, best, candidate = (self.hidden(part, node) for part in ("some", "best", "candidate"))
        zero = t.Const(BOOL, line, False)
        self._begin(outcome, some, zero, node)
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
        outcome.append(t.Choice(kind, line, t.Local(BOOL, line, some), found, fallback))
        mark = self.assign(some, t.Const(BOOL, line, True), node)
        return [take, t.If(line, t.Logic(BOOL, line, "or", [first, better]), [keep, mark], [])]
