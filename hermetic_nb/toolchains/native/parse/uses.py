"""How a name of the top level is used: only read where no new list is needed, or as a value."""

from __future__ import annotations

import ast
from typing import Final

_READERS: Final = frozenset(
    {"len", "sum", "min", "max", "any", "all", "enumerate", "zip", "reversed", "sorted", "list", "set", "tuple"}
)


def values_of(tree: ast.Module) -> set[str]:
    """The names that the functions of a cell use as values: not only indexed, looped over or tested for an item."""
    names = set[str]()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for statement in function.body:
                for node in ast.walk(statement):
                    names |= _used_inside(node)
    return names


def _used_inside(node: ast.AST) -> set[str]:
    match node:
        case ast.Subscript(value=ast.Name(), ctx=ast.Load()):
            parts: list[ast.AST] = [node.slice]
        case ast.For(iter=ast.Name()):
            parts = [node.target]
        case ast.comprehension(iter=ast.Name()):
            parts = [node.target, *node.ifs]
        case ast.Call(func=ast.Name(id=name)) if name in _READERS:
            parts = [keyword.value for keyword in node.keywords]
        case ast.Compare():
            pairs = zip(node.ops, node.comparators, strict=True)
            parts = [node.left, *(part for op, part in pairs if not isinstance(op, ast.In | ast.NotIn))]
        case _:
            parts = list(ast.iter_child_nodes(node))
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
