"""Typing of what loops go over, and of their targets."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.expressions import ExpressionTyper
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOTTOM, CHAR, INT, STR, ListT, Type


class IterationTyper(ExpressionTyper):
    """Types sources of iteration."""

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
