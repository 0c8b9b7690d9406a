"""Nodes of array operations: element-wise ones, which nest and become one loop, and calls of the runtime.

``array.map.<operation>`` takes arrays and numbers and gives an array; ``array.item.<operation>`` is the same operation of
numbers. An operation's last part says on what it works: ``f`` floats, ``i`` ints, ``b`` bools.
"""

from __future__ import annotations

from typing import Final

from hermetic_nb.signature.types import BoolType, FloatType, IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.types import BOOL, FLOAT, INT, ArrayType, Type, parts

CODES: Final[dict[Type, str]] = {FLOAT: "f", INT: "i", BOOL: "b"}
SUFFIXES: Final[dict[Type, str]] = {FLOAT: "f64", INT: "i64", BOOL: "bool"}

ARITHMETIC: Final[dict[str, dict[Type, str]]] = {
    "+": {FLOAT: "add.f", INT: "add.i", BOOL: "or.b"},
    "-": {FLOAT: "sub.f", INT: "sub.i"},
    "*": {FLOAT: "mul.f", INT: "mul.i", BOOL: "and.b"},
    "//": {FLOAT: "floordiv.f", INT: "floordiv.i"},
    "%": {FLOAT: "mod.f", INT: "mod.i"},
    "**": {FLOAT: "pow.f", INT: "pow.i"},
    "&": {INT: "and.i", BOOL: "and.b"},
    "|": {INT: "or.i", BOOL: "or.b"},
    "^": {INT: "xor.i", BOOL: "xor.b"},
    "<<": {INT: "shl.i"},
    ">>": {INT: "shr.i"},
}
"""Operators whose result is of the operands' type."""
COMPARISONS: Final = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}
LIBM: Final = {
    **{name: name for name in ("exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "sin", "cos", "tan")},
    **{name: name for name in ("sinh", "cosh", "tanh", "cbrt", "arcsin", "arccos", "arctan")},
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
}
"""Functions of floats whose last digits are the mathematics library's."""
FLOAT_FUNCTIONS: Final = {
    **LIBM,
    "sqrt": "sqrt",
    "reciprocal": "reciprocal",
    "degrees": "degrees",
    "rad2deg": "degrees",
    "radians": "radians",
    "deg2rad": "radians",
}
WHOLE_FUNCTIONS: Final = {"floor": "floor", "ceil": "ceil", "trunc": "trunc", "rint": "rint"}
TESTS: Final = ("isnan", "isinf", "isfinite")


def is_array(node: t.Expr) -> bool:
    """Whether an expression is an array."""
    return isinstance(node.type, ArrayType)


def holds_array(kind: Type) -> bool:
    """Whether values of a type hold arrays."""
    return isinstance(kind, ArrayType) or any(map(holds_array, parts(kind)))


def item_of(node: t.Expr) -> Type:
    """The type of an array's items, or of a number."""
    return node.type.item if isinstance(node.type, ArrayType) else node.type


def array_of_items(item: Type, axes: int = 1) -> ArrayType:
    """The type of arrays of these items."""
    assert isinstance(item, FloatType | IntType | BoolType)
    return ArrayType(item, axes)


def mapped(operation: str, item: Type, operands: list[t.Expr], line: int) -> t.Expr:
    """An element-wise operation with results of a type."""
    axes = [node.type.axes for node in operands if isinstance(node.type, ArrayType)]
    if not axes:
        return t.Builtin(item, line, f"array.item.{operation}", operands)
    return t.Builtin(array_of_items(item, max(axes)), line, f"array.map.{operation}", operands)


def as_items(node: t.Expr, item: Type) -> t.Expr:
    """An array, or a number, with its items brought to a type: numpy's conversion."""
    have = item_of(node)
    if have == item:
        return node
    if isinstance(node, t.Const) and item == FLOAT:
        return t.Const(FLOAT, node.line, float(node.value))
    if isinstance(node, t.Const) and item == INT and have == BOOL:
        return t.Const(INT, node.line, int(node.value))
    return mapped(f"to_{CODES[item]}.{CODES[have]}", item, [node], node.line)


def converted(node: t.Expr, item: Type) -> t.Expr:
    """As `as_items`, where numpy makes a new array at once: what comes later does not change it."""
    made = as_items(node, item)
    return made if made is node or not is_array(made) else mapped(f"same.{CODES[item]}", item, [made], node.line)


def common(*nodes: t.Expr) -> Type:
    """The type in which items of these types meet."""
    kinds = [item_of(node) for node in nodes]
    return FLOAT if FLOAT in kinds else INT if INT in kinds else BOOL


def call(kind: Type, name: str, operands: list[t.Expr], line: int) -> t.Expr:
    """A call of the runtime's arrays; ``name`` is that of the function after ``hnb_array_``."""
    return t.Builtin(kind, line, f"array.{name}", operands)


def number(value: int, line: int) -> t.Const:
    """An int literal."""
    return t.Const(INT, line, value)
