"""A tool's interface: its types, and their forms as Python annotations, JSON Schema, WIT and canonical-ABI bytes.

`types` holds the terms, `annotations` reads them from Python, `schema` and `wit` write them for agents and for other
hosts, `border` decides which Python values a type holds, and `abi` lowers those to and lifts them from flat memory.
"""

from hermetic_nb.signature.signature import Parameter, Signature
from hermetic_nb.signature.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    STR,
    BoolType,
    BytesType,
    FloatType,
    IntType,
    ListType,
    StrType,
    Type,
)

__all__ = [
    "BOOL",
    "BYTES",
    "FLOAT",
    "INT",
    "STR",
    "BoolType",
    "BytesType",
    "FloatType",
    "IntType",
    "ListType",
    "Parameter",
    "Signature",
    "StrType",
    "Type",
]
