"""The notebook's side of a zygote and of the workers that it forks."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hermetic_nb.child import Arena, Buffer, Child, ChildDiedError, ChildTimeoutError, Line, pair
from hermetic_nb.confinement import Layer
from hermetic_nb.errors import EngineError
from hermetic_nb.sandbox.control import SETUP, Setup

ZYGOTE: Final = "hermetic_nb.sandbox.zygote"
SPIN_SECONDS: Final = 0.0001
"""How long the notebook's side looks for an answer before it sleeps (see `child.line`)."""
START_SECONDS: Final = 120.0
"""Time for a worker to be forked and say hello; a loaded host is slow."""
NEEDED: Final = (
    "PATH",
    "LD_LIBRARY_PATH",
    "HOME",
    "XDG_CACHE_HOME",
    "HERMETIC_CACHE",
    "HERMETIC_ENGINE",
    "HERMETIC_ADDRESS_SPACE",
)
"""What of the environment a zygote needs to start; the rest may hold secrets. Workers see none of it."""


class Family:
    """A zygote and the means to fork its workers."""

    def __init__(self, setup: Setup, environment: Mapping[str, str]) -> None:
        own = dict(environment) | {SETUP: setup.encode()}
        self._zygote = Child(ZYGOTE, environment=own, inherited=NEEDED, label="worker", rests=False, gently=True)
        self._layers: tuple[Layer, ...] | None = None

    @property
    def alive(self) -> bool:
        """Whether the zygote runs."""
        return self._zygote.alive

    @property
    def pid(self) -> int | None:
        """The process that was started; the zygote is its child where there are namespaces."""
        return self._zygote.pid

    def start(self) -> None:
        """Start the zygote, without waiting for it. Raises ChildDiedError."""
        self._zygote.start()

    def wait(self, seconds: float) -> None:
        """Wait until the zygote is ready. Raises ChildDiedError, ChildTimeoutError."""
        self._zygote.wait(seconds)

    def layers(self) -> tuple[Layer, ...]:
        """What a worker observes. Raises ChildDiedError, ChildTimeoutError, EngineError."""
        if self._layers is None:
            told = self._ask({"do": "layers"})["layers"]
            self._layers = tuple(Layer(str(f["name"]), f["holds"] is True, str(f["seen"])) for f in told)
        return self._layers

    def fork(self, role: str, *, instead: Worker | None = None, shared: bool = True) -> Worker:
        """A new worker, in the place of another one, which is ended.

        ``shared``: large messages go by shared memory; a worker without it is a makeshift, for a request at which another
        one died. Raises ChildDiedError, ChildTimeoutError, EngineError where the host has no process or memory for it.
        """
        ours, theirs = pair()
        arena: Arena | None = None
        with contextlib.suppress(OSError, AttributeError):
            arena = Arena() if shared else None
        line = Line(ours, arena=arena, spin=SPIN_SECONDS)
        try:
            numbers = [theirs.fileno(), *([arena.number] if arena is not None else [])]
            end = instead.pid if instead is not None and instead.zygote == self.pid and self.alive else 0
            answer = self._ask({"do": "fork", "role": role, "end": end}, numbers)
        except BaseException:
            line.close()
            raise
        finally:
            theirs.close()
        return Worker(self, line, answer["pid"], makeshift=not shared)

    def end(self, pid: int, zygote: int | None) -> int | None:
        """End a worker of a zygote: its exit status, if it is known.

        Nothing where that zygote is gone: its workers went with it, and another one's have the same numbers.
        """
        with contextlib.suppress(ChildDiedError, ChildTimeoutError, EngineError):
            ended = self._ask({"do": "end", "pid": pid})["ended"] if self.alive and self.pid == zygote else None
            return ended if isinstance(ended, int) else None
        return None

    def close(self) -> None:
        """End the zygote, and with it its workers."""
        self._layers = None
        self._zygote.close()

    def _ask(self, request: dict[str, Any], numbers: Sequence[int] = ()) -> dict[str, Any]:
        reply = self._zygote.request(json.dumps(request).encode(), timeout=START_SECONDS, descriptors=numbers)
        answer: dict[str, Any] = json.loads(bytes(reply))
        if "failed" in answer:
            raise EngineError(
                f"no worker process can be started: {answer['failed']}", help="the host is short of memory"
            )
        return answer


class Worker:
    """One worker, which answers requests one by one. Not for several threads at once."""

    def __init__(self, family: Family, line: Line, pid: int, *, makeshift: bool) -> None:
        self._family, self._line = family, line
        self._greeted = False
        self.pid = pid
        """In the zygote's eyes."""
        self.zygote = family.pid
        self.makeshift = makeshift
        self._owner = os.getpid()
        self.used = time.monotonic()

    def exchange(self, parts: Sequence[Buffer], seconds: float | None, most: int) -> bytes | memoryview:
        """Send a request and wait for the answer. It must be ended where this raises.

        Raises TimeoutError, ChildTimeoutError where it never said hello, EOFError, OSError.
        """
        line = self._line
        if not self._greeted:
            try:
                line.receive(time.monotonic() + START_SECONDS, 0)
            except TimeoutError:
                raise ChildTimeoutError("the worker process did not start in time") from None
            self._greeted = True
        now = time.monotonic()
        self.used = now
        deadline = None if seconds is None else now + seconds
        line.send(parts, deadline=deadline)
        return line.receive(deadline, most)

    def died(self) -> ChildDiedError:
        """End it, and say how it had ended."""
        self._line.close()
        return ChildDiedError("worker", self._family.end(self.pid, self.zygote))

    def end(self) -> None:
        """End it."""
        self.abandon()
        if self._owner == os.getpid():
            self._family.end(self.pid, self.zygote)

    def abandon(self) -> None:
        """Close our end of its channel."""
        self._line.close()
