"""Agents that stand in for the real ones while a pure tool is tried: they answer what an example recorded, or a stub."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.delegation import Agents, Desk
from hermetic_nb.errors import ExecutionError
from hermetic_nb.toolbox import Apart, Tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.making.proposals import Case
    from hermetic_nb.toolbox import Toolbox

STUB: Final = "(an answer)"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a try showed: the requests that were made, and what came out or went wrong."""

    requests: tuple[tuple[str, Any], ...]
    value: Any = None
    error: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Answers:
    """Who answers to every name: the replies of an example, or a stub where there is none."""

    replies: list[tuple[str, Any]] | None
    requests: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self, name: str, arguments: Any) -> Any:
        self.requests.append((name, arguments))
        if self.replies is None:
            return STUB
        for number, (agent, reply) in enumerate(self.replies):
            if agent == name:
                del self.replies[number]
                return reply
        raise LookupError(f"the example records no further reply of {name}")


async def try_case(box: Toolbox, tool: Tool, case: Case) -> Tried:
    """Call a pure tool with the replies of an example."""
    return await _call(box, tool, case.arguments, list(case.replies))


async def dry_run(box: Toolbox, tool: Tool, arguments: Mapping[str, Any]) -> Tried:
    """Call a pure tool with agents that answer a stub."""
    return await _call(box, tool, arguments, None)


async def _call(
    box: Toolbox, tool: Tool, arguments: Mapping[str, Any], replies: Sequence[tuple[str, Any]] | None
) -> Tried:
    answers = _Answers(None if replies is None else list(replies))
    desk = Desk(agents=Agents(answers), approve=lambda _question: True, call_tool=box.desk.call_tool)
    tried = Tool(Apart(box, desk=desk), tool.artifact, source=tool.source, version=0, proof=tool.proof)
    try:
        receipt = await tried.acall(**arguments)
    except ExecutionError as error:
        return Tried(tuple(answers.requests), error=error.to_json())
    if receipt.error is not None:
        return Tried(tuple(answers.requests), error=tried.failure(receipt).to_json())
    return Tried(tuple(answers.requests), value=receipt.value)
