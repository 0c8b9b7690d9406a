"""What the tools named in `words.TOOLS` do: a model's arguments -> JSON for the model. Knows no model library."""

from __future__ import annotations

import re
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.agents import composing
from hermetic_nb.agents.progress import Progress
from hermetic_nb.agents.variables import MARK
from hermetic_nb.errors import CassetteMissError, HermeticError, IntegrityError, SpecError, ToolNotFoundError
from hermetic_nb.making import proposals
from hermetic_nb.making.maker import Existing, Made, Maker, Waits, refusal
from hermetic_nb.making.policy import Wish
from hermetic_nb.signature import schema
from hermetic_nb.toolbox import finding
from hermetic_nb.toolbox.arguments import check_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.agents.variables import Variables
    from hermetic_nb.making.maker import Outcome
    from hermetic_nb.toolbox import Tool

MOST: Final = 5
"""Tools that a search tells."""
MANY: Final = 20
"""Tools of a notebook beyond which a model is told of them by search only."""

_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""Names of functions and parameters that providers of models allow (OpenAI's and Anthropic's references of their APIs)."""


class WaitsError(Exception):
    """The user has to decide first. Caught by the run; never shown."""

    def __init__(self, wish: Wish) -> None:
        super().__init__(wish.key)
        self.wish = wish


@dataclass(slots=True)
class Handler:
    """Answers the calls of one run."""

    maker: Maker
    variables: Variables
    progress: Progress = field(default_factory=Progress)

    async def begin(self) -> None:
        """Note which tools the run begins with: what comes into the notebook later does not change a replay."""

        async def look() -> list[str]:
            return sorted(self._here())

        self.progress.start = frozenset(await self.maker.tape.see("tools of the notebook", "names", look))

    def go_on(self, progress: Progress) -> None:
        """Take over what the run did before it waited; the tools that it made are at hand again."""
        self.progress = deepcopy(progress)
        self.made()

    def tools(self) -> list[Tool]:
        """The tools of the notebook, the latest under each name, that this run knows of."""
        here, start = self._here(), self.progress.start
        return [here[name] for name in sorted(here) if start is None or name in start | self.progress.own]

    def first_class(self) -> list[Tool]:
        """The tools that a model may call by name: all of `tools`, or where they were many those that the run came upon.

        One whose names providers do not allow is left to ``tool_call``.
        """
        tools, so_far = [tool for tool in self.tools() if _can_be_told(tool)], self.progress
        if len(tools if so_far.start is None else so_far.start) <= MANY:
            return tools
        return [tool for tool in tools if tool.name in so_far.own | so_far.searched]

    def made(self) -> list[Tool]:
        """The tools that the run made, at hand; but for those that are gone."""
        found = []
        for digest in self.progress.made:
            with suppress(ToolNotFoundError, IntegrityError):
                found.append(self.maker.box.get(digest))
        return found

    def _taken(self) -> set[str]:
        """Names of tools that were there before the run, and are not its own to give."""
        there = set(self._here()) if self.progress.start is None else set(self.progress.start)
        return there - set(self.progress.made.values())

    def _here(self) -> dict[str, Tool]:
        return {tool.name: tool for tool in self.maker.box.here if tool.name not in ACTS}

    async def answer(self, name: str, given: Mapping[str, Any]) -> Any:
        """The answer to a call of a tool by a model. Raises WaitsError, CassetteMissError."""
        try:
            act = getattr(self, f"_{name}", None) if name in ACTS else None
            if act is not None:
                return await act(dict(given))
            return await self._run(self._get(name), given)
        except CassetteMissError:
            raise
        except HermeticError as error:
            return {"error": error.to_json()}

    # ------------------------------------------------------------ acts

    async def _tool_search(self, given: dict[str, Any]) -> Any:
        query = str(given.get("query", ""))
        cases = [proposals.positional(case) for case in given.get("examples") or ()]
        question = values.text(values.to_wire([query, [[list(arguments), result] for arguments, result in cases]]))

        async def look() -> Any:
            return [
                found.to_json() | ({"examples_passed": found.passed} if cases else {})
                for found in self.maker.box.search(query, examples=cases, limit=MOST)
            ]

        found = await self.maker.tape.see("search", question, look)
        self.progress.searched |= {str(one["tool"]) for one in found}
        return {"found": found}

    async def _tool_create(self, given: dict[str, Any]) -> Any:
        return await self.create(proposals.read(given))

    async def create(self, proposal: proposals.Proposal) -> Any:
        """Make a proposed tool; the outcome as JSON. Raises WaitsError."""
        outcome = await self.maker.make(proposal, self._taken())
        match outcome:
            case Existing(tools=tools):
                self.progress.offers[proposal.name] = [tool["digest"] for tool in tools]
            case Made() if proposal.why_new and self.progress.offers.pop(proposal.name, None) is not None:
                self.progress.rejected += 1
        return self.noted(outcome)

    def noted(self, outcome: Outcome) -> Any:
        """Keep account of an outcome; it as JSON. Raises WaitsError."""
        match outcome:
            case Waits(wish=wish):
                raise WaitsError(wish)
            case Made():
                self.progress.made[outcome.tool.digest] = outcome.tool.name
        return outcome.to_json()

    async def _tool_call(self, given: dict[str, Any]) -> Any:
        arguments = given.get("arguments")
        if not isinstance(arguments, dict):
            raise SpecError("arguments is not an object", help='{"name": "double", "arguments": {"n": 2}}')
        return await self._run(self._get(str(given.get("name", ""))), arguments, str(given.get("over") or ""))

    async def _tool_list(self, _given: dict[str, Any]) -> Any:
        return {"tools": [_row(tool) for tool in self.tools()]}

    async def _tool_show(self, given: dict[str, Any]) -> Any:
        tool = self._get(str(given.get("name", "")))
        return _row(tool) | {
            "documentation": tool.manifest.doc,
            "source": tool.source,
            "examples": len(tool.manifest.examples),
        }

    async def _tool_compose(self, given: dict[str, Any]) -> Any:
        tools = [self._get(str(name)) for name in given.get("tools") or ()]
        code = composing.chain(str(given.get("description", "")), tools)
        proposal = proposals.read(
            {**given, "code": code, "uses": [f"{tool.name}@{tool.digest}" for tool in tools], "examples": []}
        )
        return await self.create(proposal)

    # ------------------------------------------------------------ calls

    def _get(self, reference: str) -> Tool:
        tool = self.maker.box.get(reference)
        self.progress.seen.add(tool.name)
        return tool

    async def _run(self, tool: Tool, given: Mapping[str, Any], over: str = "") -> Any:
        wish = Wish("call", tool.name, tool.digest, tool.source, (), tuple(tool.manifest.env))
        match self.maker.decision(wish):
            case "deny":
                return {"tool": tool.name, "refused": refusal(self.maker, wish, "calling")}
            case "ask":
                raise WaitsError(wish)
        arguments = self._arguments(tool, given, over)
        told: dict[str, Any] = {"tool": tool.name, "digest": tool.digest}
        if not over:
            return told | self.variables.shown(await self._value(tool, arguments))
        items = arguments.pop(over, None)
        if not isinstance(items, (list, tuple)):
            raise SpecError(f"{over} is no list", help="with over, that argument is the list of what is gone through")
        results = [await self._value(tool, arguments | {over: item}) for item in items]
        return told | {"called": len(results)} | self.variables.shown(results)

    async def _value(self, tool: Tool, arguments: dict[str, Any]) -> Any:
        called = self.progress.called
        called[tool.digest] = called.get(tool.digest, 0) + 1
        if not tool.manifest.is_pure:
            return tool(**arguments)
        return tool.value(await tool.acall(**arguments))

    def _arguments(self, tool: Tool, given: Mapping[str, Any], over: str) -> dict[str, Any]:
        types = {parameter.name: parameter.type for parameter in tool.signature.parameters}
        unknown = [name for name in given if name not in types]
        if unknown:
            raise SpecError(f"{tool.name} takes no {', '.join(unknown)}", help=f"it takes {tool.signature}")
        result: dict[str, Any] = {}
        for name, item in given.items():
            if name == over or _names_variable(item):
                result[name] = self.variables.resolved(item)
                continue
            try:
                result[name] = schema.read(types[name], item, tool.signature.definitions)
            except ValueError as error:
                raise SpecError(f"{name}: {error}", help=f"it takes {tool.signature}") from None
        check_names(tool.signature, result)
        return result


ACTS: Final = frozenset({"tool_search", "tool_create", "tool_call", "tool_list", "tool_show", "tool_compose"})
"""Names of what is not a tool of the registry."""


def _can_be_told(tool: Tool) -> bool:
    names = (tool.name, *(parameter.name for parameter in tool.signature.parameters))
    return all(map(_NAME.fullmatch, names))


def _row(tool: Tool) -> dict[str, Any]:
    return finding.found(tool).to_json()


def _names_variable(item: Any) -> bool:
    if isinstance(item, dict):
        return set(item) == {MARK} or any(map(_names_variable, item.values()))
    return isinstance(item, list) and any(map(_names_variable, item))
