"""A chain of tools as a pure tool's source: each gets the result of the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.toolbox import Tool


def chain(description: str, tools: Sequence[Tool]) -> str:
    """The source of ``run``, which takes what the first tool takes. Raises SpecError where a later tool takes more."""
    if len(tools) < 2:
        raise SpecError("a chain has at least two tools", help="name them in the order of calling")
    first, *rest = tools
    parameters = first.signature.parameters
    for tool in rest:
        needed = [p.name for p in tool.signature.parameters if p.default is None]
        if len(needed) != 1 and len(tool.signature.parameters) != 1:
            raise SpecError(
                f"{tool.name} takes {len(needed)} arguments; in a chain a tool takes one: the result before it",
                help="write the steps yourself with tool_create and uses",
            )
    declared = ", ".join(f"{p.name}: {p.type}" for p in parameters)
    given = ", ".join(f'"{p.name}": {p.name}' for p in parameters)
    quoted = description.replace("\\", "\\\\").replace('"""', "'''")
    lines = [
        f"async def run({declared}{', ' if declared else ''}call_agent) -> {rest[-1].signature.result}:",
        f'    """{quoted}"""',
        f'    value = await call_agent("{first.name}", {{{given}}})',
    ]
    for tool in rest:
        needed = [p.name for p in tool.signature.parameters if p.default is None] or [tool.signature.parameters[0].name]
        lines.append(f'    value = await call_agent("{tool.name}", {{"{needed[0]}": value}})')
    return "\n".join([*lines, "    return value"]) + "\n"
