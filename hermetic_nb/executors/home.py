"""Where a program may run: in a sandbox, or in the notebook's own process, which nothing but WebAssembly protects then."""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, Final, Protocol

from hermetic_nb.child import Buffer
from hermetic_nb.confinement import LAYERS, Layer
from hermetic_nb.executors.configuration import STACK_BYTES, STACK_SPARE
from hermetic_nb.sandbox import WASM, Isolation, too_late

_IN_KERNEL: Final = 'runs in the notebook\'s own process, as isolation="kernel" asks'


class Asking(Protocol):
    """A worker for several requests."""

    def ask(self, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = ...) -> bytes | memoryview:
        """Send a request and return the answer. Raises LimitExceeded, EngineError."""

    def drop(self) -> None:
        """End the worker, whose memory is of no more use."""


class Home(Protocol):
    """See `sandbox.Sandbox`."""

    @property
    def isolation(self) -> Isolation:
        """What was asked for."""

    @property
    def alive(self) -> bool:
        """Whether the program is loaded, or being loaded."""

    @property
    def pid(self) -> int | None:
        """The process that was started for it, if any."""

    def layers(self) -> tuple[Layer, ...]:
        """What stands between a payload and the host. Raises EngineError."""

    def start(self) -> None:
        """Load the program, without waiting for it. Raises EngineError."""

    def wait(self, seconds: float = ...) -> None:
        """Load the program. Raises EngineError."""

    def ask(self, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = ...) -> bytes | memoryview:
        """Ask a worker. Raises LimitExceeded, EngineError."""

    def ask_once(
        self, role: str, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = ...
    ) -> bytes | memoryview:
        """Ask a program of another role. Raises LimitExceeded, EngineError."""

    def lease(self) -> AbstractContextManager[Asking]:
        """A worker for several requests."""

    def close(self) -> None:
        """Let go of everything."""


class InKernel:
    """A program that runs on a thread of this process; code that is late or interrupted is told to end."""

    isolation: Isolation = "kernel"
    pid: int | None = None

    def __init__(self, program: str, *, settings: Mapping[str, Any], interrupt: Callable[[], None]) -> None:
        """``interrupt`` makes the engine's running code end."""
        self._program, self._settings, self._interrupt = program, dict(settings), interrupt
        self._lock = threading.RLock()
        self._roles: Mapping[str, Callable[[], Any]] = {}
        self._programs: dict[str, Any] = {}

    @property
    def alive(self) -> bool:
        """As `Home` says."""
        return bool(self._roles)

    def layers(self) -> tuple[Layer, ...]:
        """As `Home` says."""
        return (WASM, *(Layer(name, False, _IN_KERNEL) for name in LAYERS if name != WASM.name))

    def start(self) -> None:
        """The program is loaded when it is first needed: this process has other things to do."""

    def wait(self, seconds: float = 0.0) -> None:
        """As `Home` says; the time is not bounded here."""
        del seconds
        with self._lock:
            if not self._roles:
                self._roles = importlib.import_module(self._program).prepare(self._settings | {"in_kernel": True})

    def ask(self, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = 0) -> bytes | memoryview:
        """As `Home` says."""
        return self.ask_once("worker", parts, seconds=seconds, most=most)

    def ask_once(
        self, role: str, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = 0
    ) -> bytes | memoryview:
        """As `Home` says."""
        del most  # nothing here is a stranger's
        with self._lock:
            self.wait()
            if role not in self._programs:
                self._programs[role] = self._roles[role]()
            return self._on_a_thread(self._programs[role], memoryview(b"".join(parts)), seconds)

    @contextlib.contextmanager
    def lease(self) -> Iterator[InKernel]:
        """As `Home` says."""
        with self._lock:
            yield self

    def drop(self) -> None:
        """There is no process to end."""

    def close(self) -> None:
        """As `Home` says."""
        with self._lock:
            self._roles, self._programs = {}, {}

    def _on_a_thread(self, program: Any, message: memoryview, seconds: float | None) -> bytes | memoryview:
        """The answer, from a thread with the stack of the deepest call."""
        future: Future[bytes] = Future()
        before = threading.stack_size(STACK_BYTES + STACK_SPARE)
        try:
            thread = threading.Thread(target=_run, args=(program, message, future), daemon=True)
            thread.start()
        finally:
            threading.stack_size(before)
        try:
            return future.result(seconds)
        except TimeoutError:
            self._end(thread)
            raise too_late(seconds) from None
        except BaseException:
            self._end(thread)
            raise

    def _end(self, thread: threading.Thread) -> None:
        while thread.is_alive():
            self._interrupt()
            thread.join(0.01)


def _run(program: Any, message: memoryview, future: Future[bytes]) -> None:
    try:
        answer = program.answer(message)
        future.set_result(answer if isinstance(answer, bytes) else b"".join(answer))
        program.settle()
    except BaseException as error:  # noqa: BLE001 (told where it is waited for)
        future.set_exception(error)
