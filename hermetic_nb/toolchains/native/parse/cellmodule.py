"""The top level of a cell: its functions, its constants and what it imports from `math`."""

from __future__ import annotations

import ast
import math
import operator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse.classes import ClassDef, read_class, symbol
from hermetic_nb.toolchains.native.parse.desugar import desugar
from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError, no_module, refuse
from hermetic_nb.toolchains.native.parse.scopes import free
from hermetic_nb.toolchains.native.parse.toplevel import simplify_top_level
from hermetic_nb.toolchains.native.parse.uses import values_of

if TYPE_CHECKING:
    from collections.abc import Callable

Scalar = int | float | bool | str | bytes
Static = Scalar | list[Scalar]

_BINARY: Final[dict[type[ast.operator], Callable[..., Scalar]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
}
_UNARY: Final[dict[type[ast.unaryop], Callable[..., Scalar]]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Invert: operator.invert,
    ast.Not: operator.not_,
}
MATH_CONSTANTS: Final = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}
_TYPING: Final = {"typing", "__future__", "collections.abc", "dataclasses"}
_MAX_SHIFT: Final = 64


@dataclass(slots=True)
class CellModule:
    """What the cell defines at its top level."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    classes: dict[str, ClassDef] = field(default_factory=dict)
    constants: dict[str, Static] = field(default_factory=dict)
    tuples: set[str] = field(default_factory=set)
    """Constants that are tuples; they stand as lists."""
    math_modules: set[str] = field(default_factory=set)
    """Names under which the module `math` itself is known."""
    numpy_modules: set[str] = field(default_factory=set)
    """Names under which numpy is known."""
    uses_arrays: bool = False
    """Whether a number may be one of numpy's (see `inference.arrays`)."""
    math_names: dict[str, str] = field(default_factory=dict)
    """Names taken from `math`: local name -> name in `math`."""


def read_module(tree: ast.Module) -> CellModule:
    """Simplify the cell in place and collect its top level. Raises RefusedError on a statement that a cell cannot hold."""
    simplify_top_level(tree)
    module = CellModule()
    objects: dict[str, ast.expr] = {}
    values = values_of(tree)
    for node in tree.body:
        _read_statement(module, node, objects, values)
    desugar(tree, objects)
    for node in tree.body:
        _read_definition(module, node)
    return module


def _read_definition(module: CellModule, node: ast.stmt) -> None:
    match node:
        case ast.FunctionDef():
            if node.name not in module.functions:
                _take(module, node.name, node)
            module.functions[node.name] = node
        case ast.ClassDef():
            _take(module, node.name, node)
            made = module.classes[node.name] = read_class(node)
            module.functions |= {symbol(made.name, name): method for name, method in made.methods.items()}
        case Refused():
            refuse("", node)


def _read_statement(module: CellModule, node: ast.stmt, objects: dict[str, ast.expr], values: set[str]) -> None:
    """Read what is no definition. ``objects`` takes what is no constant, ``values`` are names that are used as values."""
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            pass
        case ast.AsyncFunctionDef():
            refuse("async is not in the native tier, where nothing waits: write a plain function", node)
        case ast.Import() | ast.ImportFrom():
            _read_import(module, node)
        case (
            ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.AnnAssign(target=ast.Name(id=name), value=value)
        ) if value:
            if isinstance(value, ast.Lambda):
                return
            _take(module, name, node)
            if name in objects:
                refuse(f"{name} is assigned twice at the top level", node)
            _read_value(module, name, value, objects, values)
        case _:
            refuse(
                "the top level of a native cell has functions, classes, imports and values with a name of their own",
                node,
            )


def _read_value(module: CellModule, name: str, value: ast.expr, objects: dict[str, ast.expr], values: set[str]) -> None:
    """A constant, or else an object that the function which is called first makes."""
    try:
        static = _static(module, value)
    except RefusedError as refused:
        if not _is_object(value, {*module.constants, *objects}):
            raise refused from None
        objects[name] = value
        return
    if isinstance(value, ast.List) and name in values:
        objects[name] = value
        return
    module.constants[name] = static
    if isinstance(value, ast.Tuple):
        module.tuples.add(name)


