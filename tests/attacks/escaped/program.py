"""The program of a sandbox whose payloads have escaped: it makes the attempts that it is told to make."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from typing import Any

from hermetic_nb.confinement import libc
from tests.attacks.escaped import files, network, processes, system
from tests.attacks.escaped.attempts import ATTEMPTS, Facts

__all__ = ["files", "network", "prepare", "processes", "system"]


class Escaped:
    """Answers ``{"attempt": name, "facts": {...}}``, and ``{"attempt": ""}`` with who it is."""

    def answer(self, message: memoryview) -> bytes:
        request = json.loads(bytes(message))
        if not request["attempt"]:
            return str(os.getpid()).encode()
        try:
            reached = ATTEMPTS[request["attempt"]].act(Facts(**request["facts"]))
        except OSError as error:
            said = ["refused", errno.errorcode.get(error.errno or 0, str(error))]
        else:
            said = ["did", ""] if reached is None else ["reached", reached]
        return json.dumps(said).encode()

    def settle(self) -> None:
        """Nothing waits."""


def prepare(settings: Mapping[str, Any]) -> dict[str, Callable[[], Escaped]]:
    """Everything is imported by now: there will be no files. Setting: ``machine``, the architecture that this is taken for."""
    libc.MACHINE = settings.get("machine", libc.MACHINE)  # type: ignore[misc]  # final but for this

    def worker() -> Escaped:
        processes.begin()
        return Escaped()

    return {"worker": worker}
