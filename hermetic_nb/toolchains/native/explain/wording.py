"""Expressions of the typed tree and bounds of ints, written as the author would write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.interval import INT_MAX, INT_MIN, Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

_HIDDEN: Final = "..."
_LONGEST: Final = 60
_NUMBERED: Final = re.compile(r"~\d+")
_NEAR: Final = {1 << 16: 4, 1 << 32: 16}
"""Numbers from this size on are shown by the power of two that is as near as this."""
_RANK: Final = {"|": 0, "^": 1, "&": 2, "<<": 3, ">>": 3, "+": 4, "-": 4, "*": 5, "/": 5, "//": 5, "%": 5, "**": 7}
_SIGN: Final = 6


def name_of(variable: str) -> str:
    """A variable as the cell calls it; empty for one that only the compiler knows."""
    return "" if variable.startswith("$") else _NUMBERED.sub("", variable)


def number(value: int) -> str:
    """``255``, ``2**31 - 1``, ``-2**63``."""
    size = abs(value)
    near = max((reach for least, reach in _NEAR.items() if size >= least), default=-1)
    for power in (1 << size.bit_length(), 1 << max(size.bit_length() - 1, 0)):
        rest = abs(size - power)
        if rest <= near:
            sign = "-" if value < 0 else ""
            tail = f" {'+' if (size > power) == (value > 0) else '-'} {rest}" if rest else ""
            return f"{sign}2**{power.bit_length() - 1}{tail}"
    return str(value)


def bounds(values: Interval) -> str:
    """What an int may be."""
    low, high = values
    if low == high:
        return number(low)
    if low == INT_MIN:
        return "any int" if high == INT_MAX else f"at most {number(high)}"
    return f"at least {number(low)}" if high == INT_MAX else f"{number(low)} to {number(high)}"


class Writer:
    """Writes expressions on one line. ``hidden`` says what stands for variables that only the compiler knows."""

    def __init__(self, hidden: Mapping[str, t.Expr]) -> None:
        self._hidden = hidden

    def shown(self, node: t.Expr | t.SetItem) -> str:
        """An expression, shortened where it is long."""
        text = self._text(node)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."

    def _text(self, node: t.Expr | t.SetItem) -> str:  # noqa: C901, PLR0912 (a line for each kind of node)
        match node:
            case t.Const():
                return repr(node.value)
            case t.Nothing():
                return "None"
            case t.Local():
                held = self._hidden.get(node.name)
                return name_of(node.name) or (_HIDDEN if held is None else self._text(held))
            case t.Convert() | t.Truth() | t.Unwrap():
                return self._text(node.operand)
            case t.Unary():
                return f"{ {'neg': '-', 'invert': '~', 'not': 'not '}[node.op] }{self._inner(node.operand, _SIGN)}"
            case t.Arith():
                rank = _RANK[node.op]
                power = node.op == "**"
                return f"{self._inner(node.left, rank + power)} {node.op} {self._inner(node.right, rank + (not power))}"
            case t.Compare():
                return " ".join([self._inner(node.first), *(f"{op} {self._inner(right)}" for op, right in node.links)])
            case t.Logic():
                return f" {node.op} ".join(map(self._inner, node.operands))
            case t.IsNone():
                return f"{self._inner(node.operand)} is None"
            case t.Index() | t.SetItem():
                return f"{self._inner(node.base)}[{self._text(node.index)}]"
            case t.Field():
                return f"{self._inner(node.base)}.{node.name}"
            case t.Part():
                return f"{self._inner(node.base)}[{node.number}]"
            case t.Slice():
                ends = ["" if end is None else self._text(end) for end in (node.low, node.high)]
                return f"{self._inner(node.base)}[{':'.join(ends)}]"
            case t.TupleOf() | t.Options():
                return f"({', '.join(map(self._text, node.items))})"
            case t.ListOf():
                return f"[{', '.join(map(self._text, node.items))}]"
            case t.Invoke():
                return f"{node.target.name}({', '.join(map(self._text, node.arguments))})"
            case t.Builtin():
                return f"{node.name.rsplit('.', 1)[-1]}({', '.join(map(self._text, node.arguments))})"
        return _HIDDEN

    def _inner(self, node: t.Expr, rank: int = _SIGN + 2) -> str:
        """An operand, in parentheses where it binds less than ``rank``."""
        text, inside = self._text(node), node
        while True:
            if isinstance(inside, t.Convert | t.Truth | t.Unwrap):
                inside = inside.operand
            elif isinstance(inside, t.Local) and inside.name in self._hidden:
                inside = self._hidden[inside.name]
            else:
                break
        own = _SIGN + 2
        if isinstance(inside, t.Compare | t.Logic | t.IsNone | t.Choice):
            own = -1
        elif isinstance(inside, t.Arith):
            own = _RANK[inside.op]
        elif isinstance(inside, t.Unary) or text.startswith("-"):
            own = _SIGN
        return f"({text})" if own < rank else text
