"""A sample of the programs in the python tier too: what its CPython says, as an outcome of the same form."""

from __future__ import annotations

from typing import Any

from hermetic_nb.errors import LimitExceeded
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.model import Done, Failed
from tests.fuzz.programs import Program
from tests.unit.native_cells import Stopped
from tests.unit.python_cells import session


class PythonTier:
    """The runner; to be closed."""

    def __init__(self) -> None:
        self._executor = PythonExecutor()

    def run(self, made: Program, values: list[Any]) -> Any:
        """The value or Stopped; None where a limit of the runner stopped the call."""
        names = tuple(f"p{number}" for number in range(len(values)))
        try:
            step = session(self._executor, made.source, takes=names).start(values)
        except LimitExceeded:
            return None
        if isinstance(step, Done):
            return step.value
        assert isinstance(step, Failed), step
        return Stopped(step.failure.exception, step.failure.line, step.failure.message)

    def close(self) -> None:
        """End the runner."""
        self._executor.close()
