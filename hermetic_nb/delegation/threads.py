"""Agents that are plain functions: each call on a thread of its own.

A shared pool would let an agent that calls a tool wait for a thread that only its own end could free, and one agent that
hangs would hold up all others.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import threading
from collections.abc import Callable
from typing import Any, Final

MOST: Final = 128
"""Threads of one round at most: what one tool asks for beyond that waits its turn."""


async def on_thread(
    function: Callable[..., Any], *given: Any, cancelled: Callable[[threading.Thread], object] | None = None
) -> Any:
    """The result of a function. A thread that nobody waits for any more goes on to its end, unheard. Raises what it raises.

    ``cancelled`` is told of a thread that still works when its result is waited for no more.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()
    context = contextvars.copy_context()
    ended = threading.Event()

    def run() -> None:
        outcome: tuple[Any, BaseException | None]
        try:
            outcome = context.run(function, *given), None
        except BaseException as error:  # noqa: BLE001 (raised again where it is awaited)
            outcome = None, error
        ended.set()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(_settle, future, outcome)

    thread = threading.Thread(target=run, name="agent", daemon=True)
    thread.start()
    try:
        value, error = await future
    except asyncio.CancelledError:
        if cancelled is not None and not ended.is_set():
            cancelled(thread)
        raise
    if error is not None:
        raise error
    return value


def _settle(future: asyncio.Future[Any], outcome: tuple[Any, BaseException | None]) -> None:
    if not future.done():
        future.set_result(outcome)
