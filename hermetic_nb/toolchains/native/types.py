"""Static types of the native subset: the interface's types, and those that exist only inside the compiler.

`CHAR` is a str known to be one code point; it is held as the code point. `NUM` is a number that is an int on some paths
and a float on others (``total = 0`` before a loop that adds floats); it is held as a float, and every operation whose
result could tell the difference stops with a declared limit instead of guessing. `BOTTOM` is "not known yet".

What a container holds is a `Cell`: a place for a type that all containers share that may be one container.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    STR,
    ArrayType,
    BoolType,
    BytesType,
    FloatType,
    IntType,
    StrType,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BOOL",
    "BOTTOM",
    "BYTES",
    "CHAR",
    "COUNTER",
    "FLOAT",
    "INT",
    "NONE",
    "NUM",
    "STR",
    "ArrayType",
    "Cell",
    "DequeT",
    "DictT",
    "ListT",
    "OptionT",
    "Record",
    "RecordT",
    "RowT",
    "SetT",
    "TupleT",
    "Type",
]

COUNTER: Final = "Counter"
"""The flavour of dicts that count."""
_DEEPEST: Final = 12
"""Types that nest deeper come from a loop that nests them without end."""


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
    """The type of what is in all containers that may be one container: a union-find node that only grows upwards."""

    __slots__ = ("line", "own", "parent")

    def __init__(self, item: Type) -> None:
        self.own = item
        self.parent: Cell | None = None
        self.line = 0
        """The line that first said what is in them; 0 where none did."""

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
        if root in set(reached(item)):
            raise JoinError(root.own, item, "itself")
        joined, changed = join(root.own, item)
        root.root().own = joined
        return changed

    def unify(self, other: Cell) -> bool:
        """Let two cells be one; whether that changed anything. Raises JoinError."""
        mine, theirs = self.root(), other.root()
        if mine is theirs:
            return False
        if mine in set(reached(theirs.own)) or theirs in set(reached(mine.own)):
            raise JoinError(mine.own, theirs.own, "itself")
        item, _ = join(mine.own, theirs.own)
        theirs.parent, mine.own, mine.line = mine, item, mine.line or theirs.line
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
        return isinstance(other, ListT) and type(other) is type(self) and other.item == self.item

    def __hash__(self) -> int:
        return hash(("list", self.item))

    def __str__(self) -> str:
        return f"list[{self.item}]" if self.item != BOTTOM else "list"


@dataclass(frozen=True, slots=True, eq=False)
class DequeT(ListT):
    """A deque: in memory a list with free places at both ends."""

    def __str__(self) -> str:
        return f"deque[{self.item}]" if self.item != BOTTOM else "deque"


@dataclass(frozen=True, slots=True, eq=False)
class RowT(ListT):
    """A tuple whose length is known only at run time: in memory a list, which nothing changes."""

    def __str__(self) -> str:
        return f"tuple[{self.item}, ...]" if self.item != BOTTOM else "tuple"


@dataclass(frozen=True, slots=True, eq=False)
class SetT:
    """A set whose item type may still be growing."""

    cell: Cell

    @property
    def item(self) -> Type:
        """The item type."""
        return self.cell.item

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SetT) and other.item == self.item

    def __hash__(self) -> int:
        return hash(("set", self.item))

    def __str__(self) -> str:
        return f"set[{self.item}]" if self.item != BOTTOM else "set"


@dataclass(frozen=True, slots=True, eq=False)
class DictT:
    """A dict whose types may still be growing."""

    keys: Cell
    values: Cell
    flavour: str = ""
    """What it does for a key that is not there: a Counter, a defaultdict with its default's source, or nothing."""

    @property
    def key(self) -> Type:
        """The type of its keys."""
        return self.keys.item

    @property
    def item(self) -> Type:
        """The type of its values."""
        return self.values.item

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DictT) or other.flavour != self.flavour:
            return False
        return other.key == self.key and other.item == self.item

    def __hash__(self) -> int:
        return hash(("dict", self.flavour, self.key, self.item))

    def __str__(self) -> str:
        name = self.flavour.partition(" ")[0] or "dict"
        return f"{name}[{self.key}, {self.item}]" if self.key != BOTTOM else name


