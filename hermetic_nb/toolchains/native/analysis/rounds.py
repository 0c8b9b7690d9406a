"""How often loops go round, and what that says of variables and list items that they only add to."""

from __future__ import annotations

from typing import Final

from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.interval import FULL, Interval
from hermetic_nb.toolchains.native.analysis.loop_shapes import Loop, Shapes
from hermetic_nb.toolchains.native.analysis.sources import SourceWalker
from hermetic_nb.toolchains.native.analysis.summaries import Lifted, Summaries
from hermetic_nb.toolchains.native.analysis.values import Env
from hermetic_nb.toolchains.native.types import Cell, ListT

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


class RoundWalker(SourceWalker):
    """Keeps account of iterations and of what each adds, as the walk finds them."""

    def __init__(self, summaries: Summaries, shapes: Shapes) -> None:
        super().__init__(summaries)
        self.shapes = shapes
        self.added: dict[t.Assign, Interval] = {}
        """What each addition adds."""
        self.trips: dict[Loop, int | None] = {}
        """The most iterations of each loop, from one entry to its end; None: unknown."""
        self.inside: dict[Loop, Env] = {}
        """What holds at the start of the body of each loop that divides a variable."""
        self._lifts: dict[Cell, dict[t.SetItem, Interval]] = {}

    def bounds(self, node: Loop, entry: Env, trips: int) -> Env:
        """For each variable that a loop only adds to, what the number of iterations allows."""
        result: Env = {}
        for name, additions in self.shapes.loops[node].additions.items():
            first = entry.get(name)
            if first is None:
                continue
            low = high = 0
            for addition in additions:
                added = self.added.get(addition.place)
                if added is None:
                    continue
                times = self._times(addition.inside)
                if times is None:
                    break
                low, high = low + times * min(added[0], 0), high + times * max(added[1], 0)
            else:
                bound = iv.meet((first[0] + trips * low, first[1] + trips * high), FULL)
                if bound is not None:
                    result[name] = bound
        return result

    def rounds(self, node: Loop, entry: Env) -> int | None:
        """The most iterations of a ``while`` loop that counts towards a bound, or divides down to zero."""
        assert isinstance(node, t.While)
        shape = self.shapes.loops[node]
        for name, count in shape.divided.items():
            inside = self.inside.get(node, {}).get(name, FULL)
            halved = any(place.name == name for place in shape.always)
            if halved and count == shape.assigned[name] and inside[0] > 0:
                # Positive at the start of each iteration, and at most half as large at the next.
                return inside[1].bit_length()
        tests = node.test.operands if isinstance(node.test, t.Logic) and node.test.op == "and" else [node.test]
        found = [rounds for test in tests if (rounds := self._counted(test, node, entry)) is not None]
        return min(found, default=None)

    def _counted(self, test: t.Expr, node: t.While, entry: Env) -> int | None:
        """How often a test such as ``i < n`` can hold while every iteration adds to i."""
        if not isinstance(test, t.Compare) or len(test.links) != 1 or test not in self.sides:
            return None
        op, right = test.links[0]
        bounds = self.sides[test]
        for variable, op_here, bound in ((test.first, op, bounds[1]), (right, _MIRRORED.get(op, op), bounds[0])):
            if isinstance(variable, t.Local) and variable.type.__class__ is IntType and variable.name in entry:
                step = self._step(variable.name, node)
                first = entry[variable.name]
                if op_here in {"<", "<="} and step[0] > 0:
                    return max(0, -((first[0] - bound[1] - (op_here == "<=")) // step[0]))
                if op_here in {">", ">="} and step[1] < 0:
                    return max(0, -((bound[0] - first[1] - (op_here == ">=")) // -step[1]))
        return None

    def _step(self, name: str, node: t.While) -> Interval:
        """By how much every whole iteration changes a variable; (0, 0) if that has no sure direction."""
        shape = self.shapes.loops[node]
        least, most, up, down = 0, 0, True, True
        for addition in shape.additions.get(name, ()):
            added = self.added.get(addition.place)
            if added is None:
                continue
            up, down = up and added[0] >= 0, down and added[1] <= 0
            if addition.place in shape.always:
                least, most = max(least, added[0]), min(most, added[1])
        return (least if up else 0, most if down else 0)

    def _times(self, loops: tuple[Loop, ...]) -> int | None:
        result = 1
        for loop in loops:
            trips = self.trips.get(loop)
            if trips is None:
                return None
            result *= trips
        return result

    def lift(self, node: t.SetItem, operands: tuple[Interval, Interval]) -> bool:
        """Bound a store that adds to an item of the same list; whether it is one, and bounded.

        An item is something that was stored otherwise, and all that was added to it since: at most what the loops
        around each adding place allow.
        """
        lift = self.shapes.lifts.get(node)
        kind = node.base.type
        if lift is None or not isinstance(kind, ListT) or kind.item.__class__ is not IntType:
            return False
        cell = kind.cell.root()
        other = lift.items.type
        times = self._times(lift.inside)
        put = self.summaries.get(cell)
        if times is None or put is None or not isinstance(other, ListT) or other.cell.root() is not cell:
            return False
        added = operands[0 if lift.left else 1]
        if lift.subtracted:
            added = iv.negate(added)
        lifts = self._lifts.setdefault(cell, {})
        lifts[node] = (times * min(added[0], 0), times * max(added[1], 0))
        low = put[0] + sum(down for down, _ in lifts.values())
        high = put[1] + sum(up for _, up in lifts.values())
        bound = iv.meet((low, high), FULL)
        if bound is None:
            return False
        self.summaries.put(Lifted(cell), bound)
        return True
