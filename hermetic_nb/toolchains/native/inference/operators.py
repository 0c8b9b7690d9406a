"""Typing of operators: arithmetic, logic, comparison, membership."""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.saying import unfit
from hermetic_nb.toolchains.native.inference.typer import INT_MAX, INT_MIN, Typer, is_convertible, tested
from hermetic_nb.toolchains.native.inference.verdicts import OPEN, is_open, verdict
from hermetic_nb.toolchains.native.parse.refusal import kind_of, refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    COUNTER,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    ArrayType,
    DequeT,
    DictT,
    JoinError,
    ListT,
    OptionT,
    Record,
    RecordT,
    RowT,
    SetT,
    TupleT,
    Type,
    fresh,
    is_number,
    is_text,
    join,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Callable


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


class OperatorTyper(Typer):
    """Types operators."""

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
        left = self.need(left, getattr(node, "left", getattr(node, "target", node)))
        right = self.need(right, getattr(node, "right", getattr(node, "value", node)))
        if BOTTOM in {left.type, right.type}:
            return t.Arith(BOTTOM, line, op, left, right)
        folded = fold_ints(op, left, right)
        if folded is not None:
            return t.Const(INT, line, folded)
        if is_number(left.type) and is_number(right.type):
            return self._numeric(op, left, right, node, line)
        made = self._of_containers(op, left, right, node)
        if made is None and op == "+":
            made = self._sum(left, right, node, line)
        if made is None and op == "*":
            made = self._repeated(left, right, node, line)
        if made is None:
            refuse(unfit(op, node, left.type, right.type), node)
        return made

    def _of_containers(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr | None:
        if isinstance(left.type, DequeT) or isinstance(right.type, DequeT):
            refuse(f"{op} of a deque is outside the native subset", node)
        if isinstance(left.type, SetT) and isinstance(right.type, SetT) and op in {"|", "&", "-", "^"}:
            return self.combined(op, left, right, node)
        counted = self.counters(op, left, right, node)
        if counted is None and isinstance(left.type, DictT) and isinstance(right.type, DictT) and op == "|":
            return self.merged(left, right, node)
        return counted

    def _sum(self, left: t.Expr, right: t.Expr, node: ast.AST, line: int) -> t.Expr | None:
        """``left + right`` of sequences."""
        if is_text(left.type) and is_text(right.type):
            return t.Builtin(STR, line, "str.concat", [self.convert(left, STR, node), right])
        if left.type == right.type == BYTES:
            return t.Builtin(BYTES, line, "bytes.concat", [left, right])
        if isinstance(left.type, TupleT) and isinstance(right.type, TupleT):
            return self._joined_tuples(left, right, node, line)
        if isinstance(left.type, RowT | TupleT) and isinstance(right.type, RowT | TupleT):
            left, right = self.row(left, node, 6), self.row(right, node, 7)
        if isinstance(left.type, ListT) and type(left.type) is type(right.type):
            assert isinstance(right.type, ListT)
            cell = self.cell(node)
            for item in (left.type.item, right.type.item):
                self.widen(cell, item, node)
            operands = [self.copied(side, cell, node) for side in (left, right)]
            return t.Builtin(type(left.type)(cell), line, "list.concat", operands)
        return None

    def row(self, value: t.Expr, node: ast.AST, which: int) -> t.Expr:
        """A tuple as one whose length is known only at run time."""
        if not isinstance(value.type, TupleT):
            return value
        row = RowT(self.cell(node, which))
        for item in value.type.items:
            self.widen(row.cell, item, node)
        return self.convert(value, row, node)

    def _repeated(self, left: t.Expr, right: t.Expr, node: ast.AST, line: int) -> t.Expr | None:
        """``sequence * count``, either way round."""
        sequence, count = (right, left) if is_number(left.type) else (left, right)
        if sequence is right and not is_quiet(left) and not is_quiet(right):
            refuse("write what is repeated first, then the number of times", node)
        if count.type == BOOL:
            count = self.convert(count, INT, node)
        if count.type != INT:
            return None
        if is_text(sequence.type):
            return t.Builtin(STR, line, "str.repeat", [self.convert(sequence, STR, node), count])
        if sequence.type == BYTES:
            return t.Builtin(BYTES, line, "bytes.repeat", [sequence, count])
        sequence = self.row(sequence, node, 6)
        if isinstance(sequence.type, ListT):
            return t.Builtin(sequence.type, line, "list.repeat", [sequence, count])
        return None

    def _joined_tuples(self, left: t.Expr, right: t.Expr, node: ast.AST, line: int) -> t.Expr:
        kinds = (left.type, right.type)
        if not is_quiet(left) or not is_quiet(right):
            refuse("give the tuples names before they are joined", node)
        items = [
            t.Part(inner, line, side, number)
            for side, kind in zip((left, right), kinds, strict=True)
            for number, inner in enumerate(parts(kind))
        ]
        return t.TupleOf(TupleT(parts(kinds[0]) + parts(kinds[1])), line, list(items))

    def counters(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr | None:
        """An operation on two Counters (see `defaults`)."""
        raise NotImplementedError

    def subset(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """``left <= right`` of sets, and its like (see `tables`)."""
        raise NotImplementedError

    def combined(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """A set operation on two sets (see `tables`)."""
        raise NotImplementedError

    def merged(self, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """``{**left, **right}`` (see `tables`)."""
        raise NotImplementedError

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
                return self.libm("**", t.Builtin(FLOAT, line, "int.pow_negative", [left, right]))
            return t.Arith(INT, line, "**", left, right)
        if left.type == NUM and isinstance(right, t.Const) and right.value == 2:
            return self.libm("**", t.Arith(NUM, line, "**", left, self.convert(right, NUM, node)))
        if NUM in {left.type, right.type} and FLOAT not in {left.type, right.type}:
            refuse("** of a number that may be an int or a float here: begin with 0.0 instead of 0", node)
        left, right = self.convert(left, FLOAT, node), self.convert(right, FLOAT, node)
        return self.libm("**", t.Arith(FLOAT, line, "**", left, right))

    def _expr_BoolOp(self, node: ast.BoolOp) -> t.Expr:
        op = "and" if isinstance(node.op, ast.And) else "or"
        values = self.in_turn(node, self.expr)
        if op == "or" and isinstance(values[0].type, OptionT) and not isinstance(values[-1].type, OptionT):
            # What is chosen is not None: an option is only taken where it is true.
            return self._either(node, values)
        for value in values[:-1]:
            self.plain_truth(value.type, node)
        kind, values = self.joined(values, node, f"the value of {op}")
        return values[0] if len(values) == 1 else t.Logic(kind, node.lineno, op, values)

    def _either(self, node: ast.BoolOp, values: list[t.Expr]) -> t.Expr:
        line, made = node.lineno, values[-1]
        for position, value in reversed(list(enumerate(values[:-1]))):
            self.plain_truth(value.type, node)
            before: list[t.Stmt] = []
            place = node.values[position]
            tested = self._once(place, value, before, "either")
            found = self.need(tested, node, 0)
            kind, (found, made) = self.joined([found, made], node, "the value of or")
            made = t.Choice(kind, line, t.Truth(BOOL, line, tested), found, made)
            if before:
                result = self.hidden("or", place)
                made = t.Comprehension(kind, line, result, [*before, self.assign(result, made, node)])
        return made

    def plain_truth(self, kind: Type, node: ast.AST) -> None:
        """Refuse what is true by a method of its class (see `specials`)."""
        raise NotImplementedError

    def _expr_IfExp(self, node: ast.IfExp) -> t.Expr:
        test = self.truth(node.test)
        before, (held, failed) = set(self.some), tested(node.test)
        if is_open(test):
            return t.Builtin(BOTTOM, node.lineno, OPEN, [test])
        if (decided := verdict(test)) is not None:
            self.some = before | (held if decided else failed)
            only = self.expr(node.body if decided else node.orelse)
            self.some = before
            return only if isinstance(test, t.Const) else self.after(test, only, node)
        self.some = before | held
        then = self.expr(node.body)
        self.some = before | failed
        other = self.expr(node.orelse)
        self.some = before
        kind, (then, other) = self.joined([then, other], node, "the value of if/else")
        return t.Choice(kind, node.lineno, test, then, other)

    def after(self, first: t.Expr, value: t.Expr, node: ast.expr) -> t.Expr:
        """A value, when another expression was evaluated."""
        name = self.hidden("after", node)
        body: list[t.Stmt] = [t.Eval(node.lineno, first), self.assign(name, value, node)]
        return t.Comprehension(self.instance.variables.get(name, BOTTOM), node.lineno, name, body)

    def _expr_Compare(self, node: ast.Compare) -> t.Expr:
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
            made = self._about_none(node)
            if made is not None:
                return made
        if len(node.ops) == 1 and isinstance(node.ops[0], ast.Is | ast.IsNot):
            return self._about_truth(node)
        left = self.expr(node.left)
        links: list[tuple[str, t.Expr]] = []
        previous = left
        for index, (comparison, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
            op = _COMPARE.get(type(comparison))
            if op is None:
                refuse("is / is not stand alone in the native subset: compare values with ==", node)
            if op in {"in", "not in"}:
                if index or len(node.ops) > 1:
                    refuse("in stands alone in the native subset, not in a chain", node)
                inside = self._in_range(previous, comparator, node)
                if inside is not None:
                    return inside if op == "in" else t.Unary(BOOL, node.lineno, "not", inside)
                previous, container = self._container(previous, comparator)
                if isinstance(container.type, ListT) and container.type.item == NONE:
                    refuse("looking into a list of nothing but None is outside the native subset", node)
                return t.Compare(BOOL, node.lineno, previous, [(op, container)])
            right = self.expr(comparator)
            counted = self.counters(op, previous, right, node)
            if counted is not None:
                if len(node.ops) > 1:
                    refuse("a comparison of Counters stands alone in the native subset, not in a chain", node)
                return counted
            if isinstance(previous.type, SetT) and isinstance(right.type, SetT) and op not in {"==", "!="}:
                if len(node.ops) > 1:
                    refuse("a comparison of sets stands alone in the native subset, not in a chain", node)
                return self.subset(op, previous, right, node)
            previous, right = self._alike(op, previous, right, node)
            if index == 0:
                left = previous
            else:
                links[-1] = (links[-1][0], previous)
            links.append((op, right))
            previous = right
        return t.Compare(BOOL, node.lineno, left, links)

    def _in_range(self, item: t.Expr, node: ast.expr, place: ast.AST) -> t.Expr | None:
        """``item in range(a, b)``, by two comparisons; None for what is none."""
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[_] | [_, _] as given, keywords=[]) if self.is_builtin(
                "range"
            ):
                bounds = [self.integer(argument, "an argument of range") for argument in given]
            case _:
                return None
        line = node.lineno
        item = self.convert(item, INT, place) if item.type == BOOL else item
        if item.type != INT or not all(map(is_quiet, [item, *bounds])):
            return None
        low = bounds[0] if len(bounds) > 1 else t.Const(INT, line, 0)
        return t.Compare(BOOL, line, low, [("<=", item), ("<", bounds[-1])])

    def _about_none(self, node: ast.Compare) -> t.Expr | None:
        """``x is None`` and its like."""
        sides = [node.left, node.comparators[0]]
        if not any(isinstance(side, ast.Constant) and side.value is None for side in sides):
            return None
        other = sides[0] if isinstance(sides[1], ast.Constant) and sides[1].value is None else sides[1]
        value = self.plain(other)
        line = node.lineno
        self.a_value(value, node)
        if value.type == BOTTOM:
            return t.Compare(BOOL, line, value, [("==", value)])
        test: t.Expr = t.IsNone(BOOL, line, value)
        if isinstance(value, t.Local) and value.name in self.some and isinstance(value.type, OptionT):
            # A test before this one has said so.
            test = t.Const(BOOL, line, False)
        elif value.type != NONE and not isinstance(value.type, OptionT):
            # It never is; it is evaluated all the same.
            known = self.hidden("never", node)
            test = t.Comprehension(
                BOOL, line, known, [t.Eval(line, value), self.assign(known, t.Const(BOOL, line, False), node)]
            )
        if isinstance(node.ops[0], ast.IsNot | ast.NotEq):
            test = t.Unary(BOOL, line, "not", test)
        return test

    def _about_truth(self, node: ast.Compare) -> t.Expr:
        """``x is True`` of a bool: there are only two."""
        left, right = self.expr(node.left), self.expr(node.comparators[0])
        if not {left.type, right.type} <= {BOOL, BOTTOM}:
            refuse("is / is not compare with None and bools only: compare values with ==", node)
        op = "==" if isinstance(node.ops[0], ast.Is) else "!="
        return t.Compare(BOOL, node.lineno, left, [(op, right)])

    def plain(self, node: ast.expr) -> t.Expr:
        """Type an expression; a variable as the option that it is."""
        before, self.some = self.some, set()
        value = self.expr(node)
        self.some = before
        return value

    def _alike(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> tuple[t.Expr, t.Expr]:
        """Two operands brought to types that can be compared. Raises RefusedError."""
        if op not in {"==", "!="}:
            left, right = self.need(left, node), self.need(right, node)
        a, b = left.type, right.type
        if BOTTOM in {a, b} or (is_number(a) and is_number(b)) or (is_text(a) and is_text(b)) or a == b == BYTES:
            return left, right
        if isinstance(a, ListT) and isinstance(b, ListT) and a.item == BOTTOM:
            self.widen(a.cell, b.item, node)
        elif isinstance(a, ListT) and isinstance(b, ListT) and b.item == BOTTOM:
            self.widen(b.cell, a.item, node)
        try:
            kind, _ = join(fresh(a), fresh(b))
        except JoinError:
            if op in {"==", "!="}:
                refuse(f"{a} and {b} are never equal", node)
            refuse(unfit(op, node, a, b), node)
        if _holds(kind, {NUM}) and isinstance(kind, ListT):
            refuse("lists of mixed ints and floats are compared outside the native subset", node)
        if op in {"==", "!="}:
            if not is_equatable(kind):
                refuse(f"two of {kind} are compared outside the native subset", node)
        elif not is_ordered(kind):
            refuse(unfit(op, node, a, b), node)
        return self.convert(left, kind, node), self.convert(right, kind, node)

    def _container(self, item: t.Expr, node: ast.expr) -> tuple[t.Expr, t.Expr]:
        if isinstance(node, ast.Tuple | ast.List | ast.Set) and node.elts:
            return item, self._options(item, [self.expr(option) for option in node.elts], node)
        if isinstance(node, ast.Name) and not self.hides(node.id):
            texts = self.program.module.constants.get(node.id)
            if isinstance(texts, list) and texts and all(isinstance(text, str | bytes) for text in texts):
                return item, self._options(item, [self.constant(text, node) for text in texts], node)
        container = self.need(self.reading(node), node)
        kind = container.type
        if BOTTOM in {kind, item.type}:
            return item, container
        if isinstance(kind, TupleT) and is_quiet(container):
            parts_of = enumerate(kind.items)
            made: list[t.Expr] = [t.Part(inner, node.lineno, container, number) for number, inner in parts_of]
            return item, self._options(item, made, node)
        if is_text(kind):
            item = self.need(item, node)
            if is_text(item.type):
                return item, container
        if kind == BYTES and item.type in {INT, BYTES}:
            return item, container
        if isinstance(kind, ListT) and (is_number(kind.item) or kind.item == BOTTOM) and is_number(item.type):
            return item, container
        inner = kind.key if isinstance(kind, DictT) else kind.item if isinstance(kind, ListT | SetT) else None
        if inner is not None:
            if inner == BOTTOM:
                inner = item.type
            if inner != FLOAT and is_convertible(item.type, inner):
                return self.convert(item, inner, node), container
            if inner == CHAR and item.type == STR:
                return item, container
            if inner == FLOAT == item.type:
                return item, container
        return refuse(f"{item.type} in {kind} is outside the native subset", node)

    def _options(self, item: t.Expr, options: list[t.Expr], node: ast.expr) -> t.Expr:
        made = []
        for option in options:
            left, right = self._alike("==", item, option, node)
            if left is not item:
                refuse(f"{item.type} among {option.type} is outside the native subset", node)
            made.append(right)
        return t.Options(BOTTOM, node.lineno, made)


def _holds(kind: Type, wanted: set[Type]) -> bool:
    return kind in wanted or any(_holds(part, wanted) for part in parts(kind))


def is_ordered(kind: Type) -> bool:
    """Whether ``<`` takes two of it."""
    if isinstance(kind, ListT | TupleT):
        return all(map(is_ordered, parts(kind)))
    if isinstance(kind, RecordT):
        return kind.record.ordered and all(is_ordered(cell.item) for cell in kind.record.fields.values())
    return is_number(kind) or is_text(kind) or kind in {BYTES, BOTTOM}


def is_equatable(kind: Type, known: frozenset[Record] = frozenset()) -> bool:
    """Whether ``==`` compares values of it, not identities, and the same holds of all that is in it; ``known``: classes around it."""
    if isinstance(kind, DictT) and kind.flavour == COUNTER:
        # What is not in a Counter counts as 0 there: `counters` compares two of them, and nothing compares what holds them.
        return False
    if isinstance(kind, RecordT):
        around = known | {kind.record}
        return kind.record in known or (
            kind.record.compared and all(is_equatable(cell.item, around) for cell in kind.record.fields.values())
        )
    return not isinstance(kind, ArrayType) and all(is_equatable(part, known) for part in parts(kind))


def is_quiet(node: t.Expr) -> bool:
    """Whether an expression neither raises nor changes anything, so that it may be evaluated earlier or later."""
    match node:
        case t.Const() | t.Nothing() | t.Local():
            return True
        case t.Convert() | t.Truth():
            return is_quiet(node.operand)
        case t.Arith(op="+" | "-" | "*"):
            return is_quiet(node.left) and is_quiet(node.right)
        case t.Unary():
            return is_quiet(node.operand)
        case t.ListOf() | t.TupleOf():
            return all(map(is_quiet, node.items))
        case t.Part():
            return is_quiet(node.base)
        case t.Unwrap(code=0):
            return is_quiet(node.operand)
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
