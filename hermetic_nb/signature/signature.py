"""A tool's parameters and result, and their stored form."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.signature.annotations import Known, parse_type
from hermetic_nb.signature.definitions import Definition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.signature.types import Type


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``default`` is the wire text of its default value, or None where it has none."""

    name: str
    type: Type
    default: str | None = None
    is_keyword: bool = False
    """Given by name only."""

    def __str__(self) -> str:
        text = f"{self.name}: {self.type}"
        return text if self.default is None else f"{text} = {values.decode(self.default)!r}"


@dataclass(frozen=True, slots=True)
class Signature:
    """What a tool takes and gives."""

    parameters: tuple[Parameter, ...]
    result: Type
    definitions: tuple[Definition, ...] = ()
    """The cell's own classes that its types name, and those that these name, each once."""

    def __str__(self) -> str:
        places = [str(p) for p in self.parameters if not p.is_keyword]
        names = [str(p) for p in self.parameters if p.is_keyword]
        return f"({', '.join([*places, *(['*', *names] if names else [])])}) -> {self.result}"

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        parameters = [
            {"name": p.name, "type": str(p.type)}
            | ({} if p.default is None else {"default": p.default})
            | ({"keyword": True} if p.is_keyword else {})
            for p in self.parameters
        ]
        document: dict[str, Any] = {"parameters": parameters, "result": str(self.result)}
        if self.definitions:
            document["definitions"] = [definition.to_json() for definition in self.definitions]
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Signature:
        """Read the stored form. Raises ValueError, KeyError or TypeError on another document."""
        stored = document.get("definitions", ())
        known = Known(frozenset(definition["name"] for definition in stored))
        parameters = tuple(
            Parameter(p["name"], parse_type(p["type"], known), p.get("default"), p.get("keyword", False))
            for p in document["parameters"]
        )
        definitions = tuple(Definition.from_json(definition, known) for definition in stored)
        return cls(parameters, parse_type(document["result"], known), definitions)

    def to_inspect(self) -> inspect.Signature:
        """The signature that `inspect`, ``?`` help and completion show."""
        return inspect.Signature(
            [
                inspect.Parameter(
                    p.name,
                    inspect.Parameter.KEYWORD_ONLY if p.is_keyword else inspect.Parameter.POSITIONAL_OR_KEYWORD,
                    annotation=_Shown(str(p.type)),
                    default=inspect.Parameter.empty if p.default is None else values.decode(p.default),
                )
                for p in self.parameters
            ],
            return_annotation=_Shown(str(self.result)),
        )


class _Shown(str):
    """An annotation that prints without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)
