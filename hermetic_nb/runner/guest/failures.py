"""The errors that a call of an agent may raise inside a pure tool."""

from __future__ import annotations

from typing import Any, Final


class AgentError(RuntimeError):
    """A call of an agent gave no value."""


class UnknownAgentError(AgentError, LookupError):
    """No agent and no tool has that name here."""


class AgentRefusedError(AgentError):
    """The user, or the agent's policy, said no."""


class AgentFailedError(AgentError):
    """The agent itself raised."""


class AgentTimeoutError(AgentError, TimeoutError):
    """The agent did not answer in time."""


class AgentTypeError(AgentError, TypeError):
    """Arguments or answer are not of the types that the agent declares."""


NAMES: Final[dict[str, Any]] = {
    kind.__name__: kind
    for kind in (AgentError, UnknownAgentError, AgentRefusedError, AgentFailedError, AgentTimeoutError, AgentTypeError)
}


def of_reply(error: dict[str, str]) -> AgentError:
    """The exception of an answer that is an error: ``exception`` is one of `NAMES`."""
    kind = NAMES.get(error["exception"], AgentFailedError)
    made: AgentError = kind(error["message"])
    return made
