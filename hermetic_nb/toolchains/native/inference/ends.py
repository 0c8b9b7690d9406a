"""Where control can go, told from the syntax alone."""

from __future__ import annotations

import ast


def ends(body: list[ast.stmt]) -> bool:
    """Whether control can reach the end of a block."""
    return not any(_stops(node) for node in body)


def _stops(node: ast.stmt) -> bool:
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return True
        case ast.If():
            return not ends(node.body) and bool(node.orelse) and not ends(node.orelse)
        case ast.Try():
            if not ends(node.finalbody):
                return True
            return not ends([*node.body, *node.orelse]) and all(not ends(handler.body) for handler in node.handlers)
        case ast.While(test=ast.Constant(value=value)) if value:
            return not breaks(node.body)
        case ast.Assert(test=ast.Constant(value=value)) if not value:
            return True
        case ast.For() | ast.While():
            return bool(node.orelse) and not ends(node.orelse) and not breaks(node.body)
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
