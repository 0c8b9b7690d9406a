"""Typing of operators: arithmetic, logic, comparison, membership."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.typer import INT_MAX, INT_MIN, Typer
from hermetic_nb.toolchains.native.parse.refusal import kind_of, refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    FLOAT,
    INT,
    NUM,
    STR,
    ListT,
    Type,
    is_number,
    is_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable


ARITH: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_COMPARE: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_BITWISE: Final = {"<<", ">>", "&", "|", "^"}


class OperatorTyper(Typer):
    """Types operators."""

    def _expr_UnaryOp(self, node: ast.UnaryOp) -> t.Expr:
        if isinstance(node.op, ast.Not):
            return self.truth(node)
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            if isinstance(value, int | float) and not isinstance(value, bool):
                return self.constant(-value, node)
        operand = self.number(node.operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        if isinstance(node.op, ast.Invert):
            if operand.type not in {INT, BOTTOM}:
                refuse(f"~ needs an int, not {operand.type}", node)
            return t.Unary(operand.type, node.lineno, "invert", operand)
        return t.Unary(operand.type, node.lineno, "neg", operand)

    def _expr_BinOp(self, node: ast.BinOp) -> t.Expr:
        op = ARITH.get(type(node.op))
        if op is None:
            refuse(f"{kind_of(node.op)} is outside the native subset", node)
        return self.binary(op, self.expr(node.left), self.expr(node.right), node)

    def binary(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """A binary operation on typed operands."""
        line = getattr(node, "lineno", 0)
        if BOTTOM in {left.type, right.type}:
            if self.program.final:
                refuse("this operand never has a value", node)
            return t.Arith(BOTTOM, line, op, left, right)
        folded = fold_ints(op, left, right)
        if folded is not None:
            return t.Const(INT, line, folded)
        if is_number(left.type) and is_number(right.type):
            return self._numeric(op, left, right, node, line)
        if op == "+" and is_text(left.type) and is_text(right.type):
            operands = [self.convert(left, STR, node), right]
            return t.Builtin(STR, line, "str.concat", operands)
        if op == "+" and left.type == right.type == BYTES:
            return t.Builtin(BYTES, line, "bytes.concat", [left, right])
        if op == "+" and isinstance(left.type, ListT) and isinstance(right.type, ListT):
            cell = self.cell(node)
            for side in (left, right):
                self.widen(cell, side.type.item, node)  # type: ignore[union-attr] # both are lists
            operands = [self.copied(side, cell, node) for side in (left, right)]
            return t.Builtin(ListT(cell), line, "list.concat", operands)
        if op == "*":
            sequence, count = (right, left) if is_number(left.type) else (left, right)
            if sequence is right and not is_quiet(left) and not is_quiet(right):
                refuse("write what is repeated first, then the number of times", node)
            if count.type == BOOL:
                count = self.convert(count, INT, node)
            if count.type == INT and is_text(sequence.type):
                return t.Builtin(STR, line, "str.repeat", [self.convert(sequence, STR, node), count])
            if count.type == INT and sequence.type == BYTES:
                return t.Builtin(BYTES, line, "bytes.repeat", [sequence, count])
            if count.type == INT and isinstance(sequence.type, ListT):
                return t.Builtin(sequence.type, line, "list.repeat", [sequence, count])
        return refuse(f"{op} of {left.type} and {right.type} is outside the native subset", node)

    def _numeric(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST, line: int) -> t.Expr:
        both_bool = left.type == right.type == BOOL
        if op in {"&", "|", "^"} and both_bool:
            return t.Arith(BOOL, line, op, left, right)
        left, right = (self.convert(v, INT, node) if v.type == BOOL else v for v in (left, right))
        kinds = {left.type, right.type}
        if op in _BITWISE and kinds != {INT}:
            refuse(f"{op} needs ints, not {left.type} and {right.type}", node)
        if op == "**":
            return self._power(left, right, node, line)
        kind = FLOAT if FLOAT in kinds else NUM if NUM in kinds else INT
        if op == "/" and kind == INT:
            return t.Arith(FLOAT, line, op, left, right)
        if kind != INT:
            left, right = self.convert(left, kind, node), self.convert(right, kind, node)
        return t.Arith(FLOAT if op == "/" else kind, line, op, left, right)

    def _power(self, left: t.Expr, right: t.Expr, node: ast.AST, line: int) -> t.Expr:
        if left.type == right.type == INT:
            if isinstance(right, t.Const):
                if int(right.value) >= 0:
                    return t.Arith(INT, line, "**", left, right)
                return self.libm("pow", t.Builtin(FLOAT, line, "int.pow_negative", [left, right]))
            return t.Arith(INT, line, "**", left, right)
        if NUM in {left.type, right.type} and FLOAT not in {left.type, right.type}:
            refuse("** of a number that may be an int or a float here: begin with 0.0 instead of 0", node)
        left, right = self.convert(left, FLOAT, node), self.convert(right, FLOAT, node)
        return self.libm("pow", t.Arith(FLOAT, line, "**", left, right))

    def _expr_BoolOp(self, node: ast.BoolOp) -> t.Expr:
        op = "and" if isinstance(node.op, ast.And) else "or"
        values = [self.expr(value) for value in node.values]
        kind, values = self.joined(values, node, f"the value of {op}")
        return t.Logic(kind, node.lineno, op, values)

    def _expr_IfExp(self, node: ast.IfExp) -> t.Expr:
        test = self.truth(node.test)
        kind, (then, other) = self.joined([self.expr(node.body), self.expr(node.orelse)], node, "the value of if/else")
        return t.Choice(kind, node.lineno, test, then, other)

    def _expr_Compare(self, node: ast.Compare) -> t.Expr:
        left = self.expr(node.left)
        links: list[tuple[str, t.Expr]] = []
        previous = left
        for index, (comparison, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
            op = _COMPARE.get(type(comparison))
            if op is None:
                refuse("is / is not are outside the native subset: compare with ==", node)
            if op in {"in", "not in"}:
                if index or len(node.ops) > 1:
                    refuse("in stands alone in the native subset, not in a chain", node)
                links.append((op, self._container(previous, comparator)))
                break
            right = self.expr(comparator)
            self._comparable(op, previous.type, right.type, node)
            links.append((op, right))
            previous = right
        return t.Compare(BOOL, node.lineno, left, links)

    def _comparable(self, op: str, left: Type, right: Type, node: ast.AST) -> None:
        if BOTTOM in {left, right} or (is_number(left) and is_number(right)) or (is_text(left) and is_text(right)):
            return
        if left == right == BYTES or (
            isinstance(left, ListT)
            and isinstance(right, ListT)
            and (left == right or BOTTOM in {left.item, right.item})
        ):
            if isinstance(left, ListT) and left.item == NUM:
                refuse("lists of mixed ints and floats are compared outside the native subset", node)
            return
        refuse(f"{left} {op} {right} is outside the native subset", node)

    def _container(self, item: t.Expr, node: ast.expr) -> t.Expr:
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and node.elts:
            return self._options(item, [self.expr(option) for option in node.elts], node)
        if isinstance(node, ast.Name) and not self.hides(node.id):
            texts = self.program.module.constants.get(node.id)
            if isinstance(texts, list) and texts and all(isinstance(text, str | bytes) for text in texts):
                return self._options(item, [self.constant(text, node) for text in texts], node)
        container = self.reading(node)
        kind = container.type
        fits = (
            BOTTOM in {kind, item.type}
            or (is_text(kind) and is_text(item.type))
            or (
                isinstance(kind, ListT)
                and (kind.item == item.type or (is_number(kind.item) and is_number(item.type)) or kind.item == BOTTOM)
            )
        )
        if not fits or (isinstance(kind, ListT) and kind.item in {STR, BYTES}):
            refuse(f"{item.type} in {kind} is outside the native subset", node)
        return container

    def _options(self, item: t.Expr, options: list[t.Expr], node: ast.expr) -> t.Expr:
        for option in options:
            self._comparable("in", item.type, option.type, node)
        return t.Options(BOTTOM, node.lineno, options)


def is_quiet(node: t.Expr) -> bool:
    """Whether an expression neither raises nor changes anything, so that it may be evaluated earlier or later."""
    match node:
        case t.Const() | t.Local():
            return True
        case t.Convert() | t.Truth():
            return is_quiet(node.operand)
        case t.Arith(op="+" | "-" | "*"):
            return is_quiet(node.left) and is_quiet(node.right)
        case t.Unary():
            return is_quiet(node.operand)
        case t.ListOf():
            return all(map(is_quiet, node.items))
    return False


def fold_ints(op: str, left: t.Expr, right: t.Expr) -> int | None:
    """The value of an int operation on two literals, where it has one within 64 bits."""
    if not (isinstance(left, t.Const) and isinstance(right, t.Const) and left.type == right.type == INT):
        return None
    a, b = int(left.value), int(right.value)
    if (op in {"//", "%"} and b == 0) or (op in {"**", "<<", ">>"} and not 0 <= b <= 64):
        return None
    fold: dict[str, Callable[[int, int], int]] = {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "//": operator.floordiv,
        "%": operator.mod,
        "**": operator.pow,
        "<<": operator.lshift,
        ">>": operator.rshift,
        "&": operator.and_,
        "|": operator.or_,
        "^": operator.xor,
    }
    if op not in fold:
        return None
    value = fold[op](a, b)
    return value if INT_MIN <= value <= INT_MAX else None
