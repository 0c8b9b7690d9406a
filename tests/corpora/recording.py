"""The calls that a problem's own tests and examples make, as CPython answers them."""

from __future__ import annotations

import copy
import doctest
import random
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.corpora.human_eval import Problem

Candidate = Callable[..., Any]
SEED: Final = 0
"""Some tests draw their inputs: each run of a test draws the same."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that gave a value; both as they were before and after, whatever happened to them later."""

    arguments: tuple[Any, ...]
    result: Any


def namespace(problem: Problem) -> dict[str, Any]:
    """The names that the solution defines in CPython."""
    names: dict[str, Any] = {"__name__": "cell"}
    exec(compile(problem.source, "<cell>", "exec", dont_inherit=True), names)
    return names


def run_tests(problem: Problem, candidate: Candidate) -> None:
    """Run the problem's own tests on a candidate. Raises AssertionError, and what the candidate raises."""
    names = namespace(problem)
    exec(compile(problem.test, "<test>", "exec", dont_inherit=True), names)
    random.seed(SEED)
    with redirect_stdout(StringIO()):
        names["check"](candidate)


def run_examples(problem: Problem, candidate: Candidate) -> None:
    """Run the examples of the solution's docstring with a candidate, whatever they give."""
    names = namespace(problem)
    parser = doctest.DocTestParser()
    with suppress(ValueError):  # an example that is not one
        for example in parser.get_examples(names[problem.entry].__doc__ or ""):
            with suppress(Exception), redirect_stdout(StringIO()):
                exec(
                    compile(example.source, "<example>", "single", dont_inherit=True),
                    names | {problem.entry: candidate},
                )


def has_false_examples(problem: Problem) -> bool:
    """Whether CPython does not give what the docstring says, or the docstring's examples are not Python."""
    names = namespace(problem)
    try:
        found = doctest.DocTestParser().get_doctest(
            names[problem.entry].__doc__ or "", names, problem.entry, None, None
        )
    except ValueError:
        return True
    try:
        return doctest.DocTestRunner(verbose=False).run(found, out=lambda _: None).failed > 0
    except SyntaxError:
        return True


def recorded(problem: Problem) -> list[Call]:
    """The calls with a value that the tests and examples make. Raises AssertionError where CPython fails the tests."""
    function, calls = namespace(problem)[problem.entry], []

    def candidate(*arguments: Any) -> Any:
        given = copy.deepcopy(arguments)
        result = function(*arguments)
        calls.append(Call(given, copy.deepcopy(result)))
        return result

    run_examples(problem, candidate)
    run_tests(problem, candidate)
    return calls
