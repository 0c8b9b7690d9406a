"""The home of payloads: worker processes, sealed as far as the host lets us, forked from a zygote and killed to stop them."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, Self, TypeVar

from hermetic_nb.child import Buffer, ChildDiedError, ChildTimeoutError, TooLongError, watch
from hermetic_nb.confinement import LAYERS, Layer, Plan
from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.sandbox.control import Setup
from hermetic_nb.sandbox.workers import START_SECONDS, Family, Worker

Isolation = Literal["auto", "strict", "process", "kernel"]
Result = TypeVar("Result")
ISOLATIONS: Final[tuple[Isolation, ...]] = ("auto", "strict", "process", "kernel")

ATTEMPTS: Final = 2
"""A worker that died is asked once more: requests have no effects, so that cannot change an answer."""
MOST_BYTES: Final = 1 << 30
"""Bytes of an answer, where the request says nothing else."""
_PATIENCE: Final = 0.05
"""Seconds after which who waits for a place looks again: one that was lost to an interrupt is given back by nobody."""
STAND_IN: Final = "landlock"
"""The layer that strict isolation does without: it stands in where namespaces are refused."""
WASM: Final = Layer("wasm", True, "a fresh instance for each call, without imports")


class Sandbox:
    """Workers of one program. Threads ask different workers, up to ``workers`` of them; others wait for their turn."""

    def __init__(
        self,
        program: str,
        *,
        isolation: Isolation = "auto",
        plan: Plan | None = None,
        environment: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        workers: int = 1,
    ) -> None:
        """``plan``: what ``auto`` and ``strict`` do; tests leave a layer out."""
        self.isolation = isolation
        chosen = Plan.none() if isolation == "process" else plan or Plan()
        setup = Setup(program=program, plan=chosen, host=os.getpid(), settings=settings or {})
        self._family = Family(setup, environment or {})
        self._ready = False
        self._lock = threading.RLock()
        self._free: list[Worker] = []
        # Weak: an interrupt may hit a lease at any line, and its place must not be lost.
        self._taken: weakref.WeakSet[Lease] = weakref.WeakSet()
        self._someone_gives_back = threading.Condition()
        self._waiting = 0
        self._count = workers
        self._finalizer = weakref.finalize(self, _end, self._free, self._family)
        self._finalizer.atexit = False
        self._used = 0.0
        self._stops = 0
        _sandboxes.add(self)

    # ------------------------------------------------------------ what it is

    @property
    def alive(self) -> bool:
        """Whether the zygote runs."""
        return self._family.alive

    @property
    def pid(self) -> int | None:
        """The process that was started for it, if any."""
        return self._family.pid

    @property
    def workers(self) -> int:
        """How many requests may be answered at once."""
        return self._count

    def layers(self) -> tuple[Layer, ...]:
        """What stands between a payload and the host, innermost first, as a worker observes it. Raises EngineError."""
        with self._lock:
            return (WASM, *told(self._family.layers))

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """Start the zygote without waiting for it. Raises EngineError if it cannot be started."""
        self._used = time.monotonic()
        told(self._family.start)
        watch(self)

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until the zygote has loaded its program. Raises EngineError."""
        self.start()
        told(lambda: self._family.wait(seconds))

    def close(self) -> None:
        """End the processes; the next request starts new ones."""
        with self._lock:
            self._stops += 1
            while self._free:
                self._free.pop().abandon()
            self._family.close()
            self._ready = False

    def rest(self, before: float) -> bool:
        """End processes that nobody has used since (see `child.watch`); whether some still run."""
        with self._lock:
            if not self._taken and self._used < before and all(worker.used < before for worker in list(self._free)):
                self.close()
            return self._family.alive

    # ------------------------------------------------------------ requests

    def ask(
        self, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = MOST_BYTES
    ) -> bytes | memoryview:
        """Send a request to a worker and return the answer, of ``most`` bytes at most.

        Raises LimitExceeded after ``seconds``, EngineError if the process dies twice. These and KeyboardInterrupt kill the
        process, and the next one is forked at once.
        """
        with self.lease() as lease:
            return lease.ask(parts, seconds=seconds, most=most)

    def ask_once(
        self, role: str, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = MOST_BYTES
    ) -> bytes | memoryview:
        """As `ask`, of a process of another role that is ended afterwards."""
        lease = Lease(self, role)
        try:
            return lease.ask(parts, seconds=seconds, most=most)
        finally:
            lease.drop()

    def lease(self) -> Lease:
        """A worker for several requests: ``with sandbox.lease() as lease``."""
        return Lease(self, "worker")

    def take(self, lease: Lease) -> Worker | None:
        """A worker that nobody uses, or None, the right to fork one; waits where all places are taken."""
        if not self._waiting:  # else who asks again at once would always be before who waits
            self._taken.add(lease)
            try:
                return self._free.pop()
            except IndexError:
                if len(self._taken) <= self._count:
                    return None
            self._taken.discard(lease)
        with self._someone_gives_back:
            self._waiting += 1
            try:
                if self._waiting > 1:
                    self._someone_gives_back.wait(_PATIENCE)  # who came before is told before
                while not self._free and len(self._taken) >= self._count:
                    self._someone_gives_back.wait(_PATIENCE)
                self._taken.add(lease)
                return self._free.pop() if self._free else None
            finally:
                self._waiting -= 1

    def give_back(self, lease: Lease, worker: Worker | None, stops: int) -> None:
        """Let others use it; ``stops`` is that of the time when it was taken."""
        if worker is not None and stops == self._stops and not worker.makeshift:
            self._free.append(worker)
        elif worker is not None:  # it ends when it sees that
            worker.abandon()
        self._taken.discard(lease)
        if self._waiting:
            with self._someone_gives_back:
                self._someone_gives_back.notify()

    @property
    def stops(self) -> int:
        """How often it was closed."""
        return self._stops

    def fork(self, role: str, instead: Worker | None = None, *, shared: bool = True) -> Worker:
        """A new worker. Raises ChildDiedError, ChildTimeoutError, EngineError."""
        if not self._ready:
            with self._lock:
                self._prepare()
        return self._family.fork(role, instead=instead, shared=shared)

    def died(self) -> None:
        """The zygote ended."""
        self._ready = False

    def _prepare(self) -> None:
        """Strict isolation refuses to run with less than all layers. Raises EngineError."""
        self.start()
        missing = self._missing() if self.isolation == "strict" else []
        if missing:
            self.close()
            raise EngineError(
                'isolation="strict" is not to be had here: ' + "; ".join(f"{m.name}: {m.seen}" for m in missing),
                help='isolation="auto" takes the layers that this host allows, and says which',
            )
        self._ready = True

    def _missing(self) -> list[Layer]:
        """The layers that were not observed to hold."""
        seen = {layer.name: layer for layer in self.layers()}
        wanted = [seen.get(name, Layer(name, False, "was not observed")) for name in LAYERS if name != STAND_IN]
        return [layer for layer in wanted if not layer.holds]

    def forget(self) -> None:
        """In a forked copy of the notebook's process: let go of processes that are not ours."""
        self._lock = threading.RLock()
        self._someone_gives_back = threading.Condition()
        self._waiting = 0
        self._taken = weakref.WeakSet()
        while self._free:
            self._free.pop().abandon()


