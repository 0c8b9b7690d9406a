"""Typing of loops inside expressions: comprehensions, and sum, min, max, any, all over anything that can be looped over.

Each becomes a hidden variable and a loop over it (`tree.Comprehension`), so that there is one kind of loop to lower.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.iteration import IterationTyper
from hermetic_nb.toolchains.native.inference.typer import names_in, tested
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.stable import is_quiet
from hermetic_nb.toolchains.native.types import NONE, DictT, ListT, SetT

if TYPE_CHECKING:
    from collections.abc import Callable


class ComprehensionTyper(IterationTyper):
    """Types loops inside expressions."""

    def _expr_ListComp(self, node: ast.ListComp | ast.GeneratorExp, *, ordered: bool = True) -> t.Expr:
        kind = ListT(self.cell(node))
        line = node.lineno

        def append() -> list[t.Stmt]:
            item = self.add(kind.cell, self.expr(node.elt), node)
            return [t.Eval(line, t.Builtin(NONE, line, "list.append", [self.local(name, line), item]))]

        name, start = self._made(node, t.ListOf(kind, line, []))
        if not ordered:
            self.instance.loose.add(name)
        return t.Comprehension(kind, line, name, [start, *self._loops(node.generators, 0, append, node)])

    def _expr_GeneratorExp(self, node: ast.GeneratorExp) -> t.Expr:
        return refuse("a generator that is kept is outside the native subset: make a list, with [...]", node)

    def _expr_SetComp(self, node: ast.SetComp) -> t.Expr:
        kind = SetT(self.cell(node))
        line = node.lineno

        def add() -> list[t.Stmt]:
            item = self.convert(self.new_key(kind.cell, node.elt), kind.item, node)
            return [t.Eval(line, t.Builtin(NONE, line, "table.add", [self.local(name, line), item]))]

        name, start = self._made(node, t.SetOf(kind, line, []))
        return t.Comprehension(kind, line, name, [start, *self._loops(node.generators, 0, add, node)])

    def _expr_DictComp(self, node: ast.DictComp) -> t.Expr:
        kind = DictT(self.cell(node), self.cell(node, 1))
        line = node.lineno

        def put() -> list[t.Stmt]:
            key = self.new_key(kind.keys, node.key)
            # CPython evaluates the key first, a subscript's value first: the key is held.
            held = self.hidden("key", node)
            first = self.assign(held, key, node)
            value = self.add(kind.values, self.expr(node.value), node.value)
            return [first, t.SetItem(line, self.local(name, line), self.local(held, line), value)]

        name, start = self._made(node, t.DictOf(kind, line, []))
        return t.Comprehension(kind, line, name, [start, *self._loops(node.generators, 0, put, node)])

    def _made(self, node: ast.expr, empty: t.Expr) -> tuple[str, t.Stmt]:
        name = self.hidden("made", node)
        return name, self.assign(name, empty, node)

    def gathered(self, node: ast.expr, *, ordered: bool = True) -> t.Expr:
        """A new list of the items of anything that can be looped over; ``ordered``: whether their order can be seen."""
        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            return self._expr_ListComp(node, ordered=ordered)
        match node:
            case ast.Call(func=ast.Name(id="list" | "tuple" as maker), args=[inner], keywords=[]) if self.is_builtin(
                maker
            ):
                return self.gathered(inner, ordered=ordered)
        line = node.lineno
        source = self.source(node)
        kind = ListT(self.cell(node, 3))
        if isinstance(source, t.Items) and type(source.sequence.type) is ListT and not source.backwards:
            self.widen(kind.cell, source.sequence.type.item, node)
            return self.copied(t.Slice(source.sequence.type, line, source.sequence, None, None, None), kind.cell, node)
        name = self.hidden("gathered", node)
        if not ordered:
            self.instance.loose.add(name)
        start = self.assign(name, t.ListOf(kind, line, []), node)
        target, item = self._held(self.item_type(source), node, "")
        item = self.add(kind.cell, item, node)
        append = t.Eval(line, t.Builtin(NONE, line, "list.append", [self.local(name, line), item]))
        return t.Comprehension(kind, line, name, [start, t.For(line, target, source, [append], [])])

    def at_once(self, node: ast.Call) -> None:
        """Refuse a generator whose items are taken one by one, where it could tell: it may raise, or see what takes them."""
        match node.args[0]:
            case ast.GeneratorExp(elt=elt, generators=parts) as items:
                values = [elt, *(test for part in parts for test in part.ifs)]
                looks = any(isinstance(part, ast.Call | ast.Compare) for value in values for part in ast.walk(value))
                if not all(map(is_quiet, values)) or looks:
                    refuse("this takes the items one by one: make a list of them first, with [...]", items)

    def _loops(
        self,
        generators: list[ast.comprehension],
        depth: int,
        inner: Callable[[], list[t.Stmt]],
        node: ast.AST,
    ) -> list[t.Stmt]:
        if depth == len(generators):
            return inner()
        part = generators[depth]
        if part.is_async:
            refuse("async is outside the native subset", node)
        later = {name for other in generators[depth:] for name in _names(other.target)}
        for place, names in [
            (part.iter, later if depth else set[str]()),
            *((test, later - set(_names(part.target))) for test in part.ifs),
        ]:
            if names & names_in(place, ast.Load):
                refuse("this name of the comprehension is not bound yet here", place)
        source = self.source(part.iter)
        self.steady(source, part.iter, [other for other in ast.iter_child_nodes(node) if other is not part])
        saved, outside, some = dict(self.renamed), self.in_generator, set(self.some)
        self.in_generator = outside or isinstance(node, ast.Call | ast.GeneratorExp)
        for name in _names(part.target):
            self.renamed[name] = f"${name}.{part.target.lineno}.{part.target.col_offset}"
        target, first = self.bind_target(part.target, self.item_type(source))
        tests = []
        for test in part.ifs:
            tests.append(self.truth(test))
            self.some |= {self.renamed.get(name, name) for name in tested(test)[0]}
        body = self._loops(generators, depth + 1, inner, node)
        for holds in reversed(tests):
            body = [t.If(holds.line, holds, body, [])]
        self.renamed, self.in_generator, self.some = saved, outside, some
        return [t.For(part.target.lineno, target, source, [*first, *body], [])]


def _names(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
