"""Whether the sealed tool and CPython agree: outcome by outcome."""

from __future__ import annotations

import math
import struct
import sys
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.reference import Foreign, Outcome, Raised, Skipped, Value, declared
from hermetic_nb.traps import LIMITS
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.signature import Definition, Type

WIDEN: Final = 4.0
"""How much wider than the spread seen with moved last digits the accepted interval is: the runs do not see every case."""


class Verdict(Enum):
    """What one input shows."""

    EQUAL = "equal"
    """The same value, or the same exception type."""
    NEAR = "near"
    """Floats within the stated bound of the library functions they come from."""
    LIMIT = "limit"
    """The sealed tool says that it cannot hold what CPython holds: a declared limit."""
    INCONCLUSIVE = "inconclusive"
    """CPython's answer hangs on the last digits of a library function, or on a limit of its own."""
    SKIPPED = "skipped"
    """CPython went beyond its budget."""
    DIFFERENT = "different"
    """Another value, or another exception type."""


def judge(result: Type, expected: Outcome, actual: Outcome, definitions: tuple[Definition, ...] = ()) -> Verdict:
    """Compare CPython's outcome with the sealed tool's.

    ``result`` is the declared type of the value, ``definitions`` the classes that it names.
    """
    if isinstance(expected, Skipped):
        return Verdict.SKIPPED
    if isinstance(actual, Raised) and actual.code in LIMITS:
        equal = isinstance(expected, Raised) and expected.exception == actual.exception
        return Verdict.EQUAL if equal else Verdict.LIMIT
    if isinstance(expected, Value) and isinstance(actual, Value):
        return Verdict.EQUAL if same(declared(result, expected.value, definitions), actual.value) else Verdict.DIFFERENT
    if isinstance(expected, Raised) and isinstance(actual, Raised):
        return Verdict.EQUAL if _kind(expected.exception) == _kind(actual.exception) else Verdict.DIFFERENT
    if isinstance(expected, Raised) and expected.exception in {"RecursionError", "MemoryError"}:
        return Verdict.INCONCLUSIVE  # CPython's own limit, where the sealed tool went on
    return Verdict.DIFFERENT


def settle(
    result: Type,
    expected: Outcome,
    moved: Sequence[Outcome],
    actual: Outcome,
    definitions: tuple[Definition, ...] = (),
) -> Verdict:
    """Judge again a difference in a tool that uses library functions whose last digits may differ.

    ``moved`` are CPython's outcomes with those digits moved to their bounds in several patterns.
    """
    runs = [_declared(result, run, definitions) for run in (expected, *moved)]
    if any(isinstance(run, (Skipped, Foreign)) for run in runs):
        return Verdict.INCONCLUSIVE
    if len({_discrete(run) for run in runs}) > 1:
        return Verdict.INCONCLUSIVE
    if _discrete(actual) != _discrete(runs[0]) or not isinstance(actual, Value):
        return Verdict.DIFFERENT
    columns = zip(*(_floats(run.value) for run in runs if isinstance(run, Value)), strict=True)
    near = all(_near(column, x) for column, x in zip(columns, _floats(actual.value), strict=True))
    return Verdict.NEAR if near else Verdict.DIFFERENT


def same(expected: Any, actual: Any) -> bool:
    """Whether two values are one: type by type, floats by their bits except that all NaNs are one."""
    if type(expected) is not type(actual):
        return False
    if type(expected) is float:
        both = math.isnan(expected) and math.isnan(actual)
        return both or struct.pack("<d", expected) == struct.pack("<d", actual)
    if type(expected) in {list, tuple}:
        return len(expected) == len(actual) and all(map(same, expected, actual))
    if type(expected) is dict:
        # The order of the keys is part of the value.
        return same(list(expected.items()), list(actual.items()))
    if isinstance(expected, Record):
        return expected._name_ == actual._name_ and same(expected._asdict(), actual._asdict())
    return bool(expected == actual)


def _kind(exception: str) -> str:
    """The exception, or the one of CPython 3.12 and later: before, a comprehension was a function, and what it lacked was free."""
    return "UnboundLocalError" if exception == "NameError" and sys.version_info < (3, 12) else exception


def _declared(result: Type, outcome: Outcome, definitions: tuple[Definition, ...]) -> Outcome:
    return Value(declared(result, outcome.value, definitions)) if isinstance(outcome, Value) else outcome


def _discrete(outcome: Outcome) -> str:
    """All of an outcome but the digits of its finite floats."""
    if isinstance(outcome, Value):
        return repr(_without_digits(outcome.value))
    return outcome.exception if isinstance(outcome, Raised) else type(outcome).__name__


def _without_digits(value: Any) -> Any:
    if type(value) is list:
        return [_without_digits(item) for item in value]
    if type(value) is tuple:
        return tuple(map(_without_digits, value))
    if type(value) is dict:
        return [(_without_digits(key), _without_digits(item)) for key, item in value.items()]
    if isinstance(value, Record):
        return (value._name_, _without_digits(value._asdict()))
    return "finite" if type(value) is float and math.isfinite(value) else value


def _floats(value: Any) -> list[float]:
    if type(value) in {list, tuple}:
        return [number for item in value for number in _floats(item)]
    if type(value) is dict:
        return [number for pair in value.items() for number in _floats(pair)]
    if isinstance(value, Record):
        return _floats(value._asdict())
    return [value] if type(value) is float and math.isfinite(value) else []


def _near(column: Sequence[float], actual: float) -> bool:
    centre = column[0]
    reach = WIDEN * max(abs(number - centre) for number in column)
    return abs(actual - centre) <= reach