def _is_object(value: ast.expr, known: set[str]) -> bool:
    """Whether an expression that cannot be folded may be computed when the tool is called."""
    parts = list(ast.walk(value))
    if any(isinstance(part, ast.NamedExpr | ast.Yield | ast.Await | ast.Lambda) for part in parts):
        return False
    if isinstance(value, ast.Constant):
        return value.value is None
    if not isinstance(value, ast.UnaryOp | ast.BinOp) or free(value) & known:
        return True
    # Mathematics is left to the tool's own; what ints and texts cannot be, stays refused.
    powers = any(isinstance(part, ast.Pow) for part in parts)
    floats = any(isinstance(part, ast.Constant) and isinstance(part.value, float) for part in parts)
    return any(isinstance(part, ast.Call) for part in parts) or (powers and floats)


def _read_import(module: CellModule, node: ast.Import | ast.ImportFrom) -> None:
    if isinstance(node, ast.ImportFrom):
        if node.level == 0 and node.module == "math":
            for alias in node.names:
                if alias.name == "*":
                    refuse("name what you import from math", node)
                _take(module, alias.asname or alias.name, node)
                module.math_names[alias.asname or alias.name] = alias.name
        elif node.module == "hermetic_nb" and all(alias.name == "Array" for alias in node.names):
            module.uses_arrays = True
        elif node.module not in _TYPING:
            refuse(no_module(str(node.module)), node)
        return
    for alias in node.names:
        _take(module, alias.asname or alias.name, node)
        if alias.name == "math":
            module.math_modules.add(alias.asname or "math")
        elif alias.name == "numpy":
            module.numpy_modules.add(alias.asname or "numpy")
            module.uses_arrays = True
        elif alias.name not in _TYPING:
            refuse(no_module(alias.name), node)


def _take(module: CellModule, name: str, node: ast.stmt) -> None:
    """Refuse a name that the top level has defined before."""
    if _is_taken(module, name):
        refuse(f"{name} is assigned twice at the top level", node)


def _is_taken(module: CellModule, name: str) -> bool:
    return (
        name in module.functions
        or name in module.classes
        or name in module.constants
        or name in module.math_modules
        or name in module.math_names
    )


def _static(module: CellModule, node: ast.expr) -> Static:
    if isinstance(node, ast.List | ast.Tuple):
        return [fold(module, item) for item in node.elts]
    return fold(module, node)


def fold(module: CellModule, node: ast.expr) -> Scalar:
    """The value of a constant expression. Raises RefusedError."""
    match node:
        case ast.Constant(value=bool() | int() | float() | str() | bytes() as value):
            return value
        case ast.Name(id=name) if isinstance(module.constants.get(name), Scalar):
            return module.constants[name]  # type: ignore[return-value] # the guard above excludes lists
        case ast.Name(id=name) if module.math_names.get(name) in MATH_CONSTANTS:
            return MATH_CONSTANTS[module.math_names[name]]
        case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
            name in module.math_modules and attr in MATH_CONSTANTS
        ):
            return MATH_CONSTANTS[attr]
        case ast.UnaryOp(op=op, operand=operand):
            return _apply(_UNARY[type(op)], node, fold(module, operand))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            a, b = fold(module, left), fold(module, right)
            if isinstance(op, ast.LShift | ast.Mult) and not _is_modest(a, b):
                refuse("this constant is too large to fold", node)
            return _apply(_BINARY[type(op)], node, a, b)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            a, b = fold(module, left), fold(module, right)
            if isinstance(a, int) and isinstance(b, int) and 0 <= b <= _MAX_SHIFT and abs(a) <= 1 << 32:
                return int(a**b)
    raise RefusedError("a top-level value must be a constant: a number, a text, or a list of them", node)


def _is_modest(a: Scalar, b: Scalar) -> bool:
    if isinstance(a, float) or isinstance(b, float):
        return True
    return isinstance(a, int) and isinstance(b, int) and abs(a) < 1 << 64 and abs(b) < 1 << 10


def _apply(operation: Callable[..., Scalar], node: ast.expr, *operands: Scalar) -> Scalar:
    try:
        return operation(*operands)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise RefusedError(f"this constant cannot be computed: {error}", node) from error
