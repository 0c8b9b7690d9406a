"""What a run has done so far: told to the model, counted at the end, and kept while the run waits for the user."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from hermetic_nb.digest import parse_digest
from hermetic_nb.registry.usage import Requests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.digest import Digest


@dataclass(slots=True)
class Progress:
    """The tools that a run made, found, called and heard of."""

    made: dict[Digest, str] = field(default_factory=dict)
    """The names of tools that it made."""
    called: dict[Digest, int] = field(default_factory=dict)
    offers: dict[str, list[Digest]] = field(default_factory=dict)
    """Existing tools that answered a creation, by the proposal's name; not where it came again and was made."""
    rejected: int = 0
    """Proposals that came again and were made."""
    start: frozenset[str] | None = None
    """The names of the notebook's tools when the run began, as it was recorded; None: the run is not recorded."""
    seen: set[str] = field(default_factory=set)
    """Names of tools that it got from the registry."""
    searched: set[str] = field(default_factory=set)
    """Names that searches told."""

    @property
    def own(self) -> set[str]:
        """Names of tools that the run made or got."""
        return {*self.made.values(), *self.seen}

    @property
    def found(self) -> tuple[Digest, ...]:
        """Existing tools that took the place of a new one."""
        return tuple(digest for offered in self.offers.values() for digest in offered)

    @property
    def requests(self) -> Requests:
        """The tools that the run needed: a tool that it called, or that answered a creation, was found or made."""
        called = self.called.keys() - self.made.keys()
        unused = sum(called.isdisjoint(offered) for offered in self.offers.values())
        return Requests(found=len(called) + unused, made=len(self.made), rejected=self.rejected)

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        names = {"start": self.start or (), "seen": self.seen, "searched": self.searched}
        return asdict(self) | {key: sorted(value) for key, value in names.items()}

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Progress:
        """Read the stored form. Raises ValueError, KeyError, TypeError or AttributeError on another document."""
        return cls(
            made={parse_digest(tool): str(name) for tool, name in document["made"].items()},
            called={parse_digest(tool): int(number) for tool, number in document["called"].items()},
            offers={str(name): [*map(parse_digest, tools)] for name, tools in document["offers"].items()},
            rejected=int(document["rejected"]),
            start=frozenset(map(str, document["start"])),
            seen=set(map(str, document["seen"])),
            searched=set(map(str, document["searched"])),
        )
