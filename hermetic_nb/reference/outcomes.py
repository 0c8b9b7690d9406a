"""What a call came to, in CPython or in the sealed tool, and the rule by which a result takes its declared type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hermetic_nb import values
from hermetic_nb.signature import FLOAT, ListType, Type
from hermetic_nb.signature.types import DictType, FrozenSetType, NoneType, SetType, TupleType, UnionType


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


def declared(kind: Type, value: Any) -> Any:
    """A result as its declared type: an int becomes a float where that is exact; everything else stays as it is."""
    if isinstance(kind, ListType) and type(value) is list:
        return [declared(kind.item, item) for item in value]
    if isinstance(kind, TupleType) and type(value) is tuple:
        kinds = kind.items if kind.rest is None else (kind.rest,) * len(value)
        return tuple(map(declared, kinds, value)) if len(kinds) == len(value) else value
    if isinstance(kind, DictType) and type(value) is dict:
        return {declared(kind.key, key): declared(kind.item, item) for key, item in value.items()}
    if isinstance(kind, SetType | FrozenSetType) and type(value) in {set, frozenset}:
        return type(value)(declared(kind.item, item) for item in value)
    if isinstance(kind, UnionType) and value is not None:
        inner = [member for member in kind.members if not isinstance(member, NoneType)]
        return declared(inner[0], value) if len(inner) == 1 else value
    if kind == FLOAT and type(value) is int:
        try:
            exact = float(value)
        except OverflowError:
            return value
        return exact if exact == value else value
    return value
