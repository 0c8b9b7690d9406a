"""Requests to a model in a form that two runs of one notebook share: no times, no identifiers that are drawn by chance.

The parts of a message keep the names that pydantic-ai gives them. Only what is in `KEPT` is kept; identifiers of tool calls
are numbered by first appearance.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai.messages import ModelMessagesTypeAdapter

from hermetic_nb.digest import Digest, digest_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings
    from pydantic_ai.tools import ToolDefinition

KEPT: Final = ("part_kind", "tool_name", "tool_call_id", "args", "content")
"""Keys of a part that say what, and not when, where or by whom."""
_NOTICES: Final = frozenset({"tool-availability-delta"})
"""Parts that repeat what the list of tools says; a model's wire decides whether they are there."""


def messages_json(messages: Sequence[ModelMessage]) -> list[dict[str, Any]]:
    """The messages of a conversation, each as a document of its own."""
    numbers: dict[str, str] = {}
    return [_message(message, numbers) for message in ModelMessagesTypeAdapter.dump_python(list(messages), mode="json")]


def response_json(messages: Sequence[ModelMessage], response: ModelResponse) -> dict[str, Any]:
    """A model's answer as it is kept; its calls are numbered on from those of the messages before it."""
    return messages_json([*messages, response])[-1]


def tool_json(tool: ToolDefinition) -> dict[str, Any]:
    """What a model is told of a tool."""
    return {
        "description": tool.description or "",
        "parameters": plain(tool.parameters_json_schema),
    }


def settings_json(settings: ModelSettings | None, parameters: ModelRequestParameters) -> dict[str, Any]:
    """What else decides the answer."""
    return {
        "settings": {key: plain(value) for key, value in sorted((settings or {}).items()) if value is not None},
        "output": str(parameters.output_mode),
    }


def key_of(messages: Sequence[Digest], tools: Mapping[str, Digest], settings: Mapping[str, Any]) -> Digest:
    """The key of a request: one for all requests that say the same."""
    return digest_json({"messages": list(messages), "tools": dict(tools), "settings": dict(settings)})


def plain(data: Any) -> Any:
    """JSON data with the floats as text: canonical JSON holds none."""
    if isinstance(data, dict):
        return {str(key): plain(item) for key, item in data.items()}
    if isinstance(data, (list, tuple)):
        return [plain(item) for item in data]
    return repr(data) if isinstance(data, float) else data


def _message(message: dict[str, Any], numbers: dict[str, str]) -> dict[str, Any]:
    kept = {"kind": message["kind"]}
    if message.get("instructions"):
        kept["instructions"] = message["instructions"]
    parts = [part for part in message["parts"] if part["part_kind"] not in _NOTICES]
    return kept | {"parts": [_part(part, numbers) for part in parts]}


def _part(part: dict[str, Any], numbers: dict[str, str]) -> dict[str, Any]:
    kept = {key: plain(part[key]) for key in KEPT if part.get(key) is not None}
    if "tool_call_id" in kept:
        kept["tool_call_id"] = numbers.setdefault(part["tool_call_id"], f"call {len(numbers) + 1}")
    if "args" in kept and not isinstance(part["args"], str):
        kept["args"] = json.dumps(
            part["args"], ensure_ascii=False
        )  # an answer is read again: floats stay what they are
    return kept
