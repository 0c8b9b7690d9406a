"""Loops that are one instruction of the machine."""

from __future__ import annotations

from dataclasses import dataclass

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.types import INT


@dataclass(frozen=True, slots=True)
class BitCount:
    """``while x: x &= x - 1; count += 1``: each round takes the lowest one off x (P. Wegner, CACM 3(5), 1960)."""

    word: t.Local
    count: t.Local


def bit_count(node: t.While) -> BitCount | None:
    """Whether a loop counts the ones of an int."""
    word = _tested(node.test)
    if word is None or node.orelse or len(node.body) != 2:
        return None
    clears = [part for part in node.body if _clears(part, word)]
    counts = [part for part in node.body if isinstance(part, t.Assign) and _adds_one(part) and part.name != word.name]
    if len(clears) != 1 or len(counts) != 1:
        return None
    return BitCount(word, t.Local(INT, node.line, counts[0].name))


def _tested(test: t.Expr) -> t.Local | None:
    match test:
        case t.Truth(operand=t.Local() as word):
            found = word
        case t.Compare(first=t.Local() as word, links=[("!=" | ">", t.Const(value=0))]):
            found = word
        case _:
            return None
    return found if found.type == INT else None


def _clears(node: t.Stmt, word: t.Local) -> bool:
    match node:
        case t.Assign(
            name=name,
            value=t.Arith(
                op="&", left=t.Local(name=left), right=t.Arith(op="-", left=t.Local(name=right), right=t.Const(value=1))
            ),
        ):
            return name == left == right == word.name
    return False


def _adds_one(node: t.Assign) -> bool:
    match node.value:
        case t.Arith(op="+", left=t.Local(name=name), right=t.Const(value=1), type=kind):
            return kind == INT and name == node.name
    return False
