"""The python tier's calls through the wall, and by the same runner in this process: what the wall adds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import hermetic_nb as hnb

from . import cells
from .rounds import once

if TYPE_CHECKING:
    from hermetic_nb.child import Buffer
    from hermetic_nb.confinement import Layer
    from hermetic_nb.sandbox import Isolation

CALLS: Final = 25
"""Of one round."""
SPACE: Final = 0.005
"""Seconds between calls, in which the next instance is made ready."""


class Here:
    """A home (`executors.home`) in this process: the worker's own program, asked without a way there or back."""

    isolation: Isolation = "kernel"
    pid: int | None = None
    alive = True

    def __init__(self) -> None:
        # Imported late: the rest of the benchmark measures a process that has not loaded the engine.
        from hermetic_nb.executors import runner_worker
        from hermetic_nb.executors.configuration import Kind

        self._program = runner_worker.prepare({"kind": int(Kind.CANONICAL), "cache": None})["worker"]()

    def ask(self, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = 0) -> bytes | memoryview:
        """The answer."""
        del seconds, most
        return b"".join(self._program.answer(memoryview(b"".join(parts))))

    def settle(self) -> None:
        """What the worker does when an answer is sent: the next instance is made ready."""
        self._program.settle()

    def ask_once(
        self, role: str, parts: Sequence[Buffer], *, seconds: float | None = None, most: int = 0
    ) -> bytes | memoryview:
        """There is one program only."""
        del role
        return self.ask(parts, seconds=seconds, most=most)

    @contextmanager
    def lease(self) -> Iterator[Here]:
        """Itself."""
        yield self

    def layers(self) -> tuple[Layer, ...]:
        """None."""
        return ()

    def start(self) -> None:
        """It runs."""

    def wait(self, seconds: float = 0.0) -> None:
        """It is ready."""

    def drop(self) -> None:
        """It cannot be ended."""

    def close(self) -> None:
        """As `drop`."""


class Inside:
    """Two toolboxes with one sealed tool: one calls it through the wall, the other here."""

    WALL: Final = "python wall"
    SAME: Final = "python here"

    def __init__(self, folder: Path) -> None:
        registry = folder / "python"
        self._boxes = hnb.Toolbox(registry), hnb.Toolbox(registry)
        self._through = self._boxes[0].seal(cells.SMALL, tier="python")
        self._home = Here()
        self._boxes[1]._executors.runner.homes[False] = self._home
        self._inside = self._boxes[1].get(self._through.name)
        assert [tool("GATTACA") for tool in (self._through, self._inside)] == [2 / 7, 2 / 7]

    def measures(self) -> dict[str, Callable[[], list[float]]]:
        """By name, what gives the seconds of some calls, between which there is time."""

        def nothing() -> None:
            pass

        return {
            self.WALL: lambda: _spaced(self._through, nothing),
            self.SAME: lambda: _spaced(self._inside, self._home.settle),
        }

    def close(self) -> None:
        """End the processes."""
        for box in self._boxes:
            box.close()


def _spaced(tool: hnb.Tool, settle: Callable[[], None]) -> list[float]:
    taken = []
    for _ in range(CALLS):
        settle()
        time.sleep(SPACE)
        taken.append(once(lambda: tool("GATTACA")))
    return taken
