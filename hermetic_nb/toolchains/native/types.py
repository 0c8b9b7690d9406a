"""Static types of the native subset: the interface's types, and those that exist only inside the compiler.

`CHAR` is a str known to be one code point; it is held as the code point. `NUM` is a number that is an int on some paths
and a float on others (``total = 0`` before a loop that adds floats); it is held as a float, and every operation whose
result could tell the difference stops with a declared limit instead of guessing. `BOTTOM` is "not known yet".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hermetic_nb.signature.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    STR,
    BoolType,
    BytesType,
    FloatType,
    IntType,
    ListType,
    StrType,
)

if TYPE_CHECKING:
    from hermetic_nb.signature.types import Type as InterfaceType

__all__ = ["BOOL", "BOTTOM", "BYTES", "CHAR", "FLOAT", "INT", "NONE", "NUM", "STR", "Cell", "ListT", "Type"]


@dataclass(frozen=True, slots=True)
class _Internal:
    """A type that has no interface form."""

    name: str

    def __str__(self) -> str:
        return self.name


CHAR = _Internal("str")
NUM = _Internal("int or float")
NONE = _Internal("None")
BOTTOM = _Internal("unknown")


class Cell:
    """The item type of all lists that may be one list: a union-find node that only grows upwards."""

    __slots__ = ("own", "parent")

    def __init__(self, item: Type) -> None:
        self.own = item
        self.parent: Cell | None = None

    def root(self) -> Cell:
        """The node that speaks for all joined ones."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    @property
    def item(self) -> Type:
        """The item type."""
        return self.root().own

    def widen(self, item: Type) -> bool:
        """Make room for another item type; whether that changed anything. Raises JoinError."""
        root = self.root()
        joined, changed = join(root.own, item)
        root.own = joined
        return changed

    def unify(self, other: Cell) -> bool:
        """Let two cells be one; whether that changed anything. Raises JoinError."""
        mine, theirs = self.root(), other.root()
        if mine is theirs:
            return False
        item, _ = join(mine.own, theirs.own)
        theirs.parent, mine.own = mine, item
        return True


@dataclass(frozen=True, slots=True, eq=False)
class ListT:
    """A list whose item type may still be growing."""

    cell: Cell

    @property
    def item(self) -> Type:
        """The item type."""
        return self.cell.item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ListT) and other.item == self.item

    def __hash__(self) -> int:
        return hash(("list", self.item))

    def __str__(self) -> str:
        return f"list[{self.item}]" if self.item != BOTTOM else "list"


Type = IntType | FloatType | BoolType | StrType | BytesType | ListT | _Internal


class JoinError(Exception):
    """Two types have no common one."""

    def __init__(self, left: Type, right: Type) -> None:
        super().__init__(f"{left} and {right}")
        self.left, self.right = left, right


def join(left: Type, right: Type) -> tuple[Type, bool]:
    """The least type that holds both, and whether it is more than ``left``. Raises JoinError."""
    if isinstance(left, ListT) and isinstance(right, ListT):
        return left, left.cell.unify(right.cell)
    if right in {left, BOTTOM}:
        return left, False
    if left == BOTTOM:
        return right, True
    if {left, right} <= {INT, FLOAT, NUM}:
        return NUM, left != NUM
    if {left, right} == {CHAR, STR}:
        return STR, left != STR
    raise JoinError(left, right)


def is_number(kind: Type) -> bool:
    """Whether arithmetic takes it (a bool counts as an int)."""
    return kind in {INT, FLOAT, NUM, BOOL}


def is_text(kind: Type) -> bool:
    """Whether it is a str to its user."""
    return kind in {STR, CHAR}


def is_counted(kind: Type) -> bool:
    """Whether its values are reference-counted objects."""
    return kind in {STR, BYTES} or isinstance(kind, ListT)


def from_interface(kind: InterfaceType) -> Type:
    """The static type of an interface type."""
    if isinstance(kind, ListType):
        return ListT(Cell(from_interface(kind.item)))
    assert isinstance(kind, (IntType, FloatType, BoolType, StrType, BytesType)), "the interface was checked"
    return kind
