"""Counts the calls of a toolbox's tools, and writes the counts into the registry now and then, away from the calls."""

from __future__ import annotations

import atexit
import secrets
import threading
import weakref
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import HermeticError
from hermetic_nb.registry.usage import SessionUse

if TYPE_CHECKING:
    from hermetic_nb.digest import Digest
    from hermetic_nb.registry import Registry

LATE: Final = 2.0
"""Seconds from a call to the record of it."""


class Usage:
    """The counts of one session. A registry that cannot be written keeps none; nothing here ever fails a call."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._session = secrets.token_hex(16)
        self._calls: Counter[Digest] = Counter()
        self._made: set[Digest] = set()
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        atexit.register(_flush, weakref.ref(self))

    def called(self, tool: Digest, times: int = 1) -> None:
        """Count calls of a tool."""
        self._calls[tool] += times
        if self._timer is None:
            self._begin()

    def made(self, tool: Digest) -> None:
        """Note a tool that is new in the registry."""
        self._made.add(tool)
        if self._timer is None:
            self._begin()

    def flush(self) -> None:
        """Write what was counted since the last time."""
        with self._lock:
            timer, self._timer = self._timer, None
            if timer is None:
                return
            timer.cancel()
            use = SessionUse(session=self._session, made=frozenset(self._made), calls=dict(self._calls))
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
