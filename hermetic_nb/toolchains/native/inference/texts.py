"""Typing of the methods of str and bytes."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.formats import FormatTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, INT, STR, Type, is_text

_TEXT: Final[dict[str, Type]] = {"count": INT, "find": INT, "index": INT, "startswith": BOOL, "endswith": BOOL}
"""Methods of a str that take one str."""


class TextTyper(FormatTyper):
    """Types methods of text."""

    def _text_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        if name not in _TEXT:
            refuse(f"the method {name} of a str is outside the native subset", node)
        self.positional(node, 1, 1)
        part = self.expr(node.args[0])
        if not is_text(part.type) and part.type != BOTTOM:
            refuse(f"{name} needs a str, not {part.type}", node.args[0])
        operands = [self.convert(value, STR, node) for value in (base, part)]
        return t.Builtin(_TEXT[name], node.lineno, f"str.{name}", operands)
