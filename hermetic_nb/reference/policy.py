"""What source may do in the reference process.

The builder lets the front end accept a cell before the reference sees it; examples, and helpers that only examples call,
no front end sees. The reference gives them Python without effects: no attribute that begins with an underscore, however
it is spelled, no way to frames, a list of built-ins, of classes only records (dataclasses, NamedTuples, fields set by
``__init__``) whose special methods are those of operators, and imports answered from a table. Behind this stands
`confinement`.
"""

from __future__ import annotations

import ast
import builtins
import string
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import Diagnostic
from hermetic_nb.reference import arrays
from hermetic_nb.reference.modules import MODULES, VARIANTS
from hermetic_nb.toolchains.native.parse.classes import SPOKEN
from hermetic_nb.toolchains.native.parse.toplevel import SILENT, is_for_checkers

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

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
    "classmethod",
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
    "property",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "tuple",
    "zip",
    "NotImplemented",
    "Ellipsis",
]

_BASES: Final = {"NamedTuple", "object"}
_METHODS: Final = {"__init__", "__post_init__"} | SPOKEN
"""Special methods that a class may define. None of them is asked for an attribute, or given more than values."""


class NotAllowedError(Exception):
    """The source does what the reference does not allow; ``diagnostic`` says what and where."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def type_of(value: Any, /) -> type:
    """`type` of a value. Raises TypeError for a class: its type would make classes."""
    if isinstance(value, type):
        raise TypeError("the type of a class is not available in the CPython reference")
    return type(value)


def builtin_names() -> dict[str, Any]:
    """The built-ins of cells and examples: values, types and exceptions, nothing with an effect."""
    exceptions = {
        name: item for name, item in vars(builtins).items() if isinstance(item, type) and issubclass(item, Exception)
    }
    return {name: getattr(builtins, name) for name in _NAMES} | exceptions | {"type": type_of}


def check(tree: ast.AST) -> None:
    """Raise NotAllowedError on the first thing that the reference does not allow."""
    nodes = list(ast.walk(tree))
    special = {part for node in nodes if isinstance(node, ast.ClassDef) for part in _special_parts(node)}
    special |= {node for node in nodes if isinstance(node, ast.Name) and _is_of_module(node)}
    unread = {part for node in nodes if is_for_checkers(node) for part in ast.walk(node)}
    keys = {part.value for part in nodes if isinstance(part, ast.keyword) and part.arg == "key"}
    for node in nodes:
        for name in () if node in special else _names(node):
            if name.startswith("__") and name.endswith("__") and not isinstance(node, ast.Attribute):
                raise _not_allowed(f"the name {name}", node)
        match node:
            case ast.Attribute():
                _check_attribute(node, tree, keys)
            case ast.MatchClass(patterns=[_, *_]) | ast.MatchClass(kwd_patterns=[_, *_]):
                raise _not_allowed("a pattern that reads attributes", node)
            case ast.ClassDef():
                _check_class(node)
            case ast.ImportFrom():
                _check_import(node, unread)
                for alias in node.names:
                    if alias.name.startswith("_"):
                        raise _not_allowed(f"the attribute {alias.name}", node)
            case ast.Import():
                _check_import(node, unread)


def _check_attribute(node: ast.Attribute, tree: ast.AST, keys: Container[ast.AST]) -> None:
    match node:
        case ast.Attribute(attr="format" | "format_map"):
            _check_format(node, tree)
        case ast.Attribute(attr="__name__", ctx=ast.Load(), value=ast.Call(func=ast.Name(id="type"))):
            pass
        case ast.Attribute(attr="__getitem__", value=ast.Name()) if node in keys:
            pass
        case ast.Attribute(attr=name) if name.startswith("_") or name in FRAME_ATTRIBUTES:
            raise _not_allowed(f"the attribute {name}", node)
        case ast.Attribute(attr=name) if arrays.is_here() and arrays.denied(node):
            raise _not_allowed(f"the attribute {name}", node)


def _special_parts(node: ast.ClassDef) -> list[ast.AST]:
    """The special methods of a class that it may have, and the slots that it may name."""
    return [part for part in node.body if (isinstance(part, ast.FunctionDef) and part.name in _METHODS)] + [
        target
        for part in node.body
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Name) and target.id == "__slots__"
    ]


def _is_of_module(node: ast.Name) -> bool:
    """Whether this is a name by which a module says something of itself, and which leads nowhere."""
    return node.id in SILENT or (node.id == "__name__" and isinstance(node.ctx, ast.Load))


def _check_class(node: ast.ClassDef) -> None:
    """Allow a class without a base, or a NamedTuple, of fields and methods, that is decorated as a dataclass at most."""
    decorators = [one.func if isinstance(one, ast.Call) else one for one in node.decorator_list]
    if node.keywords or not all(map(_is_name, node.bases, [_BASES] * len(node.bases))):
        raise _not_allowed("a class that is made of another one", node)
    if not all(map(_is_name, decorators, [{"dataclass"}] * len(decorators))):
        raise _not_allowed("this decorator of a class", node)


def _is_name(node: ast.expr, names: Container[str]) -> bool:
    """Whether an expression is one of the names, or one of them behind a module."""
    return (isinstance(node, ast.Name) and node.id in names) or (
        isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in names
    )


def _check_import(node: ast.Import | ast.ImportFrom, unread: Container[ast.AST]) -> None:
    if node in unread:
        return  # and would it run, there is only the table
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or "."]
    for name in names:
        if name not in MODULES and name not in VARIANTS and not (name == "numpy" and arrays.is_here()):
            raise _not_allowed(f"import {name}", node)


def _check_format(node: ast.Attribute, tree: ast.AST) -> None:
    """Allow ``"...".format`` where the fields of the text read no attributes and no items."""
    given = _constant(node.value, tree)
    if given is None:
        raise _not_allowed(f"{node.attr} of a text that is not written here", node)
    texts = [given]
    while texts:
        try:
            fields = [(name or "", spec or "") for _, name, spec, _ in string.Formatter().parse(texts.pop())]
        except ValueError:
            return  # it raises when it runs, too
        if any("." in name or "[" in name for name, _ in fields):
            raise _not_allowed("a format field with an attribute or an item", node)
        texts += [spec for _, spec in fields]


def _constant(node: ast.expr, tree: ast.AST) -> str | None:
    """A text that is written in place, or at the top under a name that nothing else binds."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name) if sum(_binds(part, name) for part in ast.walk(tree)) == 1:
            for statement in getattr(tree, "body", ()):
                match statement:
                    case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Constant(value=str(text))) if bound == name:
                        return text
    return None


def _binds(node: ast.AST, name: str) -> bool:
    """Whether a node may give a name its meaning."""
    reads = isinstance(node, ast.Attribute | ast.keyword) or isinstance(getattr(node, "ctx", None), ast.Load)
    return not reads and name in _names(node)


def _names(node: ast.AST) -> Iterator[str]:
    """The identifiers that stand in a node itself, not in its children: names, parameters, aliases, patterns, keywords."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.Constant) or (isinstance(node, ast.ImportFrom) and field == "module"):
            continue
        found = value if isinstance(value, list) else [value]
        yield from (item for item in found if isinstance(item, str))


def _not_allowed(what: str, node: ast.AST) -> NotAllowedError:
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    return NotAllowedError(Diagnostic(f"{what} is not available in the CPython reference", line, column))
