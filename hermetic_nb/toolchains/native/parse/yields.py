"""Generator functions of a cell that are consumed where they are called.

``for x in numbers(n): body`` is the function's own body with ``x = value; body`` in the place of its ``yield value``: so the two run in
turns, as in CPython. What takes all at once (``list``, ``sum``, ``sorted``, ...) calls a copy of the function that gives a list.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.rewriter import assign, at, load
from hermetic_nb.toolchains.native.parse.scopes import bound, locals_of
from hermetic_nb.toolchains.native.parse.stable import is_quiet
from hermetic_nb.toolchains.native.parse.weaving import Appending, Weaving

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRAINS: Final = frozenset({"list", "tuple", "sum", "min", "max", "sorted", "set"})
_INNER: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_HARD: Final = (*_INNER, ast.Try, ast.With, ast.Global, ast.Nonlocal, ast.Await, ast.NamedExpr, ast.Match, ast.Delete)
_ENDS: Final = (ast.Return, ast.Break, ast.Continue, ast.Raise)
_STOPPING: Final = frozenset({"StopIteration", "next"})
"""What ends a generator in a way of its own."""
_CALM: Final = frozenset(
    {"abs", "divmod", "float", "int", "isinstance", "len", "max", "min", "pow", "range", "round", "str"}
)


def consume_generators(tree: ast.Module) -> None:
    """Rewrite a cell in place; generators that are used in another way stay as they are."""
    found = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_generator(node)}
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    usable = {name: node for name, node in found.items() if _is_plain(node) and names.count(name) == 1}
    if not usable:
        return
    rewriter = _Consumed(usable, _DRAINS - bound(tree.body))
    for name in sorted(usable):
        rewriter.prepare(name)
    for node in tree.body:
        if not (isinstance(node, ast.FunctionDef) and node.name in found):
            rewriter.statement(node)
    tree.body += rewriter.made.values()


def _own(nodes: list[ast.stmt]) -> Iterator[ast.AST]:
    """The nodes of a function that are its own, and no inner function's."""
    waiting: list[ast.AST] = list(nodes)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _INNER):
            waiting += ast.iter_child_nodes(node)


def _is_generator(node: ast.FunctionDef) -> bool:
    return any(isinstance(part, ast.Yield | ast.YieldFrom) for part in _own(node.body))


def _is_plain(node: ast.FunctionDef) -> bool:
    """Whether a generator function has its yields as statements, and nothing that hangs on being a generator."""
    spec = node.args
    if node.decorator_list or spec.vararg or spec.kwarg or spec.kwonlyargs or spec.posonlyargs:
        return False
    if not all(isinstance(default, ast.Constant) for default in spec.defaults):
        return False
    parts = list(_own(node.body))
    statements = {part.value for part in parts if isinstance(part, ast.Expr)}
    if any(isinstance(part, ast.Yield | ast.YieldFrom) and part not in statements for part in parts):
        return False
    again = sum(isinstance(part, ast.Name) and part.id == node.name for part in parts) > len(list(_again(node)))
    valued = any(isinstance(part, ast.Return) and part.value is not None for part in parts)
    again |= any(isinstance(part, ast.Name) and part.id in _STOPPING for part in parts)
    given = {argument.arg for argument in spec.args}
    return (
        _is_bound(node.body, given, locals_of(node))
        and not again
        and not valued
        and not any(isinstance(part, _HARD) for part in parts)
    )


def _again(node: ast.FunctionDef) -> Iterator[ast.stmt]:
    """Where a generator function goes through itself, and it is no matter whether at once or in turns."""
    for part in _own(node.body):
        match part:
            case ast.Expr(value=ast.YieldFrom(value=ast.Call(func=ast.Name(id=name)))) if name == node.name:
                yield part
            case ast.For(
                iter=ast.Call(func=ast.Name(id=name)),
                body=[ast.Expr(value=ast.Yield(value=ast.expr() as value))],
                orelse=[],
            ) if name == node.name and is_quiet(value):
                yield part


