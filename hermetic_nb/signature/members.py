"""Members of a cell's enums, and the names of fields, as the cell writes them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.signature.definitions import EnumMember

if TYPE_CHECKING:
    from collections.abc import Iterator

ENUMS: Final = ("Enum", "IntEnum", "StrEnum", "ReprEnum")
_UNKNOWN: Final = object()


def of_class(node: ast.ClassDef, bases: list[str]) -> tuple[EnumMember, ...]:
    """The members of an enum class in their order."""
    found: dict[str, Any] = {}
    for statement in node.body:
        for name, value in _assigned(statement):
            if not name.startswith("_"):
                found[name] = _constant(value, name, found, is_text="StrEnum" in bases)
    return tuple(_member(name, value) for name, value in found.items())


def of_call(body: ast.expr | None) -> tuple[EnumMember, ...] | None:
    """The members of ``Enum("E", ...)``; None where they cannot be read."""
    if isinstance(body, ast.Dict):
        keys = [key.value if isinstance(key, ast.Constant) else None for key in body.keys]
        if not all(isinstance(key, str) for key in keys):
            return None
        return tuple(_member(str(key), _literal(value)) for key, value in zip(keys, body.values, strict=True))
    found = names(body)
    return None if found is None else tuple(_member(name, number) for number, name in enumerate(found, 1))


def names(body: ast.expr | None) -> list[str] | None:
    """The names in ``"a b"``, ``"a, b"`` or ``["a", "b"]``; None where it is something else."""
    value = None if body is None else _literal(body)
    if isinstance(value, str):
        return value.replace(",", " ").split()
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return list(value)
    return None


def pairs(body: ast.expr | None) -> list[tuple[str, ast.expr]] | None:
    """The fields in ``{"a": int}`` or ``[("a", int)]``; None where it is something else."""
    found: list[tuple[ast.expr | None, ast.expr]] = []
    if isinstance(body, ast.Dict):
        found = list(zip(body.keys, body.values, strict=True))
    elif isinstance(body, (ast.List, ast.Tuple)):
        for pair in body.elts:
            if not (isinstance(pair, ast.Tuple) and len(pair.elts) == 2):
                return None
            found.append((pair.elts[0], pair.elts[1]))
    else:
        return None
    read = [(key.value, type_) for key, type_ in found if isinstance(key, ast.Constant) and isinstance(key.value, str)]
    return read if len(read) == len(found) else None


def constant(node: ast.expr) -> str | None:
    """The wire text of a number, bool, text, bytes or None that an expression writes; None for another expression."""
    value = _literal(node)
    return values.encode(value) if type(value) in {int, float, bool, str, bytes, type(None)} else None


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value is not None:
        yield statement.target.id, statement.value
    if isinstance(statement, ast.Assign):
        for target in statement.targets:
            if isinstance(target, ast.Name):
                yield target.id, statement.value
            elif isinstance(target, ast.Tuple):
                yield from ((part.id, None) for part in target.elts if isinstance(part, ast.Name))


def _constant(node: ast.expr | None, name: str, before: dict[str, Any], *, is_text: bool) -> Any:
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "auto":
        if is_text:
            return name.lower()
        # What auto() gives after something else than ints is the enum's own affair.
        return max(before.values(), default=0) + 1 if all(type(v) is int for v in before.values()) else _UNKNOWN
    return _UNKNOWN if node is None else _literal(node)


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _UNKNOWN


def _member(name: str, value: Any) -> EnumMember:
    try:
        return EnumMember(name, None if value is _UNKNOWN else values.encode(value))
    except (TypeError, ValueError):
        return EnumMember(name)
