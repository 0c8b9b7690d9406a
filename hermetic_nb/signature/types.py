"""The terms of interface types. ``str(type)`` is the Python annotation, and the only text form that is stored."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntType:
    """``int``: signed 64 bits in sealed native tools."""

    def __str__(self) -> str:
        return "int"


@dataclass(frozen=True, slots=True)
class FloatType:
    """``float``: IEEE 754 binary64."""

    def __str__(self) -> str:
        return "float"


@dataclass(frozen=True, slots=True)
class BoolType:
    """``bool``."""

    def __str__(self) -> str:
        return "bool"


@dataclass(frozen=True, slots=True)
class StrType:
    """``str``: Unicode scalar values (no lone surrogates cross the border)."""

    def __str__(self) -> str:
        return "str"


@dataclass(frozen=True, slots=True)
class BytesType:
    """``bytes``."""

    def __str__(self) -> str:
        return "bytes"


@dataclass(frozen=True, slots=True)
class ListType:
    """``list[item]``."""

    item: Type

    def __str__(self) -> str:
        return f"list[{self.item}]"


Type = IntType | FloatType | BoolType | StrType | BytesType | ListType

INT = IntType()
FLOAT = FloatType()
BOOL = BoolType()
STR = StrType()
BYTES = BytesType()
