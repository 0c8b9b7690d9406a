"""The parent's side: start the process, talk to it, kill it."""

from __future__ import annotations

import atexit
import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hermetic_nb.child.idle import watch
from hermetic_nb.child.line import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from hermetic_nb.child.framing import Buffer

START_SECONDS: Final = 120.0
"""Time for a child to import its module; a cold disk and a loaded host are slow."""

GENTLE_SECONDS: Final = 1.0
"""Time for a process that ends by itself."""

_BOOT: Final = (
    "import sys; own = sys.argv[4]; sys.path[:0] = [own] if own and own not in sys.path else [];"
    " sys.path += [p for p in sys.argv[5:] if p not in sys.path]; from hermetic_nb.child.server import boot; boot()"
)


class ChildDiedError(Exception):
    """The child ended before it answered. ``status`` is its exit status (negative: a signal), ``stderr`` its last words."""

    def __init__(self, label: str, status: int | None, stderr: str = "") -> None:
        super().__init__(f"the {label} process ended{_manner(status)}")
        self.status = status
        self.stderr = stderr
        self.killed = status in {-signal.SIGKILL, -signal.SIGTERM}
        """Whether somebody else ended it: the system, short of memory, or a user."""


class ChildTimeoutError(Exception):
    """The child did not answer in time, and was killed."""


class Child:
    """A child process that runs ``python -m module``; started by the first request, and again after it died or was killed.

    Requests from several threads wait for each other. After a fork the copy in the new process starts a child of its own.
    """

    def __init__(
        self,
        module: str,
        *,
        environment: Mapping[str, str] | None = None,
        inherited: Sequence[str] | None = None,
        label: str = "",
        rests: bool = True,
        gently: bool = False,
    ) -> None:
        """``environment`` is added to what the child inherits of ours: the names of ``inherited``, None for all.

        ``rests``: it is ended when nobody has asked it anything for a while (see `idle`). ``gently``: it has children of its
        own to bury, and is killed only if it does not end by itself when its channel closes.
        """
        self._module = module
        self._inherited = inherited
        self._environment = dict(environment or {})
        self._label = label or module
        self._lock = threading.RLock()
        self._stops = 0
        self._rests, self._gently = rests, gently
        self._used = 0.0
        self._running: _Running | None = None
        self._finalizer: weakref.finalize[..., Child] | None = None
        _children.add(self)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        running = self._running
        return running is not None and running.process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process id, if it was started."""
        running = self._running
        return None if running is None else running.process.pid

    def start(self) -> None:
        """Start the process, without waiting until it is ready. Raises ChildDiedError if it cannot be started."""
        with self._lock:
            if self.alive:
                return
            self.close()
            self._running = _Running(self._module, self._whole_environment(), self._label, gently=self._gently)
            self._finalizer = weakref.finalize(self, self._running.end)
            self._finalizer.atexit = False  # see `_end_idle`
            self._used = time.monotonic()
        if self._rests:
            watch(self)

    def request(
        self, parts: Buffer | Sequence[Buffer], *, timeout: float | None = None, descriptors: Sequence[int] = ()
    ) -> bytes | memoryview:
        """Send one message, given whole or in parts, with open descriptors, and return the answer.

        ``timeout`` in seconds does not count the start of the child. Raises ChildDiedError and ChildTimeoutError. Any
        exception, KeyboardInterrupt included, kills the child; the next request starts a new one.
        """
        with self._lock:
            if self._running is None or self._running.busy or not self.alive:
                self.close()
                self.start()
            running = self._running
            assert running is not None
            with self._troubles(running, "answer"):
                reply = running.exchange(parts, timeout, descriptors)
            self._used = time.monotonic()
            return reply

    def rest(self, before: float) -> bool:
        """End the process if nobody has used it since (see `idle`); whether it still runs."""
        if not self._lock.acquire(blocking=False):
            return True
        try:
            if self._running is not None and self._used < before:
                self.close()
            return self._running is not None
        finally:
            self._lock.release()

    def wait(self, timeout: float) -> None:
        """Start the process and wait until it is ready. Raises as `request`."""
        with self._lock:
            self.start()
            running = self._running
            assert running is not None
            with self._troubles(running, "start"):
                running.greet(timeout)

    def ask(self, parts: Buffer | Sequence[Buffer], *, timeout: float | None = None) -> bytes | memoryview:
        """As `request`, and once more if somebody else killed the process. For requests without effects."""
        stops = self._stops
        try:
            return self.request(parts, timeout=timeout)
        except ChildDiedError as died:
            if not died.killed or self._stops != stops:
                raise
            return self.request(parts, timeout=timeout)

    def stop(self) -> None:
        """End the process even while a request of another thread waits for it; that request fails."""
        self._stops += 1
        # `close` waits for such a request: first let it fail.
        if self.alive and self.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self.close()

    def close(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            if self._finalizer is not None:
                self._finalizer()
            self._finalizer = self._running = None

    @contextlib.contextmanager
    def _troubles(self, running: _Running, act: str) -> Iterator[None]:
        """End the child where waiting for it fails, and say why. Raises ChildDiedError and ChildTimeoutError."""
        try:
            yield
        except TimeoutError:
            self.close()
            raise ChildTimeoutError(f"the {self._label} process did not {act} in time") from None
        except (OSError, EOFError):  # also where the end of this process closed our ends under a waiting thread
            status, stderr = running.last_words()
            self.close()
            raise ChildDiedError(self._label, status, stderr) from None
        except BaseException:
            self.close()
            raise

    def _whole_environment(self) -> dict[str, str]:
        names = os.environ if self._inherited is None else self._inherited
        kept = {name: os.environ[name] for name in names if name in os.environ and not name.startswith("PYTHON")}
        return kept | self._environment

    def _forget(self) -> None:
        """In a forked copy of the parent: let go of a process that is not ours."""
        self._lock = threading.RLock()
        if self._finalizer is not None:
            self._finalizer.detach()
        if self._running is not None:
            self._running.abandon()
        self._finalizer = self._running = None


class _Running:
    """One started process and our ends of its channels."""

    def __init__(self, module: str, environment: dict[str, str], label: str, *, gently: bool) -> None:
        self._gently = gently
        self.busy = False
        self._greeted = False
        self._owner = os.getpid()
        ours, theirs = pair()
        self._line = Line(ours)
        lifeline, self._lifeline = os.pipe()
        self._stderr = os.memfd_create("stderr") if hasattr(os, "memfd_create") else os.open(os.devnull, os.O_RDWR)
        numbers = [str(theirs.fileno()), str(lifeline)]
        root = str(Path(__file__).parent.parent.parent)
        # This very package first, should another version be installed; but another Python's own packages before ours.
        paths = [root if _python() == [sys.executable] else "", root, *(p for p in sys.path if p.startswith("/"))]
        try:
            self.process = subprocess.Popen(
                [*_python(), "-P", "-s", "-X", "utf8", "-c", _BOOT, *numbers, module, *paths],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=(theirs.fileno(), lifeline),
                env=environment,
                start_new_session=True,
            )
        except OSError as error:
            self._close_ends()
            raise ChildDiedError(label, None, str(error)) from error
        finally:
            theirs.close()
            os.close(lifeline)

    def greet(self, timeout: float) -> None:
        """Wait until the process is ready. Raises as `exchange`."""
        if not self._greeted:
            self._line.receive(time.monotonic() + timeout)
            self._greeted = True

    def exchange(
        self, parts: Buffer | Sequence[Buffer], timeout: float | None, descriptors: Sequence[int]
    ) -> bytes | memoryview:
        """Send one message and wait for the answer. Raises TimeoutError, EOFError, OSError."""
        self.greet(START_SECONDS)
        self.busy = True
        deadline = None if timeout is None else time.monotonic() + timeout
        self._line.send(parts, descriptors, deadline=deadline)
        reply = self._line.receive(deadline)
        self.busy = False
        return reply

    def last_words(self) -> tuple[int | None, str]:
        """Exit status and the end of what the process wrote to stderr."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)
        try:
            size = os.fstat(self._stderr).st_size
            words = os.pread(self._stderr, 4096, max(0, size - 4096))
        except OSError:  # closed already
            words = b""
        return self.process.returncode, words.decode(errors="replace")

    def end(self) -> None:
        """Kill the process and wait until it is gone; in a forked copy only let go of it."""
        if os.getpid() != self._owner:
            self.abandon()
            return
        if self._gently:
            self._line.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GENTLE_SECONDS)
        self.process.kill()
        self._close_ends()
        self.process.wait()

    def abandon(self) -> None:
        """Close our ends and forget the process, which belongs to another parent."""
        self.process.returncode = 0
        self._close_ends()

    def _close_ends(self) -> None:
        self._line.close()
        for number in (self._lifeline, self._stderr):
            with contextlib.suppress(OSError):
                os.close(number)


