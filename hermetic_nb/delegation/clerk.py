"""Answers a pure tool's requests, round by round: all of a round at the same time, written down in the order of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from hermetic_nb import values
from hermetic_nb.delegation.agents import FailedError, MismatchError
from hermetic_nb.delegation.approval import Approver, Question, Refusal
from hermetic_nb.delegation.threads import MOST
from hermetic_nb.errors import ArgumentError, ArgumentRangeError, HermeticError, LimitExceeded
from hermetic_nb.model import AgentCall, Reply

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from hermetic_nb.delegation.agents import Agent, Agents
    from hermetic_nb.delegation.budget import Budget
    from hermetic_nb.delegation.dialogue import Ended
    from hermetic_nb.delegation.secrets import Mask
    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Limits, Manifest, Request

Work = Question | Awaitable[Any]
"""What a dialogue needs from whoever drives it: a yes or no, or something awaited."""
_SHARED = frozenset({"calls", "rounds", "reply_bytes", "calls_depth"})
"""Limits that end the whole call, not only the nested one that met them."""


class Callee(Protocol):
    """Calls another tool for a pure tool."""

    def __call__(self, tool: Digest, arguments: dict[str, Any], budget: Budget, depth: int) -> Awaitable[Ended]:
        """Call a tool by its digest. Raises ExecutionError, RegistryError."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """What the calls of a toolbox share."""

    agents: Agents
    approve: Approver
    call_tool: Callee
    allowed: set[tuple[Digest, str]] = field(default_factory=set)
    """Tools and agents that the user said yes to: never asked again."""


class Clerk:
    """Answers the requests of one call of one tool."""

    def __init__(
        self, desk: Desk, manifest: Manifest, *, limits: Limits, budget: Budget, depth: int, mask: Mask
    ) -> None:
        self._desk = desk
        self._manifest = manifest
        self._tools = {manifest.name: manifest.digest} | dict(manifest.uses)
        self._limits, self._budget, self._depth, self._mask = limits, budget, depth, mask
        self._round = 0
        self.trace: list[AgentCall] = []

    def replies(self, requests: Sequence[Request]) -> Generator[Work, Any, list[Reply]]:
        """The answers of one round; yields what must be asked or awaited. Raises LimitExceeded."""
        self._budget.round(len(requests))
        refused: dict[str, str] = {}
        for question in self._questions(requests):
            refusal: Refusal | None = yield question
            if refusal is None:
                self._desk.allowed.add((question.digest, question.agent))
            else:
                refused[question.agent] = refusal.reason
        calls: list[AgentCall] = yield self._answer_all(requests, refused)
        written = [self._written(call) for call in calls]
        for call in written:
            self._budget.reply(len(values.text(call.value if call.error is None else call.error[1]).encode()))
        self.trace += written
        self._round += 1
        return [Reply(call.value, call.error) for call in written]  # what a replay will tell it, to the letter

    def _questions(self, requests: Sequence[Request]) -> list[Question]:
        """One for each agent of the round that the user has to allow."""
        asked: dict[str, Question] = {}
        own = self._manifest
        for request in requests:
            agent = self._agent(request.agent)
            wanted = agent is not None and agent.approval == "ask"
            if wanted and request.agent not in asked and (own.digest, request.agent) not in self._desk.allowed:
                given = values.from_wire(self._mask.wire(request.arguments))
                asked[request.agent] = Question(tool=own.name, digest=own.digest, agent=request.agent, arguments=given)
        return list(asked.values())

    def _agent(self, name: str) -> Agent | None:
        return None if name in self._tools else self._desk.agents.get(name)

    async def _answer_all(self, requests: Sequence[Request], refused: Mapping[str, str]) -> list[AgentCall]:
        threads = asyncio.Semaphore(MOST)
        tasks = [asyncio.ensure_future(self._answer(request, refused, threads)) for request in requests]
        try:
            return list(await asyncio.gather(*tasks))
        except BaseException:
            for task in tasks:  # the call is over: nobody waits for the others
                task.cancel()
            raise

    async def _answer(self, request: Request, refused: Mapping[str, str], threads: asyncio.Semaphore) -> AgentCall:
        given = values.from_wire(request.arguments)
        if request.agent in self._tools:
            return await self._of_tool(request, given, self._tools[request.agent])
        agent = self._agent(request.agent)
        if agent is None:
            return self._failed(request, "UnknownAgentError", f"no agent and no tool is called {request.agent} here")
        if agent.approval == "deny":
            return self._failed(
                request, "AgentRefusedError", f"agent {agent.name} may not answer: its approval is deny"
            )
        if request.agent in refused:
            message = f"agent {agent.name} may not answer: {refused[request.agent]}"
            return self._failed(request, "AgentRefusedError", message)
        async with nullcontext() if agent.is_async else threads:
            return await self._of_agent(request, agent, given)

    async def _of_agent(self, request: Request, agent: Agent, given: dict[str, Any]) -> AgentCall:
        try:
            reply = await asyncio.wait_for(agent.ask(given), self._limits.agent_seconds)
        except MismatchError as error:
            return self._failed(request, "AgentTypeError", str(error))
        except FailedError as error:
            return self._failed(request, "AgentFailedError", str(error))
        except TimeoutError:
            seconds = f"{self._limits.agent_seconds:g}"
            return self._failed(request, "AgentTimeoutError", f"agent {agent.name} did not answer within {seconds} s")
        try:
            return self._call(request, value=values.to_wire(reply))
        except (TypeError, ValueError) as error:
            return self._failed(request, "AgentTypeError", f"agent {agent.name} gives no value: {error}")

    async def _of_tool(self, request: Request, given: dict[str, Any], tool: Digest) -> AgentCall:
        try:
            self._budget.depth(self._depth + 1)
            ended = await self._desk.call_tool(tool, given, self._budget, self._depth + 1)
        except (ArgumentError, ArgumentRangeError) as error:
            return self._failed(request, "AgentTypeError", error.message, tool=tool)
        except LimitExceeded as error:
            if error.limit in _SHARED:
                raise
            return self._failed(request, "AgentFailedError", f"LimitExceeded: {error.message}", tool=tool)
        except HermeticError as error:
            return self._failed(request, "AgentFailedError", f"{error.title}: {error.message}", tool=tool)
        if ended.failure is not None:
            message = f"{ended.failure.exception}: {ended.failure.message}"
            return self._failed(request, "AgentFailedError", message, tool=tool, trace=ended.trace)
        return self._call(request, value=values.to_wire(ended.value), tool=tool, trace=ended.trace)

    def _failed(self, request: Request, exception: str, message: str, **more: Any) -> AgentCall:
        return self._call(request, error=(exception, message), **more)

    def _call(self, request: Request, **outcome: Any) -> AgentCall:
        return AgentCall(agent=request.agent, round=self._round, arguments=request.arguments, **outcome)

    def _written(self, call: AgentCall) -> AgentCall:
        """The call as the trace keeps it."""
        mask = self._mask
        return replace(
            call,
            agent=mask.text(call.agent),
            arguments=mask.wire(call.arguments),
            value=mask.wire(call.value),
            error=None if call.error is None else (call.error[0], mask.text(call.error[1])),
        )
