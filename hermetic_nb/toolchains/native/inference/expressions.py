"""Typing of expressions: syntax nodes -> typed tree. One `Typer` per function and pass; see `inference` for the fixed point."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.operators import OperatorTyper
from hermetic_nb.toolchains.native.parse.cellmodule import MATH_CONSTANTS
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOTTOM, BYTES, CHAR, FLOAT, INT, NONE, STR, ListT, is_text


class ExpressionTyper(OperatorTyper):
    """Types the expressions of one function."""

    # ------------------------------------------------------------ entry points

    # ------------------------------------------------------------ atoms

    def _expr_Constant(self, node: ast.Constant) -> t.Expr:
        value = node.value
        if value is None or value is Ellipsis or isinstance(value, complex):
            refuse(f"{value!r} is outside the native subset", node)
        return self.constant(value, node)

    def _expr_Name(self, node: ast.Name) -> t.Expr:
        name = self.renamed.get(node.id, node.id)
        if name in self.instance.names or name.startswith("$"):
            found = self.local(name, node.lineno)
            if found.type == BOTTOM:
                self.program.unsettled.append((self.instance.variables, name))
            return found
        module = self.program.module
        if node.id in module.constants:
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
        return refuse(f"{node.id} is not defined in this cell", node)

    def is_math(self, node: ast.expr) -> bool:
        """Whether an expression is the module `math`."""
        return isinstance(node, ast.Name) and node.id in self.program.module.math_modules and not self.hides(node.id)

    def _expr_Attribute(self, node: ast.Attribute) -> t.Expr:
        if self.is_math(node.value) and node.attr in MATH_CONSTANTS:
            return t.Const(FLOAT, node.lineno, MATH_CONSTANTS[node.attr])
        return refuse(f"{ast.unparse(node)} is outside the native subset", node)

    # ------------------------------------------------------------ operators

    # ------------------------------------------------------------ sequences

    def _expr_Subscript(self, node: ast.Subscript) -> t.Expr:
        base = self.reading(node.value)
        if isinstance(node.slice, ast.Slice):
            return self._slice(base, node, node.slice)
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

    def _slice(self, base: t.Expr, node: ast.Subscript, bounds: ast.Slice) -> t.Expr:
        if (
            isinstance(node.value, ast.Name)
            and node.value.id in self.program.module.tuples
            and not self.hides(node.value.id)
        ):
            refuse("a slice of a tuple is a tuple, which is outside the native subset", node)
        low, high, step = (
            None
            if part is None or (isinstance(part, ast.Constant) and part.value is None)
            else self.integer(part, "a slice bound")
            for part in (bounds.lower, bounds.upper, bounds.step)
        )
        kind = base.type
        if is_text(kind):
            base, kind = self.convert(base, STR, node), STR
        elif isinstance(kind, ListT):
            kind = ListT(self.cell(node))
            self.widen(kind.cell, base.type.item, node)  # type: ignore[union-attr] # a list
            if kind.item != base.type.item:  # type: ignore[union-attr] # a list
                return self.copied(t.Slice(base.type, node.lineno, base, low, high, step), kind.cell, node)
        elif kind not in {BYTES, BOTTOM}:
            refuse(f"{kind} has no slices", node)
        return t.Slice(kind, node.lineno, base, low, high, step)

    def _expr_List(self, node: ast.List) -> t.Expr:
        return self.literal(node)

    def literal(self, node: ast.List | ast.Tuple) -> t.Expr:
        """A list literal, or a tuple that is only looped over."""
        items = [self.expr(item) for item in node.elts]
        cell = self.cell(node)
        for item, source in zip(items, node.elts, strict=True):
            if item.type == NONE:
                refuse("this call returns nothing", source)
            self.widen(cell, item.type, source)
        self.item_allowed(cell, node)
        return t.ListOf(ListT(cell), node.lineno, [self.convert(item, cell.item, node) for item in items])

    def _expr_Tuple(self, node: ast.Tuple) -> t.Expr:
        return refuse("a tuple as a value is outside the native subset", node)
