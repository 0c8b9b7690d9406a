"""F-strings as every supported Python reads them.

Since 3.12 an f-string may hold its own quotes, backslashes and comments inside of its braces. What a cell means must not
depend on the host, so these are found in the text, before the parser of this Python sees it.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from hermetic_nb.policy.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hermetic_nb.policy.findings import Source

UNREADABLE: Final = (
    "this f-string cannot be read: look at its braces; inside of them use other quotes, no backslash and no comment"
)
TEMPLATE: Final = "template strings are not available: use an f-string"

_TOKEN: Final = re.compile(
    r"""
    \#[^\r\n]*
    | (?<!\w) (?P<prefix>[A-Za-z]{0,2}) (?: (?P<long>\"{3}|'{3}) (?:\\.|.)*? (?P=long)
                                          | (?P<short>["']) (?:\\(?:\r\n|.)|(?!(?P=short))[^\\\r\n])* (?P=short) )
    """,
    re.VERBOSE | re.DOTALL,
)


def unreadable(source: Source) -> Finding | None:
    """The first f-string that not every supported Python reads, from its start to its end in that line."""
    if not re.search("[fFtT][rR]?[\"']", source.text):
        return None
    for token in _TOKEN.finditer(source.text):
        prefix = token["prefix"] or ""
        if "t" in prefix.lower():
            return _finding(source, token, TEMPLATE)
        if "f" in prefix.lower() and not _is_readable(token):
            return _finding(source, token, UNREADABLE)
    return None


def _is_readable(token: re.Match[str]) -> bool:
    quotes = len(token["long"] or token["short"])
    body = token[0][len(token["prefix"]) + quotes : -quotes]
    try:
        if not all(_is_plain(part) for part in _expressions(body)):
            return False
        ast.parse(f"({token[0]})")
    except (ValueError, SyntaxError):
        return False
    except (RecursionError, MemoryError):
        return True  # the parser of the whole says so
    return True


def _expressions(body: str, depth: int = 1) -> Iterator[str]:
    """The texts between braces, without their format specifications; those of the specifications follow. Raises ValueError."""
    if depth > 2:
        if "{" in body:
            raise ValueError("nested deeper than format specifications go")
        return
    place = 0
    while (start := body.find("{", place)) >= 0:
        if depth == 1 and body.startswith("{{", start):
            place = start + 2
            continue
        end, close = _end(body, start + 1)
        yield body[start + 1 : end]
        yield from _expressions(body[end:close], depth + 1)
        place = close + 1


def _end(body: str, start: int) -> tuple[int, int]:
    """Where the expression that starts here ends, and where its closing brace is. Raises ValueError."""
    quote, level, end, place = "", 0, -1, start
    while place < len(body):
        character = body[place]
        if quote:
            if body.startswith(quote, place):
                place += len(quote) - 1
                quote = ""
        elif end < 0 and character in "\"'":
            quote = character * (3 if body.startswith(character * 3, place) else 1)
            place += len(quote) - 1
        elif character == "}" and level == 0:
            return (end if end >= 0 else place), place
        elif character in "([{":
            level += 1
        elif character in ")]}":
            level -= 1
        elif character == ":" and level == 0 and end < 0:
            end = place
        place += 1
    raise ValueError("no closing brace")


def _is_plain(expression: str) -> bool:
    return (
        not expression.lstrip().startswith("*")
        and "\\" not in expression
        and "#" not in re.sub("\"[^\"]*\"|'[^']*'", "", expression)
    )


def _finding(source: Source, token: re.Match[str], message: str) -> Finding:
    before = re.split(r"\r\n|\r|\n", source.text[: token.start()])
    first = re.split(r"\r\n|\r|\n", token[0])[0]
    return Finding(message, len(before), len(before[-1]), len(before[-1]) + len(first))
