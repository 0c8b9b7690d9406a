"""Typing of loops inside expressions: comprehensions, and sum, min, max, any, all over anything that can be looped over.

Each becomes a hidden variable and a loop over it (`tree.Comprehension`), so that there is one kind of loop to lower.
"""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.iteration import IterationTyper
from hermetic_nb.toolchains.native.inference.typer import names_in
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOTTOM, ListT


class ComprehensionTyper(IterationTyper):
    """Types loops inside expressions."""

    # ------------------------------------------------------------ sources of iteration

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
            if names & names_in(place, ast.Load):
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


def _names(target: ast.expr) -> list[str]:
    return [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
