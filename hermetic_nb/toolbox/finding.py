"""Search: words first, then the examples, which tools can be run on because they are pure."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import HermeticError, IntegrityError, ToolNotFoundError
from hermetic_nb.model import WASM
from hermetic_nb.signature.border import fit
from hermetic_nb.toolbox.apart import Apart
from hermetic_nb.toolbox.sealed import Tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hermetic_nb.digest import Digest
    from hermetic_nb.toolbox.sealed import Home

CANDIDATES: Final = 50
"""Tools that the words may find, and that are run on the examples."""
OTHERS: Final = 1000
"""Native tools beside these that are run on them too: one call takes some 50 us."""
SECONDS: Final = 0.5
"""Of one call on an example: a tool that takes longer is not what was sought."""
STOP: Final = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "give",
        "gives",
        "how",
        "i",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "that",
        "the",
        "their",
        "this",
        "to",
        "what",
        "which",
        "with",
        "you",
        "your",
    ]
)
"""Words that say nothing of a tool: a match by them alone is none."""
Example = tuple[tuple[Any, ...], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One tool that a search found."""

    name: str
    digest: Digest
    signature: str
    doc: str
    """The first line of its documentation."""
    passed: int = 0
    """Examples of the search that it passes; it passes all, or it is not ranked by them."""


def worded(query: str) -> str:
    """A query without the words that say nothing; the query itself where it has no others."""
    words = [word for word in re.findall(r"\w+", query) if word.lower() not in STOP]
    return " ".join(words) or query


def ranked(
    home: Home, by_words: Sequence[Tool], others: Iterable[Tool], examples: Sequence[Example]
) -> list[tuple[Tool, int]]:
    """Tools with the examples that they pass: those that pass all first, each group in the order given."""
    if not examples:
        return [(tool, 0) for tool in by_words]
    seen = {tool.digest for tool in by_words}
    more = [tool for tool in others if tool.digest not in seen and tool.manifest.media_type == WASM][:OTHERS]
    passing = [tool for tool in [*by_words, *more] if passes(home, tool, examples)]
    first = {tool.digest for tool in passing}
    return [(tool, len(examples)) for tool in passing] + [(tool, 0) for tool in by_words if tool.digest not in first]


def passes(home: Home, tool: Tool, examples: Sequence[Example]) -> bool:
    """Whether a tool gives the result of every example. Pure tools ask agents, so they are not tried."""
    manifest = tool.manifest
    if not examples or manifest.is_pure or manifest.env:
        return False
    brief = replace(home.limits, wall_seconds=min(home.limits.wall_seconds, SECONDS))
    trial = Tool(Apart(home, limits=brief), tool.artifact, source=tool.source, version=0, proof=tool.proof)
    for arguments, wanted in examples:
        try:
            fit(tool.signature, arguments, {}, wide=manifest.media_type != WASM)
            receipt = trial.call(*arguments)
        except HermeticError:
            return False
        if receipt.error is not None or not same(receipt.value, wanted):
            return False
    return True


def same(value: Any, wanted: Any) -> bool:
    """Whether a value is the wanted one: of the same wire text, or equal numbers."""
    if isinstance(value, (int, float)) and isinstance(wanted, (int, float)) and not isinstance(value, bool):
        return value == wanted and not isinstance(wanted, bool)
    try:
        return values.encode(value) == values.encode(wanted)
    except (TypeError, ValueError):
        return False


def found(tool: Tool, passed: int) -> Found:
    """A tool as a search gives it."""
    first = tool.manifest.doc.strip().partition("\n")[0]
    return Found(name=tool.name, digest=tool.digest, signature=str(tool.signature), doc=first, passed=passed)


def readable(pull: Any, references: Iterable[str]) -> list[Tool]:
    """The tools of references, without those that cannot be read."""
    tools = []
    for reference in references:
        with suppress(ToolNotFoundError, IntegrityError):
            tools.append(pull(reference))
    return tools
