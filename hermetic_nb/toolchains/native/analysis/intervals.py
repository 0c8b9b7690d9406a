"""Sound interval analysis of ints: which overflow, zero and sign checks a program does not need.

Forward abstract interpretation of the typed tree. Every int variable has an interval at every place; tests refine it,
loops are solved by widening to a row of stops and narrowed afterwards, calls by one interval for each parameter and result.
Method: P. Cousot and R. Cousot, "Abstract interpretation: a unified lattice model for static analysis of programs by
construction or approximation of fixpoints", POPL 1977.

A checked operation traps when its result leaves 64 bits, so whatever comes after it has a result within them: results
are clipped after each check that stays.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native.analysis.facts import Facts
from hermetic_nb.toolchains.native.analysis.loop_shapes import Shapes, read_shapes
from hermetic_nb.toolchains.native.analysis.statements import StatementWalker, TooHardError
from hermetic_nb.toolchains.native.analysis.summaries import Stops

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.toolchains.native import tree as t

PASSES: Final = 3
"""Passes that narrow: each carries what the one before learned one loop or call further."""
MODEST: Final = (1 << 31) - 1
"""The magnitude that `analyse_both` assumes of int parameters: the product of two such ints is within 64 bits."""
_NOTHING: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({})


def analyse(functions: list[t.Function], assumed: Mapping[str, tuple[int, int]] = _NOTHING) -> Facts:
    """What is proved of a program's nodes; ``functions[0]`` is the entry, the others are those that it reaches.

    ``assumed`` gives bounds (both included) of int parameters of the entry. Raises BuildError for unknown tree nodes.
    """
    shapes = read_shapes(functions)
    walker = _solve(functions, shapes, assumed)
    return Facts(assumed=dict(assumed)) if walker is None else _facts(walker, assumed)


def analyse_both(functions: list[t.Function]) -> tuple[Facts, Facts | None]:
    """The facts of every run, and those of runs whose int parameters are at most `MODEST` in magnitude.

    The latter only where they remove a check inside a loop that the former keep (`Facts.gain`).
    """
    shapes = read_shapes(functions)
    always = _solve(functions, shapes, _NOTHING)
    if always is None:
        return Facts(), None
    facts = _facts(always, _NOTHING)
    names = [name for name, kind in functions[0].parameters if kind.__class__ is IntType]
    open_checks = any(
        not holds and node in always.in_loops for asked in always.known.values() for node, holds in asked.items()
    )
    if not names or not open_checks:
        return facts, None
    assumed = dict.fromkeys(names, (-MODEST, MODEST))
    modest = _solve(functions, shapes, assumed)
    if modest is None:
        return facts, None
    more = _facts(modest, assumed)
    more.gain = sum(
        node in modest.in_loops and always.known[kind].get(node) is False
        for kind, asked in modest.known.items()
        for node, holds in asked.items()
        if holds
    )
    return facts, more if more.gain else None


def _solve(
    functions: list[t.Function], shapes: Shapes, assumed: Mapping[str, tuple[int, int]]
) -> StatementWalker | None:
    walker = StatementWalker(functions, shapes, Stops(shapes.constants), assumed)
    try:
        walker.rise()
        for _ in range(PASSES):
            if not walker.narrow():
                break
    except TooHardError:
        return None
    return walker


def _facts(walker: StatementWalker, assumed: Mapping[str, tuple[int, int]]) -> Facts:
    sets = {kind: {node for node, holds in asked.items() if holds} for kind, asked in walker.known.items()}
    return Facts(
        no_overflow=sets["no_overflow"],
        nonzero=sets["nonzero"],
        nonnegative=sets["nonnegative"],
        positive=sets["positive"],
        left_nonnegative=sets["left_nonnegative"],
        right_nonnegative=sets["right_nonnegative"],
        exact=sets["exact"],
        assumed=dict(assumed),
    )
