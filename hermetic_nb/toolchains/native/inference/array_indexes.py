"""Typing of indexes of arrays: items, views and new arrays, and assignment to them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_nodes import (
    as_items,
    call,
    common,
    is_array,
    item_of,
    number,
)
from hermetic_nb.toolchains.native.inference.arrays import ArraySyntaxTyper
from hermetic_nb.toolchains.native.inference.operators import ARITH
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    NONE,
    ArrayType,
    Type,
)

if TYPE_CHECKING:
    pass

_TESTED: Final = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_CONTAINERS: Final = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.Lambda, ast.List, ast.Tuple)


class ArrayIndexTyper(ArraySyntaxTyper):
    """Types indexes."""

    def array_of(self, node: ast.expr, item: Type) -> t.Expr:
        """The array that numpy makes of an expression (see `array_making`)."""
        raise NotImplementedError

    def _expr_Subscript(self, node: ast.Subscript) -> t.Expr:
        base = self.look(node.value)
        if base is None:
            return super()._expr_Subscript(node)
        return self.picked(base, self.places(base, node.slice), node)

    def places(self, base: t.Expr, node: ast.expr) -> list[Place]:
        """What an index says of each axis."""
        assert isinstance(base.type, ArrayType)
        parts = list(node.elts) if isinstance(node, ast.Tuple) else [node]
        made = [self._place(part) for part in parts]
        axes = sum(place.kind != "new" for place in made)
        if axes > base.type.axes:
            refuse("too many indices for the array", node)
        others = [place for place in made if place.kind != "new"]
        if others != made and (
            base.type.axes != 1 or len(made) > 2 or len(others) < len(made) - 1 or not all(p.is_whole for p in others)
        ):
            refuse("None as an index makes two axes of one: a[None, :] or a[:, None]", node)
        return made

    def _place(self, node: ast.expr) -> Place:
        if isinstance(node, ast.Slice):
            return Place("slice", [*self._ends(_without_none(node), node.lineno)])
        if isinstance(node, ast.Constant) and node.value is None:
            return Place("new", [])
        if isinstance(node, ast.Attribute) and self.is_numpy(node.value) and node.attr == "newaxis":
            return Place("new", [])
        if isinstance(node, ast.Constant) and node.value is Ellipsis:
            refuse("... as an index is outside the native subset", node)
        value = self.array_of(node, BOTTOM) if isinstance(node, ast.List | ast.ListComp) else self.look(node)
        if value is not None:
            kind = item_of(value)
            if kind == BOTTOM:
                return Place("take", [value])
            if kind == FLOAT:
                refuse("an array of floats is no index", node)
            return Place("mask" if kind == BOOL else "take", [value])
        return Place("item", [self.integer(node, "an index")])

    def picked(self, base: t.Expr, places: list[Place], node: ast.AST) -> t.Expr:
        """``base[...]``: an item, a view, or a new array."""
        assert isinstance(base.type, ArrayType)
        line = getattr(node, "lineno", 0)
        item, axes = base.type.item, base.type.axes
        kinds = [place.kind for place in places]
        row, whole = ArrayType(item), base.type
        if "new" in kinds:
            return call(ArrayType(item, 2), "raise", [base, number(int(kinds[0] != "new"), line)], line)
        if kinds == ["item"] * axes:
            return call(item, "get", [base, *(place.parts[0] for place in places)], line)
        if kinds == ["mask"] and places[0].axes == axes:
            return call(row, "mask", [base, *places[0].parts, number(0, line)], line)
        if len(kinds) == 2 and set(kinds) <= {"mask", "take"}:
            refuse("two arrays as indices are outside the native subset", node)
        if kinds[0] == "mask" and places[0].axes > 1:
            refuse("a mask of two axes stands alone", node)
        if axes == 1:
            (place,) = places
            if place.kind == "slice":
                return call(row, "slice", [base, number(1, line), *place.parts], line)
            return self._taken(base, place, 1, node)
        first, second = places[0], places[1] if len(places) > 1 else Place("slice", [])
        if second.kind == "item":
            column = call(row, "column", [base, *second.parts], line)
            return self.picked(column, [first], node)
        if first.kind == "item":
            view = call(row, "row", [base, *first.parts], line)
            return view if not second.parts else self.picked(view, [second], node)
        view = base
        if first.kind == "slice":
            view = call(whole, "slice", [view, number(0, line), *first.parts], line)
        if second.kind == "slice" and second.parts:
            view = call(whole, "slice", [view, number(1, line), *second.parts], line)
        if first.kind == "mask":
            return call(whole, "mask", [view, *first.parts, number(1, line)], line)
        if first.kind == "take":
            return self._taken(view, first, 0, node)
        if second.kind == "mask":
            refuse("a mask over the second axis is outside the native subset: use a.T", node)
        return self._taken(view, second, 1, node) if second.kind == "take" else view

    def _taken(self, base: t.Expr, place: Place, axis: int, node: ast.AST) -> t.Expr:
        assert isinstance(base.type, ArrayType)
        line = getattr(node, "lineno", 0)
        if place.axes > 1:
            refuse("an array of two axes as an index is outside the native subset", node)
        return call(base.type, "take", [base, *place.parts, number(axis, line)], line)

    # ------------------------------------------------------------ assignment

    def _set_item(self, target: ast.Subscript, value: t.Expr) -> t.Stmt:
        base = self.look(target.value)
        if base is None:
            return super()._set_item(target, value)
        return self.put(base, self.places(base, target.slice), value, target)

    def put(self, base: t.Expr, places: list[Place], value: t.Expr, node: ast.AST) -> t.Stmt:
        """``base[...] = value``."""
        assert isinstance(base.type, ArrayType)
        line = getattr(node, "lineno", 0)
        value = self.operand(self.need(value, node), node)
        if value.type == BOTTOM:
            return t.Eval(line, value)
        item, axes = base.type.item, base.type.axes
        have = item_of(value)
        if common(value, t.Const(item, line, 0)) != item:
            refuse(f"{have} goes into an array of {item}: bring it to {item} first", node)
        value = as_items(value, item)
        kinds = [place.kind for place in places]
        if "new" in kinds:
            refuse("None as an index of what is assigned is outside the native subset", node)
        if kinds == ["item"] * axes:
            if is_array(value):
                refuse("an array goes into the place of one item", node)
            return t.Eval(line, call(NONE, "set", [value, base, *(place.parts[0] for place in places)], line))
        if isinstance(value.type, ArrayType) and value.type.axes > axes:
            refuse("an array of two axes goes into one of one axis", node)
        value = value if is_array(value) else call(ArrayType(item), "one", [value], line)
        if kinds == ["mask"]:
            rows = int(places[0].axes < axes)
            return t.Eval(line, call(NONE, "mask_store", [value, base, *places[0].parts, number(rows, line)], line))
        if set(kinds) <= {"item", "slice"}:
            return t.Eval(line, call(NONE, "store", [value, self.picked(base, places, node)], line))
        if len(kinds) == 1 and places[0].axes == 1:
            axis = int(axes == 1)
            return t.Eval(line, call(NONE, "put", [value, base, *places[0].parts, number(axis, line)], line))
        if kinds in (["item", "mask"], ["mask", "item"]) or set(kinds) == {"item", "take"}:
            spot = kinds.index("item")
            view = self.picked(base, [places[0]] if spot == 0 else [_all(line), places[1]], node)
            return self.put(view, [places[1 - spot]], value, node)
        if len(kinds) == 2 and kinds.count("slice") == 1 and places[kinds.index("slice") - 1].axes == 1:
            return self._put_across(base, places, value, node)
        return refuse("assignment to this selection is outside the native subset", node)

    def _put_across(self, base: t.Expr, places: list[Place], value: t.Expr, node: ast.AST) -> t.Stmt:
        """``base[numbers, :] = value`` and its like: numbers or a mask for one axis, a slice of the other."""
        line = getattr(node, "lineno", 0)
        axis = int(places[0].kind == "slice")
        chosen = places[axis]
        if chosen.kind == "mask" and axis == 1:
            refuse("a mask over the second axis is outside the native subset: use a.T", node)
        view = self.picked(base, [places[0]] if axis else [_all(line), places[1]], node)
        if chosen.kind == "mask":
            return t.Eval(line, call(NONE, "mask_store", [value, view, *chosen.parts, number(1, line)], line))
        return t.Eval(line, call(NONE, "put", [value, view, *chosen.parts, number(axis, line)], line))

    def _stmt_AugAssign(self, node: ast.AugAssign) -> list[t.Stmt]:
        if not self.arrays:
            return super()._stmt_AugAssign(node)
        target, op = node.target, ARITH.get(type(node.op))
        if isinstance(target, ast.Name):
            base = self.look(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            if base is None:
                return super()._stmt_AugAssign(node)
            made = self._array_changed(op, base, node)
            if is_array(made):
                return [t.Eval(node.lineno, call(NONE, "store", [made, base], node.lineno))]
            return [t.Eval(node.lineno, made)]
        if not isinstance(target, ast.Subscript):
            return super()._stmt_AugAssign(node)
        base = self.look(target.value)
        if base is None:
            return super()._stmt_AugAssign(node)
        statements: list[t.Stmt] = []
        base = self._once(target.value, base, statements)
        places = self.places(base, target.slice)
        parts = target.slice.elts if isinstance(target.slice, ast.Tuple) else [target.slice]
        for place, part in zip(places, parts, strict=True):
            if place.kind != "slice":
                place.parts = [self._once(part, value, statements) for value in place.parts]
        made = self._array_changed(op, self.picked(base, places, node), node)
        return [*statements, self.put(base, places, made, target)]

    def _array_changed(self, op: str | None, have: t.Expr, node: ast.AugAssign) -> t.Expr:
        if op is None:
            refuse("@= is outside the native subset", node)
        made = self.binary(op, have, self.expr(node.value), node)
        if is_array(have) and made.type != BOTTOM:
            assert isinstance(made.type, ArrayType)
            assert isinstance(have.type, ArrayType)
            if made.type.item != have.type.item:
                refuse(f"{op}= makes an array of {made.type.item}, and this one holds {have.type.item}", node)
            if made.type.axes > have.type.axes:
                refuse("an array of two axes goes into one of one axis", node)
        return made


class Place:
    """What an index says of one axis: ``item``, ``slice`` (without parts: all of it), ``mask``, ``take`` or ``new``."""

    def __init__(self, kind: str, parts: list[t.Expr]) -> None:
        self.kind, self.parts = kind, parts

    @property
    def axes(self) -> int:
        """The axes of an array that is an index."""
        kind = self.parts[0].type
        return kind.axes if isinstance(kind, ArrayType) else 0

    @property
    def is_whole(self) -> bool:
        """Whether it is ``:``."""
        if self.kind != "slice":
            return False
        step, has = self.parts[2], self.parts[3]
        return isinstance(step, t.Const) and step.value == 1 and isinstance(has, t.Const) and has.value == 0


def _all(line: int) -> Place:
    return Place("slice", [number(0, line), number(0, line), number(1, line), number(0, line)])


def _without_none(node: ast.Slice) -> ast.Slice:
    """A slice whose ends are left out where they are None."""

    def end(part: ast.expr | None) -> ast.expr | None:
        return None if isinstance(part, ast.Constant) and part.value is None else part

    return ast.copy_location(ast.Slice(end(node.lower), end(node.upper), end(node.step)), node)
