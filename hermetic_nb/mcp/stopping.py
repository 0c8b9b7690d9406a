"""Work on a thread of its own that ends when nobody waits for it any more."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import threading
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def stoppable(work: Callable[..., Result], *given: Any) -> Result:
    """The result of a function. Cancelled, it is interrupted as the user's own interrupt would: workers are killed.

    Raises what the function raises.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[tuple[Result | None, BaseException | None]] = loop.create_future()
    ended = threading.Event()

    def run() -> None:
        outcome: tuple[Result | None, BaseException | None]
        try:
            outcome = work(*given), None
        except BaseException as error:  # noqa: BLE001 (raised again where it is awaited)
            outcome = None, error
        ended.set()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(_settle, future, outcome)

    thread = threading.Thread(target=run, name="client's request", daemon=True)
    thread.start()
    try:
        value, error = await future
    except asyncio.CancelledError:
        if not ended.is_set():
            _interrupt(thread)
        raise
    if error is not None:
        raise error
    return value  # type: ignore[return-value] # there is one where there is no error


def _interrupt(thread: threading.Thread) -> None:
    """Raise KeyboardInterrupt in a thread, at its next step in Python (C API: PyThreadState_SetAsyncExc)."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt))


def _settle(future: asyncio.Future[Any], outcome: Any) -> None:
    if not future.done():
        future.set_result(outcome)
