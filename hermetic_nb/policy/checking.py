"""A source text to findings, and to code."""

from __future__ import annotations
import __future__

import ast
import builtins
import sys
import warnings
from typing import TYPE_CHECKING, Final

from hermetic_nb.policy.bindings import Bindings
from hermetic_nb.policy.findings import Finding, PolicyError, Source
from hermetic_nb.policy.matching import Transformer
from hermetic_nb.policy.syntax import DEEP, parse

if TYPE_CHECKING:
    from types import CodeType

_LAZY: Final = __future__.annotations.compiler_flag if sys.version_info < (3, 14) else 0
"""Since 3.14 annotations wait by themselves, as what they are and not as text."""


def check(source: str) -> list[Finding]:
    """All that a source does that a pure tool may not, in the order of the source. Nothing: it is accepted. Never raises."""
    found = _transformed(Source(source))
    return found if isinstance(found, list) else []


def compile(source: str, filename: str) -> CodeType:  # noqa: A001 (callers write policy.compile)
    """The code of a source, to be run in globals of `namespace`. Raises PolicyError where `check` has findings."""
    text = Source(source)
    found = _transformed(text)
    if isinstance(found, list):
        raise PolicyError(found, filename, text.lines)
    tree, flags = found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a source's style, to which nobody listens here
        code: CodeType = builtins.compile(tree, filename, "exec", flags=flags, dont_inherit=True, optimize=0)
    return code


def _transformed(source: Source) -> list[Finding] | tuple[ast.Module, int]:
    tree = parse(source)
    if isinstance(tree, Finding):
        return [tree]
    flags = _LAZY if _is_lazy(tree) else 0
    transformer = Transformer(source, Bindings(tree))
    try:
        made = transformer.visit(tree)
    except RecursionError:  # the caller stands deep already, or has a low limit
        return [Finding(DEEP, 1, 0, len(source.lines[0]))]
    if transformer.found:
        return sorted(transformer.found, key=lambda one: (one.line, one.column, one.end_column, one.message))
    return made, flags


def _is_lazy(tree: ast.Module) -> bool:
    """Whether the source asks for annotations as text."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(a.name == "annotations" for a in node.names)
        for node in tree.body
    )
