"""Typing of `collections.Counter` and `collections.defaultdict`: dicts that answer for keys that are not there.

Most of what a Counter does is typed Python of the library, for the plain dict that it is.
"""

from __future__ import annotations

import ast
import copy
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.copies import CopyTyper
from hermetic_nb.toolchains.native.parse import library
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, CHAR, COUNTER, INT, STR, DictT, ListT

_EMPTY: Final = {
    "bool": ast.Constant(value=False),
    "dict": ast.Dict([], []),
    "float": ast.Constant(0.0),
    "int": ast.Constant(0),
    "list": ast.List([], ast.Load()),
    "str": ast.Constant(""),
}
"""What the factories that are types make."""
_OPERATORS: Final = {"+": "plus", "-": "minus", "|": "union", "&": "intersection"}
_METHODS: Final = {
    **dict.fromkeys(("elements", "total"), (0, 0)),
    "most_common": (0, 1),
    **dict.fromkeys(("update", "subtract"), (1, 1)),
}
"""Methods that only a Counter has, or has otherwise: the fewest and the most arguments."""


class DefaultTyper(CopyTyper):
    """Types Counters and defaultdicts."""

    def library_call(self, function: str, values: list[t.Expr], node: ast.AST) -> t.Expr:
        """A call of a function of the library for `collections`, with typed arguments."""
        found = library.source("collections").find(function)
        assert found is not None, function
        name = self.program.copies.copy("collections", found, node)
        self.program.module.functions.update(self.program.copies.made)
        return self.invoke(name, values, node)

    def invoke(self, name: str, values: list[t.Expr], node: ast.AST) -> t.Expr:
        """A call with typed arguments (see `calls`)."""
        raise NotImplementedError

    # ------------------------------------------------------------ entries

    def entry(self, base: t.Expr, kind: DictT, node: ast.Subscript) -> t.Expr:
        """``d[key]``, read."""
        line = node.lineno
        if not kind.flavour:
            return t.Index(self.item(kind.values), line, base, self.key(kind.keys, node.slice))
        if kind.flavour == COUNTER:
            return self._count_of(base, kind, self.key(kind.keys, node.slice), node)
        return self._defaulted(base, kind, self.new_key(kind.keys, node.slice), node)

    def held_entry(self, base: t.Expr, kind: DictT, key: t.Expr, node: ast.expr) -> t.Expr:
        """``d[key]`` of a key that is typed already, before it is stored again."""
        if not kind.flavour:
            return t.Index(self.item(kind.values), node.lineno, base, key)
        if kind.flavour == COUNTER:
            return self._count_of(base, kind, key, node)
        return self._defaulted(base, kind, key, node)

    def _count_of(self, base: t.Expr, kind: DictT, key: t.Expr, node: ast.expr) -> t.Expr:
        if kind.item not in {INT, BOTTOM}:
            refuse(f"a Counter that holds {kind.item} is outside the native subset", node)
        if BOTTOM in {key.type, kind.item}:
            self.widen(kind.values, INT, node)
            return t.Builtin(BOTTOM, node.lineno, "table.get", [base, key])
        return t.Builtin(INT, node.lineno, "table.get_or", [base, key, t.Const(INT, node.lineno, 0)])

    def _defaulted(self, base: t.Expr, kind: DictT, key: t.Expr, node: ast.expr) -> t.Expr:
        made = self.add(kind.values, self.expr(self._default_of(kind, node)), node)
        if key.type == BOTTOM:
            return t.Builtin(BOTTOM, node.lineno, "table.get", [base, key])
        key = self.convert(self.add(kind.keys, key, node), kind.key, node)
        return t.Builtin(self.item(kind.values), node.lineno, "table.setdefault", [base, key, made])

    def _default_of(self, kind: DictT, node: ast.expr) -> ast.expr:
        """The syntax that makes a default, at the place where one is asked for: the same in every pass."""
        found: ast.expr | None = getattr(node, "default", None)
        if found is None:
            found = copy.deepcopy(self.program.factories[kind.flavour])
            for part in ast.walk(found):
                ast.copy_location(part, node)
            node.default = found  # type: ignore[attr-defined] # read above
        return found

    # ------------------------------------------------------------ calls that make them

    def collection(self, name: str, node: ast.Call) -> t.Expr | None:
        """A call of a name with a dot in it, which the compiler knows."""
        if name == "collections.defaultdict":
            return self._new_defaultdict(node)
        if name == "collections.Counter":
            return self._new_counter(node)
        return super().collection(name, node)

    def _new_defaultdict(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 2)
        factory = self._factory(node.args[0])
        flavour = f"defaultdict {ast.unparse(factory)}"
        self.program.factories[flavour] = factory
        kind = DictT(self.cell(node), self.cell(node, 1), flavour)
        if len(node.args) == 1:
            return t.DictOf(kind, node.lineno, [])
        given = self.need(self.reading(node.args[1]), node)
        if not isinstance(given.type, DictT):
            refuse("defaultdict() takes a dict to begin with in the native subset", node)
        self.join(DictT(kind.keys, kind.values), plain(given.type), node, "the dict")
        return t.Convert(kind, node.lineno, t.Builtin(plain(given.type), node.lineno, "table.copy", [given]))

    def _factory(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Name) and not self.hides(node.id):
            if node.id in _EMPTY and node.id not in self.program.module.functions:
                return _EMPTY[node.id]
            if node.id in {"set", "collections.Counter"} or node.id in self.program.module.functions:
                return ast.Call(node, [], [])
        if isinstance(node, ast.Lambda) and not node.args.args:
            read = {part.id for part in ast.walk(node.body) if isinstance(part, ast.Name)}
            if not any(map(self.hides, read)):
                return node.body
        return refuse("a defaultdict takes a type, or a lambda that names no variable, in the native subset", node)

    def _new_counter(self, node: ast.Call) -> t.Expr:
        self.positional(node, 0, 1)
        kind = DictT(self.cell(node), self.cell(node, 1), COUNTER)
        if not node.args:
            return t.DictOf(kind, node.lineno, [])
        given = self._counted(node.args[0])
        if given.type == BOTTOM:
            return given
        if isinstance(given.type, DictT):
            made: t.Expr = t.Builtin(plain(given.type), node.lineno, "table.copy", [given])
        else:
            made = self.library_call("counted", [given], node)
        if not isinstance(made.type, DictT):
            return made
        return t.Convert(DictT(made.type.keys, made.type.values, COUNTER), node.lineno, made)

    def _counted(self, node: ast.expr) -> t.Expr:
        """What is to be counted: a dict of counts, or a sequence of items."""
        if isinstance(node, ast.GeneratorExp):
            return self.gathered(node)
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute):
            return self.gathered(node)
        value = self.need(self.reading(node), node)
        if value.type == CHAR:
            return self.convert(value, STR, node)
        if isinstance(value.type, DictT):
            return t.Convert(plain(value.type), node.lineno, value)
        return value if isinstance(value.type, ListT) or value.type in {STR, BOTTOM} else self.gathered(node)

    # ------------------------------------------------------------ what a Counter does

    def dict_method(self, base: t.Expr, kind: DictT, name: str, node: ast.Call) -> t.Expr:
        """A method of a dict."""
        if kind.flavour == COUNTER and name in _METHODS:
            self.positional(node, *_METHODS[name])
            if BOTTOM in {kind.key, kind.item} and not node.args:
                return t.Builtin(BOTTOM, node.lineno, "table.copy", [base])
            return self._counter_method(t.Convert(plain(kind), node.lineno, base), name, node)
        return super().dict_method(base, kind, name, node)

    def _counter_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        if name in {"update", "subtract"}:
            self.at_once(node)
            given = self._counted(node.args[0])
            if given.type == BOTTOM:
                return given
            return self.library_call(f"{name}_counts" if isinstance(given.type, DictT) else name, [base, given], node)
        if name == "elements":
            refuse("elements() gives an iterator: write [k for k, n in c.items() for _ in range(n)]", node)
        if not node.args or (isinstance(node.args[0], ast.Constant) and node.args[0].value is None):
            return self.library_call(name, [base], node)
        return self.library_call(f"{name}__n", [base, self.integer(node.args[0], "the number of items")], node)

    def counters(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr | None:
        """An operation on two Counters; None where they are none."""
        if not is_counter(left) or not is_counter(right):
            return None
        assert isinstance(left.type, DictT)
        assert isinstance(right.type, DictT)
        if BOTTOM in {left.type.key, right.type.key}:
            self.join(left.type, right.type, node, "the Counter")
            return t.Arith(BOTTOM, left.line, "+", left, right)
        sides: list[t.Expr] = [t.Convert(plain(side.type), side.line, side) for side in (left, right)]
        if op in {"==", "!="}:
            same = self.library_call("equal", sides, node)
            return same if op == "==" else t.Unary(BOOL, same.line, "not", same)
        if op not in _OPERATORS:
            refuse(f"{op} of Counters is outside the native subset", node)
        made = self.library_call(_OPERATORS[op], sides, node)
        if not isinstance(made.type, DictT):
            return made
        return t.Convert(DictT(made.type.keys, made.type.values, COUNTER), made.line, made)


def plain(kind: object) -> DictT:
    """The plain dict that a dict is."""
    assert isinstance(kind, DictT)
    return DictT(kind.keys, kind.values)


def is_counter(value: t.Expr) -> bool:
    """Whether a value is a Counter."""
    return isinstance(value.type, DictT) and value.type.flavour == COUNTER
