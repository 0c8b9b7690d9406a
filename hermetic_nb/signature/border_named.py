"""What a caller gives for an instance of a cell's class, see `border_wide`."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hermetic_nb.signature.border_any import fields_of
from hermetic_nb.signature.border_scalars import ARGUMENT
from hermetic_nb.signature.misfit import MisfitError, shown
from hermetic_nb.values import Member

if TYPE_CHECKING:
    from hermetic_nb.signature.definitions import Definition
    from hermetic_nb.signature.types import NamedType


def given_fields(wanted: NamedType, definition: Definition, value: Any, level: int) -> dict[str, Any]:
    """The fields that a value gives for a record: those of an instance of a class of its name, or of a dict."""
    is_tuple = definition.kind == "namedtuple"
    if definition.kind == "typeddict":
        if type(value) is dict or (level >= ARGUMENT and isinstance(value, Mapping)):
            return dict(value.items())
        raise MisfitError(wanted, value)
    instance = fields_of(value)
    if instance is not None and (instance[0], instance[2]) == (definition.name, is_tuple):
        return instance[1]
    if level >= ARGUMENT and isinstance(value, Mapping):
        return dict(value.items())
    if level >= ARGUMENT and is_tuple and type(value) in {tuple, list}:
        if len(value) > len(definition.fields):
            raise MisfitError(wanted, value, f"{len(value)} items, and {wanted} has {len(definition.fields)}")
        return {field.name: item for field, item in zip(definition.fields, value, strict=False)}
    raise MisfitError(wanted, value)


def member(wanted: NamedType, definition: Definition, value: Any, level: int) -> Member:
    """The member of an enum that a member of an enum of its name is, or that a text names."""
    known = {member.name: member for member in definition.members}
    if isinstance(value, enum.Enum) and type(value).__name__ == definition.name:
        name = str(value._name_)
    elif isinstance(value, Member) and value.enum == definition.name:
        name = value.name
    elif level >= ARGUMENT and isinstance(value, str):
        name = str.__str__(value)
    else:
        raise MisfitError(wanted, value, hint=f"its members are {', '.join(known)}")
    if name not in known:
        raise MisfitError(wanted, value, f"{wanted} has no member {shown(name)}", f"its members are {', '.join(known)}")
    return value if level < ARGUMENT and isinstance(value, Member) else known[name].to_value(definition.name)
