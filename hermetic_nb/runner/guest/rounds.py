"""The event loop of pure tools: asyncio's own tasks on a loop that has no clock and no descriptors.

Calls of agents gather in a round: when no task can go on without an answer, the loop stops, and the host answers all that
wait, in the order in which they were asked. Time is virtual: it moves only when nobody waits for an answer, so a sleep
takes no time, and neither chance nor the host's speed decides an order.
"""

from __future__ import annotations

import asyncio
import heapq
from asyncio import events
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.runner.guest import failures, records
from hermetic_nb.runner.guest.capabilities import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping


@dataclass(frozen=True, slots=True)
class Returned:
    """The entry returned."""

    value: Any


@dataclass(frozen=True, slots=True)
class Waiting:
    """The entry waits for these answers: ``[name, arguments as wire data]`` each."""

    requests: list[list[Any]]


_Loop: Any = (
    asyncio.AbstractEventLoop
)  # as Any, because its many methods for threads and sockets are not written out here


class Rounds(_Loop):  # type: ignore[misc]
    """A loop for one call; see the module. Only what tasks, futures and their timeouts use is there."""

    def __init__(self) -> None:
        self._loop: Any = self  # for asyncio's own types, which name another class
        self._ready: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._now = 0.0
        self._count = 0
        self._asked: list[tuple[str, Any, asyncio.Future[Any]]] = []
        self._waiting: list[asyncio.Future[Any]] = []
        self._main: asyncio.Future[Any] | None = None

    # ------------------------------------------------------------ driven by the program

    def start(self, entry: Callable[..., Any], arguments: dict[str, Any]) -> Returned | Waiting:
        """Begin the call; the entry takes ``call_agent`` too where it names it. Raises what the entry raises."""
        given = dict(arguments)
        if records.takes(entry, "call_agent"):
            given["call_agent"] = _capability(self)
        found = entry(**given)
        return self.begin(found) if asyncio.iscoroutine(found) else Returned(found)

    def begin(self, main: Any) -> Returned | Waiting:
        """Run a coroutine until it ends or waits for answers. Raises what it raises."""
        self._main = asyncio.ensure_future(main, loop=self._loop)
        return self._run()

    def run_until_complete(self, future: Any) -> Any:
        """Run a coroutine, task or future that asks no agents, to its end."""
        ended = self.begin(future)
        assert isinstance(ended, Returned), "a loop without call_agent has no requests"
        return ended.value

    def resume(self, replies: list[dict[str, Any]]) -> Returned | Waiting:
        """Give the answers and go on. Raises what the entry raises."""
        waiting, self._waiting = self._waiting, []
        for future, reply in zip(waiting, replies, strict=True):
            if future.done():
                continue
            if "value" in reply:
                future.set_result(values.from_wire(reply["value"]))
            else:
                future.set_exception(failures.of_reply(reply["error"]))
        return self._run()

    def _run(self) -> Returned | Waiting:
        assert self._main is not None
        before = events._get_running_loop()  # noqa: SLF001 (the documented hook for loops: asyncio.events)
        events._set_running_loop(self._loop)  # noqa: SLF001
        try:
            while True:
                while self._ready and not self._main.done():
                    handle = self._ready.popleft()
                    if not handle._cancelled:  # noqa: SLF001 (as asyncio's own loops)
                        handle._run()  # noqa: SLF001
                if self._main.done():
                    return Returned(self._main.result())
                self._forget_cancelled()
                if self._asked:
                    asked, self._asked = self._asked, []
                    self._waiting = [future for _, _, future in asked]
                    return Waiting([[name, data] for name, data, _ in asked])
                if self._timers:
                    self._now, _, timer = heapq.heappop(self._timers)
                    self._ready.append(timer)
                else:
                    raise RuntimeError("the tool waits for something that nothing will bring about")
        finally:
            events._set_running_loop(before)  # noqa: SLF001

    def _forget_cancelled(self) -> None:
        self._asked = [one for one in self._asked if not one[2].done()]
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)

    # ------------------------------------------------------------ the capability

    def call_agent(self, name: str, args: Mapping[str, Any] | None = None) -> Coroutine[Any, Any, Any]:
        """Ask an agent: what this gives is awaited. ``args`` is a dict of names to values. Raises TypeError at once."""
        if not isinstance(name, str):
            raise TypeError(f"the name of an agent is a str, not {type(name).__name__}")
        if not (args is None or (isinstance(args, dict) and all(isinstance(key, str) for key in args))):
            raise TypeError(f'the arguments of an agent are a dict, as in {{"input": ...}}, not {_kind(args)}')
        # Written now: what the tool does to them later is not what it asked.
        data = {key: values.to_wire(records.plain(value)) for key, value in (args or {}).items()}
        return self._ask(name, data)

    async def _ask(self, name: str, data: dict[str, Any]) -> Any:
        future: asyncio.Future[Any] = self.create_future()
        self._asked.append((name, data, future))
        return await future

    # A warning of a call that nobody awaits names what the tool wrote.
    _ask.__qualname__ = "call_agent"

    # ------------------------------------------------------------ what asyncio asks of a loop

    def call_soon(self, callback: Callable[..., Any], *args: Any, context: Any = None) -> asyncio.Handle:
        """Run a callback in the next turn."""
        handle = asyncio.Handle(callback, args, self._loop, context)
        self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(
        self, delay: float, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        """Run a callback after a delay of virtual seconds."""
        return self.call_at(self._now + max(delay, 0.0), callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., Any], *args: Any, context: Any = None
    ) -> asyncio.TimerHandle:
        """Run a callback at a virtual time."""
        timer = asyncio.TimerHandle(when, callback, args, self._loop, context)
        self._count += 1
        heapq.heappush(self._timers, (max(when, self._now), self._count, timer))
        return timer

    def time(self) -> float:
        """The virtual time, in seconds."""
        return self._now

    def create_future(self) -> asyncio.Future[Any]:
        """A future of this loop."""
        return asyncio.Future(loop=self._loop)

    def create_task(self, coro: Coroutine[Any, Any, Any], **options: Any) -> asyncio.Task[Any]:
        """A task of this loop."""
        return asyncio.Task(coro, loop=self._loop, **options)

    def get_debug(self) -> bool:
        """False."""
        return False

    def is_running(self) -> bool:
        """True."""
        return True

    def is_closed(self) -> bool:
        """False."""
        return False

    def close(self) -> None:
        """Nothing: there is nothing to give back."""

    async def shutdown_asyncgens(self) -> None:
        """Nothing, as `close`."""

    async def shutdown_default_executor(self, *_: Any) -> None:
        """Nothing, as `close`."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Nothing: an error that no task waits for is nobody's outcome."""

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing: a cancelled timer is passed over when its time comes."""


for _name in vars(asyncio.AbstractEventLoop):
    if not _name.startswith("_") and _name not in vars(Rounds):
        setattr(
            Rounds, _name, refusal(f"asyncio's {_name}", "the loop of a sealed tool runs coroutines, and nothing else")
        )


def _kind(args: Any) -> str:
    return "one with other keys than str" if isinstance(args, dict) else type(args).__name__


def run(main: Any, **_: Any) -> Any:
    """In the place of `asyncio.run`, on this loop; its options change nothing."""
    if events._get_running_loop() is not None:  # noqa: SLF001 (as above)
        if asyncio.iscoroutine(main):
            main.close()
        raise RuntimeError("asyncio.run() cannot be called from a running event loop: write await")
    if not asyncio.iscoroutine(main):
        raise ValueError(f"a coroutine was expected, got {main!r}")
    return Rounds().run_until_complete(main)


def names(loop: Rounds) -> dict[str, Any]:
    """What a pure tool finds in its namespace besides the policy's names: its capability, and the errors of a call."""
    return {"call_agent": _capability(loop), **failures.NAMES}


def _capability(loop: Rounds) -> Callable[..., Coroutine[Any, Any, Any]]:
    """``call_agent`` as a plain function: it leads to no loop, and messages name it as the tool does."""

    def call_agent(name: str, args: Mapping[str, Any] | None = None) -> Coroutine[Any, Any, Any]:
        """Ask an agent; what this gives is awaited."""
        return loop.call_agent(name, args)

    call_agent.__qualname__ = "call_agent"
    return call_agent
