"""A docstring, or the comment at the head of a cell in another language: its clean text and its examples.

Both are the same under every version of Python.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import SpecError
from hermetic_nb.model import Example

if TYPE_CHECKING:
    from hermetic_nb.cell.source import Source

_PROMPT: Final = ">>>"
_MORE: Final = "..."


def docstring(function: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.Constant | None:
    """The docstring's node."""
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first.value
    return None


def clean(text: str) -> str:
    """The docstring without its indentation, by the rules of PEP 257 (section "Handling Docstring Indentation")."""
    first, *rest = text.expandtabs().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first.strip(), *(line[margin:].rstrip() for line in rest)]).strip("\n")


def head_comment(source: Source, mark: str) -> tuple[str, tuple[Example, ...]]:
    """The comment of whole lines at the head of a cell, as `clean` text and `examples`; ``mark`` begins each line.

    Raises SpecError where an example is not Python.
    """
    lines = source.text.expandtabs().split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    taken = []
    for line in lines[first:]:
        if not line.lstrip().startswith(mark):
            break
        taken.append(line.lstrip().removeprefix(mark).removeprefix(" "))
    return "\n".join(line.rstrip() for line in taken).strip("\n"), _examples(source, taken, first + 1)


def examples(source: Source, node: ast.Constant) -> tuple[Example, ...]:
    """The doctests of a docstring, with the lines of the cell. Raises SpecError where one is not Python."""
    return _examples(source, str(node.value).expandtabs().split("\n"), node.lineno)


def _examples(source: Source, lines: list[str], first: int) -> tuple[Example, ...]:
    """The doctests of lines that stand at line ``first`` of the cell.

    The grammar is that of the library's doctest: ``>>>``, then ``...`` for more lines, then the expected text up to a
    blank line or the next ``>>>``.
    """
    found: list[Example] = []
    number = 0
    while number < len(lines):
        code = lines[number].lstrip()
        if not _is_prompt(code, _PROMPT):
            number += 1
            continue
        start, indent = number, len(lines[number]) - len(code)
        taken = [code[4:]]
        number += 1
        while number < len(lines) and _is_prompt(lines[number][indent:].rstrip() or "-", _MORE):
            taken.append(lines[number][indent + 4 :])
            number += 1
        want: list[str] = []
        while number < len(lines) and lines[number].strip() and not _is_prompt(lines[number].lstrip(), _PROMPT):
            want.append(lines[number][indent:].rstrip())
            number += 1
        if any(_is_code(line) for line in taken):
            found.append(_checked(source, "\n".join(taken).strip("\n"), "\n".join(want), first + start))
    return tuple(found)


def _is_code(line: str) -> bool:
    """Whether there is more than a comment in it; the library's doctest passes over prompts without any code."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _is_prompt(text: str, prompt: str) -> bool:
    return text.startswith(prompt + " ") or text == prompt


def _checked(source: Source, code: str, want: str, line: int) -> Example:
    try:
        ast.parse(code)
    except SyntaxError as error:
        finding = source.at_line(line + (error.lineno or 1) - 1, error.msg)
        raise SpecError("an example of the docstring is not Python", diagnostics=[finding]) from None
    return Example(code, want, line)
