"""Which element-wise operations are done in one loop.

numpy does one operation after the other. That shows where something further to the right changes an array, or stops in
another way than what one loop would stop at first: there, what stands to the left is computed before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.array_items import STOPPING
from hermetic_nb.toolchains.native.types import NONE
from hermetic_nb.toolchains.native.walks import changes_nothing, within

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAP = "array.map."
_CONVERSION = f"{_MAP}to_"


def is_map(node: t.Expr) -> TypeGuard[t.Builtin]:
    """Whether an expression is an element-wise operation."""
    return isinstance(node, t.Builtin) and node.name.startswith(_MAP)


def nested(node: t.Builtin) -> Iterator[tuple[t.Expr, t.Builtin | None]]:
    """The operands of an element-wise operation, each a second time if it is one that the same loop does."""
    for place, operand in enumerate(node.arguments):
        inside = is_map(operand) and not _first(operand, node.arguments[place + 1 :])
        yield operand, operand if inside and is_map(operand) else None


def _first(node: t.Builtin, later: list[t.Expr]) -> bool:
    """Whether an operation is done before what is evaluated later."""
    if node.name.startswith(_CONVERSION) and not is_map(node.arguments[0]):
        # numpy brings an operand to the other's type when it has both.
        return False
    if not all(map(_is_calm, later)):
        return True
    stops = any(is_map(part) and part.name.removeprefix(_MAP) in STOPPING for part in within(node))
    return stops and not all(isinstance(part, t.Const | t.Local) or is_map(part) for part in later)


def _is_calm(node: t.Expr) -> bool:
    """Whether evaluating an expression changes nothing."""
    return all(
        changes_nothing(part) or (isinstance(part, t.Builtin) and part.name.startswith("array.") and part.type != NONE)
        for part in within(node)
    )
