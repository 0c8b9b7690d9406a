"""Scripted models, and what the tests of agents share. A script is a list of steps; step n answers the n-th request."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.models.function import AgentInfo

Step = str | tuple[str, dict[str, Any]] | Callable[[list[ModelMessage], AgentInfo], ModelResponse]

BAD = "def run(a: str, b: str) -> int:\n    return distance(a, b)\n"
GOOD = """def run(a: str, b: str) -> int:
    previous = list(range(len(b) + 1))
    for i in range(len(a)):
        current = [i + 1]
        for j in range(len(b)):
            cost = 0 if a[i] == b[j] else 1
            current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost))
        previous = current
    return previous[len(b)]
"""
EXAMPLES = [
    {"arguments": {"a": "kitten", "b": "sitting"}, "result": 3},
    {"arguments": {"a": "", "b": "ab"}, "result": 2},
]


def create(source: str, name: str = "edit_distance", **more: Any) -> tuple[str, dict[str, Any]]:
    """A step that proposes a tool."""
    proposal = {
        "name": name,
        "description": "Levenshtein distance of two texts.",
        "parameters": {"a": "str", "b": "str"},
        "code": source,
        "examples": EXAMPLES,
    }
    return "tool_create", proposal | more


def scripted(*steps: Step) -> Callable[[list[ModelMessage], AgentInfo], ModelResponse]:
    """A model that answers with one step after the other: a text, or a call of a tool."""

    def model(messages: list[ModelMessage], info: AgentInfo) -> ModelResponse:
        step = steps[sum(isinstance(message, ModelResponse) for message in messages)]
        if callable(step):
            return step(messages, info)
        if isinstance(step, str):
            return ModelResponse([TextPart(step)])
        return ModelResponse([ToolCallPart(*step)])

    return model


def results(messages: Sequence[ModelMessage]) -> list[Any]:
    """What the tools told the model, in order."""
    return [
        json.loads(part.content)
        if part.tool_name != "final_result" and isinstance(part.content, str) and part.content.startswith("{")
        else part.content
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, ToolReturnPart)
    ]
