"""The agents of a toolbox, one a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hermetic_nb.agents.subagents import PromptAgent
from hermetic_nb.display import Shown, html, text
from hermetic_nb.display.cards import bundle_of
from hermetic_nb.model import FORMAT

if TYPE_CHECKING:
    from hermetic_nb.delegation import Agent
    from hermetic_nb.display import Bundle


@dataclass(frozen=True, slots=True, repr=False)
class AgentListing(Shown):
    """What ``%tool_agents`` shows."""

    agents: tuple[Agent, ...]

    def bundle(self) -> Bundle:
        """The list."""
        rows = [[agent.name, agent.approval, _answers(agent)] for agent in self.agents]
        lines = (
            text.table(["agent", "approval", "answers by"], rows)
            if rows
            else "no agents: %tool_agents add NAME --prompt TEXT"
        )
        agents = [{"name": name, "approval": approval, "by": by} for name, approval, by in rows]
        return bundle_of(lines, html.table(lines), "agents", {"format": FORMAT, "agents": agents})


def _answers(agent: Agent) -> str:
    if isinstance(agent.answer, PromptAgent):
        return f"a model: {text.shortened(agent.answer.prompt, 48)}"
    return "a function"
