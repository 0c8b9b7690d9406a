"""Interface types as JSON Schema (draft 2020-12), for agents and other programs that call tools with JSON.

`read` and `write` take and give what the schemas describe (see `plain_json`). What JSON lacks has its wire form (see `values`)
wherever a schema says nothing closer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.signature.plain_json import read, write
from hermetic_nb.signature.types import (
    AnyType,
    ArrayType,
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

__all__ = ["parameters_schema", "read", "type_schema", "write"]


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
        case ListType(item) | ArrayType(item, 1):
            return {"type": "array", "items": type_schema(item)}
        case ArrayType(item, _):
            return {"type": "array", "items": {"type": "array", "items": type_schema(item)}, "description": "rows"}
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
            return {"anyOf": [_member_schema(member, members) for member in members]}
        case LiteralType((value,)):
            return {"const": values.to_wire(value)}
        case LiteralType(known):
            return {"enum": [values.to_wire(value) for value in known]}
        case NamedType(name):
            return {"$ref": f"#/$defs/{name}"}


def _member_schema(member: Type, members: tuple[Type, ...]) -> dict[str, Any]:
    if isinstance(member, BytesType) and any(isinstance(other, (StrType, LiteralType)) for other in members):
        tagged = {"$bytes": type_schema(member)}  # beside text, base64 text would be text
        return {"type": "object", "properties": tagged, "required": ["$bytes"], "additionalProperties": False}
    return type_schema(member)


def parameters_schema(signature: Signature) -> dict[str, Any]:
    """The schema of a call's arguments as one object."""
    properties: dict[str, Any] = {}
    for parameter in signature.parameters:
        properties[parameter.name] = type_schema(parameter.type)
        if parameter.default is not None:
            properties[parameter.name]["default"] = write(
                parameter.type, values.decode(parameter.default), signature.definitions
            )
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
