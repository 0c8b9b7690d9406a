"""The library's sources, and copies of their functions for the calls of a cell."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final

from hermetic_nb.toolchains.native.parse.names import Scope, own_names

MODULES: Final = ("bisect", "functools", "heapq", "itertools", "statistics")
"""Modules that have a file in the library."""

MATH: Final = "math."
"""The name of `math` where it is not the cell that imports it at its top level."""

NAMES: Final = {
    "math": MATH,
    "StatisticsError": "statistics.StatisticsError",
    **{f"exact_{name}": f"exact.{name}" for name in ("mean", "variance", "deviation", "int_deviation")},
}
"""What the library imports, by the names that the compiler knows it under."""


@dataclass(frozen=True, slots=True)
class Source:
    """One module of the library."""

    functions: dict[str, ast.FunctionDef]
    aliases: dict[str, str] = field(default_factory=dict)

    def find(self, name: str) -> ast.FunctionDef | None:
        """A function by its own name or by another."""
        return self.functions.get(self.aliases.get(name, name))

    def variants(self, name: str) -> list[tuple[frozenset[str], ast.FunctionDef]]:
        """The ways to call a function: names of the optional arguments that each takes, most first."""
        found = {key for key in (*self.functions, *self.aliases) if key == name or key.startswith(f"{name}__")}
        made = []
        for key in sorted(found, key=lambda key: (-key.count("__"), key)):
            function = self.find(key)
            assert function is not None
            made.append((frozenset(key.split("__")[1:]), function))
        return made


@cache
def source(module: str) -> Source:
    """A module of the library, parsed."""
    text = resources.files("hermetic_nb.toolchains.native").joinpath("library", f"{module}.py").read_text("utf-8")
    made = Source({})
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name):
                made.functions[name] = node
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)):
                made.aliases[name] = other
    return made


class Copies:
    """Functions of the library for one cell: a copy for each line that calls, so that its errors name that line."""

    def __init__(self) -> None:
        self.made: dict[str, ast.FunctionDef] = {}
        self.builtins: set[str] = set()
        """Names of built-in functions that the copies call."""
        self.uses_math = False

    def copy(self, module: str, function: ast.FunctionDef, place: ast.AST) -> str:
        """The name of a function's copy for the line of a call."""
        line = getattr(place, "lineno", 0)
        name = f"{module}.{function.name}.{line}"
        if name not in self.made:
            made = copy.deepcopy(function)
            made.name = name
            self.made[name] = made
            made.body = _without_docstring(made.body)
            _strip(made)
            _Renamer(self, module, place).visit(made)
            _put(made, place, f"{module}.{function.name.split('__')[0]}")
        return name


class _Renamer(ast.NodeTransformer):
    """Gives the names of the library's own functions in a copy those of their copies."""

    def __init__(self, copies: Copies, module: str, place: ast.AST) -> None:
        self.copies, self.module, self.place = copies, module, place
        self.hidden: list[set[str]] = []

    def visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, Scope):
            return super().visit(node)  # type: ignore[no-any-return] # a node for a node
        self.hidden.append(own_names(node))
        self.generic_visit(node)
        self.hidden.pop()
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and not any(node.id in names for names in self.hidden):
            function = source(self.module).find(node.id) if self.module in MODULES else None
            if function is not None:
                node.id = self.copies.copy(self.module, function, self.place)
            elif node.id in NAMES:
                node.id = NAMES[node.id]
                self.copies.uses_math |= node.id == MATH
            else:
                self.copies.builtins.add(node.id)
        return node


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    return body[1:] if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) else body


def _strip(function: ast.FunctionDef) -> None:
    """Annotations say nothing here: each call is typed anew."""
    function.returns = None
    for part in ast.walk(function):
        if isinstance(part, ast.arg):
            part.annotation = None
    function.body = [_plain(statement) for statement in function.body]


def _plain(statement: ast.stmt) -> ast.stmt:
    if isinstance(statement, ast.AnnAssign) and statement.value is not None:
        return ast.Assign(targets=[statement.target], value=statement.value)
    return statement


def _put(function: ast.FunctionDef, place: ast.AST, name: str) -> None:
    """Every node stands in the line of the call, at a column of its own."""
    for column, node in enumerate(ast.walk(function)):
        if isinstance(node, ast.stmt | ast.expr | ast.excepthandler | ast.arg | ast.keyword):
            node.lineno = node.end_lineno = getattr(place, "lineno", 0)
            node.col_offset, node.end_col_offset = column, column + 1
        node.called = (name, place)  # type: ignore[attr-defined] # read by `refusal.place`
