"""Specs from functions, and from tools that are built again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hermetic_nb import cell
from hermetic_nb.errors import SpecError
from hermetic_nb.model import ToolSpec

if TYPE_CHECKING:
    from hermetic_nb.toolbox.sealed import Tool


def of_function(
    function: Callable[..., Any], capture: Sequence[str] | Mapping[str, Any], words: dict[str, Any]
) -> ToolSpec:
    """The spec of a function by its source; ``words`` as of `cell.parse`. Raises SpecError."""
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
    return cell.parse(source, captured=cell.capture(captured), **{"entry": function.__name__, **_given(words)})


def _given(words: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in words.items() if value is not None}


def of_tool(tool: Tool) -> ToolSpec:
    """The spec that a tool was made of."""
    manifest = tool.manifest
    return ToolSpec(
        name=manifest.name,
        language=manifest.language,
        source=tool.source,
        entry=manifest.entry,
        signature=manifest.signature,
        doc=manifest.doc,
        examples=manifest.examples,
        tier=manifest.tier,
        limits=manifest.limits,
        env=manifest.env,
        uses=manifest.uses,
        dependencies=manifest.dependencies,
        data=manifest.data,
        capabilities=manifest.capabilities,
    )
