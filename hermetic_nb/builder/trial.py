"""The sealed tool on trial: its examples, and its generated inputs beside CPython's outcomes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.builder.comparison import Verdict, judge, settle
from hermetic_nb.errors import BuildError, Diagnostic, DifferenceError, ExampleError, LimitExceeded, NotNativeError
from hermetic_nb.model import Calls, Done, Failed
from hermetic_nb.reference import PATTERNS, Outcome, Raised, Reference, Skipped, Value, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import Example, Session, Step, ToolSpec
    from hermetic_nb.reference import ExampleRun

ROUNDS: Final = 1000
"""Times that examples are run again because a call's arguments hang on an earlier answer."""
SHOWN: Final = 300
"""Characters of a value in a message."""


class SealedExampleError(ExampleError):
    """An example that CPython passes and the sealed tool does not."""

    @property
    def title(self) -> str:
        """To its reader it is an ExampleError."""
        return ExampleError.__name__


class BorderExampleError(SealedExampleError):
    """An example that gives the entry an argument that its annotations do not hold, to see what the function does of it."""


def run_sealed(session: Session, calls: Sequence[Sequence[Any]]) -> list[Outcome]:
    """Calls of the sealed tool, each by itself. One that is stopped from outside is Skipped. Raises ExecutionError."""
    return [_outcome(step) for step in session.start_all(calls)]


def _outcome(step: Step | LimitExceeded) -> Outcome:
    match step:
        case Done(value):
            return Value(value)
        case Failed(failure):
            return Raised(failure.exception, failure.message, failure.line, failure.code)
        case Calls(requests):
            raise BuildError(f"a sealed tool asked for {requests[0].agent}")
        case LimitExceeded():
            return Skipped(step.message)


def try_examples(spec: ToolSpec, session: Session, reference: Reference, recorded: ExampleRun | None) -> int:
    """Run the examples with the sealed tool's answers; ``recorded`` is how they went in CPython (None: no reference).

    Gives the number that passed: all. Raises ExampleError.
    """
    if not spec.examples:
        return 0
    if recorded is not None:
        _check_recorded(spec, recorded)
    answers: dict[str, Outcome] = {}
    pending: Sequence[Sequence[Any]] = () if recorded is None else recorded.calls
    for _ in range(ROUNDS):
        answers |= zip(map(key_of, pending), run_sealed(session, pending), strict=True)
        run = reference.replay(spec, answers, source=recorded is not None)
        pending = [call for call in run.calls if key_of(call) not in answers]
        if not pending:
            _check_sealed(spec, recorded, run)
            return len(spec.examples)
    raise ExampleError(f"the examples need more than {ROUNDS} calls one after another", help="choose smaller examples")


def compare(
    spec: ToolSpec,
    session: Session,
    reference: Reference,
    cases: Sequence[Sequence[Any]],
    expected: Sequence[Outcome],
    ulp: Mapping[str, int],
) -> Counter[Verdict]:
    """Run the sealed tool on the inputs that CPython answered, and count the verdicts.

    Raises DifferenceError, and NotNativeError if the tool can do nothing with any of them.
    """
    result, definitions = spec.signature.result, spec.signature.definitions
    verdicts: Counter[Verdict] = Counter()
    doubtful: list[tuple[Sequence[Any], Outcome, Outcome]] = []
    limits: list[Raised] = []
    answered = [pair for pair in zip(cases, expected, strict=True) if not isinstance(pair[1], Skipped)]
    verdicts[Verdict.SKIPPED] = len(cases) - len(answered)
    given = run_sealed(session, [case for case, _ in answered])
    for (case, outcome), actual in zip(answered, given, strict=True):
        verdict = judge(result, outcome, actual, definitions)
        if verdict is Verdict.LIMIT and isinstance(actual, Raised):
            limits.append(actual)
        if verdict is not Verdict.DIFFERENT:
            verdicts[verdict] += 1
        elif ulp:
            doubtful.append((case, outcome, actual))
        else:
            raise _difference(spec, case, outcome, actual)
    if doubtful:
        inputs = [case for case, _, _ in doubtful]
        moved = [reference.cases(spec, inputs, ulp=ulp, pattern=pattern) for pattern in PATTERNS]
        for (case, outcome, actual), *runs in zip(doubtful, *moved, strict=True):
            verdict = settle(result, outcome, runs, actual, definitions)
            if verdict is Verdict.DIFFERENT:
                raise _difference(spec, case, outcome, actual)
            verdicts[verdict] += 1
    if verdicts[Verdict.LIMIT] and not (verdicts[Verdict.EQUAL] or verdicts[Verdict.NEAR] or spec.examples):
        raise NotNativeError(
            f"the tool would stop at a declared limit on all {verdicts[Verdict.LIMIT]} inputs tried: {limits[0]}",
            diagnostics=[placed(spec, limits[0].line, str(limits[0]))],
            help="ints have 64 bits here; an example that works shows that the tool is of use",
        )
    return verdicts


