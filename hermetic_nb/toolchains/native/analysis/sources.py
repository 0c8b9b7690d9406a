"""What a ``for`` loop runs over: how often at most, and the interval of each variable that it binds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.conditions import ConditionWalker
from hermetic_nb.toolchains.native.analysis.interval import FULL, INT_MAX, INT_MIN, Interval
from hermetic_nb.toolchains.native.analysis.lists import longest
from hermetic_nb.toolchains.native.analysis.values import Env
from hermetic_nb.toolchains.native.types import INT, DictT, OptionT

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from hermetic_nb.toolchains.native.types import Type


@dataclass(frozen=True, slots=True)
class Counted:
    """Ints between two bounds; ``implied`` is what a run of the loop says about the variables that the bounds are read from."""

    trips: int
    item: Interval
    implied: tuple[tuple[t.Local, Interval], ...] = ()


@dataclass(frozen=True, slots=True)
class Listed:
    """The items of a sequence of this type."""

    trips: int
    kind: Type


@dataclass(frozen=True, slots=True)
class Joined:
    """Several sources side by side."""

    trips: int
    parts: tuple[Counted | Listed | Joined, ...]


Steps = Counted | Listed | Joined
_ANY_INT: Final = OptionT(INT)


class SourceWalker(ConditionWalker):
    """Evaluates sources of iteration."""

    def steps(self, source: t.Source, env: Env) -> Steps:
        """Evaluate a source once. Raises DeadError."""
        match source:
            case t.Range():
                return self._range(source, env)
            case t.Items(sequence=sequence):
                self.value(sequence, env)
                trips = longest(sequence.type)
                if isinstance(sequence, t.ListOf):
                    trips = len(sequence.items)
                elif isinstance(sequence, t.Const) and isinstance(sequence.value, str | bytes):
                    trips = len(sequence.value)
                return Listed(trips, sequence.type)
            case t.Entries(sequence=sequence):
                self.value(sequence, env)
                assert isinstance(sequence.type, DictT)
                values = Listed(longest(sequence.type), OptionT(sequence.type.item))
                return Joined(values.trips, (Listed(values.trips, sequence.type), values)) if source.keys else values
            case t.Enumerate(inner=inner, start=start):
                parts = self.steps(inner, env)
                first = self.number(start, env)
                counted = Counted(parts.trips, (first[0], min(first[1] + max(parts.trips - 1, 0), INT_MAX)))
                return Joined(parts.trips, (counted, parts))
            case t.Zip(inner=inner):
                joined = tuple(self.steps(part, env) for part in inner)
                return Joined(min(part.trips for part in joined), joined)

    def _range(self, source: t.Range, env: Env) -> Counted:
        start, stop, step = (self.number(part, env) for part in (source.start, source.stop, source.step))
        item: Interval | None = None
        trips = 0
        implied: list[tuple[t.Expr, Interval]] = []
        if step[1] > 0 and start[0] < stop[1]:
            item = (start[0], stop[1] - 1)
            trips = -(-(stop[1] - start[0]) // max(step[0], 1))
            implied = [(source.start, (INT_MIN, stop[1] - 1)), (source.stop, (start[0] + 1, INT_MAX))]
        if step[0] < 0 and start[1] > stop[0]:
            down = (stop[0] + 1, start[1])
            item = down if item is None else iv.join(item, down)
            trips = max(trips, -(-(start[1] - stop[0]) // -min(step[1], -1)))
            implied = [(source.start, (stop[0] + 1, INT_MAX)), (source.stop, (INT_MIN, start[1] - 1))]
        if item is None:
            return Counted(0, FULL)
        if step[0] < 0 < step[1]:
            implied = []
        return Counted(trips, item, tuple((node, bounds) for node, bounds in implied if isinstance(node, t.Local)))

    def bind(self, target: t.Target, steps: Steps, env: Env, assigned: AbstractSet[str]) -> bool:
        """Give a loop's variables their intervals; False: there is no iteration. Raises DeadError."""
        if steps.trips == 0:
            return False
        if isinstance(steps, Joined):
            assert isinstance(target, list)
            return all(self.bind(part, inner, env, assigned) for part, inner in zip(target, steps.parts, strict=True))
        assert isinstance(target, str)
        if isinstance(steps, Listed):
            # Of the values of a dict nothing is known.
            items = FULL if steps.kind == _ANY_INT else self.items(steps.kind)
            if items is not None:
                env[target] = items
            return True
        env[target] = steps.item
        return all(self.constrain(node, bounds, env) for node, bounds in steps.implied if node.name not in assigned)
