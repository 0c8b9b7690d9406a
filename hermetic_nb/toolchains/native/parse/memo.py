"""`functools.cache` and `lru_cache`: a dict beside the function, looked up at its beginning and filled where it returns.

A function that returns nothing is run once for its arguments, too: what it does to lists would show otherwise.
A function of the cell depends on its arguments alone, so that what a bounded cache forgets is computed again as it was.
"""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native.inference.ends import ends
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, load
from hermetic_nb.toolchains.native.parse.scopes import hidden, own, parameters

_CACHES: Final = frozenset({"cache", "lru_cache", "functools.cache", "functools.lru_cache"})


class Memos(Rewriter):
    """Gives the decorated functions of one module their dicts."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """A class, whose methods have decorators of their own (see `classes`)."""
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | list[ast.stmt]:
        """A function with a decorator, after those inside it."""
        self.generic_visit(node)
        if not node.decorator_list:
            return node
        (first, *others) = node.decorator_list
        if others or not _is_cache(first):
            refuse(
                "of the decorators of functions, the native tier has functools.cache and lru_cache",
                node.decorator_list[0],
            )
        if node.args.vararg or node.args.kwarg:
            refuse("a cached function with *args or **kwargs is outside the native subset", node)
        if any(isinstance(part, ast.Try) and part.finalbody for part in own(node.body)):
            refuse("a cached function with try/finally is outside the native subset", node)
        node.decorator_list = []
        memo, key = hidden("memo", node), hidden("key", node)
        names = [load(arg.arg) for arg in parameters(node.args)]
        value: ast.expr = names[0] if len(names) == 1 else ast.Tuple(list(names), ast.Load())
        if not names:
            value = ast.Constant(0)
        found = ast.Subscript(load(memo), load(key), ast.Load())
        gives = any(isinstance(part, ast.Return) and not _is_nothing(part.value) for part in own(node.body))
        known = ast.If(ast.Compare(load(key), [ast.In()], [load(memo)]), [ast.Return(found if gives else None)], [])
        if ends(node.body):
            node.body.append(at(ast.Return(None), node))
        returns = _Returns(memo, key, gives=gives)
        node.body = [assign(key, value, node), at(known, node), *returns.block(node.body)]
        return [assign(memo, ast.Dict([], []), node), node]


class _Returns(Rewriter):
    """Keeps what a function returns."""

    def __init__(self, memo: str, key: str, *, gives: bool) -> None:
        self._memo, self._key, self._gives = memo, key, gives

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function inside returns for itself."""
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        """``return value``; where a function never gives one, its dict holds True."""
        place = ast.Subscript(load(self._memo), load(self._key), ast.Store())
        if not self._gives:
            return [assign(place, ast.Constant(value=True), node), at(ast.Return(None), node)]
        name = hidden("value", node)
        kept = at(ast.Return(load(name)), node)
        value = ast.Constant(None) if node.value is None else node.value
        return [assign(name, value, node), assign(place, load(name), node), kept]


def _is_nothing(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)


def _is_cache(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        keywords = {keyword.arg for keyword in node.keywords}
        plain = all(isinstance(part, ast.Constant) for part in [*node.args, *(k.value for k in node.keywords)])
        return plain and keywords <= {"maxsize", "typed"} and _is_cache(node.func)
    if isinstance(node, ast.Attribute):
        return isinstance(node.value, ast.Name) and f"{node.value.id}.{node.attr}" in _CACHES
    return isinstance(node, ast.Name) and node.id in _CACHES


def is_memo(node: ast.Assign) -> bool:
    """Whether an assignment makes the dict of a cached function."""
    match node.targets:
        case [ast.Name(id=name)]:
            return name.startswith("$memo.")
    return False
