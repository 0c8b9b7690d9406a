"""``g = (x * x for x in xs)`` and then ``sum(g)``: a generator that is kept until the next statement, which consumes it first of all."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.rewriter import Rewriter
from hermetic_nb.toolchains.native.parse.scopes import bound, locals_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_LAZY: Final = frozenset({"map", "filter", "zip", "enumerate"})


def place_generators(tree: ast.Module) -> None:
    """Rewrite a cell in place; a generator that is used in another way stays where it is."""
    own = bound(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            _Placed(node, _LAZY - own - locals_of(node)).generic_visit(node)


class _Placed(Rewriter):
    """Puts generators where they are consumed, in one function."""

    def __init__(self, function: ast.FunctionDef, lazy: frozenset[str]) -> None:
        self._lazy = lazy
        self._names = [part for part in ast.walk(function) if isinstance(part, ast.Name)]

    def block(self, nodes: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Rewrite the statements of a block."""
        done = list(nodes)
        for number, node in enumerate(nodes):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value) if self._is_lazy(value) and self._is_once(
                    name
                ):
                    later = [part for part in nodes[number + 1 :] if not _is_quiet(part, value)][:1]
                    if later and _put(later[0], name, value):
                        done.remove(node)
        return super().block(done)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """An inner function is rewritten by itself."""
        return node

    def _is_lazy(self, node: ast.expr) -> bool:
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self._lazy
        return called or isinstance(node, ast.GeneratorExp)

    def _is_once(self, name: str) -> bool:
        """Whether a variable is assigned once and read once."""
        return sorted(isinstance(part.ctx, ast.Load) for part in self._names if part.id == name) == [False, True]


def _is_quiet(node: ast.stmt, generator: ast.expr) -> bool:
    """Whether a statement between only gives a variable a constant that the generator does not read."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
            return all(part.id != name for part in ast.walk(generator) if isinstance(part, ast.Name))
    return False


def _put(node: ast.stmt, name: str, value: ast.expr) -> bool:
    """Put a generator in the place of its name, if that is what a statement evaluates first; whether it is."""
    holder: ast.AST = node
    field = "iter" if isinstance(node, ast.For) else "value"
    if not isinstance(node, ast.For | ast.Return | ast.Assign | ast.Expr | ast.AnnAssign):
        return False
    while True:
        found = holder.args[0] if field == "args" and isinstance(holder, ast.Call) else getattr(holder, field)
        match found:
            case ast.Name(id=other) if other == name:
                if isinstance(holder, ast.Call):
                    holder.args[0] = value
                elif isinstance(holder, ast.For | ast.comprehension):
                    holder.iter = value
                else:
                    return False
                return True
            case ast.BinOp() | ast.Compare():
                holder, field = found, "left"
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                holder, field = found.generators[0], "iter"
            case ast.Subscript():
                holder, field = found, "value"
            case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Constant()), args=[_, *_]):
                holder, field = found, "args"
            case _:
                return False
