"""Typing of templates: `%` and str.format of a text that the cell spells out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.format_spec import SpecError
from hermetic_nb.toolchains.native.format_template import (
    Conversion,
    Field,
    Template,
    TemplateError,
    format_template,
    percent_template,
)
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.inference.shown import SCALARS, ShownTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    CHAR,
    FLOAT,
    INT,
    NUM,
    STR,
    OptionT,
    RecordT,
    TupleT,
    Type,
    is_number,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


class TemplateTyper(ShownTyper):
    """Types templates."""

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
        alone = not isinstance(node.right, ast.Tuple) and not named
        if alone and _may_be_tuple(values[0].type):
            refuse("% takes a tuple apart: write its parts out", node)
        if alone and isinstance(values[0].type, TupleT):
            body, held = self._hold(values, node)
            values = [t.Part(kind, node.lineno, held[0], place) for place, kind in enumerate(values[0].type.items)]
            nodes = [node.right] * len(values)
        elif not isinstance(node.right, ast.Tuple) or any(part.letter not in "sra" for part in conversions):
            # CPython turns a template of texts alone into an f-string, whose values are written one by one.
            simple = all(_is_simple(part, value) for part, value in zip(conversions, values, strict=False))
            body, values = self._at_once(values, node, simple=simple)
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
        in_order = [places[name] for name in used] == list(range(len(nodes)))
        body, values = self._at_once(values, node, simple=in_order and all(map(_never_fails, template)))
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

    def _at_once(self, values: list[t.Expr], node: ast.expr, *, simple: bool) -> tuple[list[t.Stmt], list[t.Expr]]:
        """Values that CPython computes before it writes the first one; ``simple``: each is written once, in order."""
        unseen = simple and all(value.type in SCALARS for value in values)
        return ([], values) if unseen or all(map(is_quiet, values)) else self._hold(values, node)

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


def _may_be_tuple(kind: Type) -> bool:
    """Whether values of a type that is no tuple's are tuples all the same, perhaps."""
    if isinstance(kind, OptionT):
        return isinstance(kind.inner, TupleT) or _may_be_tuple(kind.inner)
    return isinstance(kind, RecordT) and kind.record.is_tuple


def _is_simple(part: Conversion, value: t.Expr) -> bool:
    """Whether writing a value of a `%` template cannot fail."""
    return part.letter != "c" and not (part.letter in "diu" and value.type in {FLOAT, NUM})


def _never_fails(part: str | Field) -> bool:
    """Whether writing a value of a template cannot fail: its specification is known, and no character by its number."""
    return isinstance(part, str) or all(isinstance(text, str) and not text.endswith("c") for text in part.spec)


def _names(template: Template) -> list[int | str]:
    """What the fields of a template name, in the order in which they are used."""
    found: list[int | str] = []
    for part in template:
        if isinstance(part, Field):
            found += [part.name, *_names(part.spec)]
    return found
