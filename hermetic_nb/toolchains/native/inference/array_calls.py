"""Typing of numpy's functions and of the methods and attributes of arrays; other names are refused."""

from __future__ import annotations

import ast
import math
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_making import ArrayMaker
from hermetic_nb.toolchains.native.inference.array_nodes import (
    CODES,
    FLOAT_FUNCTIONS,
    LIBM,
    SUFFIXES,
    TESTS,
    WHOLE_FUNCTIONS,
    array_of_items,
    as_items,
    call,
    common,
    is_array,
    item_of,
    mapped,
    number,
)
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    INT,
    NONE,
    ArrayType,
    Cell,
    ListT,
    TupleT,
    Type,
    is_number,
)

CONSTANTS: Final = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "euler_gamma": 0.5772156649015329}
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
_REDUCTIONS: Final = frozenset(
    [
        "sum",
        "mean",
        "prod",
        "min",
        "max",
        "amin",
        "amax",
        "std",
        "var",
        "argmin",
        "argmax",
        "any",
        "all",
        "cumsum",
        "cumprod",
        "median",
        "count_nonzero",
        "ptp",
    ]
)
_METHODS: Final = _REDUCTIONS - {"amin", "amax", "median", "count_nonzero", "ptp"}
_SAME: Final = {"amin": "min", "amax": "max"}
_PLACES: Final = 15
"""Digits to which arrays are rounded: powers of ten that floats hold exactly."""
_BUILT_IN: Final = frozenset(
    [
        "len",
        "sum",
        "abs",
        "min",
        "max",
        "any",
        "all",
        "list",
        "sorted",
        "float",
        "int",
        "bool",
        "round",
        "tuple",
        "set",
        "str",
        "repr",
    ]
)