def _is_bound(nodes: list[ast.stmt], given: set[str], names: set[str]) -> bool:
    """Whether each variable surely has a value where it is read: a second run must not find what the first one left."""

    def reads(node: ast.AST) -> bool:
        parts = list(ast.walk(node))
        read = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
        read |= {
            part.target.id for part in parts if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name)
        }
        return (read & names) <= given

    for node in nodes:
        match node:
            case ast.If(test=test, body=body, orelse=orelse):
                one, other = set(given), set(given)
                if not (reads(test) and _is_bound(body, one, names) and _is_bound(orelse, other, names)):
                    return False
                ways = [
                    way for way, block in ((one, body), (other, orelse)) if not (block and isinstance(block[-1], _ENDS))
                ]
                given |= set.intersection(*ways) if ways else names
            case ast.For(target=target, iter=items, body=body, orelse=orelse):
                inside = given | {part.id for part in ast.walk(target) if isinstance(part, ast.Name)}
                if not (reads(items) and _is_bound(body, inside, names) and _is_bound(orelse, set(given), names)):
                    return False
            case ast.While(test=test, body=body, orelse=orelse):
                if not (reads(test) and _is_bound(body, set(given), names) and _is_bound(orelse, set(given), names)):
                    return False
            case _:
                if not reads(node):
                    return False
                given |= bound([node])
    return True


