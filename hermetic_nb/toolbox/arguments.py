"""Arguments as text: ``name=value`` on a magic or command line, or a JSON object in a cell's body."""

from __future__ import annotations

import ast
import difflib
import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError, Diagnostic
from hermetic_nb.signature import LiteralType, NamedType, UnionType, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hermetic_nb.signature import Signature, Type

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
            given[name] = literal(types[name], value)
        except ValueError as error:
            finding = place(at, at + max(len(value), 1), str(error))
            raise ArgumentError(f"{name} is {_an(types[name])}, and this is not one", diagnostics=[finding]) from None
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
    types = {parameter.name: parameter.type for parameter in signature.parameters}
    try:
        given = {name: schema.read(types[name], value) for name, value in data.items()}
    except ValueError as error:
        raise ArgumentError(f"the body holds a value that cannot be read: {error}") from None
    check_names(signature, given)
    return given


def literal(declared: Type, text: str) -> Any:
    """The value that a text means for a declared type: the text itself for str, else a JSON or Python literal.

    Raises ValueError.
    """
    kind = str(declared)
    if kind == "str":
        return _unquoted(text)
    if kind == "float":
        return _float(text)
    if kind == "bool":
        if text.lower() in {"true", "false"}:
            return text.lower() == "true"
        raise ValueError("write true or false")
    if kind == "Any":
        return _any(text)
    if isinstance(declared, UnionType):
        return _of_union(declared, text)
    if isinstance(declared, (NamedType, LiteralType)) and text.isidentifier():
        return _unquoted(text)  # a member's name, or a literal str
    value = _parsed(text, kind)
    if kind == "int" and type(value) is not int:
        raise ValueError("not an int")
    if kind == "bytes" and type(value) is not bytes:
        raise ValueError('not bytes, as in b"\\x00\\xff"')
    if kind.startswith("list") and type(value) is not list:
        raise ValueError(f"not a list, as in {_sample(kind)}")
    return schema.read(declared, value) if isinstance(value, (list, dict)) else value


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


def _parsed(text: str, kind: str) -> Any:
    with suppress(ValueError):
        return values.decode(text)
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        hint = "; to give a variable, call the tool in Python" if text.isidentifier() else ""
        raise ValueError(f"not {_article(kind)} literal, as in {_sample(kind)}{hint}") from None


def _any(text: str) -> Any:
    """A JSON or Python literal, else the text itself."""
    with suppress(ValueError):
        return values.decode(text)
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return text


def _of_union(declared: UnionType, text: str) -> Any:
    """What the text means for the first member that takes it; ``str`` comes last, because it takes all."""
    for member in sorted(declared.members, key=lambda member: str(member) == "str"):
        if str(member) == "None" and text not in {"None", "null"}:
            continue
        with suppress(ValueError):
            return None if str(member) == "None" else literal(member, text)
    raise ValueError(f"not {declared}")


def _float(text: str) -> Any:
    with suppress(ValueError):
        return int(text)
    try:
        return float(text)  # inf and nan included
    except ValueError:
        raise ValueError("not a float literal, as in 0.5") from None


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text
        return value if isinstance(value, str) else text
    return text


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
    pairs = ", ".join(f'"{p.name}": {_sample(str(p.type), wire=True)}' for p in signature.parameters)
    return f"the body is the arguments as one JSON object: {{{pairs}}}"


def _sample(kind: str, *, wire: bool = False) -> str:
    samples = {
        "int": "3",
        "float": "0.5",
        "bool": "true",
        "str": '"text"',
        "bytes": '{"$bytes": "AA=="}' if wire else 'b"\\x00"',
    }
    if kind in samples:
        return samples[kind]
    if kind.startswith("list["):
        return f"[{_sample(kind[5:-1], wire=wire)}]"
    if kind.startswith("dict["):
        return "{}"
    return "[]" if kind.startswith(("set[", "frozenset[", "tuple[")) else "null" if wire else "None"


def _article(kind: str) -> str:
    return f"an {kind}" if kind.startswith("i") else f"a {kind}"


def _an(declared: Type) -> str:
    return _article(str(declared))