class ArrayTyper(ArrayMaker):
    """Types calls and attributes of arrays."""

    def _expr_Attribute(self, node: ast.Attribute) -> t.Expr:
        if self.is_numpy(node.value):
            if node.attr in CONSTANTS:
                return t.Const(FLOAT, node.lineno, CONSTANTS[node.attr])
            refuse(f"np.{node.attr} is outside the native subset", node)
        base = self.look(node.value)
        if base is None:
            return super()._expr_Attribute(node)
        assert isinstance(base.type, ArrayType)
        line, axes = node.lineno, base.type.axes
        match node.attr:
            case "shape":
                sizes = [call(INT, f"length{axis}", [base], line) for axis in range(2 - axes, 2)]
                return t.TupleOf(TupleT((INT,) * axes), line, list(sizes))
            case "size":
                return call(INT, "size", [base], line)
            case "ndim":
                return number(axes, line)
            case "T":
                return call(base.type, "transpose", [base], line) if axes == 2 else base
        return refuse(f"the attribute {node.attr} of an array is outside the native subset", node)

    def _expr_Call(self, node: ast.Call) -> t.Expr:
        if not self.arrays:
            return super()._expr_Call(node)
        target = node.func
        if isinstance(target, ast.Attribute):
            if self.is_numpy(target.value):
                return self._function(target.attr, node)
            if isinstance(target.value, ast.Attribute) and self.is_numpy(target.value.value):
                refuse(f"np.{target.value.attr} is outside the native subset", node)
            base = self.look(target.value)
            if base is not None:
                return self._array_method(base, target.attr, node)
            if target.attr in {"bit_length", "bit_count"}:
                refuse(f"numpy's ints have no {target.attr}: write int(...)", node)
        if isinstance(target, ast.Name) and target.id in _BUILT_IN and not self.hides(target.id):
            found = self.look(node.args[0]) if len(node.args) >= 1 else None
            if found is not None:
                return self._built_in(target.id, found, node)
            self._number_only(target.id, node)
        return super()._expr_Call(node)

    def _number_only(self, name: str, node: ast.Call) -> None:
        """Refuse built-in functions that tell numpy's numbers from Python's."""
        if name == "round" and len(node.args) == 2 and not _is_call(node.args[0], "float"):
            refuse("round to digits differs between numpy's floats and Python's: write round(float(x), n)", node)
        if name == "sum" and not (node.args and _is_call(node.args[0], "range")):
            refuse("sum differs between numpy's floats and Python's: use np.sum or math.fsum, or a loop", node)
        if name in {"repr", "str"}:
            refuse("numpy's numbers have other texts than Python's: write an f-string", node)

    def _built_in(self, name: str, value: t.Expr, node: ast.Call) -> t.Expr:
        assert isinstance(value.type, ArrayType)
        line, axes = node.lineno, value.type.axes
        if name == "len":
            return call(INT, "length1" if axes == 1 else "length0", [value], line)
        if name == "abs":
            return self._absolute(value, line)
        if name == "list" and axes == 1:
            return call(ListT(self._cell_of(node, value.type.item)), "list", [value], line)
        if name in {"min", "max", "any", "all", "sum", "sorted"}:
            refuse(f"{name}() of an array goes item by item: use np.{'sort' if name == 'sorted' else name}", node)
        return refuse(f"{name}() of an array is outside the native subset", node)

    def _cell_of(self, node: ast.AST, item: object) -> Cell:
        cell = self.cell(node)
        self.widen(cell, item, node)  # type: ignore[arg-type] # a type
        return cell

    # ------------------------------------------------------------ functions

    def _function(self, name: str, node: ast.Call) -> t.Expr:
        made = getattr(self, f"_np_{name}", None)
        if made is not None:
            found: t.Expr = made(node)
            return found
        if name in FLOAT_FUNCTIONS or name in WHOLE_FUNCTIONS or name in TESTS:
            return self._of_floats(name, node)
        if name in _REDUCTIONS:
            self._arguments(node, 1, 2, {"axis", "ddof", "keepdims"})
            value = self._items(node.args[0])
            return value if value.type == BOTTOM else self._reduced(_SAME.get(name, name), value, node, node.args[1:])
        if name in _OPERATORS or name in _COMPARED or name in _LOGICAL:
            return self._of_two(name, node)
        return refuse(f"np.{name} is outside the native subset", node)

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
        for name, bound in zip(("maximum", "minimum"), bounds, strict=True):
            if isinstance(bound, ast.Constant) and bound.value is None:
                continue
            other = self._items(bound)
            if BOTTOM in {value.type, other.type}:
                return t.Arith(BOTTOM, node.lineno, "+", value, other)
            value = self._extreme_of(name, value, other, node.lineno)
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

    # ------------------------------------------------------------ reductions

    def _reduced(self, name: str, value: t.Expr, node: ast.Call, places: list[ast.expr]) -> t.Expr:
        """A reduction; ``places``: arguments by place after the array, of which the first is the axis."""
        if not isinstance(value.type, ArrayType):
            refuse(f"{name} takes an array", node)
        keywords = {k.arg: k.value for k in node.keywords}
        axis = self._axis(places[0] if places else keywords.get("axis"), value.type)
        keeps = keywords.get("keepdims")
        if keeps is not None and not (isinstance(keeps, ast.Constant) and isinstance(keeps.value, bool)):
            refuse("keepdims is True or False in the native subset", keeps)
        if "ddof" in keywords and name not in {"std", "var"}:
            refuse(f"{name} takes no ddof", node)
        line = node.lineno
        if name in {"cumsum", "cumprod"}:
            return self._running(name, value, axis, line)
        if name == "median":
            if value.type.axes != 1 or keywords:
                refuse("np.median takes an array of one axis in the native subset", node)
            return call(FLOAT, "median", [as_items(value, FLOAT)], line)
        if name == "count_nonzero":
            name, value = "sum", as_items(value, BOOL)
        ddof = keywords.get("ddof")
        spread = [] if name not in {"std", "var"} else [self._ddof(ddof, line)]
        made = self._folded(name, value, axis, spread, node)
        if keeps is None or not keeps.value:  # type: ignore[attr-defined] # a constant, by the test above
            return made
        if axis is None or not is_array(made):
            refuse("keepdims goes with an axis of two in the native subset", node)
        assert isinstance(made.type, ArrayType)
        return call(ArrayType(made.type.item, 2), "raise", [made, number(axis, line)], line)

    def _ddof(self, node: ast.expr | None, line: int) -> t.Expr:
        if node is None:
            return t.Const(FLOAT, line, 0.0)
        return self.convert(self.number(node), FLOAT, node)

    def _axis(self, node: ast.expr | None, kind: ArrayType) -> int | None:
        """The axis of two along which to go, None for both; of one axis there is nothing to choose."""
        if node is None or (isinstance(node, ast.Constant) and node.value is None):
            return None
        axis = self._constant_int(node, "the axis")
        if not -kind.axes <= axis < kind.axes:
            refuse(f"the array has no axis {axis}", node)
        return None if kind.axes == 1 else axis % 2

    def _folded(self, name: str, value: t.Expr, axis: int | None, more: list[t.Expr], node: ast.Call) -> t.Expr:
        line, kind = node.lineno, item_of(value)
        if name in {"min", "max", "ptp"} and kind == BOOL:
            refuse(f"{name} of bools: use any or all", node)
        if name == "ptp":
            refuse("np.ptp is outside the native subset: write a.max() - a.min()", node)
        result: Type
        if name in {"any", "all"}:
            value, result = as_items(value, BOOL), BOOL
        elif name in {"mean", "std", "var"}:
            value, result = as_items(value, FLOAT), FLOAT
        elif name == "sum":
            result = INT if kind == BOOL else kind
        else:
            value = as_items(value, INT) if kind == BOOL else value
            result = INT if name.startswith("arg") else item_of(value)
        suffix = "" if name in {"any", "all", "mean", "std", "var"} else f"_{SUFFIXES[item_of(value)]}"
        if name == "mean" and kind == INT:
            suffix = "_chunks"
        operands = [value, *more]
        if axis is None:
            return call(result, f"{name}{suffix}", operands, line)
        return call(array_of_items(result), f"{name}s{suffix}", [value, number(axis, line), *more], line)

    def _running(self, name: str, value: t.Expr, axis: int | None, line: int) -> t.Expr:
        value = as_items(value, INT) if item_of(value) == BOOL else value
        assert isinstance(value.type, ArrayType)
        kind = value.type
        if axis is None and kind.axes == 2:
            kind = ArrayType(kind.item)
            value = call(kind, "flatten", [value], line)
        return call(kind, f"{name}_{SUFFIXES[kind.item]}", [value, number(1 if axis is None else axis, line)], line)

    # ------------------------------------------------------------ products, sorting, joining

    def product(self, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """``left @ right``."""
        line = getattr(node, "lineno", 0)
        if BOTTOM in {left.type, right.type}:
            return t.Arith(BOTTOM, line, "+", left, right)
        if not isinstance(left.type, ArrayType) or not isinstance(right.type, ArrayType):
            refuse(f"@ of {left.type} and {right.type} is outside the native subset", node)
        kind = common(left, right)
        if kind == BOOL:
            refuse("@ of arrays of bools is outside the native subset", node)
        first, second = left.type.axes, right.type.axes
        left, right = as_items(left, kind), as_items(right, kind)
        if kind == FLOAT:
            self.libm("numpy.dot", left)
        suffix = SUFFIXES[kind]
        if first == second == 1:
            return call(kind, f"dot_{suffix}", [left, right], line)
        table = array_of_items(kind, 2)
        if second == 1:
            right = call(table, "raise", [right, number(1, line)], line)
            made = call(table, f"matmul_{suffix}", [left, right], line)
            return call(array_of_items(kind), "transpose", [made], line)
        return call(table if first == 2 else array_of_items(kind), f"matmul_{suffix}", [left, right], line)

    def _np_dot(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2)
        left, right = (self._items(argument) for argument in node.args)
        return self.product(left, right, node)

    _np_matmul = _np_dot

    def _np_inner(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2)
        left, right = (self._items(argument) for argument in node.args)
        if any(isinstance(side.type, ArrayType) and side.type.axes == 2 for side in (left, right)):
            refuse("np.inner of two axes is outside the native subset: write a @ b.T", node)
        return self.product(left, right, node)

    def _np_outer(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2)
        left, right = (self._items(argument) for argument in node.args)
        if BOTTOM in {left.type, right.type}:
            return t.Arith(BOTTOM, node.lineno, "+", left, right)
        for side in (left, right):
            if not isinstance(side.type, ArrayType) or side.type.axes != 1:
                refuse("np.outer takes two arrays of one axis in the native subset", node)
        column = call(array_of_items(item_of(left), 2), "raise", [left, number(1, node.lineno)], node.lineno)
        return self.elementwise("*", column, right, node)

    def _np_sort(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 2, {"axis"})
        value = self._items(node.args[0])
        if not isinstance(value.type, ArrayType):
            return value
        return self._array_sorted(value, node, node.args[1:])

    def _array_sorted(self, value: t.Expr, node: ast.Call, places: list[ast.expr]) -> t.Expr:
        assert isinstance(value.type, ArrayType)
        axis = self._sort_axis(value.type, node, places)
        if value.type.item == BOOL:
            refuse("sorting bools is outside the native subset", node)
        return call(value.type, f"sorted_{SUFFIXES[value.type.item]}", [value, number(axis, node.lineno)], node.lineno)

    def _sort_axis(self, kind: ArrayType, node: ast.Call, places: list[ast.expr]) -> int:
        given = places[0] if places else next((k.value for k in node.keywords if k.arg == "axis"), None)
        if isinstance(given, ast.Constant) and given.value is None:
            refuse("axis=None is outside the native subset: sort a.flatten()", node)
        axis = self._axis(given, kind)
        return 1 if axis is None else axis

    def _np_argsort(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 2, {"axis", "kind", "stable"})
        return self._ranked(self._items(node.args[0]), node, node.args[1:])

    def _ranked(self, value: t.Expr, node: ast.Call, places: list[ast.expr]) -> t.Expr:
        given = {k.arg: k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)}
        if given.get("kind") not in {"stable", "mergesort"} and given.get("stable") is not True:
            refuse('write kind="stable": without it numpy leaves the order of equal items to the processor', node)
        if not isinstance(value.type, ArrayType):
            return value
        value = as_items(value, INT) if value.type.item == BOOL else value
        assert isinstance(value.type, ArrayType)
        axis = self._sort_axis(value.type, node, places)
        line = node.lineno
        return call(
            ArrayType(INT, value.type.axes), f"argsort_{SUFFIXES[value.type.item]}", [value, number(axis, line)], line
        )

    def _np_unique(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self._items(node.args[0])
        if not isinstance(value.type, ArrayType):
            return value
        if value.type.item == BOOL:
            refuse("np.unique of bools is outside the native subset", node)
        return call(ArrayType(value.type.item), f"unique_{SUFFIXES[value.type.item]}", [value], node.lineno)

    def _np_searchsorted(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 3, {"side"})
        values = [self._items(argument) for argument in node.args[:2]]
        side = node.args[2] if len(node.args) > 2 else next((k.value for k in node.keywords), ast.Constant("left"))
        if not isinstance(side, ast.Constant) or side.value not in {"left", "right"}:
            refuse('side is "left" or "right"', node)
        if any(value.type == BOTTOM for value in values):
            return t.Arith(BOTTOM, node.lineno, "+", *values)
        if any(item_of(value) != FLOAT for value in values) or not all(map(is_array, values)):
            refuse("np.searchsorted takes two arrays of floats in the native subset", node)
        kind = ArrayType(INT, values[1].type.axes)  # type: ignore[union-attr] # an array, by the test above
        right = number(int(side.value == "right"), node.lineno)
        return call(kind, "searchsorted_f64", [*values, right], node.lineno)

    def _np_diff(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self._items(node.args[0])
        if not isinstance(value.type, ArrayType):
            return value
        if value.type.item == BOOL:
            refuse("np.diff of bools is outside the native subset", node)
        line = node.lineno
        name = self.hidden("diff", node)
        held = self.assign(name, value, node)
        later, earlier = (
            call(value.type, "slice", [self.local(name, line), *(number(part, line) for part in ends)], line)
            for ends in ((1, 1, 0, 1, 1), (1, 0, -1, 1, 2))
        )
        made = self.elementwise("-", later, earlier, node)
        result = self.hidden("differences", node)
        return t.Comprehension(made.type, line, result, [held, self.assign(result, made, node)])

    def _np_concatenate(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 2, {"axis"})
        parts = self._row_of_arrays(node)
        if any(part.type == BOTTOM for part in parts):
            return parts[0]
        kinds = {part.type.axes for part in parts if isinstance(part.type, ArrayType)}
        if len(kinds) != 1:
            refuse("np.concatenate joins arrays of the same number of axes", node)
        given = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords), None)
        kind = parts[0].type
        assert isinstance(kind, ArrayType)
        axis = self._axis(given, kind) if given is not None else 0
        return self._joined_arrays(parts, 1 if kind.axes == 1 else axis or 0, kind.axes, node)

    def _row_of_arrays(self, node: ast.Call) -> list[t.Expr]:
        row = node.args[0]
        if not isinstance(row, ast.Tuple | ast.List) or not row.elts:
            refuse("write the arrays in a tuple: (a, b)", node)
        return [self._items(part) for part in row.elts]

    def _joined_arrays(self, parts: list[t.Expr], axis: int, axes: int, node: ast.Call) -> t.Expr:
        kind, line = common(*parts), node.lineno
        made = as_items(parts[0], kind)
        for part in parts[1:]:
            other = as_items(part, kind)
            made = call(array_of_items(kind, axes), "concat", [made, other, number(axis, line)], line)
        return made if len(parts) > 1 else call(array_of_items(kind, axes), "copy", [made], line)

    def _stacked(self, node: ast.Call, axis: int, *, raised: bool) -> t.Expr:
        """Arrays of one axis as the rows (axis 0) or columns of one of two axes."""
        parts = self._row_of_arrays(node)
        if any(part.type == BOTTOM for part in parts):
            return parts[0]
        made = []
        for part in parts:
            assert isinstance(part.type, ArrayType)
            if part.type.axes == 2 and raised:
                refuse("np.stack of two axes makes three", node)
            if part.type.axes == 1:
                table = ArrayType(part.type.item, 2)
                part = call(table, "raise", [part, number(axis, node.lineno)], node.lineno)  # noqa: PLW2901
            made.append(part)
        return self._joined_arrays(made, axis, 2, node)

    def _np_stack(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 2, {"axis"})
        given = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords), None)
        axis = 0 if given is None else self._constant_int(given, "the axis")
        if axis not in {0, 1, -1}:
            refuse("np.stack of arrays of one axis has the axes 0 and 1", node)
        return self._stacked(node, axis % 2, raised=True)

    def _np_vstack(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        return self._stacked(node, 0, raised=False)

    def _np_column_stack(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        return self._stacked(node, 1, raised=False)

    def _np_hstack(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        parts = self._row_of_arrays(node)
        if any(part.type == BOTTOM for part in parts):
            return parts[0]
        kinds = {part.type.axes for part in parts if isinstance(part.type, ArrayType)}
        if len(kinds) != 1:
            refuse("np.hstack joins arrays of the same number of axes", node)
        return self._joined_arrays(parts, 1, kinds.pop(), node)

    # ------------------------------------------------------------ methods

    def _array_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        assert isinstance(base.type, ArrayType)
        line, kind = node.lineno, base.type
        if name in _METHODS:
            self._arguments(node, 0, 1, {"axis", "ddof", "keepdims"})
            return self._reduced(name, base, node, node.args)
        match name:
            case "copy" | "flatten":
                self._arguments(node, 0, 0)
                result = kind if name == "copy" else ArrayType(kind.item)
                return call(result, name, [base], line)
            case "ravel":
                self._arguments(node, 0, 0)
                count = [number(1, line), number(-1, line)]
                return call(ArrayType(kind.item), "reshape", [base, *count], line)
            case "transpose":
                self._arguments(node, 0, 0)
                return call(kind, "transpose", [base], line) if kind.axes == 2 else base
            case "tolist":
                self._arguments(node, 0, 0)
                if kind.axes == 2:
                    refuse("tolist of two axes is outside the native subset: loop over the rows", node)
                return call(ListT(self._cell_of(node, kind.item)), "list", [base], line)
            case "reshape":
                sizes = self.sizes(node.args, node)
                if len(sizes) == 1:
                    sizes.insert(0, number(1, line))
                return call(ArrayType(kind.item, len(self.sizes(node.args, node))), "reshape", [base, *sizes], line)
            case "astype":
                self._arguments(node, 1, 1)
                item = self.dtype(node.args[0])
                made = as_items(base, item)
                return made if made is not base else call(kind, "copy", [base], line)
            case "dot":
                self._arguments(node, 1, 1)
                return self.product(base, self._items(node.args[0]), node)
            case "round":
                self._arguments(node, 0, 1, {"decimals"})
                return self._rounded(base, node, node.args)
            case "clip":
                self._arguments(node, 2, 2)
                return self._clipped(base, node.args, node)
            case "argsort":
                self._arguments(node, 0, 1, {"axis", "kind", "stable"})
                return self._ranked(base, node, node.args)
            case "sort":
                self._arguments(node, 0, 1, {"axis"})
                if kind.item == BOOL:
                    refuse("sorting bools is outside the native subset", node)
                axis = number(self._sort_axis(kind, node, node.args), line)
                return call(NONE, f"sort_{SUFFIXES[kind.item]}", [base, axis], line)
            case "fill":
                self._arguments(node, 1, 1)
                value = self.expr(node.args[0])
                if not is_number(value.type) or common(value, t.Const(kind.item, line, 0)) != kind.item:
                    refuse(f"{value.type} goes into an array of {kind.item}", node)
                one = call(ArrayType(kind.item), "one", [as_items(value, kind.item)], line)
                return call(NONE, "store", [one, base], line)
        return refuse(f"the method {name} of an array is outside the native subset", node)


def _is_call(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
