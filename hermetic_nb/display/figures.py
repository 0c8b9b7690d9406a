"""Figures of use as text, static HTML and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.digest import short
from hermetic_nb.display import html, text
from hermetic_nb.display.cards import bundle_of
from hermetic_nb.display.shown import Shown
from hermetic_nb.model import FORMAT
from hermetic_nb.registry.spares import UNUSED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.display.cards import Bundle
    from hermetic_nb.registry.spares import Spare
    from hermetic_nb.registry.statistics import Statistics
    from hermetic_nb.toolbox import Toolbox

NAMED: Final = 10
"""Spare tools that are named; the others are counted."""


@dataclass(frozen=True, slots=True, repr=False)
class Figures(Shown):
    """What ``%tool_stats`` shows."""

    statistics: Statistics
    scope: str
    """Whose figures they are."""
    spares: Sequence[Spare] | None = None
    """Tools that might go; None: nobody looked for them."""
    trimmed: Sequence[str] = ()
    """Names that are left out already."""

    @classmethod
    def of_registry(cls, box: Toolbox) -> Figures:
        """Those of a toolbox's registry, with the tools that might go. Raises RegistryAccessError."""
        reuse = box.reuse
        return cls(reuse.everywhere(), "the registry, all sessions", reuse.spares(), box.registry.trimmed())

    def bundle(self) -> Bundle:
        """The figures."""
        rows = _rows(self.statistics)
        used = _used(self.statistics)
        spare = "" if self.spares is None else _spare(self.spares, self.trimmed)
        parts = [part for part in (text.facts(rows), used, spare) if part]
        body = [html.facts(rows), *([html.table(used)] if used else []), *([html.block(spare)] if spare else [])]
        document = self.statistics.to_json()
        if self.spares is not None:
            document |= {"spares": [one.to_json() for one in self.spares], "trimmed": list(self.trimmed)}
        plain = f"{self.scope}\n" + "\n\n".join(parts)
        return bundle_of(plain, html.frame("use", self.scope, *body), "statistics", {"format": FORMAT} | document)


def _rows(counted: Statistics) -> list[tuple[str, str]]:
    rows = [
        (
            "tools",
            f"{counted.tools}: {counted.never} never called, {counted.once} once, {counted.repeatedly} more often",
        ),
        ("calls", f"{counted.calls}: mean {counted.mean:.1f} of a tool, median {counted.median:g}"),
    ]
    if counted.elsewhere:
        rows.append(("reused", f"{text.count(counted.elsewhere, 'tool')} in another session than the one that made it"))
    asked = counted.requests
    if counted.answered is not None:
        needed = asked.found + asked.made
        rows.append(
            (
                "agents",
                f"needed {text.count(needed, 'tool')}: {asked.found} were there ({counted.answered:.0%}), {asked.made} made",
            )
        )
    if counted.wrong:
        rows.append(
            (
                "rejected",
                f"{asked.rejected} of {asked.found + asked.rejected} offered tools did not do it ({counted.wrong:.0%})",
            )
        )
    return rows


def _used(counted: Statistics) -> str:
    if not counted.most_used:
        return ""
    rows = [[one.name, short(one.digest), str(one.calls)] for one in counted.most_used]
    return text.table(["most used", "digest", "calls"], rows)


def _spare(spares: Sequence[Spare], trimmed: Sequence[str]) -> str:
    lines = [f"  {spare.name}: {_why(spare)}" for spare in spares[:NAMED]]
    if spares:
        more = f"\n  and {len(spares) - NAMED} more" if len(spares) > NAMED else ""
        names = " ".join(spare.name for spare in spares[:NAMED])
        lines = ["nothing would miss:", *lines, f"{more}  %tool_stats --trim {names}".lstrip("\n")]
    if trimmed:
        lines.append(f"trimmed: {', '.join(trimmed)}")
    return "\n".join(lines)


def _why(spare: Spare) -> str:
    match spare.why:
        case "unused":
            return f"no call and no user in {UNUSED.days} days"
        case "same bytes":
            return f"the same as {spare.kept}, to the byte"
        case _:
            return f"gives what {spare.kept} gives, on {text.count(spare.inputs, 'input')}"
