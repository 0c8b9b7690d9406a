"""Threads, sockets and signals: out of reach; `asyncio` runs on a loop that needs none of them."""

from __future__ import annotations

import _thread
import asyncio
import queue
import signal
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.runner.guest import rounds
from hermetic_nb.runner.guest.capabilities import (
    MACHINE,
    NETWORK,
    PROCESSES,
    THREADS,
    CapabilityError,
    refusal,
    set_methods,
)

if TYPE_CHECKING:
    from hermetic_nb.runner.guest.capabilities import Replacements

_NETWORK: Final = (
    *("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "gethostname", "getfqdn", "getnameinfo"),
    *("create_connection", "create_server", "socketpair", "fromfd", "getservbyname", "getprotobyname"),
)
_STALLED: Final = "nothing else runs in a sealed tool that could end the waiting"


_acquire_now: Final = _thread.LockType.acquire


def _acquire(lock: Any, blocking: bool = True, timeout: float = -1) -> bool:  # noqa: FBT001, FBT002 (Python's own)
    """Take a lock; to wait for one would be to wait for ever."""
    if _acquire_now(lock, False):
        return True
    if not blocking:
        return False
    raise CapabilityError(f"a lock is taken a second time (timeout {timeout}): {_STALLED}")


def close(replacements: Replacements) -> None:
    """Refuse threads, sockets, signals, and waiting for what no other thread can bring."""
    replacements.refuse(_thread, ["start_new_thread", "start_joinable_thread", "start_new"], THREADS)
    threading.Thread.start = refusal("threading.Thread.start", THREADS)  # type: ignore[method-assign]
    threading.Condition.wait = refusal("threading.Condition.wait", _STALLED)  # type: ignore[method-assign]
    set_methods(_thread.LockType, {"acquire": _acquire, "acquire_lock": _acquire, "__enter__": _acquire})
    replacements.put(queue, "SimpleQueue", queue._PySimpleQueue)  # type: ignore[attr-defined]  # noqa: SLF001 (waits by Condition)
    replacements.refuse(socket, _NETWORK, NETWORK)
    socket.socket.__init__ = refusal("socket.socket", NETWORK)  # type: ignore[method-assign]
    replacements.put(signal, "getsignal", lambda _: None)
    replacements.refuse(signal, ["signal", "alarm", "setitimer", "raise_signal", "pause", "set_wakeup_fd"], MACHINE)
    replacements.put(asyncio, "run", rounds.run)
    replacements.put(asyncio, "new_event_loop", rounds.Rounds)
    replacements.refuse(asyncio, ["open_connection", "start_server"], NETWORK)
    replacements.refuse(asyncio, ["create_subprocess_exec", "create_subprocess_shell"], PROCESSES)
