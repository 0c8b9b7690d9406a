"""Typing of calls and attributes of numpy and of arrays; names that are not known are refused."""

from __future__ import annotations

import ast
import math
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_joining import ArrayJoiningTyper
from hermetic_nb.toolchains.native.inference.array_nodes import (
    SUFFIXES,
    as_items,
    call,
    common,
    converted,
    number,
)
from hermetic_nb.toolchains.native.inference.array_reductions import METHODS, REDUCTIONS
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
    is_number,
)

CONSTANTS: Final = {"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "euler_gamma": 0.5772156649015329}
_SAME: Final = {"amin": "min", "amax": "max"}
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


class ArrayTyper(ArrayJoiningTyper):
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
        if isinstance(target, ast.Name) and target.id in _BUILT_IN and not self.hides(target.id):
            found = self.look(node.args[0]) if len(node.args) >= 1 else None
            if found is not None:
                return self._built_in(target.id, found, node)
        return super()._expr_Call(node)

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

    def _function(self, name: str, node: ast.Call) -> t.Expr:
        made = getattr(self, f"_np_{name}", None)
        if made is not None:
            found: t.Expr = made(node)
            return found
        if name in REDUCTIONS:
            self._arguments(node, 1, 2, {"axis", "ddof", "keepdims"})
            value = self._items(node.args[0])
            return value if value.type == BOTTOM else self._reduced(_SAME.get(name, name), value, node, node.args[1:])
        element = self.element_function(name, node)
        if element is not None:
            return element
        return refuse(f"np.{name} is outside the native subset", node)

    # ------------------------------------------------------------ methods

    def _array_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        assert isinstance(base.type, ArrayType)
        kind = base.type
        if name in METHODS:
            self._arguments(node, 0, 1, {"axis", "ddof", "keepdims"})
            return self._reduced(name, base, node, node.args)
        method = getattr(self, f"_on_{name}", None)
        if method is None:
            refuse(f"the method {name} of an array is outside the native subset", node)
        made: t.Expr = method(base, kind, node)
        return made

    def _on_copy(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 0)
        return call(kind, "copy", [base], node.lineno)

    def _on_flatten(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 0)
        return call(ArrayType(kind.item), "flatten", [base], node.lineno)

    def _on_ravel(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 0)
        return call(ArrayType(kind.item), "ravel", [base], node.lineno)

    def _on_transpose(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 0)
        return call(kind, "transpose", [base], node.lineno) if kind.axes == 2 else base

    def _on_tolist(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 0)
        if kind.axes == 2:
            refuse("tolist of two axes is outside the native subset: loop over the rows", node)
        return call(ListT(self._cell_of(node, kind.item)), "list", [base], node.lineno)

    def _on_reshape(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        sizes = self.sizes(node.args, node)
        if len(sizes) == 1:
            sizes.insert(0, number(1, node.lineno))
        return call(ArrayType(kind.item, len(self.sizes(node.args, node))), "reshape", [base, *sizes], node.lineno)

    def _on_astype(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        item = self.dtype(node.args[0])
        made = converted(base, item)
        return made if made is not base else call(kind, "same", [base], node.lineno)

    def _on_dot(self, base: t.Expr, _kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        return self.product(base, self._items(node.args[0]), node)

    def _on_round(self, base: t.Expr, _kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 1, {"decimals"})
        return self._rounded(base, node, node.args)

    def _on_clip(self, base: t.Expr, _kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2)
        return self._clipped(base, node.args, node)

    def _on_argsort(self, base: t.Expr, _kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 1, {"axis", "kind", "stable"})
        return self._ranked(base, node, node.args)

    def _on_sort(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 0, 1, {"axis"})
        if kind.item == BOOL:
            refuse("sorting bools is outside the native subset", node)
        axis = number(self._sort_axis(kind, node, node.args), node.lineno)
        self.libm("numpy.sort", base)
        return call(NONE, f"sort_{SUFFIXES[kind.item]}", [base, axis], node.lineno)

    def _on_fill(self, base: t.Expr, kind: ArrayType, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        value = self.expr(node.args[0])
        if not is_number(value.type) or common(value, t.Const(kind.item, node.lineno, 0)) != kind.item:
            refuse(f"{value.type} goes into an array of {kind.item}", node)
        one = call(ArrayType(kind.item), "one", [as_items(value, kind.item)], node.lineno)
        return call(NONE, "store", [one, base], node.lineno)
