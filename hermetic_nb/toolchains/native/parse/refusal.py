"""How the front end says no: a reason and the syntax node it is about."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, ClassVar, Final, NoReturn

from hermetic_nb.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence


_MADE: Final = re.compile(r"(?<=\w)(?:~\d+|@)(?!\w)")
_MODULES: Final = {
    "random": "draw outside, and pass what was drawn as an argument",
    "secrets": "draw outside, and pass what was drawn as an argument",
    "time": "pass the time as an argument",
    "datetime": "pass the time as an argument",
    "re": "use methods of str, as split, find and isdigit",
    "os": "a sealed tool has no files: pass the contents as an argument",
    "pathlib": "a sealed tool has no files: pass the contents as an argument",
    "decimal": "count in ints of the smallest unit",
    "fractions": "keep numerator and denominator as ints",
    "pandas": "pass the columns as lists or arrays",
    "enum": "write the members as constants of the cell",
}


class RefusedError(Exception):
    """The construct at ``node`` is outside the native subset."""

    def __init__(self, reason: str, node: ast.AST) -> None:
        # Variables and functions that passes over the syntax made are shown under the name that the user gave them.
        self.reason, self.node = _MADE.sub("", reason), node
        super().__init__(self.reason)

    def __reduce__(self) -> tuple[type[RefusedError], tuple[str, ast.AST]]:
        """For copies of the trees that hold it."""
        return RefusedError, (self.reason, self.node)


class Refused(ast.stmt):
    """A statement that a pass over the syntax has refused; the refusal is told when the typer comes to it."""

    _fields = ("original",)
    _field_types: ClassVar = {"original": ast.stmt | None}
    original: ast.stmt
    refusal: RefusedError

    def __init__(self, original: ast.stmt | None = None, refusal: RefusedError | None = None) -> None:
        super().__init__()
        # A copy is made without arguments.
        if original is not None and refusal is not None:
            self.original, self.refusal = original, refusal
            ast.copy_location(self, original)


def refuse(reason: str, node: ast.AST) -> NoReturn:
    """Raise RefusedError; of a statement that was refused before, with what was said then."""
    if isinstance(node, Refused):
        raise node.refusal
    raise RefusedError(reason, node)


def place(refused: RefusedError, lines: Sequence[str]) -> Diagnostic:
    """The refusal as a diagnostic, placed in the cell's lines. Columns are characters, not the UTF-8 bytes of `ast`."""
    node, reason = refused.node, refused.reason
    called = getattr(node, "called", None)
    if called is not None:
        # A function of the library: the refusal is about the call.
        function, node = called
        reason = f"in {function}: {reason}"
    line = getattr(node, "lineno", 0)
    if not 1 <= line <= len(lines):
        return Diagnostic(reason)
    text = lines[line - 1]
    start = len(text.encode()[: getattr(node, "col_offset", 0)].decode(errors="ignore"))
    end = len(text)
    if getattr(node, "end_lineno", line) == line and getattr(node, "end_col_offset", None) is not None:
        end = len(text.encode()[: node.end_col_offset].decode(errors="ignore"))  # type: ignore[attr-defined] # checked on the line above
    return Diagnostic(reason, line, start, max(end, start + 1), text)


def no_module(name: str) -> str:
    """Why a module cannot be imported, and what to do without it."""
    hint = _MODULES.get(name.partition(".")[0])
    return f"the native tier does not have the module {name}" + (f": {hint}" if hint else "")


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
