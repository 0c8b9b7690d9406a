"""A tool's interface: its types, and their forms as Python annotations, JSON Schema, WIT and canonical-ABI bytes.

`types` holds the terms, `annotations` reads them from Python, where `classes` says what a cell's own names mean, `schema`
and `wit` write them for agents and for other hosts, and `document` writes values as plain JSON. `border` decides which Python
values a type holds. `native` says which interfaces can be lowered, `layouts` where the parts of their values stand; `abi` lowers
values to flat memory, `gathering` copies results out of it, and `lifting` makes values of them.
"""

from hermetic_nb.signature.definitions import Definition, EnumMember, Field
from hermetic_nb.signature.signature import Parameter, Signature
from hermetic_nb.signature.types import (
    ANY,
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
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
    Type,
    UnionType,
)

__all__ = [
    "ANY",
    "BOOL",
    "BYTES",
    "FLOAT",
    "INT",
    "NONE",
    "STR",
    "AnyType",
    "ArrayType",
    "BoolType",
    "BytesType",
    "Definition",
    "DictType",
    "EnumMember",
    "Field",
    "FloatType",
    "FrozenSetType",
    "IntType",
    "ListType",
    "LiteralType",
    "NamedType",
    "NoneType",
    "Parameter",
    "SetType",
    "Signature",
    "StrType",
    "TupleType",
    "Type",
    "UnionType",
]
