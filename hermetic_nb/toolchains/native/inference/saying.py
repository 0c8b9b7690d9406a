"""What refusals say of expressions, of names that the compiler does not know, and of types that do not meet."""

from __future__ import annotations

import ast
import builtins
import difflib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.toolchains.native.types import Type

_LONGEST: Final = 40
_WRITTEN: Final = ({"str", "int"}, {"str", "float"}, {"str", "bool"})
_WORLD: Final = {
    "print": "print() is heard by nobody in native code: return the text, or take --tier python, which keeps what is printed",
    "input": "input() asks somebody, whom a sealed tool does not reach: take a parameter",
    "open": "open() reads files, of which a sealed tool has none: pass the contents as an argument",
    "eval": "eval() runs text as a program, which native code cannot: write the expression out",
    "exec": "exec() runs text as a program, which native code cannot: write the statements out",
    "id": "id() tells addresses, which differ from run to run",
    "hash": "hash() differs from run to run for texts: compute a checksum of your own",
    "iter": "iter() is outside the native subset: loop over the container itself",
    "collections.OrderedDict": "an OrderedDict is outside the native subset: a dict keeps its order",
}


def meant(name: str, known: Iterable[str]) -> str:
    """What a name that is not known was perhaps meant to be, as the end of a sentence; empty if nothing is like it."""
    found = difflib.get_close_matches(name, sorted(known), n=1)
    return f": did you mean {found[0]}?" if found else ""


def no_method(name: str, shown: str, of: type) -> str:
    """Why a method cannot be called on a value of a built-in type."""
    if hasattr(of, name):
        return f"the method {name} of {shown} is outside the native subset"
    return f"{shown} has no method {name}{meant(name, dir(of))}"


def no_attribute(base: ast.expr, kind: Type, name: str) -> str:
    """Why a value that is no instance of a class of the cell has no such attribute."""
    hint = f": write len({ast.unparse(base)})" if difflib.get_close_matches(name, ["length", "size", "len"]) else ""
    return f"{quoted(base)} is {kind}, which has no attribute {name} in the native subset{hint}"


def misplaced(node: ast.AST, held: Type, given: Type, line: int) -> tuple[str, ast.AST]:
    """Why a container does not take a value, and the part of the syntax that this is about."""
    container, value = "the container", node
    match node:
        case ast.Call(func=ast.Attribute(value=base, attr="append" | "add" | "insert" | "appendleft"), args=[*_, item]):
            container, value = quoted(base).replace("this", container), item
        case ast.Subscript(value=base):
            container = quoted(base).replace("this", container)
    since = f" (line {line})" if line else ""
    what = "this" if isinstance(node, ast.Call | ast.Subscript) and value is node else quoted(value)
    return f"{container} holds {held}{since}, {what} is {given}: it can hold one type of value", value


def counted(number: int, what: str) -> str:
    """``1 value``, ``2 values``."""
    return f"{number} {what}{'s' * (number != 1)}"


def quoted(node: ast.AST) -> str:
    """The expression as the cell has it, on one line; ``this`` where it is long or made by the compiler."""
    text = " ".join(ast.unparse(node).split())
    return "this" if "$" in text or len(text) > _LONGEST else f"`{text}`"


def unknown_call(name: str) -> str:
    """Why a name that is called means nothing here."""
    if name in _WORLD:
        return _WORLD[name]
    if "." in name:
        return f"{name} is outside the native subset"
    if hasattr(builtins, name):
        return f"{name}() is outside the native subset"
    return f"{name} is not defined in this cell: define it here, or take it in with --capture {name}"


def unfit(op: str, node: ast.AST, left: Type, right: Type) -> str:
    """Why an operator does not take its operands, which are named where the syntax says what they are."""
    plain = f"{op} does not take {left} and {right}"
    match node:
        case ast.BinOp(left=one, right=other):
            named = (quoted(one), quoted(other))
        case ast.AugAssign(target=one, value=other):
            named = (quoted(one), quoted(other))
        case ast.Compare(left=one, comparators=[other]):
            named = (quoted(one), quoted(other))
        case _:
            return plain
    if "this" in named:
        return plain
    if op == "+" and {str(left), str(right)} in _WRITTEN:
        number, kind = (named[1], right) if str(left) == "str" else (named[0], left)
        return f"{plain}: {number} is {kind}, write str({number.strip('`')})"
    return f"{plain}: {named[0]} is {left}, {named[1]} is {right}"


def two_types(name: str, places: Iterable[tuple[Type, int]]) -> str:
    """A variable, or what a function returns, that would have two types: where it got each."""
    return f"{name} is {' and '.join(f'{kind} (line {line})' for kind, line in places)}"
