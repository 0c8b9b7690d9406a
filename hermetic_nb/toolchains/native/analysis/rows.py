"""Rows of a nested list that stay where they are while a loop runs: ``a[i]`` in a loop over j that reads ``a[i][j]``.

A row is looked up once, before the loop, in the version of the loop without tests (`loop_bounds`); that version counts no
references of it. This is sound where the loop changes no object but by storing numbers into lists: then no list gets
shorter, none loses a row, and the list that holds the row is held by a variable that the loop does not rebind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeGuard

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.types import BYTES, STR, ArrayType, DequeT, DictT, ListT, is_counted
from hermetic_nb.toolchains.native.walks import expressions, is_still, statements

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.analysis.linear import Linear
    from hermetic_nb.toolchains.native.types import Type


@dataclass(slots=True, eq=False)
class Row:
    """One row: ``outer[at]``, where ``at`` does not depend on the loop's counter; ``nodes``: what reads it."""

    outer: t.Local
    at: Linear
    nodes: list[t.Expr] = field(default_factory=list)


def is_sequence(kind: Type) -> bool:
    """Whether values of a type are indexed by ints from 0 on, and are one piece of memory."""
    return kind in {STR, BYTES} or (isinstance(kind, ListT) and not isinstance(kind, DequeT))


def is_lookup(node: t.Expr) -> TypeGuard[t.Index]:
    """Whether an expression reads a row of a variable's list."""
    return (
        isinstance(node, t.Index)
        and isinstance(node.base, t.Local)
        and isinstance(node.base.type, ListT)
        and is_sequence(node.base.type)
        and is_sequence(node.type)
    )


def stores_numbers_only(node: t.For) -> bool:
    """Whether all that a loop changes, apart from variables, are numbers in lists."""
    for part in statements(node.body):
        if isinstance(part, t.SetItem):
            if isinstance(part.base.type, DictT | ArrayType) or is_counted(part.value.type):
                return False
        elif not isinstance(part, t.Assign | t.If | t.Break | t.Continue):
            return False
    return all(map(is_still, expressions(node.body)))


def is_read_once(node: t.For, place: t.Assign) -> bool:
    """Whether a variable is the compiler's own, and its only reads are those of items: of a row in ``a[i][j] += x``."""
    if not place.name.startswith("$once"):
        return False
    bases: set[t.Expr] = {part.base for part in expressions(node.body) if isinstance(part, t.Index)}
    bases |= {part.base for part in statements(node.body) if isinstance(part, t.SetItem)}
    return all(
        part in bases for part in expressions(node.body) if isinstance(part, t.Local) and part.name == place.name
    )
