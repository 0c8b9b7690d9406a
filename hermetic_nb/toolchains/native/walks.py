"""Walks over the typed tree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def statements(body: Iterable[t.Stmt]) -> Iterator[t.Stmt]:
    """All statements of a block, outer ones first; those inside expressions are not among them."""
    for node in body:
        yield node
        for block in blocks(node):
            yield from statements(block)


def blocks(node: t.Stmt) -> list[list[t.Stmt]]:
    """The blocks of a statement."""
    match node:
        case t.If() | t.While() | t.For():
            return [node.body, node.orelse]
        case t.Try():
            return node.blocks
    return []


def expressions(body: Iterable[t.Stmt]) -> Iterator[t.Expr]:
    """All expressions of a block, inner ones too."""
    for node in statements(body):
        for part in _of_statement(node):
            yield from within(part)


def within(node: t.Expr) -> Iterator[t.Expr]:
    """An expression and all inside it."""
    yield node
    for part in children(node):
        yield from within(part)
    if isinstance(node, t.Comprehension):
        yield from expressions(node.body)


def loops(body: Iterable[t.Stmt]) -> Iterator[t.For]:
    """All ``for`` loops of a block, those inside expressions too."""
    for node in statements(body):
        if isinstance(node, t.For):
            yield node
        for part in _of_statement(node):
            for made in within(part):
                if isinstance(made, t.Comprehension):
                    yield from (inner for inner in statements(made.body) if isinstance(inner, t.For))


def assigned_names(body: Iterable[t.Stmt], *, nested: bool = True) -> set[str]:
    """The variables that a block assigns; ``nested``: also inside its statements and expressions."""
    names = set[str]()
    for node in statements(body) if nested else body:
        match node:
            case t.Assign():
                names.add(node.name)
            case t.Unpack():
                names.update(node.names)
            case t.For():
                names.update(target_names(node.target))
    if nested:
        for part in expressions(body):
            if isinstance(part, t.Comprehension):
                names |= assigned_names(part.body)
    return names


def target_names(target: t.Target) -> list[str]:
    """The variables of a loop's target, from left to right."""
    return [target] if isinstance(target, str) else [name for part in target for name in target_names(part)]


def _of_statement(node: t.Stmt) -> list[t.Expr]:
    match node:
        case t.Assign() | t.Eval():
            return [node.value]
        case t.SetItem():
            return [node.value, node.base, node.index]
        case t.SetField():
            return [node.value, node.base]
        case t.Unpack():
            return [node.sequence]
        case t.If() | t.While():
            return [node.test]
        case t.For():
            return operands(node.source)
        case t.Return():
            return [] if node.value is None else [node.value]
        case t.Raise():
            return [] if node.message is None else [node.message]
    return []


def operands(source: t.Source) -> list[t.Expr]:
    """The expressions of a source."""
    match source:
        case t.Range():
            return [source.start, source.stop, source.step]
        case t.Items() | t.Entries():
            return [source.sequence]
        case t.Enumerate():
            return [source.start, *operands(source.inner)]
        case t.Zip():
            return [part for inner in source.inner for part in operands(inner)]


def children(node: t.Expr) -> list[t.Expr]:
    """The operands of an expression; the body of a comprehension is none."""
    match node:
        case t.Unary() | t.Convert() | t.Truth() | t.IsNone() | t.Unwrap():
            return [node.operand]
        case t.Part() | t.Field():
            return [node.base]
        case t.Arith():
            return [node.left, node.right]
        case t.Compare():
            return [node.first, *(right for _, right in node.links)]
        case t.Logic():
            return node.operands
        case t.Choice():
            return [node.test, node.then, node.other]
        case t.Invoke() | t.Builtin():
            return node.arguments
        case t.Index():
            return [node.base, node.index]
        case t.Slice():
            return [part for part in (node.base, node.low, node.high, node.step) if part is not None]
        case t.ListOf() | t.Options() | t.TupleOf() | t.DictOf() | t.SetOf() | t.RecordOf():
            return node.items
    return []


_STILL: Final = (
    t.Const,
    t.Nothing,
    t.Local,
    t.Unary,
    t.Arith,
    t.Convert,
    t.Compare,
    t.Logic,
    t.Truth,
    t.Choice,
    t.Index,
    t.Part,
)
_STILL_MORE: Final = (t.Field, t.IsNone, t.Unwrap, t.Options)
_STILL_CALLS: Final = {
    *("len", "ord", "chr", "abs", "min", "max", "round.int", "int.from_float", "format.join", "int.from_char"),
    *("int.bit_length", "int.bit_count", "float.is_integer", "float.from_str"),
}


def changes_nothing(node: t.Expr) -> bool:
    """Whether an expression, its parts apart, changes no object."""
    return isinstance(node, _STILL + _STILL_MORE) or (
        isinstance(node, t.Builtin) and (node.name in _STILL_CALLS or node.name.startswith(("str.", "bytes.")))
    )


def is_still(node: t.Expr) -> bool:
    """Whether evaluating an expression changes no object (it may raise)."""
    return all(map(changes_nothing, within(node)))
