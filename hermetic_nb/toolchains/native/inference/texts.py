"""Typing of the methods of str and bytes."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.formats import FormatTyper
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.inference.saying import no_method
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.text_methods import METHODS, Gives, Method, Parameter, Takes
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    INT,
    STR,
    DictT,
    ListT,
    SetT,
    TupleT,
    Type,
    is_text,
)

_CODECS: Final = {
    **dict.fromkeys(("utf-8", "utf8"), 0),
    **dict.fromkeys(("ascii", "us-ascii"), 128),
    **dict.fromkeys(("latin-1", "latin1", "iso-8859-1", "iso8859-1"), 256),
}
"""Names of encodings, and how many characters they know (0: all)."""
_ERRORS: Final = {"strict": 0, "ignore": 1, "replace": 2}


class TextTyper(FormatTyper):
    """Types methods of text."""

    def _text_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        special = getattr(self, f"_special_{name}", None)
        if special is not None:
            made: t.Expr = special(base, node)
            return made
        family, shown = (BYTES, "bytes") if base.type == BYTES else (STR, "a str")
        method = METHODS.get(name)
        if method is None or not (method.of_bytes if family == BYTES else method.of_str):
            refuse(no_method(name, shown, bytes if family == BYTES else str), node)
        if base.type == CHAR and method.of_char and not isinstance(base, t.Const):
            self.positional(node, 0, 0)
            return t.Builtin(self._given(method, STR, node), node.lineno, f"str.char_{name}", [base])
        operands = [self.convert(base, family, node)]
        supplied = self._supplied(method, name, node)
        bounded = any(
            given is not None and parameter.takes == Takes.BOUND
            for given, parameter in zip(supplied, method.takes, strict=True)
        )
        for given, parameter in zip(supplied, method.takes, strict=True):
            if parameter.takes == Takes.BOUND and not bounded:
                continue
            if parameter.takes == Takes.SET and given is None:
                name += "_space"
                continue
            operands.append(self._operand(given, parameter, family, name, node))
        prefix = "bytes" if family == BYTES else "str"
        return t.Builtin(self._given(method, family, node), node.lineno, f"{prefix}.{name}", operands)

    def _given(self, method: Method, family: Type, node: ast.Call) -> Type:
        """The type of what a method gives."""
        if method.gives == Gives.TEXT:
            return family
        if method.gives == Gives.TEXTS:
            return self._list_of(family, node)
        return TupleT((family,) * 3) if method.gives == Gives.THREE else method.gives

    def _list_of(self, kind: Type, node: ast.AST) -> ListT:
        made = ListT(self.cell(node))
        self.widen(made.cell, kind, node)
        return made

    def _supplied(self, method: Method, name: str, node: ast.Call) -> list[ast.expr | None]:
        """The argument for each parameter; None where there is none, or where it is None."""
        if len(node.args) > len(method.takes):
            refuse(f"{name} takes at most {len(method.takes)} arguments", node)
        supplied: list[ast.expr | None] = [*node.args, *[None] * (len(method.takes) - len(node.args))]
        keywords = [parameter.keyword for parameter in method.takes]
        for given in node.keywords:
            place = keywords.index(given.arg) if given.arg in keywords else -1
            if place < len(node.args):
                refuse(f"{name} takes no such argument {given.arg}, or has it already", node)
            supplied[place] = given.value
        for place, parameter in enumerate(method.takes):
            argument = supplied[place]
            if argument is None and parameter.needed:
                refuse(f"{name} needs {sum(p.needed for p in method.takes)} arguments", node)
            if (
                isinstance(argument, ast.Constant)
                and argument.value is None
                and parameter.takes in {Takes.SET, Takes.BOUND}
            ):
                supplied[place] = None
        return supplied

    def _operand(
        self, argument: ast.expr | None, parameter: Parameter, family: Type, name: str, node: ast.Call
    ) -> t.Expr:
        if argument is None:
            if isinstance(parameter.default, str):
                fill = parameter.default.encode() if family == BYTES else parameter.default
                return t.Const(family, node.lineno, fill)
            assert parameter.default is not None
            return t.Const(INT, node.lineno, parameter.default)
        match parameter.takes:
            case Takes.INT | Takes.BOUND:
                return self.integer(argument, f"this argument of {name}")
            case Takes.FLAG:
                return self.convert(self.truth(argument), INT, node)
            case Takes.TEXTS if isinstance(argument, ast.Tuple):
                return t.Options(BOTTOM, node.lineno, [self._text(item, family, name) for item in argument.elts])
        value = self.need(self.expr(argument), argument)
        if parameter.takes == Takes.TEXTS and isinstance(value.type, TupleT) and is_quiet(value):
            items = (
                value.items
                if isinstance(value, t.TupleOf)
                else [t.Part(kind, value.line, value, number) for number, kind in enumerate(value.type.items)]
            )
            return t.Options(BOTTOM, node.lineno, [self._as_text(item, family, name, argument) for item in items])
        return self._as_text(value, family, name, argument)

    def _text(self, node: ast.expr, family: Type, name: str) -> t.Expr:
        return self._as_text(self.need(self.expr(node), node), family, name, node)

    def _as_text(self, value: t.Expr, family: Type, name: str, node: ast.AST) -> t.Expr:
        if value.type != BOTTOM and (value.type != BYTES if family == BYTES else not is_text(value.type)):
            refuse(f"{name} needs {'bytes' if family == BYTES else 'a str'} here, not {value.type}", node)
        return self.convert(value, family, node)

    def _special_format(self, base: t.Expr, node: ast.Call) -> t.Expr:
        return self.format_method(base, node)

    def class_method(self, target: ast.Attribute, node: ast.Call) -> t.Expr | None:
        """``bytes.fromhex(s)``, and ``str.upper(s)`` for ``s.upper()``; None for anything else."""
        match target:
            case ast.Attribute(value=ast.Name(id="bytes"), attr="fromhex") if not self.hides("bytes"):
                self.positional(node, 1, 1)
                return t.Builtin(BYTES, node.lineno, "bytes.fromhex", [self._text(node.args[0], STR, "fromhex")])
            case ast.Attribute(value=ast.Name(id="str"), attr="maketrans") if not self.hides("str"):
                refuse(
                    "a table that is kept is outside the native subset: write str.maketrans(...) in translate(...)",
                    node,
                )
            case ast.Attribute(value=ast.Name(id="str"), attr=name) if name in METHODS and not self.hides("str"):
                if METHODS[name].takes:
                    refuse(f"write this as s.{name}(...)", node)
                self.positional(node, 1, 1)
                base = self.need(self.expr(node.args[0]), node)
                if not is_text(base.type) and base.type != BOTTOM:
                    refuse(f"str.{name} needs a str, not {base.type}", node)
                return self._text_method(base, name, ast.copy_location(ast.Call(target, [], []), node))
        return self.number_function(target, node)

    # ------------------------------------------------------------ join

    def _special_join(self, base: t.Expr, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        argument = node.args[0]
        family: Type = BYTES if base.type == BYTES else STR
        parts = self._looped(argument)
        if is_text(parts.type) and family == STR:
            name, operand = "str.join_text", self.convert(parts, STR, node)
        else:
            item = parts.type.item if isinstance(parts.type, ListT) else BOTTOM
            if item not in {family, BOTTOM} and not (item == CHAR and family == STR):
                refuse(f"join needs parts of {family}, not {item}", argument)
            name = "str.join_chars" if item == CHAR else "bytes.join" if family == BYTES else "str.join"
            operand = parts
        return t.Builtin(family, node.lineno, name, [self.convert(base, family, node), operand])

    def _looped(self, node: ast.expr) -> t.Expr:
        """A list, a str or anything that is no collection as it is; what else can be looped over as a new list."""
        made_by_loop = isinstance(node, ast.GeneratorExp | ast.Set | ast.Tuple)
        match node:
            case ast.Call(func=ast.Name(id=name)):
                made_by_loop = name not in self.program.module.functions and not hasattr(self, f"_call_{name}")
            case ast.Call(func=ast.Attribute(attr="items" | "values" | "keys")):
                made_by_loop = True
        if made_by_loop:
            return self.gathered(node)
        value = self.need(self.reading(node), node)
        return self.gathered(node) if isinstance(value.type, DictT | SetT | TupleT) else value

    # ------------------------------------------------------------ encodings

    def _special_encode(self, base: t.Expr, node: ast.Call) -> t.Expr:
        if base.type == BYTES:
            refuse("bytes have no encode", node)
        known, errors = self._codec(node)
        text = self.convert(base, STR, node)
        if known == 0:
            if errors:
                refuse("UTF-8 with errors left out or replaced is outside the native subset", node)
            return t.Builtin(BYTES, node.lineno, "str.to_utf8", [text])
        numbers = [t.Const(INT, node.lineno, number) for number in (known, errors)]
        return t.Builtin(BYTES, node.lineno, "str.to_bytes", [text, *numbers])

    def _special_decode(self, base: t.Expr, node: ast.Call) -> t.Expr:
        if base.type != BYTES:
            refuse("a str has no decode", node)
        known, errors = self._codec(node)
        if errors:
            refuse("decode with errors left out or replaced is outside the native subset", node)
        if known == 0:
            return t.Builtin(STR, node.lineno, "bytes.from_utf8", [base])
        return t.Builtin(STR, node.lineno, "bytes.to_str", [base, t.Const(INT, node.lineno, known)])

    def _codec(self, node: ast.Call) -> tuple[int, int]:
        """How many characters the encoding knows, and what becomes of others."""
        given = dict(zip(("encoding", "errors"), node.args, strict=False))
        for keyword in node.keywords:
            if keyword.arg not in {"encoding", "errors"} or keyword.arg in given:
                refuse(f"there is no such argument {keyword.arg}, or it is there already", node)
            given[str(keyword.arg)] = keyword.value
        if len(node.args) > 2:
            refuse("two arguments at most: encoding and errors", node)
        values = {name: value.value if isinstance(value, ast.Constant) else None for name, value in given.items()}
        encoding = str(values.get("encoding", "utf-8")).lower().replace("_", "-")
        errors = values.get("errors", "strict")
        if encoding not in _CODECS or errors not in _ERRORS:
            refuse("only UTF-8, ASCII and Latin-1, named by literals, are in the native subset", node)
        return _CODECS[encoding], _ERRORS[str(errors)]

    def _special_hex(self, base: t.Expr, node: ast.Call) -> t.Expr:
        if base.type != BYTES:
            refuse("a str has no hex", node)
        self.positional(node, 0, 0)
        return t.Builtin(STR, node.lineno, "bytes.hex", [base])

    # ------------------------------------------------------------ translate

    def _special_translate(self, base: t.Expr, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        match node.args[0]:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="str"), attr="maketrans"), args=given, keywords=[]) if (
                base.type != BYTES and not self.hides("str")
            ):
                tables = self._tables(given, node)
                return t.Builtin(STR, node.lineno, "str.translate", [self.convert(base, STR, node), *tables])
        return refuse("translate is in the native subset with str.maketrans(...) written inside", node)

    def _tables(self, given: list[ast.expr], node: ast.Call) -> list[t.Expr]:
        """What str.maketrans is given: characters, what they become, and those that go."""
        match given:
            case [ast.Dict(keys=keys, values=values)]:
                pairs = dict(zip(map(_character, keys), map(_character, values), strict=True))
                if None in pairs or any(text is None for text in pairs.values()):
                    refuse("the dict of maketrans has characters and None in the native subset, as literals", node)
                kept = {str(old): new for old, new in pairs.items() if new}
                gone = sorted(str(old) for old in pairs if old not in kept)
                parts = ("".join(kept), "".join(kept.values()), "".join(gone))
                return [t.Const(STR, node.lineno, part) for part in parts]
            case [_, _] | [_, _, _]:
                tables = [self._text(part, STR, "maketrans") for part in given]
                return tables if len(tables) == 3 else [*tables, t.Const(STR, node.lineno, "")]
        return refuse("maketrans takes two or three texts, or a dict", node)

    # ------------------------------------------------------------ the type bytes, called

    def _call_bytes(self, node: ast.Call) -> t.Expr:
        line = node.lineno
        if len(node.args) == 2 and not node.keywords:
            rest = ast.copy_location(ast.Call(node.func, node.args[1:], []), node)
            return self._special_encode(self._as_text(self.expr(node.args[0]), STR, "bytes", node), rest)
        self.positional(node, 0, 1)
        if not node.args:
            return t.Const(BYTES, line, b"")
        argument = node.args[0]
        value = self._looped(argument)
        kind = value.type
        if kind in {BYTES, BOTTOM}:
            return value
        if kind in {INT, BOOL}:
            return t.Builtin(BYTES, line, "bytes.zeros", [self.convert(value, INT, node)])
        if not isinstance(kind, ListT) or kind.item not in {INT, BOTTOM}:
            refuse(f"bytes() of {kind} is outside the native subset", node)
        return t.Builtin(BYTES, line, "bytes.from_list", [value])


def _character(node: ast.expr | None) -> str | None:
    """The character that a literal of a table stands for; empty: None, which deletes; None: something else."""
    match node:
        case ast.Constant(value=None):
            return ""
        case ast.Constant(value=str(text)) if len(text) == 1:
            return text
        case ast.Constant(value=int(number)) if not isinstance(number, bool) and 0 <= number < 0x110000:
            return chr(number)
    return None
