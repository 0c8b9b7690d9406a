"""Counts the calls of a toolbox's tools, and writes the counts into the registry now and then, away from the calls."""

from __future__ import annotations

import atexit
import itertools
import secrets
import threading
import time
import weakref
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from hermetic_nb.errors import HermeticError
from hermetic_nb.registry.usage import Requests, SessionUse, Use

if TYPE_CHECKING:
    from hermetic_nb.digest import Digest
    from hermetic_nb.registry import Registry

LATE: Final = 2.0
"""Seconds from a call to the record of it."""


class Running(NamedTuple):  # made at each call: half the time that a frozen dataclass takes
    """A call that goes on now."""

    name: str
    tool: Digest
    since: float
    """By `time.monotonic`."""


class Usage:
    """The counts of one session. A registry that cannot be written keeps none; nothing here ever fails a call."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._session = secrets.token_hex(16)
        self._calls: Counter[Digest] = Counter()
        self._kept: set[Digest] = set()
        """The called tools that the registry keeps."""
        self._made: set[Digest] = set()
        self._noted = Requests()
        """What the registry is told of requests; `requests` has the replayed ones too."""
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self.running: dict[int, Running] = {}
        """The calls that go on, by the number that `begin` gave."""
        self.requests = Requests()
        """How this session's requests for tools were answered."""
        self._numbers = itertools.count(1)
        atexit.register(_flush, weakref.ref(self))

    def begin(self, name: str, tool: Digest, *, kept: bool) -> int:
        """Count a call of a tool, which the registry keeps or not; the number that `end` wants."""
        number = next(self._numbers)
        self.running[number] = Running(name, tool, time.monotonic())
        self._calls[tool] += 1
        if kept:
            self._kept.add(tool)
            if self._timer is None:
                self._begin()
        return number

    def end(self, number: int) -> None:
        """The call has ended."""
        self.running.pop(number, None)

    def made(self, tool: Digest) -> None:
        """Note a tool that is new in the registry."""
        self._made.add(tool)
        if self._timer is None:
            self._begin()

    def asked(self, requests: Requests, *, replayed: bool) -> None:
        """Note how requests were answered. What a recording answers again is no new request: the registry is not told."""
        self.requests += requests
        if not replayed and requests:
            self._noted += requests
            if self._timer is None:
                self._begin()

    def calls(self) -> dict[Digest, Use]:
        """The use of tools in this session."""
        return {tool: Use(calls=number) for tool, number in self._calls.items()}

    def flush(self) -> None:
        """Write what was counted since the last time."""
        with self._lock:
            timer, self._timer = self._timer, None
            if timer is None:
                return
            timer.cancel()
            calls = {tool: self._calls[tool] for tool in list(self._kept)}
            use = SessionUse(session=self._session, made=frozenset(self._made), calls=calls, requests=self._noted)
        with suppress(HermeticError):  # a registry that cannot be written: its tools work all the same
            self._registry.keep_usage(use)

    def _begin(self) -> None:
        with self._lock:
            if self._timer is None:
                self._timer = threading.Timer(LATE, _flush, (weakref.ref(self),))
                self._timer.daemon = True
                with suppress(RuntimeError):  # the interpreter ends: the exit handler writes
                    self._timer.start()


def _flush(usage: weakref.ref[Usage]) -> None:
    found = usage()
    if found is not None:
        found.flush()
