"""Examples as users write them, and when a value is the wanted one."""

from __future__ import annotations

import ast
from typing import Any, Final

from hermetic_nb import values

Example = tuple[tuple[Any, ...], Any]
"""The arguments of a call, and its result."""
HINT: Final = 'write "f(2) == 4"'


def read_example(text: str) -> Example | None:
    """What ``f(1, "a") == 2``, or ``(1, "a") == 2``, says with literals; None where a text says nothing of the kind."""
    try:
        match ast.parse(text.strip(), mode="eval").body:
            case ast.Compare(left=ast.Call(args=arguments, keywords=[]), ops=[ast.Eq()], comparators=[result]):
                return tuple(map(ast.literal_eval, arguments)), ast.literal_eval(result)
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[result]):
                given = ast.literal_eval(left)
                return given if isinstance(given, tuple) else (given,), ast.literal_eval(result)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):  # what the two of `ast` raise on texts
        return None
    return None


def same(value: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one: of the same wire text, or an equal number. True is not 1."""
    numbers = [type(one) in {int, float} for one in (value, wanted)]
    if all(numbers):
        return bool(value == wanted)
    try:
        return values.encode(value) == values.encode(wanted)
    except (TypeError, ValueError):
        return False