@dataclass(frozen=True, slots=True)
class TupleT:
    """A tuple of a fixed length."""

    items: tuple[Type, ...]

    def __str__(self) -> str:
        return f"tuple[{', '.join(map(str, self.items)) or '()'}]"


@dataclass(frozen=True, slots=True)
class OptionT:
    """A value or None."""

    inner: Type

    def __str__(self) -> str:
        return f"{self.inner} | None"


@dataclass(slots=True, eq=False)
class Record:
    """A class of the cell: a dataclass, a NamedTuple or a simple class."""

    name: str
    fields: dict[str, Cell] = field(default_factory=dict)
    """In the order of their declaration."""
    compared: bool = False
    """Whether ``==`` compares fields; without it, it would compare identities, which are refused."""
    ordered: bool = False
    """Whether ``<`` compares fields."""
    is_tuple: bool = False
    """Whether it is a NamedTuple."""
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class RecordT:
    """An instance of a class of the cell."""

    record: Record

    def __str__(self) -> str:
        return self.record.name


Type = (
    IntType
    | FloatType
    | BoolType
    | StrType
    | BytesType
    | ArrayType
    | ListT
    | SetT
    | DictT
    | TupleT
    | OptionT
    | RecordT
    | _Internal
)


class JoinError(Exception):
    """Two types have no common one."""

    def __init__(self, left: Type, right: Type, what: str = "") -> None:
        super().__init__(what or f"{left} and {right}")
        self.left, self.right = left, right


def join(left: Type, right: Type) -> tuple[Type, bool]:
    """The least type that holds both, and whether it is more than ``left``. Raises JoinError."""
    if isinstance(left, ListT | SetT) and type(left) is type(right):
        return left, left.cell.unify(right.cell)
    if isinstance(left, DictT) and isinstance(right, DictT) and left.flavour == right.flavour:
        keys = left.keys.unify(right.keys)
        return left, left.values.unify(right.values) or keys
    if isinstance(left, TupleT) and isinstance(right, TupleT) and len(left.items) == len(right.items):
        return _join_tuples(left, right)
    if isinstance(left, RowT | TupleT) and isinstance(right, RowT | TupleT):
        return _join_row(left, right)
    if right in {left, BOTTOM}:
        return left, False
    if left == BOTTOM:
        if depth(right) > _DEEPEST:
            raise JoinError(left, right, "a type that nests without end")
        return right, True
    if {left, right} <= {INT, FLOAT, NUM}:
        return NUM, left != NUM
    if {left, right} == {CHAR, STR}:
        return STR, left != STR
    if isinstance(left, OptionT) or isinstance(right, OptionT) or NONE in {left, right}:
        return _join_options(left, right)
    raise JoinError(left, right)


def _join_tuples(left: TupleT, right: TupleT) -> tuple[Type, bool]:
    joined = [join(a, b) for a, b in zip(left.items, right.items, strict=True)]
    if not any(changed for _, changed in joined):
        return left, False
    made = TupleT(tuple(kind for kind, _ in joined))
    if depth(made) > _DEEPEST:
        raise JoinError(left, right, "a type that nests without end")
    return made, True


def _join_row(left: RowT | TupleT, right: RowT | TupleT) -> tuple[Type, bool]:
    """A tuple of any length, and one of a fixed one; or two of different lengths, which have no common type."""
    row, other = (left, right) if isinstance(left, RowT) else (right, left)
    if not isinstance(row, RowT) or not isinstance(other, TupleT):
        raise JoinError(left, right)
    grown = [row.cell.widen(item) for item in other.items]
    return row, row is right or any(grown)


