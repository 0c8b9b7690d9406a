"""Work on a thread of its own that ends when nobody waits for it any more."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


async def stoppable(work: Callable[..., Result], *given: object) -> Result:
    """The result of a function. Cancelled, it is interrupted as the user's own interrupt would: workers are killed.

    Raises what the function raises.
    """
    from hermetic_nb.delegation.threads import on_thread  # noqa: PLC0415 (by the first request: servers load this early)

    result: Result = await on_thread(work, *given, cancelled=_interrupt)
    return result


def _interrupt(thread: threading.Thread) -> None:
    """Raise KeyboardInterrupt in a thread, at its next step in Python (C API: PyThreadState_SetAsyncExc)."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(KeyboardInterrupt))
