"""Agents: named functions of the notebook that answer ``call_agent``."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from hermetic_nb import values
from hermetic_nb.cell import check_name
from hermetic_nb.delegation.threads import on_thread
from hermetic_nb.errors import ArgumentError, ArgumentRangeError, SpecError
from hermetic_nb.signature import ANY, Parameter, Signature, border
from hermetic_nb.signature.annotations import parse_type

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from hermetic_nb.signature import Type

Approval = Literal["auto", "ask", "deny"]
"""Whether an agent answers at once, after the user said yes, or never."""
APPROVALS: Final = get_args(Approval)
_AS_TEXT: Final[dict[str, Any]] = {}
"""How `inspect.signature` is told not to look up the names in annotations, where it would (Python 3.14)."""
if sys.version_info >= (3, 14):
    from annotationlib import Format

    _AS_TEXT["annotation_format"] = Format.STRING

_LENT: Final[ContextVar[Mapping[tuple[Agents, str], Agent]]] = ContextVar("lent agents", default=MappingProxyType({}))
"""Who answers in a context only."""


class MismatchError(Exception):
    """Arguments or reply are not of the types that the agent declares."""


class FailedError(Exception):
    """The agent itself raised; the message is what and why."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Who answers to a name.

    A function with one parameter that has no type, or is called ``args``, gets the arguments as a dict. Any other gets them
    by name, and its annotations are checked, those of the reply too.
    """

    name: str
    answer: Callable[..., Any]
    approval: Approval = "auto"
    signature: Signature | None = None
    """Of a function that takes its arguments by name."""
    result: Signature | None = None
    """Holds the declared type of the reply; None where there is none."""

    @property
    def is_async(self) -> bool:
        """Whether it answers on the event loop, not on a thread."""
        kind = self.answer if inspect.isroutine(self.answer) else type(self.answer).__call__
        return inspect.iscoroutinefunction(kind)

    async def ask(self, arguments: dict[str, Any]) -> Any:
        """The reply. Raises MismatchError and FailedError."""
        given = (arguments,) if self.signature is None else self._by_name(arguments)
        try:
            reply = await self._reply(given)
        except asyncio.CancelledError as error:
            if _is_cancelled():
                raise
            raise FailedError(said(error)) from error
        except KeyboardInterrupt as error:
            if threading.current_thread() is threading.main_thread():
                raise
            raise FailedError(said(error)) from error
        except BaseException as error:  # SystemExit too: no agent ends the loop that all of them run on
            raise FailedError(said(error)) from error
        if self.result is None:
            return reply
        try:
            return border.fit_result(self.result, reply)
        except TypeError as error:
            raise MismatchError(f"agent {self.name} {error}") from None

    async def _reply(self, given: tuple[Any, ...]) -> Any:
        if self.is_async:
            return await self.answer(*given)
        reply = await on_thread(self.answer, *given)
        return await reply if inspect.isawaitable(reply) else reply

    def _by_name(self, arguments: dict[str, Any]) -> tuple[Any, ...]:
        assert self.signature is not None
        try:
            return border.fit(self.signature, (), arguments, wide=True)
        except (ArgumentError, ArgumentRangeError) as error:
            raise MismatchError(f"agent {self.name}: {error.message}") from None


class Agents:
    """The agents of a toolbox, by name; ``others`` answers to every other name, as ``others(name, args)``."""

    def __init__(self, others: Callable[[str, Any], Any] | None = None) -> None:
        self._known: dict[str, Agent] = {}
        self._others = others

    def add(self, name: str, answer: Callable[..., Any], approval: str = "auto") -> Agent:
        """Make a function answer to a name, in the place of what did. Raises SpecError."""
        agent = self._agent(name, answer, approval)
        self._known[name] = agent
        return agent

    @contextmanager
    def lent(self, name: str, answer: Callable[..., Any]) -> Iterator[None]:
        """Let a function answer to a name within this context and what it starts: elsewhere it is as it was."""
        token = _LENT.set({**_LENT.get(), (self, name): self._agent(name, answer, "auto")})
        try:
            yield
        finally:
            _LENT.reset(token)

    @staticmethod
    def _agent(name: str, answer: Callable[..., Any], approval: str) -> Agent:
        check_name(name)
        if approval not in APPROVALS:
            raise SpecError(f"{approval!r} is no approval", help=f"one of {', '.join(APPROVALS)}")
        if not callable(answer):
            raise SpecError(f"agent {name}: a {type(answer).__name__} cannot answer", help="give a function")
        signature, result = _interface(answer)
        return Agent(name, answer, approval, signature, result)  # type: ignore[arg-type] # checked above

    def remove(self, name: str) -> None:
        """Forget a name. Raises SpecError where nobody answers to it."""
        if self._known.pop(name, None) is None:
            raise SpecError(f"there is no agent {name}", help=f"the agents here: {', '.join(self._known) or 'none'}")

    def get(self, name: str) -> Agent | None:
        """Who answers to a name."""
        found = _LENT.get().get((self, name)) or self._known.get(name)
        if found is None and self._others is not None:
            others = self._others

            async def answer(args: Any) -> Any:
                reply = others(name, args)
                return await reply if inspect.isawaitable(reply) else reply

            return Agent(name, answer)
        return found

    def __iter__(self) -> Iterator[Agent]:
        return iter(sorted(self._known.values(), key=lambda agent: agent.name))


def _is_cancelled() -> bool:
    """Whether somebody outside wants the running task to end."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def said(error: BaseException) -> str:
    """What an exception of somebody else's code says; nothing that UTF-8 cannot carry."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 (a message is code of the agent's)
        text = "(its message cannot be read)"
    name = type(error).__name__
    return (f"{name}: {text}" if text else name).encode("utf-8", "replace").decode()


def _interface(answer: Callable[..., Any]) -> tuple[Signature | None, Signature | None]:
    """The declared arguments, None for a function that takes the dict; and the declared reply."""
    try:
        declared = inspect.signature(answer, **_AS_TEXT)
    except (ValueError, TypeError):
        return None, None
    result = _type(declared.return_annotation)
    reply = None if result is None else Signature((), result)
    parameters = [p for p in declared.parameters.values() if p.kind is not p.VAR_KEYWORD]
    plain = all(p.kind is p.POSITIONAL_OR_KEYWORD for p in parameters)
    takes_dict = len(parameters) == 1 and (parameters[0].name == "args" or _type(parameters[0].annotation) is None)
    if takes_dict or not plain or len(parameters) != len(declared.parameters):
        return None, reply
    fields = tuple(Parameter(p.name, _type(p.annotation) or ANY, _default(p)) for p in parameters)
    return Signature(fields, ANY), reply


def _type(annotation: Any) -> Type | None:
    """The interface type of an annotation, None where it names none."""
    if annotation is inspect.Parameter.empty:
        return None
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    try:
        return parse_type(text.replace("NoneType", "None"))
    except ValueError:
        return None


def _default(parameter: inspect.Parameter) -> str | None:
    return None if parameter.default is parameter.empty else values.encode(parameter.default)