def _join_options(left: Type, right: Type) -> tuple[Type, bool]:
    inner, changed = join(_within_option(left), _within_option(right))
    return OptionT(inner), changed or not isinstance(left, OptionT)


def _within_option(kind: Type) -> Type:
    return kind.inner if isinstance(kind, OptionT) else BOTTOM if kind == NONE else kind


def parts(kind: Type) -> tuple[Type, ...]:
    """The types that a type is made of, those of a record's fields left out."""
    match kind:
        case ListT() | SetT():
            return (kind.item,)
        case DictT():
            return (kind.key, kind.item)
        case TupleT():
            return kind.items
        case OptionT():
            return (kind.inner,)
    return ()


def cells(kind: Type) -> tuple[Cell, ...]:
    """The cells of a container, not those of what it holds."""
    match kind:
        case ListT() | SetT():
            return (kind.cell,)
        case DictT():
            return (kind.keys, kind.values)
    return ()


def reached(kind: Type) -> Iterator[Cell]:
    """The cells of a type, and of what is in them."""
    for cell in cells(kind):
        yield cell.root()
    for part in parts(kind):
        yield from reached(part)


def depth(kind: Type) -> int:
    """How deep a type nests."""
    return 1 + max(map(depth, parts(kind)), default=0)


def fresh(kind: Type) -> Type:
    """The same type with cells of its own."""
    match kind:
        case ListT() | SetT():
            return type(kind)(Cell(fresh(kind.item)))
        case DictT():
            return DictT(Cell(fresh(kind.key)), Cell(fresh(kind.item)), kind.flavour)
        case TupleT():
            return TupleT(tuple(map(fresh, kind.items)))
        case OptionT():
            return OptionT(fresh(kind.inner))
    return kind


def spelled(kind: Type) -> str:
    """A type as a text that tells all types apart."""
    match kind:
        case ListT() | SetT():
            return f"{type(kind).__name__}({spelled(kind.item)})"
        case DictT():
            return f"DictT{kind.flavour}({spelled(kind.key)},{spelled(kind.item)})"
        case TupleT():
            return f"TupleT({','.join(map(spelled, kind.items))})"
        case OptionT():
            return f"OptionT({spelled(kind.inner)})"
        case RecordT():
            return f"RecordT({kind.record.name})"
    return "char" if kind == CHAR else str(kind)


def is_whole(kind: Type) -> bool:
    """Whether nothing of it is unknown yet."""
    return kind != BOTTOM and all(map(is_whole, parts(kind)))


def is_number(kind: Type) -> bool:
    """Whether arithmetic takes it (a bool counts as an int)."""
    return kind in {INT, FLOAT, NUM, BOOL}


def is_text(kind: Type) -> bool:
    """Whether it is a str to its user."""
    return kind in {STR, CHAR}


def texts(kind: Type) -> Type:
    """A type of keys with each str of one character as any other."""
    if isinstance(kind, TupleT):
        return TupleT(tuple(map(texts, kind.items)))
    if isinstance(kind, RowT):
        return RowT(Cell(texts(kind.item)))
    return STR if kind == CHAR else kind


def is_object(kind: Type) -> bool:
    """Whether its values are addresses of objects (or, of an option, of nothing)."""
    if isinstance(kind, OptionT):
        return is_object(kind.inner)
    return kind in {STR, BYTES} or isinstance(kind, ArrayType | ListT | SetT | DictT | RecordT)


def is_counted(kind: Type) -> bool:
    """Whether its values hold references to objects."""
    if isinstance(kind, TupleT):
        return any(map(is_counted, kind.items))
    return is_counted(kind.inner) if isinstance(kind, OptionT) else is_object(kind)


def is_hashable(kind: Type) -> bool:
    """Whether it may be a key; floats may, and stop where they are NaN."""
    if isinstance(kind, RowT | TupleT):
        return all(map(is_hashable, parts(kind)))
    return kind in {INT, BOOL, STR, CHAR, BYTES, FLOAT, BOTTOM}
