"""Types, values and scopes of random programs; see `whole_programs` for what the letters mean."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Final

NAMES: Final = {
    "i": "int",
    "f": "float",
    "b": "bool",
    "s": "str",
    "y": "bytes",
    "I": "list[int]",
    "F": "list[float]",
    "B": "list[bool]",
}
ITEM: Final = {"I": "i", "F": "f", "B": "b", "s": "s", "y": "i"}
INTS: Final = (
    0,
    1,
    -1,
    2,
    3,
    5,
    7,
    -2,
    -8,
    10,
    63,
    255,
    1000,
    2**31,
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    2**62,
    2**63 - 1,
    -(2**63),
)
FLOATS: Final = (
    0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -7.25, 0.1, 3.0, 1e-300, 5e-324, 1e16, 2.0**53, 2.0**63, -(2.0**63), 1.7e308,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
TEXTS: Final = ("", "a", "b", "GATTACA", "ñ", "😀x", " 12 ", "-7", "ab" * 9, "\x00\n", "zZ9_")
BYTES: Final = (b"", b"a", b"\x00\xff", b"GATTACA", bytes(range(12)))
ARITH: Final = ("+", "-", "*", "+", "-", "//", "%")


@dataclass
class Scope:
    """What a function sees."""

    variables: dict[str, str]
    maybe: dict[str, str] = field(default_factory=dict)
    """Variables that some path leaves unassigned."""
    loops: int = 0
    result: str = "i"
    level: int = 0
    locked: set[str] = field(default_factory=set)
    scans: list[tuple[str, str]] = field(default_factory=list)
    """Sequences and the variables that count through them."""

    def inner(self, targets: dict[str, str], level: int = 1) -> Scope:
        """The scope of a block or comprehension inside."""
        variables = {**self.variables, **targets}
        return Scope(
            variables, dict(self.maybe), self.loops, self.result, self.level + level, set(self.locked), list(self.scans)
        )


def arguments(kinds: list[str], seed: int) -> list[Any]:
    """Arguments of interface types, plain and extreme."""
    source = random.Random(seed)

    def scalar(kind: str) -> Any:
        match kind:
            case "int":
                return source.choice((source.randint(-9, 9), source.choice(INTS), source.getrandbits(63)))
            case "float":
                return source.choice((source.uniform(-9, 9), source.choice(FLOATS), float(source.randint(-5, 5))))
            case "bool":
                return source.random() < 0.5
            case "str":
                return source.choice(TEXTS)
        return source.choice(BYTES)

    return [
        [scalar(kind[5:-1]) for _ in range(source.choice((0, 1, 2, 3, 8)))] if kind.startswith("list") else scalar(kind)
        for kind in kinds
    ]
