"""What a search found, as a listing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hermetic_nb.digest import short
from hermetic_nb.display import html, text
from hermetic_nb.display.cards import Bundle, bundle_of
from hermetic_nb.display.shown import Shown
from hermetic_nb.model import FORMAT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.toolbox import Toolbox
    from hermetic_nb.toolbox.examples import Example
    from hermetic_nb.toolbox.finding import Found


@dataclass(frozen=True, slots=True, repr=False)
class Finds(Shown):
    """Tools that a search found, the best first, one a line."""

    query: str
    found: tuple[Found, ...]
    examples: int = 0
    """How many examples were given."""

    @classmethod
    def of(cls, box: Toolbox, query: str, examples: Sequence[Example], limit: int) -> Finds:
        """Search a toolbox. Raises RegistryAccessError."""
        return cls(query, tuple(box.search(query, examples, limit=limit)), len(examples))

    def bundle(self) -> Bundle:
        """The list: name, tier, digest, signature, the examples passed where some were given, and what it says of itself."""
        header = ["name", "tier", "digest", "signature", *(["examples"] if self.examples else []), "says"]
        rows = [
            [
                one.name,
                one.tier,
                short(one.digest),
                one.signature,
                *([f"{one.passed}/{self.examples}"] if self.examples else []),
                text.shortened_line(one.doc),
            ]
            for one in self.found
        ]
        nothing = "no tool found; %tool_list --all lists them all"
        plain = text.table(header, rows) if rows else nothing
        body = html.table(plain) if rows else html.faint(plain)
        document = {
            "format": FORMAT,
            "query": self.query,
            "examples": self.examples,
            "found": [_json(one) for one in self.found],
        }
        return bundle_of(plain, html.frame("found", text.count(len(rows), "tool"), body), "found", document)


def _json(found: Found) -> dict[str, Any]:
    return {
        "name": found.name,
        "digest": found.digest,
        "signature": found.signature,
        "doc": found.doc,
        "tier": found.tier,
        "passed": found.passed,
    }
