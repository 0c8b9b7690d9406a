"""Interface types as JSON Schema (draft 2020-12), for agents and other programs that call tools with JSON."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.signature.types import BoolType, BytesType, FloatType, IntType, ListType, StrType

if TYPE_CHECKING:
    from hermetic_nb.signature.signature import Signature
    from hermetic_nb.signature.types import Type


def type_schema(type_: Type) -> dict[str, Any]:
    """The schema of one type. ``bytes`` is base64 text (``contentEncoding``, JSON Schema validation 8.3)."""
    match type_:
        case IntType():
            return {"type": "integer"}
        case FloatType():
            return {"type": "number"}
        case BoolType():
            return {"type": "boolean"}
        case StrType():
            return {"type": "string"}
        case BytesType():
            return {"type": "string", "contentEncoding": "base64"}
        case ListType(item):
            return {"type": "array", "items": type_schema(item)}


def parameters_schema(signature: Signature) -> dict[str, Any]:
    """The schema of a call's arguments as one object."""
    properties: dict[str, Any] = {}
    for parameter in signature.parameters:
        properties[parameter.name] = type_schema(parameter.type)
        if parameter.default is not None:
            properties[parameter.name]["default"] = write(parameter.type, values.decode(parameter.default))
    return {
        "type": "object",
        "properties": properties,
        "required": [parameter.name for parameter in signature.parameters if parameter.default is None],
        "additionalProperties": False,
    }


def write(type_: Type, value: Any) -> Any:
    """The JSON data of a value of the type. What JSON lacks (nan, inf) takes its wire form (see `values`)."""
    if isinstance(type_, BytesType):
        return base64.b64encode(value).decode()
    if isinstance(type_, ListType):
        return [write(type_.item, item) for item in value]
    return value if isinstance(type_, IntType) else values.to_wire(value)


def read(type_: Type, data: Any) -> Any:
    """JSON data as the Python value that `border.fit` takes; wire forms are read too. Raises ValueError on bad base64.

    Data of another type passes unchanged: to refuse it is the border's part, which knows the parameter's name.
    """
    if isinstance(type_, ListType) and isinstance(data, list):
        return [read(type_.item, item) for item in data]
    if isinstance(type_, BytesType) and isinstance(data, str):
        try:
            return base64.b64decode(data, validate=True)
        except ValueError:
            raise ValueError("bytes are given as base64 text") from None
    if isinstance(type_, IntType) and isinstance(data, float) and data.is_integer():
        return int(data)  # JSON has one number type: 3.0 is an integer (JSON Schema core 4.2.3)
    return values.from_wire(data) if isinstance(data, dict) else data
