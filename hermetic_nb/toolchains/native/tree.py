"""The typed tree between inference and lowering: every expression knows its type and its line in the cell.

Conversions are explicit nodes, names are resolved, and nothing of Python's syntax is left to interpret. Nodes compare by
identity, so that analyses can say what they found as sets of nodes (see `facts`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.types import Type


@dataclass(slots=True, eq=False)
class Expr:
    """An expression."""

    type: Type
    line: int


@dataclass(slots=True, eq=False)
class Const(Expr):
    """A literal: int, float, bool, str or bytes."""

    value: int | float | bool | str | bytes


@dataclass(slots=True, eq=False)
class Nothing(Expr):
    """None."""


@dataclass(slots=True, eq=False)
class Local(Expr):
    """A read of a local variable; ``free``: from inside a generator expression, where CPython raises NameError."""

    name: str
    free: bool = False


@dataclass(slots=True, eq=False)
class Unary(Expr):
    """``neg`` or ``invert`` of a number, ``not`` of a bool."""

    op: str
    operand: Expr


@dataclass(slots=True, eq=False)
class Arith(Expr):
    """Arithmetic on two numbers of one type (ints, floats or NUMs); ``op`` is Python's operator."""

    op: str
    left: Expr
    right: Expr


@dataclass(slots=True, eq=False)
class Convert(Expr):
    """A value brought to another type: bool -> int, int -> float, int -> NUM, NUM -> float, char -> str, list items."""

    operand: Expr


@dataclass(slots=True, eq=False)
class Compare(Expr):
    """A chain of comparisons; each operand is evaluated at most once. Operators: < <= > >= == != in, not in."""

    first: Expr
    links: list[tuple[str, Expr]]


@dataclass(slots=True, eq=False)
class Logic(Expr):
    """``and`` / ``or``: of truth values when the type is bool, else of values of one type."""

    op: str
    operands: list[Expr]


@dataclass(slots=True, eq=False)
class Truth(Expr):
    """``bool(x)``."""

    operand: Expr


@dataclass(slots=True, eq=False)
class Choice(Expr):
    """``then if test else other``."""

    test: Expr
    then: Expr
    other: Expr


@dataclass(slots=True, eq=False)
class Invoke(Expr):
    """A call of one of the cell's functions."""

    target: Function
    arguments: list[Expr]


@dataclass(slots=True, eq=False)
class Builtin(Expr):
    """A call of a built-in operation, by its internal name."""

    name: str
    arguments: list[Expr]


@dataclass(slots=True, eq=False)
class Index(Expr):
    """``base[index]``."""

    base: Expr
    index: Expr


@dataclass(slots=True, eq=False)
class Slice(Expr):
    """``base[low:high:step]``."""

    base: Expr
    low: Expr | None
    high: Expr | None
    step: Expr | None


@dataclass(slots=True, eq=False)
class ListOf(Expr):
    """A list literal."""

    items: list[Expr]
    shared: bool = False
    """Whether it is made of literals and only read, so that one object serves every time."""


@dataclass(slots=True, eq=False)
class TupleOf(Expr):
    """A tuple."""

    items: list[Expr]


@dataclass(slots=True, eq=False)
class DictOf(Expr):
    """A dict literal: keys and values, alternating."""

    items: list[Expr]


@dataclass(slots=True, eq=False)
class SetOf(Expr):
    """A set literal."""

    items: list[Expr]


@dataclass(slots=True, eq=False)
class RecordOf(Expr):
    """An instance of a class: a value for each field."""

    items: list[Expr]


@dataclass(slots=True, eq=False)
class Part(Expr):
    """An item of a tuple, by its number."""

    base: Expr
    number: int


@dataclass(slots=True, eq=False)
class Field(Expr):
    """A field of a record."""

    base: Expr
    name: str


@dataclass(slots=True, eq=False)
class IsNone(Expr):
    """``x is None``."""

    operand: Expr


@dataclass(slots=True, eq=False)
class Unwrap(Expr):
    """The value of an option; where it is None, a trap with ``code``, or nothing where ``code`` is 0 (it is known)."""

    operand: Expr
    code: int


@dataclass(slots=True, eq=False)
class Comprehension(Expr):
    """``[item for ... if ...]``: ``body`` ends in appends to the hidden variable ``name``."""

    name: str
    body: list[Stmt]


