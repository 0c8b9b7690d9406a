"""`operator`: the functions that stand for syntax become that syntax."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.placing import placed
from hermetic_nb.toolchains.native.parse.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

_BINARY: Final[dict[str, type[ast.operator]]] = {
    "add": ast.Add,
    "and_": ast.BitAnd,
    "floordiv": ast.FloorDiv,
    "lshift": ast.LShift,
    "mod": ast.Mod,
    "mul": ast.Mult,
    "or_": ast.BitOr,
    "pow": ast.Pow,
    "rshift": ast.RShift,
    "sub": ast.Sub,
    "truediv": ast.Div,
    "xor": ast.BitXor,
}
_UNARY: Final[dict[str, type[ast.unaryop]]] = {
    "inv": ast.Invert,
    "invert": ast.Invert,
    "neg": ast.USub,
    "not_": ast.Not,
    "pos": ast.UAdd,
}
_COMPARED: Final[dict[str, type[ast.cmpop]]] = {
    "eq": ast.Eq,
    "ge": ast.GtE,
    "gt": ast.Gt,
    "is_": ast.Is,
    "is_not": ast.IsNot,
    "le": ast.LtE,
    "lt": ast.Lt,
    "ne": ast.NotEq,
}


def _binary(kind: type[ast.operator]) -> Callable[..., ast.expr]:
    return lambda a, b: ast.BinOp(a, kind(), b)


def _unary(kind: type[ast.unaryop]) -> Callable[..., ast.expr]:
    return lambda a: ast.UnaryOp(kind(), a)


def _compared(kind: type[ast.cmpop]) -> Callable[..., ast.expr]:
    return lambda a, b: ast.Compare(a, [kind()], [b])


_MADE: Final[dict[str, tuple[int, Callable[..., ast.expr]]]] = {
    **{name: (2, _binary(kind)) for name, kind in _BINARY.items()},
    **{name: (1, _unary(kind)) for name, kind in _UNARY.items()},
    **{name: (2, _compared(kind)) for name, kind in _COMPARED.items()},
    "getitem": (2, lambda a, b: ast.Subscript(a, b, ast.Load())),
    "truth": (1, lambda a: ast.UnaryOp(ast.Not(), ast.UnaryOp(ast.Not(), a))),
}
"""How many operands, and the syntax for them."""


def as_lambda(name: str) -> ast.Lambda | None:
    """A function of `operator` as a value."""
    made = _MADE.get(name.removeprefix("operator.")) if name.startswith("operator.") else None
    if made is None:
        return None
    names = ["a", "b"][: made[0]]
    return _lambda(names, made[1](*(ast.Name(name, ast.Load()) for name in names)))


def call(name: str, node: ast.Call) -> ast.expr | None:
    """A call of a function of `operator`, as syntax at its place; None for other functions."""
    if not name.startswith("operator."):
        return None
    name = name.removeprefix("operator.")
    maker: Callable[[ast.Call], ast.expr] | None = {
        "attrgetter": _attrgetter,
        "itemgetter": _itemgetter,
        "methodcaller": _methodcaller,
    }.get(name)
    if maker is not None:
        return placed(maker(node), node)
    made = _MADE.get(name)
    if made is None:
        refuse(f"operator.{name} is outside the native subset", node)
    if len(node.args) != made[0] or node.keywords or any(isinstance(part, ast.Starred) for part in node.args):
        refuse(f"operator.{name} takes {made[0]} arguments", node)
    return placed(made[1](*node.args), node)


def _itemgetter(node: ast.Call) -> ast.expr:
    if not node.args or node.keywords or not all(_is_constant(part) for part in node.args):
        refuse("operator.itemgetter takes constants in the native subset", node)
    parts: list[ast.expr] = [ast.Subscript(ast.Name("a", ast.Load()), part, ast.Load()) for part in node.args]
    return _lambda(["a"], parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load()))


def _attrgetter(node: ast.Call) -> ast.expr:
    names = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    if not names or len(names) != len(node.args) or node.keywords:
        refuse("operator.attrgetter takes constants in the native subset", node)
    parts: list[ast.expr] = []
    for name in names:
        value: ast.expr = ast.Name("a", ast.Load())
        for attribute in name.split("."):
            value = ast.Attribute(value, attribute, ast.Load())
        parts.append(value)
    return _lambda(["a"], parts[0] if len(parts) == 1 else ast.Tuple(parts, ast.Load()))


def _methodcaller(node: ast.Call) -> ast.expr:
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        refuse("operator.methodcaller takes a constant name in the native subset", node)
    rest = node.args[1:]
    if not all(map(_is_constant, [*rest, *(keyword.value for keyword in node.keywords)])):
        refuse("operator.methodcaller takes constants in the native subset", node)
    method = ast.Attribute(ast.Name("a", ast.Load()), first.value, ast.Load())
    return _lambda(["a"], ast.Call(method, rest, node.keywords))


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))


def _lambda(names: list[str], body: ast.expr) -> ast.Lambda:
    spec = ast.arguments(
        posonlyargs=[], args=[ast.arg(name) for name in names], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    return ast.Lambda(spec, body)
