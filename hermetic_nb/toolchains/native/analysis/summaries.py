"""What is known of ints that more than one place sees: parameters, results, and the items of lists.

While values still rise (every place adds what it stores), intervals only grow. Then `start_pass` and `end_pass` bracket
walks over the whole program under what is known already; each recomputes all values and keeps what both agree on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.analysis.interval import FULL, Interval, join, meet, widen
from hermetic_nb.toolchains.native.types import Cell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.toolchains.native import tree as t

_STOPS: Final = (
    *(-(1 << bits) for bits in (62, 53, 32, 31, 16, 8)),
    *(-1, 0, 1, 255, 256, 0xFFFF, 1 << 16, (1 << 29) - 1, 1 << 29, 1 << 30),
    *((1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, 1 << 53, 1 << 62),
)
_JOINS: Final = 1
_STEPS: Final = 3


@dataclass(frozen=True, slots=True)
class Parameter:
    """An int parameter of one of the functions, by its number."""

    function: t.Function
    index: int


@dataclass(frozen=True, slots=True)
class Result:
    """The int that a function returns."""

    function: t.Function


@dataclass(frozen=True, slots=True)
class Lifted:
    """The items of lists (by their cell) at the places that only add to items."""

    cell: Cell


Key = Parameter | Result | Cell | Lifted


class Stops:
    """Where growing intervals pause: a fixed row of powers of two, and the constants of the program and their neighbours."""

    def __init__(self, constants: Iterable[int]) -> None:
        fine = set(_STOPS)
        for value in constants:
            fine |= {value - 1, value, value + 1}
        self._fine = sorted(stop for stop in fine if FULL[0] <= stop <= FULL[1])

    def grown(self, old: Interval, new: Interval, times: int) -> Interval:
        """An interval that holds both; the more often it has grown before, the further it goes."""
        both = join(old, new)
        if times <= _STEPS:
            return widen(old, both, self._fine)
        return (FULL[0] if both[0] < old[0] else old[0], FULL[1] if both[1] > old[1] else old[1])


class Summaries:
    """A table of intervals that every place may add to."""

    def __init__(self, stops: Stops) -> None:
        self._stops = stops
        self._known: dict[Key, Interval] = {}
        self._growths: dict[Key, int] = {}
        self._fresh: dict[Key, Interval] | None = None
        self.changed = False
        """Whether anything grew (or, in a pass, shrank) since this was last set to False."""

    def get(self, key: Key) -> Interval | None:
        """All values seen under the key; None: none yet."""
        return self._known.get(key)

    def items(self, cell: Cell) -> Interval | None:
        """All items of the lists of a cell; None: none yet."""
        put = self._known.get(cell)
        lifted = self._known.get(Lifted(cell))
        return put if put is None or lifted is None else join(put, lifted)

    def put(self, key: Key, values: Interval) -> bool:
        """Add values; whether the key knows more now."""
        if self._fresh is not None:
            old = self._fresh.get(key)
            self._fresh[key] = values if old is None else join(old, values)
            return False
        old = self._known.get(key)
        if old is None:
            self._known[key] = values
        elif values[0] < old[0] or values[1] > old[1]:
            times = self._growths[key] = self._growths.get(key, 0) + 1
            self._known[key] = join(old, values) if times <= _JOINS else self._stops.grown(old, values, times)
        else:
            return False
        self.changed = True
        return True

    def start_pass(self) -> None:
        """From here on, collect values anew."""
        self._fresh = {}

    def end_pass(self) -> None:
        """Keep what the last pass and earlier knowledge agree on."""
        assert self._fresh is not None
        for key, fresh in self._fresh.items():
            old = self._known.get(key, FULL)
            both = meet(old, fresh) or old
            if both != old:
                self._known[key] = both
                self.changed = True
