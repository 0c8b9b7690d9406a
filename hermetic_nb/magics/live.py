"""The kernel's end of the line to JupyterLab's panel: which calls go on, and verdicts on a notebook's tools.

A comm of the target `TARGET`. The kernel tells ``{"running": [...]}`` whenever the calls that take long change; nothing is
told, and no thread runs, between cells or where no comm is open. The front end asks ``{"verify": [...]}`` and hears
``{"verdict": ...}`` for each, or ``{"layers": true}`` and hears which isolation layers hold.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from comm import create_comm

from hermetic_nb import cell
from hermetic_nb.catalogue import layers_json
from hermetic_nb.digest import short
from hermetic_nb.errors import HermeticError, ToolNotFoundError
from hermetic_nb.toolbox import default

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.toolbox import Toolbox

TARGET: Final = "hermetic-nb"
LONG: Final = 0.3
"""Seconds after which a call is told of."""
_PAUSE: Final = 0.2


class Line:
    """The open comms of one kernel."""

    def __init__(self) -> None:
        self._comms: list[Any] = []
        self._lock = threading.Lock()
        self._in_cell = False
        self._watching = False

    def call(self) -> None:
        """Open a line to whatever front ends there are: they hear of it also while this kernel has cells to run."""
        self.open(create_comm(target_name=TARGET), None)

    def open(self, comm: Any, _message: Any) -> None:
        """A front end listens."""
        comm.on_msg(lambda message: self._take(comm, message))
        comm.on_close(lambda _message: self._forget(comm))
        with self._lock:
            self._comms.append(comm)
        comm.send({"ready": True})

    def close(self) -> None:
        """End all lines."""
        with self._lock:
            comms, self._comms = self._comms, []
        for comm in comms:
            comm.close()

    def before_cell(self, _info: Any = None) -> None:
        """A cell begins: its calls may take long."""
        with self._lock:
            self._in_cell = True
            begin = bool(self._comms) and not self._watching
            self._watching = self._watching or begin
        if begin:
            threading.Thread(target=self._watch, name="hermetic_nb live", daemon=True).start()

    def after_cell(self, _result: Any = None) -> None:
        """A cell has ended."""
        self._in_cell = False

    def _forget(self, comm: Any) -> None:
        with self._lock:
            self._comms = [known for known in self._comms if known is not comm]

    def _watch(self) -> None:
        told: list[dict[str, Any]] = []
        while True:
            time.sleep(_PAUSE)
            now = _long_calls()
            with self._lock:
                comms = list(self._comms)
                if not comms or not (self._in_cell or now or told):
                    self._watching = False
                    return
            if now != told:
                told = now
                for comm in comms:
                    comm.send({"running": now})

    def _take(self, comm: Any, message: Any) -> None:
        """Answer what the front end asks."""
        data = message.get("content", {}).get("data", {})
        if data.get("layers"):
            comm.send({"layers": observed_layers(default())})
        asked = data.get("verify")
        for one in asked if isinstance(asked, list) else ():
            if isinstance(one, dict):
                comm.send({"verdict": verdict(one)})


def _long_calls() -> list[dict[str, Any]]:
    now = time.monotonic()
    try:
        running = default().running.copy()
    except HermeticError:  # no registry: the cell that wants it says so
        return []
    return [
        {"call": str(number), "tool": call.name, "digest": call.tool}
        for number, call in sorted(running.items())
        if now - call.since >= LONG
    ]


def observed_layers(box: Toolbox) -> list[dict[str, Any]]:
    """What stands between a toolbox's tools and the host, as the process that runs them observes it."""
    try:
        return layers_json(box.layers())
    except HermeticError as error:
        return [{"layer": "process", "active": False, "reason": error.message}]


def verdict(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What is true of a cell and the tool that its output shows: ``verified``, ``stale``, ``missing`` or ``failed``."""
    name, digest, source = (str(asked.get(key, "")) for key in ("name", "digest", "source"))
    told = {"cell": asked.get("cell"), "name": name, "digest": digest}
    try:
        box = default()
        tool = box.peek(digest)
        if not tool.of_session:
            box.registry.pull(tool.digest)  # what is stored, and not this kernel's copy of it
        if not _is_of(tool.source, source):
            return told | {"verdict": "stale", "message": f"the cell is not the source of {name} {short(tool.digest)}"}
        tool.verify()
    except ToolNotFoundError as error:
        return told | {"verdict": "missing", "message": error.message}
    except HermeticError as error:
        return told | {"verdict": "failed", "message": f"{error.code} {error.message}"}
    except KeyboardInterrupt:
        return told | {"verdict": "failed", "message": "interrupted"}
    return told | {"verdict": "verified", "message": "built again, with the same digest"}


def _is_of(kept: str, source: str) -> bool:
    """Whether a tool's source is this cell, captures left out of account."""
    try:
        text = cell.normalise(source)
    except HermeticError:
        return False
    return kept == text or kept.startswith(f"{text}{cell.MARK}\n")
