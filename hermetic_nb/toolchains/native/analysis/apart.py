"""Which containers can be one object: arguments can be, whatever inference knows of their cells (a callee has cells of its own)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.purity import new_objects
from hermetic_nb.toolchains.native.types import cells, parts
from hermetic_nb.toolchains.native.walks import expressions, operands, statements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hermetic_nb.toolchains.native.types import Type


def containers(kind: Type) -> Iterator[Type]:
    """The containers among a type and what is in it."""
    if cells(kind):
        yield kind
    for part in parts(kind):
        yield from containers(part)


def apart(function: t.Function) -> set[str]:
    """The variables that only hold objects made in a function, and that are only looked into there, never handed on."""
    body, given = function.body, {name for name, _ in function.parameters}
    into: set[t.Expr] = set()
    for node in statements(body):
        if isinstance(node, t.SetItem):
            into.add(node.base)
        elif isinstance(node, t.For):
            into.update(operands(node.source))
    read: set[t.Local] = set()
    for part in expressions(body):
        match part:
            case t.Local():
                read.add(part)
            case t.Index(base=base):
                into.add(base)
            case t.Truth(operand=base) | t.Builtin(arguments=[base, *_]):
                into.add(base)
            case t.Compare(links=[("in" | "not in", base)]):
                into.add(base)
    return new_objects(body) - given - {part.name for part in read - into}
