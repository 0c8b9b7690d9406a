"""The classes that random programs may hold: records of every kind that a cell can define."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Record:
    """A class: its source, its fields with their types, and whether they can be assigned."""

    name: str
    source: str
    fields: tuple[tuple[str, str], ...]
    is_frozen: bool
    methods: tuple[tuple[str, str], ...] = ()
    """Expressions after the dot, with holes as in `productions`, and their types."""
    is_compared: bool = True
    """Whether == looks at the fields."""


_ALL: Final = (
    Record(
        "RPoint",
        "@dataclass\nclass RPoint:\n    x: int\n    y: int = 0\n",
        (("x", "int"), ("y", "int")),
        is_frozen=False,
    ),
    Record(
        "RItem",
        "@dataclass(frozen=True)\nclass RItem:\n    name: str\n    weight: float\n\n"
        "    def heavier(self, other: float) -> bool:\n        return self.weight > other\n",
        (("name", "str"), ("weight", "float")),
        is_frozen=True,
        methods=(("heavier(«float»)", "bool"),),
    ),
    Record(
        "RPair",
        "class RPair(NamedTuple):\n    key: str\n    count: int\n",
        (("key", "str"), ("count", "int")),
        is_frozen=True,
    ),
    Record(
        "RBag",
        "@dataclass\nclass RBag:\n    items: list[int]\n    label: str\n\n"
        "    def total(self) -> int:\n        return sum(self.items)\n\n"
        "    def put(self, n: int) -> int:\n        if len(self.items) < 24:\n            self.items.append(n)\n"
        "        return len(self.items)\n",
        (("items", "list[int]"), ("label", "str")),
        is_frozen=False,
        methods=(("total()", "int"), ("put(«int»)", "int")),
    ),
    Record(
        "RCounter",
        "class RCounter:\n    def __init__(self, start: int, step: int = 2) -> None:\n        self.n = start\n"
        "        self.step = step\n\n    def next(self) -> int:\n        self.n += self.step\n        return self.n\n",
        (("n", "int"), ("step", "int")),
        is_frozen=False,
        methods=(("next()", "int"),),
        is_compared=False,
    ),
)
RECORDS: Final = {record.name: record for record in _ALL}
