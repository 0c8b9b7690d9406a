"""Nested functions at the top level: what a function reads of the functions around it becomes further parameters.

A call gives the values that these variables have at that moment. That is what the nested function would see: while it runs,
nobody assigns them (`boxes` has taken `nonlocal` away). Where a variable, or the function itself, may have no value yet
at a call, the call is refused. A function that is given to another one becomes a `FunctionValue`; see `specialise`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeGuard

from hermetic_nb.toolchains.native.parse.reaching import Reaching
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at, load
from hermetic_nb.toolchains.native.parse.scopes import (
    Comprehension,
    free,
    hidden,
    locals_of,
    own,
    parameters,
    target_names,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


_VALUE: Final = "$function"


def function_value(name: str, captured: list[ast.keyword], node: ast.AST) -> ast.Call:
    """A function of the cell as an argument, and what it has captured."""
    return at(ast.Call(load(_VALUE), [load(name)], captured), node)


def is_function_value(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a node was made by `function_value`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == _VALUE


@dataclass(eq=False)
class _Scope:
    """A function on the way to the top level."""

    node: ast.FunctionDef
    name: str
    """What it is called at the top level."""
    parent: _Scope | None
    flow: Reaching
    locals: set[str]
    nested: dict[str, _Scope] = field(default_factory=dict)
    captured: dict[tuple[_Scope, str], str] = field(default_factory=dict)
    """Variables of outer functions, and the parameters that stand for them."""
    needs: dict[_Scope, None] = field(default_factory=dict)
    """Nested functions that it refers to, in the order of the text."""

    def owner(self, name: str) -> _Scope | None:
        """The function around or at this one whose variable a name is."""
        scope: _Scope | None = self
        while scope is not None and name not in scope.locals:
            scope = scope.parent
        return scope

    def everything(self) -> list[_Scope]:
        """This function and all inside it, outer ones first."""
        return [self, *(inner for part in self.nested.values() for inner in part.everything())]


def lift(function: ast.FunctionDef, defined: Iterable[str], prefix: str = "") -> list[ast.FunctionDef]:
    """Take the nested functions out of a function, which is changed in place; they are what is returned.

    ``defined``: the functions of the cell's top level.
    """
    given = _GivenLambdas(frozenset(defined))
    given.visit(function)
    if not any(isinstance(node, ast.FunctionDef) for node in own(function.body)):
        return []
    _Apart().visit(function)
    top = _read(function, prefix + function.name, None)
    scopes = top.everything()
    for scope in scopes:
        _note_captures(scope)
    changed = True
    while changed:
        changed = False
        for scope in scopes:
            for needed in scope.needs:
                for key in needed.captured:
                    if key[0] is not scope and key not in scope.captured:
                        scope.captured[key] = _parameter(scope, *key)
                        changed = True
    for scope in scopes:
        scope.node.body = _Calls(scope).block(scope.node.body) or [at(ast.Pass(), scope.node)]
    for scope in scopes[1:]:
        scope.node.name = scope.name
        for name in scope.captured.values():
            scope.node.args.kwonlyargs.append(at(ast.arg(name), scope.node))
            scope.node.args.kw_defaults.append(None)
    return [scope.node for scope in scopes[1:]]


def _read(function: ast.FunctionDef, name: str, parent: _Scope | None) -> _Scope:
    scope = _Scope(function, name, parent, Reaching(function), locals_of(function))
    for node in own(function.body):
        if isinstance(node, ast.FunctionDef):
            scope.nested[node.name] = _read(node, f"{name}.{node.name}", scope)
    return scope


def _note_captures(scope: _Scope) -> None:
    for node in scope.flow.states:
        if not isinstance(node, ast.Name):
            continue
        owner = scope.owner(node.id)
        if owner is None:
            continue
        if node.id in owner.nested:
            scope.needs[owner.nested[node.id]] = None
        elif owner is not scope:
            scope.captured[owner, node.id] = node.id


def _parameter(scope: _Scope, owner: _Scope, name: str) -> str:
    """A parameter for a variable that only functions which this one calls read."""
    return name if name not in scope.locals and scope.owner(name) is owner else f"{name}@{owner.name}"


def _all_needed(target: _Scope, scope: _Scope) -> list[_Scope]:
    """A nested function and all that it may call; a call of ``scope`` itself defines its nested functions anew."""
    found = [target]
    for known in found:
        if known is not scope:
            found += [needed for needed in known.needs if needed not in found]
    return found


class _Calls(Rewriter):
    """Rewrites the references to nested functions in one function's own scope."""

    def __init__(self, scope: _Scope) -> None:
        self._scope = scope

    def _nested(self, node: ast.expr) -> _Scope | None:
        """The nested function that an expression is."""
        if not isinstance(node, ast.Name) or node not in self._scope.flow.states:
            return None
        owner = self._scope.owner(node.id)
        return owner.nested.get(node.id) if owner is not None else None

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """A nested function leaves; it must be the one value of its name."""
        if node.decorator_list:
            refuse(
                "a decorator of a nested function is outside the native subset: move the function to the top level",
                node.decorator_list[0],
            )
        if self._scope.flow.masks[node.name].bit_count() > 1:
            refuse(f"{node.name} has several values in this function: give each function a name of its own", node)
        spec = node.args
        for default in [*spec.defaults, *spec.kw_defaults]:
            if default is not None and not _is_constant(default):
                refuse("a default value of a nested function must be a constant in the native tier", default)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of a nested function, and functions among the arguments."""
        if is_function_value(node):
            return self._value(node)
        target = self._nested(node.func)
        if target is not None:
            node.keywords += self._captured(target, node.func)
            node.func = ast.copy_location(load(target.name), node.func)
        for position, argument in enumerate(node.args):
            node.args[position] = self._argument(argument)
        for keyword in node.keywords:
            keyword.value = self._argument(keyword.value)
        node.func = self.visit(node.func)
        return node

    def _argument(self, node: ast.expr) -> ast.expr:
        value = self._nested(node)
        if value is None:
            return self.visit(node)  # type: ignore[no-any-return] # an expression stays one
        return function_value(value.name, self._captured(value, node), node)

    def _value(self, node: ast.Call) -> ast.Call:
        """A lambda that was given a name."""
        (function,) = node.args
        value = self._nested(function)
        if value is not None:
            node.keywords += self._captured(value, function)
            node.args = [at(load(value.name), function)]
        return node

    def visit_Name(self, node: ast.Name) -> ast.Name:
        """Any other reference to a nested function."""
        if self._nested(node) is not None:
            refuse(
                f"the function {node.id} is a value here: the native tier only calls it, or gives it to a function of the cell",
                node,
            )
        return node

    def _captured(self, target: _Scope, node: ast.expr) -> list[ast.keyword]:
        """What a call gives a nested function beyond its arguments."""
        scope = self._scope
        for needed in _all_needed(target, scope):
            if needed.parent is scope and scope.flow.may_be_unbound(needed.node.name, node):
                refuse(f"{needed.node.name} may not be defined yet when this is called", node)
        given = []
        for (owner, name), parameter in target.captured.items():
            if owner is scope and scope.flow.may_be_unbound(name, node):
                refuse(f"{name}, which {target.node.name} reads, may have no value yet when this is called", node)
            value = name if owner is scope else scope.captured[owner, name]
            given.append(at(ast.keyword(parameter, load(value)), node))
        return given


def _is_constant(node: ast.expr) -> bool:
    return all(
        isinstance(part, ast.Constant | ast.UnaryOp | ast.Tuple | ast.unaryop | ast.Load) for part in ast.walk(node)
    )


class _GivenLambdas(Rewriter):
    """Makes nested functions of the lambdas that are called at once, or given to functions of the cell."""

    def __init__(self, defined: frozenset[str]) -> None:
        self._defined = defined
        self._made: list[ast.FunctionDef] = []
        self._own: list[str] = []
        self._called = defined

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """The functions go to the beginning of the function around them."""
        outer, self._called, self._own = (self._made, self._called, self._own), self._called | locals_of(node), []
        self._made = []
        node.body = self.block(node.body)
        node.body[:0] = self._made
        self._made, self._called, self._own = outer
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """The function that is called, then its arguments."""
        if isinstance(node.func, ast.Lambda):
            made = self._function(node.func)
            (node.func,) = made.args
            node.keywords += made.keywords
        is_own = isinstance(node.func, ast.Name) and node.func.id in self._called
        for position, argument in enumerate(node.args):
            if is_own and isinstance(argument, ast.Lambda):
                node.args[position] = self._function(argument)
        for keyword in node.keywords:
            if is_own and isinstance(keyword.value, ast.Lambda):
                keyword.value = self._function(keyword.value)
        return self.generic_visit(node)

    def _function(self, node: ast.Lambda) -> ast.Call:
        name = hidden("lambda", node)
        read = free(node)
        captured = [part for part in dict.fromkeys(self._own) if part in read]
        definition = at(ast.FunctionDef(name, node.args, [at(ast.Return(node.body), node.body)], [], None, None), node)
        definition.args.kwonlyargs += [at(ast.arg(part), node) for part in captured]
        definition.args.kw_defaults += [None] * len(captured)
        self.visit_FunctionDef(definition)
        self._made.append(definition)
        return function_value(name, [ast.keyword(part, load(part)) for part in captured], node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """A lambda that stays has names of its own."""
        self._own += [arg.arg for arg in parameters(node.args)]
        self.generic_visit(node)
        del self._own[len(self._own) - len(parameters(node.args)) :]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """A comprehension has names of its own."""
        if not isinstance(node, Comprehension):
            return super().generic_visit(node)
        names = sorted({name for part in node.generators for name in target_names(part.target)})
        node.generators[0].iter = self.visit(node.generators[0].iter)
        self._own += names
        first, node.generators[0].iter = node.generators[0].iter, ast.Constant(None)
        super().generic_visit(node)
        node.generators[0].iter = first
        del self._own[len(self._own) - len(names) :]
        return node


class _Apart(ast.NodeTransformer):
    """Gives the names of comprehensions and lambdas a spelling of their own, so that none hides a captured variable."""

    def __init__(self) -> None:
        self._own = frozenset[str]()

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id in self._own:
            node.id += "~0"
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        outer, self._own = self._own, frozenset()
        self.generic_visit(node)
        self._own = outer
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        node.args.defaults = [self.visit(part) for part in node.args.defaults]
        outer, self._own = self._own, self._own | {arg.arg for arg in parameters(node.args)}
        for arg in parameters(node.args):
            arg.arg += "~0"
        node.body = self.visit(node.body)
        self._own = outer
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, Comprehension):
            return super().generic_visit(node)
        first = self.visit(node.generators[0].iter)
        node.generators[0].iter = ast.Constant(None)
        outer, self._own = self._own, self._own.union(*(target_names(part.target) for part in node.generators))
        super().generic_visit(node)
        node.generators[0].iter, self._own = first, outer
        return node
