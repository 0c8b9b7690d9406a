"""Ends processes that nobody has used for two minutes; the next use starts new ones."""

from __future__ import annotations

import os
import threading
import time
import weakref
from typing import Final, Protocol

IDLE_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 5.0


class Resting(Protocol):
    """What may be put to rest."""

    def rest(self, before: float) -> bool:
        """End the processes if they were last used before that (`time.monotonic`); whether some still run."""


class _Watch:
    """One thread, which runs while there is something to watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: weakref.WeakSet[Resting] = weakref.WeakSet()
        self._running = False

    def add(self, resting: Resting) -> None:
        with self._lock:
            self._watched.add(resting)
            if not self._running:
                self._running = True
                threading.Thread(target=self._look, name="hermetic idle", daemon=True).start()

    def forget(self) -> None:
        """In a forked copy of the process, which has no such thread."""
        self._lock = threading.Lock()
        self._watched = weakref.WeakSet()
        self._running = False

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            with self._lock:
                watched = list(self._watched)
            before = time.monotonic() - IDLE_SECONDS
            at_rest = [resting for resting in watched if not resting.rest(before)]
            del watched
            with self._lock:
                for resting in at_rest:
                    self._watched.discard(resting)
                if not self._watched:
                    self._running = False
                    return


_watch: Final = _Watch()
watch: Final = _watch.add
"""Put something to rest when it is idle."""
os.register_at_fork(after_in_child=_watch.forget)
