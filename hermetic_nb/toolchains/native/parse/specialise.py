"""Functions that take functions: one copy for each function that they are given, so that every call knows what it calls.

``apply(g, x)`` calls ``apply[f=g](x)``, a copy of `apply` that calls `g` where it called its parameter ``f``; what a nested
`g` has captured is given along. A parameter that is called somewhere, and is None in a call, is None in that copy.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.lifting import function_value, is_function_value
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at, load, store
from hermetic_nb.toolchains.native.parse.scopes import bound, locals_of, parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BUILTINS: Final = frozenset(
    {"abs", "all", "any", "bin", "bool", "chr", "divmod", "float", "hex", "int", "len", "list", "max", "min", "oct", "ord",
     "pow", "repr", "reversed", "round", "set", "sorted", "str", "sum", "tuple"}
)  # fmt: skip
"""Built-in functions that may be given to a function of the cell."""
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class _Given:
    """What a parameter is in a copy: a function and the names of what it has captured, or None."""

    target: str
    captured: tuple[str, ...] = ()


_NONE: Final = _Given("None")


class Specialiser:
    """Makes the copies that the functions of one cell need."""

    def __init__(self, functions: Iterable[ast.FunctionDef], imported: frozenset[str]) -> None:
        self.functions = {function.name: function for function in functions}
        self.imported = imported
        self.called = _called(self.functions.values())
        self.tested = {name: _tested(function) for name, function in self.functions.items()}
        self.made: list[ast.FunctionDef] = []
        self._names: dict[tuple[str, tuple[tuple[str, _Given], ...]], str] = {}

    def run(self, methods: Iterable[ast.FunctionDef] = ()) -> list[ast.FunctionDef]:
        """Rewrite all functions, and methods that call them; the copies are what is returned."""
        for function in [*self.functions.values(), *methods]:
            self._rewrite(function)
        return self.made

    def _rewrite(self, function: ast.FunctionDef) -> None:
        function.body = _Calls(self, locals_of(function)).block(function.body) or [at(ast.Pass(), function)]

    def copy_for(self, name: str, given: dict[str, _Given], node: ast.AST) -> str:
        """The copy of a function for the functions that it is given. Raises RefusedError."""
        key = (name, tuple(sorted(given.items())))
        found = self._names.get(key)
        if found is not None:
            return found
        if len(self._names) >= _MOST:
            refuse("the cell's functions are given to each other in too many combinations", node)
        original = self.functions[name]
        rebound = sorted(bound(original.body) & set(given))
        if rebound:
            refuse(f"{name} assigns its parameter {rebound[0]}, which holds a function here", node)
        hiding = sorted(
            (_bound_anywhere(original) - set(given)) & {value.target.split(":")[0] for value in given.values()}
        )
        if hiding:
            refuse(f"{name} has a variable of the same name as the function {hiding[0]}: rename one of them", node)
        shown = ", ".join(f"{parameter}={value.target}" for parameter, value in sorted(given.items()))
        made = copy.deepcopy(original)
        made.name = self._names[key] = f"{name}[{shown}]"
        _without(made.args, set(given))
        for parameter, value in sorted(given.items()):
            for captured in value.captured:
                made.args.kwonlyargs.append(at(ast.arg(f"{parameter}.{captured}"), original))
                made.args.kw_defaults.append(None)
        made.body = _Inside(given).block(made.body)
        # What only the branches assign that are left out stays a variable, without a value.
        lost = sorted(bound(original.body) - bound(made.body))
        made.body[:0] = [at(ast.AnnAssign(store(part), ast.Constant(None), None, 1), original) for part in lost]
        made.body = made.body or [at(ast.Pass(), original)]
        self.functions[made.name], self.called[made.name] = made, self.called[name] - set(given)
        self.tested[made.name] = self.tested[name] - set(given)
        self.made.append(made)
        self._rewrite(made)
        return made.name


class _Calls(Rewriter):
    """Rewrites the calls of one function."""

    def __init__(self, program: Specialiser, hides: set[str]) -> None:
        self._program, self._hides = program, hides

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call that gives a function to one of the cell's."""
        if is_function_value(node):
            refuse(
                "a function as a value is outside the native subset: call it, or give it to a function of the cell",
                node,
            )
        program, target = self._program, node.func
        if isinstance(target, ast.Name) and target.id not in self._hides and target.id in program.functions:
            self._specialised(target, node)
        return self.generic_visit(node)

    def _specialised(self, target: ast.Name, node: ast.Call) -> None:
        program, function = self._program, self._program.functions[target.id]
        spec = function.args
        positional = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
        given: dict[str, _Given] = {}
        captured: list[ast.keyword] = []
        rest: list[ast.expr] = []
        for position, argument in enumerate(node.args):
            name = positional[position] if position < len(positional) else ""
            value = self._function(argument, target.id, name)
            if value is None:
                rest.append(argument)
                continue
            if not name or any(isinstance(part, ast.Starred) for part in node.args[:position]):
                refuse(f"{target.id} takes no function here", argument)
            given[name] = value
            captured += _captures(name, argument)
        keywords: list[ast.keyword] = []
        for keyword in node.keywords:
            value = self._function(keyword.value, target.id, keyword.arg)
            if value is None or keyword.arg is None:
                keywords.append(keyword)
                continue
            given[keyword.arg] = value
            captured += _captures(keyword.arg, keyword.value)
        for name, default in _defaults(spec).items():
            if name not in given and not _is_supplied(name, positional, node):
                value = self._function(default, target.id, name, hides=frozenset())
                if value is not None:
                    given[name] = value
        if not given:
            return
        # A parameter after one that leaves keeps its place among those that are given by position.
        target.id = program.copy_for(target.id, given, node)
        node.args, node.keywords = rest, [*keywords, *captured]

    def _function(
        self, node: ast.expr, target: str, parameter: str | None, hides: Iterable[str] | None = None
    ) -> _Given | None:
        """What an argument is, if the function that takes it has to know."""
        hidden_names = self._hides if hides is None else hides
        is_called = parameter in self._program.called[target]
        if is_function_value(node):
            (function,) = node.args
            assert isinstance(function, ast.Name)
            return _Given(function.id, tuple(str(keyword.arg) for keyword in node.keywords))
        match node:
            case ast.Name(id=name) if name not in hidden_names:
                if name in self._program.functions:
                    return _Given(name)
                return _Given(name) if is_called and (name in BUILTINS or name in self._program.imported) else None
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if is_called and name not in hidden_names:
                return _Given(f"{name}:{attr}") if name in self._program.imported else None
            case ast.Constant(value=None) if is_called or parameter in self._program.tested[target]:
                return _NONE
        return None


