"""``:=`` as statements of its own: what an expression computes before it is computed before it, into hidden variables."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.renaming import rename
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, load
from hermetic_nb.toolchains.native.parse.scopes import Comprehension, hidden, locals_of, target_names

if TYPE_CHECKING:
    from collections.abc import Iterable

_WHOLE: Final = frozenset({"list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max"})
"""Functions that may take a list instead of a generator: nothing that they do shows between two items."""


class Walrus(Rewriter):
    """Rewrites the statements of one module."""

    def __init__(self, defined: Iterable[str]) -> None:
        self._defined = frozenset(defined)
        self._locals = frozenset[str]()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function's own names hide built-ins."""
        outer, self._locals = self._locals, self._locals | locals_of(node)
        node.body = self.block(node.body)
        self._locals = outer
        return node

    def _flat(self) -> _Flat:
        return _Flat(self._defined, self._locals)

    def visit_Assign(self, node: ast.Assign) -> ast.AST | list[ast.stmt]:
        """The value comes before the targets."""
        if _has(node.value):
            flat = self._flat()
            node.value = flat.expression(node.value)
            return [*flat.before, node]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | list[ast.stmt]:
        """As an assignment."""
        if node.value is not None and _has(node.value):
            flat = self._flat()
            node.value = flat.expression(node.value)
            return [*flat.before, node]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST | list[ast.stmt]:
        """The target is read before the value is computed."""
        if not _has(node):
            return node
        flat = self._flat()
        if isinstance(node.target, ast.Name):
            if node.target.id in _assigned(node.value):
                refuse(f"{node.target.id} is assigned while it is added to: take the := out of the statement", node)
            flat.before.append(at(ast.Expr(load(node.target.id)), node.target))
        else:
            flat.parts(node.target, every=True)
        node.value = flat.expression(node.value)
        return [*flat.before, node]

    def _one(self, node: ast.stmt, field: str, *, test: bool = False) -> ast.AST | list[ast.stmt]:
        """A statement with one expression that is computed first."""
        value = getattr(node, field)
        if value is None or not _has(value):
            return node
        flat = self._flat()
        setattr(node, field, flat.test(value) if test else flat.expression(value))
        return [*flat.before, node]

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        """An expression for its effect."""
        return self._one(node, "value")

    def visit_Return(self, node: ast.Return) -> ast.AST | list[ast.stmt]:
        """``return (x := ...)``."""
        return self._one(node, "value")

    def visit_Raise(self, node: ast.Raise) -> ast.AST | list[ast.stmt]:
        """The exception is computed first."""
        return self._one(node, "exc")

    def visit_Assert(self, node: ast.Assert) -> ast.AST | list[ast.stmt]:
        """The test is computed first."""
        return self._one(node, "test", test=True)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        """The test is computed first; an ``elif`` stands in the ``else`` branch by itself."""
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return self._one(node, "test", test=True)

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.stmt]:
        """What is looped over is computed once."""
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        return self._one(node, "iter")

    def visit_While(self, node: ast.While) -> ast.AST:
        """The test becomes the first statements of an endless loop."""
        node.body, node.orelse = self.block(node.body), self.block(node.orelse)
        if not _has(node.test):
            return node
        if node.orelse and any(map(_leaves, node.orelse)):
            refuse("take the := out of the test of this loop: its else has a break or continue", node)
        flat = self._flat()
        over = at(ast.UnaryOp(ast.Not(), flat.test(node.test)), node.test)
        leave = at(ast.If(over, [*node.orelse, ast.Break()], []), node.test)
        node.test, node.body, node.orelse = at(ast.Constant(value=True), node), [*flat.before, leave, *node.body], []
        return node


def _has(node: ast.AST) -> bool:
    return any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))


def _assigned(node: ast.AST) -> set[str]:
    return {part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr)}


def _leaves(node: ast.stmt) -> bool:
    """Whether a break or continue leaves this statement."""
    if isinstance(node, ast.Break | ast.Continue):
        return True
    inner: list[ast.AST] = list(ast.iter_child_nodes(node))
    if isinstance(node, ast.For | ast.While):
        inner = list(node.orelse)
    return any(_leaves(part) for part in inner if isinstance(part, ast.stmt | ast.excepthandler | ast.match_case))  # type: ignore[arg-type] # blocks are in all three


