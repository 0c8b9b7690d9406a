"""How a cell's exception is told: name, message, the cell's lines. Never opens a file (`traceback` would)."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from types import TracebackType

CELL: Final = "<cell>"
MESSAGE: Final = 10_000
"""Characters of a message; more are cut, and how many is said."""
FRAMES: Final = 8
"""Innermost frames of the cell that are told."""
_SIZES: Final = (
    *("cannot fit 'int' into an index-sized integer", "Python int too large to convert to C ssize_t"),
    *("repeated string is too long", "repeated bytes are too long", "strings are too large to concat"),
    *("byte string is too large", "too many items for list constructor", "join() result is too long"),
    "too many digits in integer",
)
"""Beginnings of the messages of OverflowError for a size beyond the address space: memory by another name."""
_NESTED: Final = ("Parser stack overflowed", "too many nested")
"""Beginnings of the messages of a source that is nested too deep for the compiler."""


class OutputLimitError(ValueError):
    """The result is longer than its limit."""


def failed(error: BaseException, printed: str) -> dict[str, Any]:
    """The step of a call that raised.

    ``limit`` names the limit that a MemoryError or RecursionError stands for, ``base`` the built-in exception that a
    class of the cell derives from, ``frames`` the cell's lines, outermost first.
    """
    kind = type(error)
    frames = _frames(error.__traceback__)
    if isinstance(error, SyntaxError) and error.filename == CELL and not frames:
        frames = [[error.lineno or 0, ""]]
    text = message(error)
    document: dict[str, Any] = {
        "exception": kind.__name__,
        "message": text,
        "line": frames[-1][0] if frames else 0,
        "frames": frames[-FRAMES:],
    }
    base = next(parent for parent in kind.__mro__ if vars(builtins).get(parent.__name__) is parent)
    if base is not kind:
        document["base"] = base.__name__
    if limit := _limit(error, text):
        document["limit"] = limit
    return {"failed": document, "printed": printed} if printed else {"failed": document}


def message(error: BaseException) -> str:
    """``str(error)`` where that is possible; lone surrogates and what is too long do not cross the border."""
    try:
        if isinstance(error, KeyError) and len(error.args) == 1:
            text = repr(error.args[0])
        elif isinstance(error, SyntaxError):
            text = str(error.msg)
        else:
            text = str(error)
    except Exception as inner:  # noqa: BLE001 (a __str__ of the cell)
        text = f"(its message cannot be read: {type(inner).__name__})"
    if len(text) > MESSAGE:
        text = f"{text[:MESSAGE]}... ({len(text)} characters)"
    return text.encode("utf-8", "replace").decode()


def _frames(place: TracebackType | None) -> list[list[Any]]:
    found: list[list[Any]] = []
    while place is not None:
        code = place.tb_frame.f_code
        if code.co_filename == CELL:
            found.append([place.tb_lineno or 0, code.co_name])
        place = place.tb_next
    return found


def _limit(error: BaseException, text: str) -> str:
    if isinstance(error, RecursionError) or (isinstance(error, MemoryError | SyntaxError) and text.startswith(_NESTED)):
        return "depth"
    if isinstance(error, MemoryError) or (isinstance(error, OverflowError) and text.startswith(_SIZES)):
        return "memory"
    return "output" if isinstance(error, OutputLimitError) else ""
