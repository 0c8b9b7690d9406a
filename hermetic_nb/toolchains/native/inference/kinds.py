"""Typing of questions for a type: ``isinstance(x, C)``, ``type(x) is C`` and ``type(x).__name__``.

Types are known here, so the answer is a constant, or hangs on whether an option is None. A value has exactly one class in
CPython too: a static type never stands for values of two classes, but for the three that `_possible` tells apart.
"""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.specials import SpecialTyper
from hermetic_nb.toolchains.native.inference.verdicts import OPEN
from hermetic_nb.toolchains.native.parse.refusal import refuse
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
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    Type,
)

_CLASSES: Final = frozenset(
    {
        *("int", "float", "bool", "str", "bytes", "list", "dict", "set", "frozenset", "tuple", "object"),
        *("complex", "bytearray", "range"),
    }
)
"""Built-in classes that may be asked for; of the last three there are no values in native code."""
_NONE: Final = "NoneType"
_OF: Final[dict[Type, tuple[tuple[str, ...], ...]]] = {
    INT: (("int",),),
    FLOAT: (("float",),),
    BOOL: (("bool", "int"),),
    NUM: (("int",), ("float",)),
    STR: (("str",),),
    CHAR: (("str",),),
    BYTES: (("bytes",),),
    NONE: ((_NONE,),),
}
_ALIKE: Final = {ast.Is: True, ast.Eq: True, ast.In: True, ast.IsNot: False, ast.NotEq: False, ast.NotIn: False}


def _possible(kind: Type) -> tuple[tuple[str, ...], ...]:
    """The classes that a value of this type may have, each followed by those that it builds on."""
    match kind:
        case RowT():
            return (("tuple",),)
        case ListT():
            return (("list",),)
        case DictT(flavour=flavour):
            return ((flavour.partition(" ")[0], "dict") if flavour else ("dict",),)
        case TupleT():
            return (("tuple",),)
        case SetT():
            return (("set",), ("frozenset",))
        case RecordT(record=record):
            return ((record.name, "tuple") if record.is_tuple else (record.name,),)
        case OptionT(inner=inner):
            return (*_possible(inner), (_NONE,))
    return _OF.get(kind, ())


def refuse_own_isinstance(tree: ast.Module) -> None:
    """Refuse a cell that gives ``isinstance`` a meaning of its own: what a test says of options hangs on it."""
    for node in ast.walk(tree):
        bound = {getattr(node, part, None) for part in ("name", "arg", "asname")}
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            bound = {node.id}
        if "isinstance" in bound:
            refuse("isinstance is the built-in function in native code: take another name", node)


