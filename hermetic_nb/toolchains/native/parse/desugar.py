"""Syntax brought to simpler syntax before typing: a row of passes over the cell's tree, each in a file of its own.

Every node keeps its place in the cell's text, so that refusals and traps point at what the user wrote. A statement that a
pass refuses stays as `Refused`, for the typer to tell where the function is reached.
"""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native.parse.boxes import Boxes
from hermetic_nb.toolchains.native.parse.callbacks import Callbacks
from hermetic_nb.toolchains.native.parse.census import OUTSIDE, Census
from hermetic_nb.toolchains.native.parse.deletes import drop_deletes
from hermetic_nb.toolchains.native.parse.gathering import gather
from hermetic_nb.toolchains.native.parse.generators import Generators
from hermetic_nb.toolchains.native.parse.lambdas import NamedLambdas
from hermetic_nb.toolchains.native.parse.lifting import lift
from hermetic_nb.toolchains.native.parse.matching import Matching
from hermetic_nb.toolchains.native.parse.memo import Memos, is_memo
from hermetic_nb.toolchains.native.parse.objects import hand_on
from hermetic_nb.toolchains.native.parse.ordering import sort_at_once
from hermetic_nb.toolchains.native.parse.outside import outside
from hermetic_nb.toolchains.native.parse.scopes import bound
from hermetic_nb.toolchains.native.parse.specialise import Specialiser
from hermetic_nb.toolchains.native.parse.split import split
from hermetic_nb.toolchains.native.parse.transposing import Transposing
from hermetic_nb.toolchains.native.parse.unpacking import Unpacking
from hermetic_nb.toolchains.native.parse.walrus import Walrus


def desugar(tree: ast.Module, objects: dict[str, ast.expr] | None = None) -> None:
    """Simplify a cell's tree in place; ``objects``: what makes the values of the top level that are no constants."""
    objects = {} if objects is None else objects
    has = Census(tree)
    if has.any_of(*OUTSIDE):
        outside(tree)
    if "list" in has.names:
        sort_at_once(tree)
    if has.any_of(ast.Lambda):
        NamedLambdas().visit(tree)
    defined = frozenset(bound(tree.body))
    _simplify_statements(tree, has, defined)
    if has.decorators:
        Memos().visit(tree)
    if has.names & {"map", "filter"} or "key" in has.keywords:
        Callbacks(tree, defined).run()
    if (has.any_of(ast.GeneratorExp) or has.names & {"map", "filter"}) and "StopIteration" not in has.names:
        Generators(defined).visit(tree)
    if has.any_of(ast.Starred) and "zip" in has.names:
        Transposing(defined).visit(tree)
    if has.any_of(ast.Nonlocal):
        Boxes().visit(tree)
    if has.any_of(ast.Lambda) or has.nested:
        top = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        for function, prefix in functions(tree):
            tree.body += lift(function, top, prefix)
    _simplify_calls(tree, objects)
    memos = [node for node in tree.body if isinstance(node, ast.Assign) and is_memo(node)]
    hand_on(tree, objects | {memo.targets[0].id: memo.value for memo in memos})  # type: ignore[attr-defined] # a Name, as `memo` made it
    for function, _ in functions(tree):
        if has.any_of(ast.Delete):
            drop_deletes(function, defined)
        split(function, defined)


def _simplify_statements(tree: ast.Module, has: Census, defined: frozenset[str]) -> None:
    if has.any_of(ast.Match):
        Matching(tree).visit(tree)
    if has.any_of(ast.NamedExpr):
        Walrus(defined).visit(tree)
    if has.any_of(ast.Starred):
        Unpacking(defined).visit(tree)


def _simplify_calls(tree: ast.Module, objects: dict[str, ast.expr]) -> None:
    tops = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    methods = [function for function, prefix in functions(tree) if prefix]
    if len(tops) + len(methods) > 1 or (tops and tops[0].args.defaults):
        made = Specialiser(tops, _imported(tree)).run(methods)
        tree.body += made
        gather([*tops, *made], methods, objects.values())


def _imported(tree: ast.Module) -> frozenset[str]:
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return frozenset(alias.asname or alias.name for node in imports for alias in node.names)


def functions(tree: ast.Module) -> list[tuple[ast.FunctionDef, str]]:
    """The functions of the top level, and the methods of its classes with the name of their class before them."""
    found = [(node, "") for node in tree.body if isinstance(node, ast.FunctionDef)]
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return found + [
        (node, f"{owner.name}.") for owner in classes for node in owner.body if isinstance(node, ast.FunctionDef)
    ]
