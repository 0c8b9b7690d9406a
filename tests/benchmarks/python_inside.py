"""The python tier's calls through the wall, and by the same runner in this process: what the wall adds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import hermetic_nb as hnb

from . import cells
from .rounds import each

if TYPE_CHECKING:
    from hermetic_nb.child import Buffer
    from hermetic_nb.confinement import Layer
    from hermetic_nb.sandbox import Isolation

CALLS: Final = 60
"""Of one round."""


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
        """The answer. The next instance is made before the next call, as in the worker."""
        del seconds, most
        answer = b"".join(self._program.answer(memoryview(b"".join(parts))))
        self._program.settle()
        return answer

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
        through = self._boxes[0].seal(cells.SMALL, tier="python")
        self._boxes[1]._executors.runner.homes[False] = Here()
        self._tools: dict[str, hnb.Tool] = {
            self.WALL: through,
            self.SAME: self._boxes[1].get(through.name),
        }
        assert [tool("GATTACA") for tool in self._tools.values()] == [2 / 7, 2 / 7]

    def measures(self) -> dict[str, Callable[[], list[float]]]:
        """By name, what gives the seconds of some calls."""
        return {name: lambda tool=tool: each(lambda: _called(tool), CALLS) for name, tool in self._tools.items()}  # type: ignore[misc]

    def close(self) -> None:
        """End the processes."""
        for box in self._boxes:
            box.close()


def _called(tool: Any) -> None:
    tool("GATTACA")
