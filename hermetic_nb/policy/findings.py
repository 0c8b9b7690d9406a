"""What the policy says of a source, and where."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the policy does not allow.

    ``line`` counts from 1, ``column`` and ``end_column`` count characters from 0; the place ends in its first line.
    """

    message: str
    line: int
    column: int
    end_column: int


class PolicyError(SyntaxError):
    """The source is outside of the dialect; ``findings`` says all that is wrong, in the order of the source."""

    def __init__(self, findings: Sequence[Finding], filename: str, lines: Sequence[str]) -> None:
        first = findings[0]
        text = lines[first.line - 1] if 0 < first.line <= len(lines) else ""
        place = (filename, first.line, first.column + 1, text, first.line, first.end_column + 1)
        super().__init__(first.message, place)
        self.findings = tuple(findings)


class Source:
    """A source text and its lines, as Python counts them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = re.split(r"\r\n|\r|\n", text)

    def finding(self, node: ast.AST, message: str) -> Finding:
        """A finding at a node."""
        line = getattr(node, "lineno", 1)
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        column = characters(text, start)
        if end is None or getattr(node, "end_lineno", line) != line:
            return Finding(message, line, column, max(column, len(text.rstrip())))
        return Finding(message, line, column, characters(text, end))

    def named(self, node: ast.AST, name: str, message: str) -> Finding:
        """A finding at a name that stands in a node, the first time that it does; at the node if it is not found."""
        line = getattr(node, "lineno", 1)
        last = getattr(node, "end_lineno", line)
        start = getattr(node, "col_offset", 0)
        for number in range(line, min(last, len(self.lines)) + 1):
            text = self.lines[number - 1]
            found = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").search(text, characters(text, start))
            if found:
                return Finding(message, number, found.start(), found.end())
            start = 0
        return self.finding(node, message)


def characters(text: str, offset: int) -> int:
    """The characters that the first ``offset`` UTF-8 bytes of a line are."""
    return offset if text.isascii() else len(text.encode("utf-8", "surrogatepass")[:offset].decode("utf-8", "replace"))
