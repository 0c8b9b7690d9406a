"""Examples of a docstring, run as `doctest` runs them, with the entry's calls recorded or answered from outside."""

from __future__ import annotations

import builtins
import contextlib
import doctest
import io
import re
import sys
import traceback
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.reference import outcomes
from hermetic_nb.reference.arithmetic import NoSignError
from hermetic_nb.reference.definition import compiled
from hermetic_nb.reference.outcomes import Foreign, Outcome, Raised, Skipped, Value, declared
from hermetic_nb.reference.pacing import TooLargeError
from hermetic_nb.reference.policy import NotAllowedError
from hermetic_nb.signature import border
from hermetic_nb.signature.border_arrays import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from hermetic_nb.reference.definition import Definition
    from hermetic_nb.signature import Signature

FULL, KIND, NO, BORDER = "full", "kind", "no", "border"
"""How an example went: as wanted; the wanted exception with another message; otherwise, and where the tool's border
refused an argument of the entry on the way."""
STEPS: Final = 50_000_000
"""Steps of one call in an example: the author chose it, so it may be long."""
SIZE: Final = 50_000_000
"""Items of a sequence in an example."""

_EXCEPTION: Final = re.compile(r"([\w.]+)(?::\s*(.*))?\Z", re.DOTALL)


class _UnansweredError(BaseException):
    """A call whose answer is not there yet. Not an Exception: the example cannot catch it."""


@dataclass(slots=True)
class Run:
    """What came of running the examples: for each the match and the text it gave; and the entry's calls."""

    results: list[tuple[str, str]] = field(default_factory=list)
    calls: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """Arguments of the entry's calls by their wire text: all of them when recording, else those without an answer."""
    refused: str = ""
    """What the border last said of an argument that the annotations do not hold."""


class Entry:
    """What stands for the entry in the examples: goes through the tool's border, then calls CPython or looks up answers."""

    def __init__(self, signature: Signature, run: Run, respond: Callable[[str, tuple[Any, ...]], Outcome]) -> None:
        self._signature, self._run, self._respond = signature, run, respond

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Call, as the sealed tool is called. Raises what the tool raises."""
        try:
            fitted = border.fit(self._signature, arguments, named)
        except (ArgumentError, ArgumentRangeError) as error:
            self._run.refused = _shown(error).strip()
            raise
        match self._respond(values.encode(list(fitted)), fitted):
            case Value(value):
                found = declared(self._signature.result, value, self._signature.definitions)
                return shown(self._signature.result, found)
            case Raised(exception, message, _, _):
                raise _exception(exception)(message)
            case Foreign(name):
                raise TypeError(f"the function returned a {name}")
            case Skipped(reason):
                raise TimeoutError(f"the example was stopped: {reason}")


def recorded(definition: Definition, entry: str, signature: Signature, examples: Sequence[Mapping[str, Any]]) -> Run:
    """Run the examples with CPython's entry, and note its calls."""
    run = Run()

    def respond(key: str, arguments: tuple[Any, ...]) -> Outcome:
        run.calls[key] = deepcopy(arguments)
        return definition.call(entry, arguments, STEPS, SIZE)[0]

    _run_all(definition, entry, Entry(signature, run, respond), examples, run)
    return run


def answered(
    definition: Definition,
    entry: str,
    signature: Signature,
    examples: Sequence[Mapping[str, Any]],
    answers: Mapping[str, Any],
) -> Run:
    """Run the examples with the entry's calls looked up in ``answers`` (outcomes by the wire text of the arguments)."""
    run = Run()

    def respond(key: str, arguments: tuple[Any, ...]) -> Outcome:
        if key not in answers:
            run.calls[key] = arguments
            raise _UnansweredError
        return outcomes.from_wire(answers[key])

    _run_all(definition, entry, Entry(signature, run, respond), examples, run)
    return run


def _run_all(definition: Definition, name: str, entry: Entry, examples: Sequence[Mapping[str, Any]], run: Run) -> None:
    names = dict(definition.namespace) | {name: entry}
    for example in examples:
        run.refused = ""
        found = _parsed(example["source"], example["want"])
        match, got = (FULL, "") if found is None else _run_one(names, found)
        run.results.append((BORDER, run.refused) if match == NO and run.refused else (match, got))


def _parsed(source: str, want: str) -> doctest.Example | None:
    """The example with its option flags and expected exception, which doctest's parser reads from the text.

    None: there is only a comment in it, which doctest passes over.
    """
    first, *rest = source.rstrip("\n").split("\n")
    text = "\n".join([f">>> {first}", *(f"... {line}" for line in rest), want])
    return next(iter(doctest.DocTestParser().get_examples(text)), None)


def _run_one(names: dict[str, Any], example: doctest.Example) -> tuple[str, str]:
    flags = sum(flag for flag, wanted in example.options.items() if wanted)
    if flags & doctest.SKIP:
        return FULL, ""
    printed = io.StringIO()
    raised: BaseException | None = None
    with _captured(printed):
        try:
            # Names of a statement that prepares others stay for the next example.
            exec(compiled(example.source, "single", "<example>", counted=False), names)  # noqa: S102 (checked by the policy)
        except _UnansweredError:
            return NO, "unanswered"
        except NotAllowedError as error:
            return NO, error.diagnostic.message
        except TooLargeError:
            return NO, "a number too large for the reference"
        except NoSignError:
            return NO, "the sign of a NaN, which is not the same on all machines"
        except Exception as error:  # noqa: BLE001 (an example may raise anything)
            raised = error
    checker, got = doctest.OutputChecker(), printed.getvalue()
    if raised is None:
        if example.exc_msg is not None:
            return NO, got
        return (FULL if checker.check_output(example.want, got, flags) else NO), got
    text = _shown(raised)
    if example.exc_msg is None:
        return NO, got + text
    if checker.check_output(example.exc_msg, text, flags):
        return FULL, text
    if _name(example.exc_msg) != _name(text):
        return NO, text
    ours = isinstance(raised, (ArgumentError, ArgumentRangeError)) or flags & doctest.IGNORE_EXCEPTION_DETAIL
    return (FULL if ours else KIND), text


@contextlib.contextmanager
def _captured(printed: io.StringIO) -> Iterator[None]:
    hook = sys.displayhook
    sys.displayhook = lambda value: None if value is None else print(repr(value), file=printed)
    try:
        with contextlib.redirect_stdout(printed):
            yield
    finally:
        sys.displayhook = hook


def _shown(error: BaseException) -> str:
    if isinstance(error, ArgumentRangeError):
        return f"OverflowError: {error.message}\n"
    if isinstance(error, ArgumentError):
        return f"TypeError: {error.message}\n"
    return "".join(traceback.format_exception_only(error)[-1:])


def _name(text: str) -> str:
    found = _EXCEPTION.match(text.strip())
    return found[1].rsplit(".", 1)[-1] if found else ""


def _exception(name: str) -> Callable[[str], BaseException]:
    kind = getattr(builtins, name, None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)) or issubclass(kind, UnicodeError):
        return type(name, (Exception,), {"__module__": "builtins"})
    return kind
