"""Arguments as text: ``name=value`` on a magic or command line, or a JSON object in a cell's body."""

from __future__ import annotations

import difflib
import json
import re
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import ArgumentError, Diagnostic
from hermetic_nb.signature import schema
from hermetic_nb.toolbox.literals import article, literal, sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from hermetic_nb.signature import Signature

_NAME: Final = re.compile(r"(?:^|(?<=\s))([A-Za-z_]\w*)=(?!=)")
_OPEN: Final = {"(": ")", "[": "]", "{": "}"}


def split(text: str) -> list[tuple[str, int, str, int]]:
    """``name=value name=value`` -> (name, its column, value, its column) each; a value runs to the next name.

    Names inside quotes and brackets do not count. What stands before the first name is given under the name "".
    """
    starts = [match for match in _NAME.finditer(text) if not _inside(text, match.start(1))]
    found: list[tuple[str, int, str, int]] = []
    head = text[: starts[0].start()] if starts else text
    if head.strip():
        found.append(("", len(head) - len(head.lstrip()), head.strip(), len(head) - len(head.lstrip())))
    ends = [*(match.start() for match in starts[1:]), len(text)]
    for match, after in zip(starts, ends, strict=False):
        value = text[match.end() : after]
        found.append((match[1], match.start(1), value.strip(), match.end() + len(value) - len(value.lstrip())))
    return found


def read_line(signature: Signature, text: str, place: Callable[[int, int, str], Diagnostic]) -> dict[str, Any]:
    """The arguments of ``name=value ...`` by the declared types. ``place`` makes a finding of columns and a message.

    Raises ArgumentError: unknown, repeated or missing names, and literals of another type.
    """
    return read_pairs(signature, split(text), place)


def read_pairs(
    signature: Signature, pairs: Iterable[tuple[str, int, str, int]], place: Callable[[int, int, str], Diagnostic]
) -> dict[str, Any]:
    """The arguments of pairs as `split` gives them. Raises ArgumentError."""
    types = {parameter.name: parameter.type for parameter in signature.parameters}
    given: dict[str, Any] = {}
    for name, column, value, at in pairs:
        if not name:
            first = signature.parameters[0].name if signature.parameters else "name"
            finding = place(at, at + len(value), f"write {first}={value}")
            raise ArgumentError("arguments are given as name=value", diagnostics=[finding])
        end = column + len(name)
        if name not in types:
            raise ArgumentError(
                f"the tool has no parameter {name}", diagnostics=[place(column, end, nearest(name, signature))]
            )
        if name in given:
            raise ArgumentError(f"{name} is given twice", diagnostics=[place(column, end, "again")])
        try:
            given[name] = literal(types[name], value, signature.definitions)
        except ValueError as error:
            finding = place(at, at + max(len(value), 1), str(error))
            raise ArgumentError(
                f"{name} is {article(types[name])}, and this is not one", diagnostics=[finding]
            ) from None
    check_names(signature, given)
    return given


def read_json(signature: Signature, body: str) -> dict[str, Any]:
    """The arguments of a JSON object; values in the wire form of `values`. Raises ArgumentError, placed in the body."""
    lines = body.split("\n")
    try:
        data = json.loads(body)
    except json.JSONDecodeError as error:
        line, column = error.lineno, error.colno - 1
        text = lines[line - 1] if line <= len(lines) else ""
        finding = Diagnostic(error.msg, line, min(column, len(text)), column + 1, text)
        raise ArgumentError("the body is not JSON", diagnostics=[finding], help=_example(signature)) from None
    except RecursionError:
        raise ArgumentError("the body is nested too deep") from None
    if not isinstance(data, dict):
        raise ArgumentError("the body is not a JSON object", help=_example(signature))
    names = [parameter.name for parameter in signature.parameters]
    for name in data:
        if name not in names:
            number = next((n for n, line in enumerate(lines, 1) if json.dumps(name) in line), 0)
            text = lines[number - 1] if number else ""
            start = max(text.find(json.dumps(name)), 0)
            finding = Diagnostic(nearest(name, signature), number, start, start + len(json.dumps(name)), text)
            raise ArgumentError(f"the tool has no parameter {name}", diagnostics=[finding])
    return read_data(signature, data)


def read_data(signature: Signature, data: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of JSON data by the declared types, as `schema` describes them. Raises ArgumentError."""
    types = {parameter.name: parameter.type for parameter in signature.parameters}
    given: dict[str, Any] = {}
    for name, value in data.items():
        if name not in types:
            raise ArgumentError(f"the tool has no parameter {name}", help=nearest(name, signature))
        try:
            given[name] = schema.read(types[name], value, signature.definitions)
        except ValueError as error:
            raise ArgumentError(f"the value of {name} cannot be read: {error}") from None
    check_names(signature, given)
    return given


def check_names(signature: Signature, given: dict[str, Any]) -> None:
    """Every parameter without a default is given. Raises ArgumentError."""
    missing = [p.name for p in signature.parameters if p.default is None and p.name not in given]
    if missing:
        raise ArgumentError(f"missing: {', '.join(missing)}", help=f"the tool takes {signature}")


def nearest(name: str, signature: Signature) -> str:
    """A hint at the parameter that was meant."""
    names = [parameter.name for parameter in signature.parameters]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"did you mean {near[0]}?"
    return f"it takes {', '.join(names)}" if names else "it takes none"


def _inside(text: str, place: int) -> bool:
    """Whether a place stands inside quotes or brackets that began after a ``=`` or in a bracket."""
    closing: list[str] = []
    quote = ""
    for index in range(place):
        character = text[index]
        if quote:
            quote = "" if character == quote else quote
        elif (
            character in "\"'"
            and (closing or (index and text[index - 1] == "="))
            and text.find(character, index + 1) > 0
        ):
            quote = character
        elif character in _OPEN:
            closing.append(_OPEN[character])
        elif closing and character == closing[-1]:
            closing.pop()
    return bool(quote or closing)


def _example(signature: Signature) -> str:
    pairs = ", ".join(f'"{p.name}": {sample(p.type, signature.definitions, wire=True)}' for p in signature.parameters)
    return f"the body is the arguments as one JSON object: {{{pairs}}}"
