"""Whether a list can change while a loop runs, as far as syntax tells: what is lazy in CPython would see the change."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Collection

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module

_MAKERS: Final = frozenset(
    {
        *("abs", "bin", "bool", "bytes", "chr", "dict", "enumerate", "float", "frozenset", "hex", "int", "len", "list"),
        *("ord", "pow", "range", "repr", "round", "set", "sorted", "str", "sum", "tuple", "zip"),
        *("collections.Counter", "collections.defaultdict", "collections.deque"),
    }
)
"""Built-in functions whose results are no object that existed before, or one that never changes."""
QUIET_CALLS: Final = _MAKERS | {"all", "any", "divmod", "isinstance", "max", "min", "print", "reversed"}
"""Built-in functions that change nothing."""
_MUTATORS: Final = frozenset(
    {
        *("add", "append", "appendleft", "clear", "difference_update", "discard", "extend", "extendleft", "insert"),
        *(
            "intersection_update",
            "move_to_end",
            "pop",
            "popitem",
            "popleft",
            "remove",
            "reverse",
            "rotate",
            "setdefault",
        ),
        *("sort", "subtract", "symmetric_difference_update", "update"),
    }
)
_NEW: Final = (
    *(ast.List, ast.Dict, ast.Set, ast.Tuple, ast.Constant, ast.JoinedStr, ast.BinOp, ast.Compare, ast.UnaryOp),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


def is_quiet(node: ast.expr) -> bool:
    """Whether computing an expression surely raises nothing but a declared limit, and changes nothing."""
    match node:
        case ast.Constant() | ast.Name():
            return True
        case ast.Lambda(body=body):
            return is_quiet(body)
        case ast.Compare(left=left, ops=ops, comparators=rest):
            plain = all(isinstance(op, ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE) for op in ops)
            return plain and all(map(is_quiet, [left, *rest]))
        case ast.BoolOp(values=values):
            return all(map(is_quiet, values))
        case ast.UnaryOp(operand=operand):
            return is_quiet(operand)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return all(map(is_quiet, [test, body, orelse]))
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(map(is_quiet, parts))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult(), right=right):
            return is_quiet(left) and is_quiet(right)
        case ast.BinOp(left=left, op=ast.Mod() | ast.FloorDiv() | ast.Div(), right=ast.Constant(value=int(value))):
            return value != 0 and is_quiet(left)
        case ast.Call(func=ast.Name(id="len" | "abs"), args=[argument], keywords=[]):
            return is_quiet(argument)
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[], keywords=[]):
            return attr in {"lower", "upper", "isdigit", "isalpha", "isalnum", "isupper", "islower"} and is_quiet(value)
    return False


def is_stable(node: ast.expr, parts: Collection[ast.AST], function: Function) -> bool:
    """Whether what an expression gives cannot change while these nodes run (each for itself, not what is in it)."""
    match node:
        case ast.Name(id=name):
            return all(_leaves(part, name, function) for part in parts)
        case ast.Lambda() | ast.GeneratorExp() | ast.Call(func=ast.Name(id="enumerate" | "filter" | "map" | "zip")):
            # It reads its variables each time anew.
            names = _variables(node, function)
            rebound = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
            return not names & rebound and all(_leaves(part, name, function) for part in parts for name in names)
        case ast.Call(func=ast.Name(id=name)) if name in _MAKERS:
            return True
        case ast.Call(func=ast.Attribute(attr="split" | "splitlines")) | ast.Subscript(slice=ast.Slice()):
            return True
    return isinstance(node, _NEW) or not any(map(_changes, parts))


def operators_change(classes: list[ast.ClassDef]) -> bool:
    """Whether an operator that classes define, as ``+`` or ``==``, may change an object that was there before."""
    plain = {
        owner.name for owner in classes if not any(_named(node, "__init__", "__post_init__") for node in owner.body)
    }
    return any(
        _changes(part)
        and not (isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in plain)
        for owner in classes
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name.startswith("__") and not _named(method, "__init__")
        for statement in method.body
        for part in ast.walk(statement)
    )


def _named(node: ast.stmt, *names: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in names


def _variables(node: ast.expr, function: Function) -> set[str]:
    """The variables of a function that an expression reads, apart from those that are its own."""
    parts = list(ast.walk(node))
    own = {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    own |= {part.arg for part in parts if isinstance(part, ast.arg)}
    read = {part.id for part in parts if isinstance(part, ast.Name)} - own
    return {name for name in read if _kind(name, function) != "elsewhere"}


def _changes(part: ast.AST) -> bool:
    """Whether a node may change an object."""
    match part:
        case ast.Call(func=ast.Name(id=name)):
            return name not in QUIET_CALLS
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in _MUTATORS
        case ast.Call():
            return True
        case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.AugAssign():
            return True
    return False


def _leaves(part: ast.AST, name: str, function: Function) -> bool:
    """Whether a node surely does not change the object that a variable stands for."""
    if not _changes(part):
        return True
    match part:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=other), attr=attr)) if attr in _MUTATORS:
            return apart(name, other, function)
        case ast.Subscript(value=ast.Name(id=other)) | ast.AugAssign(target=ast.Name(id=other)):
            return apart(name, other, function)
        case ast.AugAssign(target=ast.Subscript(value=ast.Name(id=other))):
            return apart(name, other, function)
    return False


def apart(name: str, other: str, function: Function) -> bool:
    """Whether two variables are never one object: each is a parameter or only holds new objects, and one of them does."""
    if name == other:
        return False
    kinds = {_kind(name, function), _kind(other, function)}
    return "new" in kinds and "unknown" not in kinds and "elsewhere" not in kinds


def _kind(name: str, function: Function) -> str:
    spec = None if isinstance(function, ast.Module) else function.args
    parameters = {a.arg for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]} if spec else set()
    stored = False
    if not any(_is(part, name) and isinstance(part.ctx, ast.Store) for part in ast.walk(function)):
        return "parameter" if name in parameters else "elsewhere"
    for part in ast.walk(function):
        match part:
            case ast.Assign(targets=targets, value=value) if any(_is(target, name) for target in targets):
                if len(targets) > 1 or not _is_new(value):
                    return "unknown"
                stored = True
            case ast.AnnAssign(target=target, value=value) if _is(target, name) and value is not None:
                if not _is_new(value):
                    return "unknown"
                stored = True
            case ast.AugAssign(target=target) if _is(target, name):
                stored = True
            case ast.Tuple() | ast.List() | ast.Starred() if isinstance(part.ctx, ast.Store):
                if any(_is(inner, name) for inner in ast.walk(part) if isinstance(inner, ast.expr)):
                    return "unknown"
            case ast.For(target=target) | ast.comprehension(target=target) | ast.NamedExpr(target=target):
                if _is(target, name):
                    return "unknown"
            case ast.withitem(optional_vars=target) if target is not None and _is(target, name):
                return "unknown"
            case ast.Global(names=names) | ast.Nonlocal(names=names) if name in names:
                return "unknown"
    return "new" if stored and name not in parameters else "unknown"


def _is(node: ast.AST, name: str) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and node.id == name


def _is_new(node: ast.expr) -> bool:
    if isinstance(node, _NEW):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MAKERS


def function_of(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> Function:
    """The function around a node; the module where there is none."""
    while node in parents:
        node = parents[node]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module):
            return node
    raise AssertionError("every node is in a module")
