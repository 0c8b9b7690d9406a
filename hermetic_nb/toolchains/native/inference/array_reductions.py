"""Typing of what makes one number of many, or runs along an axis."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_functions import ArrayFunctionTyper
from hermetic_nb.toolchains.native.inference.array_nodes import (
    SUFFIXES,
    array_of_items,
    as_items,
    call,
    is_array,
    item_of,
    number,
)
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    FLOAT,
    INT,
    ArrayType,
    Type,
)

REDUCTIONS: Final = frozenset(
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
METHODS: Final = REDUCTIONS - {"amin", "amax", "median", "count_nonzero", "ptp"}


class ArrayReductionTyper(ArrayFunctionTyper):
    """Types reductions."""

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
        if keeps is None or not keeps.value:
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
        if name in {"min", "max"} and result == FLOAT:
            self.libm(f"numpy.{name}", value)
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
