"""What is known of the ints in lists: one interval for all lists that may be one list (a cell of the inference)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.types import BytesType, IntType, StrType
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.interval import FULL, Interval
from hermetic_nb.toolchains.native.types import FLOAT, INT, NUM, ListT

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native import tree as t
    from hermetic_nb.toolchains.native.analysis.summaries import Summaries
    from hermetic_nb.toolchains.native.types import Type

_WIDE_ITEMS: Final = (1 << 29) - 1
_CHARACTERS: Final = (1 << 30) - 1
_BYTES: Final = (1 << 32) - 1


class DeadError(Exception):
    """No run gets past this place: it always traps, or nothing reaches it yet."""


class ListWalker:
    """Keeps account of what goes into lists and comes out of them."""

    def __init__(self, summaries: Summaries) -> None:
        self.summaries = summaries

    def store(self, kind: Type, item: t.Expr, values: Interval | None) -> None:
        """An item goes into a list."""
        if kind.__class__ is ListT:
            assert isinstance(kind, ListT)
            if item.type.__class__ is IntType:
                self.summaries.put(kind.cell.root(), values or FULL)
            else:
                self.forget(item.type)

    def forget(self, kind: Type) -> None:
        """A list may hold any items: others may write to it, or it comes from where this analysis does not look."""
        while isinstance(kind, ListT):
            if kind.item.__class__ is IntType:
                self.summaries.put(kind.cell.root(), FULL)
            kind = kind.item

    def pour(self, source: Type, kind: Type) -> None:
        """The items of one list go into another."""
        if isinstance(source, ListT) and isinstance(kind, ListT):
            if source.item.__class__ is not IntType or kind.item.__class__ is not IntType:
                self.forget(kind)
                self.forget(source.item)
                return
            have, to = source.cell.root(), kind.cell.root()
            values = self.summaries.items(have)
            if have is not to and values is not None:
                self.summaries.put(to, values)

    def same(self, one: Type, other: Type) -> None:
        """Two types stand for one list. Inference joins their cells; where it did not, nothing is known of the items."""
        if isinstance(one, ListT) and isinstance(other, ListT) and one.cell.root() is not other.cell.root():
            self.forget(one)
            self.forget(other)

    def items(self, kind: Type) -> Interval | None:
        """The bounds of a sequence's items; None: they are no ints. Raises DeadError for a list that nothing was put into."""
        if kind.__class__ is BytesType:
            return iv.BYTE
        if isinstance(kind, ListT):
            if kind.item.__class__ is IntType:
                values = self.summaries.items(kind.cell.root())
                if values is None:
                    raise DeadError
                return values
            self.forget(kind.item)
        return None


def longest(kind: Type) -> int:
    """The most items that a sequence of a type can have in 32-bit memory."""
    if isinstance(kind, ListT):
        return _WIDE_ITEMS if kind.item in {INT, FLOAT, NUM} else _BYTES
    return _CHARACTERS if kind.__class__ is StrType else _BYTES
