"""The executors of a toolbox, made when first needed, and which of them runs an artifact."""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import EngineError
from hermetic_nb.model import PYTHON, WASM
from hermetic_nb.toolchains.crew import VARIANTS

if TYPE_CHECKING:
    from hermetic_nb.confinement import Layer
    from hermetic_nb.executors.python import PythonExecutor
    from hermetic_nb.executors.wasm import WasmExecutor
    from hermetic_nb.model import Artifact, Environment, Limits, Session
    from hermetic_nb.sandbox import Isolation

_SEEN: Final = ("PYTHONHASHSEED", "TZ", "LC_ALL")
"""What differs between the two processes in which a seal is tried."""


def is_watched() -> bool:
    """Whether words about progress have a reader. A checker of notebooks (nbval) would compare them, on a slower machine."""
    return "PYTEST_CURRENT_TEST" not in os.environ


def say(message: str) -> None:
    """Tell the user, before work that takes seconds, that it will."""
    if not is_watched():
        return
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


class Executors:
    """The executor of compiled tools, and the two of the runner: calls go to the first, and seals are tried in both."""

    def __init__(self, isolation: Isolation = "auto") -> None:
        self._isolation: Isolation = isolation
        self._lock = threading.Lock()
        self._wasm: WasmExecutor | None = None
        self._runners: list[PythonExecutor] = []

    @property
    def wasm(self) -> WasmExecutor:
        """Runs compiled tools."""
        from hermetic_nb.executors.wasm import WasmExecutor  # noqa: PLC0415 (binding a sealed cell needs none)

        with self._lock:
            if self._wasm is None:
                self._wasm = WasmExecutor(isolation=self._isolation)
            return self._wasm

    @property
    def runner(self) -> PythonExecutor:
        """Runs what is Python."""
        return self.runners[0]

    @property
    def runners(self) -> tuple[PythonExecutor, PythonExecutor]:
        """Two executors whose processes are as unlike as the host allows."""
        from hermetic_nb.executors.python import PythonExecutor  # noqa: PLC0415 (as above)

        with self._lock:
            if not self._runners:
                made = [{name: variant[name] for name in _SEEN} for variant in VARIANTS]
                self._runners = [
                    PythonExecutor(environment=variant, announce=say, isolation=self._isolation) for variant in made
                ]
            first, second = self._runners
            return first, second

    def open(self, artifact: Artifact, limits: Limits, environment: Environment) -> Session:
        """Make an artifact ready to be called, by its media type. Raises EngineError."""
        media_type = artifact.manifest.media_type
        if media_type == WASM:
            return self.wasm.open(artifact, limits, environment)
        if media_type == PYTHON:
            return self.runner.open(artifact, limits, environment)
        raise EngineError(f"nothing here runs {media_type}", help="a newer hermetic_nb made this tool")

    def layers(self, media_type: str) -> tuple[Layer, ...]:
        """What stands between tools of a media type and the host, as a worker observes it. Raises EngineError."""
        executor = self.runner if media_type == PYTHON else self.wasm
        return executor.layers()

    def expect(self, artifact: Artifact) -> None:
        """Start what will run an artifact, without waiting for it. Raises EngineError."""
        if artifact.manifest.media_type == PYTHON:
            self.runner.start()

    def start(self) -> None:
        """Start what runs compiled tools, without waiting for it. Raises EngineError."""
        self.wasm.start()

    def close(self) -> None:
        """End the processes; the next use starts new ones."""
        for executor in (self._wasm, *self._runners):
            if executor is not None:
                executor.close()
