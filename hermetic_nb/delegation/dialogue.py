"""Drives a call from its start to its end, from ordinary code or from a coroutine.

From ordinary code (a notebook's cell included, where an event loop runs already) agents run on an event loop of a thread of
its own, and steps and questions to the user stay on the calling thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Coroutine, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from hermetic_nb.delegation.approval import Question, Refusal, decided, put
from hermetic_nb.delegation.clerk import Desk, Work
from hermetic_nb.model import Calls, Done, Failed

if TYPE_CHECKING:
    from hermetic_nb.model import AgentCall, Failure, Reply, Request, Session, Step

Result = TypeVar("Result")


class Answering(Protocol):
    """Who answers: `Clerk`, or `Replayer`."""

    trace: list[AgentCall]

    def replies(self, requests: Sequence[Request]) -> Generator[Work, Any, list[Reply]]:
        """The answers of one round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A call that came to its end."""

    value: Any = None
    failure: Failure | None = None
    printed: str = ""
    trace: tuple[AgentCall, ...] = ()


def converse(session: Session, arguments: Sequence[Any], clerk: Answering, desk: Desk | None = None) -> Ended:
    """Call, and answer until the end. Raises what the session and the clerk raise."""
    talk, given = _talk(session, arguments, clerk), None
    try:
        while True:
            wanted = talk.send(given)
            given = run_apart(decided(_asked(desk, wanted))) if isinstance(wanted, Question) else run_apart(wanted)
    except StopIteration as stop:
        ended: Ended = stop.value
        return ended
    except BaseException:
        session.close()
        raise


async def converse_async(
    session: Session, arguments: Sequence[Any], clerk: Answering, desk: Desk | None = None
) -> Ended:
    """As `converse`; agents run on the event loop of the caller, steps on a thread."""
    talk, given = _talk(session, arguments, clerk), None
    try:
        while True:
            wanted = await asyncio.to_thread(_send, talk, given)
            if isinstance(wanted, Ended):
                return wanted
            given = await (decided(_asked(desk, wanted)) if isinstance(wanted, Question) else wanted)
    except BaseException:
        session.close()
        raise


def _asked(desk: Desk | None, question: Question) -> bool | Awaitable[bool] | Refusal:
    return False if desk is None else put(question, desk.approve)


def _talk(session: Session, arguments: Sequence[Any], clerk: Answering) -> Generator[Any, Any, Ended]:
    step = session.start(arguments)
    while isinstance(step, Calls):
        step = session.resume((yield from clerk.replies(step.requests)))
    return _ended(step, tuple(clerk.trace))


def _ended(step: Step, trace: tuple[AgentCall, ...]) -> Ended:
    match step:
        case Done(value, printed):
            return Ended(value=value, printed=printed, trace=trace)
        case Failed(failure, printed):
            return Ended(failure=failure, printed=printed, trace=trace)
        case _:
            raise AssertionError(step)


def _send(talk: Generator[Any, Any, Ended], given: Any) -> Any:
    """One turn; its end as a value, since no StopIteration may leave a future."""
    try:
        return talk.send(given)
    except StopIteration as stop:
        return stop.value


# ---------------------------------------------------------------- the thread of the agents


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine, run on the agents' event loop; from a coroutine there, on a loop of another thread."""
    thread = _Thread.shared()
    if threading.current_thread() is thread:
        return _run_aside(work)
    future = asyncio.run_coroutine_threadsafe(work, thread.loop)
    try:
        return future.result()
    except BaseException:
        future.cancel()  # on an interrupt nobody waits for the agents any more
        raise


def _run_aside(work: Coroutine[Any, Any, Result]) -> Result:
    """An agent calls a tool without await: its loop stands still meanwhile, so the tool's agents need another."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append((asyncio.run(work), None))
        except BaseException as error:  # noqa: BLE001 (raised again below)
            outcome.append((None, error))

    aside = threading.Thread(target=run, name="agents of an agent")
    aside.start()
    aside.join()
    value, error = outcome[0]
    if error is not None:
        raise error
    result: Result = value
    return result


class _Thread(threading.Thread):
    """The agents' event loop."""

    _one: _Thread | None = None
    _making = threading.Lock()

    def __init__(self) -> None:
        super().__init__(name="agents", daemon=True)
        self.loop = asyncio.new_event_loop()

    def run(self) -> None:
        """Serve until the process ends."""
        self.loop.run_forever()

    @classmethod
    def shared(cls) -> _Thread:
        """The one of this process; after a fork, a new one."""
        with cls._making:
            if cls._one is None or not cls._one.is_alive():
                cls._one = cls()
                cls._one.start()
            return cls._one
