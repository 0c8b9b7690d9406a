"""The registry as toolsets of pydantic-ai: what a model may call, and the tools of the notebook themselves.

The list of tools is asked for before each request to the model, so a tool that is made in one step is callable by its
own name in the next.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai.exceptions import ApprovalRequired
from pydantic_ai.tools import ToolDefinition
from pydantic_ai.toolsets import AbstractToolset, ToolsetTool
from pydantic_core import SchemaValidator, core_schema

from hermetic_nb.agents import words
from hermetic_nb.agents.handling import ACTS, Handler, WaitsError
from hermetic_nb.agents.tapes import LiveTape
from hermetic_nb.agents.variables import Variables
from hermetic_nb.making import proposals
from hermetic_nb.making.maker import Maker
from hermetic_nb.making.policy import Grants, Policy
from hermetic_nb.signature import schema

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pydantic_ai import RunContext

    from hermetic_nb.toolbox import Tool, Toolbox

_ANYTHING: Final = SchemaValidator(core_schema.dict_schema(core_schema.str_schema()))
_RETRIES: Final = 3


class RegistryToolset(AbstractToolset[Any]):
    """Search, create, call, list, show and compose, and the tools of the notebook by their own names."""

    def __init__(self, handler: Handler, acts: Collection[str] = ACTS, *, name: str = "hermetic") -> None:
        self._handler, self._name = handler, name
        self._acts = [act for act in words.TOOLS if act in acts]

    @property
    def id(self) -> str:
        """Its name among an agent's toolsets."""
        return self._name

    async def get_tools(self, ctx: RunContext[Any]) -> dict[str, ToolsetTool[Any]]:  # noqa: ARG002 (the base's)
        """What a model may call now."""
        definitions = [
            ToolDefinition(name=act, description=words.TOOLS[act][0], parameters_json_schema=words.TOOLS[act][1])
            for act in self._acts
        ]
        definitions += [_definition(tool) for tool in self._handler.first_class()]
        return {
            one.name: ToolsetTool(toolset=self, tool_def=one, max_retries=_RETRIES, args_validator=_ANYTHING)
            for one in definitions
        }

    async def call_tool(
        self,
        name: str,
        tool_args: dict[str, Any],
        ctx: RunContext[Any],  # noqa: ARG002 (the base's)
        tool: ToolsetTool[Any],  # noqa: ARG002 (the base's)
    ) -> Any:
        """The answer of a call, as JSON text. Raises ApprovalRequired where the user has to decide."""
        try:
            answer = await self._handler.answer(name, tool_args)
        except WaitsError as waits:
            raise ApprovalRequired(metadata=waits.wish.to_json()) from None
        return json.dumps(answer, ensure_ascii=False)


class PureToolsToolset(RegistryToolset):
    """``tool_create``, ``tool_call`` and ``tool_list`` of pure tools, for any agent of pydantic-ai.

    ``create=False`` leaves out the first. The tools live in ``box`` (default: the notebook's own toolbox), whose agents
    answer their calls.
    """

    def __init__(self, box: Toolbox | None = None, *, create: bool = True, policy: Policy | None = None) -> None:
        from hermetic_nb.toolbox import default  # noqa: PLC0415 (the notebook's toolbox is made when first used)

        here = box or default()
        maker = Maker(here, LiveTape(), policy or Policy(), Grants.of(here))
        acts = {"tool_call", "tool_list"} | ({"tool_create"} if create else set())
        super().__init__(Handler(maker, Variables({})), acts, name="pure_tools")


def create_agent(handler: Handler) -> Any:
    """The function behind the agents ``tool_create``: a pure tool's request -> the outcome as JSON."""

    async def tool_create(args: Mapping[str, Any]) -> Any:
        try:
            return await handler.create(proposals.read(args))
        except WaitsError:
            return {"made": False, "refused": "this wants more than was granted, and nobody can be asked within a call"}

    return tool_create


def _definition(tool: Tool) -> ToolDefinition:
    return ToolDefinition(
        name=tool.name,
        description=f"{tool.manifest.summary} Gives {tool.signature.result}.".strip(),
        parameters_json_schema=schema.parameters_schema(tool.signature),
    )
