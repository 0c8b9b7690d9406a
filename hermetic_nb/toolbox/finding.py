"""Search: words first, then the examples, which tools can be run on because they are pure."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from hermetic_nb.errors import HermeticError, IntegrityError, ToolNotFoundError
from hermetic_nb.model import WASM
from hermetic_nb.signature.border import fit
from hermetic_nb.toolbox.apart import Apart
from hermetic_nb.toolbox.examples import same
from hermetic_nb.toolbox.sealed import Tool

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from hermetic_nb.digest import Digest
    from hermetic_nb.registry import NameRecord, Registry
    from hermetic_nb.toolbox.examples import Example
    from hermetic_nb.toolbox.sealed import Home

CANDIDATES: Final = 50
"""Tools that the words may find, and that are run on the examples."""
MEANING: Final = 3.5
"""What the same meaning is worth, where the best match by words is worth 1. Chosen on the tuning half."""
RELATED: Final = 0.2
"""A text that shares no word with the query and is not even so near in meaning is not found."""
OTHERS: Final = 1000
"""Native tools beside these that are run on them too: one call takes some 50 us."""
SECONDS: Final = 0.5
"""Of one call on an example: a tool that takes longer is not what was sought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One tool that a search found."""

    name: str
    digest: Digest
    signature: str
    doc: str
    """The first line of its documentation."""
    tier: str = ""
    passed: int = 0
    """Examples of the search that it passes; it passes all, or it is not ranked by them."""

    def to_json(self) -> dict[str, Any]:
        """What models and clients are told of it."""
        return {"tool": self.name, "digest": self.digest, "signature": self.signature, "doc": self.doc}


class Meaning(Protocol):
    """How near texts are in meaning to a query; the extra ``[search]`` has one."""

    def near(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        """For each text a number: 1 for the same meaning, about 0 for none in common."""


def by_words(registry: Registry, query: str, limit: int, meaning: Meaning | None) -> list[tuple[float, NameRecord]]:
    """The records that a query finds in one registry, and how well, at most ``limit``."""
    scores = registry.scores(query, limit=limit)
    if meaning is not None and query.strip():
        scores = fused(scores, registry.texts(), query, meaning)
    names = sorted(scores, key=lambda name: (-scores[name], name))[:limit]
    return [(scores[record.name], record) for record in registry.latest(names)]


def fused(scores: Mapping[str, float], texts: Mapping[str, str], query: str, meaning: Meaning) -> dict[str, float]:
    """The scores by words and by meaning of all texts, by name."""
    near = meaning.near(query, list(texts.values()))
    return {
        name: scores.get(name, 0.0) + MEANING * score
        for name, score in zip(texts, near, strict=True)
        if name in scores or score >= RELATED
    }


def ranked(
    home: Home, wanted: Sequence[Tool], others: Iterable[Tool], examples: Sequence[Example]
) -> list[tuple[Tool, int]]:
    """Tools with the examples that they pass: those that pass all first, each group in the order given."""
    if not examples:
        return [(tool, 0) for tool in wanted]
    seen = {tool.digest for tool in wanted}
    more = [tool for tool in others if tool.digest not in seen and tool.manifest.media_type == WASM][:OTHERS]
    passing = [tool for tool in [*wanted, *more] if passes(home, tool, examples)]
    first = {tool.digest for tool in passing}
    return [(tool, len(examples)) for tool in passing] + [(tool, 0) for tool in wanted if tool.digest not in first]


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


def found(tool: Tool, passed: int = 0) -> Found:
    """A tool as a search gives it."""
    return Found(
        name=tool.name,
        digest=tool.digest,
        signature=str(tool.signature),
        doc=tool.manifest.summary,
        tier=tool.tier,
        passed=passed,
    )


def readable(pull: Any, references: Iterable[str]) -> list[Tool]:
    """The tools of references, without those that cannot be read."""
    tools = []
    for reference in references:
        with suppress(ToolNotFoundError, IntegrityError):
            tools.append(pull(reference))
    return tools
