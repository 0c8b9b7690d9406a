"""One argument as text, by its declared type: what the text means, what it may be, and an example of it."""

from __future__ import annotations

import ast
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError
from hermetic_nb.signature import (
    ANY,
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
    Parameter,
    SetType,
    Signature,
    StrType,
    TupleType,
    UnionType,
    border,
    schema,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.signature import Definition, Type


def literal(declared: Type, text: str, definitions: Sequence[Definition] = ()) -> Any:
    """The value that a text means for a declared type: the text itself for str, else a JSON or Python literal.

    ``definitions`` are those of the signature. Raises ValueError.
    """
    match declared:
        case StrType():
            return _unquoted(text)
        case FloatType():
            return _float(text)
        case AnyType():
            return _any(text)
        case UnionType(members):
            return _of_union(members, text, definitions)
        case BoolType():
            if text.lower() in {"true", "false"}:
                return text.lower() == "true"
            raise ValueError("write true or false")
        case LiteralType() | NamedType() if (chosen := _unquoted(text)) in choices(declared, definitions):
            return chosen
        case LiteralType(known) if all(isinstance(value, str) for value in known):
            raise ValueError(f"not one of {', '.join(choices(declared, definitions))}")
        case _:
            pass
    value = _parsed(text, declared, definitions)
    if isinstance(declared, IntType) and type(value) is not int:
        raise ValueError("not an int")
    if isinstance(declared, BytesType) and type(value) is not bytes:
        raise ValueError('not bytes, as in b"\\x00\\xff"')
    if isinstance(declared, ListType) and type(value) is not list:
        raise ValueError(f"not a list, as in {sample(declared, definitions)}")
    return value


def choices(declared: Type, definitions: Sequence[Definition] = ()) -> list[str]:
    """The texts among which an argument of the type chooses; none where it may be anything."""
    match declared:
        case BoolType():
            return ["true", "false"]
        case LiteralType(known):
            return [value for value in known if isinstance(value, str)]
        case NamedType(name):
            return [member.name for one in definitions if one.name == name for member in one.members]
        case UnionType(members):
            return [text for member in members for text in choices(member, definitions)]
        case _:
            return []


def sample(  # noqa: C901 (one case for each type)
    declared: Type, definitions: Sequence[Definition] = (), *, wire: bool = False
) -> str:
    """A text that `literal` takes for the type; with ``wire`` one that `read_json` takes."""

    def inner(one: Type) -> str:
        return sample(one, definitions, wire=True)  # inside of JSON

    match declared:
        case IntType():
            return "3"
        case FloatType():
            return "0.5"
        case BoolType():
            return "true"
        case StrType() | AnyType():
            return '"text"'
        case BytesType():
            return '{"$bytes": "AA=="}' if wire else 'b"\\x00"'
        case NoneType():
            return "null"
        case ListType(item) | SetType(item) | FrozenSetType(item) | ArrayType(item, 1):
            return f"[{inner(item)}]"
        case ArrayType(item, _):
            return f"[[{inner(item)}, {inner(item)}]]"
        case TupleType(items, rest):
            return f"[{', '.join(map(inner, items if rest is None else (rest,)))}]"
        case DictType(StrType(), item):
            return f'{{"key": {inner(item)}}}'
        case DictType(key, item):
            return f"[[{inner(key)}, {inner(item)}]]"
        case UnionType(members):
            return inner(members[0])
        case LiteralType(known):
            return values.encode(known[0])
        case NamedType(name):
            return _sample_of_class(name, definitions)


def _sample_of_class(name: str, definitions: Sequence[Definition]) -> str:
    definition = next((one for one in definitions if one.name == name), None)
    if definition is None:
        return "{...}"
    if definition.members:
        return json.dumps(definition.members[0].name)
    others = [one for one in definitions if one is not definition]  # a class may hold itself
    fields = [field for field in definition.fields if field.is_required]
    pairs = ", ".join(f'"{field.name}": {sample(field.type, others, wire=True)}' for field in fields)
    return f"{{{pairs}}}"


def article(declared: Type) -> str:
    """The type with its article."""
    text = str(declared)
    return f"an {text}" if text.startswith("i") else f"a {text}"


def _parsed(text: str, declared: Type, definitions: Sequence[Definition]) -> Any:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        pass
    else:
        return schema.read(declared, data, definitions)
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        hint = "; to give a variable, call the tool in Python" if text.isidentifier() else ""
        raise ValueError(f"not {article(declared)} literal, as in {sample(declared, definitions)}{hint}") from None


def _any(text: str) -> Any:
    """A JSON or Python literal, else the text itself."""
    with suppress(ValueError):
        return values.decode(text)
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return text


def _of_union(members: Sequence[Type], text: str, definitions: Sequence[Definition]) -> Any:
    """What the text means for the first member that takes it; ``str`` comes last, because it takes all."""
    if NONE in members and text in {"None", "null"}:
        return None
    for member in sorted(members, key=lambda member: member == STR):
        if member == NONE:
            continue
        with suppress(ValueError, ArgumentError):
            value = literal(member, text, definitions)
            border.fit(Signature((Parameter("x", member),), ANY, tuple(definitions)), (value,), {}, wide=True)
            return value
    raise ValueError(f"not one of {', '.join(map(str, members))}")


def _float(text: str) -> Any:
    with suppress(ValueError):
        return int(text)
    try:
        return float(text)  # inf and nan included
    except ValueError:
        raise ValueError("not a float literal, as in 0.5") from None


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        try:
            value = ast.literal_eval(text)
        except (ValueError, SyntaxError):
            return text
        return value if isinstance(value, str) else text
    return text
