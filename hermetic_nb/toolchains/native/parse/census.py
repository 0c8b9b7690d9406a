"""What kinds of syntax a cell holds, so that passes which have nothing to do are left out."""

from __future__ import annotations

import ast
from typing import Final

OUTSIDE: Final = (
    *(ast.Global, ast.Yield, ast.YieldFrom, ast.With, ast.AsyncWith, ast.AsyncFor, ast.AsyncFunctionDef, ast.Await),
    *(ast.ClassDef,),
)
"""Syntax that `outside` looks at."""


class Census:
    """One walk over a cell."""

    def __init__(self, tree: ast.Module) -> None:
        self.kinds = set[type[ast.AST]]()
        self.names = set[str]()
        self.keywords = set[str | None]()
        self.decorators = self.nested = False
        functions = 0
        for node in ast.walk(tree):
            self.kinds.add(type(node))
            if isinstance(node, ast.Name):
                self.names.add(node.id)
            elif isinstance(node, ast.keyword):
                self.keywords.add(node.arg)
            elif isinstance(node, ast.FunctionDef):
                functions += 1
                self.decorators |= bool(node.decorator_list)
            elif isinstance(node, ast.comprehension) and node.is_async:
                self.kinds.add(ast.Await)
        self.nested = functions > sum(isinstance(node, ast.FunctionDef) for node in tree.body)

    def any_of(self, *kinds: type[ast.AST]) -> bool:
        """Whether the cell has syntax of one of these kinds."""
        return not self.kinds.isdisjoint(kinds)