class _Flat:
    """Takes one expression apart; ``before`` are the statements that have to run before what is left of it."""

    def __init__(self, defined: frozenset[str], variables: frozenset[str]) -> None:
        self._defined, self._locals = defined, variables
        self._hides = defined | variables
        self.before: list[ast.stmt] = []
        self._count = 0

    def _inner(self) -> _Flat:
        inner = _Flat(self._defined, self._locals)
        inner._count = self._count + 100 * len(self.before) + 1
        return inner

    def _name(self, purpose: str, node: ast.AST) -> str:
        self._count += 1
        return f"{hidden(purpose, node)}.{self._count}"

    def _pin(self, node: ast.expr) -> ast.expr:
        """A part that is computed now."""
        if isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id not in self._locals):
            # Names of the cell's top level do not change.
            return node
        if isinstance(node, ast.GeneratorExp | ast.Lambda):
            refuse("take the := out of this expression: it comes after a generator or lambda", node)
        if isinstance(node, ast.Starred):
            node.value = self._pin(node.value)
            return node
        if isinstance(node, ast.Slice):
            self.parts(node, every=True)
            return node
        name = self._name("first", node)
        self.before.append(assign(name, node, node))
        return at(load(name), node)

    def expression(self, node: ast.expr) -> ast.expr:
        """The value of an expression."""
        if not _has(node):
            return node
        match node:
            case ast.NamedExpr():
                self.before.append(assign(node.target.id, self.expression(node.value), node))
                return at(load(node.target.id), node)
            case ast.BoolOp():
                return self._boolean(node, is_test=False)
            case ast.IfExp():
                return self._choice(node)
            case ast.Compare() if any(map(_has, node.comparators[1:])):
                return refuse("take the := out of this chain of comparisons", node)
            case ast.Call() if any(isinstance(part, ast.GeneratorExp) and _has(part) for part in node.args):
                return self._consumed(node)
            case ast.ListComp() | ast.SetComp() | ast.DictComp():
                return self._comprehension(node)
            case ast.GeneratorExp():
                return refuse("a generator with := is consumed at once in the native tier: make a list of it", node)
            case ast.Lambda():
                return refuse(":= in a lambda is outside the native subset: write a function", node)
        self.parts(node)
        return node

    def test(self, node: ast.expr) -> ast.expr:
        """An expression of which only the truth value counts."""
        match node:
            case ast.BoolOp() if any(map(_has, node.values[1:])):
                return self._boolean(node, is_test=True)
            case ast.UnaryOp(op=ast.Not()):
                node.operand = self.test(node.operand)
                return node
        return self.expression(node)

    def parts(self, node: ast.AST, *, every: bool = False) -> None:
        """Take apart what is inside of a node: all that comes before the last `:=` is computed before it."""
        places = _places(node)
        last = max((n for n, (owner, field, index) in enumerate(places) if _has(_get(owner, field, index))), default=-1)
        if every:
            last = len(places)
        for number, (owner, field, index) in enumerate(places[: last + 1]):
            value = self.expression(_get(owner, field, index))
            _set(owner, field, index, self._pin(value) if number < last else value)

    def _boolean(self, node: ast.BoolOp, *, is_test: bool) -> ast.expr:
        if not any(map(_has, node.values[1:])):
            node.values[0] = self.expression(node.values[0])
            return node
        name = self._name("both", node)
        block = self.before
        for number, value in enumerate(node.values):
            inner = self._inner()
            made = inner.test(value) if is_test else inner.expression(value)
            if is_test and not isinstance(made, ast.Compare):
                made = at(ast.IfExp(made, ast.Constant(value=True), ast.Constant(value=False)), value)
            block += [*inner.before, assign(name, made, value)]
            if number < len(node.values) - 1:
                known: ast.expr = load(name)
                if isinstance(node.op, ast.Or):
                    known = ast.UnaryOp(ast.Not(), known)
                branch = at(ast.If(known, [], []), value)
                block.append(branch)
                block = branch.body
        return at(load(name), node)

    def _choice(self, node: ast.IfExp) -> ast.expr:
        node.test = self.test(node.test)
        if not _has(node.body) and not _has(node.orelse):
            return node
        name = self._name("choice", node)
        branches = []
        for part in (node.body, node.orelse):
            inner = self._inner()
            value = inner.expression(part)
            branches.append([*inner.before, assign(name, value, part)])
        self.before.append(at(ast.If(node.test, branches[0], branches[1]), node))
        return at(load(name), node)

    # ------------------------------------------------------------ loops inside expressions

    def _consumed(self, node: ast.Call) -> ast.expr:
        """A generator that is given to a function which consumes it."""
        name = node.func.id if isinstance(node.func, ast.Name) and node.func.id not in self._hides else ""
        is_join = isinstance(node.func, ast.Attribute) and node.func.attr == "join"
        argument = node.args[0]
        assert isinstance(argument, ast.GeneratorExp) or name not in {"any", "all"}
        if name in {"any", "all"} and isinstance(argument, ast.GeneratorExp):
            return self._found(argument, node, wanted=name == "any")
        if not (name in _WHOLE or is_join) or not isinstance(argument, ast.GeneratorExp):
            refuse("a generator with := is consumed at once in the native tier: make a list of it", node)
        node.args[0] = ast.copy_location(ast.ListComp(argument.elt, argument.generators), argument)
        self.parts(node)
        return node

    def _found(self, node: ast.GeneratorExp, call: ast.Call, *, wanted: bool) -> ast.expr:
        if len(node.generators) > 1:
            refuse("take the := out of this generator, or write it as a loop", node)
        name = self._name("found", node)
        self.before.append(assign(name, ast.Constant(value=not wanted), node))

        def body(inner: _Flat, element: ast.expr) -> list[ast.stmt]:
            test = inner.test(element)
            if not wanted:
                test = at(ast.UnaryOp(ast.Not(), test), element)
            found = [assign(name, ast.Constant(value=wanted), element), at(ast.Break(), element)]
            return [*inner.before, at(ast.If(test, found, []), element)]

        self._loops(node.generators, [node.elt], lambda inner, elements: body(inner, elements[0]))
        return at(load(name), call)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp) -> ast.expr:
        name = self._name("made", node)
        empty: ast.expr = ast.Dict([], []) if isinstance(node, ast.DictComp) else ast.List([], ast.Load())
        if isinstance(node, ast.SetComp):
            if "set" in self._hides:
                refuse("the cell gives set a meaning of its own, and this needs Python's", node)
            empty = ast.Call(load("set"), [], [])

        def body(inner: _Flat, elements: list[ast.expr]) -> list[ast.stmt]:
            if isinstance(node, ast.DictComp):
                key = inner._pin(inner.expression(elements[0]))
                value = inner.expression(elements[1])
                return [*inner.before, assign(ast.Subscript(load(name), key, ast.Store()), value, node)]
            method = "add" if isinstance(node, ast.SetComp) else "append"
            value = inner.expression(elements[0])
            add = ast.Call(ast.Attribute(load(name), method, ast.Load()), [value], [])
            return [*inner.before, at(ast.Expr(add), node.generators[0].target)]

        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        first = node.generators[0]
        first.iter = self._pin(self.expression(first.iter))
        self.before.append(assign(name, empty, node))
        self._loops(node.generators, elements, body)
        return at(load(name), node)

    def _loops(self, generators: list[ast.comprehension], elements: list[ast.expr], body: object) -> None:
        """The loops of a comprehension as statements; its variables get names of their own."""
        names = {name: f"{name}~0" for part in generators for name in target_names(part.target)}
        block = self.before
        for number, part in enumerate(generators):
            inner = self._inner()
            source = part.iter if number == 0 else rename(part.iter, names)
            source = inner.expression(source)
            loop = at(ast.For(rename(part.target, names), source, [], []), part.target)
            block += [*inner.before, loop]
            block = loop.body
            for test in part.ifs:
                inner = self._inner()
                made = inner.test(rename(test, names))
                branch = at(ast.If(made, [], []), test)
                block += [*inner.before, branch]
                block = branch.body
        block += body(self._inner(), [rename(element, names) for element in elements])  # type: ignore[operator] # a closure


