"""Where control can go, told from the syntax, and from the tests whose truth value the types decide."""

from __future__ import annotations

import ast
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_NONE: Final[Mapping[ast.AST, bool]] = MappingProxyType({})


def ends(body: list[ast.stmt], decided: Mapping[ast.AST, bool] = _NONE) -> bool:
    """Whether control can reach the end of a block; ``decided`` are statements ``if`` of which one side is never run."""
    return not any(_stops(node, decided) for node in body)


def _stops(node: ast.stmt, decided: Mapping[ast.AST, bool]) -> bool:
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return True
        case ast.If() if node in decided:
            return not ends(node.body if decided[node] else node.orelse, decided)
        case ast.If():
            return not ends(node.body, decided) and bool(node.orelse) and not ends(node.orelse, decided)
        case ast.Try():
            if not ends(node.finalbody, decided):
                return True
            handled = all(not ends(handler.body, decided) for handler in node.handlers)
            return not ends([*node.body, *node.orelse], decided) and handled
        case ast.While(test=ast.Constant(value=value)) if value:
            return not breaks(node.body)
        case ast.Assert(test=ast.Constant(value=value)) if not value:
            return True
        case ast.For() | ast.While():
            return bool(node.orelse) and not ends(node.orelse, decided) and not breaks(node.body)
    return False


def breaks(body: list[ast.stmt]) -> bool:
    """Whether a loop's body holds a break of that loop."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, ast.If):
            waiting += [*node.body, *node.orelse]
        elif isinstance(node, ast.Try):
            waiting += [*node.body, *node.orelse, *node.finalbody]
            waiting += [part for handler in node.handlers for part in handler.body]
        elif isinstance(node, ast.For | ast.While):
            waiting += node.orelse
    return False
