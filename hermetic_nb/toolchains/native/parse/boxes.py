"""`nonlocal`: a variable that a nested function assigns becomes a list of one item, which both functions hold.

That is sound where the list is made before anything reads or assigns the variable: its first assignment stands among the
statements of the function's own block, before any call of a function that shares it.
"""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError, refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, load
from hermetic_nb.toolchains.native.parse.scopes import (
    bound,
    declared,
    free,
    hidden,
    locals_of,
    own,
    parameters,
    target_names,
)


class Boxes(Rewriter):
    """Makes the boxes of one module's functions."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Box the variables of a function that functions inside it declare nonlocal; inner functions first."""
        self.generic_visit(node)
        inside = [part for part in own(node.body) if isinstance(part, ast.FunctionDef)]
        shared = {name for function in inside for name in _rebinds(function)} & locals_of(node)
        for name in sorted(shared):
            try:
                _box(node, name)
            except RefusedError as refused:
                node.body.insert(0, Refused(at(ast.Pass(), node.body[0]), refused))
        return node


def _rebinds(function: ast.FunctionDef) -> set[str]:
    """The names of outer functions that a function or one inside it assigns."""
    names = declared(function.body, ast.Nonlocal)
    inside = [part for part in own(function.body) if isinstance(part, ast.FunctionDef)]
    return names | {name for part in inside for name in _rebinds(part)} - locals_of(function)


def _box(function: ast.FunctionDef, name: str) -> None:
    arg = next((arg for arg in parameters(function.args) if arg.arg == name), None)
    uses = _Uses(name)
    if arg is not None:
        function.body = [assign(name, _list(load(name)), arg), *map(uses.visit, function.body)]
        return
    position = _first(function, name)
    first = function.body[position]
    value = hidden("boxed", first) + "." + name
    _Renamed(name, value).visit(first)
    made = assign(name, _list(load(value)), first)
    function.body = [
        *map(uses.visit, function.body[:position]),
        first,
        made,
        *map(uses.visit, function.body[position + 1 :]),
    ]


def _list(value: ast.expr) -> ast.List:
    return ast.List([value], ast.Load())


def _first(function: ast.FunctionDef, name: str) -> int:
    """The statement that makes a box: the first to mention the variable or a function that shares it."""
    sharing = _sharing(function, name)
    for position, node in enumerate(function.body):
        if isinstance(node, ast.FunctionDef):
            continue
        if not sharing & (free(node) | bound([node])):
            continue
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", node)]
        plain = all(isinstance(target, ast.Name | ast.Tuple | ast.List) for target in targets)
        if value is None or not plain or sharing & free(value) or name not in target_names(node):
            break
        return position
    return refuse(
        f"{name} is nonlocal in a nested function: give it its first value before that function is called, in a statement of its own",
        next((n for n in ast.walk(function) if isinstance(n, ast.Nonlocal) and name in n.names), function),
    )


def _sharing(function: ast.FunctionDef, name: str) -> set[str]:
    """A variable, and the nested functions that read or assign it, or call such a function."""
    inside = {node.name: free(node) for node in own(function.body) if isinstance(node, ast.FunctionDef)}
    found = {name}
    while more := {inner for inner, read in inside.items() if read & found} - found:
        found |= more
    return found


class _Renamed(ast.NodeTransformer):
    """Gives a target another name."""

    def __init__(self, name: str, new: str) -> None:
        self._name, self._new = name, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id == self._name and isinstance(node.ctx, ast.Store):
            node.id = self._new
        return node


class _Uses(ast.NodeTransformer):
    """Every use of a boxed variable as its list's item."""

    def __init__(self, name: str) -> None:
        self._name = name

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id != self._name:
            return node
        if isinstance(node.ctx, ast.Del):
            refuse(f"del of {self._name}, which a nested function assigns, is outside the native subset", node)
        return at(ast.Subscript(load(node.id), ast.Constant(0), node.ctx), node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.stmt:
        node.names = [name for name in node.names if name != self._name]
        return node if node.names else at(ast.Pass(), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        spec = node.args
        spec.defaults = [self.visit(part) for part in spec.defaults]
        spec.kw_defaults = [part if part is None else self.visit(part) for part in spec.kw_defaults]
        if self._name not in locals_of(node):
            node.body = [self.visit(part) for part in node.body]
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        node.args = self.visit(node.args)
        if self._name not in locals_of(node):
            node.body = self.visit(node.body)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        if node.target.id == self._name:
            refuse(f":= of {self._name}, which a nested function assigns, is outside the native subset", node)
        return self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.AST:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.AST:
        return self._comprehension(node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> ast.AST:
        first = node.generators[0]
        if self._name in {name for part in node.generators for name in target_names(part.target)}:
            first.iter = self.visit(first.iter)
            return node
        return self.generic_visit(node)
