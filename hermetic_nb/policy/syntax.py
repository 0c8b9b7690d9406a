"""Source text to a syntax tree, or to the one finding that says why it is not Python."""

from __future__ import annotations

import ast
import re
import warnings
from typing import TYPE_CHECKING, Final

from hermetic_nb.policy.findings import Finding

if TYPE_CHECKING:
    from hermetic_nb.policy.findings import Source

DEEPEST: Final = 100
"""Levels of nesting that are accepted: well below where any supported Python gives up."""
DEEP: Final = f"this is nested deeper than {DEEPEST} levels"

_NEWER: Final = (
    (re.compile(r"\s*(type)\s+\w+.*="), "a type statement is not available: write NAME = ..."),
    (
        re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)\s*\["),
        "type parameters in brackets are not available: use typing.TypeVar",
    ),
)


def parse(source: Source) -> ast.Module | Finding:
    """The tree of a source that Python can compile, or the finding."""
    if (odd := re.search("[\0\ud800-\udfff]", source.text)) is not None:
        before = re.split(r"\r\n|\r|\n", source.text[: odd.start()])
        return Finding("this character cannot stand in a source", len(before), len(before[-1]), len(before[-1]) + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source.text)
            if (node := _too_deep(tree)) is not None:
                return source.finding(node, DEEP)
            compile(tree, "<cell>", "exec", dont_inherit=True)
        except SyntaxError as error:
            return _placed(source, error)
        except (RecursionError, MemoryError):
            return Finding(DEEP, 1, 0, len(source.lines[0]))
    return tree


def _placed(source: Source, error: SyntaxError) -> Finding:
    line = min(max(error.lineno or 1, 1), len(source.lines))
    text = source.lines[line - 1]
    for pattern, message in _NEWER:
        if found := pattern.match(text):
            return Finding(message, line, found.start(1), found.end(1))
    column = min(max((error.offset or 1) - 1, 0), len(text))
    end = (error.end_offset or 0) - 1 if error.end_lineno == line else len(text.rstrip())
    return Finding(f"not Python: {error.msg}", line, column, max(column, min(end, len(text))))


def _too_deep(tree: ast.AST) -> ast.AST | None:
    """The first node with a place that is nested too deep; None if there is none."""
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return next((node for node in level if hasattr(node, "lineno")), None)
