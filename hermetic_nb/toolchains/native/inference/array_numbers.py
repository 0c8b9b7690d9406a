"""Typing of numbers in cells that use arrays, where any number may be one of numpy's.

``a[0]`` is a `numpy.float64`, which divides by zero without an error; an item of an array of ints is a `numpy.int64`, which wraps.
Nothing here tells them from Python's numbers. What both give is computed; where they differ, the call stops with a declared limit,
or the cell is refused.
"""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.exceptions import ExceptionTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    INT,
    NUM,
    ListT,
    RecordT,
    Type,
    is_number,
    parts,
)

_BOUNDED: Final = {"/", "//", "%"}
_EXACT: Final = 1 << 53
_APART: Final = {"int", "bool", "complex"}
"""Classes that numpy's numbers are no instances of where Python's are."""


class ArrayNumberTyper(ExceptionTyper):
    """Types numbers that may be numpy's."""

    @property
    def arrays(self) -> bool:
        """Whether the cell uses arrays."""
        return self.program.module.uses_arrays

    # ------------------------------------------------------------ operators

    def number_operation(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """An operator of two numbers, either of which may be numpy's."""
        kinds = {left.type, right.type}
        if kinds == {BOOL} and op not in {"&", "|", "^"}:
            refuse(f"{op} of two bools, of which numpy's make a bool: write int(...)", node)
        if op in {"<<", ">>"} and not (isinstance(right, t.Const) and 0 <= int(right.value) < 64):
            refuse(f"{op} by what is no constant differs between numpy's ints and Python's", node)
        if op in _BOUNDED and not (isinstance(right, t.Const) and right.value != 0):
            if right.type == BOOL:
                right = self.convert(right, INT, node)
            right = t.Builtin(right.type, right.line, "array.number.nonzero", [right])
        if op == "/" and kinds <= {INT, BOOL}:
            left, right = (self.exact(side, node) for side in (left, right))
        if op == "**":
            return self._number_power(left, right, node)
        return super().binary(op, left, right, node)

    def exact(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """An int as the float that it is, or a limit."""
        if value.type == BOOL:
            value = self.convert(value, INT, node)
        if isinstance(value, t.Const) and abs(int(value.value)) <= _EXACT:
            return t.Const(FLOAT, value.line, float(value.value))
        return t.Builtin(FLOAT, value.line, "array.number.exact", [value])

    def _number_power(self, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        kinds = {left.type, right.type}
        if kinds <= {INT, BOOL}:
            if isinstance(right, t.Const) and int(right.value) < 0:
                refuse("an int to a negative power, which numpy refuses: write float(...)", node)
            if not isinstance(right, t.Const):
                right = t.Builtin(INT, right.line, "array.number.nonnegative", [self.convert(right, INT, node)])
            return super().binary("**", left, right, node)
        if NUM in kinds:
            refuse("** of a number that may be an int or a float here: begin with 0.0 instead of 0", node)
        sides = [self.convert(side, FLOAT, node) for side in (left, right)]
        return self.libm("pow", t.Builtin(FLOAT, left.line, "array.number.pow", sides))

    def _alike(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> tuple[t.Expr, t.Expr]:
        if self.arrays and {left.type, right.type} == {INT, FLOAT}:
            # numpy compares a rounded int, Python an exact one.
            one, other = (self.exact(side, node) if side.type == INT else side for side in (left, right))
            return one, other
        return super()._alike(op, left, right, node)

    def _container(self, item: t.Expr, node: ast.expr) -> tuple[t.Expr, t.Expr]:
        found, container = super()._container(item, node)
        if self.arrays and isinstance(container.type, ListT) and {found.type, container.type.item} == {INT, FLOAT}:
            refuse("an int among floats: numpy compares a rounded int, Python an exact one", node)
        return found, container

    # ------------------------------------------------------------ functions

    def _call_sum(self, node: ast.Call) -> t.Expr:
        made = super()._call_sum(node)
        if self.arrays and made.type in {FLOAT, NUM}:
            refuse("sum of floats differs between numpy's and Python's: use np.sum or math.fsum, or a loop", node)
        return made

    def _call_round(self, node: ast.Call) -> t.Expr:
        plain = node.args and isinstance(node.args[0], ast.Call) and _named(node.args[0].func) == "float"
        if self.arrays and len(node.args) == 2 and not plain:
            refuse("round to digits differs between numpy's floats and Python's: write round(float(x), n)", node)
        return super()._call_round(node)

    def _call_pow(self, node: ast.Call) -> t.Expr:
        if self.arrays and len(node.args) == 3:
            refuse("numpy's ints have no pow() of three arguments", node)
        return super()._call_pow(node)

    def _call_isinstance(self, node: ast.Call) -> t.Expr:
        if self.arrays and any(_named(part) in _APART for part in ast.walk(node)):
            refuse("isinstance tells numpy's numbers from Python's", node)
        return super()._call_isinstance(node)

    def _call_type(self, node: ast.Call) -> t.Expr:
        if self.arrays:
            refuse("type() tells numpy's numbers from Python's", node)
        return super()._call_type(node)

    def _to_int(self, name: str, node: ast.Call) -> t.Expr:
        made = super()._to_int(name, node)
        if self.arrays and not (isinstance(made, t.Builtin) and made.name.startswith("math.")):
            refuse(f"math.{name} of an int, which numpy's are rounded for", node)
        return made

    def number_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        """A method of a number."""
        if self.arrays and base.type != FLOAT:
            refuse(f"the method {name} of a number that may be numpy's is outside the native subset", node)
        return super().number_method(base, name, node)

    def shown(self, value: t.Expr, conversion: str, spec: str | t.Expr, node: ast.expr) -> t.Expr:
        """A value as a part of a text."""
        if self.arrays and (conversion in {"r", "a"} or not is_number(value.type)) and _has_numbers(value.type):
            refuse("numpy's numbers have other texts than Python's here: show each number by itself", node)
        return super().shown(value, conversion, spec, node)


def _named(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _has_numbers(kind: Type) -> bool:
    """Whether a value is a number, or holds some."""
    if isinstance(kind, RecordT):
        return True
    return kind in {BOOL, FLOAT, INT, NUM, BOTTOM} or any(map(_has_numbers, parts(kind)))
