"""Operands that may be None, beside others that may raise first.

CPython evaluates all operands of an operation, and then finds that one is None. Native code tests an operand when it has
evaluated it, which is the same unless a later one raises something else, or changes something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.purity import ImpureError
from hermetic_nb.toolchains.native.lowering.layout import NONE_OPERAND
from hermetic_nb.toolchains.native.walks import children, expressions, loops, operands, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hermetic_nb.toolchains.native.analysis.purity import Purity


def early(function: t.Function, purity: Purity) -> t.Unwrap | None:
    """The first operand of a function whose test for None may come too early; None where there is none."""
    for group in _operands(function):
        for place, operand in enumerate(group):
            tested = _tested(operand)
            if tested is not None and any(_tells(later, purity) for later in group[place + 1 :]):
                return tested
    return None


def _operands(function: t.Function) -> Iterator[Sequence[t.Expr]]:
    """The operands of each operation, in the order in which they are evaluated before it looks at them."""
    for node in expressions(function.body):
        if isinstance(node, t.Compare):
            yield from zip(children(node), children(node)[1:], strict=False)
        elif not isinstance(node, t.Logic | t.Choice):
            yield children(node)
    for statement in statements(function.body):
        if isinstance(statement, t.SetItem):
            yield [statement.base, statement.index]
    for loop in loops(function.body):
        yield operands(loop.source)


def _tested(node: t.Expr) -> t.Unwrap | None:
    while isinstance(node, t.Convert):
        node = node.operand
    return node if isinstance(node, t.Unwrap) and node.code == NONE_OPERAND else None


def _tells(node: t.Expr, purity: Purity) -> bool:
    """Whether evaluating an operand may do something before the operation finds None: raise another exception, say."""
    inner = _tested(node)
    try:
        found = purity.sites(node if inner is None else inner.operand)
    except ImpureError:
        return True
    return any(what != NONE_OPERAND for what, _ in found)
