"""The child's side: take over the channels, run the program, answer requests."""

from __future__ import annotations

import fcntl
import os
import runpy
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Final, NoReturn

from hermetic_nb.child.framing import Buffer
from hermetic_nb.child.line import Line

QUIET_SECONDS: Final = 2.0
"""After which a child that waits has time for other things."""

Answer = Callable[[memoryview], Buffer | Sequence[Buffer]]

_ends: tuple[socket.socket, int] | None = None


def serve(answer: Answer, *, idle: Callable[[], None] | None = None) -> None:
    """In the child: say hello, then answer requests until the parent is gone. The request's bytes are valid during the call.

    ``idle`` is called when no request came for a while.
    """
    channel, _ = taken()
    line = Line(channel)
    line.send(b"")
    answer_all(line, answer, idle=idle)


def answer_all(
    line: Line,
    answer: Answer,
    afterwards: Callable[[], None] | None = None,
    *,
    idle: Callable[[], None] | None = None,
) -> None:
    """Answer the requests of a line until the other end is gone.

    ``afterwards`` does, when an answer is sent, what that answer need not wait for; ``idle`` as in `serve`.
    """
    try:
        while True:
            line.send(answer(memoryview(line.receive() if idle is None else _received(line, idle))))
            if afterwards is not None:
                afterwards()
    except (EOFError, ConnectionError):
        return


def _received(line: Line, idle: Callable[[], None]) -> bytes | memoryview:
    if not line.waits(QUIET_SECONDS):
        idle()
    return line.receive()


def taken() -> tuple[socket.socket, int]:
    """In the child: its channel, and the lifeline, whose other end closes when the parent ends."""
    assert _ends is not None, "only in a process that Child started"
    return _ends


def boot() -> NoReturn:
    """In the child: take over the channels named on the command line, and run the module."""
    global _ends  # noqa: PLW0603 (the module that runs next finds them by `taken`)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.set_inheritable(False)
    channel.setblocking(False)
    lifeline, module = int(sys.argv[2]), sys.argv[3]
    os.set_inheritable(lifeline, False)
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    _ends = channel, lifeline
    sys.argv[:] = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    sys.exit()
