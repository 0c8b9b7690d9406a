"""Typing of sorting, and of what looks at neighbours."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_nodes import (
    SUFFIXES,
    as_items,
    call,
    is_array,
    item_of,
    number,
)
from hermetic_nb.toolchains.native.inference.array_reductions import ArrayReductionTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    INT,
    ArrayType,
)


class ArraySortTyper(ArrayReductionTyper):
    """Types sorting and searching."""

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
        self.libm("numpy.sort", value)
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
        self.libm("numpy.unique", value)
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
