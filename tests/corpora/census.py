"""Which constructs the cells of a corpus use: the number of cells with each."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

_BUILTINS: Final = frozenset(dir(builtins))
_GENERIC: Final = frozenset({"list", "dict", "set", "tuple", "Optional", "Callable"})
_DULL: Final = (
    ast.Module,
    ast.Load,
    ast.Store,
    ast.Del,
    ast.arguments,
    ast.arg,
    ast.Name,
    ast.Constant,
    ast.Expr,
    ast.alias,
    ast.operator,
    ast.unaryop,
    ast.boolop,
    ast.cmpop,
    ast.keyword,
    ast.Attribute,
    ast.Call,
    ast.BinOp,
    ast.AugAssign,
    ast.Compare,
    ast.Import,
    ast.ImportFrom,
    ast.Tuple,
)
"""Node types that every cell has, or that are counted in another way."""


def census(sources: Iterable[str]) -> Counter[str]:
    """Counts by construct; a cell counts once for each."""
    found: Counter[str] = Counter()
    for source in sources:
        tree = ast.parse(source)
        modules = {name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in _modules(node)}
        found.update({mark for node in ast.walk(tree) for mark in _marks(node, modules)})
    return found


def _modules(node: ast.Import) -> Iterator[str]:
    for alias in node.names:
        yield alias.asname or alias.name


def _marks(node: ast.AST, modules: set[str]) -> Iterator[str]:
    yield from _calls(node, modules)
    yield from _operators(node)
    yield from _places(node)
    if not isinstance(node, _DULL):
        yield type(node).__name__


def _calls(node: ast.AST, modules: set[str]) -> Iterator[str]:
    match node:
        case ast.Call(func=ast.Name(id=name), keywords=keywords) if name in _BUILTINS:
            yield f"{name}()"
            for keyword in keywords:
                yield f"{name}({keyword.arg or '**'}=)"
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in modules:
            yield f"{name}.{attribute}"
        case ast.Call(func=ast.Attribute(attr=attribute)):
            yield f".{attribute}()"
        case ast.ImportFrom(module=module, names=names):
            for alias in names:
                yield f"from {module} import {alias.name}"


def _operators(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.BinOp() | ast.AugAssign():
            yield f"{type(node).__name__} {type(node.op).__name__}"
        case ast.Compare():
            for op in node.ops:
                yield f"Compare {type(op).__name__}"


def _places(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Slice(step=step) if step is not None:
            yield "Slice with step"
        case ast.FunctionDef(decorator_list=decorators):
            for decorator in decorators:
                yield f"@{ast.unparse(decorator).partition('(')[0]}"
            if any(isinstance(inner, ast.FunctionDef) and inner is not node for inner in ast.walk(node)):
                yield "nested function"
        case ast.Subscript(value=ast.Name(id=name)) if name in _GENERIC:
            yield ast.unparse(node)
        case ast.Tuple():
            yield "Tuple as a target" if isinstance(node.ctx, ast.Store) else "Tuple as a value"
