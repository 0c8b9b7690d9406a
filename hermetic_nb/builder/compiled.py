"""Seals what a compiler makes: built twice, import-free, tried on examples and beside CPython."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import arrays
from hermetic_nb.builder import inputs
from hermetic_nb.builder.manifests import manifest_of
from hermetic_nb.builder.proof import Built, Proof, count
from hermetic_nb.builder.shape import check_shape
from hermetic_nb.builder.trial import compare, try_examples
from hermetic_nb.digest import digest_bytes, short
from hermetic_nb.errors import NotReproducibleError
from hermetic_nb.model import Artifact, Environment, Limits
from hermetic_nb.reference import Reference, missing, needs_numpy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.model import Executor, Payload, ToolSpec
    from hermetic_nb.reference import ExampleRun, Outcome
    from hermetic_nb.toolchains import SealingToolchain

BUILDS: Final = 2
"""Builds of one spec that are compared byte for byte."""
PATIENCE: Final = 0.3
"""Seconds for CPython to end what it does after the compiler refused the source; then its process is ended."""
TRIAL: Final = Limits(wall_seconds=10.0, output_bytes=64 << 20)
"""Limits of one call of the tool on trial; CPython answered the same call within a fraction of a second."""


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What CPython says of a spec."""

    examples: ExampleRun
    cases: Sequence[Sequence[Any]]
    outcomes: Sequence[Outcome]


class Compiled:
    """Seals by way of a compiler. ``executor`` runs the tools on trial."""

    def __init__(self, executor: Executor, reference: Reference | None = None) -> None:
        self._executor = executor
        self._reference = reference or Reference()

    def build(self, spec: ToolSpec, toolchain: SealingToolchain) -> Built:
        """Build, check and try a spec.

        Raises BuildError: what the toolchain refuses (NotNativeError), NotReproducibleError, ExampleError,
        DifferenceError, ToolchainError; and ExecutionError where the executor itself fails.
        """
        payloads, meaning = self._compile_and_ask(toolchain, spec)
        payload = _agreed(payloads)
        module = check_shape(payload.data, spec)
        artifact = Artifact(manifest_of(spec, toolchain, payload), payload.data)
        session = self._executor.open(artifact, TRIAL, Environment())
        try:
            recorded = None if meaning is None else meaning.examples
            passed = try_examples(spec, session, self._reference, recorded)
            counts: dict[str, int] = {}
            if meaning is not None:
                counts = count(compare(spec, session, self._reference, meaning.cases, meaning.outcomes, payload.ulp))
        finally:
            session.close()
        proof = Proof(
            reason=_reason(toolchain),
            builds=len(payloads),
            imports=module.imports,
            examples=passed,
            reference="" if meaning is None else f"CPython, float sum as in 3.14{', and numpy' * needs_numpy(spec)}",
            seed="" if meaning is None else f"{inputs.seed_of(spec):016x}",
            counts=counts,
            ulp=payload.ulp,
            notes=(*payload.notes, *filter(None, [missing(spec) if toolchain.has_reference else ""])),
            programs={} if meaning is None else _programs(spec),
        )
        return Built(artifact, proof)

    def warm(self) -> None:
        """Start in the background what the first build would wait for."""
        self._reference.warm()

    def close(self) -> None:
        """End the reference process; the next build starts a new one."""
        self._reference.close()

    def _compile_and_ask(
        self, toolchain: SealingToolchain, spec: ToolSpec
    ) -> tuple[Sequence[Payload], _Meaning | None]:
        """Compile, and meanwhile ask CPython, which runs no source that the front end has not accepted."""
        if toolchain.has_reference:
            toolchain.accept(spec)
        with ThreadPoolExecutor(2, thread_name_prefix="build") as threads:
            compiling = threads.submit(toolchain.compile, spec, builders=BUILDS)
            asking = threads.submit(self._ask, spec) if toolchain.has_reference and not missing(spec) else None
            try:
                payloads = compiling.result()
                return payloads, None if asking is None else asking.result()
            except BaseException as error:
                if not compiling.done():
                    toolchain.close()
                if asking is not None and wait([asking], PATIENCE if isinstance(error, Exception) else 0.0).not_done:
                    self._reference.close()
                raise

    def _ask(self, spec: ToolSpec) -> _Meaning:
        examples = self._reference.record(spec)
        cases = inputs.generate(spec, examples.calls)
        return _Meaning(examples, cases, self._reference.cases(spec, cases))


def _programs(spec: ToolSpec) -> dict[str, str]:
    """What said on this host what the cell means."""
    found = {"python": sys.version.split()[0]}
    return found | {"numpy": arrays.numpy().__version__} if needs_numpy(spec) else found


def _agreed(payloads: Sequence[Payload]) -> Payload:
    digests = [digest_bytes(payload.data) for payload in payloads]
    if len(set(digests)) > 1:
        raise NotReproducibleError(
            f"builds of this cell differ: {', '.join(map(short, digests))}",
            help="this is a fault of the toolchain, not of the cell; please report the cell",
        )
    return payloads[0]


def _reason(toolchain: SealingToolchain) -> str:
    return (
        "every construct is in the native subset" if toolchain.tier == "native" else f"written in {toolchain.language}"
    )