class _Inside(Rewriter):
    """Puts the functions in the place of the parameters of a copy."""

    def __init__(self, given: dict[str, _Given]) -> None:
        self._given = given

    def block(self, nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A block without what stands behind a branch that is always taken, and leaves."""
        done = super().block(nodes)
        end = next((n for n, node in enumerate(done, 1) if isinstance(node, ast.Return | ast.Raise)), len(done))
        return done[:end]

    def _value(self, node: ast.expr) -> _Given | None:
        return self._given.get(node.id) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else None

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of the parameter."""
        value = self._value(node.func)
        if value is not None and value.target != "None":
            node.keywords += _passed(node.func.id, value, node)  # type: ignore[attr-defined] # a Name, by `_value`
            node.func = _target(value, node.func)
        return self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The parameter as a value: it is handed on."""
        value = self._value(node)
        if value is None:
            return node
        if not value.captured:
            return _target(value, node)
        return function_value(value.target, _passed(node.id, value, node), node)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """``f is None``."""
        match node:
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
                value = self._value(left)
                if value is not None:
                    return at(ast.Constant((value.target == "None") == isinstance(op, ast.Is)), node)
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        """Only the branch that is taken."""
        test = self._truth(node.test)
        if test is None:
            return self.generic_visit(node)
        return self.block(node.body if test else node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Only the value that is taken."""
        test = self._truth(node.test)
        if test is None:
            return self.generic_visit(node)
        return self.visit(node.body if test else node.orelse)  # type: ignore[no-any-return] # an expression stays one

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """Without what is known, and without what stands behind the part that decides."""
        decides = isinstance(node.op, ast.Or)
        values: list[ast.expr] = []
        for number, value in enumerate(node.values, 1):
            known = self._truth(value)
            if known is None or known == decides or (number == len(node.values) and not values):
                values.append(self.visit(value))
            if known == decides:
                break
        if len(values) == 1:
            return values[0]
        node.values = values or [self.visit(node.values[-1])]
        return node

    def _truth(self, node: ast.expr) -> bool | None:
        """What a test of a parameter is known to be."""
        value = self._value(node)
        if value is not None:
            return value.target != "None"
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._truth(operand)
                return None if inner is None else not inner
            case ast.Compare(left=left, ops=[ast.Is() | ast.IsNot() as op], comparators=[ast.Constant(value=None)]):
                value = self._value(left)
                return None if value is None else (value.target == "None") == isinstance(op, ast.Is)
            case ast.BoolOp(op=op, values=values):
                known = [self._truth(part) for part in values]
                decides = isinstance(op, ast.Or)
                return next((part for part in known if part is None or part == decides), not decides)
        return None


def _target(value: _Given, node: ast.expr) -> ast.expr:
    if value.target == "None":
        return at(ast.Constant(None), node)
    module, _, name = value.target.rpartition(":")
    return at(ast.Attribute(load(module), name, ast.Load()) if module else load(value.target), node)


def _passed(parameter: str, value: _Given, node: ast.AST) -> list[ast.keyword]:
    return [at(ast.keyword(name, load(f"{parameter}.{name}")), node) for name in value.captured]


def _captures(parameter: str, argument: ast.expr) -> list[ast.keyword]:
    keywords = argument.keywords if is_function_value(argument) else []
    return [at(ast.keyword(f"{parameter}.{keyword.arg}", keyword.value), argument) for keyword in keywords]


def _called(functions: Iterable[ast.FunctionDef]) -> dict[str, set[str]]:
    """The parameters of each function that it calls, or hands on to a function that calls them."""
    found: dict[str, set[str]] = {}
    handed: list[tuple[str, str, str, str | int]] = []
    positions: dict[str, list[str]] = {}
    for function in functions:
        names = {arg.arg for arg in parameters(function.args)}
        positions[function.name] = [arg.arg for arg in [*function.args.posonlyargs, *function.args.args]]
        found[function.name] = set()
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            found[function.name] |= {node.func.id} & names
            given: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
            given += [(str(keyword.arg), keyword.value) for keyword in node.keywords]
            for place, value in given:
                if isinstance(value, ast.Name) and value.id in names:
                    handed.append((function.name, value.id, node.func.id, place))
    changed = True
    while changed:
        changed = False
        for name, parameter, target, place in handed:
            order = positions.get(target, [])
            there = place if isinstance(place, str) else order[place] if place < len(order) else ""
            if there in found.get(target, ()) and parameter not in found[name]:
                found[name].add(parameter)
                changed = True
    return found


def _tested(function: ast.FunctionDef) -> set[str]:
    """The parameters that a function holds against None, and never assigns."""
    found = set[str]()
    for node in ast.walk(function):
        match node:
            case ast.Compare(
                left=ast.Name(id=name), ops=[ast.Is() | ast.IsNot()], comparators=[ast.Constant(value=None)]
            ):
                found.add(name)
            case ast.If(test=ast.Name(id=name)) | ast.IfExp(test=ast.Name(id=name)):
                found.add(name)
    return (found & {arg.arg for arg in parameters(function.args)}) - bound(function.body)


def _defaults(spec: ast.arguments) -> dict[str, ast.expr]:
    positional = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
    found = dict(zip(reversed(positional), reversed(spec.defaults), strict=False))
    return found | {
        arg.arg: value for arg, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if value is not None
    }


def _is_supplied(name: str, positional: list[str], node: ast.Call) -> bool:
    if any(keyword.arg in {name, None} for keyword in node.keywords):
        return True
    starred = any(isinstance(part, ast.Starred) for part in node.args)
    return starred or (name in positional and positional.index(name) < len(node.args))


def _bound_anywhere(function: ast.FunctionDef) -> set[str]:
    """The names that a function binds, in its comprehensions and lambdas too."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}


def _without(spec: ast.arguments, names: set[str]) -> None:
    """Take parameters out of a function's list."""
    defaults = _defaults(spec)
    spec.posonlyargs = [arg for arg in spec.posonlyargs if arg.arg not in names]
    spec.args = [arg for arg in spec.args if arg.arg not in names]
    spec.defaults = [defaults[a.arg] for a in [*spec.posonlyargs, *spec.args] if a.arg in defaults]
    spec.kwonlyargs = [arg for arg in spec.kwonlyargs if arg.arg not in names]
    spec.kw_defaults = [defaults.get(arg.arg) for arg in spec.kwonlyargs]
