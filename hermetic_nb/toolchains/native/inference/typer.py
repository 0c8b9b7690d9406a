"""What all typing shares: one function's variables, list cells, and the ways to bring a value to another type."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.saying import misplaced, quoted, two_types
from hermetic_nb.toolchains.native.inference.verdicts import ends_turn
from hermetic_nb.toolchains.native.lowering.layout import NONE_OPERAND
from hermetic_nb.toolchains.native.parse.refusal import kind_of, refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    Cell,
    DictT,
    JoinError,
    ListT,
    OptionT,
    RowT,
    SetT,
    TupleT,
    Type,
    cells,
    fresh,
    is_number,
    join,
    parts,
    reached,
    spelled,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.toolchains.native.inference.inference import Inference, Instance
    from hermetic_nb.toolchains.native.parse.cellmodule import Scalar, Static

INT_MIN: Final = -(1 << 63)
INT_MAX: Final = (1 << 63) - 1
_CONVERTIBLE: Final = {
    *((BOOL, INT), (BOOL, FLOAT), (BOOL, NUM), (INT, FLOAT), (INT, NUM), (FLOAT, NUM), (NUM, FLOAT), (CHAR, STR)),
}
EXACT: Final = 1 << 53
"""Ints up to this magnitude are floats without loss."""


class Typer:
    """Knows the types of one function so far."""

    def __init__(self, program: Inference, instance: Instance) -> None:
        self.program, self.instance = program, instance
        self.renamed: dict[str, str] = {}
        """Names that a comprehension hides, by their hidden variables."""
        self.in_generator = False
        self.handling: list[str] = []
        """Names of the exceptions whose handlers this is in."""
        self.some: set[str] = set()
        """Variables that may be None, and are not at this place."""

    def hides(self, name: str) -> bool:
        """Whether a variable hides the global or built-in name."""
        return name in self.instance.names or name in self.renamed

    def is_builtin(self, name: str) -> bool:
        """Whether a name is the built-in one here."""
        module = self.program.module
        own = name in module.functions or name in module.classes or name in module.constants
        return not (self.hides(name) or own or name in module.math_names)

    def item(self, cell: Cell) -> Type:
        """The type of an item that is read."""
        if cell.item == BOTTOM:
            self.program.unsettled.append(cell)
        return cell.item

    def expr(self, node: ast.expr) -> t.Expr:
        """Type an expression. Raises RefusedError."""
        method = getattr(self, f"_expr_{type(node).__name__}", None)
        if method is None:
            refuse(f"{kind_of(node)} is outside the native subset", node)
        result: t.Expr = method(node)
        if self.program.final and result.type == BOTTOM:
            refuse("this call never returns: let it be a statement of its own", node)
        return result

    def number(self, node: ast.expr) -> t.Expr:
        """Type an expression that must be a number; bools become ints."""
        return self.as_number(self.expr(node), node)

    def as_number(self, value: t.Expr, node: ast.expr) -> t.Expr:
        """A typed expression that must be a number."""
        value = self.need(value, node)
        if value.type == BOOL:
            return self.convert(value, INT, node)
        if not is_number(value.type) and value.type != BOTTOM:
            refuse(f"a number is needed here, not {value.type}", node)
        return value

    def integer(self, node: ast.expr, what: str) -> t.Expr:
        """Type an expression that must be an int."""
        value = self.need(self.expr(node), node)
        if value.type == BOOL:
            return self.convert(value, INT, node)
        if value.type not in {INT, BOTTOM}:
            refuse(f"{what} must be an int, not {value.type}", node)
        return value

    def need(self, value: t.Expr, node: ast.AST, code: int = NONE_OPERAND) -> t.Expr:
        """A value that must not be None: a trap where it is."""
        if value.type == NONE:
            self.a_value(value, node)
            if self.program.final:
                refuse(f"{quoted(node)} is always None here", node)
            return t.Unwrap(BOTTOM, value.line, value, code)
        return t.Unwrap(value.type.inner, value.line, value, code) if isinstance(value.type, OptionT) else value

    # ------------------------------------------------------------ truth

    def truth(self, node: ast.expr) -> t.Expr:
        """Type an expression for its truth value."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return t.Unary(BOOL, node.lineno, "not", self.truth(node.operand))
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            operands = self.in_turn(node, self.truth)
            return operands[0] if len(operands) == 1 else t.Logic(BOOL, node.lineno, op, operands)
        return self.as_truth(self.expr(node), node)

    def in_turn(self, node: ast.BoolOp, act: Callable[[ast.expr], t.Expr]) -> list[t.Expr]:
        """Type the operands of ``and`` or ``or``, each with what the earlier ones say of options, as far as they are run."""
        before, made = set(self.some), []
        for value in node.values:
            made.append(act(value))
            if ends_turn(made[-1], "and" if isinstance(node.op, ast.And) else "or"):
                break
            held, failed = tested(value)
            self.some |= held if isinstance(node.op, ast.And) else failed
        self.some = before
        return made

    def as_truth(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """The truth value of a typed expression."""
        if value.type in {BOOL, BOTTOM}:
            return value
        if value.type == NONE and isinstance(value, t.Invoke | t.Builtin):
            refuse("this call returns nothing", node)
        return t.Truth(BOOL, value.line, value)

    # ------------------------------------------------------------ conversions

    def convert(self, value: t.Expr, kind: Type, node: ast.AST) -> t.Expr:
        """Bring a value to a type that holds it exactly. Raises RefusedError."""
        have = value.type
        if have == kind or BOTTOM in {have, kind}:
            return value
        if isinstance(value, t.Const) and have in {INT, BOOL} and kind == FLOAT:
            return t.Const(FLOAT, value.line, float(value.value))
        if isinstance(value, t.Const) and have == CHAR and kind == STR:
            return t.Const(STR, value.line, value.value)
        if have == BOOL and kind in {FLOAT, NUM}:
            return self.convert(t.Convert(INT, value.line, value), kind, node)
        if is_convertible(have, kind):
            return t.Convert(kind, value.line, value)
        return refuse(f"{have} is given where {kind} is needed", node)

    def joined(self, values: list[t.Expr], node: ast.AST, what: str) -> tuple[Type, list[t.Expr]]:
        """The common type of several values, and the values brought to it."""
        kind: Type = BOTTOM
        for value in values:
            self.a_value(value, node)
            kind = self.join(kind, value.type, node, what)
        return kind, [self.convert(value, kind, node) for value in values]

    def a_value(self, value: t.Expr, node: ast.AST) -> None:
        """Refuse what a function gives that returns nothing."""
        if value.type == NONE and isinstance(value, t.Invoke | t.Builtin):
            refuse("this call returns nothing", node)

    def join(self, left: Type, right: Type, node: ast.AST, what: str, said: str = "") -> Type:
        """The common type of two, noting whether cells grew. Raises RefusedError, with what is ``said`` of them."""
        before = [(cell, cell.root(), cell.item) for cell in (*reached(left), *reached(right))]
        try:
            kind, _ = join(left, right)
        except JoinError as error:
            plain = str(error) == f"{error.left} and {error.right}"
            refuse(said if said and plain else f"{what} is {error}", node)
        if any(cell.root() is not root or cell.item != item for cell, root, item in before):
            self.program.changed = True
        return kind

    # ------------------------------------------------------------ cells

    def cell(self, node: ast.AST, which: int = 0) -> Cell:
        """A cell of the container that a syntax node makes."""
        return self.instance.cells.setdefault((node, which), Cell(BOTTOM))

    def widen(self, cell: Cell, item: Type, node: ast.AST) -> None:
        """Make room in a container for an item type."""
        try:
            first = cell.item == BOTTOM
            if cell.widen(item):
                self.program.changed = True
                if first:
                    cell.root().line = getattr(node, "lineno", 0)
        except JoinError as error:
            if "itself" in str(error) or "without end" in str(error):
                refuse(f"the container holds {error}", node)
            refuse(*misplaced(node, error.left, error.right, cell.root().line))

    def add(self, cell: Cell, value: t.Expr, node: ast.AST) -> t.Expr:
        """A value as an item of a container that makes room for it."""
        self.a_value(value, node)
        self.widen(cell, value.type, node)
        return self.convert(value, cell.item, node)

    def own(self, kind: Type, node: ast.AST) -> Type:
        """A type that comes from another function, with cells of this one's."""
        if not parts(kind):
            return kind
        mine = self.instance.types.get(node)
        if mine is None or spelled(shape(mine)) != spelled(shape(kind)):
            mine = self.instance.types[node] = fresh(kind)
        self.bridge(mine, kind, node, "what this call returns")
        return mine

    def bridge(self, mine: Type, theirs: Type, node: ast.AST, what: str) -> None:
        """Let two types of one value, in two functions, grow alike. Raises RefusedError where they end up apart."""
        for one, other in zip(cells(mine), cells(theirs), strict=True):
            if one.root() is other.root():
                continue
            if one.item != other.item:
                if self.program.final:
                    refuse(f"{what} gets other items here", node)
                self.widen(one, fresh(other.item), node)
                self.widen(other, fresh(one.item), node)
            if type(one.item) is type(other.item):
                self.bridge(one.item, other.item, node, what)
        if not cells(mine):
            for left, right in zip(parts(mine), parts(theirs), strict=False):
                if type(left) is type(right):
                    self.bridge(left, right, node, what)

    def hidden(self, purpose: str, node: ast.AST) -> str:
        """A variable that no source can name, the same in every pass."""
        return f"${purpose}.{getattr(node, 'lineno', 0)}.{getattr(node, 'col_offset', 0)}"

    def assign(self, name: str, value: t.Expr, node: ast.AST) -> t.Assign:
        """An assignment, widening the variable's type."""
        self.a_value(value, node)
        variables = self.instance.variables
        have = variables.get(name, BOTTOM)
        places = self.instance.places
        first = places.get(name, self.instance.node.lineno)
        said = two_types(f"`{name}`", [(have, first), (value.type, getattr(node, "lineno", value.line))])
        hidden = name.startswith("$")
        shown = "a value" if hidden else f"`{name}`"
        kind = self.join(have, value.type, node, shown, "" if hidden else f"{said}: give them two names")
        if kind != have:
            places.setdefault(name, getattr(node, "lineno", value.line))
            variables[name] = kind
            self.program.changed = True
        if isinstance(value.type, OptionT) or value.type in {NONE, BOTTOM}:
            self.some.discard(name)
        else:
            self.some.add(name)
        return t.Assign(value.line, name, self.convert(value, kind, node))

    def _once(self, node: ast.expr, value: t.Expr, statements: list[t.Stmt], purpose: str = "once") -> t.Expr:
        """A value that is read several times: a hidden variable, which a new statement assigns, where it is no name."""
        if isinstance(value, t.Const | t.Local):
            return value
        name = self.hidden(purpose, node)
        statements.append(self.assign(name, value, node))
        return self.local(name, node.lineno)

    def local(self, name: str, line: int) -> t.Local:
        """A read of a variable."""
        return t.Local(self.instance.variables.get(name, BOTTOM), line, name, self.in_generator)

    def constant(self, value: Scalar, node: ast.AST) -> t.Const:
        """A literal. Raises RefusedError on an int beyond 64 bits or a str with lone surrogates."""
        line = getattr(node, "lineno", 0)
        if isinstance(value, bool):
            return t.Const(BOOL, line, value)
        if isinstance(value, int):
            if not INT_MIN <= value <= INT_MAX:
                refuse("this int needs more than 64 bits", node)
            return t.Const(INT, line, value)
        if isinstance(value, float):
            return t.Const(FLOAT, line, value)
        if isinstance(value, bytes):
            return t.Const(BYTES, line, value)
        return t.Const(CHAR if len(value) == 1 else STR, line, value)

    def copied(self, value: t.Expr, cell: Cell, node: ast.AST) -> t.Expr:
        """A list whose items are brought to a cell's item type (the result never aliases)."""
        have = value.type
        assert isinstance(have, ListT)
        if have.item == cell.item or BOTTOM in {cell.item, have.item}:
            return value
        if is_convertible(have.item, cell.item):
            return t.Convert(type(have)(cell), value.line, value)
        return refuse(f"{have} is given where {type(have)(cell)} is needed", node)

    def libm(self, name: str, value: t.Expr) -> t.Expr:
        """Note that a result passes through the mathematics library."""
        self.instance.libm.add(name)
        return value

    def static(self, value: Static, node: ast.AST) -> t.Expr:
        """A top-level constant."""
        if not isinstance(value, list):
            return self.constant(value, node)
        items = [self.constant(item, node) for item in value]
        cell = self.cell(node)
        for item in items:
            self.widen(cell, item.type, node)
        converted = [self.convert(item, cell.item, node) for item in items]
        return t.ListOf(ListT(cell), getattr(node, "lineno", 0), converted, shared=True)

    def reading(self, node: ast.expr) -> t.Expr:
        """Type an expression whose list, if it is one, is only read: top-level lists are allowed here."""
        if isinstance(node, ast.Name) and not self.hides(node.id):
            value = self.program.module.constants.get(node.id)
            if isinstance(value, list):
                return self.static(value, node)
        return self.expr(node)


def is_convertible(have: Type, kind: Type) -> bool:
    """Whether a value of one type can be brought to another one, without loss and without a copy that would show."""
    if have in (kind, BOTTOM):
        return True
    if isinstance(kind, OptionT):
        return have == NONE or is_convertible(have.inner if isinstance(have, OptionT) else have, kind.inner)
    if isinstance(have, TupleT) and isinstance(kind, TupleT) and len(have.items) == len(kind.items):
        return all(map(is_convertible, have.items, kind.items))
    if isinstance(have, RowT | TupleT) and isinstance(kind, RowT):
        return all(is_convertible(item, kind.item) for item in parts(have))
    return (have, kind) in _CONVERTIBLE


def shape(kind: Type) -> Type:
    """A type with nothing known of what its containers hold."""
    match kind:
        case ListT() | SetT():
            return type(kind)(Cell(BOTTOM))
        case DictT():
            return DictT(Cell(BOTTOM), Cell(BOTTOM), kind.flavour)
        case TupleT():
            return TupleT(tuple(map(shape, kind.items)))
        case OptionT():
            return OptionT(shape(kind.inner))
    return kind


def tested(node: ast.expr) -> tuple[set[str], set[str]]:
    """The variables that are not None where a test holds, and where it fails."""
    match node:
        case ast.Name(id=name):
            return {name}, set()
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            held, failed = tested(operand)
            return failed, held
        case ast.BoolOp(op=ast.And(), values=values):
            return set().union(*(tested(value)[0] for value in values)), set()
        case ast.BoolOp(op=ast.Or(), values=values):
            return set(), set().union(*(tested(value)[1] for value in values))
        case ast.Compare(
            left=ast.Name(id=name), ops=[ast.IsNot() | ast.NotEq()], comparators=[ast.Constant(value=None)]
        ):
            return {name}, set()
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is() | ast.Eq()], comparators=[ast.Constant(value=None)]):
            return set(), {name}
        case ast.NamedExpr(target=ast.Name(id=name)):
            return {name}, set()
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), classes]) if not asks_none(classes):
            # The name means the built-in function in every cell (see `inference`).
            return {name}, set()
    return set(), set()


def asks_none(classes: ast.expr) -> bool:
    """Whether None may be an instance of one of the classes of an ``isinstance``."""
    named = {part.id for part in ast.walk(classes) if isinstance(part, ast.Name)}
    return "object" in named or any(isinstance(part, ast.Call | ast.Constant) for part in ast.walk(classes))


def names_in(node: ast.AST, how: type[ast.Load | ast.Store]) -> set[str]:
    """The names that a syntax tree reads or assigns."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, how)}
