"""Syntax brought to simpler syntax before typing: a row of passes over the cell's tree, each in a file of its own.

Every node keeps its place in the cell's text, so that refusals and traps point at what the user wrote. A statement that a
pass refuses stays as `Refused`, for the typer to tell where the function is reached.
"""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native.parse.scopes import bound
from hermetic_nb.toolchains.native.parse.split import split


def desugar(tree: ast.Module) -> None:
    """Simplify a cell's tree in place."""
    defined = frozenset(bound(tree.body))
    for function in functions(tree):
        split(function, defined)


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """The functions of the top level, and the methods of its classes."""
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    return [node for body in bodies for node in body if isinstance(node, ast.FunctionDef)]
