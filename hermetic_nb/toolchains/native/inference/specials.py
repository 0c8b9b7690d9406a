"""Typing of operators, built-in functions and tests on instances whose class says by a special method what they do."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb import traps
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.inference.records import RecordTyper
from hermetic_nb.toolchains.native.parse.classes import SPOKEN, symbol
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, INT, STR, OptionT, RecordT, Type, is_number, is_text

_BINARY: Final = {
    "+": "__add__",
    "-": "__sub__",
    "*": "__mul__",
    "/": "__truediv__",
    "//": "__floordiv__",
    "%": "__mod__",
    "**": "__pow__",
    "&": "__and__",
    "|": "__or__",
    "^": "__xor__",
    "<<": "__lshift__",
    ">>": "__rshift__",
}
_REFLECTED: Final = {"+": "__radd__", "-": "__rsub__", "*": "__rmul__", "/": "__rtruediv__"}
_UNARY: Final[dict[type[ast.unaryop], str]] = {ast.USub: "__neg__", ast.UAdd: "__pos__", ast.Invert: "__invert__"}
_COMPARED: Final[dict[type[ast.cmpop], str]] = {
    ast.Eq: "__eq__",
    ast.NotEq: "__eq__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
    ast.In: "__contains__",
    ast.NotIn: "__contains__",
}
_MIRRORED: Final = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__"}


class SpecialTyper(RecordTyper):
    """Types calls of special methods that no source spells out."""

    def has(self, kind: Type, *names: str) -> bool:
        """Whether a type is a class that defines one of these methods."""
        return isinstance(kind, RecordT) and any(
            name in self.program.module.classes[kind.record.name].methods for name in names
        )

    @property
    def _spoken(self) -> bool:
        return any(SPOKEN & set(made.methods) for made in self.program.module.classes.values())

    def special(self, name: str, base: t.Expr, values: list[t.Expr], node: ast.AST) -> t.Expr | None:
        """A call of a special method; None where the class does not define it."""
        if not isinstance(base.type, RecordT) or not self.has(base.type, name):
            return None
        method = symbol(base.type.record.name, name)
        spec = self.program.module.functions[method].args
        if len(spec.args) != 1 + len(values) or spec.posonlyargs or spec.kwonlyargs or spec.vararg or spec.kwarg:
            refuse(f"{method} takes {len(spec.args)} parameters, and is called with {1 + len(values)}", node)
        return self.invoke(method, [base, *values], node)

    def binary(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """A binary operation on typed operands."""
        if right.type != BOTTOM and op in _BINARY:
            made = self.special(_BINARY[op], left, [right], node)
            if made is not None:
                return made
        if op in _REFLECTED and self.has(right.type, _REFLECTED[op]) and is_number(left.type):
            if not (is_quiet(left) or is_quiet(right)):
                refuse("give the operands names first: the method of the right one is asked", node)
            made = self.special(_REFLECTED[op], right, [left], node)
            assert made is not None
            return made
        return super().binary(op, left, right, node)

    def _expr_UnaryOp(self, node: ast.UnaryOp) -> t.Expr:
        if type(node.op) in _UNARY and self._spoken:
            made = self.special(_UNARY[type(node.op)], self.expr(node.operand), [], node)
            if made is not None:
                return made
        return super()._expr_UnaryOp(node)

    def _expr_Compare(self, node: ast.Compare) -> t.Expr:
        name = _COMPARED.get(type(node.ops[0]))
        if name is None or not self._spoken:
            return super()._expr_Compare(node)
        sides = [self.expr(part) for part in (node.left, *node.comparators)]
        if not any(self.has(_held(side.type), *_COMPARED.values()) for side in sides):
            return super()._expr_Compare(node)
        if len(sides) != 2:
            refuse("a comparison by a method of a class stands alone in the native subset, not in a chain", node)
        made = self._compared(name, sides[0], sides[1], node)
        if made is None:
            return super()._expr_Compare(node)
        if isinstance(node.ops[0], ast.NotEq | ast.NotIn):
            return t.Unary(BOOL, node.lineno, "not", self.as_truth(made, node))
        return self.as_truth(made, node) if name == "__contains__" else made

    def _compared(self, name: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr | None:
        if BOTTOM in {left.type, right.type}:
            return left if left.type == BOTTOM else right
        if name == "__contains__":
            if self.has(right.type, name) and not (is_quiet(left) or is_quiet(right)):
                refuse("give what is looked for a name first", node)
            return self.special(name, right, [left], node)
        made = self.special(name, left, [right], node)
        if made is None and name in _MIRRORED and left.type == right.type:
            if not (is_quiet(left) or is_quiet(right)):
                refuse("give what is compared names first", node)
            made = self.special(_MIRRORED[name], right, [left], node)
        if made is None and name == "__eq__" and any(self.has(_held(side.type), name) for side in (left, right)):
            refuse(
                f"== of {left.type} and {right.type} is outside the native subset: its __eq__ is asked of the left side",
                node,
            )
        return made

    def as_truth(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """The truth value of a typed expression."""
        self.plain_truth(value.type, node, but=True)
        made = self.special("__bool__", value, [], node)
        if made is None and self.has(value.type, "__len__"):
            made = self.length(value, node)
            return t.Truth(BOOL, value.line, made)
        if made is not None and made.type not in {BOOL, BOTTOM}:
            refuse(f"__bool__ gives {made.type}, not a bool", node)
        return super().as_truth(value if made is None else made, node)

    def plain_truth(self, kind: Type, node: ast.AST, *, but: bool = False) -> None:
        """Refuse a value whose class says when it is true, where it is chosen by that; ``but`` where the value is no option."""
        if self.has(_held(kind), "__bool__", "__len__") and (not but or isinstance(kind, OptionT)):
            refuse(f"whether {kind} is true is asked of its class: test `is not None`, or write the test out", node)

    def length(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """``len(instance)``, which is never negative."""
        made = self.special("__len__", value, [], node)
        assert made is not None
        if made.type == BOTTOM:
            return made
        if made.type != INT:
            refuse(f"__len__ gives {made.type}, not an int", node)
        line, name = value.line, self.hidden("length", node)
        held = self.assign(name, made, node)
        below = t.Compare(BOOL, line, self.local(name, line), [("<", t.Const(INT, line, 0))])
        fails: list[t.Stmt] = [t.Raise(line, traps.RAISED["ValueError"], None)]
        return t.Comprehension(INT, line, name, [held, t.If(line, below, fails, [])])

    def _own_text(self, value: t.Expr, conversion: str, node: ast.expr) -> t.Expr:
        names = ("__repr__",) if conversion in {"r", "a"} else ("__str__", "__repr__")
        for name in names:
            made = self.special(name, value, [], node)
            if made is None:
                continue
            if not is_text(made.type) and made.type != BOTTOM:
                refuse(f"{name} gives {made.type}, not a str", node)
            if conversion == "a":
                return t.Builtin(STR, node.lineno, "format.ascii", [self.convert(made, STR, node)])
            return made
        return super()._own_text(value, conversion, node)


def _held(kind: Type) -> Type:
    return kind.inner if isinstance(kind, OptionT) else kind
