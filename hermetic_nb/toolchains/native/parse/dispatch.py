"""Dicts of functions: ``OPS = {"+": add, "-": lambda a, b: a - b}``, of which one is looked up and called.

A call ``OPS[key](a, b)`` becomes two calls of functions that are made for it. The first finds the number of the function,
or raises KeyError at the place of the call, before the arguments are evaluated; the second calls that function.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.parse.rewriter import assign, at, call, load

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEY = "key"
_NUMBER = "number"
Scope = ast.Module | ast.FunctionDef


@dataclass(slots=True)
class Table:
    """One dict of functions."""

    name: str
    keys: list[ast.Constant]
    functions: list[ast.expr]
    made: list[ast.stmt] = field(default_factory=list)
    """The functions that stand in its place."""

    def chooser(self, node: ast.AST) -> str:
        """A function that gives the number of a key's function, and blames ``node`` if there is none."""
        name = f"{self.name}@find{len(self.made)}"
        body: list[ast.stmt] = [
            ast.If(ast.Compare(load(_KEY), [ast.Eq()], [copy.deepcopy(key)]), [ast.Return(ast.Constant(number))], [])
            for number, key in enumerate(self.keys)
        ]
        body.append(ast.Raise(load("KeyError"), None))
        self._define(name, [_KEY], body, node)
        return name

    def caller(self, count: int, node: ast.AST) -> str:
        """A function that calls the function of a number with so many arguments."""
        name = f"{self.name}@call{len(self.made)}"
        names = [f"argument{number}" for number in range(count)]
        body: list[ast.stmt] = []
        for number, function in enumerate(self.functions):
            answer = ast.Return(ast.Call(copy.deepcopy(function), [load(given) for given in names], []))
            last = number == len(self.functions) - 1
            test = ast.Compare(load(_NUMBER), [ast.Eq()], [ast.Constant(number)])
            body.append(answer if last else ast.If(test, [answer], []))
        self._define(name, [_NUMBER, *names], body, node)
        return name

    def _define(self, name: str, parameters: list[str], body: list[ast.stmt], node: ast.AST) -> None:
        spec = ast.arguments([], [ast.arg(parameter) for parameter in parameters], None, [], [], None, [])
        self.made.append(at(ast.FunctionDef(name, spec, body, [], None, None), node))


class _Calls(ast.NodeTransformer):
    """Rewrites the uses of one table."""

    def __init__(self, table: Table, held: set[str]) -> None:
        self._table, self._held = table, held

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """``f = OPS[key]``."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in self._held and self._looked_up(value):
                return assign(name, self._number(value), node)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """``OPS[key](...)`` or ``f(...)``."""
        function = node.func
        held = isinstance(function, ast.Name) and function.id in self._held
        if not held and not self._looked_up(function):
            return self.generic_visit(node)
        number = load(function.id) if isinstance(function, ast.Name) else self._number(function)
        given = [self.visit(part) for part in node.args]
        return at(call(self._table.caller(len(given), node), number, *given), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """``key in OPS``."""
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name) as other]) if (
                name == self._table.name
            ):
                node.comparators = [at(ast.Tuple([*copy.deepcopy(self._table.keys)], ast.Load()), other)]
        return self.generic_visit(node)

    def _looked_up(self, node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == self._table.name
        )

    def _number(self, node: ast.expr) -> ast.expr:
        assert isinstance(node, ast.Subscript)
        return at(call(self._table.chooser(node), self.visit(node.slice)), node)


def tables(tree: ast.Module) -> None:
    """Rewrite the dicts of functions of a cell in place; what is used in another way stays as it is."""
    _of_scope(tree)
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.FunctionDef):
            _of_scope(node)


def _of_scope(scope: Scope) -> None:
    for position, node in reversed(list(enumerate(scope.body))):
        table = _table(node)
        if table is None:
            continue
        held = _uses(scope, node, table.name)
        if held is None:
            continue
        for number, function in enumerate(table.functions):
            if isinstance(function, ast.Lambda):
                name = f"{table.name}@{number}"
                body: list[ast.stmt] = [ast.copy_location(ast.Return(function.body), function.body)]
                table.made.append(at(ast.FunctionDef(name, function.args, body, [], None, None), function))
                table.functions[number] = at(load(name), function)
        calls = _Calls(table, held)
        scope.body = [part if part is node else calls.visit(part) for part in scope.body]
        scope.body[position : position + 1] = table.made


def _table(node: ast.stmt) -> Table | None:
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys, values=values))
            | ast.AnnAssign(target=ast.Name(id=name), value=ast.Dict(keys=keys, values=values))
        ) if keys and all(isinstance(value, ast.Name | ast.Attribute | ast.Lambda) for value in values):
            constants = [key for key in keys if isinstance(key, ast.Constant) and type(key.value) in {int, str}]
            if len(constants) == len(keys) == len({key.value for key in constants}):
                return Table(name, constants, list(values))
    return None


def _uses(scope: Scope, node: ast.stmt, name: str) -> set[str] | None:
    """The variables that hold one of the functions; None where the dict is not only looked up in and called."""
    parents = {child: part for part in ast.walk(scope) for child in ast.iter_child_nodes(part)}
    held, called = set[str](), False
    if _bound(scope, name) != 1:
        return None
    for part, above in parents.items():
        if not isinstance(part, ast.Name) or part.id != name or above is node:
            continue
        match above:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[other]) if other is part:
                continue
            case ast.Subscript(value=value, ctx=ast.Load()) if value is part and not isinstance(above.slice, ast.Slice):
                pass
            case _:
                return None
        user = parents[above]
        match user:
            case ast.Call(func=function, keywords=[]) if function is above and _is_plain(user.args):
                called = True
            case ast.Assign(targets=[ast.Name(id=variable)], value=value) if value is above and _is_only_called(
                parents, scope, variable
            ):
                held.add(variable)
                called = True
            case _:
                return None
    return held if called else None


def _is_only_called(parents: dict[ast.AST, ast.AST], scope: Scope, variable: str) -> bool:
    """Whether a variable is assigned once in the scope, and else called."""
    uses = [part for part in parents if isinstance(part, ast.Name) and part.id == variable]
    for use in uses:
        above = parents[use]
        if isinstance(use.ctx, ast.Load) and not (
            isinstance(above, ast.Call) and above.func is use and not above.keywords and _is_plain(above.args)
        ):
            return False
    return _bound(scope, variable) == 1


def _is_plain(given: Iterable[ast.expr]) -> bool:
    return not any(isinstance(part, ast.Starred) for part in given)


def _bound(scope: Scope, name: str) -> int:
    """How often a scope, or what is in it, gives a name a meaning."""
    count = 0
    for part in ast.walk(scope):
        if isinstance(part, ast.Name):
            count += part.id == name and not isinstance(part.ctx, ast.Load)
        elif isinstance(part, ast.Global | ast.Nonlocal):
            count += 2 * (name in part.names)
        else:
            names = {getattr(part, attribute, None) for attribute in ("name", "arg", "asname")}
            count += name in names and part is not scope
    return count
