"""Answers a pure tool's requests from a trace: no agent, no network, and the first difference is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.errors import AGENT_ERRORS, ReplayMismatch
from hermetic_nb.model import Reply

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from hermetic_nb.delegation.secrets import Mask
    from hermetic_nb.model import AgentCall, Request


class Replayer:
    """The clerk of a replay. Raises ReplayMismatch where the trace is not one that a clerk wrote."""

    def __init__(self, trace: Sequence[AgentCall], mask: Mask) -> None:
        for number, call in enumerate(trace, 1):
            _check(number, call)
        self._recorded = tuple(trace)
        self._mask = mask
        self._round = 0
        self.trace: list[AgentCall] = []

    def replies(self, requests: Sequence[Request]) -> Generator[Any, Any, list[Reply]]:
        """The recorded answers of one round. Raises ReplayMismatch on a request that the trace does not hold."""
        replies = []
        for request in requests:
            number = len(self.trace) + 1
            if number > len(self._recorded):
                raise ReplayMismatch(
                    f"call {number} asks {_shown(request.agent, request.arguments)}, and the trace ends before it",
                    help="the trace lacks an answer; call the tool with its agents to record a new one",
                )
            recorded = self._recorded[number - 1]
            self._compare(number, request, recorded)
            replies.append(Reply(recorded.value, recorded.error))
            self.trace.append(recorded)
        self._round += 1
        yield from ()  # a generator, as a clerk's is, that needs nothing from outside
        return replies

    def check_end(self) -> None:
        """Raise ReplayMismatch where the tool ended and did not ask for all that the trace holds."""
        left = len(self._recorded) - len(self.trace)
        if left:
            following = self._recorded[len(self.trace)]
            raise ReplayMismatch(
                f"the tool ended without asking for {left} of the trace's answers; "
                f"call {len(self.trace) + 1} was {_shown(following.agent, following.arguments)}"
            )

    def _compare(self, number: int, request: Request, recorded: AgentCall) -> None:
        agent, arguments = self._mask.text(request.agent), self._mask.wire(request.arguments)
        if agent != recorded.agent:
            raise ReplayMismatch(f"call {number} asks agent {agent}, the trace has {recorded.agent}")
        if values.text(arguments) != values.text(recorded.arguments):
            raise ReplayMismatch(
                f"call {number} asks {_shown(agent, arguments)}, the trace has {_shown(agent, recorded.arguments)}"
            )
        if self._round != recorded.round:
            raise ReplayMismatch(
                f"call {number}, of agent {agent}, comes in round {self._round + 1}, in the trace in {recorded.round + 1}"
            )


def _check(number: int, call: AgentCall) -> None:
    try:
        values.text(call.to_json()).encode()
        values.from_wire(call.arguments)
        values.from_wire(call.value)
        is_known = call.error is None or call.error[0] in AGENT_ERRORS
    except (ValueError, TypeError, RecursionError):  # a character that UTF-8 cannot carry is a ValueError
        is_known = False
    if not is_known:
        raise ReplayMismatch(
            f"call {number} of the trace cannot be read", help="its receipt was changed since hermetic_nb wrote it"
        )


def _shown(agent: str, arguments: Any) -> str:
    text = values.text(arguments)
    return f"{agent} {text if len(text) <= 100 else text[:97] + '...'}"
