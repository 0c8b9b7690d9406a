"""Typing of numpy's element-wise functions."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_making import ArrayMaker
from hermetic_nb.toolchains.native.inference.array_nodes import (
    CODES,
    FLOAT_FUNCTIONS,
    LIBM,
    TESTS,
    WHOLE_FUNCTIONS,
    as_items,
    call,
    common,
    is_array,
    item_of,
    mapped,
)
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    INT,
    ArrayType,
    ListT,
)

_OPERATORS: Final = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "floor_divide": "//",
    "mod": "%",
    "remainder": "%",
    "power": "**",
    "bitwise_and": "&",
    "bitwise_or": "|",
    "bitwise_xor": "^",
    "left_shift": "<<",
    "right_shift": ">>",
}
_COMPARED: Final = {
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
    "equal": "==",
    "not_equal": "!=",
}
_LOGICAL: Final = {"logical_and": "and.b", "logical_or": "or.b", "logical_xor": "xor.b"}
_PLACES: Final = 15
"""Digits to which arrays are rounded: powers of ten that floats hold exactly."""


class ArrayFunctionTyper(ArrayMaker):
    """Types element-wise functions."""

    def _items(self, node: ast.expr) -> t.Expr:
        """An argument that numpy makes an array of."""
        value = self.look(node)
        if value is not None:
            return value
        if isinstance(node, ast.List | ast.Tuple | ast.ListComp):
            return self.array_of(node, BOTTOM)
        value = self.need(self.reading(node), node)
        if isinstance(value.type, ListT):
            self.ahead[node] = value
            return self.array_of(node, BOTTOM)
        return self.operand(value, node)

    def _of_floats(self, name: str, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self._items(node.args[0])
        have, line = item_of(value), node.lineno
        if have == BOTTOM:
            return value
        if have == BOOL or (have == INT and (name in WHOLE_FUNCTIONS or name in TESTS)):
            refuse(f"np.{name} of {'bools' if have == BOOL else 'ints'} is outside the native subset", node)
        value = as_items(value, FLOAT)
        if name in TESTS:
            return mapped(name, BOOL, [value], line)
        operation = FLOAT_FUNCTIONS.get(name) or WHOLE_FUNCTIONS[name]
        if name in LIBM:
            self.libm(f"numpy.{operation}", value)
        return mapped(f"{operation}.f", FLOAT, [value], line)

    def _of_two(self, name: str, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2)
        left, right = (self._items(argument) for argument in node.args)
        if BOTTOM in {left.type, right.type}:
            return t.Arith(BOTTOM, node.lineno, "+", left, right)
        if name in _COMPARED:
            return self.compared(_COMPARED[name], left, right, node)
        if name in _LOGICAL:
            return mapped(_LOGICAL[name], BOOL, [as_items(left, BOOL), as_items(right, BOOL)], node.lineno)
        if name == "power" and common(left, right) == FLOAT:
            self.libm("numpy.power", left)
            return mapped("pow.f", FLOAT, [as_items(left, FLOAT), as_items(right, FLOAT)], node.lineno)
        return self.elementwise(_OPERATORS[name], left, right, node)

    def _pair_of_floats(self, name: str, node: ast.Call, noted: str) -> t.Expr:
        self._arguments(node, 2, 2)
        values = [self._items(argument) for argument in node.args]
        if any(value.type == BOTTOM for value in values):
            return t.Arith(BOTTOM, node.lineno, "+", values[0], values[1])
        if noted:
            self.libm(noted, values[0])
        return mapped(name, FLOAT, [as_items(value, FLOAT) for value in values], node.lineno)

    def _np_arctan2(self, node: ast.Call) -> t.Expr:
        return self._pair_of_floats("arctan2.f", node, "numpy.arctan2")

    def _np_hypot(self, node: ast.Call) -> t.Expr:
        return self._pair_of_floats("hypot.f", node, "numpy.hypot")

    def _extreme_of(self, name: str, left: t.Expr, right: t.Expr, line: int) -> t.Expr:
        kind = common(left, right)
        if kind == BOOL:
            name = {"minimum": "and.b", "maximum": "or.b"}[name]
            return mapped(name, BOOL, [left, right], line)
        code = "f" if kind == FLOAT else "i"
        if kind == FLOAT:
            self.libm(f"numpy.{name}", left)
        return mapped(f"{name}.{code}", kind, [as_items(left, kind), as_items(right, kind)], line)

    def _np_minimum(self, node: ast.Call) -> t.Expr:
        return self._lower_or_upper("minimum", node)

    def _np_maximum(self, node: ast.Call) -> t.Expr:
        return self._lower_or_upper("maximum", node)

    def _lower_or_upper(self, name: str, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2)
        left, right = (self._items(argument) for argument in node.args)
        if BOTTOM in {left.type, right.type}:
            return t.Arith(BOTTOM, node.lineno, "+", left, right)
        return self._extreme_of(name, left, right, node.lineno)

    def _np_clip(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 3, 3)
        return self._clipped(self._items(node.args[0]), node.args[1:], node)

    def _clipped(self, value: t.Expr, bounds: list[ast.expr], node: ast.Call) -> t.Expr:
        given = [
            (name, self._items(bound))
            for name, bound in zip(("maximum", "minimum"), bounds, strict=True)
            if not (isinstance(bound, ast.Constant) and bound.value is None)
        ]
        # Of two zeros numpy takes the bound, but where both bounds are numbers the item.
        swapped = len(given) == 2 and all(isinstance(bound, t.Const | t.Local) for _, bound in given)
        swapped &= not any(isinstance(bound.type, ArrayType) for _, bound in given)
        for name, bound in given:
            if BOTTOM in {value.type, bound.type}:
                return t.Arith(BOTTOM, node.lineno, "+", value, bound)
            pair = (bound, value) if swapped else (value, bound)
            value = self._extreme_of(name, *pair, node.lineno)
        return value

    def _np_absolute(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        return self._absolute(self._items(node.args[0]), node.lineno)

    _np_abs = _np_absolute

    def _np_fabs(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self._items(node.args[0])
        return value if value.type == BOTTOM else self._absolute(as_items(value, FLOAT), node.lineno)

    def _absolute(self, value: t.Expr, line: int) -> t.Expr:
        kind = item_of(value)
        if kind in {BOTTOM, BOOL}:
            return value
        return mapped("abs.f" if kind == FLOAT else "abs.i", kind, [value], line)

    def _np_negative(self, node: ast.Call) -> t.Expr:
        return self._of_numbers("neg", node)

    def _np_sign(self, node: ast.Call) -> t.Expr:
        return self._of_numbers("sign", node)

    def _np_square(self, node: ast.Call) -> t.Expr:
        return self._of_numbers("square", node)

    def _of_numbers(self, name: str, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self._items(node.args[0])
        kind = item_of(value)
        if kind == BOTTOM:
            return value
        if kind == BOOL:
            refuse(f"np.{name} of bools is outside the native subset", node)
        return mapped(f"{name}.{'f' if kind == FLOAT else 'i'}", kind, [value], node.lineno)

    def _np_logical_not(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self._items(node.args[0])
        return value if value.type == BOTTOM else mapped("not.b", BOOL, [as_items(value, BOOL)], node.lineno)

    def _np_where(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 3)
        if len(node.args) == 1:
            refuse("np.where with one argument gives a tuple: write np.where(m)[0] or np.flatnonzero(m)", node)
        if len(node.args) == 2:
            refuse("np.where takes one argument or three", node)
        test, left, right = (self._items(argument) for argument in node.args)
        if BOTTOM in {test.type, left.type, right.type}:
            return t.Arith(BOTTOM, node.lineno, "+", left, right)
        kind = common(left, right)
        code = CODES[kind]
        operands = [as_items(test, BOOL), as_items(left, kind), as_items(right, kind)]
        if not any(map(is_array, operands)):
            refuse("np.where of numbers only: write `a if test else b`", node)
        return mapped(f"where.{code}", kind, operands, node.lineno)

    def _expr_Subscript(self, node: ast.Subscript) -> t.Expr:
        called = node.value
        if (
            isinstance(called, ast.Call)
            and isinstance(called.func, ast.Attribute)
            and self.is_numpy(called.func.value)
            and len(called.args) == 1
            and called.func.attr in {"where", "nonzero"}
            and isinstance(node.slice, ast.Constant)
            and node.slice.value == 0
        ):
            return self._np_flatnonzero(called)
        return super()._expr_Subscript(node)

    def _np_flatnonzero(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self._items(node.args[0])
        if value.type == BOTTOM:
            return value
        if not isinstance(value.type, ArrayType) or value.type.axes != 1:
            refuse("this takes an array of one axis in the native subset", node)
        return call(ArrayType(INT), "nonzero", [as_items(value, BOOL)], node.lineno)

    def _np_round(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 2, {"decimals"})
        return self._rounded(self._items(node.args[0]), node, node.args[1:])

    _np_around = _np_round

    def _rounded(self, value: t.Expr, node: ast.Call, places: list[ast.expr]) -> t.Expr:
        digits = places[0] if places else next((k.value for k in node.keywords), None)
        count = 0 if digits is None else self._constant_int(digits, "the number of digits")
        kind, line = item_of(value), node.lineno
        if kind in {BOTTOM, INT} and count >= 0:
            return value
        if kind != FLOAT or abs(count) > _PLACES:
            refuse(f"rounding of {kind} to {count} digits is outside the native subset", node)
        scale = t.Const(FLOAT, line, 10.0 ** abs(count))
        before, after = ("mul.f", "div.f") if count > 0 else ("div.f", "mul.f")
        if count:
            value = mapped(before, FLOAT, [value, scale], line)
        value = mapped("rint.f", FLOAT, [value], line)
        return mapped(after, FLOAT, [value, scale], line) if count else value

    def element_function(self, name: str, node: ast.Call) -> t.Expr | None:
        """A call of an element-wise function that many are like; None for another name."""
        if name in FLOAT_FUNCTIONS or name in WHOLE_FUNCTIONS or name in TESTS:
            return self._of_floats(name, node)
        if name in _OPERATORS or name in _COMPARED or name in _LOGICAL:
            return self._of_two(name, node)
        return None
