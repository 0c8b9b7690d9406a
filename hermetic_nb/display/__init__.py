"""How tools, receipts, lists and errors are shown. Knows no notebook: `BUNDLES` says what makes the bundle of a type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.display.cards import (
    MIME,
    Bundle,
    error_card,
    list_card,
    receipt_card,
    receipt_json,
    receipt_note,
    tool_card,
    tool_json,
    tool_sheet,
    verification_card,
)
from hermetic_nb.display.explanation import explanation_card, explanation_json
from hermetic_nb.display.figures import Figures
from hermetic_nb.display.finds import Finds
from hermetic_nb.display.shown import Shown
from hermetic_nb.display.text import shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.toolbox import Tool

__all__ = [
    "BUNDLES",
    "MIME",
    "Bundle",
    "Figures",
    "Finds",
    "Listing",
    "Sheet",
    "Shown",
    "error_card",
    "explanation_card",
    "explanation_json",
    "list_card",
    "receipt_card",
    "receipt_json",
    "receipt_note",
    "shortened",
    "tool_card",
    "tool_json",
    "tool_sheet",
    "verification_card",
]


@dataclass(frozen=True, slots=True, repr=False)
class Listing(Shown):
    """Tools, one a line."""

    tools: tuple[Tool, ...]
    versions: bool = False

    def bundle(self) -> Bundle:
        """The list."""
        return list_card(self.tools, versions=self.versions)


@dataclass(frozen=True, slots=True, repr=False)
class Sheet(Shown):
    """All of one tool."""

    tool: Tool
    source: bool = False

    def bundle(self) -> Bundle:
        """The sheet."""
        return tool_sheet(self.tool, source=self.source)


BUNDLES: Final[dict[tuple[str, str], Callable[[Any], Bundle]]] = {
    ("hermetic_nb.toolbox.sealed", "Tool"): tool_card,
    ("hermetic_nb.toolbox.sealed", "Verification"): verification_card,
    ("hermetic_nb.toolbox.explained", "Explained"): explanation_card,
    ("hermetic_nb.model.receipt", "Receipt"): receipt_card,
    ("hermetic_nb.errors", "HermeticError"): error_card,
}
"""Module and name of a type -> what shows it: a notebook registers these without importing the types."""
