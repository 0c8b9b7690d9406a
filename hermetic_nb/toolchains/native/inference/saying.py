"""What refusals say of expressions, of names that the compiler does not know, and of types that do not meet."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.toolchains.native.types import Type

_LONGEST: Final = 40
_WORLD: Final = {
    "print": "print() is heard by nobody in native code: return the text, or take --tier python, which keeps what is printed",
    "input": "input() asks somebody, whom a sealed tool does not reach: take a parameter",
    "open": "open() reads files, of which a sealed tool has none: pass the contents as an argument",
    "eval": "eval() runs text as a program, which native code cannot: write the expression out",
    "exec": "exec() runs text as a program, which native code cannot: write the statements out",
    "id": "id() tells addresses, which differ from run to run",
    "hash": "hash() differs from run to run for texts: compute a checksum of your own",
    "iter": "iter() is outside the native subset: loop over the container itself",
    "next": "next() takes a generator expression in the native subset, or use a loop that breaks",
}


def quoted(node: ast.AST) -> str:
    """The expression as the cell has it, on one line; ``this`` where it is long or made by the compiler."""
    text = " ".join(ast.unparse(node).split())
    return "this" if "$" in text or len(text) > _LONGEST else f"`{text}`"


def unknown_call(name: str) -> str:
    """Why a name that is called means nothing here."""
    if name in _WORLD:
        return _WORLD[name]
    if hasattr(builtins, name):
        return f"{name}() is outside the native subset"
    return f"{name} is not defined in this cell: define it here, or take it in with --capture {name}"


def unfit(op: str, node: ast.AST, left: Type, right: Type) -> str:
    """Why an operator does not take its operands, which are named where the syntax says what they are."""
    match node:
        case ast.BinOp(left=one, right=other):
            named = (quoted(one), quoted(other))
        case ast.AugAssign(target=one, value=other):
            named = (quoted(one), quoted(other))
        case _:
            named = ("this", "this")
    if "this" in named:
        return f"{op} does not take {left} and {right}"
    return f"{op} does not take {left} and {right}: {named[0]} is {left}, {named[1]} is {right}"


def two_types(name: str, places: Iterable[tuple[Type, int]]) -> str:
    """A variable, or what a function returns, that would have two types: where it got each."""
    return f"{name} is {' and '.join(f'{kind} (line {line})' for kind, line in places)}"
