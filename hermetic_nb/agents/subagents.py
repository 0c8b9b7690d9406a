"""Agents of a prompt and a model, that answer ``call_agent``: each answer is recorded, and replayed without the model."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai import Agent

from hermetic_nb import values
from hermetic_nb.agents.purse import at_hand
from hermetic_nb.agents.running import Budget, tape_of
from hermetic_nb.digest import digest_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from hermetic_nb.agents.tapes import Mode

BUDGET: Final = Budget(requests=5, calls=0)
"""Of an answer outside a run of an agent; within one, its budget counts."""


@dataclass(frozen=True, slots=True)
class PromptAgent:
    """Answers with what a model says under a prompt; called with the arguments of ``call_agent``."""

    name: str
    prompt: str
    model: Any = None
    mode: Mode | None = None
    cassette: Path | None = None

    async def __call__(self, args: Mapping[str, Any]) -> str:
        """The model's text. Raises NoModelError, CassetteMissError, ModelFailedError."""
        asked = _text(args)
        key = digest_json({"agent": self.name, "prompt": self.prompt, "asked": asked})
        tape, model = tape_of(key, f"{self.name}: {asked}", model=self.model, mode=self.mode, path=self.cassette)
        agent = Agent(tape.model(model), instructions=self.prompt)
        purse = at_hand(BUDGET.limits())
        result = await agent.run(asked, usage_limits=purse.limits, usage=purse.spent)
        tape.finish()
        return str(result.output)


def _text(args: Mapping[str, Any]) -> str:
    """What the model reads: the input itself where that is all, else the arguments as JSON."""
    if set(args) == {"input"} and isinstance(args["input"], str):
        return args["input"]
    return json.dumps(values.to_wire(dict(args)), ensure_ascii=False)
