"""The child's side: take over the channels, run the program, answer requests."""

from __future__ import annotations

import fcntl
import os
import runpy
import signal
import socket
import sys
from typing import TYPE_CHECKING, NoReturn

from hermetic_nb.child.framing import SMALL, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.child.framing import Buffer

_channel: socket.socket | None = None


def serve(
    answer: Callable[[memoryview], Buffer | Sequence[Buffer]], *, afterwards: Callable[[], None] | None = None
) -> None:
    """In the child: say hello, then answer requests until the parent is gone. The request's bytes are valid during the call.

    ``afterwards`` does, when an answer is sent, what that answer need not wait for.
    """
    assert _channel is not None, "serve() runs in a process that Child started"
    small = bytearray(SMALL)
    try:
        send(_channel, b"")
        while True:
            send(_channel, answer(memoryview(receive(_channel, small))))
            if afterwards is not None:
                afterwards()
    except (EOFError, ConnectionError):
        return


def boot() -> NoReturn:
    """In the child: take over the channels named on the command line, and run the module."""
    global _channel  # noqa: PLW0603 (the module that runs next finds it by `serve`)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    _channel = socket.socket(fileno=int(sys.argv[1]))
    _channel.set_inheritable(False)
    lifeline, module = int(sys.argv[2]), sys.argv[3]
    os.set_inheritable(lifeline, False)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    sys.argv[:] = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()
