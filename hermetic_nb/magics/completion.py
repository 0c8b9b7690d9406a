"""Completion of magic lines: flags, their choices, names of tools, names of arguments."""

from __future__ import annotations

import re
import types
from typing import TYPE_CHECKING, Any, Final

from IPython.core.completer import SimpleCompletion, context_matcher

from hermetic_nb.errors import HermeticError
from hermetic_nb.magics.flags import FLAGS
from hermetic_nb.toolbox import default
from hermetic_nb.toolbox.literals import choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.magics.options import Flag
    from hermetic_nb.toolbox import Tool

MATCHER: Final = "hermetic_nb.matcher"
_MAGIC: Final = re.compile(rf"%%?({'|'.join(FLAGS)})\b")
_CAPTURED: Final = (int, float, bool, str, bytes, list, types.FunctionType, types.ModuleType)


def matcher(shell: Any) -> Any:
    """What IPython's completer asks: where it finds something, the completer's other sources are left out."""

    def match(context: Any) -> dict[str, Any]:
        words = complete(context.text_until_cursor, shell.user_ns)
        found = [SimpleCompletion(text=word, type="magic") for word in words if word.startswith(context.token)]
        return {"completions": found, "suppress": bool(found), "ordered": True}

    return context_matcher(identifier=MATCHER)(match)


def complete(line: str, namespace: Mapping[str, Any]) -> list[str]:
    """The words that may stand where the line (up to the cursor) ends."""
    found = _MAGIC.match(line.lstrip())
    if found is None:
        return []
    flags = {flag.name: flag for flag in FLAGS[found[1]]}
    words = line.lstrip().split()[1:]
    last = "" if line[-1:].isspace() else (words.pop() if words else "")
    current = _open_flag(words, flags)
    if last.startswith("-"):
        return [name for name in flags if name not in words or flags[name].many]
    if current is not None:
        return _values(current, namespace)
    plain = [word for word in words if not word.startswith("-")]
    if found[1] in {"tool_call", "tool_show", "tool_verify"} and not plain:
        return _names()
    if found[1] == "tool_call":
        return _arguments(plain, last)
    return [] if last else list(flags)


def _open_flag(words: list[str], flags: dict[str, Flag]) -> Flag | None:
    """The flag whose value comes next."""
    for distance, word in enumerate(reversed(words)):
        flag = flags.get(word)
        if flag is not None:
            return flag if flag.value and (flag.many or not distance) else None
    return None


def _values(flag: Flag, namespace: Mapping[str, Any]) -> list[str]:
    if flag.name == "--capture":
        return sorted(
            name for name, value in namespace.items() if not name.startswith("_") and isinstance(value, _CAPTURED)
        )
    return list(flag.choices)


def _arguments(words: list[str], last: str) -> list[str]:
    tool = _find(words[0])
    if tool is None:
        return []
    name, equals, _ = last.partition("=")
    parameters = {parameter.name: parameter.type for parameter in tool.signature.parameters}
    if equals:
        declared = parameters.get(name)
        return [] if declared is None else choices(declared, tool.signature.definitions)
    given = {word.partition("=")[0] for word in words[1:]}
    return [f"{name}=" for name in parameters if name not in given] + ["-o"]


def _names() -> list[str]:
    box = default()
    here = [tool.name for tool in box.here]
    try:
        kept = [record.name for record in box.registry.list()]
    except HermeticError:
        return here  # the magic itself will say what is wrong with the registry
    return list(dict.fromkeys([*here, *kept]))


def _find(reference: str) -> Tool | None:
    try:
        return default().peek(reference)
    except HermeticError:
        return None
