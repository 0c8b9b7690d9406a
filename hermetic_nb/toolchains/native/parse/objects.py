"""Top-level values that are objects: the function that is called first makes them, and hands them on.

Every call of a tool starts from a cell that has just been run, so that an object of the top level lives as long as a call.
``TABLE = {...}`` becomes an assignment at the beginning of each function that reads it, itself or through others; those
others take it as a parameter. A function ``f`` that is handed objects is called ``f@`` and its parameters ``TABLE@``.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, load
from hermetic_nb.toolchains.native.parse.scopes import Comprehension, free, locals_of, parameters, target_names

if TYPE_CHECKING:
    from collections.abc import Mapping


def hand_on(tree: ast.Module, objects: Mapping[str, ast.expr]) -> None:
    """Rewrite the functions of a cell, in place; ``objects``: names of the top level and what makes their values."""
    if not objects:
        return
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    needs = _needs(functions, objects)
    order = {name: number for number, name in enumerate(objects)}
    for name, function in functions.items():
        if not needs[name]:
            continue
        needed = sorted(needs[name], key=order.__getitem__)
        inner = copy.deepcopy(function)
        inner.name = f"{name}@"
        for part in needed:
            inner.args.kwonlyargs.append(at(ast.arg(f"{part}@"), function))
            inner.args.kw_defaults.append(None)
        _Handing(functions, needs, order, inner).run()
        tree.body.append(inner)
        _Handing(functions, needs, order, function).run()
        function.body[:0] = [_made(functions, needs, order, part, objects[part]) for part in needed]
    for owner in tree.body:
        for method in owner.body if isinstance(owner, ast.ClassDef) else []:
            if isinstance(method, ast.FunctionDef):
                _refuse_in_method(method, set(objects) | {name for name in functions if needs[name]})


def _needs(functions: Mapping[str, ast.FunctionDef], objects: Mapping[str, ast.expr]) -> dict[str, set[str]]:
    """The objects that each function needs, itself or through what it calls; those of an object are among them too."""
    reads = {name: free(function) for name, function in functions.items()} | {
        name: free(value) for name, value in objects.items()
    }
    needs = {name: found & set(objects) | ({name} & set(objects)) for name, found in reads.items()}
    changed = True
    while changed:
        changed = False
        for name, found in reads.items():
            more = set().union(*(needs[other] for other in found if other in needs and other != name))
            if not more <= needs[name]:
                needs[name] |= more
                changed = True
    return needs


def _made(
    functions: Mapping[str, ast.FunctionDef],
    needs: Mapping[str, set[str]],
    order: Mapping[str, int],
    name: str,
    value: ast.expr,
) -> ast.stmt:
    """The statement that makes an object."""
    statement = assign(f"{name}@", copy.deepcopy(value), value)
    holder = ast.FunctionDef("", ast.arguments([], [], None, [], [], None, []), [statement], [], None, None)
    _Handing(functions, needs, order, at(holder, value)).run()
    return holder.body[0]


def _refuse_in_method(method: ast.FunctionDef, names: set[str]) -> None:
    for position, node in enumerate(method.body):
        found = sorted((free(node) & names) - locals_of(method))
        if found:
            reason = f"a method reads {found[0]} of the top level: give it to the method as an argument"
            method.body[position] = Refused(node, RefusedError(reason, node))


class _Handing(Rewriter):
    """Rewrites the reads of objects, and the calls of functions that need some."""

    def __init__(
        self,
        functions: Mapping[str, ast.FunctionDef],
        needs: Mapping[str, set[str]],
        order: Mapping[str, int],
        function: ast.FunctionDef,
    ) -> None:
        self._functions, self._needs, self._order = functions, needs, order
        self._function = function
        self._hides = [frozenset(locals_of(function))]

    def run(self) -> None:
        """Rewrite the function's body."""
        self._function.body = self.block(self._function.body)

    def _is_global(self, name: str) -> bool:
        return not any(name in names for names in self._hides)

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """A read of an object."""
        if node.id in self._order and isinstance(node.ctx, ast.Load) and self._is_global(node.id):
            node.id += "@"
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of a function that needs objects."""
        self.generic_visit(node)
        match node.func:
            case ast.Name(id=name) as target if name in self._functions and self._needs[name] and self._is_global(name):
                target.id = f"{name}@"
                for part in sorted(self._needs[name], key=self._order.__getitem__):
                    node.keywords.append(at(ast.keyword(f"{part}@", load(f"{part}@")), node))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """A lambda's parameters hide names."""
        self._hides.append(frozenset(arg.arg for arg in parameters(node.args)))
        self.generic_visit(node)
        self._hides.pop()
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """A comprehension's variables hide names, but in its first source."""
        if not isinstance(node, Comprehension):
            return super().generic_visit(node)
        first = self.visit(node.generators[0].iter)
        node.generators[0].iter = ast.Constant(None)
        self._hides.append(frozenset().union(*(target_names(part.target) for part in node.generators)))
        super().generic_visit(node)
        self._hides.pop()
        node.generators[0].iter = first
        return node
