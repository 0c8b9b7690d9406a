"""Signatures as WIT, the interface language of the WebAssembly Component Model.

Grammar of names and the keywords: component-model ``design/mvp/WIT.md`` (labels) of the Component Model specification.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.layouts import kind_of, plain_array
from hermetic_nb.signature.types import (
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
    TupleType,
    UnionType,
)

if TYPE_CHECKING:
    from hermetic_nb.signature.definitions import Definition, Field
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
    """The WIT type of an interface type that names no class of the cell; see `world`."""
    return _Texts(()).type(type_)


def parameter_names(signature: Signature) -> tuple[str, ...]:
    """The parameters' WIT names without ``%``: kebab-case, else ``arg0``, ...; no two alike (labels ignore case)."""
    names = [parameter.name.replace("_", "-") for parameter in signature.parameters]
    named = [name if _LABEL.fullmatch(name) else f"arg{index}" for index, name in enumerate(names)]
    if len({name.lower() for name in named}) < len(named):
        named = [f"arg{index}" for index in range(len(names))]
    return tuple(named)


def world(signature: Signature) -> str:
    """The world ``tool``, which exports ``run``; it imports nothing.

    The types of native tools are what sealed modules export. Of the others WIT has tuples, options, records and enums; dicts
    are lists of pairs, sets are lists, a choice of texts is a text. What it lacks (Any, unions, classes that hold themselves) is ``string``:
    the value's wire text (see `values`).
    """
    names = [f"%{name}" if name in KEYWORDS else name for name in parameter_names(signature)]
    texts = _Texts(signature.definitions)
    parameters = ", ".join(
        f"{name}: {texts.type(parameter.type)}" for name, parameter in zip(names, signature.parameters, strict=True)
    )
    result = "" if isinstance(signature.result, NoneType) else f" -> {texts.type(signature.result)}"
    lines = [*texts.declared, f"export run: func({parameters}){result};"]
    return "package hermetic:tool;\n\nworld tool {\n" + "".join(f"  {line}\n" for line in lines) + "}\n"


class _Texts:
    """WIT types, and in ``declared`` the lines that declare those of the cell's classes."""

    def __init__(self, definitions: tuple[Definition, ...]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._labels: dict[str, str] = {}
        self.declared: list[str] = []

    def type(self, type_: Type) -> str:
        match type_:
            case IntType():
                return "s64"
            case FloatType():
                return "f64"
            case BoolType():
                return "bool"
            case BytesType():
                return "list<u8>"
            case ArrayType():
                return self.type(plain_array(type_))
            case ListType(item) | SetType(item) | FrozenSetType(item):
                return f"list<{self.type(item)}>"
            case TupleType(rest=rest) if rest is not None:
                return f"list<{self.type(rest)}>"
            case DictType(key, item):
                return f"list<tuple<{self.type(key)}, {self.type(item)}>>"
            case TupleType(items) if items:
                return f"tuple<{', '.join(map(self.type, items))}>"
            case LiteralType() if (kind := kind_of(type_)) is not None:
                return self.type(kind)
            case UnionType((NoneType(), item) | (item, NoneType())):
                return f"option<{self.type(item)}>"
            case NamedType(name) if name in self._definitions and not self._holds_itself(name, name, set()):
                return self._label(self._definitions[name])
            case _:
                return "string"

    def _label(self, definition: Definition) -> str:
        if definition.name not in self._labels:
            self._labels[definition.name] = self._declare(definition)
        return self._labels[definition.name]

    def _declare(self, definition: Definition) -> str:
        parts = definition.members if definition.kind == "enum" else definition.fields
        if not parts:
            return "string"  # WIT has no empty record
        word = "enum" if definition.kind == "enum" else "record"
        names = labels([part.name for part in parts], word)
        texts = list(names)
        if definition.kind != "enum":
            kinds = [self._field(field, may_lack=definition.kind == "typeddict") for field in definition.fields]
            texts = [f"{name}: {kind}" for name, kind in zip(names, kinds, strict=True)]
        label = f"type{len(self.declared)}" if (own := _kebab(definition.name)) in self._labels.values() else own
        label = label if _LABEL.fullmatch(label) else f"type{len(self.declared)}"
        label = f"%{label}" if label in KEYWORDS else label
        self.declared.append(f"{word} {label} {{ {', '.join(texts)} }}")
        return label

    def _field(self, field: Field, *, may_lack: bool) -> str:
        # A record has all its fields: a default is only what its class fills in.
        text = self.type(field.type)
        return f"option<{text}>" if may_lack and not field.is_required and not text.startswith("option<") else text

    def _holds_itself(self, name: str, start: str, seen: set[str]) -> bool:
        inner = {other for field in self._definitions[name].fields for other in _named(field.type)}
        return start in inner or any(
            self._holds_itself(other, start, seen | {name}) for other in inner if other not in seen
        )


def labels(names: list[str], word: str) -> list[str]:
    """WIT labels for names of fields or members, no two alike; keywords with ``%``."""
    kebab = [name.replace("_", "-") for name in names]
    if not all(map(_LABEL.fullmatch, kebab)) or len({name.lower() for name in kebab}) < len(kebab):
        kebab = [f"{word}{index}" for index in range(len(names))]
    return [f"%{name}" if name in KEYWORDS else name for name in kebab]


def _kebab(name: str) -> str:
    """``BaseCount`` -> ``base-count``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).replace("_", "-").lower()


def _named(type_: Type) -> set[str]:
    """The names of classes in a type."""
    match type_:
        case NamedType(name):
            return {name}
        case ListType(item) | SetType(item) | FrozenSetType(item):
            return _named(item)
        case DictType(key, item):
            return _named(key) | _named(item)
        case TupleType(items, rest):
            return set().union(*map(_named, items), _named(rest) if rest is not None else ())
        case UnionType(members):
            return set().union(*map(_named, members))
        case _:
            return set()
