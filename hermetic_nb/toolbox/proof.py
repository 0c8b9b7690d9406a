"""What was shown of a tool when it was sealed, read from its provenance statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The counts are fixed by the source's digest, so a tool that was built and one that was found say the same."""

    reason: str = ""
    """Why the tool is of its tier."""
    examples: int = 0
    """Examples of the docstring that passed, in the sealed tool and in CPython."""
    compared: int = 0
    """Generated inputs on which the sealed tool and CPython agreed."""
    limited: int = 0
    """Of these, inputs where the tool stopped at a declared limit (an int beyond 64 bits, ...)."""
    skipped: int = 0
    """Generated inputs beside these on which CPython went beyond its budget."""
    inconclusive: int = 0
    """Generated inputs beside these where CPython's answer hangs on last digits, or on a limit of its own."""
    reference: str = ""
    """What the tool was compared with; empty where there is nothing that says what the source means."""
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, statement: Mapping[str, Any]) -> Proof:
        """Read a provenance statement; what it does not say stays empty."""
        return cls(
            reason=str(statement.get("reason", "")),
            examples=int(statement.get("examples", 0)),
            compared=int(statement.get("compared", 0)),
            limited=int(statement.get("limited", 0)),
            skipped=int(statement.get("skipped", 0)),
            inconclusive=int(statement.get("inconclusive", 0)),
            reference=str(statement.get("reference", "")),
            notes=tuple(map(str, statement.get("notes", ()))),
        )
