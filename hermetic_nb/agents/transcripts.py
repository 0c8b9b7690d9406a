"""Events of a run as lines that are the same in every run: what was searched, made, called, in the order of happening."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.agents.answers import text_digest
from hermetic_nb.display.text import shortened, shortened_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WIDTH: Final = 60
_LONGEST: Final = 300
_MOST: Final = 60
"""Lines of a source that are shown."""


def of_call(name: str, given: Mapping[str, Any]) -> Iterator[str]:
    """What a model wants to do."""
    match name:
        case "tool_search":
            yield f"search  {shortened(str(given.get('query', '')), _WIDTH)}"
        case "tool_create":
            yield f"write   {_line(given.get('name', '?'))}: {_line(given.get('description', ''))}"
            lines = str(given.get("code", "")).strip("\n").split("\n")
            yield from (f"        | {line}".rstrip() for line in lines[:_MOST])
            if len(lines) > _MOST:
                yield f"        | ... {len(lines) - _MOST} more lines"
        case "tool_compose":
            yield f"compose {_line(given.get('name', '?'))} of {_line(', '.join(map(str, given.get('tools') or ())))}"
        case "tool_call":
            over = f" for each of {_line(given['over'])}" if given.get("over") else ""
            yield f"call    {_line(given.get('name', '?'))}{over}{_arguments(given.get('arguments'))}"
        case "tool_show":
            yield f"read    {_line(given.get('name', '?'))}"
        case "tool_list":
            yield "list    the tools of this notebook"
        case _:
            yield f"call    {_line(name)}{_arguments(given)}"


def of_result(name: str, content: Any) -> Iterator[str]:
    """What came of it."""
    told = _read(content)
    if not isinstance(told, dict):
        yield f"        {shortened(str(told), 2 * _WIDTH)}"
        return
    if "error" in told:
        error = told["error"]
        yield f"        {error.get('code', '')} {_line(error.get('message', ''))}".rstrip()
        yield from (
            f"        line {finding['line']}: {_line(finding['message'])}"
            for finding in error.get("diagnostics", ())
            if finding.get("line")
        )
    elif "refused" in told:
        yield f"        refused: {_line(told['refused'])}"
    elif name == "tool_search":
        names = [f"{one['tool']} {text_digest(one['digest'])}" for one in told.get("found", ())]
        yield f"        found {', '.join(names)}" if names else "        found nothing"
    elif told.get("made"):
        state = "untested" if told.get("untested") else f"{told['examples_passed']} examples passed"
        yield f"sealed  {told['tool']} {text_digest(told['digest'])}  {told['kind']}, {state}"
    elif "exists" in told:
        names = [f"{one['tool']} {text_digest(one['digest'])}" for one in told["exists"]]
        yield f"        there already: {', '.join(names)}"
    elif "kept_as" in told:
        yield f"        {told['kept_as']} = {told['beginning']}"
    elif "value" in told:
        yield f"        {shortened(told['value'], 2 * _WIDTH)}"


def _line(text: Any) -> str:
    """A text of a model's on one line, so that it says nothing in the program's place."""
    return shortened_line(" ".join(str(text).split()), _LONGEST)


def _arguments(given: Any) -> str:
    if not isinstance(given, dict) or not given:
        return ""
    return " " + ", ".join(f"{_line(name)}={_argument(item)}" for name, item in given.items())


def _argument(item: Any) -> str:
    if isinstance(item, dict) and set(item) == {"$var"}:
        return _line(item["$var"])
    return shortened(item, _WIDTH // 2)


def _read(content: Any) -> Any:
    if isinstance(content, str):
        try:
            return json.loads(content)
        except ValueError:
            return content
    return content
