"""What was shown of a tool when it was sealed; it becomes the provenance statement."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hermetic_nb.builder.comparison import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.model import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All of it is decided by spec and toolchain, but ``programs``, which says what did the work on this host."""

    reason: str
    """Why the tool is of its tier."""
    builds: int
    """Builds that gave the same bytes, each in a process of its own."""
    imports: tuple[str, ...] = ()
    examples: int = 0
    """Examples that passed; all of them, or the tool would not be sealed."""
    reference: str = ""
    """What the sealed tool was compared with; empty where there is nothing that says what the source means."""
    seed: str = ""
    """Hex digits of the seed of the generated inputs."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Generated inputs by `Verdict`."""
    ulp: Mapping[str, int] = field(default_factory=dict)
    """Library functions whose last digits may differ from CPython's, and by how many units in the last place."""
    notes: tuple[str, ...] = ()
    programs: Mapping[str, str] = field(default_factory=dict)

    @property
    def compared(self) -> int:
        """Generated inputs on which the sealed tool and CPython agreed, declared limits included."""
        agreed = (Verdict.EQUAL, Verdict.NEAR, Verdict.LIMIT)
        return sum(self.counts.get(verdict.value, 0) for verdict in agreed)

    @property
    def limited(self) -> int:
        """Of these, inputs where the tool stopped at a declared limit."""
        return self.counts.get(Verdict.LIMIT.value, 0)

    @property
    def skipped(self) -> int:
        """Generated inputs that show nothing, because CPython went beyond its budget."""
        return self.counts.get(Verdict.SKIPPED.value, 0)

    @property
    def inconclusive(self) -> int:
        """Generated inputs that show nothing, because CPython's answer hangs on last digits or on a limit of its own."""
        return self.counts.get(Verdict.INCONCLUSIVE.value, 0)

    def to_json(self) -> dict[str, Any]:
        """The provenance statement."""
        return {
            "reason": self.reason,
            "builds": self.builds,
            "imports": list(self.imports),
            "examples": self.examples,
            "compared": self.compared,
            "limited": self.limited,
            "skipped": self.skipped,
            "inconclusive": self.inconclusive,
            "reference": self.reference,
            "seed": self.seed,
            "counts": dict(self.counts),
            "ulp": dict(self.ulp),
            "notes": list(self.notes),
            "programs": dict(self.programs),
        }


@dataclass(frozen=True, slots=True)
class Built:
    """A sealed artifact and what was shown of it."""

    artifact: Artifact
    proof: Proof

    @property
    def provenance(self) -> dict[str, Any]:
        """The statement to keep beside the tool."""
        return self.proof.to_json()

    @property
    def reason(self) -> str:
        """Why the tool is of its tier."""
        return self.proof.reason


def count(verdicts: Counter[Verdict]) -> dict[str, int]:
    """The counts by name, in the order of `Verdict`, zeros left out."""
    return {verdict.value: verdicts[verdict] for verdict in Verdict if verdicts[verdict]}
