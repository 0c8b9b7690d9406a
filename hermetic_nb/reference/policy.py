"""What source may do in the reference process.

The reference runs source that the compiler has not accepted yet, and examples, which no compiler sees. It gives them
Python without effects: no attribute that begins with an underscore, no way to frames, a list of built-ins, and imports
answered from a table. Together with limits of the process (no new files or sockets) this stops accidents. It is not a
sandbox.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import typing
from types import SimpleNamespace
from typing import Any, Final

from hermetic_nb.errors import Diagnostic

FRAME_ATTRIBUTES: Final = frozenset(
    {
        *(
            "ag_await",
            "ag_code",
            "ag_frame",
            "cr_await",
            "cr_code",
            "cr_frame",
            "cr_origin",
            "gi_code",
            "gi_frame",
            "gi_yieldfrom",
        ),
        *("f_back", "f_builtins", "f_code", "f_globals", "f_locals", "tb_frame", "tb_next"),
    }
)
"""Attributes of generators, coroutines and tracebacks that lead to frames."""

_NAMES: Final = [
    "abs",
    "all",
    "any",
    "ascii",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "complex",
    "dict",
    "divmod",
    "enumerate",
    "filter",
    "float",
    "format",
    "frozenset",
    "hash",
    "hex",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "map",
    "max",
    "min",
    "next",
    "object",
    "oct",
    "ord",
    "pow",
    "print",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "slice",
    "sorted",
    "str",
    "sum",
    "tuple",
    "type",
    "zip",
    "NotImplemented",
    "Ellipsis",
]

_TYPING: Final = ("Any", "Dict", "Final", "List", "Optional", "Sequence", "Set", "Tuple", "Union")

MODULES: Final[dict[str, Any]] = {
    "__future__": SimpleNamespace(annotations=None),
    "itertools": SimpleNamespace(**{name: item for name, item in vars(itertools).items() if not name.startswith("_")}),
    "typing": SimpleNamespace(**{name: getattr(typing, name) for name in _TYPING}),
}
"""Modules that may be imported, beside `math`, which has variants."""


class NotAllowedError(Exception):
    """The source does what the reference does not allow; ``diagnostic`` says what and where."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def builtin_names() -> dict[str, Any]:
    """The built-ins of cells and examples: values, types and exceptions, nothing with an effect."""
    exceptions = {
        name: item for name, item in vars(builtins).items() if isinstance(item, type) and issubclass(item, Exception)
    }
    return {name: getattr(builtins, name) for name in _NAMES} | exceptions


def check(tree: ast.AST) -> None:
    """Raise NotAllowedError on the first thing that the reference does not allow."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (node.attr.startswith("_") or node.attr in FRAME_ATTRIBUTES):
            raise _not_allowed(f"the attribute {node.attr}", node)
        if isinstance(node, ast.Name) and node.id.startswith("__"):
            raise _not_allowed(f"the name {node.id}", node)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            _check_import(node)


def _check_import(node: ast.Import | ast.ImportFrom) -> None:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
    for name in names:
        if name != "math" and name not in MODULES:
            raise _not_allowed(f"import {name}", node)


def _not_allowed(what: str, node: ast.expr | ast.stmt) -> NotAllowedError:
    return NotAllowedError(
        Diagnostic(f"{what} is not available in the CPython reference", node.lineno, node.col_offset)
    )
