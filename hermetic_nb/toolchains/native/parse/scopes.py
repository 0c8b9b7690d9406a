"""Scopes of Python's syntax: which names a function binds, and which it reads from outside."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def parameters(spec: ast.arguments) -> list[ast.arg]:
    """All parameters, those with stars too."""
    found = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    return found + [arg for arg in (spec.vararg, spec.kwarg) if arg is not None]


def own(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of a function's own scope: of a nested function or class only what is evaluated outside of it.

    Comprehensions are entered, although their targets are a scope of their own.
    """
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                waiting += [*node.decorator_list, *_defaults(node.args)]
            case ast.Lambda():
                waiting += _defaults(node.args)
            case ast.ClassDef():
                waiting += [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
            case _:
                waiting += ast.iter_child_nodes(node)


def _defaults(spec: ast.arguments) -> list[ast.expr]:
    return [*spec.defaults, *(default for default in spec.kw_defaults if default is not None)]


def target_names(target: ast.AST) -> set[str]:
    """The names that a target binds."""
    return {part.id for part in ast.walk(target) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that these statements or expressions bind in their own scope."""
    return _bound(list(own(nodes)))


def _bound(seen: list[ast.AST]) -> set[str]:
    names = set[str]()
    # The targets of a comprehension are names of its own scope.
    inner = {id(part) for node in seen if isinstance(node, ast.comprehension) for part in ast.walk(node.target)}
    for node in seen:
        match node:
            case ast.Name(ctx=ast.Store() | ast.Del()) if id(node) not in inner:
                names.add(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.MatchMapping(rest=str(name)):
                names.add(name)
            case ast.Import() | ast.ImportFrom():
                names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return names


def locals_of(function: Function) -> set[str]:
    """The local variables of a function: its parameters and what its body binds, but for `global` and `nonlocal`."""
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    seen = list(own(body))
    outer = {name for node in seen if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    return (_bound(seen) | {arg.arg for arg in parameters(function.args)}) - outer


def declared(body: Iterable[ast.AST], how: type[ast.Global | ast.Nonlocal]) -> set[str]:
    """The names that these statements declare global or nonlocal."""
    return {name for node in own(body) if isinstance(node, how) for name in node.names}


def free(node: ast.AST) -> set[str]:
    """The names that an expression, a statement or a function reads or rebinds outside of its own scope.

    For a function these are its free names; for any other node all names that it reads, nested scopes resolved.
    """
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            body = [node.body] if isinstance(node, ast.Lambda) else node.body
            inside = {name for part in body for name in free(part)} | declared(body, ast.Nonlocal)
            return inside - locals_of(node) | {name for part in _defaults(node.args) for name in free(part)}
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return _free_in_comprehension(node)
        case ast.Name():
            return {node.id} if isinstance(node.ctx, ast.Load) else set()
        case ast.AugAssign(target=ast.Name(id=name)):
            return {name} | free(node.value)
        case ast.AnnAssign():
            # The annotation of a local variable is not evaluated.
            return free(node.target) | (free(node.value) if node.value is not None else set())
    return {name for part in ast.iter_child_nodes(node) for name in free(part)}


def _free_in_comprehension(node: Comprehension) -> set[str]:
    elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    inner = [*elements, *(test for part in node.generators for test in part.ifs)]
    inner += [part.iter for part in node.generators[1:]]
    names = {name for part in inner for name in free(part)}
    names |= {name for part in node.generators for name in free(part.target)}
    own_names = {name for part in node.generators for name in target_names(part.target)}
    return names - own_names | free(node.generators[0].iter)


def hidden(purpose: str, node: ast.AST) -> str:
    """A variable that no source can name, the same every time; it must be assigned before it is read."""
    return f"${purpose}.{getattr(node, 'lineno', 0)}.{getattr(node, 'col_offset', 0)}"


def in_order(node: ast.AST) -> list[ast.expr]:
    """The expressions directly inside a node, in the order in which they are evaluated."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [part for pair in pairs for part in pair if part is not None]
    found: list[ast.expr] = []
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.expr):
            found.append(part)
        elif isinstance(part, ast.keyword):
            found.append(part.value)
    return found
