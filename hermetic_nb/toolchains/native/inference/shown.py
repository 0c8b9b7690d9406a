"""Typing of values as text: str() and repr() of them, format specifications, f-strings.

A text that is put together is one `tree.Builtin` named ``format.join``. Its arguments are written one after the other into
one object: texts as they are, ``format.str`` and ``format.repr`` of a value, ``format.spec`` of a value and a
specification.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.format_spec import FLOAT_TYPES, SpecError, float_spec, int_spec, text_spec
from hermetic_nb.toolchains.native.inference.mathematics import MathTyper
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
    DequeT,
    DictT,
    ListT,
    OptionT,
    Record,
    RecordT,
    SetT,
    TupleT,
    Type,
    is_text,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SCALARS: Final = frozenset({INT, FLOAT, NUM, BOOL, STR, CHAR, BYTES})
"""Types whose values nothing can change."""
_PLAIN_INT: Final = frozenset({int_spec(">d"), int_spec("d"), int_spec("")})
"""Specifications that ask of an int what str() gives."""


class ShownTyper(MathTyper):
    """Types texts that are put together."""

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
            if not isinstance(piece, t.Const) or isinstance(piece.value, bytes):
                merged.append(piece)
            elif isinstance(before, t.Const):
                merged[-1] = t.Const(STR, before.line, str(before.value) + str(piece.value))
            elif piece.value:
                # Which texts are constants of their own differs between versions of Python.
                merged.append(t.Const(STR, node.lineno, str(piece.value)))
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
            if value.type not in SCALARS - {NUM, BYTES}:
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

    def _showable(self, kind: Type, node: ast.AST, *, inside: bool = False, within: tuple[Record, ...] = ()) -> None:
        """Refuse to show what has no text here; ``within``: the records that it is shown in."""
        if isinstance(kind, SetT):
            refuse("the text of a set shows an order that CPython does not promise: sort it first", node)
        if kind == NUM and inside:
            refuse(
                "a container of mixed ints and floats has no text in the native subset: begin with 0.0 instead of 0",
                node,
            )
        if kind in SCALARS | {NONE, BOTTOM}:
            return
        if isinstance(kind, RecordT):
            if kind.record in within:
                refuse(f"a {kind} may hold itself, so its text may have no end", node)
            self._generated(kind, node)
            for cell in kind.record.fields.values():
                self._showable(cell.item, node, inside=True, within=(*within, kind.record))
            return
        plain = not isinstance(kind, DequeT) and not (isinstance(kind, DictT) and kind.flavour)
        if not isinstance(kind, ListT | TupleT | DictT | OptionT) or not plain:
            refuse(f"the text of {kind} is outside the native subset", node)
        for part in parts(kind):
            self._showable(part, node, inside=True, within=within)

    def _generated(self, kind: RecordT, node: ast.AST) -> None:
        """Refuse a class whose instances' text is not the one that dataclass and NamedTuple make."""
        declared = self.program.module.classes[kind.record.name]
        options = [o for d in declared.node.decorator_list if isinstance(d, ast.Call) for o in d.keywords]
        own = [name for name in ("__str__", "__repr__") if name in declared.methods]
        if own:
            refuse(f"the text of a {kind} in a container is outside the native subset: put its texts there", node)
        if declared.is_simple or any(o.arg == "repr" and not getattr(o.value, "value", None) for o in options):
            refuse(f"the text of a {kind} is its address: write out which fields you mean", node)

    def _by_spec(self, value: t.Expr, text: str, node: ast.expr) -> t.Expr:
        """A value by a specification that is known. Raises SpecError."""
        kind = value.type
        if is_text(kind):
            text_spec(text)
            value = self.convert(value, STR, node)
        elif kind in {INT, BOOL, NUM}:
            spec = int_spec(text) if kind != NUM or text[-1:] not in FLOAT_TYPES else float_spec(text)
            if kind != NUM and spec in _PLAIN_INT:
                return t.Builtin(STR, node.lineno, "format.str", [self.convert(value, INT, node)])
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
