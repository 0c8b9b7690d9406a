"""Source text to a syntax tree, or to the one finding that says why it is not Python."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Final

from hermetic_nb.policy import catalogue
from hermetic_nb.policy.findings import Finding
from hermetic_nb.policy.fstrings import unreadable

if TYPE_CHECKING:
    from hermetic_nb.policy.findings import Source

DEEPEST: Final = 100
"""Levels of nesting that are accepted: well below where any supported Python gives up."""
DEEP: Final = f"this is nested deeper than {DEEPEST} levels"

_NEWER: Final = (
    (re.compile(r"\s*(type)\s+\w+.*="), catalogue.NEWER["type"]),
    (
        re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)\s*\["),
        catalogue.NEWER["parameters"],
    ),
)

_SAID: Final = {
    "non-default argument follows default argument": "parameter without a default follows parameter with a default",
    "Expected one or more names after 'import'": "invalid syntax",
    "expected argument value expression": "invalid syntax",
    "unterminated f-string literal": "unterminated string literal",
}
_WHOLE_LINE: Final = ("(unicode error)", "iterable argument unpacking follows", "Exceeds the limit")


def parse(source: Source) -> ast.Module | Finding:
    """The tree of a source that Python can compile, or the finding."""
    if (odd := re.search("[\0\ud800-\udfff]", source.text)) is not None:
        before = re.split(r"\r\n|\r|\n", source.text[: odd.start()])
        return Finding("this character cannot stand in a source", len(before), len(before[-1]), len(before[-1]) + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if (text := unreadable(source)) is not None:
            return text
        try:
            tree = ast.parse(source.text)
            if (node := _too_deep(tree)) is not None:
                return source.finding(node, DEEP)
            if (found := _newer(source, tree)) is not None:
                return found
            compile(tree, "<cell>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return _placed(source, error)
        except (RecursionError, MemoryError):
            return Finding(DEEP, 1, 0, len(source.lines[0]))
    return tree


def _placed(source: Source, error: SyntaxError) -> Finding:
    """The finding of a syntax error: of the messages and places of all supported Pythons one."""
    line = min(max(error.lineno or 1, 1), len(source.lines))
    text = source.lines[line - 1]
    for pattern, message in _NEWER:
        if found := pattern.match(text):
            return Finding(message, line, found.start(1), found.end(1))
    column = min(max((error.offset or 1) - 1, 0), len(text))
    end = (error.end_offset or 0) - 1 if error.end_lineno == line else len(text.rstrip())
    message = str(error.msg).split(";", maxsplit=1)[0]
    if message == "expected argument value expression":
        column = end
    if message.startswith(_WHOLE_LINE):
        column, end = len(text) - len(text.lstrip()), len(text.rstrip())
    for old, new in _SAID.items():
        message = message.replace(old, new)
    return Finding(f"not Python: {message}", line, column, min(max(column + 1, end), max(column + 1, len(text))))


def _newer(source: Source, tree: ast.AST) -> Finding | None:
    """What some supported Pythons allow and others do not, in the words of those."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Tuple):
            found = source.finding(node.type, "not Python: multiple exception types must be parenthesized")
            if source.lines[found.line - 1][found.column] != "(":
                return found
        annotations = [getattr(node, name, None) for name in ("annotation", "returns")]
        for inner in (inner for found in annotations if found is not None for inner in ast.walk(found)):
            if isinstance(inner, (ast.NamedExpr, ast.Yield, ast.YieldFrom, ast.Await)):
                return source.finding(inner, "not Python: this cannot be used within an annotation")
    return None


def _too_deep(tree: ast.AST) -> ast.AST | None:
    """The first node with a place that is nested too deep; None if there is none."""
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return next((node for node in level if hasattr(node, "lineno")), None)
