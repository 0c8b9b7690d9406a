"""Seals what the runner executes: the program is defined and its examples run in two processes, which must agree.

The processes differ in hash seed, time zone, locale and addresses, and run at different times; the runner can see none of
that, and this is where it is tried.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, Protocol

from hermetic_nb.builder.manifests import manifest_of
from hermetic_nb.builder.proof import Built, Proof
from hermetic_nb.builder.trial import failed_example, placed
from hermetic_nb.errors import BuildError, EngineError, NotReproducibleError
from hermetic_nb.model import Artifact, Failed, Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.model import Environment, Step, ToolSpec
    from hermetic_nb.toolchains import SealingToolchain

TRIAL: Final = Limits(wall_seconds=60.0, output_bytes=64 << 20)
"""Limits of all examples of a tool together."""
UNTESTED: Final = "its examples are not run: a pure tool's answers come from agents"

Results = list[tuple[str, str]]


class Trial(Protocol):
    """A session that can run doctests."""

    def examples(self, tests: Sequence[tuple[str, str]]) -> Results | Step:
        """How the examples went, or the failed step of a program that cannot be defined."""


class Runner(Protocol):
    """An executor whose sessions can."""

    def open(self, artifact: Artifact, limits: Limits, environment: Environment) -> Trial:
        """Make an artifact ready to be tried."""


class Runners(Protocol):
    """Where the two are."""

    @property
    def runners(self) -> tuple[Runner, Runner]:
        """Two executors whose processes differ; made when first asked for."""


class Interpreted:
    """Seals by way of the runner."""

    def __init__(self, executors: Runners) -> None:
        self._executors = executors

    def build(self, spec: ToolSpec, toolchain: SealingToolchain, environment: Environment, reason: str) -> Built:
        """Check and try a spec. Raises BuildError, ExampleError, NotReproducibleError, and what the executors raise."""
        toolchain.accept(spec)
        payload = toolchain.compile(spec, builders=1)[0]
        artifact = Artifact(manifest_of(spec, toolchain, payload), payload.data)
        tests = [] if spec.is_pure else [(example.source, example.want) for example in spec.examples]
        runners = self._executors.runners
        with ThreadPoolExecutor(len(runners), thread_name_prefix="trial") as threads:
            trials = [threads.submit(_try, runner, artifact, environment, tests) for runner in runners]
            first, second = (_results(spec, trial.result()) for trial in trials)
        _check(spec, first, second)
        proof = Proof(
            reason=reason,
            builds=len(runners),
            examples=len(first),
            notes=(UNTESTED,) if spec.is_pure and spec.examples else (),
        )
        return Built(artifact, proof)


def _try(
    runner: Runner, artifact: Artifact, environment: Environment, tests: Sequence[tuple[str, str]]
) -> Results | Step:
    return runner.open(artifact, TRIAL, environment).examples(tests)


def _results(spec: ToolSpec, trial: Results | Step) -> Results:
    if isinstance(trial, list):
        return trial
    if not isinstance(trial, Failed):
        raise EngineError("the runner gave no examples", help="this is a fault of hermetic_nb; please report the cell")
    failure = trial.failure
    said = f"{failure.exception}: {failure.message}" if failure.message else failure.exception
    raise BuildError(
        f"the cell cannot be defined: {said}",
        diagnostics=[placed(spec, failure.line, said)] if failure.line else [],
        help="a tool's cell is run, alone, when the tool is made; what a call needs comes as an argument",
    )


def _check(spec: ToolSpec, first: Results, second: Results) -> None:
    for example, one, other in zip(spec.examples, first, second, strict=False):
        if one != other:
            raise NotReproducibleError(
                f"the example {example.source} gives {one[1].strip()!r} in one runner and {other[1].strip()!r} in another",
                diagnostics=[placed(spec, example.line, "differs")],
                help="this is a fault of hermetic_nb; please report the cell",
            )
        if one[0] != "full":
            raise failed_example(spec, example, one[1], "in the runner (CPython 3.14)")