def _places(node: ast.AST) -> list[tuple[ast.AST, str, int | None]]:
    """Where the expressions stand that a node computes, in their order."""
    if isinstance(node, Comprehension):
        return [(node.generators[0], "iter", None)]
    if isinstance(node, ast.Dict):
        found: list[tuple[ast.AST, str, int | None]] = []
        for index, key in enumerate(node.keys):
            found += [(node, "keys", index)] if key is not None else []
            found.append((node, "values", index))
        return found
    places: list[tuple[ast.AST, str, int | None]] = []
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.Call) and field == "func":
            # A function's name is no value here; of a method the object is.
            places += _places(node.func) if isinstance(node.func, ast.Attribute) else []
        elif isinstance(value, ast.expr):
            places.append((node, field, None))
        elif isinstance(value, list):
            for index, part in enumerate(value):
                if isinstance(part, ast.keyword):
                    places.append((part, "value", None))
                elif isinstance(part, ast.FormattedValue):
                    places += _places(part)
                elif isinstance(part, ast.expr):
                    places.append((node, field, index))
    return places


def _get(owner: ast.AST, field: str, index: int | None) -> ast.expr:
    value = getattr(owner, field)
    return value if index is None else value[index]  # type: ignore[no-any-return] # by `_places`


def _set(owner: ast.AST, field: str, index: int | None, value: ast.expr) -> None:
    if index is None:
        setattr(owner, field, value)
    else:
        getattr(owner, field)[index] = value
