"""What all typing shares: one function's variables, list cells, and the ways to bring a value to another type."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.parse.refusal import kind_of, refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    Cell,
    JoinError,
    ListT,
    Type,
    is_number,
    join,
)

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.inference.inference import Inference, Instance
    from hermetic_nb.toolchains.native.parse.cellmodule import Scalar, Static

INT_MIN: Final = -(1 << 63)
INT_MAX: Final = (1 << 63) - 1
EXACT: Final = 1 << 53
"""Ints up to this magnitude are floats without loss."""


class Typer:
    """Knows the types of one function so far."""

    def __init__(self, program: Inference, instance: Instance) -> None:
        self.program, self.instance = program, instance
        self.renamed: dict[str, str] = {}
        """Names that a comprehension hides, by their hidden variables."""
        self.in_generator = False

    def hides(self, name: str) -> bool:
        """Whether a variable hides the global or built-in name."""
        return name in self.instance.names or name in self.renamed

    def item(self, cell: Cell) -> Type:
        """The type of an item that is read."""
        if cell.item == BOTTOM:
            self.program.unsettled.append(cell)
        return cell.item

    def expr(self, node: ast.expr) -> t.Expr:
        """Type an expression. Raises RefusedError."""
        method = getattr(self, f"_expr_{type(node).__name__}", None)
        if method is None:
            refuse(f"{kind_of(node)} is outside the native subset", node)
        result: t.Expr = method(node)
        if self.program.final and result.type == BOTTOM:
            refuse("this call never returns: let it be a statement of its own", node)
        return result

    def number(self, node: ast.expr) -> t.Expr:
        """Type an expression that must be a number; bools become ints."""
        value = self.expr(node)
        if value.type == BOOL:
            return self.convert(value, INT, node)
        if not is_number(value.type) and value.type != BOTTOM:
            refuse(f"a number is needed here, not {value.type}", node)
        return value

    def integer(self, node: ast.expr, what: str) -> t.Expr:
        """Type an expression that must be an int."""
        value = self.expr(node)
        if value.type == BOOL:
            return self.convert(value, INT, node)
        if value.type not in {INT, BOTTOM}:
            refuse(f"{what} must be an int, not {value.type}", node)
        return value

    def truth(self, node: ast.expr) -> t.Expr:
        """Type an expression for its truth value."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return t.Unary(BOOL, node.lineno, "not", self.truth(node.operand))
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            return t.Logic(BOOL, node.lineno, op, [self.truth(value) for value in node.values])
        return self.as_truth(self.expr(node), node)

    def as_truth(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """The truth value of a typed expression."""
        if value.type in {BOOL, BOTTOM}:
            return value
        if value.type == NONE:
            refuse("this call returns nothing", node)
        return t.Truth(BOOL, value.line, value)

    def convert(self, value: t.Expr, kind: Type, node: ast.AST) -> t.Expr:
        """Bring a value to a type that holds it exactly. Raises RefusedError."""
        have = value.type
        if have == kind or BOTTOM in {have, kind}:
            return value
        if isinstance(value, t.Const) and have in {INT, BOOL} and kind == FLOAT:
            return t.Const(FLOAT, value.line, float(value.value))
        if isinstance(value, t.Const) and have == CHAR and kind == STR:
            return t.Const(STR, value.line, value.value)
        if have == BOOL and kind in {FLOAT, NUM}:
            return self.convert(t.Convert(INT, value.line, value), kind, node)
        allowed = {(BOOL, INT), (INT, FLOAT), (INT, NUM), (FLOAT, NUM), (NUM, FLOAT), (CHAR, STR)}
        if (have, kind) in allowed:
            return t.Convert(kind, value.line, value)
        return refuse(f"{have} is given where {kind} is needed", node)

    def joined(self, values: list[t.Expr], node: ast.AST, what: str) -> tuple[Type, list[t.Expr]]:
        """The common type of several values, and the values brought to it."""
        kind: Type = BOTTOM
        for value in values:
            if value.type == NONE:
                refuse("this call returns nothing", node)
            kind = self.join(kind, value.type, node, what)
        return kind, [self.convert(value, kind, node) for value in values]

    def join(self, left: Type, right: Type, node: ast.AST, what: str) -> Type:
        """The common type of two, noting whether list cells grew."""
        try:
            kind, changed = join(left, right)
        except JoinError as error:
            refuse(f"{what} is {error}", node)
        if changed and isinstance(left, ListT):
            self.program.changed = True
        return kind

    def cell(self, node: ast.AST) -> Cell:
        """The item cell of the list that a syntax node makes."""
        return self.instance.cells.setdefault(node, Cell(BOTTOM))

    def widen(self, cell: Cell, item: Type, node: ast.AST) -> None:
        """Make room in a list for an item type."""
        try:
            if cell.widen(item):
                self.program.changed = True
        except JoinError as error:
            refuse(f"the list holds {error}", node)

    def hidden(self, purpose: str, node: ast.AST) -> str:
        """A variable that no source can name, the same in every pass."""
        return f"${purpose}.{getattr(node, 'lineno', 0)}.{getattr(node, 'col_offset', 0)}"

    def assign(self, name: str, value: t.Expr, node: ast.AST) -> t.Assign:
        """An assignment, widening the variable's type."""
        if value.type == NONE:
            refuse("this call returns nothing", node)
        variables = self.instance.variables
        have = variables.get(name, BOTTOM)
        shown = "a value" if name.startswith("$") else f"variable {name}"
        kind = self.join(have, value.type, node, shown)
        if kind != have:
            variables[name] = kind
            self.program.changed = True
        return t.Assign(value.line, name, self.convert(value, kind, node))

    def local(self, name: str, line: int) -> t.Local:
        """A read of a variable."""
        return t.Local(self.instance.variables.get(name, BOTTOM), line, name, self.in_generator)

    def constant(self, value: Scalar, node: ast.AST) -> t.Const:
        """A literal. Raises RefusedError on an int beyond 64 bits or a str with lone surrogates."""
        line = getattr(node, "lineno", 0)
        if isinstance(value, bool):
            return t.Const(BOOL, line, value)
        if isinstance(value, int):
            if not INT_MIN <= value <= INT_MAX:
                refuse("this int needs more than 64 bits", node)
            return t.Const(INT, line, value)
        if isinstance(value, float):
            return t.Const(FLOAT, line, value)
        if isinstance(value, bytes):
            return t.Const(BYTES, line, value)
        return t.Const(CHAR if len(value) == 1 else STR, line, value)

    def copied(self, value: t.Expr, cell: Cell, node: ast.AST) -> t.Expr:
        """A list whose items are brought to a cell's item type (the result never aliases)."""
        if value.type == ListT(cell) or BOTTOM in {cell.item, value.type.item}:  # type: ignore[union-attr] # only lists come here
            return value
        if {cell.item, value.type.item} <= {INT, FLOAT, NUM}:  # type: ignore[union-attr] # only lists come here
            return t.Convert(ListT(cell), value.line, value)
        return refuse(f"{value.type} is given where {ListT(cell)} is needed", node)

    def libm(self, name: str, value: t.Expr) -> t.Expr:
        """Note that a result passes through the mathematics library."""
        self.instance.libm.add(name)
        return value

    def item_allowed(self, cell: Cell, node: ast.AST) -> None:
        """Refuse lists of what lists cannot hold yet."""
        if cell.item in {CHAR, STR, BYTES} or isinstance(cell.item, ListT):
            refuse(f"a list of {cell.item} is outside the native subset", node)

    def static(self, value: Static, node: ast.AST) -> t.Expr:
        """A top-level constant."""
        if not isinstance(value, list):
            return self.constant(value, node)
        items = [self.constant(item, node) for item in value]
        cell = self.cell(node)
        for item in items:
            self.widen(cell, item.type, node)
        self.item_allowed(cell, node)
        converted = [self.convert(item, cell.item, node) for item in items]
        return t.ListOf(ListT(cell), getattr(node, "lineno", 0), converted, shared=True)

    def reading(self, node: ast.expr) -> t.Expr:
        """Type an expression whose list, if it is one, is only read: top-level lists are allowed here."""
        if isinstance(node, ast.Name) and not self.hides(node.id):
            value = self.program.module.constants.get(node.id)
            if isinstance(value, list):
                return self.static(value, node)
        return self.expr(node)


def names_in(node: ast.AST, how: type[ast.Load | ast.Store]) -> set[str]:
    """The names that a syntax tree reads or assigns."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, how)}
