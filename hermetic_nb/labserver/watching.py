"""Tells the server's event stream when the registry has changed, so that panels need not ask. It looks while somebody listens.

Every panel on every notebook and kernel of this server hears it; other servers on the same registry look for themselves.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from tornado.ioloop import PeriodicCallback

from hermetic_nb.errors import HermeticError

if TYPE_CHECKING:
    from jupyter_events import EventLogger

    from hermetic_nb.labserver.opening import Opening

SCHEMA: Final = str(files("hermetic_nb") / "labserver" / "registry.yaml")
SCHEMA_ID: Final = "https://events.jupyter.org/hermetic_nb/registry/v1"
PAUSE: Final = 1000
"""Milliseconds between two looks: a look is one listing of the folder of names, and a stat for each."""


class Watcher:
    """Looks at the registry while the server runs."""

    def __init__(self, opening: Opening, events: EventLogger) -> None:
        self._opening, self._events = opening, events
        self._last = ""
        self._clock = PeriodicCallback(self._look, PAUSE)

    def start(self) -> None:
        """Begin, once the server's loop runs."""
        self._clock.start()

    async def _look(self) -> None:
        if not self._heard():
            self._last = ""  # whoever comes next is told at once: what it was shown may be older than our first look
            return
        with suppress(HermeticError):  # a registry that cannot be read: the handlers say so
            now = await asyncio.get_running_loop().run_in_executor(None, self._generation)
            if now != self._last:
                self._tell(now)
            self._last = now

    def _generation(self) -> str:
        return self._opening.catalogue().generation()

    def _heard(self) -> bool:
        """Whether anybody listens. jupyter_events has no public word for that: where its own are gone, we always look."""
        groups = [getattr(self._events, name, None) for name in ("_modified_listeners", "_unmodified_listeners")]
        return None in groups or any(group.get(SCHEMA_ID) for group in groups if group)

    def _tell(self, generation: str) -> None:
        data: dict[str, Any] = {"generation": generation}
        self._events.emit(schema_id=SCHEMA_ID, data=data)
