"""Whether a native outcome is CPython's: values with their types and bits, exceptions with their lines."""

from __future__ import annotations

import sys
from typing import Any, Final

from tests.unit.native_cells import Stopped, agree

VALUE: Final = "another value"
EXCEPTION: Final = "another exception"
LINE: Final = "another line"


def difference(native: Any, python: Any) -> str:
    """How the outcomes differ; empty if they do not."""
    shown = f"native {native!r}, CPython {python!r}"
    if isinstance(native, Stopped) and isinstance(python, Stopped):
        if not agree(native, python):
            return f"{EXCEPTION}: {shown}"
        return f"{LINE}: {shown}" if native.line != python.line and not _is_fused(python) else ""
    if isinstance(native, Stopped) or isinstance(python, Stopped):
        return "" if agree(native, python) else f"{EXCEPTION}: {shown}"
    return "" if same(native, python) else f"{VALUE}: {shown}"


def same(native: Any, python: Any) -> bool:
    """Whether two values are one. A place that is declared float may hold an int in CPython."""
    if isinstance(native, list | tuple):
        return type(native) is type(python) and len(native) == len(python) and all(map(same, native, python))
    if isinstance(native, dict):
        return isinstance(python, dict) and same(list(native.items()), list(python.items()))
    if isinstance(native, set | frozenset):
        return type(native) is type(python) and native == python
    return agree(native, python)


def _is_fused(python: Stopped) -> bool:
    """Whether the line may be that of the statement before: 3.11 fuses an assignment and the read after it."""
    return sys.version_info < (3, 12) and python.exception == "UnboundLocalError"
