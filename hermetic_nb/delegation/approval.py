"""Who decides on calls of agents whose approval is ``ask``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hermetic_nb.delegation.agents import said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.digest import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: may this tool call that agent with these arguments?"""

    tool: str
    digest: Digest
    agent: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no."""

    reason: str


Approver = Callable[[Question], bool | Awaitable[bool]]
"""Says yes or no, at once or as a coroutine."""


def put(question: Question, approve: Approver) -> bool | Awaitable[bool] | Refusal:
    """What the approver answers; one that fails says no."""
    try:
        return approve(question)
    except Exception as error:  # noqa: BLE001 (an approver may raise anything)
        return _failed(error)


async def decided(answer: bool | Awaitable[bool] | Refusal) -> Refusal | None:  # noqa: FBT001 (what `put` gave)
    """Why not; None for a yes."""
    if isinstance(answer, Refusal):
        return answer
    try:
        allowed = bool(await answer) if inspect.isawaitable(answer) else bool(answer)
    except Exception as error:  # noqa: BLE001 (as above)
        return _failed(error)
    return None if allowed else Refusal("nobody allowed it")


def _failed(error: Exception) -> Refusal:
    return Refusal(f"who decides on it failed: {said(error)}")


def ask_at_terminal(question: Question) -> bool:
    """Ask whoever sits there, in words; nobody there means no."""
    if not _somebody_there():
        return False
    text = ", ".join(f"{name}={value!r}" for name, value in question.arguments.items())
    try:
        said = input(f"{question.tool} wants to ask {question.agent}({text[:400]}). Allow? [y/N] ")
    except (EOFError, RuntimeError):  # a notebook front end that takes no input raises a RuntimeError of its own
        return False
    return said.strip().lower() in {"y", "yes"}


def _somebody_there() -> bool:
    kernel = sys.modules.get("ipykernel.kernelbase")
    if kernel is not None and "ipykernel.zmqshell" in sys.modules:
        return True  # the kernel itself knows, and raises where nobody is
    return sys.stdin is not None and sys.stdin.isatty()
