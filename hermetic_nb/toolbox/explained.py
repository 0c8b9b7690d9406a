"""A tool and what the compiler says of its source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hermetic_nb.model import Explanation
    from hermetic_nb.toolbox.sealed import Tool


@dataclass(frozen=True, slots=True, repr=False)
class Explained:
    """What `Tool.explain` gives: to be shown, or read as data. No part of the tool: its digest does not cover it."""

    tool: Tool
    explanation: Explanation

    def __repr__(self) -> str:
        return f"<{self.tool.name} explained: {len(self.explanation.functions)} functions>"
