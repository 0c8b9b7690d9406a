"""What an agent's run gives: the answer, and what was done on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hermetic_nb.display import html, text
from hermetic_nb.display.cards import bundle_of
from hermetic_nb.model import FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.digest import Digest
    from hermetic_nb.display import Bundle
    from hermetic_nb.making.policy import Wish
    from hermetic_nb.toolbox import Tool


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Answer:
    """The end of a run: ``text``, or ``waits`` where the user has to decide before it goes on."""

    request: str
    text: str
    made: tuple[Tool, ...] = ()
    found: tuple[Digest, ...] = ()
    """Digests of existing tools that took the place of a new one."""
    called: Mapping[Digest, int] = field(default_factory=dict)
    """Digest of a tool -> calls."""
    replayed: bool = False
    """Whether a recording answered, not a model."""
    waits: tuple[Wish, ...] = ()
    messages: bytes = b""
    """The conversation, as pydantic-ai writes it: what `go_on` continues."""

    def __repr__(self) -> str:
        return self.text if not self.waits else _waiting(self)

    __str__ = __repr__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:  # noqa: ARG002 (IPython's protocol)
        return answer_card(self)


def answer_card(answer: Answer) -> Bundle:
    """The answer as text, static HTML and JSON."""
    rows = _rows(answer)
    title = "waits for you" if answer.waits else "answer"
    body = _waiting(answer) if answer.waits else answer.text
    parts = [html.block(body)] + ([html.facts(rows)] if rows else [])
    plain = body if not rows else f"{body}\n\n{text.facts(rows)}"
    return bundle_of(plain, html.frame(title, "by an agent with sealed tools", *parts), "answer", answer_json(answer))


def answer_json(answer: Answer) -> dict[str, Any]:
    """The vendor JSON of an answer."""
    return {
        "format": FORMAT,
        "request": answer.request,
        "text": answer.text,
        "made": [{"name": tool.name, "digest": tool.digest} for tool in answer.made],
        "found": list(answer.found),
        "called": dict(sorted(answer.called.items())),
        "waits": [wish.to_json() for wish in answer.waits],
    }


def _rows(answer: Answer) -> list[tuple[str, str]]:
    rows = []
    if answer.made:
        rows.append(("made", ", ".join(f"{tool.name} {text_digest(tool.digest)}" for tool in answer.made)))
    if answer.called:
        calls = sum(answer.called.values())
        rows.append(("called", f"{text.count(calls, 'time')}, {text.count(len(answer.called), 'tool')}"))
    return rows


def text_digest(digest: str) -> str:
    """The first digits of a digest."""
    return digest.removeprefix("sha256:")[:12]


def _waiting(answer: Answer) -> str:
    lines = []
    for wish in answer.waits:
        verb = "make" if wish.act == "create" else "call"
        lines.append(f"May the agent {verb} {wish.tool} {text_digest(wish.digest)}?")
        if wish.agents:
            names = "agents whose names it computes" if "*" in wish.agents else ", ".join(wish.agents)
            lines.append(f"  it asks for more than was granted here: {names}")
        if wish.env:
            lines.append(f"  it reads from the environment: {', '.join(wish.env)}")
    lines.append("Decide with the buttons, then run the cell again: it goes on where it stopped.")
    return "\n".join(lines)
