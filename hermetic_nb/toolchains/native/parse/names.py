"""Which names a function, lambda or comprehension has for itself."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Scope = (
    ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
)
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def own_names(node: Scope) -> set[str]:
    """The names that are local to a scope, those that it imports left out."""
    if isinstance(node, Comprehension):
        return {name for part in node.generators for name in _stored(part.target)}
    spec = node.args
    names = {a.arg for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]}
    names |= {a.arg for a in (spec.vararg, spec.kwarg) if a is not None}
    if isinstance(node, ast.Lambda):
        return names | set(_bound(node.body))
    outer = {name for part in _within(node) if isinstance(part, ast.Global | ast.Nonlocal) for name in part.names}
    return (names | {name for statement in node.body for name in _bound(statement)}) - outer


def imports(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.Import | ast.ImportFrom]:
    """The imports that a function makes for itself."""
    return [part for part in _within(node) if isinstance(part, ast.Import | ast.ImportFrom)]


def _bound(node: ast.AST) -> Iterator[str]:
    """Names that a statement or expression binds in the scope where it stands."""
    for part in _own(node):
        match part:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                yield name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name


def _within(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    for statement in node.body:
        yield from _own(statement)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what is in it, without the insides of other scopes (a walrus in a comprehension binds outside)."""
    yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    if isinstance(node, Comprehension):
        yield from (part.target for part in ast.walk(node) if isinstance(part, ast.NamedExpr))
        return
    for child in ast.iter_child_nodes(node):
        yield from _own(child)


def _stored(target: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