@dataclass(slots=True, eq=False)
class Options(Expr):
    """A tuple or list literal that is only tested for membership."""

    items: list[Expr]


# ---------------------------------------------------------------- iteration


@dataclass(slots=True, eq=False)
class Range:
    """``range(start, stop, step)``."""

    start: Expr
    stop: Expr
    step: Expr
    line: int


@dataclass(slots=True, eq=False)
class Items:
    """The items of a list, str, bytes or set, the keys of a dict, forwards or backwards."""

    sequence: Expr
    line: int
    backwards: bool = False


@dataclass(slots=True, eq=False)
class Entries:
    """The values, or the keys and values, of a dict."""

    sequence: Expr
    line: int
    keys: bool


@dataclass(slots=True, eq=False)
class Enumerate:
    """``enumerate(inner, start)``."""

    inner: Source
    start: Expr
    line: int


@dataclass(slots=True, eq=False)
class Zip:
    """``zip(...)``."""

    inner: list[Source]
    line: int
    strict: bool = False


Source = Range | Items | Entries | Enumerate | Zip
Target = str | list["Target"]


# ---------------------------------------------------------------- statements


@dataclass(slots=True, eq=False)
class Stmt:
    """A statement."""

    line: int


@dataclass(slots=True, eq=False)
class Assign(Stmt):
    """``name = value``."""

    name: str
    value: Expr


@dataclass(slots=True, eq=False)
class SetItem(Stmt):
    """``base[index] = value``."""

    base: Expr
    index: Expr
    value: Expr


@dataclass(slots=True, eq=False)
class SetField(Stmt):
    """``base.name = value``."""

    base: Expr
    name: str
    value: Expr


@dataclass(slots=True, eq=False)
class Unpack(Stmt):
    """``a, b = sequence``: checks the length, then assigns."""

    names: list[str]
    sequence: Expr


@dataclass(slots=True, eq=False)
class Eval(Stmt):
    """An expression for its effect."""

    value: Expr


@dataclass(slots=True, eq=False)
class If(Stmt):
    """``if``."""

    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


@dataclass(slots=True, eq=False)
class While(Stmt):
    """``while`` with its ``else``."""

    test: Expr
    body: list[Stmt]
    orelse: list[Stmt]


@dataclass(slots=True, eq=False)
class For(Stmt):
    """``for`` with its ``else``."""

    target: Target
    source: Source
    body: list[Stmt]
    orelse: list[Stmt]


@dataclass(slots=True, eq=False)
class Return(Stmt):
    """``return``."""

    value: Expr | None


@dataclass(slots=True, eq=False)
class Raise(Stmt):
    """``raise`` or a failed ``assert``: a trap code and an optional message (a str)."""

    code: int
    message: Expr | None


@dataclass(slots=True, eq=False)
class Reraise(Stmt):
    """``raise`` alone, in a handler."""


@dataclass(slots=True, eq=False)
class Handler:
    """``except``: the trap codes that it takes."""

    codes: frozenset[int]
    body: list[Stmt]


@dataclass(slots=True, eq=False)
class Try(Stmt):
    """``try``. ``final`` also runs where control leaves the rest by an exception, a return, a break or a continue."""

    body: list[Stmt]
    handlers: list[Handler]
    orelse: list[Stmt]
    final: list[Stmt]

    @property
    def blocks(self) -> list[list[Stmt]]:
        """All its blocks."""
        return [self.body, *(handler.body for handler in self.handlers), self.orelse, self.final]


@dataclass(slots=True, eq=False)
class Break(Stmt):
    """``break``."""


@dataclass(slots=True, eq=False)
class Continue(Stmt):
    """``continue``."""


@dataclass(slots=True, eq=False)
class Function:
    """One of the cell's functions, for one combination of argument types."""

    name: str
    symbol: str
    parameters: list[tuple[str, Type]]
    result: Type
    line: int
    body: list[Stmt] = field(default_factory=list)
    variables: dict[str, Type] = field(default_factory=dict)
    recursive: bool = False
    ends: bool = True
    """Whether control can reach the end of the body."""
    returns: bool = True
    """Whether a call of it can end other than by an exception."""
