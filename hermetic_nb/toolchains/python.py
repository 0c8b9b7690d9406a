"""The python tier: the payload is the source itself, which the pinned runner executes.

Nothing is compiled, so a build takes no time and cannot differ; what decides behaviour besides the source is the runner,
whose digest is part of the toolchain's identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb import runner
from hermetic_nb.model import PYTHON, Payload

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import ToolSpec

PROGRAM: Final = "hermetic-python"
GENERATION: Final = "1"
"""Raised when the same source and runner come to mean something else."""


def identity(program: str) -> Mapping[str, str]:
    """What decides the behaviour of a source that the runner executes."""
    return {
        "program": program,
        "generation": GENERATION,
        "target": f"cpython-{runner.pin()['python']}",
        "runner": runner.digest(),
    }


class PythonToolchain:
    """The toolchain of the python tier."""

    language: Final = "python"
    tier: Final = "python"
    has_reference: Final = False

    def identity(self) -> Mapping[str, str]:
        """Our generation, and the runner."""
        return identity(PROGRAM)

    def accept(self, spec: ToolSpec) -> None:
        """Take any Python; what the runner says of it comes with the first trial."""

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        """The source, once for each builder."""
        return [Payload(data=spec.source.encode(), media_type=PYTHON)] * builders

    def warm(self) -> None:
        """Nothing takes time here."""

    def close(self) -> None:
        """Nothing runs here."""
