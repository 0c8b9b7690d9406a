"""The notebook's own toolbox, and the calls that work on it."""

from __future__ import annotations

import textwrap
import threading
from typing import TYPE_CHECKING, Any, Final, overload

from hermetic_nb.signature import schema
from hermetic_nb.toolbox.box import Toolbox
from hermetic_nb.toolbox.parameters import types_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hermetic_nb.toolbox.sealed import Tool

ENTRY: Final = "run"
"""The function of a tool that a model writes."""


def default() -> Toolbox:
    """The notebook's own toolbox: the user's registry, made when first asked for."""
    global _default  # noqa: PLW0603 (one to a process)
    with _making:
        if _default is None:
            _default = Toolbox()
        return _default


_default: Toolbox | None = None
_making: Final = threading.Lock()


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...


@overload
def tool(
    *, name: str | None = ..., tier: str = ..., capture: Sequence[str] = ...
) -> Callable[[Callable[..., Any]], Tool]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    tier: str = "auto",
    capture: Sequence[str] = (),
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """``@hnb.tool`` or ``@hnb.tool(name=...)``: seal the function below in the notebook's own toolbox, by its source."""

    def seal(function: Callable[..., Any]) -> Tool:
        return default().seal(function, name=name, tier=tier, capture=capture)

    return seal if function is None else seal(function)


def tool_create(
    name: str,
    description: str,
    parameters: Mapping[str, Any] | None,
    code: str,
    *,
    uses: Sequence[str] = (),
    box: Toolbox | None = None,
) -> Tool:
    """Make a tool of the function ``run`` of ``code``, as a model does: a pure tool where that is an async def.

    It lives in this session; `Toolbox.save` promotes it. ``parameters`` are the types of parameters without annotation:
    ``{"question": "str"}``, or a JSON Schema of an object. Raises SpecError, BuildError and their kinds; an error's
    ``to_json()`` is what to tell the model.
    """
    here = box or default()
    types = types_of(parameters or {})
    spec = here.parse(textwrap.dedent(code), entry=ENTRY, name=name, doc=description, types=types, uses=uses)
    return here.keep(spec, session=True)


def tool_call(name: str, args: Mapping[str, Any], *, box: Toolbox | None = None) -> Any:
    """The value that a tool gives for arguments by name. Raises ToolNotFoundError and what the call raises."""
    return (box or default()).get(name)(**args)


def tool_list(*, box: Toolbox | None = None) -> list[dict[str, Any]]:
    """The tools at hand, as a model wants to see them: name, description, JSON Schema of the parameters, digest."""
    return [
        {
            "name": tool.name,
            "description": tool.manifest.doc,
            "parameters": schema.parameters_schema(tool.signature),
            "digest": tool.digest,
        }
        for tool in (box or default()).here
    ]
