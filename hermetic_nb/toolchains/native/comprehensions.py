"""Typing of loops inside expressions: comprehensions, and sum, min, max, any, all over anything that can be looped over.

Each becomes a hidden variable and a loop over it (`tree.Comprehension`), so that there is one kind of loop to lower.
"""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.expressions import ExpressionTyper, is_quiet
from hermetic_nb.toolchains.native.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    CHAR,
    FLOAT,
    INT,
    NUM,
    STR,
    ListT,
    Type,
    is_number,
    is_text,
)

EMPTY_MIN, EMPTY_MAX = 14, 15
"""Trap codes of min and max without items."""


class ComprehensionTyper(ExpressionTyper):
    """Types loops inside expressions."""

    # ------------------------------------------------------------ sources of iteration

    def source(self, node: ast.expr) -> t.Source:
        """What a ``for`` loops over."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not self.hides(node.func.id):
            made = self._source_call(node, node.func.id)
            if made is not None:
                return made
        value = self.literal(node) if isinstance(node, ast.Tuple) else self.reading(node)
        if value.type == CHAR:
            value = self.convert(value, STR, node)
        if value.type not in {STR, BOTTOM} and not isinstance(value.type, ListT) and str(value.type) != "bytes":
            refuse(f"a loop over {value.type} is outside the native subset", node)
        return t.Items(value, node.lineno)

    def _source_call(self, node: ast.Call, name: str) -> t.Source | None:
        line = node.lineno
        module = self.program.module
        if name in module.functions or name in module.constants or name in module.math_names:
            return None
        if name == "range":
            if node.keywords or not 1 <= len(node.args) <= 3:
                refuse("range takes one to three arguments", node)
            parts = [self.integer(argument, "an argument of range") for argument in node.args]
            zero, one = t.Const(INT, line, 0), t.Const(INT, line, 1)
            if len(parts) == 1:
                parts.insert(0, zero)
            return t.Range(parts[0], parts[1], parts[2] if len(parts) > 2 else one, line)
        if name == "enumerate":
            start: t.Expr = t.Const(INT, line, 0)
            keywords = {k.arg: k.value for k in node.keywords}
            if not 1 <= len(node.args) <= 2 or set(keywords) - {"start"}:
                refuse("enumerate takes what it counts and a start", node)
            if len(node.args) == 2:
                keywords["start"] = node.args[1]
            if "start" in keywords:
                start = self.integer(keywords["start"], "the start")
            return t.Enumerate(self.source(node.args[0]), start, line)
        if name == "zip":
            strict = [k.value for k in node.keywords if k.arg == "strict"]
            if len(strict) != len(node.keywords) or (strict and not isinstance(strict[0], ast.Constant)):
                refuse("zip takes what it joins, and strict=True or False", node)
            if not node.args:
                refuse("zip of nothing is outside the native subset", node)
            return t.Zip([self.source(a) for a in node.args], line, strict=bool(strict and strict[0].value))  # type: ignore[attr-defined] # a Constant by the test before
        if name == "reversed" and len(node.args) == 1:
            inner = self.source(node.args[0])
            if isinstance(inner, t.Items):
                return t.Items(inner.sequence, line, backwards=not inner.backwards)
            if isinstance(inner, t.Range) and isinstance(inner.step, t.Const) and abs(int(inner.step.value)) == 1:
                return self._reversed_range(inner, node)
            refuse("reversed of this is outside the native subset", node)
        return None

    def _reversed_range(self, inner: t.Range, node: ast.AST) -> t.Range:
        step = int(inner.step.value)  # type: ignore[attr-defined] # a Const by the caller's test
        one = t.Const(INT, inner.line, step)
        if not is_quiet(inner.start) and not is_quiet(inner.stop):
            refuse("reversed of this is outside the native subset: give the ends of the range names first", node)
        # An empty range stays empty: range(5, 5) becomes range(4, 4, -1), range(7, 5) becomes range(4, 6, -1).
        last, before = (self.binary("-", edge, one, node) for edge in (inner.stop, inner.start))
        return t.Range(last, before, t.Const(INT, inner.line, -step), inner.line)

    def item_type(self, source: t.Source) -> Type | list[Type]:
        """The type of one item, or of each part of an item."""
        match source:
            case t.Range():
                return INT
            case t.Items(sequence=sequence):
                if isinstance(sequence.type, ListT):
                    return self.item(sequence.type.cell)
                return {STR: CHAR, BOTTOM: BOTTOM}.get(sequence.type, INT)
            case t.Enumerate(inner=inner):
                return [INT, self.item_type(inner)]  # type: ignore[list-item] # nested targets
            case t.Zip(inner=inner):
                return [self.item_type(part) for part in inner]  # type: ignore[misc] # nested targets

    def bind_target(self, node: ast.expr, kind: Type | list[Type]) -> t.Target:
        """The variables of a ``for`` target, widened to the items' types."""
        if isinstance(node, ast.Name):
            if isinstance(kind, list):
                refuse("a tuple as a value is outside the native subset: unpack it, as in `for i, x in ...`", node)
            name = self.renamed.get(node.id, node.id)
            self.assign(name, t.Local(kind, node.lineno, name), node)
            return name
        if isinstance(node, ast.Tuple | ast.List):
            if not isinstance(kind, list) or len(kind) != len(node.elts):
                refuse("the loop's target does not match what it loops over", node)
            return [self.bind_target(part, inner) for part, inner in zip(node.elts, kind, strict=True)]
        return refuse("the loop's target is outside the native subset", node)

    # ------------------------------------------------------------ comprehensions

    def _expr_ListComp(self, node: ast.ListComp | ast.GeneratorExp) -> t.Expr:
        name = self.hidden("list", node)
        cell = self.cell(node)
        kind = ListT(cell)
        start = self.assign(name, t.ListOf(kind, node.lineno, []), node)

        def append(item: t.Expr) -> list[t.Stmt]:
            self.widen(cell, item.type, node)
            self.item_allowed(cell, node)
            made = t.Builtin(
                BOTTOM, node.lineno, "list.append", [self.local(name, node.lineno), self.convert(item, cell.item, node)]
            )
            return [t.Eval(node.lineno, made)]

        body = self._loops(node.generators, 0, lambda: append(self.expr(node.elt)), node)
        return t.Comprehension(kind, node.lineno, name, [start, *body])

    def _loops(self, generators: list[ast.comprehension], depth: int, inner: object, node: ast.AST) -> list[t.Stmt]:
        if depth == len(generators):
            return inner()  # type: ignore[operator,no-any-return] # a closure that makes the innermost statements
        part = generators[depth]
        if part.is_async:
            refuse("async is outside the native subset", node)
        later = {name for other in generators[depth:] for name in _names(other.target)}
        for place, names in [
            (part.iter, later if depth else set[str]()),
            *((test, later - set(_names(part.target))) for test in part.ifs),
        ]:
            if names & _read_names(place):
                refuse("this name of the comprehension is not bound yet here", place)
        source = self.source(part.iter)
        saved, outside = dict(self.renamed), self.in_generator
        self.in_generator = outside or isinstance(node, ast.Call | ast.GeneratorExp)
        for name in _names(part.target):
            self.renamed[name] = f"${name}.{part.target.lineno}.{part.target.col_offset}"
        target = self.bind_target(part.target, self.item_type(source))
        tests = [self.truth(test) for test in part.ifs]
        body = self._loops(generators, depth + 1, inner, node)
        for test in reversed(tests):
            body = [t.If(test.line, test, body, [])]
        self.renamed, self.in_generator = saved, outside
        return [t.For(part.target.lineno, target, source, body, [])]

    # ------------------------------------------------------------ aggregates

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


def _read_names(node: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}


def _names(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