class _Consumed(ast.NodeTransformer):
    """Rewrites what consumes generators, in one function after the other."""

    def __init__(self, generators: dict[str, ast.FunctionDef], drains: frozenset[str]) -> None:
        self._generators, self._drains = generators, drains
        self._ready: set[str] = set()
        self._within: list[str] = []
        self._bound: frozenset[str] = frozenset()
        """The variables of the function that is rewritten."""
        self._count = 0
        self.made: dict[str, ast.stmt] = {}

    def prepare(self, name: str) -> None:
        """Rewrite a generator function itself, before it is put anywhere."""
        if name in self._ready or name in self._within:
            return
        self._within.append(name)
        self.statement(self._generators[name])
        self._within.pop()
        self._ready.add(name)

    def statement(self, node: ast.stmt) -> None:
        """Rewrite a statement of the top level."""
        outer = self._bound
        for part in ast.walk(node):
            if isinstance(part, ast.FunctionDef):
                self._bound = self._bound | locals_of(part)
        self.visit(node)
        self._bound = outer

    # ------------------------------------------------------------ all at once

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """``list(numbers(n))`` and its like."""
        if self._takes_all(node):
            argument = node.args[0]
            if isinstance(argument, ast.GeneratorExp):
                self._gather(argument)
            else:
                node.args[0] = self._gathered(argument)
        return self.generic_visit(node)

    def visit_ListComp(self, node: ast.ListComp) -> ast.AST:
        """``[f(x) for x in numbers(n)]``, where the function's turns and the comprehension's do not meet."""
        self._gather(node)
        return self.generic_visit(node)

    def _takes_all(self, node: ast.Call) -> bool:
        match node:
            case ast.Call(func=ast.Name(id=name), args=[_], keywords=options):
                keyed = any(option.arg == "key" for option in options)
                known = name in self._drains and name not in self._bound
                function = self._called(node.args[0])
                turns = name in {"min", "max"} and (keyed or (function is not None and not _is_calm(function)))
                return known and not turns
            case ast.Call(func=ast.Attribute(attr="join"), args=[_], keywords=[]):
                return True
        return False

    def _gather(self, node: ast.GeneratorExp | ast.ListComp) -> None:
        first = node.generators[0]
        function = self._called(first.iter)
        if function is not None and _reads_only(node) and _is_calm(function):
            first.iter = self._gathered(first.iter)

    def _gathered(self, node: ast.expr) -> ast.expr:
        """A call of a generator function as one that gives a list."""
        function = self._called(node)
        if function is None or not isinstance(node, ast.Call):
            return node
        name = f"{function.name}@all"
        if name not in self.made:
            out = f"{function.name}@out"
            made = copy.deepcopy(function)
            made.name, made.returns = name, None
            body = [assign(out, ast.List([], ast.Load()), function), *Appending(out, function.name).block(made.body)]
            made.body = [*body, at(ast.Return(load(out)), function.body[-1])]
            self.made[name] = made
        return ast.copy_location(ast.Call(ast.copy_location(load(name), node.func), node.args, node.keywords), node)

    def _called(self, node: ast.expr) -> ast.FunctionDef | None:
        """The generator function that an expression calls."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id in self._bound:
            return None
        if any(isinstance(part, ast.Starred) for part in node.args) or any(k.arg is None for k in node.keywords):
            return None
        name = node.func.id
        if name not in self._generators:
            return None
        self.prepare(name)
        return self._generators[name] if name in self._ready else None

    # ------------------------------------------------------------ in turns

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        """``for x in numbers(n): ...``."""
        self.generic_visit(node)
        function = self._called(node.iter)
        if function is None or node.orelse or not isinstance(node.iter, ast.Call) or any(_again(function)):
            return node
        yields = [part for part in _own(function.body) if isinstance(part, ast.Yield)]
        others = [part for part in _own(function.body) if isinstance(part, ast.YieldFrom)]
        free = {part.id for part in ast.walk(function) if isinstance(part, ast.Name)} - locals_of(function)
        given = _arguments(function, node.iter)
        if len(yields) + len(others) != 1 or free & self._bound or given is None:
            return node
        self._count += 1
        mark = f"@{function.name}{self._count}"
        names = {name: f"{name}{mark}" for name in locals_of(function)}
        body = [_Renamed(names).visit(part) for part in copy.deepcopy(function.body)]
        first = [assign(names[name], value, node.iter) for name, value in given]
        stop = f"stop{mark}"
        woven = Weaving(node, stop).block(body, looped=False)
        stops = any(isinstance(part, ast.Name) and part.id == stop for new in woven for part in ast.walk(new))
        return [*first, *([assign(stop, ast.Constant(False), node)] if stops else []), *woven]


def _arguments(function: ast.FunctionDef, node: ast.Call) -> list[tuple[str, ast.expr]] | None:
    """The parameters with what they are given, in the order of evaluation; None where that does not fit."""
    names = [argument.arg for argument in function.args.args]
    if len(node.args) > len(names):
        return None
    given: list[tuple[str, ast.expr]] = list(zip(names, node.args, strict=False))
    given += [(str(keyword.arg), keyword.value) for keyword in node.keywords]
    defaults = dict(zip(reversed(names), reversed(function.args.defaults), strict=False))
    present = [name for name, _ in given]
    given += [(name, copy.deepcopy(defaults[name])) for name in names if name not in present and name in defaults]
    return given if sorted(name for name, _ in given) == sorted(names) else None


def _reads_only(node: ast.GeneratorExp | ast.ListComp) -> bool:
    """Whether what a comprehension computes between the items can neither raise nor change anything."""
    tests = [test for part in node.generators for test in part.ifs]
    return len(node.generators) == 1 and is_quiet(node.elt) and all(map(is_quiet, tests))


def _is_calm(function: ast.FunctionDef) -> bool:
    """Whether a generator function surely changes no object, so that its turns and those of its consumer may be apart."""
    for part in _own(function.body):
        match part:
            case ast.Call(func=ast.Name(id=name)) if name in _CALM or name == function.name:
                pass
            case ast.Call() | ast.Subscript(ctx=ast.Store()) | ast.Attribute(ctx=ast.Store()):
                return False
            case ast.AugAssign(value=value) if not (isinstance(value, ast.Constant) and type(value.value) is int):
                return False
    return True


class _Renamed(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = self._names.get(node.id, node.id)
        return node
