"""What is known of the ints in lists: one interval for all lists that may be one list (a cell of the inference)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.types import BytesType, IntType, StrType
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.interval import FULL, Interval
from hermetic_nb.toolchains.native.types import (
    FLOAT,
    INT,
    NUM,
    ArrayType,
    Cell,
    DictT,
    ListT,
    OptionT,
    Record,
    RecordT,
    SetT,
    cells,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        """An item goes into a container."""
        if isinstance(kind, ListT) and item.type.__class__ is IntType:
            self.summaries.put(kind.cell.root(), values or FULL)
        elif isinstance(kind, ListT | SetT):
            self.same(item.type, kind.item)

    def forget(self, kind: Type) -> None:
        """Lists in a value may hold any ints: others may write to them, or they come from where this does not look."""
        for cell in _cells(kind, set()):
            if cell.own.__class__ is IntType:
                self.summaries.put(cell, FULL)

    def pour(self, source: Type, kind: Type) -> None:
        """The items of one container go into another."""
        if isinstance(source, ListT) and isinstance(kind, ListT):
            if source.item.__class__ is IntType and kind.item.__class__ is IntType:
                have, to = source.cell.root(), kind.cell.root()
                values = self.summaries.items(have)
                if have is not to and values is not None:
                    self.summaries.put(to, values)
                return
            self.same(source.item, kind.item)
        else:
            self.forget(source)
            self.forget(kind)

    def same(self, one: Type, other: Type) -> None:
        """Two types stand for one value. Inference joins their cells; where it did not, nothing is known of the items."""
        if [cell.root() for cell in cells(one)] != [cell.root() for cell in cells(other)]:
            self.forget(one)
            self.forget(other)
            return
        mine, theirs = parts(one), parts(other)
        if isinstance(one, OptionT) != isinstance(other, OptionT):
            self.same(*(kind.inner if isinstance(kind, OptionT) else kind for kind in (one, other)))
        elif len(mine) == len(theirs) and not cells(one):
            for left, right in zip(mine, theirs, strict=True):
                self.same(left, right)

    def items(self, kind: Type) -> Interval | None:
        """The bounds of a container's items; None: they are no ints. Raises DeadError for a list that nothing was put into."""
        if kind.__class__ is BytesType:
            return iv.BYTE
        if isinstance(kind, ListT) and kind.item.__class__ is IntType:
            values = self.summaries.items(kind.cell.root())
            if values is None:
                raise DeadError
            return values
        if isinstance(kind, ArrayType):
            return FULL if kind == ArrayType(INT) else None
        if isinstance(kind, SetT):
            return FULL if kind.item.__class__ is IntType else None
        if isinstance(kind, DictT):
            return FULL if kind.key.__class__ is IntType else None
        return None


def _cells(kind: Type, seen: set[Record]) -> Iterator[Cell]:
    """All cells that a value reaches."""
    for cell in cells(kind):
        yield cell.root()
    for part in parts(kind):
        yield from _cells(part, seen)
    if isinstance(kind, RecordT) and kind.record not in seen:
        seen.add(kind.record)
        for field in kind.record.fields.values():
            yield from _cells(field.item, seen)


def longest(kind: Type) -> int:
    """The most items that a sequence of a type can have in 32-bit memory."""
    if isinstance(kind, ListT):
        return _WIDE_ITEMS if kind.item in {INT, FLOAT, NUM} else _BYTES
    if isinstance(kind, DictT | SetT):
        return _WIDE_ITEMS  # an entry has 16 bytes and more
    return _CHARACTERS if kind.__class__ is StrType else _BYTES
