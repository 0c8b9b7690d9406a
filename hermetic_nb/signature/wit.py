"""Signatures as WIT, the interface language of the WebAssembly Component Model.

Grammar of names and the keywords: component-model ``design/mvp/WIT.md`` (labels) of the Component Model specification.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.types import BoolType, BytesType, FloatType, IntType, ListType, StrType

if TYPE_CHECKING:
    from hermetic_nb.signature.signature import Signature
    from hermetic_nb.signature.types import Type

KEYWORDS: Final = frozenset(
    re.findall(
        r"\S+",
        "as async bool borrow char constructor enum error-context export f32 f64 flags from func future import include "
        "interface list map option own package record resource result s16 s32 s64 s8 static stream string tuple type u16 "
        "u32 u64 u8 use variant with world",
    )
)
_WORD: Final = "(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)"
_LABEL: Final = re.compile(f"{_WORD}(?:-{_WORD})*")


def type_text(type_: Type) -> str:
    """The WIT type of an interface type; the native ones are what sealed modules export.

    The others, of tools that the runner executes, are ``string``: the value's wire text (see `values`).
    """
    match type_:
        case IntType():
            return "s64"
        case FloatType():
            return "f64"
        case BoolType():
            return "bool"
        case StrType():
            return "string"
        case BytesType():
            return "list<u8>"
        case ListType(item):
            return f"list<{type_text(item)}>"
        case _:
            return "string"


def parameter_names(signature: Signature) -> tuple[str, ...]:
    """The parameters' WIT names without ``%``: kebab-case, else ``arg0``, ...; no two alike (labels ignore case)."""
    names = [parameter.name.replace("_", "-") for parameter in signature.parameters]
    named = [name if _LABEL.fullmatch(name) else f"arg{index}" for index, name in enumerate(names)]
    if len({name.lower() for name in named}) < len(named):
        named = [f"arg{index}" for index in range(len(names))]
    return tuple(named)


def world(signature: Signature) -> str:
    """The world ``tool``, which exports ``run``; it imports nothing."""
    names = [f"%{name}" if name in KEYWORDS else name for name in parameter_names(signature)]
    parameters = ", ".join(
        f"{name}: {type_text(parameter.type)}" for name, parameter in zip(names, signature.parameters, strict=True)
    )
    return (
        "package hermetic:tool;\n\n"
        f"world tool {{\n  export run: func({parameters}) -> {type_text(signature.result)};\n}}\n"
    )
