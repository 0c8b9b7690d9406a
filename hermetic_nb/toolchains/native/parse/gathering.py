"""Arguments as the parameters take them: ``*args`` as one list, defaults that are no scalars given by the call.

In CPython ``args`` is a tuple; a function that only reads its items cannot tell. A default is computed once, where the
function is defined: constants are the same whenever they are computed, others are refused.
"""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError, refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at
from hermetic_nb.toolchains.native.parse.scopes import bound, locals_of
from hermetic_nb.toolchains.native.parse.unpacking import Unpacking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_READERS: Final = frozenset(
    {"len", "sum", "min", "max", "any", "all", "enumerate", "zip", "reversed", "sorted", "list", "set", "bool"}
)


def gather(
    functions: Iterable[ast.FunctionDef], methods: Iterable[ast.FunctionDef], objects: Iterable[ast.expr]
) -> None:
    """Rewrite the functions of a cell, and the calls in them, in methods and in the values of its top level, in place."""
    functions = list(functions)
    known = {function.name: function for function in functions}
    defaults = {name: _defaults(function) for name, function in known.items()}
    gathering = dict[str, str]()
    for function in known.values():
        if function.args.vararg is not None:
            gathering[function.name] = _make_list(function)
    for function in [*functions, *methods]:
        function.body = _Calls(known, defaults, gathering, locals_of(function)).block(function.body)
    for value in objects:
        _Calls(known, defaults, gathering, set()).visit(value)


def _make_list(function: ast.FunctionDef) -> str:
    """Let ``*args`` be a parameter that holds a list; its name."""
    vararg = function.args.vararg
    assert vararg is not None
    if vararg.arg in bound(function.body) or vararg.arg in _as_tuple(function):
        reason = f"*{vararg.arg} is a list in the native tier: index it, loop over it, or take its len, sum, min or max"
        function.body.insert(0, Refused(at(ast.Pass(), vararg), RefusedError(reason, vararg)))
    function.args.vararg = None
    function.args.kwonlyargs.insert(0, vararg)
    function.args.kw_defaults.insert(0, None)
    return vararg.arg


def _as_tuple(function: ast.FunctionDef) -> set[str]:
    """The names that a function uses where a tuple could be told from a list."""
    names = set[str]()
    for statement in function.body:
        for node in ast.walk(statement):
            names |= {part.id for part in _told(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    return names


def _told(node: ast.AST) -> list[ast.AST]:
    match node:
        case ast.Subscript(value=ast.Name()) if not isinstance(node.slice, ast.Slice):
            return [node.slice]
        case ast.For(iter=ast.Name()) | ast.comprehension(iter=ast.Name()) | ast.Starred(value=ast.Name()):
            return []
        case ast.Call(func=ast.Name(id=name)) if name in _READERS:
            return [keyword.value for keyword in node.keywords]
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name()):
            return []
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) if isinstance(test, ast.Name):
            return [part for part in ast.iter_child_nodes(node) if part is not test]
        case ast.Compare(ops=[ast.In() | ast.NotIn()]):
            return [node.left]
    return list(ast.iter_child_nodes(node))


def _defaults(function: ast.FunctionDef) -> dict[str, ast.expr]:
    """The defaults of a function that a call has to give."""
    spec = function.args
    positional = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
    found = dict(zip(reversed(positional), reversed(spec.defaults), strict=False))
    found |= {arg.arg: value for arg, value in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if value is not None}
    only = {arg.arg for arg in spec.posonlyargs}
    return {name: value for name, value in found.items() if name not in only and not _is_scalar(value)}


def _is_scalar(node: ast.expr) -> bool:
    """Whether the typer folds a default."""
    match node:
        case ast.Constant(value=None):
            return False
        case ast.Tuple() | ast.List() | ast.Dict() | ast.Set():
            return False
        case ast.Call(func=ast.Name(id=name)):
            return name not in {"list", "dict", "set", "tuple", "frozenset"}
    return True


class _Calls(Rewriter):
    """Rewrites the calls of one function."""

    def __init__(
        self,
        known: Mapping[str, ast.FunctionDef],
        defaults: Mapping[str, dict[str, ast.expr]],
        gathering: Mapping[str, str],
        hides: set[str],
    ) -> None:
        self._known, self._defaults, self._gathering, self._hides = known, defaults, gathering, hides

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of one of the cell's functions."""
        self.generic_visit(node)
        match node.func:
            case ast.Name(id=name) if name in self._known and name not in self._hides:
                spec = self._known[name].args
                positional = [arg.arg for arg in [*spec.posonlyargs, *spec.args]]
                if name in self._gathering:
                    self._gather(node, positional, self._gathering[name])
                self._complete(node, positional, self._defaults[name])
        return node

    def _gather(self, node: ast.Call, positional: list[str], name: str) -> None:
        rest = node.args[len(positional) :]
        node.args = node.args[: len(positional)]
        if any(isinstance(part, ast.Starred) for part in node.args):
            refuse(
                "* before the last named parameter is outside the native subset: give the arguments one by one", node
            )
        items = at(ast.List(rest, ast.Load()), rest[0] if rest else node)
        value = Unpacking(frozenset()).visit_List(items)
        node.keywords.insert(0, at(ast.keyword(name, value), node))

    def _complete(self, node: ast.Call, positional: list[str], defaults: dict[str, ast.expr]) -> None:
        if any(isinstance(part, ast.Starred) for part in node.args) or any(k.arg is None for k in node.keywords):
            return
        given = {*positional[: len(node.args)], *(keyword.arg for keyword in node.keywords)}
        for name, value in defaults.items():
            if name in given:
                continue
            if isinstance(value, ast.List | ast.Dict | ast.Set | ast.Call):
                refuse(
                    f"the default of {name} is one object for all calls: let it be None, and make a new one in the function",
                    node,
                )
            if not all(
                isinstance(p, ast.Constant | ast.Tuple | ast.UnaryOp | ast.unaryop | ast.Load) for p in ast.walk(value)
            ):
                refuse(f"the default of {name} must be a constant in the native tier", node)
            node.keywords.append(at(ast.keyword(name, copy.deepcopy(value)), node))
