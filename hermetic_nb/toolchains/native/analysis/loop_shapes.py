"""What the text of each loop says before anything is computed: which variables it assigns, and which it only adds to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import BuildError
from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Loop = t.For | t.While

_PARTS: Final[dict[type, tuple[str, ...]]] = {
    t.Unary: ("operand",),
    t.Arith: ("left", "right"),
    t.Convert: ("operand",),
    t.Truth: ("operand",),
    t.Choice: ("test", "then", "other"),
    t.Index: ("base", "index"),
    t.Slice: ("base", "low", "high", "step"),
    t.Eval: ("value",),
    t.Return: ("value",),
    t.Raise: ("message",),
    t.Range: ("start", "stop", "step"),
    t.Items: ("sequence",),
    t.Entries: ("sequence",),
    t.IsNone: ("operand",),
    t.Unwrap: ("operand",),
    t.Part: ("base",),
    t.Field: ("base",),
    t.SetField: ("value", "base"),
    t.Break: (),
    t.Reraise: (),
    t.Continue: (),
    t.Local: (),
    t.Nothing: (),
}
_LISTS: Final[dict[type, str]] = {
    t.Logic: "operands",
    t.Invoke: "arguments",
    t.Builtin: "arguments",
    t.ListOf: "items",
    t.Options: "items",
    t.TupleOf: "items",
    t.DictOf: "items",
    t.SetOf: "items",
    t.RecordOf: "items",
}


@dataclass(frozen=True, slots=True)
class Addition:
    """One place where a variable is added to, and the loops between the loop in question and that place."""

    place: t.Assign
    inside: tuple[Loop, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """``items[i] = items[j] + e`` (if both are the same list), and the loops around it."""

    items: t.Expr
    inside: tuple[Loop, ...]
    left: bool
    """Whether e stands left of ``+``."""
    subtracted: bool


@dataclass(slots=True)
class Shape:
    """What one loop assigns, inner loops included."""

    assigned: Counter[str] = field(default_factory=Counter)
    """At how many places each variable is given a value."""
    additions: dict[str, list[Addition]] = field(default_factory=dict)
    """For each variable that the loop changes only by adding or subtracting ints: where."""
    replaced: set[str] = field(default_factory=set)
    """Variables that the loop gives a value in another way."""
    divided: Counter[str] = field(default_factory=Counter)
    """At how many places a variable is divided by a constant of at least 2."""
    always: set[t.Assign] = field(default_factory=set)
    """Assignments that every iteration passes that begins another one."""


@dataclass(slots=True)
class Shapes:
    """The shapes of all loops of some functions, and the int constants in them."""

    loops: dict[Loop, Shape] = field(default_factory=dict)
    additions: dict[t.Assign, tuple[bool, bool]] = field(default_factory=dict)
    """All assignments that add to their own variable inside a loop; see `step_of`."""
    lifts: dict[t.SetItem, Lift] = field(default_factory=dict)
    """All places that add to an item of a list."""
    constants: set[int] = field(default_factory=set)


def read_shapes(functions: Iterable[t.Function]) -> Shapes:
    """Read every loop of the functions."""
    shapes = Shapes()
    for function in functions:
        _each(shapes, function.body, ())
    for loop, shape in shapes.loops.items():
        for name in shape.replaced:
            shape.additions.pop(name, None)
        shape.always.update(_unconditional(loop.body))
    return shapes


def _unconditional(body: Sequence[t.Stmt]) -> Iterable[t.Assign]:
    for statement in body:
        if isinstance(statement, t.Assign):
            yield statement
        elif _continues(statement):
            return


def _continues(node: t.Stmt) -> bool:
    """Whether a ``continue`` of the loop around this stands in it."""
    match node:
        case t.Continue():
            return True
        case t.If():
            return any(map(_continues, (*node.body, *node.orelse)))
        case t.Try():
            return any(map(_continues, (part for block in node.blocks for part in block)))
        case t.For() | t.While():
            return any(map(_continues, node.orelse))
    return False


def step_of(place: t.Assign) -> tuple[bool, bool] | None:
    """For ``x = x + e``, ``x = e + x`` or ``x = x - e`` in ints: whether e stands left, and whether it is subtracted."""
    value = place.value
    if not isinstance(value, t.Arith) or value.type.__class__ is not IntType:
        return None
    if value.op in {"+", "-"} and isinstance(value.left, t.Local) and value.left.name == place.name:
        return (False, value.op == "-")
    if value.op == "+" and isinstance(value.right, t.Local) and value.right.name == place.name:
        return (True, False)
    return None


def _halves(node: t.Assign) -> bool:
    match node.value:
        case t.Arith(op="//", left=t.Local(name=name), right=t.Const(value=int(value))):
            return name == node.name and value > 1
        case t.Arith(op=">>", left=t.Local(name=name), right=t.Const(value=int(value))):
            return name == node.name and value > 0
    return False


def _lift(node: t.SetItem, loops: tuple[Loop, ...]) -> Lift | None:
    match node.value:
        case t.Arith(op="+" | "-" as op, left=t.Index(base=base)):
            return Lift(base, loops, left=False, subtracted=op == "-")
        case t.Arith(op="+", right=t.Index(base=base)):
            return Lift(base, loops, left=True, subtracted=False)
    return None


def _each(shapes: Shapes, nodes: Iterable[object], loops: tuple[Loop, ...]) -> None:
    for node in nodes:
        _node(shapes, node, loops)


def _node(shapes: Shapes, node: object, loops: tuple[Loop, ...]) -> None:
    kind = node.__class__
    if kind in _PARTS:
        for part in _PARTS[kind]:
            inner = getattr(node, part)
            if inner is not None:
                _node(shapes, inner, loops)
    elif kind in _LISTS:
        for inner in getattr(node, _LISTS[kind]):
            _node(shapes, inner, loops)
    else:
        _other(shapes, node, loops)


def _other(shapes: Shapes, node: object, loops: tuple[Loop, ...]) -> None:
    match node:
        case t.Const():
            if node.value.__class__ is int:
                shapes.constants.add(int(node.value))
        case t.Assign():
            _node(shapes, node.value, loops)
            _assign(shapes, node, loops)
        case t.SetItem():
            _each(shapes, (node.value, node.base, node.index), loops)
            lift = _lift(node, loops)
            if lift is not None:
                shapes.lifts[node] = lift
        case t.Compare():
            _each(shapes, (node.first, *(operand for _, operand in node.links)), loops)
        case t.Comprehension():
            _each(shapes, node.body, loops)
        case t.If():
            _each(shapes, (node.test, *node.body, *node.orelse), loops)
        case t.While() | t.For():
            _loop(shapes, node, loops)
        case t.Try():
            for block in node.blocks:
                _each(shapes, block, loops)
        case t.Unpack():
            _node(shapes, node.sequence, loops)
            _replace(shapes, node.names, loops)
        case t.Enumerate():
            _each(shapes, (node.inner, node.start), loops)
        case t.Zip():
            _each(shapes, node.inner, loops)
        case _:
            raise BuildError(f"the interval analysis does not know {type(node).__name__}")


def _loop(shapes: Shapes, node: Loop, loops: tuple[Loop, ...]) -> None:
    shapes.loops[node] = Shape()
    if isinstance(node, t.For):
        _node(shapes, node.source, loops)
        _replace(shapes, names_of(node.target), (*loops, node))
    else:
        _node(shapes, node.test, (*loops, node))
    _each(shapes, node.body, (*loops, node))
    _each(shapes, node.orelse, loops)


def names_of(target: t.Target) -> list[str]:
    """The variables of a loop's target."""
    return [target] if isinstance(target, str) else [name for part in target for name in names_of(part)]


def _assign(shapes: Shapes, node: t.Assign, loops: tuple[Loop, ...]) -> None:
    if not loops:
        return
    step = step_of(node)
    if step is None:
        _replace(shapes, [node.name], loops)
        if _halves(node):
            for loop in loops:
                shapes.loops[loop].divided[node.name] += 1
        return
    shapes.additions[node] = step
    for depth, loop in enumerate(loops, 1):
        shape = shapes.loops[loop]
        shape.assigned[node.name] += 1
        shape.additions.setdefault(node.name, []).append(Addition(node, loops[depth:]))


def _replace(shapes: Shapes, names: Iterable[str], loops: tuple[Loop, ...]) -> None:
    for loop in loops:
        shapes.loops[loop].assigned.update(names)
        shapes.loops[loop].replaced.update(names)
