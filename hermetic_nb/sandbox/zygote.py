"""The zygote: a process that loads a program, is sealed once, and then forks the workers that run it.

It never reads a payload nor what a worker says; it forks, ends and buries workers as the notebook's process asks.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

from hermetic_nb.child import LENGTH, SMALL, Borrowed, Buffer, Line, answer_all, release_memory, taken
from hermetic_nb.confinement import Sealed, end_with_parent, filter_calls, leave_host, limit, observe, restrict
from hermetic_nb.sandbox.control import SETUP, Setup

SPIN_SECONDS: Final = 0.0005
"""How long a worker looks for the next request before it sleeps (see `child.line`)."""
STACK_BYTES: Final = (256 + 16) << 20
"""Stack of the thread that answers: that of the deepest call, and what the interpreter and the engine need besides."""
_OBSERVE_SECONDS: Final = 60.0


class Answerer(Protocol):
    """What a worker runs."""

    def answer(self, message: memoryview) -> Buffer | list[Buffer] | list[bytes]:
        """The answer to one request."""

    def settle(self) -> None:
        """What an answer need not wait for."""


Roles = Mapping[str, Callable[[], Answerer]]


class Zygote:
    """Forks and ends workers."""

    def __init__(self, control: socket.socket, lifeline: int, sealed: Sealed, roles: Roles, host: int) -> None:
        self._control, self._lifeline = control, lifeline
        self._sealed, self._roles, self._host = sealed, roles, host
        self._living: set[int] = set()
        self._ended: dict[int, int] = {}
        self._layers: list[dict[str, Any]] | None = None
        # A handler alone is late for a worker that ends between it and the sleep that follows.
        self._deaths = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._acts: dict[str, Callable[[dict[str, Any], list[int]], dict[str, Any]]] = {
            "fork": self._fork,
            "end": self._end,
            "layers": self._observe,
        }

    def serve(self) -> None:
        """Say hello, and do what is asked until the notebook's process is gone; then end the workers."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._deaths[1], warn_on_full_buffer=False)
        line = Line(self._control)
        line.send(b"")
        self._control.setblocking(True)
        while True:
            waiting = [self._control.fileno(), self._deaths[0]]
            ready, _, _ = select.select(waiting, [], [])
            if self._deaths[0] in ready:
                os.read(self._deaths[0], SMALL)
                self._bury()
            if waiting[0] not in ready:
                continue
            message, numbers, _, _ = socket.recv_fds(self._control, SMALL, 2)
            if not message:
                break
            request = json.loads(message[LENGTH.size :])
            try:
                answer = self._acts[request["do"]](request, numbers)
            except OSError as error:
                answer = {"failed": f"{os.strerror(error.errno or 0)}"}
            finally:
                for number in numbers:
                    os.close(number)
            line.send(json.dumps(answer).encode())
        for pid in list(self._living):
            self._kill(pid)

    def _fork(self, request: dict[str, Any], numbers: list[int]) -> dict[str, Any]:
        ended = self._kill(request["end"]) if request["end"] else None
        pid = os.fork()
        if not pid:
            _run(lambda: self._become(request["role"], numbers))
        self._living.add(pid)
        return {"pid": pid, "ended": ended}

    def _end(self, request: dict[str, Any], _: list[int]) -> dict[str, Any]:
        return {"ended": self._kill(request["pid"])}

    def _kill(self, pid: int) -> int | None:
        """End a worker; its exit status, negative for a signal, of which SIGKILL may be ours."""
        if pid in self._living:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            self._note(*os.waitpid(pid, 0))
        return self._ended.pop(pid, None)

    def _bury(self) -> None:
        for pid in list(self._living):
            self._note(*os.waitpid(pid, os.WNOHANG))

    def _note(self, pid: int, status: int) -> None:
        if pid:
            self._ended[pid] = os.waitstatus_to_exitcode(status)
            self._living.discard(pid)

    def _observe(self, _: dict[str, Any], __: list[int]) -> dict[str, Any]:
        if self._layers is None:
            ours, theirs = socket.socketpair()
            pid = os.fork()
            if not pid:
                _run(lambda: self._tell_layers(ours, theirs))
            theirs.close()
            self._living.add(pid)
            ours.settimeout(_OBSERVE_SECONDS)
            with ours, ours.makefile("rb") as told, contextlib.suppress(OSError):
                self._layers = json.loads(told.read() or b"null")
            self._kill(pid)
        return {"failed": "no layer could be observed"} if self._layers is None else {"layers": self._layers}

    # ------------------------------------------------------------ in the fork

    def _leave_zygote(self) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for end in self._deaths:
            os.close(end)
        end_with_parent()
        self._control.close()
        with contextlib.suppress(OSError):
            os.close(self._lifeline)

    def _become(self, role: str, numbers: list[int]) -> None:
        self._leave_zygote()
        arena = Borrowed(numbers[1]) if len(numbers) > 1 else None
        line = Line(socket.socket(fileno=numbers[0]), arena=arena, spin=SPIN_SECONDS)
        restrict(self._sealed)
        answerer = self._roles[role]()
        threading.stack_size(STACK_BYTES)
        thread = threading.Thread(target=_answer, args=(self._sealed, line, answerer))
        thread.start()
        thread.join()

    def _tell_layers(self, ours: socket.socket, theirs: socket.socket) -> None:
        self._leave_zygote()
        ours.close()
        layers = observe(self._sealed, self._host, descriptors=1)
        theirs.sendall(json.dumps([layer.to_json() for layer in layers]).encode())


def _answer(sealed: Sealed, line: Line, answerer: Answerer) -> None:
    limit(sealed)
    filter_calls(sealed)
    status = 1
    try:
        line.send(b"")
        answer_all(line, answerer.answer, answerer.settle)
        status = 0
    finally:
        os._exit(status)  # the interpreter's own end would touch what is shared with the zygote


def _run(act: Callable[[], None]) -> NoReturn:
    """In a fork: act, and end without what the interpreter does at its end."""
    try:
        act()
        os._exit(0)
    except BaseException:  # noqa: BLE001 (whatever it is, this copy of the zygote must not go on)
        os._exit(1)


def first_to_die() -> None:
    """If memory runs out, the system should end this process, not the notebook (Linux, proc(5): oom_score_adj)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def main() -> None:
    """Load, seal, serve."""
    setup = Setup.decode(os.environ.pop(SETUP))
    first_to_die()
    roles: Roles = importlib.import_module(setup.program).prepare(setup.settings)
    control, lifeline = taken()
    gc.collect()
    gc.freeze()  # so that no worker touches, and thereby copies, what all of them share
    sealed = leave_host(setup.plan, waiting=release_memory)
    os.environ.clear()
    Zygote(control, lifeline, sealed, roles, setup.host).serve()
    os._exit(0)  # nobody waits for the interpreter's own end


if __name__ == "__main__":
    main()
