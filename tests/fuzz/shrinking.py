"""A failing program made small: parts are dropped while it still fails in the same way."""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator
from typing import Final

SECONDS: Final = 60.0
"""For one program; then what was found until then has to do."""


def shrink(source: str, fails: Callable[[str], bool], seconds: float = SECONDS) -> str:
    """The smallest program that was found to fail; ``fails`` says whether a source does."""
    best = _text(ast.parse(source))
    if not fails(best):
        return source
    end, tried = time.monotonic() + seconds, {best}
    smaller: str | None = best
    while smaller is not None:
        best, smaller = smaller, None
        for text in _smaller(best):
            if time.monotonic() > end:
                return best
            if text not in tried and fails(text):
                smaller = text
                break
            tried.add(text)
    return best


def _smaller(source: str) -> Iterator[str]:
    """Programs with one part less, the largest parts first; each is shorter."""
    seen = {source}
    for change in (_without_runs, _without_statements, _unwrapped, _simpler_expressions):
        for tree in change(ast.parse(source)):
            text = _text(tree)
            if text not in seen and len(text) < len(source):
                seen.add(text)
                yield text


def _text(tree: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _bodies(tree: ast.AST) -> list[list[ast.stmt]]:
    found = []
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                found.append(body)
    return found


def _without_runs(tree: ast.Module) -> Iterator[ast.AST]:
    """Half of the statements of a body less."""
    for number, body in enumerate(_bodies(tree)):
        if len(body) < 4:
            continue
        half = len(body) // 2
        for part in (slice(0, half), slice(half, len(body) - 1)):
            other = copy.deepcopy(tree)
            del _bodies(other)[number][part]
            yield other


def _without_statements(tree: ast.Module) -> Iterator[ast.AST]:
    for number, body in enumerate(_bodies(tree)):
        for index in reversed(range(len(body))):
            other = copy.deepcopy(tree)
            place = _bodies(other)[number]
            del place[index]
            if not place:
                if number == 0:
                    continue
                place.append(ast.Pass())
            yield other


def _unwrapped(tree: ast.Module) -> Iterator[ast.AST]:
    """A compound statement replaced by one of its bodies, or without its other bodies."""
    for number, body in enumerate(_bodies(tree)):
        for index, node in enumerate(body):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            for name in ("body", "orelse", "finalbody"):
                if getattr(node, name, None):
                    other = copy.deepcopy(tree)
                    place = _bodies(other)[number]
                    place[index : index + 1] = getattr(place[index], name)
                    yield other
            for name in ("orelse", "finalbody"):
                if getattr(node, name, None):
                    other = copy.deepcopy(tree)
                    setattr(_bodies(other)[number][index], name, [])
                    yield other


def _simpler_expressions(tree: ast.Module) -> Iterator[ast.AST]:
    """An expression replaced by one inside it, or by a small number; a list without an item."""
    total = len(_places(tree))
    for number in range(total):
        parent, name, index = _places(tree)[number]
        node = _get(parent, name, index)
        for choice, child in enumerate(ast.iter_child_nodes(node)):
            if isinstance(child, ast.expr):
                other = copy.deepcopy(tree)
                place = _places(other)[number]
                _set(*place, list(ast.iter_child_nodes(_get(*place)))[choice])
                yield other
        if not isinstance(node, ast.Constant | ast.Name):
            for value in (1, True, "a", 1.5):
                other = copy.deepcopy(tree)
                _set(*_places(other)[number], ast.Constant(value))
                yield other
        if isinstance(node, ast.List | ast.Tuple | ast.Set) and len(node.elts) > 1:
            for choice in range(len(node.elts)):
                other = copy.deepcopy(tree)
                del _get(*_places(other)[number]).elts[choice]  # type: ignore[attr-defined] # it is a copy of such a node
                yield other


_Place = tuple[ast.AST, str, int]


def _places(tree: ast.AST) -> list[_Place]:
    """Where expressions stand: the node above, its field, and the index in it (-1: it is no list)."""
    found: list[_Place] = []
    for node in ast.walk(tree):
        for name, value in ast.iter_fields(node):
            if isinstance(value, ast.expr) and isinstance(getattr(value, "ctx", ast.Load()), ast.Load):
                found.append((node, name, -1))
            elif isinstance(value, list):
                found += [
                    (node, name, index)
                    for index, item in enumerate(value)
                    if isinstance(item, ast.expr) and isinstance(getattr(item, "ctx", ast.Load()), ast.Load)
                ]
    return found


def _get(parent: ast.AST, name: str, index: int) -> ast.expr:
    value = getattr(parent, name)
    found: ast.expr = value if index < 0 else value[index]
    return found


def _set(parent: ast.AST, name: str, index: int, value: ast.AST) -> None:
    if index < 0:
        setattr(parent, name, value)
    else:
        getattr(parent, name)[index] = value
