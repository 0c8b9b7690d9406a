"""Annotations of pure tools as types, without running text.

`typing.get_type_hints` evaluates the text of an annotation as Python, past every guard. Here text may be names, brackets
and ``|`` only.
"""

from __future__ import annotations

import ast
import functools
import inspect
import operator
import types
import typing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def hints(annotated: Any, scope: Mapping[str, Any]) -> dict[str, Any]:
    """The annotations of a function or a class of a pure tool whose globals are ``scope``. What cannot be read is Any."""
    found: dict[str, Any] = {}
    for owner in reversed(getattr(annotated, "__mro__", (annotated,))):
        try:
            found |= inspect.get_annotations(owner)
        except Exception:  # noqa: BLE001 (since 3.14 they run the cell's code)
            return {}
    return {name: _read(hint, scope) for name, hint in found.items()}


def _read(hint: Any, scope: Mapping[str, Any]) -> Any:
    if isinstance(hint, str):
        return _of_text(hint, scope)
    if isinstance(hint, typing.ForwardRef):
        return _of_text(hint.__forward_arg__, scope)
    inner = typing.get_args(hint)
    if not inner or typing.get_origin(hint) is typing.Literal:
        return hint
    read = tuple(_read(item, scope) for item in inner)
    if all(now is before for now, before in zip(read, inner, strict=True)):
        return hint
    if typing.get_origin(hint) in {typing.Union, types.UnionType}:
        return functools.reduce(operator.or_, read)
    try:
        return typing.get_origin(hint)[read]
    except TypeError:
        return Any


def _of_text(text: str, scope: Mapping[str, Any]) -> Any:
    try:
        return _value(ast.parse(text.strip(), mode="eval").body, scope)
    except (SyntaxError, LookupError, TypeError, ValueError, AttributeError, RecursionError, MemoryError):
        return Any


def _value(node: ast.expr, scope: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=str(text)):
            return _of_text(text, scope)
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return scope[name] if name in scope else scope["__builtins__"][name]
        case ast.Subscript(value=base, slice=inside):
            kind = _value(base, scope)
            return kind[ast.literal_eval(inside) if kind is typing.Literal else _value(inside, scope)]
        case ast.Call(func=ast.Name(id="_getattr_"), args=[base, ast.Constant(value=str(name))]):
            return scope["__builtins__"]["getattr"](_value(base, scope), name)
        case ast.Tuple(elts=items):
            return tuple(_value(item, scope) for item in items)
        case ast.List(elts=items):
            return [_value(item, scope) for item in items]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _value(left, scope) | _value(right, scope)
    raise ValueError("annotations are names, brackets and |")
