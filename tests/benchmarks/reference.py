"""The CPython side: a cell run as ordinary Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .catalogue import Program


def load(program: Program) -> Callable[..., Any]:
    """Execute the cell and return its public function."""
    namespace: dict[str, Any] = {"__name__": program.name}
    exec(compile(program.cell, f"<cell {program.name}>", "exec"), namespace)
    function: Callable[..., Any] = namespace[program.name]
    return function
