"""Doctests run where the tool runs: in the runner, against the very entry that calls reach."""

from __future__ import annotations

import doctest
import functools
import sys
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.runner.guest.outcome import message
from hermetic_nb.runner.guest.printing import Output

if TYPE_CHECKING:
    from hermetic_nb.runner.guest.program import Program

PRINTED: Final = 1 << 20
"""Characters of one example's output."""
FULL, KIND, NO = "full", "kind", "no"
"""How an example went: as wanted; the wanted exception with another message; otherwise."""


def run(program: Program, tests: list[list[str]]) -> list[list[str]]:
    """Each ``[source, want]`` -> ``[match, got]``. Names that one defines stay for the next."""
    names = dict(program.namespace)
    if bound := program.bound:
        names[program.entry_name] = functools.partial(names[program.entry_name], **bound)
    return [list(_run_one(names, _parsed(source, want))) for source, want in tests]


def _parsed(source: str, want: str) -> doctest.Example:
    """The example with its option flags and expected exception, which doctest's parser reads from the text."""
    first, *rest = source.rstrip("\n").split("\n")
    text = "\n".join([f">>> {first}", *(f"... {line}" for line in rest), want])
    return doctest.DocTestParser().get_examples(text)[0]


def _run_one(names: dict[str, Any], example: doctest.Example) -> tuple[str, str]:
    flags = sum(flag for flag, wanted in example.options.items() if wanted)
    if flags & doctest.SKIP:
        return FULL, ""
    printed = Output(PRINTED)
    raised: BaseException | None = None
    before = sys.stdout, sys.displayhook
    sys.stdout = printed
    sys.displayhook = lambda value: None if value is None else print(repr(value), file=printed)
    try:
        exec(compile(example.source, "<example>", "single", dont_inherit=True), names)  # noqa: S102 (the author's own test)
    except Exception as error:  # noqa: BLE001 (an example may raise anything)
        raised = error
    finally:
        sys.stdout, sys.displayhook = before
    checker, got = doctest.OutputChecker(), printed.text()
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
    return (FULL if flags & doctest.IGNORE_EXCEPTION_DETAIL else KIND), text


def _shown(error: BaseException) -> str:
    """The last line of a traceback; a class of the cell without its module."""
    text = message(error)
    name = type(error).__name__
    return f"{name}: {text}\n" if text else f"{name}\n"


def _name(text: str) -> str:
    return text.strip().partition(":")[0].rsplit(".", 1)[-1]
