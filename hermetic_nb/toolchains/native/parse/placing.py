"""New syntax where a node of the cell stands."""

from __future__ import annotations

import ast
from typing import TypeVar

Made = TypeVar("Made", bound=ast.AST)


def placed(made: Made, node: ast.AST) -> Made:
    """The syntax, at the place of a node; what already has a place keeps it."""
    for part in ast.walk(made):
        if isinstance(part, ast.stmt | ast.expr | ast.arg | ast.keyword) and not hasattr(part, "lineno"):
            ast.copy_location(part, node)
    return made


def name(text: str) -> ast.Name:
    """A variable that is read."""
    return ast.Name(text, ast.Load())
