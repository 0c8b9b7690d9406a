"""Typing of numbers as text and text as numbers: str(), int(), float(), format specs, f-strings."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.mathematics import MathTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, FLOAT, INT, NUM, STR, is_number, is_text


class FormatTyper(MathTyper):
    """Types conversions between numbers and text."""

    def _call_str(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        value = self.expr(node.args[0])
        if is_text(value.type) or value.type == BOTTOM:
            return value
        if value.type == INT:
            return t.Builtin(STR, node.lineno, "str.from_int", [value])
        return refuse(f"str() of {value.type} is outside the native subset", node)

    def _call_float(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            try:
                return t.Const(FLOAT, node.lineno, float(argument.value))
            except ValueError:
                refuse(f"could not convert string to float: {argument.value!r}", argument)
        value = self.expr(argument)
        if value.type == BOOL:
            value = self.convert(value, INT, node)
        if not is_number(value.type) and value.type != BOTTOM:
            refuse(f"float() of {value.type} is outside the native subset", node)
        return self.convert(value, FLOAT, node)

    def _call_int(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        value = self.expr(node.args[0])
        if value.type in {BOOL, INT, BOTTOM}:
            return self.convert(value, INT, node)
        if value.type in {FLOAT, NUM}:
            return t.Builtin(INT, node.lineno, "int.from_float", [self.convert(value, FLOAT, node)])
        if is_text(value.type):
            return t.Builtin(INT, node.lineno, "int.from_str", [self.convert(value, STR, node)])
        return refuse(f"int() of {value.type} is outside the native subset", node)
