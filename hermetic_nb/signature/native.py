"""Which interfaces the native tier, and modules of other languages, can have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb import values
from hermetic_nb.signature.types import (
    AnyType,
    BoolType,
    BytesType,
    FloatType,
    IntType,
    ListType,
    StrType,
)

if TYPE_CHECKING:
    from hermetic_nb.signature.signature import Parameter, Signature
    from hermetic_nb.signature.types import Type

_SCALARS: Final = (IntType, FloatType, BoolType, StrType, BytesType)
_I64: Final = 1 << 63


def refusal(signature: Signature) -> str | None:
    """Why an interface is outside of the native tier: the first reason, or None where it is inside."""
    for parameter in signature.parameters:
        if (reason := _of_parameter(parameter)) is not None:
            return reason
    return _of_type(signature.result, "the result")


def _of_parameter(parameter: Parameter) -> str | None:
    if parameter.is_keyword:
        return f"{parameter.name} is given by name only"
    if (reason := _of_type(parameter.type, parameter.name)) is not None or parameter.default is None:
        return reason
    if isinstance(parameter.type, ListType):
        return f"{parameter.name} has a list as default"
    value = values.decode(parameter.default)
    if isinstance(parameter.type, IntType) and not -_I64 <= value < _I64:
        return f"the default of {parameter.name} needs more than 64 bits"
    if isinstance(parameter.type, StrType) and not _is_unicode(value):
        return f"the default of {parameter.name} holds half of a character"
    return None


def _of_type(declared: Type, what: str) -> str | None:
    if isinstance(declared, AnyType):
        return f"{what} has no declared type"
    inner: Type = declared
    while isinstance(inner, ListType):
        inner = inner.item
    if isinstance(inner, AnyType):
        return f"{what} does not say what its list holds"
    return None if isinstance(inner, _SCALARS) else f"{declared} is not a type of the native tier"


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
