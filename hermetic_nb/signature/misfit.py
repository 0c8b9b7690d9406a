"""Why a value does not fit its declared type, and where in it; told of arguments and of results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.values import Member, Record

if TYPE_CHECKING:
    from hermetic_nb.signature.types import Type

_LONGEST: Final = 80
"""Characters of a type in a message."""
_KEY: Final = 30
"""Characters of a value in a message."""


class MisfitError(Exception):
    """A value does not fit: it is of another type than ``wanted``, or what ``said`` says."""

    def __init__(self, wanted: Type, value: Any, said: str = "", hint: str = "") -> None:
        super().__init__(said)
        self.wanted = _clipped(str(wanted), _LONGEST)
        self.found = kind_of(value)
        self.said = said
        self.hint = hint
        self.path: list[str] = []
        """The way from the value to the outermost one."""

    def copy(self) -> MisfitError:
        """The same, to be led from elsewhere."""
        made = type(self).__new__(type(self), self.said)
        made.__dict__.update(self.__dict__, path=list(self.path))
        return made

    def within(self, step: str) -> MisfitError:
        """The same of the value that holds it by this step."""
        self.path.append(step)
        return self

    @property
    def place(self) -> str:
        """The way from the outermost value, as in ``[3].name``."""
        return "".join(reversed(self.path))

    def of_argument(self, name: str) -> ArgumentError | ArgumentRangeError:
        """The error that a caller gets."""
        where = f"{name}{self.place}"
        if self.said:
            return ArgumentError(f"argument {where!r}: {self.said}", help=self.hint)
        return ArgumentError(f"argument {where!r} is declared {self.wanted}, not {self.found}", help=self.hint)

    def of_result(self, declared: Type) -> str:
        """The end of a sentence that begins with the name of what gave the value."""
        at = f" at {self.place.strip()}" if self.path else ""
        gave = f"a value that does not fit{at}: {self.said}" if self.said else f"{self.found}{at}"
        return f"is declared to give {_clipped(str(declared), _LONGEST)}, and gave {gave}"


def kind_of(value: Any) -> str:
    """The name of a value's class; of an instance of a tool's class the name of that."""
    if isinstance(value, Record):
        return value._name_
    if isinstance(value, Member):
        return value.enum
    return "None" if value is None else type(value).__name__


def shown(value: Any) -> str:
    """A value in a message: short, and the same everywhere."""
    if isinstance(value, int) and value.bit_length() > 128:
        return f"an int of {value.bit_length()} bits"
    if type(value) not in {int, float, bool, str, bytes, type(None)}:
        return kind_of(value)
    # Double quotes, because single ones stand around the whole place; not repr, which shows what the version of Python does.
    return _clipped(json.dumps(value) if type(value) is str else ascii(value), _KEY)


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}..."
