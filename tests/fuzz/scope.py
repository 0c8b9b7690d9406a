"""What a function of a random program sees."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.fuzz.kinds import Kind


@dataclass(slots=True)
class Helper:
    """A function of the program; ``counts``: its first parameter counts its calls of itself down."""

    name: str
    parameters: list[Kind]
    result: Kind
    counts: bool = False


@dataclass(slots=True)
class Scope:
    """Variables by type, and where in the function we are."""

    variables: dict[str, Kind]
    result: Kind
    maybe: dict[str, Kind] = field(default_factory=dict)
    """Variables that some path leaves unassigned."""
    locked: set[str] = field(default_factory=set)
    """Variables that end loops: nothing else assigns them."""
    loops: int = 0
    level: int = 0

    def inner(self, more: dict[str, Kind] | None = None, *, loop: bool = False) -> Scope:
        """The scope of a block inside."""
        variables = {**self.variables, **(more or {})}
        return Scope(variables, self.result, dict(self.maybe), set(self.locked), self.loops + loop, self.level + 1)

    def leave(self, insides: list[Scope], *, sure: bool) -> None:
        """What is assigned after branches; ``sure``: one of them was taken."""
        for inside in insides:
            for name, found in {**inside.variables, **inside.maybe}.items():
                if name not in self.variables:
                    self.maybe[name] = found
        if sure:
            for name, found in insides[0].variables.items():
                if all(other.variables.get(name) == found for other in insides):
                    self.variables[name] = found
                    self.maybe.pop(name, None)
