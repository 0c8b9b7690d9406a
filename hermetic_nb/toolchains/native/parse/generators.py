"""Generators that are consumed where they are written: by a loop, by a comprehension, or by a tuple of targets.

Each value is computed when it is asked for, as in CPython, and no more of them than that. A name that may be unbound is a
NameError inside a generator and an UnboundLocalError outside; such generators stay, as do all where a cell knows
StopIteration, which ends a generator in another way than a loop.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.parse.reaching import Reaching
from hermetic_nb.toolchains.native.parse.renaming import rename
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, call, load, store
from hermetic_nb.toolchains.native.parse.scopes import Comprehension, hidden, locals_of, target_names

if TYPE_CHECKING:
    from collections.abc import Iterable


class Generators(Rewriter):
    """Rewrites the generators of one module."""

    def __init__(self, defined: Iterable[str]) -> None:
        self._defined = frozenset(defined)
        self._hides = self._defined
        self._locals = frozenset[str]()
        self._flow: Reaching | None = None
        self._count = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function; its control flow tells which names may be unbound."""
        outer = self._flow, self._locals, self._hides
        self._flow, self._locals = Reaching(node), frozenset(locals_of(node))
        self._hides |= self._locals
        node.body = self.block(node.body)
        self._flow, self._locals, self._hides = outer
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        """``for x in (value for item in items)``, and the same with `enumerate`."""
        self.generic_visit(node)
        match node:
            case ast.For(iter=ast.GeneratorExp() as source) if self._is_bound(source):
                return self._loop(node, source)
            case ast.For(
                target=ast.Tuple(elts=[number, value]),
                iter=ast.Call(func=ast.Name(id="enumerate"), args=[ast.GeneratorExp() as source, *_]) as counted,
            ) if "enumerate" not in self._hides and len(source.generators) == 1 and not source.generators[0].ifs:
                if self._is_bound(source):
                    return self._count_loop(node, counted, source, number, value)
        return node

    def _loop(self, node: ast.For, source: ast.GeneratorExp) -> ast.AST:
        if len(source.generators) > 1 and (node.orelse or any(map(_breaks, node.body))):
            return node
        source = self._own(source)
        body = [assign(node.target, source.elt, node.target), *node.body]
        for part in reversed(source.generators):
            for test in reversed(part.ifs):
                body = [at(ast.If(test, body, []), test)]
            body = [ast.copy_location(ast.For(part.target, part.iter, body, []), node)]
        made = body[0]
        assert isinstance(made, ast.For)
        made.orelse = node.orelse
        return made

    def _count_loop(
        self, node: ast.For, counted: ast.Call, source: ast.GeneratorExp, number: ast.expr, value: ast.expr
    ) -> ast.AST:
        (part,) = self._own(source).generators
        place, held = hidden("number", node.target), hidden("held", node.target)
        counted.args[0] = part.iter
        first = assign(held, source.elt, value)
        node.target = at(ast.Tuple([store(place), part.target], ast.Store()), node.target)
        node.body[:0] = [first, assign(number, load(place), number), assign(value, load(held), value)]
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        """``a, b = (value for item in items)`` takes one value more than it needs, to see that there is none."""
        self.generic_visit(node)
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=parts) | ast.List(elts=parts)], value=ast.GeneratorExp() as source):
                if len(source.generators) > 1 or "len" in self._hides or not self._is_bound(source):
                    return node
                (part,) = self._own(source).generators
                made = hidden("taken", source)
                add = at(ast.Expr(ast.Call(ast.Attribute(load(made), "append", ast.Load()), [source.elt], [])), source)
                over = ast.Compare(call("len", load(made)), [ast.Gt()], [ast.Constant(len(parts))])
                body: list[ast.stmt] = [add, at(ast.If(over, [ast.Break()], []), source)]
                for test in reversed(part.ifs):
                    body = [at(ast.If(test, body, []), test)]
                loop = ast.copy_location(ast.For(part.target, part.iter, body, []), source)
                node.value = at(load(made), source)
                return [assign(made, ast.List([], ast.Load()), source), loop, node]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """A comprehension over a generator is a comprehension over what that goes over."""
        super().generic_visit(node)
        if isinstance(node, Comprehension):
            generators: list[ast.comprehension] = []
            for part in node.generators:
                if isinstance(part.iter, ast.GeneratorExp) and self._is_bound(part.iter):
                    source = self._own(part.iter)
                    generators += source.generators
                    part.iter = at(ast.List([source.elt], ast.Load()), source)
                generators.append(part)
            node.generators = generators
        return node

    def _own(self, node: ast.GeneratorExp) -> ast.GeneratorExp:
        """The generator, its variables with names that nothing else has."""
        self._count += 1
        names = {name: f"{name}~0{self._count}" for part in node.generators for name in target_names(part.target)}
        for number, part in enumerate(node.generators):
            part.target = rename(part.target, names)
            part.iter = rename(part.iter, names) if number else part.iter
            part.ifs = [rename(test, names) for test in part.ifs]
        node.elt = rename(node.elt, names)
        return node

    def _is_bound(self, node: ast.GeneratorExp) -> bool:
        """Whether all variables of the function that a generator reads have a value."""
        flow = self._flow
        if flow is None or any(isinstance(part, ast.NamedExpr) for part in ast.walk(node)):
            return False
        return not any(
            isinstance(part, ast.Name)
            and part.id in self._locals
            and part in flow.states
            and flow.may_be_unbound(part.id, part)
            for part in ast.walk(node)
        )


def _breaks(node: ast.stmt) -> bool:
    """Whether a statement breaks the loop that it stands in."""
    if isinstance(node, ast.Break):
        return True
    if isinstance(node, ast.For | ast.While):
        return any(map(_breaks, node.orelse))
    blocks = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.stmt)]
    inner = [part for part in ast.iter_child_nodes(node) if isinstance(part, ast.excepthandler)]
    return any(map(_breaks, [*blocks, *(part for handler in inner for part in handler.body)]))  # type: ignore[attr-defined] # an ExceptHandler
