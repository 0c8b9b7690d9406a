"""Typing of arrays: which expressions are arrays, operators and loops. `array_indexes` and what follows it has the rest."""

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
)
from hermetic_nb.toolchains.native.inference.array_numbers import ArrayNumberTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    INT,
    NUM,
    ArrayType,
    OptionT,
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
_CONTAINERS: Final = (ast.ListComp, ast.GeneratorExp, ast.SetComp, ast.DictComp, ast.Lambda, ast.List, ast.Tuple)


class ArraySyntaxTyper(ArrayNumberTyper):
    """Types the syntax of arrays."""

    def __init__(self, program: Inference, instance: Instance) -> None:
        super().__init__(program, instance)
        self.ahead: dict[ast.expr, t.Expr] = {}
        """What was typed ahead."""

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
                kind = kind.inner if isinstance(kind, OptionT) else kind
                return self.hides(name) and isinstance(kind, ArrayType)
            case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
                return self.may_be_array(left) or self.may_be_array(right)
            case ast.UnaryOp(operand=operand):
                return self.may_be_array(operand)
            case ast.Attribute(value=operand) | ast.Subscript(value=operand):
                return self._is_of_variable(operand)
            case ast.IfExp(body=one, orelse=other):
                return self.may_be_array(one) or self.may_be_array(other)
            case ast.Call(func=ast.Attribute(value=operand)):
                return self.is_numpy(operand) or self.may_be_array(operand)
            case ast.Call(func=ast.Name(id="abs"), args=[operand]):
                return self.may_be_array(operand)
            case ast.Call(func=ast.Name(id=name)):
                return name in self.program.module.functions and not self.hides(name)
        return False

    def _is_of_variable(self, node: ast.expr) -> bool:
        """Whether an expression is a variable, or an item or field of one, or may be an array itself."""
        if isinstance(node, ast.Attribute | ast.Subscript):
            return self._is_of_variable(node.value)
        return self.hides(node.id) if isinstance(node, ast.Name) else self.may_be_array(node)

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
        if BOOL in {left.type, right.type} and not (is_number(left.type) and is_number(right.type)):
            refuse(f"{op} with a bool, which numpy's are not: write int(...)", node)
        if is_number(left.type) and is_number(right.type):
            return self.number_operation(op, left, right, node)
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
        if not self.arrays or op is None or none or self._asked(node.left) is not None:
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

    # ------------------------------------------------------------ loops

    def source(self, node: ast.expr) -> t.Source:
        """What a ``for`` loops over."""
        value = None if isinstance(node, _CONTAINERS) else self.look(node)
        return t.Items(value, node.lineno) if value is not None else super().source(node)

    def item_type(self, source: t.Source) -> Type | list[Type]:
        """The type of one item."""
        if isinstance(source, t.Items) and isinstance(source.sequence.type, ArrayType):
            kind = source.sequence.type
            return kind.item if kind.axes == 1 else ArrayType(kind.item)
        return super().item_type(source)
