"""The cell's own classes that an interface names: what a value of each holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from hermetic_nb import values
from hermetic_nb.signature.annotations import Known, parse_type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.signature.types import Type

Kind = Literal["dataclass", "namedtuple", "typeddict", "enum"]
KINDS: Final = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a record. One that is not required has a default in the class, or may be absent (TypedDict)."""

    name: str
    type: Type
    is_required: bool = True
    default: str | None = None
    """The wire text of the default, where the class writes a constant."""

    def __str__(self) -> str:
        return f"{self.name}: {self.type}"


@dataclass(frozen=True, slots=True)
class EnumMember:
    """One member of an enum. ``value`` is its wire text; None where it is no constant."""

    name: str
    value: str | None = None

    def to_value(self, enum: str) -> values.Member:
        """The member of the enum of that name."""
        return values.Member(enum, self.name, None if self.value is None else values.decode(self.value))


@dataclass(frozen=True, slots=True)
class Definition:
    """A dataclass, NamedTuple or TypedDict with its fields in their order, or an enum with its members."""

    name: str
    kind: Kind
    fields: tuple[Field, ...] = ()
    members: tuple[EnumMember, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        document: dict[str, Any] = {"name": self.name, "kind": self.kind}
        if self.kind == "enum":
            members = [{"name": m.name} | ({} if m.value is None else {"value": m.value}) for m in self.members]
            return document | {"members": members}
        fields = [
            {"name": f.name, "type": str(f.type)}
            | ({} if f.is_required else {"required": False})
            | ({} if f.default is None else {"default": f.default})
            for f in self.fields
        ]
        return document | {"fields": fields}

    @classmethod
    def from_json(cls, document: Mapping[str, Any], known: Known) -> Definition:
        """Read the stored form; ``known`` are all the definitions' names. Raises ValueError, KeyError or TypeError."""
        name, kind = document["name"], document["kind"]
        if kind not in KINDS:
            raise ValueError(f"no kind of class: {kind!r}")
        if kind == "enum":
            return cls(name, kind, members=tuple(EnumMember(m["name"], m.get("value")) for m in document["members"]))
        fields = tuple(
            Field(f["name"], parse_type(f["type"], known), f.get("required", True), f.get("default"))
            for f in document["fields"]
        )
        return cls(name, kind, fields)
