"""Typing of expressions: syntax nodes -> typed tree. One `Typer` per function and pass; see `inference` for the fixed point."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.cellmodule import MATH_CONSTANTS
from hermetic_nb.toolchains.native.refusal import refuse
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
    JoinError,
    ListT,
    Type,
    is_number,
    is_text,
    join,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.toolchains.native.cellmodule import Scalar, Static
    from hermetic_nb.toolchains.native.inference import Inference, Instance

ARITH: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
}
_COMPARE: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
}
_BITWISE: Final = {"<<", ">>", "&", "|", "^"}
INT_MIN: Final = -(1 << 63)
INT_MAX: Final = (1 << 63) - 1
EXACT: Final = 1 << 53
"""Ints up to this magnitude are floats without loss."""


class ExpressionTyper:
    """Types the expressions of one function."""

    def __init__(self, program: Inference, instance: Instance) -> None:
        self.program, self.instance = program, instance
        self.renamed: dict[str, str] = {}
        """Names that a comprehension hides, by their hidden variables."""
        self.in_generator = False

    def hides(self, name: str) -> bool:
        """Whether a variable hides the global or built-in name."""
        return name in self.instance.names or name in self.renamed

    def item(self, cell: Cell) -> Type:
        """The type of an item that is read."""
        if cell.item == BOTTOM:
            self.program.unsettled.append(cell)
        return cell.item

    # ------------------------------------------------------------ entry points

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
        value = self.expr(node)
        if value.type == BOOL:
            return self.convert(value, INT, node)
        if not is_number(value.type) and value.type != BOTTOM:
            refuse(f"a number is needed here, not {value.type}", node)
        return value

    def integer(self, node: ast.expr, what: str) -> t.Expr:
        """Type an expression that must be an int."""
        value = self.expr(node)
        if value.type == BOOL:
            return self.convert(value, INT, node)
        if value.type not in {INT, BOTTOM}:
            refuse(f"{what} must be an int, not {value.type}", node)
        return value

    def truth(self, node: ast.expr) -> t.Expr:
        """Type an expression for its truth value."""
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return t.Unary(BOOL, node.lineno, "not", self.truth(node.operand))
        if isinstance(node, ast.BoolOp):
            op = "and" if isinstance(node.op, ast.And) else "or"
            return t.Logic(BOOL, node.lineno, op, [self.truth(value) for value in node.values])
        return self.as_truth(self.expr(node), node)

    def as_truth(self, value: t.Expr, node: ast.AST) -> t.Expr:
        """The truth value of a typed expression."""
        if value.type in {BOOL, BOTTOM}:
            return value
        if value.type == NONE:
            refuse("this call returns nothing", node)
        return t.Truth(BOOL, value.line, value)

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
        allowed = {(BOOL, INT), (INT, FLOAT), (INT, NUM), (FLOAT, NUM), (NUM, FLOAT), (CHAR, STR)}
        if (have, kind) in allowed:
            return t.Convert(kind, value.line, value)
        return refuse(f"{have} is given where {kind} is needed", node)

    def joined(self, values: list[t.Expr], node: ast.AST, what: str) -> tuple[Type, list[t.Expr]]:
        """The common type of several values, and the values brought to it."""
        kind: Type = BOTTOM
        for value in values:
            if value.type == NONE:
                refuse("this call returns nothing", node)
            kind = self.join(kind, value.type, node, what)
        return kind, [self.convert(value, kind, node) for value in values]

    def join(self, left: Type, right: Type, node: ast.AST, what: str) -> Type:
        """The common type of two, noting whether list cells grew."""
        try:
            kind, changed = join(left, right)
        except JoinError as error:
            refuse(f"{what} is {error}", node)
        if changed and isinstance(left, ListT):
            self.program.changed = True
        return kind

    def cell(self, node: ast.AST) -> Cell:
        """The item cell of the list that a syntax node makes."""
        return self.instance.cells.setdefault(node, Cell(BOTTOM))

    def widen(self, cell: Cell, item: Type, node: ast.AST) -> None:
        """Make room in a list for an item type."""
        try:
            if cell.widen(item):
                self.program.changed = True
        except JoinError as error:
            refuse(f"the list holds {error}", node)

    def hidden(self, purpose: str, node: ast.AST) -> str:
        """A variable that no source can name, the same in every pass."""
        return f"${purpose}.{getattr(node, 'lineno', 0)}.{getattr(node, 'col_offset', 0)}"

    def assign(self, name: str, value: t.Expr, node: ast.AST) -> t.Assign:
        """An assignment, widening the variable's type."""
        if value.type == NONE:
            refuse("this call returns nothing", node)
        variables = self.instance.variables
        have = variables.get(name, BOTTOM)
        shown = "a value" if name.startswith("$") else f"variable {name}"
        kind = self.join(have, value.type, node, shown)
        if kind != have:
            variables[name] = kind
            self.program.changed = True
        return t.Assign(value.line, name, self.convert(value, kind, node))

    def local(self, name: str, line: int) -> t.Local:
        """A read of a variable."""
        return t.Local(self.instance.variables.get(name, BOTTOM), line, name, self.in_generator)

    # ------------------------------------------------------------ atoms

    def _expr_Constant(self, node: ast.Constant) -> t.Expr:
        value = node.value
        if value is None or value is Ellipsis or isinstance(value, complex):
            refuse(f"{value!r} is outside the native subset", node)
        return self.constant(value, node)

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

    def static(self, value: Static, node: ast.AST) -> t.Expr:
        """A top-level constant."""
        if not isinstance(value, list):
            return self.constant(value, node)
        items = [self.constant(item, node) for item in value]
        cell = self.cell(node)
        for item in items:
            self.widen(cell, item.type, node)
        self.item_allowed(cell, node)
        return t.ListOf(
            ListT(cell), getattr(node, "lineno", 0), [self.convert(item, cell.item, node) for item in items]
        )

    def _expr_Name(self, node: ast.Name) -> t.Expr:
        name = self.renamed.get(node.id, node.id)
        if name in self.instance.names or name.startswith("$"):
            found = self.local(name, node.lineno)
            if found.type == BOTTOM:
                self.program.unsettled.append((self.instance.variables, name))
            return found
        module = self.program.module
        if node.id in module.constants:
            if isinstance(module.constants[node.id], list):
                refuse(
                    f"{node.id} is only read in the native subset: index it, loop over it, or take its len, sum, min or max",
                    node,
                )
            return self.static(module.constants[node.id], node)
        if module.math_names.get(node.id) in MATH_CONSTANTS:
            return t.Const(FLOAT, node.lineno, MATH_CONSTANTS[module.math_names[node.id]])
        if node.id in module.functions or node.id in module.math_names:
            refuse(f"{node.id} can only be called in the native subset", node)
        return refuse(f"{node.id} is not defined in this cell", node)

    def reading(self, node: ast.expr) -> t.Expr:
        """Type an expression whose list, if it is one, is only read: top-level lists are allowed here."""
        if isinstance(node, ast.Name) and not self.hides(node.id):
            value = self.program.module.constants.get(node.id)
            if isinstance(value, list):
                return self.static(value, node)
        return self.expr(node)

    def is_math(self, node: ast.expr) -> bool:
        """Whether an expression is the module `math`."""
        return isinstance(node, ast.Name) and node.id in self.program.module.math_modules and not self.hides(node.id)

    def _expr_Attribute(self, node: ast.Attribute) -> t.Expr:
        if self.is_math(node.value) and node.attr in MATH_CONSTANTS:
            return t.Const(FLOAT, node.lineno, MATH_CONSTANTS[node.attr])
        return refuse(f"{ast.unparse(node)} is outside the native subset", node)

    # ------------------------------------------------------------ operators

    def _expr_UnaryOp(self, node: ast.UnaryOp) -> t.Expr:
        if isinstance(node.op, ast.Not):
            return self.truth(node)
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = node.operand.value
            if isinstance(value, int | float) and not isinstance(value, bool):
                return self.constant(-value, node)
        operand = self.number(node.operand)
        if isinstance(node.op, ast.UAdd):
            return operand
        if isinstance(node.op, ast.Invert):
            if operand.type not in {INT, BOTTOM}:
                refuse(f"~ needs an int, not {operand.type}", node)
            return t.Unary(operand.type, node.lineno, "invert", operand)
        return t.Unary(operand.type, node.lineno, "neg", operand)

    def _expr_BinOp(self, node: ast.BinOp) -> t.Expr:
        op = ARITH.get(type(node.op))
        if op is None:
            refuse(f"{kind_of(node.op)} is outside the native subset", node)
        return self.binary(op, self.expr(node.left), self.expr(node.right), node)

    def binary(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """A binary operation on typed operands."""
        line = getattr(node, "lineno", 0)
        if BOTTOM in {left.type, right.type}:
            if self.program.final:
                refuse("this operand never has a value", node)
            return t.Arith(BOTTOM, line, op, left, right)
        folded = fold_ints(op, left, right)
        if folded is not None:
            return t.Const(INT, line, folded)
        if is_number(left.type) and is_number(right.type):
            return self._numeric(op, left, right, node, line)
        if op == "+" and is_text(left.type) and is_text(right.type):
            operands = [self.convert(left, STR, node), right]
            return t.Builtin(STR, line, "str.concat", operands)
        if op == "+" and left.type == right.type == BYTES:
            return t.Builtin(BYTES, line, "bytes.concat", [left, right])
        if op == "+" and isinstance(left.type, ListT) and isinstance(right.type, ListT):
            cell = self.cell(node)
            for side in (left, right):
                self.widen(cell, side.type.item, node)  # type: ignore[union-attr] # both are lists
            operands = [self.copied(side, cell, node) for side in (left, right)]
            return t.Builtin(ListT(cell), line, "list.concat", operands)
        if op == "*":
            sequence, count = (right, left) if is_number(left.type) else (left, right)
            if sequence is right and not is_quiet(left) and not is_quiet(right):
                refuse("write what is repeated first, then the number of times", node)
            if count.type == BOOL:
                count = self.convert(count, INT, node)
            if count.type == INT and is_text(sequence.type):
                return t.Builtin(STR, line, "str.repeat", [self.convert(sequence, STR, node), count])
            if count.type == INT and sequence.type == BYTES:
                return t.Builtin(BYTES, line, "bytes.repeat", [sequence, count])
            if count.type == INT and isinstance(sequence.type, ListT):
                return t.Builtin(sequence.type, line, "list.repeat", [sequence, count])
        return refuse(f"{op} of {left.type} and {right.type} is outside the native subset", node)

    def copied(self, value: t.Expr, cell: Cell, node: ast.AST) -> t.Expr:
        """A list whose items are brought to a cell's item type (the result never aliases)."""
        if value.type == ListT(cell) or BOTTOM in {cell.item, value.type.item}:  # type: ignore[union-attr] # only lists come here
            return value
        if {cell.item, value.type.item} <= {INT, FLOAT, NUM}:  # type: ignore[union-attr] # only lists come here
            return t.Convert(ListT(cell), value.line, value)
        return refuse(f"{value.type} is given where {ListT(cell)} is needed", node)

    def _numeric(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST, line: int) -> t.Expr:
        both_bool = left.type == right.type == BOOL
        if op in {"&", "|", "^"} and both_bool:
            return t.Arith(BOOL, line, op, left, right)
        left, right = (self.convert(v, INT, node) if v.type == BOOL else v for v in (left, right))
        kinds = {left.type, right.type}
        if op in _BITWISE and kinds != {INT}:
            refuse(f"{op} needs ints, not {left.type} and {right.type}", node)
        if op == "**":
            return self._power(left, right, node, line)
        kind = FLOAT if FLOAT in kinds else NUM if NUM in kinds else INT
        if op == "/" and kind == INT:
            return t.Arith(FLOAT, line, op, left, right)
        if kind != INT:
            left, right = self.convert(left, kind, node), self.convert(right, kind, node)
        return t.Arith(FLOAT if op == "/" else kind, line, op, left, right)

    def _power(self, left: t.Expr, right: t.Expr, node: ast.AST, line: int) -> t.Expr:
        if left.type == right.type == INT:
            if isinstance(right, t.Const):
                if int(right.value) >= 0:
                    return t.Arith(INT, line, "**", left, right)
                return self.libm("pow", t.Builtin(FLOAT, line, "int.pow_negative", [left, right]))
            return t.Arith(INT, line, "**", left, right)
        if NUM in {left.type, right.type} and FLOAT not in {left.type, right.type}:
            refuse("** of a number that may be an int or a float here: begin with 0.0 instead of 0", node)
        left, right = self.convert(left, FLOAT, node), self.convert(right, FLOAT, node)
        return self.libm("pow", t.Arith(FLOAT, line, "**", left, right))

    def libm(self, name: str, value: t.Expr) -> t.Expr:
        """Note that a result passes through the mathematics library."""
        self.instance.libm.add(name)
        return value

    def _expr_BoolOp(self, node: ast.BoolOp) -> t.Expr:
        op = "and" if isinstance(node.op, ast.And) else "or"
        values = [self.expr(value) for value in node.values]
        kind, values = self.joined(values, node, f"the value of {op}")
        return t.Logic(kind, node.lineno, op, values)

    def _expr_IfExp(self, node: ast.IfExp) -> t.Expr:
        test = self.truth(node.test)
        kind, (then, other) = self.joined([self.expr(node.body), self.expr(node.orelse)], node, "the value of if/else")
        return t.Choice(kind, node.lineno, test, then, other)

    def _expr_Compare(self, node: ast.Compare) -> t.Expr:
        left = self.expr(node.left)
        links: list[tuple[str, t.Expr]] = []
        previous = left
        for index, (comparison, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
            op = _COMPARE.get(type(comparison))
            if op is None:
                refuse("is / is not are outside the native subset: compare with ==", node)
            if op in {"in", "not in"}:
                if index or len(node.ops) > 1:
                    refuse("in stands alone in the native subset, not in a chain", node)
                links.append((op, self._container(previous, comparator)))
                break
            right = self.expr(comparator)
            self._comparable(op, previous.type, right.type, node)
            links.append((op, right))
            previous = right
        return t.Compare(BOOL, node.lineno, left, links)

    def _comparable(self, op: str, left: Type, right: Type, node: ast.AST) -> None:
        if BOTTOM in {left, right} or (is_number(left) and is_number(right)) or (is_text(left) and is_text(right)):
            return
        if left == right == BYTES or (
            isinstance(left, ListT)
            and isinstance(right, ListT)
            and (left == right or BOTTOM in {left.item, right.item})
        ):
            if isinstance(left, ListT) and left.item == NUM:
                refuse("lists of mixed ints and floats are compared outside the native subset", node)
            return
        refuse(f"{left} {op} {right} is outside the native subset", node)

    def _container(self, item: t.Expr, node: ast.expr) -> t.Expr:
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and node.elts:
            return self._options(item, [self.expr(option) for option in node.elts], node)
        if isinstance(node, ast.Name) and not self.hides(node.id):
            texts = self.program.module.constants.get(node.id)
            if isinstance(texts, list) and texts and all(isinstance(text, str | bytes) for text in texts):
                return self._options(item, [self.constant(text, node) for text in texts], node)
        container = self.reading(node)
        kind = container.type
        fits = (
            BOTTOM in {kind, item.type}
            or (is_text(kind) and is_text(item.type))
            or (
                isinstance(kind, ListT)
                and (kind.item == item.type or (is_number(kind.item) and is_number(item.type)) or kind.item == BOTTOM)
            )
        )
        if not fits or (isinstance(kind, ListT) and kind.item in {STR, BYTES}):
            refuse(f"{item.type} in {kind} is outside the native subset", node)
        return container

    def _options(self, item: t.Expr, options: list[t.Expr], node: ast.expr) -> t.Expr:
        for option in options:
            self._comparable("in", item.type, option.type, node)
        return t.Options(BOTTOM, node.lineno, options)

    # ------------------------------------------------------------ sequences

    def _expr_Subscript(self, node: ast.Subscript) -> t.Expr:
        base = self.reading(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._slice(base, node, node.slice)
        index = self.integer(node.slice, "an index")
        if base.type == BOTTOM:
            return t.Index(BOTTOM, node.lineno, base, index)
        if isinstance(base.type, ListT):
            return t.Index(self.item(base.type.cell), node.lineno, base, index)
        if is_text(base.type):
            return t.Index(CHAR, node.lineno, self.convert(base, STR, node), index)
        if base.type == BYTES:
            return t.Index(INT, node.lineno, base, index)
        return refuse(f"{base.type} has no items", node)

    def _slice(self, base: t.Expr, node: ast.Subscript, bounds: ast.Slice) -> t.Expr:
        if (
            isinstance(node.value, ast.Name)
            and node.value.id in self.program.module.tuples
            and not self.hides(node.value.id)
        ):
            refuse("a slice of a tuple is a tuple, which is outside the native subset", node)
        low, high, step = (
            None
            if part is None or (isinstance(part, ast.Constant) and part.value is None)
            else self.integer(part, "a slice bound")
            for part in (bounds.lower, bounds.upper, bounds.step)
        )
        kind = base.type
        if is_text(kind):
            base, kind = self.convert(base, STR, node), STR
        elif isinstance(kind, ListT):
            kind = ListT(self.cell(node))
            self.widen(kind.cell, base.type.item, node)  # type: ignore[union-attr] # a list
            if kind.item != base.type.item:  # type: ignore[union-attr] # a list
                return self.copied(t.Slice(base.type, node.lineno, base, low, high, step), kind.cell, node)
        elif kind not in {BYTES, BOTTOM}:
            refuse(f"{kind} has no slices", node)
        return t.Slice(kind, node.lineno, base, low, high, step)

    def _expr_List(self, node: ast.List) -> t.Expr:
        return self.literal(node)

    def literal(self, node: ast.List | ast.Tuple) -> t.Expr:
        """A list literal, or a tuple that is only looped over."""
        items = [self.expr(item) for item in node.elts]
        cell = self.cell(node)
        for item, source in zip(items, node.elts, strict=True):
            if item.type == NONE:
                refuse("this call returns nothing", source)
            self.widen(cell, item.type, source)
        self.item_allowed(cell, node)
        return t.ListOf(ListT(cell), node.lineno, [self.convert(item, cell.item, node) for item in items])

    def item_allowed(self, cell: Cell, node: ast.AST) -> None:
        """Refuse lists of what lists cannot hold yet."""
        if cell.item in {CHAR, STR, BYTES} or isinstance(cell.item, ListT):
            refuse(f"a list of {cell.item} is outside the native subset", node)

    def _expr_Tuple(self, node: ast.Tuple) -> t.Expr:
        return refuse("a tuple as a value is outside the native subset", node)


def is_quiet(node: t.Expr) -> bool:
    """Whether an expression neither raises nor changes anything, so that it may be evaluated earlier or later."""
    match node:
        case t.Const() | t.Local():
            return True
        case t.Convert() | t.Truth():
            return is_quiet(node.operand)
        case t.Arith(op="+" | "-" | "*"):
            return is_quiet(node.left) and is_quiet(node.right)
        case t.Unary():
            return is_quiet(node.operand)
        case t.ListOf():
            return all(map(is_quiet, node.items))
    return False


def fold_ints(op: str, left: t.Expr, right: t.Expr) -> int | None:
    """The value of an int operation on two literals, where it has one within 64 bits."""
    if not (isinstance(left, t.Const) and isinstance(right, t.Const) and left.type == right.type == INT):
        return None
    a, b = int(left.value), int(right.value)
    if (op in {"//", "%"} and b == 0) or (op in {"**", "<<", ">>"} and not 0 <= b <= 64):
        return None
    fold: dict[str, Callable[[int, int], int]] = {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "//": operator.floordiv,
        "%": operator.mod,
        "**": operator.pow,
        "<<": operator.lshift,
        ">>": operator.rshift,
        "&": operator.and_,
        "|": operator.or_,
        "^": operator.xor,
    }
    if op not in fold:
        return None
    value = fold[op](a, b)
    return value if INT_MIN <= value <= INT_MAX else None


def kind_of(node: ast.AST) -> str:
    """What a construct is called in a refusal."""
    name = type(node).__name__
    return {
        "Dict": "a dict",
        "Set": "a set",
        "JoinedStr": "an f-string",
        "Lambda": "lambda",
        "NamedExpr": ":=",
        "DictComp": "a dict comprehension",
        "SetComp": "a set comprehension",
        "GeneratorExp": "a generator",
        "Await": "await",
        "Yield": "yield",
        "Starred": "* unpacking",
        "With": "with",
        "Try": "try",
        "Match": "match",
        "ClassDef": "a class",
        "FunctionDef": "a nested function",
        "Global": "global",
        "Nonlocal": "nonlocal",
        "Delete": "del",
        "Import": "an import inside a function",
        "ImportFrom": "an import inside a function",
        "MatMult": "@",
    }.get(name, name)
