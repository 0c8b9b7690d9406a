"""The classes of a cell: dataclasses, NamedTuples and simple classes, read into what their instances hold."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import Final

from hermetic_nb.toolchains.native.parse.refusal import refuse

_OPTIONS: Final = {"eq", "order", "frozen", "slots", "kw_only", "repr", "init", "unsafe_hash", "match_args"}
_SPECIAL: Final = {"__init__", "__post_init__"}
ORDERED: Final = frozenset({"__lt__", "__le__", "__gt__", "__ge__"})
SPOKEN: Final = ORDERED | {
    *("__add__", "__sub__", "__mul__", "__truediv__", "__floordiv__", "__mod__", "__pow__", "__and__", "__or__"),
    *("__xor__", "__lshift__", "__rshift__", "__neg__", "__pos__", "__invert__", "__eq__", "__len__", "__bool__"),
    *("__radd__", "__rsub__", "__rmul__", "__rtruediv__", "__abs__"),
    *("__getitem__", "__contains__", "__str__", "__repr__"),
}
"""Special methods that an operator, a built-in function or a test calls in native code too (see `inference.specials`)."""


@dataclass(slots=True)
class ClassDef:
    """One class: its fields in order, what they are without an argument, and its methods."""

    name: str
    node: ast.ClassDef
    fields: dict[str, ast.expr | None] = field(default_factory=dict)
    """Fields that the constructor takes, and their defaults; of a simple class, those that ``__init__`` assigns."""
    annotations: dict[str, ast.expr] = field(default_factory=dict)
    constants: dict[str, ast.expr] = field(default_factory=dict)
    """Numbers and texts that belong to the class: no instance assigns them."""
    methods: dict[str, ast.FunctionDef] = field(default_factory=dict)
    properties: set[str] = field(default_factory=set)
    statics: set[str] = field(default_factory=set)
    is_simple: bool = False
    is_tuple: bool = False
    compared: bool = False
    ordered: bool = False
    frozen: bool = False


def read_class(node: ast.ClassDef) -> ClassDef:
    """Read a class. Raises RefusedError on what instances in native code cannot have."""
    made = ClassDef(node.name, node)
    _read_kind(made)
    for statement in node.body:
        _read_member(made, statement)
    if made.is_simple:
        _read_init(made)
    for name in made.constants:
        if name in made.fields or name in made.methods:
            refuse(f"{name} is a constant of the class, and something of its instances: give them two names", node)
    if "__eq__" in made.methods:
        made.compared = False
    if made.ordered and ORDERED & set(made.methods):
        refuse("dataclass(order=True) makes these methods itself (TypeError when it runs)", node)
    return made


def symbol(owner: str, method: str) -> str:
    """The name under which a method stands among the cell's functions."""
    return f"{owner}.{method}"


def _read_kind(made: ClassDef) -> None:
    node = made.node
    if node.keywords:
        refuse("keywords of a class are outside the native subset", node)
    match node.bases:
        case []:
            made.is_simple = True
        case [ast.Name(id="object")]:
            made.is_simple = True
        case [ast.Name(id="NamedTuple") | ast.Attribute(attr="NamedTuple")]:
            made.is_tuple = made.compared = made.ordered = made.frozen = True
        case _:
            refuse(
                "a class that builds on another one is outside the native subset: write its fields and methods out",
                node,
            )
    for decorator in node.decorator_list:
        if made.is_tuple or not _is_dataclass(decorator):
            refuse("of the decorators of classes, native code has dataclass", decorator)
        made.is_simple, made.compared = False, True
        if isinstance(decorator, ast.Call):
            _read_options(made, decorator)


def _is_dataclass(node: ast.expr) -> bool:
    target = node.func if isinstance(node, ast.Call) else node
    return (isinstance(target, ast.Name) and target.id == "dataclass") or (
        isinstance(target, ast.Attribute) and target.attr == "dataclass"
    )


def _read_options(made: ClassDef, call: ast.Call) -> None:
    for keyword in call.keywords:
        value = keyword.value
        if keyword.arg not in _OPTIONS or not isinstance(value, ast.Constant) or call.args:
            refuse("this option of dataclass is outside the native subset", call)
        if keyword.arg in {"init", "kw_only"} and value.value is (keyword.arg == "kw_only"):
            refuse(f"dataclass({keyword.arg}={value.value}) is outside the native subset", call)
        if keyword.arg == "eq":
            made.compared = bool(value.value)
        elif keyword.arg == "order":
            made.ordered = bool(value.value)
        elif keyword.arg == "frozen":
            made.frozen = bool(value.value)


def _read_member(made: ClassDef, node: ast.stmt) -> None:
    match node:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value) if not made.is_simple:
            made.fields[name] = None if value is None else _default(value)
            made.annotations[name] = annotation
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=None):
            made.annotations[name] = annotation
        case ast.FunctionDef():
            _read_method(made, node)
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            pass
        case ast.Assign(targets=[ast.Name(id="__slots__")]):
            pass
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_constant(value) and not made.is_tuple:
            if name in made.constants:
                refuse(f"{name} is assigned twice in the class", node)
            made.constants[name] = value
        case _:
            refuse("a class in native code has fields with annotations, and methods", node)


def _is_constant(node: ast.expr) -> bool:
    """Whether an expression is a number, a text or a bool."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and isinstance(node.value, bool | int | float | str | bytes)


def _default(node: ast.expr) -> ast.expr:
    """The default of a field; ``field(default_factory=list)`` makes a new one for each instance."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name == "field":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            if set(given) == {"default"}:
                return given["default"]
            if set(given) == {"default_factory"}:
                factory = given["default_factory"]
                if isinstance(factory, ast.Lambda) and not factory.args.args:
                    return factory.body
                return ast.copy_location(ast.Call(factory, [], []), node)
            refuse("field() takes default or default_factory in native code", node)
    return node


def _read_method(made: ClassDef, node: ast.FunctionDef) -> None:
    spoken = node.name in SPOKEN and not made.is_tuple and not node.decorator_list
    if node.name.startswith("__") and node.name not in _SPECIAL and not spoken:
        refuse(f"the special method {node.name} is outside the native subset", node)
    for decorator in node.decorator_list:
        match decorator:
            case ast.Name(id="property"):
                made.properties.add(node.name)
            case ast.Name(id="staticmethod"):
                made.statics.add(node.name)
            case _:
                refuse("of the decorators of methods, native code has property and staticmethod", decorator)
    made.methods[node.name] = node


def _read_init(made: ClassDef) -> None:
    """The fields of a simple class: what ``__init__`` assigns whatever happens."""
    init = made.methods.get("__init__")
    if init is None:
        refuse(f"the class {made.name} has no __init__: make it a dataclass, or give it one", made.node)
    this = init.args.args[0].arg if init.args.args else ""
    for statement in init.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
            if isinstance(statement.target, ast.Attribute):
                made.annotations.setdefault(statement.target.attr, statement.annotation)
        for target in targets:
            for part in target.elts if isinstance(target, ast.Tuple) else [target]:
                if _is_field(part, this):
                    made.fields.setdefault(part.attr, None)  # type: ignore[attr-defined] # an Attribute by the test before
    for method in made.methods.values():
        owner = method.args.args[0].arg if method.args.args else ""
        for node in ast.walk(method):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and _is_field(node, owner)
                and node.attr not in made.fields
            ):
                refuse(f"assign {owner}.{node.attr} in __init__, whatever happens there", node)


def _is_field(node: ast.expr, this: str) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == this