def _python() -> list[str]:
    """The command of this Python; HERMETIC_PYTHON names another, for example one under an emulator."""
    return shlex.split(os.environ.get("HERMETIC_PYTHON", "")) or [sys.executable]


def pair() -> tuple[socket.socket, socket.socket]:
    """The two ends of a channel."""
    ends = socket.socketpair()
    for end in ends:
        for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            end.setsockopt(socket.SOL_SOCKET, option, 1 << 20)
    return ends


def _manner(status: int | None) -> str:
    """How a process ended, as the end of a sentence."""
    if status is None:
        return ""
    if status < 0:
        with contextlib.suppress(ValueError):
            return f" by {signal.Signals(-status).name}"
    return f" with status {status}"


def _end_idle() -> None:
    """At exit: end the children that nobody waits for.

    A daemon thread that waits for one would take its end for a failure and say so; the lifeline ends that child later.
    """
    for child in list(_children):
        running = child._running  # noqa: SLF001
        if running is not None and child._lock.acquire(blocking=False):  # noqa: SLF001
            running.end()  # not by its finalizer: these do nothing any more


def _forget_all() -> None:
    for child in list(_children):
        child._forget()  # noqa: SLF001


_children: weakref.WeakSet[Child] = weakref.WeakSet()
atexit.register(_end_idle)
os.register_at_fork(after_in_child=_forget_all)
