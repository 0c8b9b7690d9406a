"""Agents that stand in for the real ones while a pure tool is tried: they answer what an example recorded, or a stub."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.delegation import Agents, Desk
from hermetic_nb.errors import ExecutionError
from hermetic_nb.toolbox import Tool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.agents.proposals import Case
    from hermetic_nb.confinement import Layer
    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Artifact, Environment, Limits, Receipt, Session
    from hermetic_nb.toolbox import Explained, Toolbox, Verification

STUB: Final = "(an answer)"


@dataclass(frozen=True, slots=True)
class Tried:
    """What a try showed: the requests that were made, and what came out or went wrong."""

    requests: tuple[tuple[str, Any], ...]
    value: Any = None
    error: Mapping[str, Any] | None = None


@dataclass(slots=True)
class _Home:
    """A toolbox whose agents are stand-ins, and that keeps no receipt."""

    box: Toolbox
    desk: Desk = field(init=False)
    replies: list[tuple[str, Any]] | None = None
    requests: list[tuple[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.desk = Desk(agents=Agents(self._answer), approve=lambda _question: True, call_tool=self.box.desk.call_tool)

    def _answer(self, name: str, arguments: Any) -> Any:
        self.requests.append((name, arguments))
        if self.replies is None:
            return STUB
        for number, (agent, reply) in enumerate(self.replies):
            if agent == name:
                del self.replies[number]
                return reply
        raise LookupError(f"the example records no further reply of {name}")

    @property
    def limits(self) -> Limits:
        return self.box.limits

    def open(self, artifact: Artifact, given: Environment, /, limits: Limits | None = None) -> Session:
        return self.box.open(artifact, given, limits)

    def content(self, digest: Digest) -> bytes:
        return self.box.content(digest)

    def keep_receipt(self, receipt: Receipt) -> None:
        """The call was no real one."""

    def begin(self, tool: Tool, /) -> int:  # noqa: ARG002 (as above)
        return 0

    def end(self, number: int, /) -> None:
        """As above."""

    def layers(self, media_type: str, /) -> tuple[Layer, ...]:
        return self.box.layers(media_type)

    def verify(self, tool: Tool) -> Verification:
        return self.box.verify(tool)

    def explain(self, tool: Tool) -> Explained:
        return self.box.explain(tool)


async def try_case(box: Toolbox, tool: Tool, case: Case) -> Tried:
    """Call a pure tool with the replies of an example."""
    return await _call(box, tool, case.arguments, list(case.replies))


async def dry_run(box: Toolbox, tool: Tool, arguments: Mapping[str, Any]) -> Tried:
    """Call a pure tool with agents that answer a stub."""
    return await _call(box, tool, arguments, None)


async def _call(
    box: Toolbox, tool: Tool, arguments: Mapping[str, Any], replies: Sequence[tuple[str, Any]] | None
) -> Tried:
    home = _Home(box, replies=None if replies is None else list(replies))
    tried = Tool(home, tool.artifact, source=tool.source, version=0, proof=tool.proof)
    try:
        receipt = await tried.acall(**arguments)
    except ExecutionError as error:
        return Tried(tuple(home.requests), error=error.to_json())
    if receipt.error is not None:
        return Tried(tuple(home.requests), error=tried.failure(receipt).to_json())
    return Tried(tuple(home.requests), value=receipt.value)
