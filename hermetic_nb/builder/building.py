"""Which of its toolchains seals a spec: the first that can, and the proof says why no earlier one did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from hermetic_nb.builder.compiled import Compiled
from hermetic_nb.builder.interpreted import Interpreted, Runners
from hermetic_nb.builder.trial import SealedExampleError
from hermetic_nb.errors import BuildError, DifferenceError, HermeticError, NotNativeError
from hermetic_nb.model import Environment, Executor
from hermetic_nb.reference import needs_numpy, takes_arrays
from hermetic_nb.signature import native
from hermetic_nb.toolchains import INTERPRETED

if TYPE_CHECKING:
    from hermetic_nb.builder.proof import Built
    from hermetic_nb.model import ToolSpec
    from hermetic_nb.reference import Reference
    from hermetic_nb.toolchains import SealingToolchain, Toolchains

_NEXT: Final = (NotNativeError, DifferenceError, SealedExampleError)
"""Refusals after which tier ``auto`` goes on: CPython itself may do what the compiler may not."""
PURE: Final = "async def: it computes, and reaches the world by call_agent alone"
ASKED: Final = "asked for"
NO_NUMPY: Final = "arrays are of the native tier: the python tier has no numpy"


class Executors(Executor, Runners, Protocol):
    """What a builder needs: an executor of every media type, and the runner's two."""


class Builder:
    """Seals specs. ``executors`` run tools on trial, ``toolchains`` make them."""

    def __init__(self, executors: Executors, toolchains: Toolchains, reference: Reference | None = None) -> None:
        self._toolchains = toolchains
        self._compiled = Compiled(executors, reference)
        self._interpreted = Interpreted(executors)

    def build(self, spec: ToolSpec, environment: Environment | None = None) -> Built:
        """Build, check and try a spec.

        Raises BuildError: what the toolchain refuses (NotNativeError, NotPureError), NotReproducibleError, ExampleError,
        DifferenceError, ToolchainError; and ExecutionError where the executor itself fails.
        """
        given = environment or Environment()
        *earlier, last = self._toolchains.candidates(spec)
        reason = PURE if spec.is_pure else ASKED
        for toolchain in earlier:
            try:
                return self._with(toolchain, spec, given, "")
            except _NEXT as refused:
                if needs_numpy(spec) and not spec.dependencies and native.refusal(spec.signature) is None:
                    refused.help = NO_NUMPY
                    raise
                reason = f"not native: {_short(refused)}"
        if last.tier in INTERPRETED and takes_arrays(spec.signature):
            raise BuildError("this function takes or gives arrays", help=NO_NUMPY)
        return self._with(last, spec, given, reason)

    def warm(self) -> None:
        """Start in the background what the first build of a typed cell would wait for."""
        self._compiled.warm()
        self._toolchains.choose("python", "auto").warm()

    def close(self) -> None:
        """End the reference process; the next build starts a new one."""
        self._compiled.close()

    def _with(self, toolchain: SealingToolchain, spec: ToolSpec, environment: Environment, reason: str) -> Built:
        if toolchain.tier in INTERPRETED:
            return self._interpreted.build(spec, toolchain, environment, reason)
        try:
            return self._compiled.build(spec, toolchain)
        except NotNativeError as error:
            if spec.tier == toolchain.tier:
                error.help = "; ".join(
                    filter(None, (error.help, "with --tier auto it becomes a tool of the python tier"))
                )
            raise


def _short(refused: HermeticError) -> str:
    """The first reason, with its line."""
    first = next((finding for finding in refused.diagnostics if finding.line), None)
    if first is None:
        return refused.message
    return f"line {first.line}: {first.message or refused.message}"
