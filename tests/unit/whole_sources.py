"""What random programs loop over; see `whole_programs` for what the letters mean."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, TypeVar

from tests.unit.whole_values import INTS, ITEM, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_T = TypeVar("_T")


class SourceMaker:
    """Chooses, and makes what loops go over."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.helpers: dict[str, tuple[list[str], str, bool]] = {}
        """Name -> parameter types, result type, whether its first parameter counts down."""
        self.count = 0
        self.own = ""
        """The helper that is being made, if it calls itself."""

    # ------------------------------------------------------------ choices

    def pick(self, options: Sequence[_T]) -> _T:
        return self.random.choice(options)

    def one(self, *options: Callable[[], str]) -> str:
        return self.pick(options)()

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def variable(self, scope: Scope, kinds: str, *, writable: bool = False) -> str | None:
        found = [n for n, k in scope.variables.items() if k in kinds and not (writable and n in scope.locked)]
        if self.chance(0.04):
            found += [n for n, k in scope.maybe.items() if k in kinds]
        return self.pick(found) if found else None

    def expr(self, scope: Scope, kind: str, depth: int) -> str:
        """An expression of a type (see `whole_expressions`)."""
        raise NotImplementedError

    def small(self, scope: Scope) -> str:
        """An int from -1 to 6 (see `whole_expressions`)."""
        raise NotImplementedError

    def source(self, scope: Scope) -> tuple[str, str, dict[str, str]]:
        """A target, what it goes over, and the target's variables."""
        name = self.name()
        if self.chance(0.15):
            name = self.variable(scope, "i", writable=True) or name
        kind = self.pick("rrrIIFsyBet")
        if scope.variables.get(name, "i") != "i" or (kind not in "rIy" and name in scope.variables):
            name = self.name()
        if kind == "r":
            small, step = self.small(scope), self.pick((1, 1, 2, 3, -1, -2))
            text = self.pick(
                (
                    f"range({small})",
                    f"range({self.pick(INTS)} % 5, {small})",
                    f"range({small}, {small} + {self.random.randint(0, 9)}, {step})",
                    f"range({self.random.randint(0, 9)}, -2, {-abs(step)})",
                    f"reversed(range({small}))",
                    f"range({self.pick(('2**63 - 9, 2**63 - 1, 3', '-2**63 + 5, -2**63, -2', '5, 5 - 2**63, -2**62', '0, 2**63 - 1, 2**61'))})",
                )
            )
            return name, text, {name: "i"}
        if kind in ("e", "t"):
            first, second = self.pick("IFs"), self.pick("IFsyB")
            other = self.name()
            a, b = self.bounded(scope, first), self.bounded(scope, second)
            if kind == "e":
                start = self.pick(("", ", 1", ", start=-3"))
                return f"{name}, {other}", f"enumerate({b}{start})", {name: "i", other: ITEM[second]}
            return f"{name}, {other}", f"zip({a}, {b})", {name: ITEM[first], other: ITEM[second]}
        base = self.bounded(scope, kind)
        if self.chance(0.2):
            base = f"reversed({base})"
        return name, base, {name: ITEM[kind]}

    def bounded(self, scope: Scope, kind: str) -> str:
        name = self.variable(scope, kind)
        return name if name is not None and self.chance(0.6) else self.expr(scope, kind, 2)

    def scanned(self, scope: Scope, kind: str) -> str | None:
        """An item at a counted index."""
        found = [(s, n) for s, n in scope.scans if ITEM.get(scope.variables.get(s, "")) == kind]
        if not found:
            return None
        sequence, name = self.pick(found)
        others = [n for _, n in scope.scans]
        index = self.pick(
            (
                name,
                name,
                name,
                f"{name} - 1",
                f"{name} + {self.random.randint(-2, 1)}",
                f"-{name}",
                f"{name} - {self.pick(others)}",
            )
        )
        return f"{sequence}[{index}]"
