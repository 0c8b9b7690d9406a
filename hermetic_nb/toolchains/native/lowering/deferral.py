"""Loops whose overflow is looked at once, when they have ended.

A loop that runs a fixed number of rounds, and in which nothing else can stop, may go on after an int has left 64 bits:
what it computes from there on is seen by nobody, as the call ends with the loop. Without a branch for each addition LLVM
can vectorise it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.types import BOOL, CHAR, FLOAT, INT, STR, ListT
from hermetic_nb.toolchains.native.walks import expressions, statements

if TYPE_CHECKING:
    from collections.abc import Container

    from hermetic_nb.toolchains.native.analysis.facts import Facts

_STATEMENTS: Final = (t.Assign, t.SetItem, t.If)
_EXPRESSIONS: Final = (t.Const, t.Local, t.Convert, t.Compare, t.Logic, t.Truth, t.Choice, t.Unary)
_BUILTINS: Final = {"min", "max", "len"}
_NUMBERS: Final = {INT, FLOAT, BOOL, CHAR}


def may_defer(node: t.For, facts: Facts, unbound: set[t.Local], rows: Container[t.Expr]) -> bool:
    """Whether a loop whose indices need no tests has additions that do, and nothing else that could stop or be seen.

    ``rows``: what was read before the loop.
    """
    parts = [part for part in expressions(node.body) if part not in rows]
    return (
        all(
            isinstance(part, _STATEMENTS) and (not isinstance(part, t.SetItem) or part in facts.in_bounds)
            for part in statements(node.body)
        )
        and all(_is_plain(part, facts) and part not in unbound for part in parts)
        and any(_may_overflow(part, facts) for part in parts)
    )


def _may_overflow(part: t.Expr, facts: Facts) -> bool:
    return isinstance(part, t.Arith) and part.type == INT and part.op in {"+", "-"} and part not in facts.no_overflow


def _is_plain(part: t.Expr, facts: Facts) -> bool:
    match part:
        case t.Index():
            return part in facts.in_bounds and part.type in _NUMBERS
        case t.Arith(op="+" | "-"):
            return part.type in _NUMBERS
        case t.Arith(op="*"):
            return part.type == FLOAT or part in facts.no_overflow
        case t.Arith(op="&" | "|" | "^"):
            return True
        case t.Unary(op="neg"):
            return part.type == FLOAT
        case t.Builtin():
            return part.name in _BUILTINS and part.type in _NUMBERS
    return isinstance(part, _EXPRESSIONS) and (
        part.type in _NUMBERS or (isinstance(part, t.Local) and (part.type == STR or isinstance(part.type, ListT)))
    )
