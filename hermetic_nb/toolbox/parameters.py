"""Types of parameters as models give them: Python's names, or JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import SpecError
from hermetic_nb.signature import ANY
from hermetic_nb.signature.annotations import parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.signature import Type

_NAMES: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
"""JSON Schema's types (validation 6.1.1) that are one of ours."""


def types_of(parameters: Mapping[str, Any]) -> dict[str, Type]:
    """The types of ``{"question": "str"}`` or of a JSON Schema of an object. Raises SpecError."""
    properties = parameters.get("properties")
    if parameters.get("type") == "object" and isinstance(properties, dict):
        parameters = properties
    return {name: _type(name, given) for name, given in parameters.items()}


def _type(name: str, given: Any) -> Type:
    text = _NAMES.get(given, given) if isinstance(given, str) else _of_schema(given)
    try:
        return parse_type(text)
    except (ValueError, TypeError):
        raise SpecError(
            f"parameter {name}: {given!r} is no type", help='write "str", "list[float]", or a JSON Schema'
        ) from None


def _of_schema(given: Any) -> str:
    """The annotation of a schema; what has no annotation of its own is any value."""
    if not isinstance(given, dict):
        return str(ANY)
    kind = given.get("type")
    if isinstance(kind, list):
        return " | ".join(_of_schema({**given, "type": one}) for one in kind)
    if kind == "array":
        return f"list[{_of_schema(given.get('items', {}))}]"
    if kind == "object":
        return f"dict[str, {_of_schema(given.get('additionalProperties', {}))}]"
    return _NAMES.get(kind, str(ANY)) if isinstance(kind, str) else str(ANY)
