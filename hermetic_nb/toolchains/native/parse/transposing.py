"""``zip(*rows)`` in a comprehension: the columns of rows, as lists, where nothing can tell them from tuples."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at, call, load, store
from hermetic_nb.toolchains.native.parse.scopes import Comprehension, hidden, locals_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_READERS: Final = frozenset(
    {"abs", "all", "any", "bool", "enumerate", "float", "int", "len", "list", "max", "min", "range", "reversed", "round",
     "set", "sorted", "str", "sum", "zip"}
)  # fmt: skip
"""Functions that only read what they are given, and give the same for a list as for a tuple."""


class Transposing(Rewriter):
    """Rewrites the comprehensions of one module."""

    def __init__(self, defined: Iterable[str]) -> None:
        self._hides = frozenset(defined)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function's own names hide built-ins."""
        outer, self._hides = self._hides, self._hides | locals_of(node)
        node.body = self.block(node.body)
        self._hides = outer
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """A comprehension over columns, inner ones first."""
        super().generic_visit(node)
        if isinstance(node, Comprehension) and self._reads_only(node):
            generators: list[ast.comprehension] = []
            for part in node.generators:
                rows = self._rows(part.iter)
                if rows is not None and not self._tells(part.target, node):
                    generators += _columns(rows, part.iter)
                    part.iter = _column(part.iter)
                generators.append(part)
            node.generators = generators
        return node

    def _rows(self, node: ast.expr) -> ast.expr | None:
        """What is transposed; the rows must not be generators themselves."""
        match node:
            case ast.Call(func=ast.Name(id="zip"), args=[ast.Starred(value=rows)], keywords=[]):
                lazy = sum(isinstance(part, ast.GeneratorExp) for part in ast.walk(rows))
                if lazy <= int(isinstance(rows, ast.GeneratorExp)) and not self._hides & {"zip", "min", "len", "range"}:
                    # A star takes all of a generator at once.
                    if isinstance(rows, ast.GeneratorExp):
                        return ast.copy_location(ast.ListComp(rows.elt, rows.generators), rows)
                    return rows
        return None

    def _reads_only(self, node: ast.AST) -> bool:
        """Whether nothing in a comprehension can change what it goes over."""
        for part in ast.walk(node):
            match part:
                case ast.Call(func=ast.Name(id=name)) if name in _READERS and name not in self._hides:
                    pass
                case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join")):
                    pass
                case ast.Call() | ast.NamedExpr() | ast.Lambda():
                    return False
        return True

    def _tells(self, target: ast.expr, node: ast.AST) -> bool:
        """Whether a column is seen as a whole where a tuple is no list."""
        if isinstance(target, ast.Tuple | ast.List):
            return not all(isinstance(part, ast.Name) for part in target.elts)
        if not isinstance(target, ast.Name):
            return True
        return any(isinstance(p, ast.Name) and p.id == target.id for q in ast.walk(node) for p in _told(q))


def _told(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.Subscript(value=ast.Name()) if not isinstance(node.slice, ast.Slice):
            return [node.slice]
        case ast.comprehension():
            return [part for part in [node.iter, *node.ifs] if not isinstance(part, ast.Name) or part is not node.iter]
        case ast.Call(func=ast.Name(id=name)) if name in _READERS - {"str"}:
            return []
        case ast.Call(func=ast.Attribute(attr="join")):
            return []
    return list(ast.iter_child_nodes(node))


def _columns(rows: ast.expr, node: ast.expr) -> list[ast.comprehension]:
    """``for table in [[[item for item in row] for row in rows]] for place in range(min(lengths, default=0))``."""
    table, row, item, held, place = (hidden(purpose, node) for purpose in ("table", "row", "item", "held", "place"))
    items = _list(item, load(item), load(row), node, 1)
    whole = _list(row, items, rows, node, 2)
    lengths = _list(held, call("len", load(held)), load(table), node, 3)
    shortest = ast.Call(load("min"), [lengths], [ast.keyword("default", ast.Constant(0))])
    loops = [
        ast.comprehension(store(table), ast.List([whole], ast.Load()), [], 0),
        ast.comprehension(store(place), call("range", shortest), [], 0),
    ]
    return [at(loop, node) for loop in loops]


def _column(node: ast.expr) -> ast.expr:
    """``[[line[place] for line in table]]``: one column, for the target to take."""
    table, line, place = (hidden(purpose, node) for purpose in ("table", "line", "place"))
    part = ast.Subscript(load(line), load(place), ast.Load())
    return at(ast.List([_list(line, part, load(table), node, 4)], ast.Load()), node)


def _list(name: str, element: ast.expr, source: ast.expr, node: ast.expr, shift: int) -> ast.ListComp:
    """A comprehension at a column of its own among those of ``zip(*``: the typer tells comprehensions by their places."""
    made = at(ast.ListComp(element, [ast.comprehension(store(name), source, [], 0)]), node)
    made.col_offset += shift
    return made
