"""Random programs compiled, run, and held against CPython, in this process."""

from __future__ import annotations

import atexit
import re
import signal
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from hermetic_nb.errors import NotNativeError
from tests.fuzz.outcomes import difference
from tests.fuzz.programs import Program, arguments, program
from tests.fuzz.python_tier import PythonTier
from tests.unit.native_cells import Cell, Stopped

CALLS: Final = 6
"""Calls of each program."""
PATIENCE: Final = 20
"""Seconds for one call in CPython: far more than a program takes that ends."""


@dataclass(frozen=True, slots=True)
class Found:
    """A program that is not as it should be: what it is called with, and what differs."""

    seed: int
    source: str
    values: tuple[Any, ...]
    what: str


@dataclass(slots=True)
class Tally:
    """What came of programs."""

    counts: Counter[str] = field(default_factory=Counter)
    found: list[Found] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    """Why the compiler refused programs."""

    def add(self, other: Tally) -> None:
        """Take in another tally."""
        self.counts.update(other.counts)
        self.found += other.found
        self.reasons.update(other.reasons)

    def __str__(self) -> str:
        names = ("programs", "refused", "calls", "values", "exceptions", "limits", "python tier", "differences")
        return ", ".join(f"{self.counts[name]} {name}" for name in names)


def run(seed: int, *, sampled: bool = False) -> Tally:
    """Make the program of a seed, and compare its calls; another error of the compiler than a refusal is a difference.

    ``sampled``: the python tier's outcomes are compared too.
    """
    made = program(seed)
    calls = [arguments(made.parameters, seed * 100 + turn) for turn in range(CALLS)]
    tally = compared(made, calls)
    if sampled and tally.counts["programs"]:
        _beside(tally, made, calls)
    return tally


@cache
def _python_tier() -> PythonTier:
    tier = PythonTier()
    atexit.register(tier.close)
    return tier


def _beside(tally: Tally, made: Program, calls: Sequence[list[Any]]) -> None:
    """Compare the python tier with CPython."""
    cell = compiled(made.source)
    for values in calls:
        with _patient():
            here = cell.expect(*values)
        if (there := _python_tier().run(made, values)) is None:
            continue
        tally.counts["python tier"] += 1
        what = difference(there, here)
        if what:
            _failed(tally, made, tuple(values), f"python tier, {what}")


def compared(made: Program, calls: Sequence[Sequence[Any]]) -> Tally:
    """Compare the calls of a program."""
    tally = Tally()
    try:
        cell = compiled(made.source)
    except NotNativeError as error:
        tally.counts["refused"] += 1
        tally.reasons[error.message] += 1
        return tally
    except Exception as error:  # noqa: BLE001 (whatever the compiler dies of is what is looked for)
        return _failed(tally, made, (), f"the compiler fails: {_told(error)}")
    tally.counts["programs"] += 1
    for values in calls:
        tally.counts["calls"] += 1
        try:
            what = _call(tally, cell, values)
        except Exception as error:  # noqa: BLE001 (as above)
            what = f"the call fails: {_told(error)}"
        if what:
            _failed(tally, made, tuple(values), what)
    return tally


def compiled(source: str) -> Cell:
    """The program in both forms. Raises as the compiler does."""
    with warnings.catch_warnings(action="ignore", category=SyntaxWarning):
        return Cell(source, "f", fuel=True)


def _call(tally: Tally, cell: Cell, values: Sequence[Any]) -> str:
    native = cell.run(*values)
    if isinstance(native, Stopped) and native.is_limit:
        tally.counts["limits"] += 1
        return ""
    with _patient():
        python = cell.expect(*values)
    tally.counts["exceptions" if isinstance(native, Stopped) else "values"] += 1
    return difference(native, python)


def _failed(tally: Tally, made: Program, values: tuple[Any, ...], what: str) -> Tally:
    tally.counts["differences"] += 1
    tally.found.append(Found(made.seed, made.source, values, what))
    return tally


def _told(error: Exception) -> str:
    """An error with the place that raised it."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.name} ({Path(last.filename).name}:{last.lineno}): {error}"


@contextmanager
def _patient() -> Iterator[None]:
    """Stop what runs for longer than PATIENCE. Raises TimeoutError."""

    def stop(*_: object) -> None:
        raise _StoppedError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    except _StoppedError:
        raise TimeoutError("CPython does not end where the native tier gives a value") from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class _StoppedError(BaseException):
    """Not an Exception: no handler of a program catches it."""


Fails = Callable[[str], bool]


def _kind(what: str) -> str:
    """What of a difference stays the same while its program becomes smaller."""
    place = re.match(r"the \w+ fails: [^)]*\)", what)
    return place[0] if place else what.partition(":")[0]


def fails_like(found: Found) -> Fails:
    """A test for shorter sources: whether they fail, with the same arguments and in the same way."""
    kind = _kind(found.what)

    def fails(source: str) -> bool:
        tally = compared(Program(found.seed, source, ()), [found.values] if found.values else [])
        return any(_kind(other.what) == kind for other in tally.found)

    return fails