def _check_recorded(spec: ToolSpec, recorded: ExampleRun) -> None:
    for example, (match, got) in zip(spec.examples, recorded.results, strict=True):
        if match == "no":
            raise failed_example(spec, example, got, "in CPython")
        if match == "border":
            said = got.partition(": ")[2]
            raise BorderExampleError(
                f"the example {_example(example)} fails: {got}",
                diagnostics=[placed(spec, example.line, f"the example gives what no native tool takes: {said}")],
                help="with --tier auto it becomes a tool of the python tier, whose examples reach the function itself; or "
                "leave out the example: a tool's caller gets this error before the function is called",
            )


def _check_sealed(spec: ToolSpec, recorded: ExampleRun | None, run: ExampleRun) -> None:
    for index, (example, (match, got)) in enumerate(zip(spec.examples, run.results, strict=True)):
        # A message may be that of another version of CPython on one of the two sides, not on both.
        elsewhere = "no" if recorded is None else recorded.results[index][0]
        if match == "no" or "full" not in {match, elsewhere}:
            error = failed_example(spec, example, got, "in the sealed tool")
            raise SealedExampleError(error.message, diagnostics=error.diagnostics, help=error.help)


def failed_example(spec: ToolSpec, example: Example, got: str, where: str) -> ExampleError:
    """The error of an example that gave ``got``; ``where`` says in what."""
    expression, gave = _example(example), _short(got.strip()) or "nothing"
    diagnostic = placed(spec, example.line, f"expected {_short(example.want.strip()) or 'nothing'}, got {gave}")
    help_ = ""
    if where == "in the sealed tool" and spec.language == "python":
        help_ = "CPython passes this example; floats from math functions may differ in the last digits: round them"
    return ExampleError(
        f"the example {expression} fails {where}: it gives {gave}", diagnostics=[diagnostic], help=help_
    )


def _example(example: Example) -> str:
    return _short(" ".join(example.source.split()))


def _difference(spec: ToolSpec, case: Sequence[Any], expected: Outcome, actual: Outcome) -> DifferenceError:
    call = f"{spec.entry}({', '.join(_short(repr(value)) for value in case)})"
    line = next((outcome.line for outcome in (actual, expected) if isinstance(outcome, Raised) and outcome.line), 0)
    found = [Diagnostic(f"CPython:     {_short(str(expected))}"), Diagnostic(f"sealed tool: {_short(str(actual))}")]
    if line:
        found.append(placed(spec, line, "raised here"))
    return DifferenceError(
        f"the sealed tool and CPython disagree on {call}",
        diagnostics=found,
        help="this should not happen; please report the cell. Until then, an example or an assert that excludes such input "
        "does not help: write the function another way",
    )


def placed(spec: ToolSpec, line: int, message: str) -> Diagnostic:
    """A finding about a line of the cell."""
    lines = spec.source.split("\n")
    if not 1 <= line <= len(lines):
        return Diagnostic(message)
    text = lines[line - 1]
    return Diagnostic(message, line, len(text) - len(text.lstrip()), len(text.rstrip()), text)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}... ({len(text)} characters)"
