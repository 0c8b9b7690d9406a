"""Annotated, doctested functions of a folder of Python files, each as a cell with what it needs of its module."""

from __future__ import annotations

import ast
import builtins
import doctest
import sys
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_Function = ast.FunctionDef
_BUILTINS: Final = frozenset(dir(builtins))
_LOCAL: Final = frozenset({"__name__", "__doc__", "__file__"})


@dataclass(frozen=True, slots=True)
class Found:
    """A cell: its name in the collection, its text and its entry."""

    name: str
    entry: str
    source: str


@dataclass(slots=True)
class Collection:
    """The cells of a folder, and why other functions became none."""

    cells: list[Found] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def collect(folder: Path) -> Collection:
    """Read every Python file below a folder, in the order of their paths."""
    found = Collection()
    for path in sorted(folder.rglob("*.py")):
        try:
            text = path.read_text(encoding="utf-8")
            with warnings.catch_warnings(action="ignore"):
                tree = ast.parse(text)
        except (SyntaxError, ValueError):
            found.left_out["file is not Python"] += 1
            continue
        module = _Module(text, tree)
        for node in tree.body:
            if isinstance(node, _Function):
                _take(found, module, node, path.relative_to(folder).with_suffix("").as_posix())
    return found


def _take(found: Collection, module: _Module, node: _Function, where: str) -> None:
    reason = _unfit(node)
    source = "" if reason else module.cell(node)
    if not reason and not source:
        reason = "needs what cannot be carried along"
    if reason:
        found.left_out[reason] += 1
    else:
        found.cells.append(Found(f"{where}:{node.name}", node.name, source))


def _unfit(node: _Function) -> str:
    """Why a function is no cell of this collection; empty if it is."""
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if ">>>" not in (ast.get_docstring(node) or ""):
        return "no examples"
    if node.returns is None or any(argument.annotation is None for argument in named):
        return "not annotated"
    if isinstance(node.returns, ast.Constant) and node.returns.value is None:
        return "gives None"
    return "takes * or **" if arguments.vararg or arguments.kwarg else ""


class _Module:
    """The top level of one file: which statement defines each name."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._lines = text.split("\n")
        self._statements: dict[str, list[ast.stmt]] = {}
        self._futures = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
        for node in tree.body:
            for name in _defines(node):
                self._statements.setdefault(name, []).append(node)

    def cell(self, entry: _Function) -> str:
        """The text of the entry and of all that it needs, in the order of the file; empty if something cannot be had."""
        taken: dict[int, ast.stmt] = {entry.lineno: entry} | {node.lineno: node for node in self._futures}
        waiting: list[ast.stmt] = [entry]
        while waiting:
            node = waiting.pop()
            for name in _uses(node, examples=node is entry):
                for definition in self._statements.get(name, ()):
                    if not _may_come_along(definition):
                        return ""
                    if definition.lineno not in taken:
                        taken[definition.lineno] = definition
                        waiting.append(definition)
                if name not in self._statements and name not in _BUILTINS | _LOCAL and _is_free(node, name):
                    return ""
        return "\n\n".join(self._text(taken[line]) for line in sorted(taken)) + "\n"

    def _text(self, node: ast.stmt) -> str:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        return "\n".join(self._lines[first - 1 : node.end_lineno])


def _defines(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return [node.name]
        case ast.Import() | ast.ImportFrom():
            return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        case ast.Assign():
            return [part.id for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.AugAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _may_come_along(node: ast.stmt) -> bool:
    """Not what runs more than a definition, and no import from outside of the standard library."""
    match node:
        case ast.Import():
            return all(alias.name.partition(".")[0] in sys.stdlib_module_names for alias in node.names)
        case ast.ImportFrom(module=module, level=0):
            return (module or "").partition(".")[0] in sys.stdlib_module_names
        case ast.FunctionDef() | ast.ClassDef() | ast.Assign() | ast.AnnAssign():
            return True
    return False


def _uses(node: ast.stmt, *, examples: bool) -> set[str]:
    """The names that a statement reads; those of its examples too if wanted."""
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    if examples and isinstance(node, ast.FunctionDef):
        try:
            tests = doctest.DocTestParser().get_examples(ast.get_docstring(node, clean=False) or "")
            trees = [ast.parse(test.source) for test in tests]
        except (SyntaxError, ValueError):
            return found
        found |= {part.id for tree in trees for part in ast.walk(tree) if isinstance(part, ast.Name)}
    return found


def _is_free(node: ast.stmt, name: str) -> bool:
    """Whether a statement reads a name that it does not bind anywhere."""
    bound = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            bound.add(part.arg)
        elif isinstance(part, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            bound.add(part.name)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            bound |= set(_defines(part))
        elif isinstance(part, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and part.name:
            bound.add(part.name)
    reads = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    return name in reads - bound
