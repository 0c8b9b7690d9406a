"""The packages that a Python cell declares, in comments: ``# deps: NAME==VERSION, NAME==VERSION``."""

from __future__ import annotations

import io
import re
import tokenize
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.cell.source import Source, parse_tree
from hermetic_nb.errors import Diagnostic, SpecError
from hermetic_nb.wheels import NAME, VERSION, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = "deps"
_COMMENT: Final = re.compile(rf"#+[ \t]*{_WORD}[ \t]*:")
_PART: Final = re.compile(rf"({NAME.pattern})\s*==\s*({VERSION.pattern})")
_FORM: Final = "write # deps: NAME==VERSION; a tool pins exact versions"


@dataclass(frozen=True, slots=True)
class Declared:
    """One package at one version, as a cell asks for it."""

    name: str
    """Normalised (PEP 503)."""
    version: str
    line: int
    """Where it is declared, from 1."""


def read(text: str) -> tuple[Declared, ...]:
    """The packages that the normalised text of a Python cell declares, sorted by name. Raises SpecError, each mistake placed."""
    if _WORD not in text:
        return ()
    source = Source(text)
    found: dict[str, Declared] = {}
    malformed: list[Diagnostic] = []
    repeated: list[Diagnostic] = []
    for line, start, part in _parts(source):
        match = _PART.fullmatch(part)
        place = (line, start, start + max(1, len(part)), source.line(line))
        if match is None:
            malformed.append(Diagnostic("not NAME==VERSION", *place))
            continue
        declared = Declared(normalise(match[1]), match[2], line)
        first = found.setdefault(declared.name, declared)
        if first is not declared:
            repeated.append(Diagnostic(f"line {first.line} declares {declared.name} already", *place))
    if malformed:
        raise SpecError("a declared package is not NAME==VERSION", diagnostics=malformed + repeated, help=_FORM)
    if repeated:
        raise SpecError("a package is declared twice", diagnostics=repeated, help="keep one of the lines")
    return tuple(found[name] for name in sorted(found))


def _parts(source: Source) -> Iterator[tuple[int, int, str]]:
    """Line, column and text of each declaration."""
    for token in _comments(source):
        match = _COMMENT.match(token.string)
        if match is None:
            continue
        start = match.end()
        for part in token.string[start:].split(","):
            blank = len(part) - len(part.lstrip())
            yield token.start[0], token.start[1] + start + blank, part.strip()
            start += len(part) + 1


def _comments(source: Source) -> list[tokenize.TokenInfo]:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source.text).readline))
    except (tokenize.TokenError, SyntaxError):
        parse_tree(source)  # says where, and what
        raise SpecError("the cell is not Python") from None
    return [token for token in tokens if token.type == tokenize.COMMENT]
