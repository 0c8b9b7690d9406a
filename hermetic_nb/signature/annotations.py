"""Python annotations -> interface types."""

from __future__ import annotations

import ast

from hermetic_nb.signature.types import BOOL, BYTES, FLOAT, INT, STR, ListType, Type

_SCALARS: dict[str, Type] = {"int": INT, "float": FLOAT, "bool": BOOL, "str": STR, "bytes": BYTES}
_GENERICS = {"list", "List"}


class AnnotationRefusedError(ValueError):
    """The annotation names no interface type. ``node`` is where."""

    def __init__(self, message: str, node: ast.expr) -> None:
        super().__init__(message)
        self.node = node


def parse_annotation(node: ast.expr) -> Type:
    """The interface type of an annotation's syntax tree. Raises AnnotationRefusedError."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            quoted = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            raise AnnotationRefusedError(f"{node.value!r} is not a type", node) from None
        try:
            return parse_annotation(quoted)
        except AnnotationRefusedError as refused:
            raise AnnotationRefusedError(str(refused), node) from None
    if isinstance(node, ast.Name) and node.id in _SCALARS:
        return _SCALARS[node.id]
    if isinstance(node, ast.Subscript) and _name(node.value) in _GENERICS:
        return ListType(parse_annotation(node.slice))
    if _name(node) in _GENERICS:
        raise AnnotationRefusedError("say what the list holds, as in list[float]", node)
    raise AnnotationRefusedError(
        f"{ast.unparse(node)} is not a type of an interface (int, float, bool, str, bytes, list[...])", node
    )


def parse_type(text: str) -> Type:
    """The interface type of its text form. Raises ValueError."""
    try:
        return parse_annotation(ast.parse(text, mode="eval").body)
    except SyntaxError:
        raise ValueError(f"not a type: {text!r}") from None


def _name(node: ast.expr) -> str | None:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"typing", "t"}:
        return node.attr
    return None
