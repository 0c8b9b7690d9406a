"""Why a request is not the recorded one: the first difference that a person can do something about."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hermetic_nb.display.text import shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.agents.cassette import Cassette, Exchange, Group
    from hermetic_nb.digest import Digest


def nearest(group: Group, messages: Sequence[Digest]) -> Exchange | None:
    """The recorded request that shares the longest beginning with this one; of equals the one of the same length."""

    def likeness(exchange: Exchange) -> tuple[int, int]:
        same = 0
        for mine, theirs in zip(messages, exchange.messages, strict=False):
            if mine != theirs:
                break
            same += 1
        return same, -abs(len(exchange.messages) - len(messages))

    return max(group.exchanges, key=likeness, default=None)


def difference(
    cassette: Cassette,
    recorded: Exchange,
    messages: Sequence[Digest],
    tools: Mapping[str, Digest],
    settings: Mapping[str, Any],
) -> str:
    """What a request has that the recorded one has not, or the other way round."""
    for mine, theirs in zip(messages, recorded.messages, strict=False):
        if mine != theirs:
            return _of_messages(cassette.messages[mine], cassette.messages[theirs])
    for name in sorted({*tools, *recorded.tools}):
        if name not in recorded.tools:
            return f"the tool {name} is new: no tool of that name was there when it was recorded"
        if name not in tools:
            return f"the tool {name} is not there: it was when this was recorded"
        if tools[name] != recorded.tools[name]:
            return f"the tool {name} has another description or other parameters"
    if len(messages) != len(recorded.messages):
        return "the conversation has another length"
    return f"other settings: {_text(dict(settings))}, recorded with {_text(dict(recorded.settings))}"


def _of_messages(mine: Any, theirs: Any) -> str:
    if mine.get("instructions") != theirs.get("instructions"):
        return "the instructions to the model are others"
    for here, there in zip(mine.get("parts", []), theirs.get("parts", []), strict=False):
        if here != there:
            return _of_parts(here, there)
    return "the conversation goes on in another way"


def _of_parts(here: Mapping[str, Any], there: Mapping[str, Any]) -> str:
    name = here.get("tool_name")
    if here.get("part_kind") == "user-prompt":
        return f"the request is {_text(here.get('content'))}, recorded was {_text(there.get('content'))}"
    if name and name == there.get("tool_name"):
        mine, theirs = here.get("content"), there.get("content")
        old, new = _digest_of(theirs), _digest_of(mine)
        if old and new and old[1] != new[1]:
            return f"the tool {new[0]} has another digest: {_short(new[1])}, recorded was {_short(old[1])}"
        return f"{name} gives {_text(mine)}, recorded was {_text(theirs)}"
    return f"{_text(here)} stands where {_text(there)} was recorded"


def _digest_of(content: Any) -> tuple[str, str] | None:
    """The name and digest of a tool that a result speaks of."""
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            return None
    if isinstance(content, dict) and isinstance(content.get("digest"), str):
        return str(content.get("tool", content.get("name", "?"))), content["digest"]
    return None


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


def _text(value: Any) -> str:
    return shortened(value, 48)
