"""Tests that are decided while a cell is compiled: what is never run is never typed."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.types import BOOL
from hermetic_nb.toolchains.native.walks import within

OPEN: Final = "kind.open"
"""The operation that stands for a test of a value whose type is not known yet."""


def verdict(test: t.Expr) -> bool | None:
    """The truth value that a test has whenever it has one; None where that hangs on values."""
    match test:
        case t.Const(type=kind, value=value) if kind == BOOL:
            return bool(value)
        case t.Truth(operand=t.Const(value=value)):
            return bool(value)
        case t.Unary(op="not", operand=operand):
            found = verdict(operand)
            return None if found is None else not found
        case t.Logic(type=kind, op=op, operands=operands) if kind == BOOL:
            verdicts = [verdict(operand) for operand in operands]
            if (op == "or") in verdicts:
                return op == "or"
            return None if None in verdicts else op == "and"
        case t.Comprehension(type=kind, name=name, body=[*_, t.Assign(name=last, value=value)]) if (
            kind == BOOL and name == last
        ):
            return verdict(value)
    return None


def is_open(test: t.Expr) -> bool:
    """Whether a test asks for the type of a value that is not known yet."""
    return any(isinstance(part, t.Builtin) and part.name == OPEN for part in within(test))


def ends_turn(test: t.Expr, op: str) -> bool:
    """Whether the operands of ``and`` or ``or`` that follow this one are never evaluated, or cannot be typed yet."""
    return verdict(test) is (op == "or") or is_open(test)
