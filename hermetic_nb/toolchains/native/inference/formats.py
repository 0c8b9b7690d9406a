"""Typing of numbers as text and text as numbers: str(), repr(), int(), float(), format(), f-strings, `%` and str.format.

A text that is put together is one `tree.Builtin` named ``format.join``. Its arguments are written one after the other into
one object: texts as they are, ``format.str`` and ``format.repr`` of a value, ``format.spec`` of a value and a
specification.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.format_spec import FLOAT_TYPES, SpecError, float_spec, int_spec, text_spec
from hermetic_nb.toolchains.native.format_template import (
    Conversion,
    Field,
    Template,
    TemplateError,
    format_template,
    percent_template,
)
from hermetic_nb.toolchains.native.inference.mathematics import MathTyper
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    DictT,
    ListT,
    OptionT,
    SetT,
    TupleT,
    Type,
    is_number,
    is_text,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCALARS: Final = {INT, FLOAT, NUM, BOOL, STR, CHAR, BYTES}
"""Types whose values nothing can change."""
_BASES: Final = {"bin": "#b", "oct": "#o", "hex": "#x"}


class FormatTyper(MathTyper):
    """Types conversions between values and text."""

    # ------------------------------------------------------------ texts that are put together

    def _expr_JoinedStr(self, node: ast.JoinedStr) -> t.Expr:
        return self.text_of(self._pieces(node, node.lineno), node)

    def _pieces(self, node: ast.JoinedStr, line: int) -> list[t.Expr]:
        # Only positions of the expressions inside are the same in every version of Python.
        made: list[t.Expr] = []
        for piece in node.values:
            if isinstance(piece, ast.FormattedValue):
                value = self.expr(piece.value)
                spec: str | t.Expr = ""
                if isinstance(piece.format_spec, ast.JoinedStr):
                    spec = self._spec(self._pieces(piece.format_spec, piece.value.lineno), piece.value)
                made.append(self.shown(value, chr(piece.conversion) if piece.conversion > 0 else "", spec, piece.value))
            elif isinstance(piece, ast.Constant):
                made.append(t.Const(STR, line, str(piece.value)))
        return made

    def _spec(self, pieces: Sequence[t.Expr], node: ast.expr) -> str | t.Expr:
        if all(isinstance(piece, t.Const) for piece in pieces):
            return "".join(str(piece.value) for piece in pieces if isinstance(piece, t.Const))
        return self.text_of(pieces, node)

    def text_of(self, pieces: Sequence[t.Expr], node: ast.expr) -> t.Expr:
        """The text that some parts are together."""
        merged: list[t.Expr] = []
        for piece in pieces:
            before = merged[-1] if merged else None
            if isinstance(piece, t.Const) and isinstance(before, t.Const):
                merged[-1] = t.Const(STR, before.line, str(before.value) + str(piece.value))
            elif not isinstance(piece, t.Const) or piece.value:
                merged.append(piece)
        if not merged:
            return self.constant("", node)
        if len(merged) == 1 and isinstance(merged[0], t.Const):
            return self.constant(str(merged[0].value), node)
        if len(merged) == 1 and not (isinstance(merged[0], t.Builtin) and merged[0].name.startswith("format.")):
            return merged[0]
        return t.Builtin(STR, node.lineno, "format.join", merged)

    def shown(self, value: t.Expr, conversion: str, spec: str | t.Expr, node: ast.expr) -> t.Expr:
        """A value as a part of a text; ``conversion``: r, s, a or nothing."""
        self.a_value(value, node)
        line = node.lineno
        if isinstance(spec, t.Expr) and spec.type == BOTTOM:
            spec = ""
        if conversion or not spec:
            part = self._own_text(value, conversion, node)
            if not spec:
                return part
            value = self.text_of([part], node)
        value = self.need(value, node)
        if value.type == BOTTOM:
            return value
        if isinstance(spec, t.Expr):
            if value.type not in _SCALARS - {NUM, BYTES}:
                refuse(
                    f"a format specification of {value.type} that is made at run time is outside the native subset",
                    node,
                )
            value = self.convert(value, STR, node) if value.type == CHAR else value
            return t.Builtin(STR, line, "format.spec", [value, self.convert(spec, STR, node)])
        try:
            return self._by_spec(value, spec, node)
        except SpecError as error:
            return refuse(f"{error} (ValueError when it runs)", node)

    def _own_text(self, value: t.Expr, conversion: str, node: ast.expr) -> t.Expr:
        quoted = conversion in {"r", "a"}
        if is_text(value.type) and not quoted:
            return value
        if value.type != BOTTOM:
            self._showable(value.type, node)
        part = t.Builtin(STR, node.lineno, "format.repr" if quoted else "format.str", [value])
        return t.Builtin(STR, node.lineno, "format.ascii", [self.text_of([part], node)]) if conversion == "a" else part

    def _showable(self, kind: Type, node: ast.AST, *, inside: bool = False) -> None:
        """Refuse to show what has no text here."""
        if isinstance(kind, SetT):
            refuse("the text of a set shows an order that CPython does not promise: sort it first", node)
        if kind == NUM and inside:
            refuse(
                "a container of mixed ints and floats has no text in the native subset: begin with 0.0 instead of 0",
                node,
            )
        if kind in _SCALARS | {NONE, BOTTOM}:
            return
        if not isinstance(kind, ListT | TupleT | DictT | OptionT):
            refuse(f"the text of {kind} is outside the native subset", node)
        for part in parts(kind):
            self._showable(part, node, inside=True)

    def _by_spec(self, value: t.Expr, text: str, node: ast.expr) -> t.Expr:
        """A value by a specification that is known. Raises SpecError."""
        kind = value.type
        if is_text(kind):
            text_spec(text)
            value = self.convert(value, STR, node)
        elif kind in {INT, BOOL, NUM}:
            spec = int_spec(text) if kind != NUM or text[-1:] not in FLOAT_TYPES else float_spec(text)
            if spec.type in FLOAT_TYPES:
                value = self.convert(value, FLOAT, node)
            elif kind == NUM:
                refuse("this number may be an int or a float here: give the format a type, such as f", node)
            else:
                value = self.convert(value, INT, node)
        elif kind == FLOAT:
            float_spec(text)
        else:
            refuse(f"a format specification of {kind} is outside the native subset", node)
        return t.Builtin(STR, node.lineno, "format.spec", [value, t.Const(STR, node.lineno, text)])

    # ------------------------------------------------------------ templates

    def _expr_BinOp(self, node: ast.BinOp) -> t.Expr:
        if isinstance(node.op, ast.Mod):
            template = self._known_text(node.left)
            if template is not None:
                try:
                    return self._percent(percent_template(template), node)
                except (TemplateError, SpecError) as error:
                    refuse(str(error), node)
        return super()._expr_BinOp(node)

    def _known_text(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Name) and not self.hides(node.id):
            value = self.program.module.constants.get(node.id)
            return value if isinstance(value, str) else None
        return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None

    def _percent(self, template: Sequence[str | Conversion], node: ast.BinOp) -> t.Expr:
        conversions = [part for part in template if isinstance(part, Conversion)]
        if any("*" in {part.width, part.precision} for part in conversions):
            refuse(
                "a width or precision that is a value (*) is outside the native subset of %: write an f-string", node
            )
        named = any(part.key is not None for part in conversions)
        nodes: list[ast.expr] = list(node.right.elts) if isinstance(node.right, ast.Tuple) else [node.right]
        if named:
            nodes = self._by_key(node, conversions)
        values = [self.expr(value) for value in nodes]
        body: list[t.Stmt] = []
        if len(values) == 1 and isinstance(values[0].type, TupleT):
            body, held = self._hold(values, node)
            values = [t.Part(kind, node.lineno, held[0], place) for place, kind in enumerate(values[0].type.items)]
            nodes = [node.right] * len(values)
        elif not all(value.type in _SCALARS for value in values) and not all(map(is_quiet, values)):
            body, values = self._hold(values, node)
        if len(values) != len(conversions):
            refuse(f"this template needs {len(conversions)} values, and has {len(values)}", node)
        given = iter(zip(values, nodes, strict=True))
        pieces = [
            self._converted(part, *next(given)) if isinstance(part, Conversion) else t.Const(STR, node.lineno, part)
            for part in template
        ]
        return self._after(body, self.text_of(pieces, node), node)

    def _by_key(self, node: ast.BinOp, conversions: Sequence[Conversion]) -> list[ast.expr]:
        """The values of a dict that is written out, each used once and in order."""
        table = node.right
        keys = [getattr(key, "value", None) for key in table.keys] if isinstance(table, ast.Dict) else []
        if not isinstance(table, ast.Dict) or keys != [part.key for part in conversions]:
            refuse("% with names needs a dict that is written out here, in the order of the template", node)
        return list(table.values)

    def _converted(self, part: Conversion, value: t.Expr, node: ast.expr) -> t.Expr:
        """A value by one conversion of a `%` template. Raises SpecError."""
        letter, flags, kind = part.letter, part.flags, value.type
        if kind == BOTTOM:
            return value
        precision = "" if part.precision is None else f".{part.precision or 0}"
        align, sign = "<" if "-" in flags else ">", ""
        if letter in "sra":
            spec = f" {align}{part.width}{precision}" if part.width or precision else ""
            return self.shown(value, letter, spec, node)
        value = self.need(value, node)
        if letter == "c":
            if kind == CHAR:
                return self.shown(value, "s", f" {align}{part.width}" if part.width else "", node)
            return self.shown(self._percent_int(value, letter, node), "", f" {align}{part.width}c", node)
        if letter not in "diuxXoeEfFgG":
            raise SpecError(f"unsupported format character {letter!r}")
        sign = "+" if "+" in flags else " " if " " in flags else ""
        filled = "0=" if "0" in flags and align == ">" else f" {align}"
        form = "#" if "#" in flags else ""
        if letter in "diuxXo":
            if precision:
                refuse("a precision of an int in % is outside the native subset", node)
            value = self._percent_int(value, letter, node)
            # A number to ten has no other form.
            letter, form = ("d", "") if letter in "diu" else (letter, form)
        else:
            if not is_number(value.type):
                refuse(f"%{letter} needs a number, not {value.type}", node)
            value = self.convert(value, FLOAT, node)
        return self.shown(value, "", f"{filled}{sign}{form}{part.width}{precision}{letter}", node)

    def _percent_int(self, value: t.Expr, letter: str, node: ast.expr) -> t.Expr:
        if value.type in {FLOAT, NUM} and letter in "diu":
            return t.Builtin(INT, node.lineno, "int.from_float", [self.convert(value, FLOAT, node)])
        if value.type not in {INT, BOOL}:
            refuse(f"%{letter} needs an int, not {value.type}", node)
        return self.convert(value, INT, node)

    def format_method(self, base: t.Expr, node: ast.Call) -> t.Expr:
        """``template.format(...)`` of a template that is known."""
        if not isinstance(base, t.Const):
            refuse("str.format of a text that is made at run time is outside the native subset", node)
        keywords = [keyword.arg for keyword in node.keywords]
        nodes = [*node.args, *(keyword.value for keyword in node.keywords)]
        if None in keywords or any(isinstance(value, ast.Starred) for value in nodes):
            refuse("* and ** in str.format are outside the native subset", node)
        try:
            template = format_template(str(base.value))
        except TemplateError as error:
            refuse(str(error), node)
        places: dict[int | str, int] = dict(
            zip([*range(len(node.args)), *map(str, keywords)], range(len(nodes)), strict=True)
        )
        used = list(_names(template))
        for name in used:
            if name not in places:
                refuse(f"the template names {name!r}, which is not given", node)
        values = [self.expr(value) for value in nodes]
        body: list[t.Stmt] = []
        in_order = [places[name] for name in used] == list(range(len(nodes)))
        if not (in_order and all(value.type in _SCALARS for value in values)) and not all(map(is_quiet, values)):
            body, values = self._hold(values, node)
        pieces = self._filled(template, places, values, nodes)
        return self._after(body, self.text_of(pieces, node), node)

    def _filled(
        self, template: Template, places: dict[int | str, int], values: list[t.Expr], nodes: list[ast.expr]
    ) -> list[t.Expr]:
        made: list[t.Expr] = []
        for part in template:
            if isinstance(part, str):
                made.append(t.Const(STR, 0, part))
                continue
            place = places[part.name]
            spec = self._spec(self._filled(part.spec, places, values, nodes), nodes[place])
            made.append(self.shown(values[place], part.conversion, spec, nodes[place]))
        return made

    def _hold(self, values: Sequence[t.Expr], node: ast.expr) -> tuple[list[t.Stmt], list[t.Expr]]:
        """Values that are all computed before the first one is used."""
        body: list[t.Stmt] = []
        for number, value in enumerate(values):
            body.append(self.assign(self.hidden(f"value{number}", node), value, node))
        return body, [self.local(self.hidden(f"value{number}", node), node.lineno) for number in range(len(values))]

    def _after(self, body: list[t.Stmt], value: t.Expr, node: ast.expr) -> t.Expr:
        """A value that is computed after some assignments."""
        if not body:
            return value
        name = self.hidden("text", node)
        return t.Comprehension(value.type, node.lineno, name, [*body, self.assign(name, value, node)])

    # ------------------------------------------------------------ calls

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
        spec = self._spec([self.expr(node.args[1])], node.args[1]) if len(node.args) > 1 else ""
        if isinstance(spec, t.Expr) and not is_text(spec.type) and spec.type != BOTTOM:
            refuse(f"a format specification is a str, not {spec.type}", node)
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
        self.positional(node, 0, 0)
        line, kind = node.lineno, base.type
        value = self.convert(base, INT, node) if kind == BOOL else base
        if value.type == INT:
            match name:
                case "bit_length" | "bit_count":
                    return t.Builtin(INT, line, f"int.{name}", [value])
                case "conjugate":
                    return value
        if kind == FLOAT and name == "is_integer":
            return t.Builtin(BOOL, line, "float.is_integer", [value])
        return refuse(f"the method {name} of {kind} is outside the native subset", node)


def _names(template: Template) -> list[int | str]:
    """What the fields of a template name, in the order in which they are used."""
    found: list[int | str] = []
    for part in template:
        if isinstance(part, Field):
            found += [part.name, *_names(part.spec)]
    return found
