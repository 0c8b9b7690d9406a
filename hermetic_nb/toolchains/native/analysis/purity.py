"""What evaluating an expression may do besides giving a value: change an object, or raise, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.flow import unbound_reads
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BYTES,
    CHAR,
    INT,
    STR,
    ArrayType,
    DictT,
    ListT,
    RecordT,
    TupleT,
    parts,
)
from hermetic_nb.toolchains.native.walks import children, operands, statements, target_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.toolchains.native.types import Type

Site = tuple[str | int, int]
"""What may be raised, and its line; declared limits are none."""
_CALM: Final = {
    *("len", "abs", "min", "max", "table.get", "table.get_or", "table.copy", "list.concat", "list.repeat"),
    *("str.concat", "str.repeat", "bytes.concat", "bytes.repeat", "int.bit_length", "int.bit_count"),
    *("str.find", "str.count", "str.startswith", "str.endswith", "str.lower", "str.upper", "str.strip"),
    *("str.isdigit", "str.isalpha", "str.isalnum", "str.isupper", "str.islower", "str.isspace"),
    *("format.str", "format.repr", "format.join", "str.char_lower", "str.char_upper", "sum.finish"),
}
"""Operations that neither raise nor change anything."""
_READING: Final = ("str.", "bytes.", "int.", "float.", "format.", "math.", "round.")
_READING_ALONE: Final = {"ord", "chr", "pow", "trap", "list.count", "list.index"}
"""Operations that change nothing, and may raise."""
_DIVIDING: Final = {"/", "//", "%"}
_BOUNDED: Final = {"**", "<<", ">>"}
_PLAIN: Final = (t.Const, t.Nothing, t.Local, t.Unary, t.Compare, t.Logic, t.Truth, t.Choice, t.Convert, t.IsNone)
_PLAIN_MORE: Final = (t.TupleOf, t.Part, t.Field, t.Options, t.ListOf, t.DictOf, t.SetOf, t.RecordOf)
_ADDING: Final = {"list.append", "table.add", "list.sort", "list.reverse", "list.clear", "list.extend"}
"""What never raises, of what changes an object."""


class ImpureError(Exception):
    """An expression may change an object that was there before, or nothing is known of it."""


@dataclass(slots=True)
class Purity:
    """What the functions of a cell may do; each is looked at once."""

    known: dict[t.Function, frozenset[Site] | None] = field(default_factory=dict)
    """Where a function may raise; None where it is impure."""

    def sites(self, node: t.Expr) -> set[Site]:
        """Where evaluating an expression may raise. Raises ImpureError."""
        found = self._own(node)
        for part in children(node):
            found |= self.sites(part)
        if isinstance(node, t.Comprehension):
            found |= self.block(node.body, frozenset())
        return found

    def _own(self, node: t.Expr) -> set[Site]:
        if isinstance(node.type, ArrayType):
            raise ImpureError
        match node:
            case t.Arith(op=op, right=right):
                known = isinstance(right, t.Const) and (node.type == INT or op in _DIVIDING) and float(right.value) > 0
                return set() if known or op not in _DIVIDING | _BOUNDED else {(op, node.line)}
            case t.Index(base=base):
                if isinstance(base.type, DictT) and base.type.flavour:
                    raise ImpureError
                return {("KeyError" if isinstance(base.type, DictT) else "IndexError", node.line)}
            case t.Slice(step=step):
                return set() if step is None or isinstance(step, t.Const) else {("slice", node.line)}
            case t.Unwrap(code=code):
                return {(code, node.line)} if code else set()
            case t.Builtin(name=name):
                return self._builtin(name, node)
            case t.Invoke(target=target):
                return self._call(target, node.line)
            case t.Comprehension():
                return set()
        if isinstance(node, _PLAIN + _PLAIN_MORE):
            return set()
        raise ImpureError

    def _builtin(self, name: str, node: t.Builtin) -> set[Site]:
        if name in _CALM or (name == "ord" and node.arguments[0].type == CHAR):
            return set()
        if name in _READING_ALONE or name.startswith(_READING):
            return {(name, node.line)}
        raise ImpureError

    def _call(self, function: t.Function, line: int) -> set[Site]:
        if function not in self.known:
            # While it is looked at, a call of itself: too deep a recursion is an outcome.
            self.known[function] = frozenset({("RecursionError", line)})
            self.known[function] = self._of(function)
        found = self.known[function]
        if found is None:
            raise ImpureError
        return {*found, *([("RecursionError", line)] if function.recursive else [])}

    def _of(self, function: t.Function) -> frozenset[Site] | None:
        if unbound_reads(function):
            return None
        try:
            return frozenset(self.block(function.body, frozenset(name for name, _ in function.parameters)))
        except ImpureError:
            return None

    def block(self, body: list[t.Stmt], given: frozenset[str]) -> set[Site]:
        """Where the statements of a function or of a comprehension may raise. Raises ImpureError."""
        made = new_objects(body) - given
        found = set[Site]()
        for node in statements(body):
            match node:
                case t.Assign(value=value):
                    found |= self.sites(value)
                case t.Eval(value=t.Builtin(name=name, arguments=[t.Local(name=base), *items])) if (
                    name.startswith(("list.", "table.")) and base in made
                ):
                    found |= set() if name in _ADDING else {(name, node.line)}
                    found |= set[Site]().union(*map(self.sites, items))
                case t.Eval(value=value):
                    found |= self.sites(value)
                case t.If(test=test) | t.While(test=test):
                    found |= self.sites(test)
                case t.For(source=source):
                    found |= self.of_source(source)
                case t.Return(value=value):
                    found |= self.sites(value) if value is not None else set()
                case t.Raise(code=code, message=message):
                    found |= {(code, node.line)} | (self.sites(message) if message is not None else set())
                case t.Unpack(sequence=sequence):
                    found |= {("ValueError", node.line)} | self.sites(sequence)
                case t.SetItem(base=t.Local(name=base) as held, index=index, value=value) if (
                    base in made and isinstance(held.type, ListT | DictT)
                ):
                    found |= {("IndexError", node.line)} | self.sites(index) | self.sites(value)
                case t.Break() | t.Continue():
                    pass
                case _:
                    raise ImpureError
        return found

    def of_source(self, source: t.Source) -> set[Site]:
        """Where setting out on a loop may raise. Raises ImpureError."""
        found = set[Site]().union(*map(self.sites, operands(source)))
        step = source.step if isinstance(source, t.Range) else None
        if step is not None and not isinstance(step, t.Const):
            found.add(("range", source.line))
        if isinstance(source, t.Zip) and source.strict:
            found.add(("zip", source.line))
        return found


def new_objects(body: Iterable[t.Stmt]) -> set[str]:
    """Variables that never hold an object that was there before."""
    made, other = set[str](), set[str]()
    for node in statements(body):
        match node:
            case t.Assign():
                (made if makes(node.value) else other).add(node.name)
            case t.For():
                other.update(target_names(node.target))
            case t.Unpack():
                other.update(node.names)
    return made - other


def makes(node: t.Expr) -> bool:
    """Whether the value of an expression is an object that nothing else holds."""
    match node:
        case t.ListOf(shared=shared):
            return not shared
        case t.Slice(type=kind):
            return isinstance(kind, ListT)
        case t.Comprehension(name=name, body=body):
            return name in new_objects(body)
        case t.SetOf() | t.DictOf() | t.Builtin(name="list.repeat" | "list.concat" | "table.copy"):
            return True
    return False


def tells_nothing(kind: Type) -> bool:
    """Whether equal values of a type are the same to everybody."""
    if isinstance(kind, TupleT):
        return all(map(tells_nothing, kind.items))
    return kind in {INT, BOOL, STR, CHAR, BYTES}


def holds_record(kind: Type) -> bool:
    """Whether a value is, or may hold, an instance of a class."""
    return isinstance(kind, RecordT) or any(map(holds_record, parts(kind)))
