"""Typing of arrays: operators, indexes, assignments and loops; `array_calls` has numpy's functions and methods.

In a cell that uses arrays any number may be one of numpy's: ``a[0]`` is a `numpy.float64`, which divides by zero without an
error. Nothing here tells the two apart. What both give is computed; where they differ, the call stops with a declared limit,
or the cell is refused.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_nodes import (
    ARITHMETIC,
    COMPARISONS,
    as_items,
    call,
    common,
    is_array,
    item_of,
    mapped,
    number,
)
from hermetic_nb.toolchains.native.inference.operators import ARITH
from hermetic_nb.toolchains.native.inference.statements import StatementTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    INT,
    NONE,
    NUM,
    ArrayType,
    Type,
    is_number,
)

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.inference.inference import Inference, Instance

_TESTED: Final = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_BOUNDED: Final = {"/", "//", "%"}
_CONTAINERS: Final = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.Lambda, ast.List, ast.Tuple)


class ArraySyntaxTyper(StatementTyper):
    """Types the syntax of arrays."""

    def __init__(self, program: Inference, instance: Instance) -> None:
        super().__init__(program, instance)
        self.ahead: dict[ast.expr, t.Expr] = {}
        """What was typed ahead."""

    @property
    def arrays(self) -> bool:
        """Whether the cell uses arrays."""
        return self.program.module.uses_arrays

    def expr(self, node: ast.expr) -> t.Expr:
        """As `Typer.expr`; what has been typed ahead, to see whether it is an array, is not typed again."""
        ahead = self.ahead.pop(node, None)
        return super().expr(node) if ahead is None else ahead

    def look(self, node: ast.expr) -> t.Expr | None:
        """The typed expression if it is an array; else it is kept for `expr`."""
        if not self.arrays or not self.may_be_array(node):
            return None
        value = self.need(self.expr(node), node)
        if is_array(value):
            return value
        self.ahead[node] = value
        return None

    def may_be_array(self, node: ast.expr) -> bool:
        """Whether an expression, by its form and its variables, may be an array."""
        match node:
            case ast.Name(id=name):
                kind = self.instance.variables.get(self.renamed.get(name, name), BOTTOM)
                return self.hides(name) and isinstance(kind, ArrayType)
            case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
                return self.may_be_array(left) or self.may_be_array(right)
            case ast.UnaryOp(operand=operand) | ast.Attribute(value=operand) | ast.Subscript(value=operand):
                return self.may_be_array(operand)
            case ast.IfExp(body=one, orelse=other):
                return self.may_be_array(one) or self.may_be_array(other)
            case ast.Call(func=ast.Attribute(value=operand)):
                return self.is_numpy(operand) or self.may_be_array(operand)
            case ast.Call(func=ast.Name(id=name)):
                return name in self.program.module.functions and not self.hides(name)
        return False

    def is_numpy(self, node: ast.expr) -> bool:
        """Whether an expression is the module numpy."""
        return isinstance(node, ast.Name) and node.id in self.program.module.numpy_modules and not self.hides(node.id)

    # ------------------------------------------------------------ operators

    def _expr_BinOp(self, node: ast.BinOp) -> t.Expr:
        if self.arrays and isinstance(node.op, ast.MatMult):
            return self.product(self.expr(node.left), self.expr(node.right), node)
        return super()._expr_BinOp(node)

    def product(self, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """``left @ right`` (see `array_calls`)."""
        raise NotImplementedError

    def binary(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """A binary operation on typed operands."""
        if not self.arrays:
            return super().binary(op, left, right, node)
        left, right = self.need(left, node), self.need(right, node)
        if is_array(left) or is_array(right):
            return self.elementwise(op, left, right, node)
        if is_number(left.type) and is_number(right.type):
            return self._number(op, left, right, node)
        return super().binary(op, left, right, node)

    def operand(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """An array, or a number that numpy brings to one."""
        if value.type == NUM:
            return self.convert(value, FLOAT, node)
        if value.type != BOTTOM and not is_array(value) and value.type not in {FLOAT, INT, BOOL}:
            refuse(f"{value.type} in an operation with an array is outside the native subset", node)
        return value

    def elementwise(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """An operator with an array."""
        left, right = self.operand(left, node), self.operand(right, node)
        if BOTTOM in {left.type, right.type}:
            return t.Arith(BOTTOM, left.line, op, left, right)
        kind = FLOAT if op == "/" else common(left, right)
        line = getattr(node, "lineno", 0)
        operation = "div.f" if op == "/" else ARITHMETIC[op].get(kind)
        if operation is None:
            what = "bools" if kind == BOOL else "floats"
            refuse(f"{op} of arrays of {what} is outside the native subset", node)
        if operation == "pow.f":
            self.libm("numpy.power", left)
            operation = "pow.f" if is_array(right) else "fixedpow.f"
        if operation == "fixedpow.f" and isinstance(right, t.Const) and right.value == 2:
            return mapped("square.f", FLOAT, [as_items(left, FLOAT)], line)
        return mapped(operation, kind, [as_items(left, kind), as_items(right, kind)], line)

    def _number(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
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
        if isinstance(value, t.Const) and abs(int(value.value)) <= 1 << 53:
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

    def _expr_UnaryOp(self, node: ast.UnaryOp) -> t.Expr:
        if not self.arrays or isinstance(node.op, ast.Not) or isinstance(node.operand, ast.Constant):
            return super()._expr_UnaryOp(node)
        operand = self.need(self.expr(node.operand), node)
        line, kind = node.lineno, item_of(operand)
        if not is_array(operand):
            if kind == BOOL and not isinstance(node.op, ast.Invert):
                refuse("the sign of a bool, which numpy's do not have: write int(...)", node)
            if kind == BOOL:
                refuse("~ of a bool differs between numpy's and Python's: write `not`", node)
            self.ahead[node.operand] = operand
            return super()._expr_UnaryOp(node)
        if isinstance(node.op, ast.Invert):
            if kind == FLOAT:
                refuse("~ needs an array of ints or bools", node)
            return mapped("not.b" if kind == BOOL else "invert.i", kind, [operand], line)
        if kind == BOOL:
            refuse("numpy has no sign of an array of bools: use ~", node)
        if isinstance(node.op, ast.UAdd):
            return call(operand.type, "copy", [operand], line)
        return mapped("neg.f" if kind == FLOAT else "neg.i", kind, [operand], line)

    def _expr_Compare(self, node: ast.Compare) -> t.Expr:
        op = _TESTED.get(type(node.ops[0]))
        none = any(isinstance(side, ast.Constant) and side.value is None for side in (node.left, *node.comparators))
        if not self.arrays or op is None or none:
            return super()._expr_Compare(node)
        sides = [node.left, *node.comparators]
        values = [self.expr(side) for side in sides]
        if any(map(is_array, values)):
            if len(values) > 2:
                refuse("a chain of comparisons of arrays: numpy refuses it; write (a < b) & (b < c)", node)
            left, right = (self.operand(self.need(value, node), node) for value in values)
            return self.compared(op, left, right, node)
        self.ahead |= zip(sides, values, strict=True)
        return super()._expr_Compare(node)

    def compared(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """A comparison, item by item."""
        kind = common(left, right)
        if BOTTOM in {left.type, right.type}:
            return t.Compare(BOTTOM, left.line, left, [(op, right)])
        if kind == BOOL and op not in {"==", "!="}:
            kind = INT
        name = f"{COMPARISONS[op]}.{'f' if kind == FLOAT else 'i' if kind == INT else 'b'}"
        return mapped(name, BOOL, [as_items(left, kind), as_items(right, kind)], getattr(node, "lineno", 0))

    def _alike(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> tuple[t.Expr, t.Expr]:
        if self.arrays and {left.type, right.type} == {INT, FLOAT}:
            # numpy compares a rounded int, Python an exact one.
            return tuple(self.exact(side, node) if side.type == INT else side for side in (left, right))  # type: ignore[return-value] # two
        return super()._alike(op, left, right, node)

    def as_truth(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """The truth value of a typed expression."""
        if is_array(value):
            refuse("the truth value of an array: use .any(), .all() or len", node)
        return super().as_truth(value, node)

    def integer(self, node: ast.expr, what: str) -> t.Expr:
        """Type an expression that must be an int."""
        if self.arrays:
            value = self.need(self.expr(node), node)
            if value.type == BOOL:
                refuse(f"{what} is a bool, which numpy's are not: write int(...)", node)
            self.ahead[node] = value
        return super().integer(node, what)

    # ------------------------------------------------------------ indexes

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
        value = self.look(node)
        if value is not None:
            kind = item_of(value)
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
        return refuse("assignment to this selection is outside the native subset", node)

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

    # ------------------------------------------------------------ loops

    def source(self, node: ast.expr, *, ordered: bool = True) -> t.Source:
        """What a ``for`` loops over."""
        value = None if isinstance(node, _CONTAINERS) else self.look(node)
        return t.Items(value, node.lineno) if value is not None else super().source(node, ordered=ordered)

    def item_type(self, source: t.Source) -> Type | list[Type]:
        """The type of one item."""
        if isinstance(source, t.Items) and isinstance(source.sequence.type, ArrayType):
            kind = source.sequence.type
            return kind.item if kind.axes == 1 else ArrayType(kind.item)
        return super().item_type(source)


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
