"""The home of a worker process: where payloads run, apart from the notebook's own process.

For now the home is a plain child process. What a worker may reach is decided here and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.child import Child, ChildDiedError, ChildTimeoutError
from hermetic_nb.errors import EngineError, LimitExceeded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.child import Buffer

ATTEMPTS: Final = 2
"""A worker that died is asked once more: requests have no effects, so that cannot change an answer."""


class Sandbox:
    """One worker process, which answers requests one by one."""

    def __init__(self, module: str, *, environment: Mapping[str, str] | None = None) -> None:
        self._child = Child(module, environment=environment, label="worker")

    @property
    def layers(self) -> tuple[str, ...]:
        """What stands between the payload and the host, innermost first."""
        return ("wasm", "process")

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._child.alive

    def start(self) -> None:
        """Start the process without waiting for it. Raises EngineError if it cannot be started."""
        try:
            self._child.start()
        except ChildDiedError as died:
            raise _engine_error(died) from died

    def ask(self, parts: Sequence[Buffer], *, seconds: float | None = None) -> bytes | memoryview:
        """Send a request and return the answer.

        Raises LimitExceeded after ``seconds``, EngineError if the process dies twice. These and KeyboardInterrupt kill the
        process; the next request starts a new one.
        """
        for attempt in range(ATTEMPTS):
            try:
                return self._child.request(parts, timeout=seconds)
            except ChildTimeoutError:
                raise LimitExceeded(
                    f"the call took longer than {seconds:g} s and was stopped",
                    limit="wall_seconds",
                    help="look for a loop that does not end, or raise the limit wall_seconds",
                ) from None
            except ChildDiedError as died:
                if attempt + 1 == ATTEMPTS:
                    raise _engine_error(died) from died
        raise AssertionError

    def close(self) -> None:
        """End the process."""
        self._child.close()


def _engine_error(died: ChildDiedError) -> EngineError:
    return EngineError(str(died), help="the host may be out of memory; `hermetic doctor` looks at the installation")
