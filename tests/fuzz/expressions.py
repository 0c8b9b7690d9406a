"""Random expressions of a wanted type."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Final, TypeVar

from tests.fuzz.availability import allows, allows_template
from tests.fuzz.kinds import VARIABLES, Kind, Kinds, filled, kind, matched
from tests.fuzz.productions import HOLE, PRODUCTIONS, SPECIAL, Production
from tests.fuzz.records import RECORDS
from tests.fuzz.scope import Helper, Scope
from tests.fuzz.sources import Literals, is_scalar

_T = TypeVar("_T")
LARGE: Final = 0.15
"""The share of programs that are long; most are short, so that many are compiled in little time."""
_TRIES: Final = 12
_OWN: Final = [p for p in PRODUCTIONS if p.result.head not in VARIABLES]
_SHARED: Final = [p for p in PRODUCTIONS if p.result.head in VARIABLES]


class ExpressionMaker:
    """Makes expressions; the same seed makes the same ones, as long as the compiler takes the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.is_large = self.random.random() < LARGE
        self.literals = Literals(self.random)
        records = self.random.sample(sorted(RECORDS), self.random.choice((0, 1, 1, 2)))
        self.kinds = Kinds(self.random, allows, records)
        self.helpers: list[Helper] = []
        self.own: str = ""
        """The helper that is being made, if it may call itself."""
        self.count = 0

    # ------------------------------------------------------------ choices

    def pick(self, options: Sequence[_T]) -> _T:
        return self.random.choice(options)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def variable(self, scope: Scope, wanted: Kind, *, writable: bool = False) -> str | None:
        """A variable of exactly this type."""
        found = [n for n, k in scope.variables.items() if k == wanted and not (writable and n in scope.locked)]
        if self.chance(0.015):
            found += [n for n, k in scope.maybe.items() if k == wanted]
        return self.pick(found) if found else None

    # ------------------------------------------------------------ expressions

    def expr(self, scope: Scope, wanted: Kind, depth: int) -> str:
        """An expression of a type."""
        if depth <= 0 or self.chance(0.12):
            return self.atom(scope, wanted)
        if self.chance(0.25):
            name = self.variable(scope, wanted)
            if name is not None:
                return name
        if self.chance(0.10):
            called = self.call(scope, wanted, depth)
            if called is not None:
                return called
        if wanted.head in {"list", "set"} and self.chance(0.12):
            return self.comprehension(scope, wanted, depth)
        if wanted.head == "opt" and self.chance(0.15):
            return "None"
        for _ in range(_TRIES):
            made = self.produced(scope, wanted, depth)
            if made is not None:
                return made
        return self.atom(scope, wanted)

    def produced(self, scope: Scope, wanted: Kind, depth: int) -> str | None:
        """An expression by a production that the compiler takes; None if the one drawn does not fit."""
        production: Production = self.pick(_SHARED if self.chance(0.2) else _candidates(wanted.head) or _SHARED)
        bound: dict[str, Kind] = {}
        if not matched(production.result, wanted, bound) or (production.is_rare and self.chance(0.7)):
            return None
        self.bind(production.template, bound)
        if not allows_template(production.template, bound) or not self.has_names(scope, production, bound):
            return None
        return self.fill(scope, production.template, bound, depth - 1)

    @staticmethod
    def has_names(scope: Scope, production: Production, bound: dict[str, Kind]) -> bool:
        """Whether there are variables for the holes that take no other expression."""
        wanted = [filled(kind(hole[1:]), bound) for hole in production.holes if hole.startswith("=")]
        return all(found in scope.variables.values() for found in wanted)

    def bind(self, template: str, bound: dict[str, Kind]) -> None:
        """Draw types for the variables of a template that have none."""
        for hole in HOLE.findall(template):
            for name in re.findall(r"\b[TABKO]\b", hole):
                if name not in bound:
                    bound[name] = self.kinds.variable(name)

    def fill(self, scope: Scope, template: str, bound: dict[str, Kind], depth: int) -> str:
        """A template with its holes filled."""

        def one(found: re.Match[str]) -> str:
            hole = found[1]
            if hole in SPECIAL:
                return self.special(scope, hole)
            wanted = filled(kind(hole.lstrip("~=")), bound)
            if hole.startswith("="):
                return self.pick([name for name, found in scope.variables.items() if found == wanted])
            return self.atom(scope, wanted) if hole.startswith("~") else self.expr(scope, wanted, depth)

        return HOLE.sub(one, template)

    def special(self, scope: Scope, hole: str) -> str:
        """What stands in a hole that is no type."""
        number, text = self.variable(scope, kind("int")), self.variable(scope, kind("str"))
        if hole in {"small", "nat"} and number and self.chance(0.4):
            return f"({number} % {self.random.randint(2, 6)})"
        if hole == "index" and number and self.chance(0.5):
            return self.pick((number, f"{number} % 3", f"{number} - 1", f"-{number}"))
        if hole in {"digits", "sep"} and text and self.chance(0.2):
            return text
        if hole == "char" and text and self.chance(0.3):
            return self.pick((f"({text} + 'a')[0]", f"{text}[0]", f"{text}[-1]"))
        return self.literals.special(hole)

    def atom(self, scope: Scope, wanted: Kind) -> str:
        """A variable or a literal."""
        name = self.variable(scope, wanted)
        if name is not None and self.chance(0.8):
            return name
        if is_scalar(wanted):
            return self.literals.scalar(wanted.head)
        if wanted.head in RECORDS:
            fields = [self.atom(scope, kind(type_)) for _, type_ in RECORDS[wanted.head].fields]
            return f"{wanted.head}({', '.join(fields)})"
        match wanted.head:
            case "tuple":
                return f"({', '.join(self.atom(scope, item) for item in wanted.items)})"
            case "opt":
                inner = self.atom(scope, wanted.items[0])
                return f"({inner} if {self.literals.scalar('bool')} else None)"
            case "dict":
                pairs = [
                    f"{self.atom(scope, wanted.items[0])}: {self.atom(scope, wanted.items[1])}"
                    for _ in range(self.pick((1, 1, 2, 3)))
                ]
                return f"{{{', '.join(pairs)}}}"
        items = ", ".join(self.atom(scope, wanted.items[0]) for _ in range(self.pick((1, 1, 2, 3))))
        return f"[{items}]" if wanted.head == "list" else f"{{{items}}}"

    def call(self, scope: Scope, wanted: Kind, depth: int) -> str | None:
        """A call of a helper."""
        found = [helper for helper in self.helpers if helper.result == wanted]
        if not found or scope.loops > 1:
            return None
        helper = self.pick(found)
        if helper.name == self.own and scope.loops:
            return None
        arguments = [self.expr(scope, parameter, depth - 2) for parameter in helper.parameters]
        if helper.counts:
            arguments[0] = "n - 1" if helper.name == self.own else str(self.random.randint(0, 3))
        return f"{helper.name}({', '.join(arguments)})"

    def comprehension(self, scope: Scope, wanted: Kind, depth: int) -> str:
        """A comprehension whose parts see its variable."""
        item, name = self.kinds.any(1), self.name()
        over = self.expr(scope, Kind("list", (item,)), depth - 2) if allows(Kind("list", (item,))) else "range(3)"
        inside = scope.inner({name: item if over != "range(3)" else kind("int")})
        test = f" if {self.expr(inside, kind('bool'), depth - 2)}" if self.chance(0.4) else ""
        body = f"{self.expr(inside, wanted.items[0], depth - 2)} for {name} in {over}{test}"
        return f"[{body}][:20]" if wanted.head == "list" else f"{{{body}}}"


def _candidates(head: str) -> list[Production]:
    return [production for production in _OWN if production.result.head == head]