class Lease:
    """A worker for the time of some requests; another one after it died."""

    __slots__ = ("__weakref__", "_role", "_sandbox", "_stops", "_worker")

    def __init__(self, sandbox: Sandbox, role: str) -> None:
        self._sandbox, self._role = sandbox, role
        self._stops = sandbox.stops
        self._worker: Worker | None = None

    def __enter__(self) -> Self:
        self._stops = self._sandbox.stops
        self._worker = self._sandbox.take(self)
        return self

    def __exit__(self, *_: object) -> None:
        self._sandbox.give_back(self, self._worker, self._stops)

    def ask(
        self, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = MOST_BYTES
    ) -> bytes | memoryview:
        """As `Sandbox.ask`."""
        for attempt in range(ATTEMPTS):
            try:
                worker = self._worker or self._fork(shared=not attempt)
                return worker.exchange(parts, seconds, most)
            except TimeoutError:
                self._replace()
                raise too_late(seconds) from None
            except ChildDiedError as died:  # the zygote
                self._worker = None
                self._sandbox.died()
                if attempt + 1 == ATTEMPTS:
                    raise engine_error(died) from died
            except ChildTimeoutError as late:
                self.drop()
                raise EngineError(
                    "the worker process did not start in time", help="the host is short of memory"
                ) from late
            except TooLongError as long:
                self._replace()
                raise EngineError(f"the worker process answered {long}") from None
            except (OSError, EOFError):
                ended = self._bury()
                if attempt + 1 == ATTEMPTS:
                    raise engine_error(ended) from ended
            except BaseException:
                self._replace()
                raise
        raise AssertionError

    def drop(self) -> None:
        """End the worker, whose memory or words are of no more use."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _fork(self, instead: Worker | None = None, *, shared: bool = True) -> Worker:
        self._worker = self._sandbox.fork(self._role, instead, shared=shared)
        return self._worker

    def _replace(self) -> None:
        """End the worker, and have another one ready."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.abandon()
        # Where there is none to be had, the next request says so.
        with contextlib.suppress(ChildDiedError, ChildTimeoutError, EngineError):
            if self._sandbox.alive:
                self._fork(worker)

    def _bury(self) -> ChildDiedError:
        worker, self._worker = self._worker, None
        return ChildDiedError("worker", None) if worker is None else worker.died()


def summary(layers: Sequence[Layer]) -> str:
    """What stands between a payload and the host, in a line; the same on every host that allows all of it."""
    missing: dict[str, list[str]] = {}
    for layer in layers:
        if not layer.holds:
            missing.setdefault(layer.seen, []).append(layer.name)
    if not missing:
        return f"behind all {len(layers)} layers"
    held = ", ".join(layer.name for layer in layers if layer.holds)
    return f"behind {held}; without " + "; ".join(f"{', '.join(names)} ({why})" for why, names in missing.items())


def told(act: Callable[[], Result]) -> Result:
    """Act, with troubles of processes as our errors. Raises EngineError."""
    try:
        return act()
    except ChildDiedError as died:
        raise engine_error(died) from died
    except ChildTimeoutError as late:
        raise EngineError(str(late), help="the host is short of memory or processors") from late


def too_late(seconds: float | None) -> LimitExceeded:
    """The error of a call whose time was up."""
    return LimitExceeded(
        f"the call took longer than {seconds:g} s and was stopped",
        limit="wall_seconds",
        help="look for a loop that does not end, or raise the limit wall_seconds",
    )


def engine_error(died: ChildDiedError) -> EngineError:
    """The error of a process that ended."""
    words = died.stderr.strip().splitlines()
    said = f"{died}: {words[-1]}" if words and not died.killed else str(died)
    return EngineError(said, help="the host may be out of memory; `hermetic doctor` looks at the installation")


def _end(free: list[Worker], family: Family) -> None:
    for worker in free:
        worker.abandon()
    family.close()


def _forget_all() -> None:
    for sandbox in list(_sandboxes):
        sandbox.forget()


_sandboxes: weakref.WeakSet[Sandbox] = weakref.WeakSet()
os.register_at_fork(after_in_child=_forget_all)
