"""Typing of expressions: syntax nodes -> typed tree. One `Typer` per function and pass; see `inference` for the fixed point."""

from __future__ import annotations

import ast
from typing import Any

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.operators import OperatorTyper, is_quiet
from hermetic_nb.toolchains.native.inference.saying import meant, no_attribute, quoted
from hermetic_nb.toolchains.native.inference.typer import is_convertible
from hermetic_nb.toolchains.native.lowering.layout import NONE_ATTRIBUTE
from hermetic_nb.toolchains.native.parse.cellmodule import MATH_CONSTANTS, Static, fold
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, refuse
from hermetic_nb.toolchains.native.types import (
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    Cell,
    DequeT,
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    is_hashable,
    is_text,
    texts,
)


class ExpressionTyper(OperatorTyper):
    """Types the expressions of one function."""

    # ------------------------------------------------------------ entry points

    # ------------------------------------------------------------ atoms

    def _expr_Constant(self, node: ast.Constant) -> t.Expr:
        value = node.value
        if value is None:
            return t.Nothing(NONE, node.lineno)
        if value is Ellipsis or isinstance(value, complex):
            refuse(f"{value!r} is outside the native subset", node)
        return self.constant(value, node)

    def _expr_Name(self, node: ast.Name) -> t.Expr:
        name = self.renamed.get(node.id, node.id)
        if name in self.instance.names or name.startswith("$"):
            found = self.local(name, node.lineno)
            if found.type == BOTTOM:
                self.program.unsettled.append((self.instance.variables, name))
            if name in self.some and isinstance(found.type, OptionT):
                return t.Unwrap(found.type.inner, node.lineno, found, 0)
            if name in self.some and found.type == NONE:
                return t.Unwrap(BOTTOM, node.lineno, found, 0)
            return found
        module = self.program.module
        if node.id in module.constants:
            if node.id in module.tuples:
                return self.static_tuple(module.constants[node.id], node)
            if isinstance(module.constants[node.id], list):
                refuse(
                    f"{node.id} is only read in the native subset: index it, loop over it, or take its len, sum, min or max",
                    node,
                )
            return self.static(module.constants[node.id], node)
        if module.math_names.get(node.id) in MATH_CONSTANTS:
            return t.Const(FLOAT, node.lineno, MATH_CONSTANTS[module.math_names[node.id]])
        if node.id in module.functions or node.id in module.math_names:
            refuse(f"{node.id} can only be called in the native subset", node)
        return refuse(f"{node.id} is not defined in this cell{self._meant(node.id)}", node)

    def _meant(self, name: str) -> str:
        """What an unknown name was perhaps meant to be."""
        module = self.program.module
        own = [known for known in self.instance.names if known.isidentifier()]
        return meant(name, [*own, *module.constants, *module.functions, *module.classes, *module.math_names])

    def is_math(self, node: ast.expr) -> bool:
        """Whether an expression is the module `math`."""
        return isinstance(node, ast.Name) and node.id in self.program.module.math_modules and not self.hides(node.id)

    def _expr_Attribute(self, node: ast.Attribute) -> t.Expr:
        if self.is_math(node.value) and node.attr in MATH_CONSTANTS:
            return t.Const(FLOAT, node.lineno, MATH_CONSTANTS[node.attr])
        base = self.need(self.expr(node.value), node, NONE_ATTRIBUTE)
        if base.type == BOTTOM:
            return base
        if isinstance(base.type, RecordT):
            return self.field(base, node)
        return refuse(no_attribute(node.value, base.type, node.attr), node)

    # ------------------------------------------------------------ operators

    def field(self, base: t.Expr, node: ast.Attribute) -> t.Expr:
        """A field or property of an instance (see `records`)."""
        raise NotImplementedError

    # ------------------------------------------------------------ sequences

    def _expr_Subscript(self, node: ast.Subscript) -> t.Expr:
        base = self.need(self.reading(node.value), node)
        if isinstance(node.slice, ast.Slice):
            return self._slice(base, node, node.slice)
        if isinstance(base.type, DictT):
            return self.entry(base, base.type, node)
        if isinstance(base.type, TupleT) or (isinstance(base.type, RecordT) and base.type.record.is_tuple):
            return self._part(base, node)
        if isinstance(base.type, RecordT) and (
            made := self.special("__getitem__", base, [self.expr(node.slice)], node)
        ):
            return made
        index = self.integer(node.slice, "an index")
        if base.type == BOTTOM:
            return t.Index(BOTTOM, node.lineno, base, index)
        if isinstance(base.type, ListT):
            return t.Index(self.item(base.type.cell), node.lineno, base, index)
        if is_text(base.type):
            return t.Index(CHAR, node.lineno, self.convert(base, STR, node), index)
        if base.type == BYTES:
            return t.Index(INT, node.lineno, base, index)
        return refuse(f"{base.type} has no items", node)

    def special(self, name: str, base: t.Expr, values: list[t.Expr], node: ast.AST) -> t.Expr | None:
        """A call of a special method (see `specials`)."""
        raise NotImplementedError

    def entry(self, base: t.Expr, kind: DictT, node: ast.Subscript) -> t.Expr:
        """``d[key]`` (see `defaults`)."""
        raise NotImplementedError

    def key(self, cell: Cell, node: ast.expr) -> t.Expr:
        """A key to look for: brought to the type of a dict's or set's keys, or refused."""
        key = self.expr(node)
        if cell.item == BOTTOM:
            self.widen(cell, key.type, node)
        if BOTTOM in {key.type, cell.item}:
            return key
        if not is_hashable(key.type):
            refuse(f"{key.type} is no key", node)
        if key.type != cell.item and texts(key.type) == texts(cell.item):
            self.widen(cell, key.type, node)
        if not is_convertible(key.type, cell.item) or NUM in {key.type, cell.item}:
            refuse(f"{quoted(node)} is {key.type}, the keys here are {cell.item}", node)
        return self.convert(key, cell.item, node)

    def new_key(self, cell: Cell, node: ast.expr) -> t.Expr:
        """A key to put in."""
        key = self.expr(node)
        if not is_hashable(key.type):
            refuse(f"{key.type} is no key in the native subset", node)
        made = self.add(cell, key, node)
        if not is_hashable(cell.item):
            refuse(f"{cell.item} is no key in the native subset", node)
        return made

    def _part(self, base: t.Expr, node: ast.Subscript) -> t.Expr:
        """An item of a tuple: at a constant place, or at any if all are of one type."""
        line = node.lineno
        if isinstance(base.type, RecordT):
            names = list(base.type.record.fields)
            base = t.TupleOf(
                TupleT(tuple(self.item(base.type.record.fields[name]) for name in names)),
                line,
                [t.Field(self.item(base.type.record.fields[name]), line, base, name) for name in names],
            )
        assert isinstance(base.type, TupleT)
        items = base.type.items
        index = self.integer(node.slice, "an index")
        if isinstance(index, t.Const):
            number = int(index.value)
            if not -len(items) <= number < len(items):
                refuse("tuple index out of range", node)
            return t.Part(items[number], line, base, number % len(items))
        if index.type == BOTTOM or not items:
            return t.Index(BOTTOM, line, base, index)
        kind, _ = self.joined([t.Part(item, line, base, 0) for item in items], node, "the item of a tuple")
        wanted = TupleT(tuple(kind for _ in items))
        return t.Index(kind, line, self.convert(base, wanted, node), index)

    def _slice(self, base: t.Expr, node: ast.Subscript, bounds: ast.Slice) -> t.Expr:
        if isinstance(base.type, TupleT):
            return self._tuple_slice(base, node, bounds)
        if (
            isinstance(node.value, ast.Name)
            and node.value.id in self.program.module.tuples
            and not self.hides(node.value.id)
            and not isinstance(base.type, RowT)
        ):
            return self._tuple_slice(self.expr(node.value), node, bounds)
        low, high, step = (
            None
            if part is None or (isinstance(part, ast.Constant) and part.value is None)
            else self.integer(part, "a slice bound")
            for part in (bounds.lower, bounds.upper, bounds.step)
        )
        kind = base.type
        if is_text(kind):
            base, kind = self.convert(base, STR, node), STR
        elif isinstance(kind, DequeT):
            refuse("a deque has no slices: make a list of it", node)
        elif isinstance(kind, ListT):
            kind = type(kind)(self.cell(node))
            self.widen(kind.cell, base.type.item, node)  # type: ignore[union-attr] # a list
            if kind.item != base.type.item:  # type: ignore[union-attr] # a list
                return self.copied(t.Slice(base.type, node.lineno, base, low, high, step), kind.cell, node)
        elif kind not in {BYTES, BOTTOM}:
            refuse(f"{kind} has no slices", node)
        return t.Slice(kind, node.lineno, base, low, high, step)

    def _tuple_slice(self, base: t.Expr, node: ast.Subscript, bounds: ast.Slice) -> t.Expr:
        assert isinstance(base.type, TupleT)
        if not all(map(_is_constant, (bounds.lower, bounds.upper, bounds.step))):
            return self._slice(self.row(base, node, 6), node, bounds)
        if not is_quiet(base):
            refuse("give the tuple a name before it is sliced", node)
        try:
            ends: list[Any] = [
                None if part is None else fold(self.program.module, part)
                for part in (bounds.lower, bounds.upper, bounds.step)
            ]
            numbers = range(len(base.type.items))[slice(*ends)]
        except (RefusedError, TypeError, ValueError):
            refuse("a tuple is sliced at constant places in the native subset", node)
        parts = [t.Part(base.type.items[number], node.lineno, base, number) for number in numbers]
        return t.TupleOf(TupleT(tuple(part.type for part in parts)), node.lineno, list(parts))

    def _expr_List(self, node: ast.List) -> t.Expr:
        return self.literal(node)

    def literal(self, node: ast.List | ast.Tuple) -> t.Expr:
        """A list literal, or a tuple that is only looped over."""
        items = [self.expr(item) for item in node.elts]
        cell = self.cell(node)
        for item, source in zip(items, node.elts, strict=True):
            self.a_value(item, source)
            self.widen(cell, item.type, source)
        return t.ListOf(ListT(cell), node.lineno, [self.convert(item, cell.item, node) for item in items])

    def _expr_Tuple(self, node: ast.Tuple) -> t.Expr:
        items = [self.expr(item) for item in node.elts]
        for item, source in zip(items, node.elts, strict=True):
            self.a_value(item, source)
        if not items:
            return t.ListOf(RowT(self.cell(node)), node.lineno, [])
        if any(item.type == BOTTOM for item in items):
            return t.TupleOf(BOTTOM, node.lineno, items)
        return t.TupleOf(TupleT(tuple(item.type for item in items)), node.lineno, items)

    def static_tuple(self, value: Static, node: ast.AST) -> t.Expr:
        """A top-level tuple as a value."""
        assert isinstance(value, list)
        items = [self.constant(item, node) for item in value]
        if not items:
            return t.ListOf(RowT(self.cell(node)), getattr(node, "lineno", 0), [])
        return t.TupleOf(TupleT(tuple(item.type for item in items)), getattr(node, "lineno", 0), list(items))

    def _expr_Dict(self, node: ast.Dict) -> t.Expr:
        kind = DictT(self.cell(node), self.cell(node, 1))
        items: list[t.Expr] = []
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                refuse("** in a dict is outside the native subset: use |", node)
            items += [self.new_key(kind.keys, key), self.add(kind.values, self.expr(value), value)]
        for position, part in enumerate(items):
            items[position] = self.convert(part, kind.item if position % 2 else kind.key, node)
        return t.DictOf(kind, node.lineno, items)

    def _expr_Set(self, node: ast.Set) -> t.Expr:
        kind = SetT(self.cell(node))
        items = [self.new_key(kind.cell, item) for item in node.elts]
        return t.SetOf(kind, node.lineno, [self.convert(item, kind.item, node) for item in items])


def _is_constant(bound: ast.expr | None) -> bool:
    """Whether a slice's bound names no variable."""
    return bound is None or not any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(bound))
