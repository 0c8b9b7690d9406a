"""Typing of what loops go over, and of their targets."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.expressions import ExpressionTyper
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.inference.saying import quoted
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.stable import is_stable
from hermetic_nb.toolchains.native.types import BOTTOM, BYTES, CHAR, INT, STR, DequeT, DictT, ListT, SetT, TupleT, Type

if TYPE_CHECKING:
    from collections.abc import Iterable


class IterationTyper(ExpressionTyper):
    """Types sources of iteration."""

    def source(self, node: ast.expr) -> t.Source:
        """What a ``for`` loops over."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not self.hides(node.func.id):
            made = self._source_call(node, node.func.id)
            if made is not None:
                return made
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            entries = self._entries(node, node.func)
            if entries is not None:
                return entries
        value = self.literal(node) if isinstance(node, ast.Tuple) else self.need(self.reading(node), node)
        if value.type == CHAR:
            value = self.convert(value, STR, node)
        if isinstance(value.type, TupleT):
            value = self.as_list(value, node)
        if value.type not in {STR, BYTES, BOTTOM} and not isinstance(value.type, ListT | DictT | SetT):
            hint = f": loop over range({ast.unparse(node)})" if value.type == INT and isinstance(node, ast.Name) else ""
            refuse(f"{quoted(node)} is {value.type}, which has no items to loop over{hint}", node)
        made = t.Items(value, node.lineno)
        if isinstance(value.type, SetT):
            # Whether its order shows is looked at when all types are known (see `analysis.orders`).
            self.instance.over_sets[made] = node
        return made

    def beside(self, node: ast.expr) -> t.Source:
        """A source whose items are counted, or stand beside others: in their order."""
        made = self.source(node)
        if made in self.instance.over_sets:
            refuse(
                f"a set has no order, but here it shows: loop over sorted({ast.unparse(node) if isinstance(node, ast.Name) else '...'})",
                node,
            )
        return made

    def steady(self, source: t.Source, node: ast.expr, body: Iterable[ast.AST]) -> None:
        """Refuse a loop over a deque that the loop may change, where CPython stops."""
        match source:
            case t.Items(sequence=sequence) if isinstance(sequence.type, DequeT):
                parts = [part for root in body for part in ast.walk(root)]
                if not is_stable(node, parts, self.instance.node):
                    refuse(
                        "this deque may change while it is looped over: loop over a list of it, with list(...)", node
                    )
            case t.Enumerate(inner=inner) if isinstance(node, ast.Call):
                self.steady(inner, node.args[0], body)
            case t.Zip(inner=several) if isinstance(node, ast.Call):
                for inner, part in zip(several, node.args, strict=True):
                    self.steady(inner, part, body)

    def as_list(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """The items of a tuple as a list."""
        assert isinstance(value.type, TupleT)
        if not is_quiet(value):
            refuse("give the tuple a name before it is looped over", node)
        cell = self.cell(node, 2)
        made = [t.Part(kind, value.line, value, number) for number, kind in enumerate(value.type.items)]
        for part in made:
            self.widen(cell, part.type, node)
        return t.ListOf(ListT(cell), value.line, [self.convert(part, cell.item, node) for part in made])

    def _entries(self, node: ast.Call, method: ast.Attribute) -> t.Source | None:
        """``d.items()``, ``d.values()``, ``d.keys()``."""
        if method.attr not in {"items", "values", "keys"} or node.args or node.keywords:
            return None
        base = self.need(self.reading(method.value), node)
        if base.type == BOTTOM:
            return t.Items(base, node.lineno)
        if not isinstance(base.type, DictT):
            return None
        if method.attr == "keys":
            return t.Items(base, node.lineno)
        return t.Entries(base, node.lineno, keys=method.attr == "items")

    def _source_call(self, node: ast.Call, name: str) -> t.Source | None:
        if not self.is_builtin(name):
            return None
        method = getattr(self, f"_over_{name}", None)
        made: t.Source | None = None if method is None else method(node)
        return made

    def is_lazy(self, name: str) -> bool:
        """Whether a name is a built-in one whose result is only looped over."""
        return self.is_builtin(name) and hasattr(self, f"_over_{name}")

    def _over_range(self, node: ast.Call) -> t.Source:
        line = node.lineno
        if node.keywords or not 1 <= len(node.args) <= 3:
            refuse("range takes one to three arguments", node)
        parts = [self.integer(argument, "an argument of range") for argument in node.args]
        if len(parts) == 1:
            parts.insert(0, t.Const(INT, line, 0))
        return t.Range(parts[0], parts[1], parts[2] if len(parts) > 2 else t.Const(INT, line, 1), line)

    def _over_enumerate(self, node: ast.Call) -> t.Source:
        start: t.Expr = t.Const(INT, node.lineno, 0)
        keywords = {k.arg: k.value for k in node.keywords}
        if not 1 <= len(node.args) <= 2 or set(keywords) - {"start"}:
            refuse("enumerate takes what it counts and a start", node)
        if len(node.args) == 2:
            keywords["start"] = node.args[1]
        if "start" in keywords:
            start = self.integer(keywords["start"], "the start")
        return t.Enumerate(self.beside(node.args[0]), start, node.lineno)

    def _over_zip(self, node: ast.Call) -> t.Source:
        strict = [k.value for k in node.keywords if k.arg == "strict"]
        if len(strict) != len(node.keywords) or (strict and not isinstance(strict[0], ast.Constant)):
            refuse("zip takes what it joins, and strict=True or False", node)
        if not node.args:
            refuse("zip of nothing is outside the native subset", node)
        return t.Zip([self.beside(a) for a in node.args], node.lineno, strict=bool(strict and strict[0].value))  # type: ignore[attr-defined] # a Constant by the test before

    def _over_reversed(self, node: ast.Call) -> t.Source:
        if len(node.args) != 1:
            refuse("reversed takes one argument", node)
        inner = self.beside(node.args[0])
        if isinstance(inner, t.Items):
            return t.Items(inner.sequence, node.lineno, backwards=not inner.backwards)
        if isinstance(inner, t.Range) and isinstance(inner.step, t.Const) and abs(int(inner.step.value)) == 1:
            return self._reversed_range(inner, node)
        if isinstance(inner, t.Range | t.Entries):
            return t.Items(self.gathered(node.args[0]), node.lineno, backwards=True)
        return refuse("reversed of this is outside the native subset: make a list of it first", node)

    def gathered(self, node: ast.expr, *, ordered: bool = True) -> t.Expr:
        """A new list of the items of anything that can be looped over (see `comprehensions`)."""
        raise NotImplementedError

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
                if isinstance(sequence.type, ListT | SetT):
                    return self.item(sequence.type.cell)
                if isinstance(sequence.type, DictT):
                    return self.item(sequence.type.keys)
                return {STR: CHAR, BOTTOM: BOTTOM}.get(sequence.type, INT)
            case t.Entries(sequence=sequence, keys=keys):
                assert isinstance(sequence.type, DictT)
                value = self.item(sequence.type.values)
                return [self.item(sequence.type.keys), value] if keys else value
            case t.Enumerate(inner=inner):
                return [INT, self.item_type(inner)]  # type: ignore[list-item] # nested targets
            case t.Zip(inner=inner):
                return [self.item_type(part) for part in inner]  # type: ignore[misc] # nested targets

    def bind_target(self, node: ast.expr, kind: Type | list[Type]) -> tuple[t.Target, list[t.Stmt]]:
        """The variables of a ``for`` target, widened to the items' types, and what the body begins with."""
        if isinstance(node, ast.Name) and not isinstance(kind, list):
            name = self.renamed.get(node.id, node.id)
            self.assign(name, t.Local(kind, node.lineno, name), node)
            return name, []
        if isinstance(node, ast.Tuple | ast.List) and isinstance(kind, list):
            if len(kind) != len(node.elts):
                refuse("the loop's target does not match what it loops over", node)
            made = [self.bind_target(part, inner) for part, inner in zip(node.elts, kind, strict=True)]
            return [target for target, _ in made], [statement for _, first in made for statement in first]
        target, value = self._held(kind, node, "")
        return target, self.assign_to(node, value)

    def _held(self, kind: Type | list[Type], node: ast.expr, path: str) -> tuple[t.Target, t.Expr]:
        """Hidden variables for an item, and the item as a value."""
        if isinstance(kind, list):
            made = [self._held(inner, node, f"{path}.{number}") for number, inner in enumerate(kind)]
            values = [value for _, value in made]
            if any(value.type == BOTTOM for value in values):
                return [target for target, _ in made], t.TupleOf(BOTTOM, node.lineno, values)
            whole = t.TupleOf(TupleT(tuple(value.type for value in values)), node.lineno, values)
            return [target for target, _ in made], whole
        name = self.hidden("each", node) + path
        self.assign(name, t.Local(kind, node.lineno, name), node)
        return name, self.local(name, node.lineno)

    def changed(self, op: str, base: t.Expr, other: t.Expr, node: ast.AST) -> t.Expr:
        """Change a set (see `tables`)."""
        raise NotImplementedError

    def assign_to(self, node: ast.expr, value: t.Expr) -> list[t.Stmt]:
        """Statements that assign a value to a target (see `statements`)."""
        raise NotImplementedError
