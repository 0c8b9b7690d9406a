"""Interface types as JSON Schema (draft 2020-12), for agents and other programs that call tools with JSON.

What JSON lacks has its wire form (see `values`) wherever a schema says nothing closer.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.signature.types import (
    AnyType,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    FrozenSetType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    NoneType,
    SetType,
    StrType,
    TupleType,
    UnionType,
)

if TYPE_CHECKING:
    from hermetic_nb.signature.definitions import Definition
    from hermetic_nb.signature.signature import Signature
    from hermetic_nb.signature.types import Type


def type_schema(type_: Type) -> dict[str, Any]:  # noqa: C901, PLR0912 (one case for each type)
    """The schema of one type. ``bytes`` is base64 text (``contentEncoding``, JSON Schema validation 8.3)."""
    match type_:
        case AnyType():
            return {}
        case NoneType():
            return {"type": "null"}
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
        case SetType(item) | FrozenSetType(item):
            return {"type": "array", "items": type_schema(item), "uniqueItems": True}
        case TupleType(items, None):
            several = [type_schema(item) for item in items]
            return {"type": "array", "prefixItems": several, "minItems": len(items), "maxItems": len(items)}
        case TupleType(_, rest):
            return {"type": "array"} | ({} if rest is None else {"items": type_schema(rest)})
        case DictType(StrType(), item):
            return {"type": "object", "additionalProperties": type_schema(item)}
        case DictType(key, item):
            pair = {"type": "array", "prefixItems": [type_schema(key), type_schema(item)], "minItems": 2, "maxItems": 2}
            return {"type": "array", "items": pair, "description": "pairs of key and value"}
        case UnionType(members):
            return {"anyOf": [type_schema(member) for member in members]}
        case LiteralType(known):
            return {"enum": [values.to_wire(value) for value in known]}
        case NamedType(name):
            return {"$ref": f"#/$defs/{name}"}


def parameters_schema(signature: Signature) -> dict[str, Any]:
    """The schema of a call's arguments as one object."""
    properties: dict[str, Any] = {}
    for parameter in signature.parameters:
        properties[parameter.name] = type_schema(parameter.type)
        if parameter.default is not None:
            properties[parameter.name]["default"] = write(parameter.type, values.decode(parameter.default))
    schema: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": [parameter.name for parameter in signature.parameters if parameter.default is None],
        "additionalProperties": False,
    }
    if signature.definitions:
        schema["$defs"] = {definition.name: _definition(definition) for definition in signature.definitions}
    return schema


def _definition(definition: Definition) -> dict[str, Any]:
    if definition.kind == "enum":
        return {"enum": [member.name for member in definition.members]}
    return {
        "type": "object",
        "properties": {field.name: type_schema(field.type) for field in definition.fields},
        "required": [field.name for field in definition.fields if field.is_required],
        "additionalProperties": False,
    }


def write(type_: Type, value: Any) -> Any:
    """The JSON data of a value of the type. What JSON lacks (nan, inf) takes its wire form (see `values`)."""
    match type_, value:
        case BytesType(), bytes():
            return base64.b64encode(value).decode()
        case ((ListType(item) | SetType(item) | FrozenSetType(item)), (list() | set() | frozenset())):
            rows = [write(item, element) for element in value]
            return rows if isinstance(value, list) else sorted(rows, key=values.text)
        case TupleType(items, rest), tuple():
            kinds = [rest] * len(value) if rest is not None else items
            return [write(kind, element) for kind, element in zip(kinds, value, strict=False)]
        case DictType(StrType(), item), dict():
            return {key: write(item, element) for key, element in value.items()}
        case DictType(key, item), dict():
            return [[write(key, one), write(item, element)] for one, element in value.items()]
        case NamedType(), values.Record():
            return {name: values.to_wire(item) for name, item in value._asdict().items()}
        case NamedType(), values.Member():
            return value.name
        case IntType(), _:
            return value
        case _:
            return values.to_wire(value)


def read(type_: Type, data: Any) -> Any:
    """JSON data as the Python value that `border.fit` takes; wire forms are read too. Raises ValueError on bad base64.

    Data of another type passes unchanged: to refuse it is the border's part, which knows the parameter's name.
    """
    match type_, data:
        case ((ListType(item) | SetType(item) | FrozenSetType(item)), list()):
            return [read(item, element) for element in data]
        case TupleType(items, rest), list():
            kinds = [rest] * len(data) if rest is not None else items
            return [read(kind, element) for kind, element in zip(kinds, data, strict=False)] + data[len(kinds) :]
        case DictType(StrType(), item), dict() if not _is_tag(data):
            return {key: read(item, element) for key, element in data.items()}
        case DictType(key, item), list():
            try:
                return {read(key, one): read(item, element) for one, element in data}
            except (TypeError, ValueError):
                return data
        case BytesType(), str():
            try:
                return base64.b64decode(data, validate=True)
            except ValueError:
                raise ValueError("bytes are given as base64 text") from None
        case IntType(), float() if data.is_integer():
            return int(data)  # JSON has one number type: 3.0 is an integer (JSON Schema core 4.2.3)
        case UnionType(members), _ if not isinstance(data, dict):
            inner = next((m for m in members if isinstance(m, ListType | TupleType | SetType)), None)
            return read(inner, data) if inner is not None and isinstance(data, list) else data
        case _:
            return values.from_wire(data) if isinstance(data, (dict, list)) else data


def _is_tag(data: dict[str, Any]) -> bool:
    return len(data) == 1 and next(iter(data)).startswith("$")
