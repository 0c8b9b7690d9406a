"""`functools.cache` and `lru_cache`: a dict beside the function, looked up at its beginning and filled where it returns.

A function of the cell depends on its arguments alone, so that what a bounded cache forgets is computed again as it was.
"""

from __future__ import annotations

import ast
import copy
from typing import Final

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
        known = ast.If(
            ast.Compare(load(key), [ast.In()], [load(memo)]),
            [ast.Return(ast.Subscript(load(memo), load(key), ast.Load()))],
            [],
        )
        node.body = [assign(key, value, node), at(known, node), *_Returns(memo, key).block(node.body)]
        return [assign(memo, ast.Dict([], []), node), node]


class _Returns(Rewriter):
    """Keeps what a function returns."""

    def __init__(self, memo: str, key: str) -> None:
        self._memo, self._key = memo, key

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function inside returns for itself."""
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt] | ast.Return:
        """``return value``."""
        if node.value is None:
            return node
        name = hidden("value", node)
        place = ast.Subscript(load(self._memo), load(self._key), ast.Store())
        kept = at(copy.copy(node), node)
        kept.value = at(load(name), node)
        return [assign(name, node.value, node), assign(place, load(name), node), kept]


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
