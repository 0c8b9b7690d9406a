"""The text of a cell: its one normal form, and places in it."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol

from hermetic_nb.errors import Diagnostic, SpecError

GRAMMAR: Final = (3, 11)
"""The Python grammar of cells (DESIGN 6.2)."""


class Placed(Protocol):
    """A node of a syntax tree: lines from 1, columns in UTF-8 bytes."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


@dataclass(frozen=True)
class Source:
    """The normalised text of a cell."""

    text: str

    @cached_property
    def lines(self) -> list[str]:
        """Its lines, without line ends."""
        return self.text.split("\n")

    def line(self, number: int) -> str:
        """The text of a line (from 1), empty beyond the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def at(self, node: Placed, message: str) -> Diagnostic:
        """A finding at a node; one that spans lines is marked on its first line."""
        text = self.line(node.lineno)
        column = _characters(text, node.col_offset)
        one_line = node.end_lineno == node.lineno and node.end_col_offset is not None
        end = _characters(text, node.end_col_offset or 0) if one_line else len(text)
        return Diagnostic(message, node.lineno, column, max(end, column + 1), text)

    def at_line(self, number: int, message: str) -> Diagnostic:
        """A finding about a whole line."""
        text = self.line(number)
        start = len(text) - len(text.lstrip())
        return Diagnostic(message, number, start, max(len(text.rstrip()), start + 1), text)

    def at_def(self, node: ast.FunctionDef | ast.AsyncFunctionDef, message: str) -> Diagnostic:
        """A finding at the name of a function."""
        text = self.line(node.lineno)
        start = _characters(text, node.col_offset)
        after = text.find("def", start) + len("def")
        start = max(text.find(node.name, after), start)
        return Diagnostic(message, node.lineno, start, start + len(node.name), text)


def normalise(source: str | bytes) -> str:
    """The one form of a cell's text: UTF-8, LF line ends, one final newline, nothing else changed. Raises SpecError."""
    if isinstance(source, bytes):
        try:
            source = source.decode()
        except UnicodeDecodeError:
            raise SpecError("the source is not UTF-8 text") from None
    try:
        source.encode()
    except UnicodeEncodeError as error:
        line = source.count("\n", 0, error.start) + 1
        finding = Diagnostic("half of a character: a lone surrogate", line)
        raise SpecError("the source is not Unicode text", diagnostics=[finding]) from None
    text = source.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    if not text.strip():
        raise SpecError("the cell is empty", help="write one function below the magic line")
    return text + "\n"


def parse_tree(source: Source) -> ast.Module:
    """The syntax tree of Python source in the grammar of cells. Raises SpecError, placed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text, "<cell>", feature_version=GRAMMAR)
            compile(source.text, "<cell>", "exec", flags=0, dont_inherit=True)  # return outside a function, and so on
    except SyntaxError as error:
        raise SpecError("the cell is not Python", diagnostics=[_of_syntax_error(source, error)]) from None
    except (RecursionError, MemoryError):
        raise SpecError(
            "the cell is nested too deep", help="split its longest expression over several statements"
        ) from None
    except ValueError as error:  # a null character
        raise SpecError(f"the cell is not Python: {error}") from None
    return tree


def _of_syntax_error(source: Source, error: SyntaxError) -> Diagnostic:
    number = min(error.lineno or 1, len(source.lines))
    text = source.line(number)
    start = max((error.offset or 1) - 1, 0)
    end = start + 1
    if error.end_lineno == error.lineno and error.end_offset:
        end = max(error.end_offset - 1, end)
    # Python's own message on a literal of thousands of digits is about its settings.
    message = "an int literal too long to read" if error.msg.startswith("Exceeds the limit") else error.msg
    return Diagnostic(message, number, start, end, text)


def _characters(text: str, offset: int) -> int:
    return offset if text.isascii() else len(text.encode()[:offset].decode(errors="ignore"))