class KindTyper(SpecialTyper):
    """Types questions for the type of a value."""

    def _call_isinstance(self, node: ast.Call) -> t.Expr:
        if node.keywords or len(node.args) != 2:
            refuse("isinstance takes a value and a class", node)
        wanted = self._classes(node.args[1], "isinstance")
        value = self.expr(node.args[0])
        self.a_value(value, node)
        return self._answer(value, wanted, node, exact=False)

    def _call_type(self, node: ast.Call) -> t.Expr:
        return refuse("type(x) is only compared in the native subset: type(x) is int, or isinstance(x, int)", node)

    def _expr_Compare(self, node: ast.Compare) -> t.Expr:
        asked = self._asked(node.left)
        if asked is None or len(node.ops) != 1:
            return super()._expr_Compare(node)
        op, other = node.ops[0], node.comparators[0]
        if type(op) not in _ALIKE:
            refuse("types are compared by is, is not, == and != in the native subset", node)
        value = self.expr(asked)
        self.a_value(value, node)
        right = self._asked(other)
        if isinstance(right, ast.Constant) and right.value is None:
            wanted = frozenset({_NONE})
        elif right is not None:
            wanted = self._type_of(right)
        else:
            is_tuple = isinstance(op, ast.In | ast.NotIn)
            if is_tuple != isinstance(other, ast.Tuple | ast.List | ast.Set):
                refuse("type(x) is compared with a class, or looked for in a tuple of classes", other)
            wanted = self._classes(other, "type(x)")
        made = self._answer(value, wanted, node, exact=True) if wanted else self._open(value)
        return made if _ALIKE[type(op)] or made.type == BOTTOM else t.Unary(BOOL, node.lineno, "not", made)

    def _expr_Attribute(self, node: ast.Attribute) -> t.Expr:
        asked = self._asked(node.value)
        if asked is None or node.attr != "__name__":
            return super()._expr_Attribute(node)
        value = self.expr(asked)
        self.a_value(value, node)
        if value.type == BOTTOM:
            return value
        (name, *_), *others = _possible(value.type) or ((str(value.type),), ())
        if others:
            refuse(f"the class of this value is not known while the cell is compiled: it is {value.type}", node)
        return self._known(value, self.constant(name, node), node)

    def _asked(self, node: ast.expr) -> ast.expr | None:
        """The x of ``type(x)``."""
        match node:
            case ast.Call(func=ast.Name(id="type"), args=[asked], keywords=[]) if self.is_builtin("type"):
                return asked
        return None

    def _type_of(self, node: ast.expr) -> frozenset[str]:
        """The class of a value that is named without effect; empty where it is not known yet."""
        value = self.expr(node)
        possible = _possible(value.type)
        if value.type == BOTTOM:
            return frozenset()
        if len(possible) != 1 or not isinstance(value, t.Local | t.Const):
            refuse("type(x) is compared with the type of a variable whose class is known", node)
        return frozenset({possible[0][0]})

    def _classes(self, node: ast.expr, what: str) -> frozenset[str]:
        """The names of the classes that are asked for."""
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                return frozenset().union(*(self._classes(part, what) for part in parts))
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return self._classes(left, what) | self._classes(right, what)
            case (
                ast.Constant(value=None)
                | ast.Call(func=ast.Name(id="type"), args=[ast.Constant(value=None)], keywords=[])
            ):
                return frozenset({_NONE})
            case ast.Name(id=name) if name in self.program.module.classes and not self.hides(name):
                return frozenset({name})
            case ast.Name(id=name) if name in _CLASSES and self.is_builtin(name):
                return frozenset({name})
        known = "int, float, bool, str, bytes, list, dict, set, tuple and the cell's own classes"
        return refuse(f"{what} knows {known} in the native subset, not {ast.unparse(node)}", node)

    # ------------------------------------------------------------ answers

    def _answer(self, value: t.Expr, wanted: frozenset[str], node: ast.expr, *, exact: bool) -> t.Expr:
        kind = value.type
        if kind == BOTTOM:
            return self._open(value)
        inner = kind.inner if isinstance(kind, OptionT) else kind
        if inner == BOTTOM:
            # Only None so far.
            inner = NONE
        found = {_is_one(chain, wanted, exact=exact) for chain in _possible(inner)}
        if len(found) != 1:
            refuse(f"this value is {inner}, which one is not known while the cell is compiled", node)
        (there,) = found
        empty = _is_one((_NONE,), wanted, exact=exact)
        if not isinstance(kind, OptionT) or there == empty:
            return self._known(value, t.Const(BOOL, node.lineno, there), node)
        absent = t.IsNone(BOOL, node.lineno, value)
        return absent if empty else t.Unary(BOOL, node.lineno, "not", absent)

    def _open(self, value: t.Expr) -> t.Expr:
        return t.Builtin(BOTTOM, value.line, OPEN, [value])

    def _known(self, value: t.Expr, answer: t.Const, node: ast.expr) -> t.Expr:
        """A constant, after the value it is about was evaluated: it may raise."""
        parameters = {name for name, _ in self.instance.function.parameters}
        if isinstance(value, t.Const) or (isinstance(value, t.Local) and value.name in parameters):
            return answer
        name = self.hidden("answer", node)
        body: list[t.Stmt] = [t.Eval(node.lineno, value), self.assign(name, answer, node)]
        return t.Comprehension(answer.type, node.lineno, name, body)


def _is_one(chain: tuple[str, ...], wanted: frozenset[str], *, exact: bool) -> bool:
    return chain[0] in wanted if exact else bool({*chain, "object"} & wanted)
