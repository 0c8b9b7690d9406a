"""Functions as cells: their source, and what of their module belongs to it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hermetic_nb import cell
from hermetic_nb.errors import SpecError


def of_function(
    function: Callable[..., Any], capture: Sequence[str] | Mapping[str, Any], words: Mapping[str, Any]
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The source of a function, all that it captures, and the words of `cell.parse` for it. Raises SpecError."""
    if not inspect.isfunction(function):
        raise SpecError(
            f"{type(function).__name__} is no source and no function", help="give text, or a function made by def"
        )
    if words.get("language", "python") != "python":
        raise SpecError("a function is Python", help="give other languages as text")
    source = cell.source_of(function)
    scope = function.__globals__
    captured = dict(capture) if isinstance(capture, Mapping) else {name: cell.look_up(name, scope) for name in capture}
    for name in cell.missing(source):
        # What the module of the function imports is part of the function's meaning; constants are taken only on request.
        if name not in captured and name in scope and cell.import_of(name, scope[name]):
            captured[name] = scope[name]
    given = {key: value for key, value in words.items() if value is not None}
    return source, captured, {"entry": function.__name__, **given}
