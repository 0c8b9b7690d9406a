"""What a call came to, in CPython or in the sealed tool, and the rule by which a result takes its declared type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.signature.border_scalars import RESULT
from hermetic_nb.signature.border_wide import Wide
from hermetic_nb.signature.misfit import MisfitError

if TYPE_CHECKING:
    from hermetic_nb.signature import Definition, Type


@dataclass(frozen=True, slots=True)
class Value:
    """The call returned this, with its exact Python types."""

    value: Any

    def __str__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True, slots=True)
class Raised:
    """The call raised: the exception's name, its message, the line of the cell, and the sealed tool's trap code (else 0)."""

    exception: str
    message: str = ""
    line: int = 0
    code: int = 0

    def __str__(self) -> str:
        return f"{self.exception}: {self.message}" if self.message else self.exception


@dataclass(frozen=True, slots=True)
class Foreign:
    """The call returned something that no interface type holds; ``type`` is its name."""

    type: str

    def __str__(self) -> str:
        return f"a value of type {self.type}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """The call was given up: it went beyond the reference's budget."""

    reason: str

    def __str__(self) -> str:
        return f"not finished ({self.reason})"


Outcome = Value | Raised | Foreign | Skipped


def to_wire(outcome: Outcome) -> list[Any]:
    """The outcome as JSON data."""
    match outcome:
        case Value(value):
            return ["value", values.to_wire(value)]
        case Raised(exception, message, line, code):
            return ["raised", exception, values.to_wire(message), line, code]
        case Foreign(name):
            return ["foreign", name]
        case Skipped(reason):
            return ["skipped", reason]


def from_wire(data: list[Any]) -> Outcome:
    """The outcome of JSON data. Raises ValueError."""
    match data:
        case ["value", value]:
            return Value(values.from_wire(value))
        case ["raised", str(exception), message, int(line), int(code)]:
            return Raised(exception, str(values.from_wire(message)), line, code)
        case ["foreign", str(name)]:
            return Foreign(name)
        case ["skipped", str(reason)]:
            return Skipped(reason)
    raise ValueError("not an outcome")


def declared(kind: Type, value: Any, definitions: tuple[Definition, ...] = ()) -> Any:
    """A result as its declared type: an int becomes a float where that is exact, a bool an int.

    A value that is none of the type stays as it is. ``definitions`` are the classes that the type names.
    """
    try:
        return Wide(definitions).fit(kind, value, RESULT)
    except MisfitError:
        return value
