"""Functions that are given to built-ins: `map` and `filter` become generators, `key=` a lambda of one parameter.

A built-in calls what it is given one item after the other, as a generator evaluates its element; where a cell raises
StopIteration by itself the two differ, and `map` and `filter` stay as they are.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at, load, store
from hermetic_nb.toolchains.native.parse.scopes import hidden, locals_of

if TYPE_CHECKING:
    from collections.abc import Iterable

KEYED: Final = frozenset({"sorted", "min", "max"})


class Callbacks(Rewriter):
    """Rewrites the calls of one module."""

    def __init__(self, tree: ast.Module, defined: Iterable[str]) -> None:
        self._tree = tree
        self._stops = any(isinstance(node, ast.Name) and node.id == "StopIteration" for node in ast.walk(tree))
        self._hidden = [frozenset(defined)]

    def run(self) -> None:
        """Rewrite the module in place."""
        self._tree.body = self.block(self._tree.body)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function's own names hide built-ins."""
        self._hidden.append(self._hidden[-1] | locals_of(node))
        node.body = self.block(node.body)
        self._hidden.pop()
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Inner calls first, then the call itself."""
        self.generic_visit(node)
        match node.func:
            case ast.Name(id="map") if self._is_builtin("map") and not self._stops:
                return self._map(node)
            case ast.Name(id="filter") if self._is_builtin("filter") and not self._stops:
                return self._filter(node)
            case ast.Name(id=name) if name in KEYED and self._is_builtin(name):
                self._key(node)
            case ast.Attribute(attr="sort"):
                self._key(node)
        return node

    def _is_builtin(self, name: str) -> bool:
        """Whether nothing in the cell hides the built-in or imported function."""
        return name not in self._hidden[-1]

    def _map(self, node: ast.Call) -> ast.expr:
        if node.keywords or len(node.args) < 2 or any(isinstance(part, ast.Starred) for part in node.args):
            refuse("map takes a function and what it goes over", node)
        function, *sources = node.args
        targets, element = _applied(function, len(sources), node)
        source = sources[0] if len(sources) == 1 else at(ast.Call(load("zip"), sources, []), node)
        if len(sources) > 1 and not self._is_builtin("zip"):
            refuse("the cell gives zip a meaning of its own, and map over several sequences needs Python's", node)
        target = targets[0] if len(targets) == 1 else ast.Tuple(list(targets), ast.Store())
        return at(ast.GeneratorExp(element, [ast.comprehension(target, source, [], 0)]), node)

    def _filter(self, node: ast.Call) -> ast.expr:
        if node.keywords or len(node.args) != 2 or any(isinstance(part, ast.Starred) for part in node.args):
            refuse("filter takes a function and what it goes over", node)
        function, source = node.args
        if isinstance(function, ast.Constant) and function.value is None:
            name = hidden("item", node)
            target, test = store(name), load(name)
        else:
            (target,), test = _applied(function, 1, node)  # type: ignore[assignment] # any expression
        item = at(load(target.id), node)
        return at(ast.GeneratorExp(item, [ast.comprehension(target, source, [test], 0)]), node)

    def _key(self, node: ast.Call) -> None:
        for keyword in list(node.keywords):
            if keyword.arg != "key":
                continue
            if isinstance(keyword.value, ast.Constant) and keyword.value.value is None:
                node.keywords.remove(keyword)
                continue
            (target,), value = _applied(keyword.value, 1, keyword.value)
            spec = ast.arguments([], [ast.arg(target.id)], None, [], [], None, [])
            keyword.value = at(ast.Lambda(spec, value), keyword.value)


def _applied(function: ast.expr, count: int, node: ast.AST) -> tuple[list[ast.Name], ast.expr]:
    """The variables that stand for a function's arguments, and its value: a lambda's body, or a call."""
    if isinstance(function, ast.Lambda):
        spec = function.args
        names = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
        if spec.vararg or spec.kwarg or spec.kwonlyargs or spec.defaults or len(names) != count:
            refuse(f"this lambda is called with {count} argument{'s' * (count > 1)}", function)
        return [at(store(name), function) for name in names], function.body
    if not isinstance(function, ast.Name | ast.Attribute):
        refuse("a function that is computed is outside the native subset: name it, or write a lambda", function)
    names = [f"{hidden('item', node)}.{index}" for index in range(count)]
    value = ast.Call(function, [load(name) for name in names], [])
    # In the line of the built-in's call, at a column of its own: the typer tells calls by their places.
    place = function if function.lineno == getattr(node, "lineno", 0) else node
    return [at(store(name), node) for name in names], at(value, place)
