"""Spellings that say the same as simpler ones.

``dict.fromkeys``, ``key=xs.__getitem__``, ``in d.values()``, ``int(text or 0)``, class methods, a table of `str.maketrans` with a name.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.renaming import rename
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at, load, store
from hermetic_nb.toolchains.native.parse.scopes import hidden

if TYPE_CHECKING:
    from collections.abc import Container

_ATTRIBUTES: Final = frozenset({"fromkeys", "__getitem__", "maketrans", "keys", "values", "items"})
"""What a cell holds where there is something to do."""
_ORDERED: Final = frozenset({"enumerate", "len", "list", "max", "min", "sorted", "sum", "tuple", "zip"})
"""Functions that see the keys of a dict alone."""


def simplify_spellings(tree: ast.Module) -> None:
    """Rewrite a cell in place."""
    if not any(_is_one(node) for node in ast.walk(tree)):
        return
    own = {name for node in ast.walk(tree) for name in _given(node)}
    if "str" not in own:
        _name_tables(tree)
    Spellings(own).visit(tree)


def _is_one(node: ast.AST) -> bool:
    """Whether a node may be one of the spellings."""
    match node:
        case ast.Attribute(attr=attr):
            return attr in _ATTRIBUTES
        case ast.Call(func=ast.Name(id="int" | "float"), args=[ast.BoolOp(op=ast.Or())]):
            return True
        case ast.FunctionDef(decorator_list=[ast.Name(id="classmethod")]):
            return True
    return False


def _given(node: ast.AST) -> list[str]:
    """The names that a node gives a meaning of the cell's own."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return [name]
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            return [name]
        case ast.alias(name=name, asname=other):
            return [other or name]
    return []


class Spellings(Rewriter):
    """Rewrites expressions; ``own``: the names that are the cell's, not built-in, somewhere."""

    def __init__(self, own: set[str]) -> None:
        self._own = own

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """``dict.fromkeys(keys, value)``; what is called with its keys alone needs no values."""
        reads = isinstance(node.func, ast.Name) and node.func.id in _ORDERED - self._own
        if reads or (isinstance(node.func, ast.Attribute) and node.func.attr == "join"):
            node.args = [self._keys(part) for part in node.args]
        match node:
            case ast.Call(
                func=ast.Name(id="int" | "float" as kind), args=[ast.BoolOp(op=ast.Or(), values=[part, other])]
            ):
                if kind not in self._own and not any(
                    isinstance(inner, ast.Call | ast.NamedExpr) for inner in ast.walk(part)
                ):
                    ways = (ast.Call(node.func, [way], node.keywords) for way in (copy.deepcopy(part), other))
                    return self.generic_visit(at(ast.IfExp(part, *ways), node))
        made = self.generic_visit(node)
        return self._of_keys(node) if self._is_fromkeys(node) and len(node.args) == 2 else made

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """``x in d.values()``: a view is looked through like a list of it; the keys are those of the dict itself."""
        match node:
            case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Call(args=[], keywords=[]) as view]):
                if isinstance(view.func, ast.Attribute) and view.func.attr not in self._own:
                    if view.func.attr == "keys":
                        node.comparators = [view.func.value]
                    elif view.func.attr in {"values", "items"} and "list" not in self._own:
                        node.comparators = [at(ast.Call(load("list"), [view], []), view)]
        return self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """A class method, which is called of this class alone: nothing builds on a class."""
        for part in node.body:
            match part:
                case ast.FunctionDef(
                    decorator_list=[ast.Name(id="classmethod")], args=ast.arguments(args=[first, *rest])
                ):
                    names = {name for inner in ast.walk(part) for name in _given(inner) if inner is not first}
                    if not names & {first.arg, node.name}:
                        part.decorator_list = [at(ast.Name("staticmethod", ast.Load()), part)]
                        part.args.args = rest
                        rename(part, {first.arg: node.name})
        return self.generic_visit(node)

    def visit_For(self, node: ast.For) -> ast.AST:
        """A loop over the keys."""
        node.iter = self._keys(node.iter)
        return self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """A loop over the keys."""
        node.iter = self._keys(node.iter)
        return self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """``key=xs.__getitem__``."""
        match node:
            case ast.keyword(arg="key", value=ast.Attribute(value=ast.Name() as base, attr="__getitem__") as value):
                place = hidden("place", value)
                item = ast.Subscript(base, load(place), ast.Load())
                node.value = at(ast.Lambda(ast.arguments([], [ast.arg(place)], None, [], [], None, []), item), value)
        return self.generic_visit(node)

    def _is_fromkeys(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="dict"), attr="fromkeys"), keywords=[]):
                return "dict" not in self._own
        return False

    def _keys(self, node: ast.expr) -> ast.expr:
        """``dict.fromkeys(xs)`` with values that nobody sees: native code has no dict of None."""
        if isinstance(node, ast.Call) and self._is_fromkeys(node) and len(node.args) == 1:
            node.args.append(at(ast.Constant(True), node))
        return node

    @staticmethod
    def _of_keys(node: ast.Call) -> ast.expr:
        """``{key: value for keys, value in [(KEYS, VALUE)] for key in keys}``: each is computed once, in its turn."""
        given = node.args[1]
        if isinstance(given, ast.Constant):
            key = hidden("key", node)
            each = ast.comprehension(store(key), node.args[0], [], 0)
            return at(ast.DictComp(load(key), given, [each]), node)
        keys, value, key = (hidden(purpose, node) for purpose in ("keys", "value", "key"))
        both = ast.Tuple([store(keys), store(value)], ast.Store())
        once = ast.comprehension(both, ast.List([ast.Tuple(node.args, ast.Load())], ast.Load()), [], 0)
        each = ast.comprehension(store(key), load(keys), [], 0)
        return at(ast.DictComp(load(key), load(value), [once, each]), node)


def _name_tables(tree: ast.Module) -> None:
    """``TABLE = str.maketrans("ab", "cd")``, of literals: written out where ``translate`` takes it, if nothing else does."""
    takers: dict[str, list[ast.Call]] = {}
    tables: dict[str, list[ast.Call]] = {}
    counts: dict[str, int] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                counts[name] = counts.get(name, 0) + 1
            case ast.Call(func=ast.Attribute(attr="translate"), args=[ast.Name(id=name)], keywords=[]):
                takers.setdefault(name, []).append(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as table) if _is_table(table):
                tables.setdefault(name, []).append(table)
    one = {
        name: found[0]
        for name, found in tables.items()
        if len({ast.dump(table) for table in found}) == 1 and counts[name] == len(found) + len(takers.get(name, []))
    }
    for name, table in one.items():
        for taker in takers.get(name, []):
            taker.args = [copy.deepcopy(table)]
    for part in ast.walk(tree):
        if isinstance(part, ast.Module | ast.FunctionDef):
            part.body = [_passed(node, one) for node in part.body]


def _passed(node: ast.stmt, tables: Container[str]) -> ast.stmt:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)]) if name in tables:
            return ast.copy_location(ast.Pass(), node)
    return node


def _is_table(node: ast.Call) -> bool:
    """Whether a call of `str.maketrans` has literals only, and surely gives a table."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="str"), attr="maketrans"), args=args, keywords=[]):
            match args:
                case [ast.Dict(keys=keys, values=values)]:
                    return all(isinstance(part, ast.Constant) for part in (*keys, *values))
                case [ast.Constant(value=str(old)), ast.Constant(value=str(new)), *rest]:
                    return len(old) == len(new) and all(isinstance(part, ast.Constant) for part in rest)
    return False
