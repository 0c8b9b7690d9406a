"""WebAssembly text as a language: the smallest toolchain. The cell is one module that follows the tool ABI."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import Payload, ToolSpec

PROGRAM: Final = "wat"
GENERATION: Final = "1"


class WatToolchain:
    """The toolchain of ``--lang wat``."""

    language: Final = "wat"
    tier: Final = "wat"
    has_reference: Final = False

    def __init__(self) -> None:
        self._crew = Crew("hermetic_nb.toolchains.wat_process", "wat")

    def identity(self) -> Mapping[str, str]:
        """What decides bytes: the assembler is wasmtime's."""
        return _identity()

    def accept(self, spec: ToolSpec) -> None:
        """The assembler reads the source when it builds, and nothing else runs it."""

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        """Assemble the source in ``builders`` processes. Raises BuildError with its place, or ToolchainError."""
        return self._crew.compile(spec, builders)

    def warm(self) -> None:
        """Start the assemblers in the background."""
        self._crew.warm()

    def close(self) -> None:
        """End the assemblers."""
        self._crew.close()


@cache
def _identity() -> Mapping[str, str]:
    return {
        "program": PROGRAM,
        "generation": GENERATION,
        "target": "wasm32",
        "flags": "",
        "wasmtime": metadata.version("wasmtime"),
    }
