"""Typing of products, and of what puts arrays together."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_nodes import (
    SUFFIXES,
    array_of_items,
    as_items,
    call,
    common,
    item_of,
    number,
)
from hermetic_nb.toolchains.native.inference.array_sorting import ArraySortTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    ArrayType,
)


class ArrayJoiningTyper(ArraySortTyper):
    """Types products and joined arrays."""

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

    def _np_repeat(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2)
        value = self._items(node.args[0])
        times = self.integer(node.args[1], "the number of times")
        if not isinstance(value.type, ArrayType):
            return value
        if value.type.axes == 2:
            refuse("np.repeat takes an array of one axis in the native subset", node)
        return call(value.type, "repeat", [value, times], node.lineno)
