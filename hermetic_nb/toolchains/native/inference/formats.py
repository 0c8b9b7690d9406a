"""Typing of the calls that bring numbers to text and text to numbers, and of the methods of numbers."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.templates import TemplateTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NUM,
    STR,
    TupleT,
    is_number,
    is_text,
)

_BASES: Final = {"bin": "#b", "oct": "#o", "hex": "#x"}


class FormatTyper(TemplateTyper):
    """Types conversions between values and text."""

    def _call_str(self, node: ast.Call) -> t.Expr:
        self.positional(node, 0, 1)
        return self._text_call(node, "") if node.args else self.constant("", node)

    def _call_repr(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        return self._text_call(node, "r")

    def _call_ascii(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        return self._text_call(node, "a")

    def _text_call(self, node: ast.Call, conversion: str) -> t.Expr:
        value = self.expr(node.args[0])
        if value.type == BOTTOM:
            return value
        return self.text_of([self.shown(value, conversion, "", node)], node)

    def _call_format(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 2)
        value = self.expr(node.args[0])
        spec: str | t.Expr = ""
        if len(node.args) > 1:
            given = self.need(self.expr(node.args[1]), node)
            if not is_text(given.type) and given.type != BOTTOM:
                refuse(f"a format specification is a str, not {given.type}", node)
            spec = self._spec([given], node.args[1])
        if value.type == BOTTOM:
            return value
        return self.text_of([self.shown(value, "", spec, node)], node)

    def _call_bin(self, node: ast.Call) -> t.Expr:
        return self._in_base(node, "bin")

    def _call_oct(self, node: ast.Call) -> t.Expr:
        return self._in_base(node, "oct")

    def _call_hex(self, node: ast.Call) -> t.Expr:
        return self._in_base(node, "hex")

    def _in_base(self, node: ast.Call, name: str) -> t.Expr:
        self.positional(node, 1, 1)
        value = self.integer(node.args[0], f"the argument of {name}")
        return self.text_of([self.shown(value, "", _BASES[name], node)], node)

    def _call_float(self, node: ast.Call) -> t.Expr:
        self.positional(node, 0, 1)
        if not node.args:
            return t.Const(FLOAT, node.lineno, 0.0)
        value = self.need(self.expr(node.args[0]), node)
        if isinstance(value, t.Const) and is_text(value.type):
            try:
                return t.Const(FLOAT, node.lineno, float(str(value.value)))
            except ValueError:
                refuse(f"could not convert string to float: {value.value!r}", node.args[0])
        if is_text(value.type):
            return t.Builtin(FLOAT, node.lineno, "float.from_str", [self.convert(value, STR, node)])
        if value.type == BOOL:
            value = self.convert(value, INT, node)
        if not is_number(value.type) and value.type != BOTTOM:
            refuse(f"float() of {value.type} is outside the native subset", node)
        return self.convert(value, FLOAT, node)

    def _call_int(self, node: ast.Call) -> t.Expr:
        bases = [keyword.value for keyword in node.keywords if keyword.arg == "base"]
        if len(bases) != len(node.keywords) or len(node.args) + len(bases) > 2:
            refuse("int() takes a value and a base", node)
        bases = [*node.args[1:], *bases]
        if not node.args and not bases:
            return t.Const(INT, node.lineno, 0)
        if not node.args:
            refuse("int() with a base needs a str", node)
        value = self.need(self.expr(node.args[0]), node)
        if bases:
            base = self.integer(bases[0], "the base of int()")
            if not is_text(value.type) and value.type != BOTTOM:
                refuse(f"int() of {value.type} takes no base", node)
            return t.Builtin(INT, node.lineno, "int.from_str_base", [self.convert(value, STR, node), base])
        if value.type in {BOOL, INT, BOTTOM}:
            return self.convert(value, INT, node)
        if value.type in {FLOAT, NUM}:
            return t.Builtin(INT, node.lineno, "int.from_float", [self.convert(value, FLOAT, node)])
        if is_text(value.type):
            return t.Builtin(INT, node.lineno, "int.from_char" if value.type == CHAR else "int.from_str", [value])
        return refuse(f"int() of {value.type} is outside the native subset", node)

    # ------------------------------------------------------------ methods of numbers

    def number_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        """A method of an int, bool or float."""
        line, kind = node.lineno, base.type
        value = self.convert(base, INT, node) if kind == BOOL else base
        if value.type == INT and name == "to_bytes":
            length, order, signed = self._octets(node, ("length", "byteorder"), [t.Const(INT, line, 1)])
            return t.Builtin(BYTES, line, "int.to_bytes", [value, length, order, signed])
        self.positional(node, 0, 0)
        if value.type == INT:
            match name:
                case "bit_length" | "bit_count":
                    return t.Builtin(INT, line, f"int.{name}", [value])
                case "conjugate":
                    return value
                case "as_integer_ratio":
                    return t.TupleOf(TupleT((INT, INT)), line, [value, t.Const(INT, line, 1)])
        if kind == FLOAT and name == "is_integer":
            return t.Builtin(BOOL, line, "float.is_integer", [value])
        if kind == FLOAT and name == "as_integer_ratio":
            return t.Builtin(TupleT((INT, INT)), line, "float.as_integer_ratio", [value])
        return refuse(f"the method {name} of {kind} is outside the native subset", node)

    def number_function(self, target: ast.Attribute, node: ast.Call) -> t.Expr | None:
        """``int.from_bytes(b, order)``; None for anything else."""
        match target:
            case ast.Attribute(value=ast.Name(id="int"), attr="from_bytes") if not self.hides("int"):
                given, order, signed = self._octets(node, ("bytes", "byteorder"), [])
                if given.type not in {BYTES, BOTTOM}:
                    refuse(f"int.from_bytes needs bytes, not {given.type}", node)
                return t.Builtin(INT, node.lineno, "int.from_bytes", [given, order, signed])
        return None

    def _octets(self, node: ast.Call, names: tuple[str, str], otherwise: list[t.Expr]) -> list[t.Expr]:
        """The arguments of to_bytes and from_bytes: a value, and two constants: whether little, whether signed."""
        given: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
        for keyword in node.keywords:
            if keyword.arg not in {*names, "signed"} or keyword.arg in given:
                refuse(f"{ast.unparse(node.func)} takes no such argument {keyword.arg}, or has it already", node)
            given[keyword.arg] = keyword.value
        if len(node.args) > len(names) or (names[0] not in given and not otherwise):
            refuse(f"{ast.unparse(node.func)} takes {names[0]}, byteorder and signed", node)
        first = self.expr(given[names[0]]) if names[0] in given else otherwise[0]
        if names[0] == "length":
            first = self._an_int(first, node)
        order, signed = (
            getattr(given.get(name), "value", value) for name, value in (("byteorder", "big"), ("signed", False))
        )
        written = all(isinstance(part, ast.Constant) for name, part in given.items() if name != names[0])
        if not written or order not in {"big", "little"} or not isinstance(signed, bool):
            refuse("the byte order is written out here, 'big' or 'little', and signed is True or False", node)
        flags = [t.Const(BOOL, node.lineno, flag) for flag in (order == "little", signed)]
        return [self.need(first, node), *flags]

    def _an_int(self, value: t.Expr, node: ast.AST) -> t.Expr:
        value = self.need(value, node)
        if value.type not in {INT, BOOL, BOTTOM}:
            refuse(f"a length is an int, not {value.type}", node)
        return self.convert(value, INT, node)
