"""Typing of what makes arrays: np.array, np.zeros and their like."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.array_indexes import ArrayIndexTyper
from hermetic_nb.toolchains.native.inference.array_nodes import (
    SUFFIXES,
    array_of_items,
    as_items,
    call,
    common,
    converted,
    is_array,
    number,
)
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    FLOAT,
    INT,
    NUM,
    ArrayType,
    ListT,
    TupleT,
    Type,
)

_DTYPES: Final[dict[str, Type]] = {
    **dict.fromkeys(("float", "float64", "double", "f8", "d"), FLOAT),
    **dict.fromkeys(("int", "int64", "i8"), INT),
    **dict.fromkeys(("bool", "bool_"), BOOL),
}
_BUILT_IN: Final = frozenset({"float", "int", "bool"})


class ArrayMaker(ArrayIndexTyper):
    """Types what makes arrays."""

    def _arguments(self, node: ast.Call, least: int, most: int, names: set[str] | None = None) -> None:
        """Refuse another number of arguments, and keywords other than these."""
        for keyword in node.keywords:
            if keyword.arg not in (names or set()):
                refuse(f"{ast.unparse(node.func)} takes no {keyword.arg} in the native subset", node)
        if not least <= len(node.args) <= most:
            refuse(f"{ast.unparse(node.func)} takes {least if least == most else f'{least} to {most}'} arguments", node)

    def _constant_int(self, node: ast.expr, what: str) -> int:
        value = self.expr(node)
        if not isinstance(value, t.Const) or value.type != INT:
            refuse(f"{what} is a constant in the native subset", node)
        return int(value.value)

    def dtype(self, node: ast.expr) -> Type:
        """The item type that a dtype names."""
        match node:
            case ast.Name(id=name) if name in _BUILT_IN and not self.hides(name):
                return _DTYPES[name]
            case ast.Attribute(value=value, attr=name) if self.is_numpy(value) and name in _DTYPES and len(name) > 2:
                return _DTYPES[name]
            case ast.Constant(value=str(name)) if name in _DTYPES:
                return _DTYPES[name]
        return refuse("the dtype is float, int or bool in the native subset", node)

    def _given_dtype(self, node: ast.Call, place: int) -> Type:
        given = node.args[place] if len(node.args) > place else None
        given = next((k.value for k in node.keywords if k.arg == "dtype"), given)
        return (
            BOTTOM if given is None or (isinstance(given, ast.Constant) and given.value is None) else self.dtype(given)
        )

    # ------------------------------------------------------------ of lists

    def array_of(self, node: ast.expr, item: Type) -> t.Expr:
        """The array that numpy makes of an expression; ``item``: its declared item type, if there is one."""
        value = self.look(node)
        line = node.lineno
        if value is not None:
            assert isinstance(value.type, ArrayType)
            made = value if item == BOTTOM else converted(value, item)
            return call(value.type, "same", [value], line) if made is value else made
        value = self.sequence(node)
        if not isinstance(value.type, ListT):
            return value
        axes, inner = 1, value.type.item
        if isinstance(inner, ListT):
            axes, inner = 2, inner.item
        if inner == BOTTOM:
            if not self.program.final:
                return t.Arith(BOTTOM, line, "+", value, value)
            inner = FLOAT
        if inner not in {FLOAT, INT, BOOL, NUM}:
            refuse(f"an array of {inner} is outside the native subset", node)
        held: Type = FLOAT if inner == NUM else inner
        # Of nothing numpy makes floats, unless it is told.
        strict = number(int(item == BOTTOM and held != FLOAT), line)
        kind = array_of_items(held, axes)
        made = call(kind, "rows" if axes == 2 else "row_of", [value, strict], line)
        return made if item == BOTTOM else as_items(made, item)

    def _np_array(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 2, {"dtype"})
        return self.array_of(node.args[0], self._given_dtype(node, 1))

    def _np_asarray(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 2, {"dtype"})
        item, value = self._given_dtype(node, 1), self.look(node.args[0])
        if value is None:
            return self.array_of(node.args[0], item)
        return value if item == BOTTOM else converted(value, item)

    def _np_copy(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        return self.array_of(node.args[0], BOTTOM)

    # ------------------------------------------------------------ of numbers

    def sizes(self, nodes: list[ast.expr], node: ast.Call) -> list[t.Expr]:
        """One or two lengths, of a shape or of several arguments."""
        if len(nodes) == 1 and isinstance(nodes[0], ast.Tuple | ast.List):
            nodes = nodes[0].elts
        elif len(nodes) == 1:
            value = self.need(self.expr(nodes[0]), node)
            if isinstance(value.type, TupleT):
                if not is_quiet(value) and not isinstance(value, t.TupleOf):
                    refuse("give the shape a name first", node)
                parts = (
                    value.items
                    if isinstance(value, t.TupleOf)
                    else [t.Part(kind, node.lineno, value, at) for at, kind in enumerate(value.type.items)]
                )
                if any(part.type != INT for part in parts):
                    refuse("a shape is made of ints", node)
                return self._one_or_two(list(parts), node)
            self.ahead[nodes[0]] = value
        return self._one_or_two([self.integer(size, "a length") for size in nodes], node)

    def _one_or_two(self, sizes: list[t.Expr], node: ast.Call) -> list[t.Expr]:
        if not 1 <= len(sizes) <= 2:
            refuse("arrays have one axis or two in the native subset", node)
        return sizes

    def filled(self, sizes: list[t.Expr], value: t.Expr, line: int) -> t.Expr:
        """An array of one number."""
        item, axes = value.type, len(sizes)
        return call(array_of_items(item, axes), "full", [*sizes, value], line)

    def _made_of(self, node: ast.Call, number_: float) -> t.Expr:
        self._arguments(node, 1, 2, {"dtype"})
        item = self._given_dtype(node, 1)
        value = as_items(t.Const(FLOAT, node.lineno, number_), FLOAT)
        if item in {INT, BOOL}:
            value = t.Const(item, node.lineno, int(number_) if item == INT else bool(number_))
        return self.filled(self.sizes(node.args[:1], node), value, node.lineno)

    def _np_zeros(self, node: ast.Call) -> t.Expr:
        return self._made_of(node, 0.0)

    _np_empty = _np_zeros

    def _np_ones(self, node: ast.Call) -> t.Expr:
        return self._made_of(node, 1.0)

    def _np_full(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 3, {"dtype"})
        item = self._given_dtype(node, 2)
        sizes = self.sizes(node.args[:1], node)
        value = self.operand(self.need(self.expr(node.args[1]), node), node)
        if is_array(value):
            refuse("np.full takes a number", node)
        if value.type == BOTTOM:
            return value
        return self.filled(sizes, value if item == BOTTOM else as_items(value, item), node.lineno)

    def _like(self, node: ast.Call, value: t.Expr) -> t.Expr:
        base = self.look(node.args[0])
        if base is None:
            refuse(f"{ast.unparse(node.func)} takes an array in the native subset", node)
        assert isinstance(base.type, ArrayType)
        item = self._given_dtype(node, len(node.args))
        item = base.type.item if item == BOTTOM else item
        if common(value, t.Const(item, 0, 0)) != item:
            refuse(f"{value.type} goes into an array of {item}", node)
        kind = array_of_items(item, base.type.axes)
        return call(kind, "full_like", [base, as_items(value, item)], node.lineno)

    def _np_zeros_like(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1, {"dtype"})
        return self._like(node, t.Const(BOOL, node.lineno, False))

    _np_empty_like = _np_zeros_like

    def _np_ones_like(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1, {"dtype"})
        return self._like(node, t.Const(BOOL, node.lineno, True))

    def _np_full_like(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 2, {"dtype"})
        return self._like(node, self.operand(self.expr(node.args[1]), node))

    def _np_arange(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 3, {"dtype"})
        item, line = self._given_dtype(node, 3), node.lineno
        parts = [self.operand(self.need(self.expr(argument), node), node) for argument in node.args]
        if any(part.type == BOTTOM for part in parts):
            return parts[0]
        if any(is_array(part) or part.type == BOOL for part in parts):
            refuse("np.arange takes ints or floats", node)
        kind = common(*parts)
        if kind == FLOAT and item == INT:
            refuse("np.arange of floats with dtype int is outside the native subset", node)
        if len(parts) == 1:
            parts.insert(0, number(0, line))
        if len(parts) == 2:
            parts.append(number(1, line))
        made = call(array_of_items(kind), f"range_{SUFFIXES[kind]}", [as_items(part, kind) for part in parts], line)
        return made if item == BOTTOM else as_items(made, item)

    def _np_linspace(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 2, 3, {"num", "endpoint"})
        keywords = {k.arg: k.value for k in node.keywords}
        ends = [self.operand(self.number(argument), node) for argument in node.args[:2]]
        if any(end.type == BOTTOM for end in ends):
            return ends[0]
        count = node.args[2] if len(node.args) > 2 else keywords.get("num")
        many = number(50, node.lineno) if count is None else self.integer(count, "the number of samples")
        endpoint = keywords.get("endpoint", ast.Constant(value=True))
        if not isinstance(endpoint, ast.Constant) or not isinstance(endpoint.value, bool):
            refuse("endpoint is True or False in the native subset", node)
        operands = [*(as_items(end, FLOAT) for end in ends), many, number(int(endpoint.value), node.lineno)]
        return call(ArrayType(FLOAT), "linspace", operands, node.lineno)

    def _np_eye(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 3, {"k"})
        parts = [self.integer(argument, "a length") for argument in node.args]
        offset = next((self.integer(k.value, "k") for k in node.keywords), number(0, node.lineno))
        if len(parts) == 3:
            offset = parts.pop()
        if len(parts) == 1:
            if not is_quiet(parts[0]):
                refuse("give the length a name first", node)
            parts.append(parts[0])
        return call(ArrayType(FLOAT, 2), "eye", [*parts, offset], node.lineno)

    def _np_identity(self, node: ast.Call) -> t.Expr:
        self._arguments(node, 1, 1)
        return self._np_eye(node)
