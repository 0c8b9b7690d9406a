"""The interval analysis once more, keeping what it sees: the bounds of every int, and the statements that are reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.conditions import OPPOSITE
from hermetic_nb.toolchains.native.analysis.intervals import PASSES
from hermetic_nb.toolchains.native.analysis.lists import DeadError
from hermetic_nb.toolchains.native.analysis.loop_shapes import read_shapes
from hermetic_nb.toolchains.native.analysis.statements import StatementWalker, TooHardError
from hermetic_nb.toolchains.native.analysis.summaries import Stops

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.toolchains.native import tree as t
    from hermetic_nb.toolchains.native.analysis.interval import Interval
    from hermetic_nb.toolchains.native.analysis.values import Env


class Watcher(StatementWalker):
    """Walks as the analysis does; after `watch`, its last pass can be read."""

    ranges: dict[t.Expr, Interval]
    """All that an int expression may be."""
    reached: set[t.Stmt]
    """The statements that some run may come to."""

    def narrow(self) -> bool:
        """Walk the program once, recording (see `StatementWalker.narrow`)."""
        self.ranges, self.reached = {}, set()
        return super().narrow()

    def value(self, node: t.Expr, env: Env) -> Interval | None:
        """The bounds of an expression's value, noted. Raises DeadError."""
        found = super().value(node, env)
        self._see(node, found)
        return found

    def number(self, node: t.Expr, env: Env) -> Interval:
        """As `value`, of an expression that is an int or a bool."""
        found = super().number(node, env)
        self._see(node, found)
        return found

    def _see(self, node: t.Expr, found: Interval | None) -> None:
        if self.recording and found is not None and node.type.__class__ is IntType:
            old = self.ranges.get(node)
            self.ranges[node] = found if old is None else iv.join(old, found)

    def _branch_compare(self, test: t.Compare, env: Env) -> tuple[Env | None, Env | None]:
        """As the analysis does; a chain that is never false is told too, for the sake of asserts."""
        before = dict(env)
        yes, no = super()._branch_compare(test, env)
        if len(test.links) > 1 and yes is not None and no is not None and self._always(test, before):
            no = None
        return yes, no

    def _always(self, test: t.Compare, env: Env) -> bool:
        nodes = [test.first, *(right for _, right in test.links)]
        try:
            sides = [(node, self.value(node, env)) for node in nodes]
        except DeadError:
            return False
        links = zip(test.links, sides, sides[1:], strict=False)
        return not any(self._related(OPPOSITE[op], left, right, dict(env)) for (op, _), left, right in links)

    def _stmt_If(self, node: t.If, env: Env) -> Env | None:
        self.reached.add(node)
        return super()._stmt_If(node, env)

    def _stmt_Raise(self, node: t.Raise, env: Env) -> None:
        self.reached.add(node)
        super()._stmt_Raise(node, env)


def watch(functions: list[t.Function], assumed: Mapping[str, Interval]) -> Watcher | None:
    """The analysis of `intervals.analyse`, to be read; None where it gives up."""
    shapes = read_shapes(functions)
    walker = Watcher(functions, shapes, Stops(shapes.constants), assumed)
    walker.ranges, walker.reached = {}, set()
    try:
        walker.rise()
        for _ in range(PASSES):
            if not walker.narrow():
                break
    except TooHardError:
        return None
    return walker
