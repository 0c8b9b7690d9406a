"""Whole random programs, and arguments for them.

Every program ends: loops are short, recursion counts down, containers and texts stop growing.
"""

from __future__ import annotations

import ast
import random
from dataclasses import dataclass
from typing import Any, Final

from tests.fuzz.availability import allows_parameter, allows_result, is_native
from tests.fuzz.kinds import INT, Kind, kind
from tests.fuzz.records import RECORDS
from tests.fuzz.scope import Helper, Scope
from tests.fuzz.sources import sample, whole
from tests.fuzz.statements import StatementMaker
from tests.unit.whole_programs import program as plain_program
from tests.unit.whole_values import arguments as scalar_arguments

PRIME: Final = 1_000_003
PLAIN: Final = 4


@dataclass(frozen=True, slots=True)
class Program:
    """A cell whose entry is ``f``, and the types of its parameters."""

    seed: int
    source: str
    parameters: tuple[Kind, ...]


class ProgramMaker(StatementMaker):
    """Makes one program."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.seen: dict[Kind, str] = {}
        self.parts: list[str] = []

    def program(self, seed: int) -> Program:
        """The program of a seed; the maker is used up."""
        for index in range(self.pick((0, 0, 1, 2)) if self.is_large else self.chance(0.25)):
            self.helper(f"h{index}")
        kinds = [self.interface(allows_parameter) for _ in range(self.random.randint(1, 4))]
        observes = self.chance(0.6)
        result = INT if observes else self.interface(allows_result)
        scope = Scope({f"p{n}": found for n, found in enumerate(kinds)}, result)
        lines = self.block(scope, self.random.randint(2, 5) if self.is_large else self.random.randint(1, 3))
        lines.append(f"return {self.observed(scope) if observes else self.expr(scope, result, 2)}")
        header = ", ".join(f"p{n}: {found}" for n, found in enumerate(kinds))
        self.parts.append("\n    ".join([f"def f({header}) -> {result}:", *lines]))
        return Program(seed, whole(*self.parts), tuple(kinds))

    def interface(self, allowed: Any) -> Kind:
        """A type that can cross the border."""
        for _ in range(9):
            found = self.kinds.any(2)
            if "R" not in str(found) and allowed(found):
                return found
        return INT

    def helper(self, name: str) -> None:
        counts = self.chance(0.3)
        kinds = [INT] * counts + [self.kinds.any(2) for _ in range(self.random.randint(1, 2))]
        result = self.kinds.any(2)
        names = ["n"] * counts + [f"q{n}" for n in range(len(kinds) - counts)]
        scope = Scope(dict(zip(names, kinds, strict=True)), result, locked={"n"} if counts else set())
        lines = []
        helper = Helper(name, kinds, result, counts)
        if counts:
            lines += ["if n <= 0:", f"    return {self.expr(scope, result, 2)}"]
            self.helpers.append(helper)
            self.own = name
        lines += self.block(scope, self.random.randint(1, 2))
        lines.append(f"return {self.expr(scope, result, 2)}")
        self.own = ""
        if not counts:
            self.helpers.append(helper)
        self.parts.append("\n    ".join([f"def {name}({', '.join(names)}):", *lines]))

    # ------------------------------------------------------------ what the values are

    def observed(self, scope: Scope) -> str:
        """A number that hangs on the value of every variable."""
        parts = [self.sight(name, found) for name, found in scope.variables.items()]
        shown = [part for part in parts if part is not None][-5:]
        total = " + ".join(f"{part} * {7 + 2 * number}" for number, part in enumerate(shown))
        return f"({total or '0'}) % {PRIME}"

    def sight(self, value: str, found: Kind) -> str | None:
        """A number from 0 to PRIME that hangs on all of a value; None where the compiler takes no such function."""
        if found.head == "int":
            return f"({value} % {PRIME})"
        if found.head == "bool":
            return f"(5 if {value} else 3)"
        if found not in self.seen:
            name, kept = f"see{len(self.seen)}", len(self.parts)
            self.seen[found] = name
            lines = self._looks(found)
            source = None if lines is None else "\n    ".join([f"def {name}(v):", *lines])
            parts = [part for part in self.parts if part.startswith("def see")]
            test = f"def f(n: int) -> int:\n    return {name}({sample(found)})"
            if source is None or not is_native(whole(*parts, source, test)):
                self.seen[found] = ""
                del self.parts[kept:]
            else:
                self.parts.append(source)
        return f"{self.seen[found]}({value})" if self.seen[found] else None

    def _looks(self, found: Kind) -> list[str] | None:
        match found.head:
            case "float":
                return [
                    "if v != v:",
                    "    return 11",
                    "if v > 1e9 or v < -1e9:",
                    "    return 13 if v > 0 else 17",
                    f"return int(v * 1024) % {PRIME}",
                ]
            case "str" | "bytes":
                item = "ord(c)" if found.head == "str" else "c"
                return ["t = len(v)", "for c in v:", f"    t = (t * 31 + {item}) % {PRIME}", "return t"]
            case "list":
                return self._folded("for c in v:", [("c", found.items[0])])
            case "dict":
                return self._folded("for k, c in v.items():", [("k", found.items[0]), ("c", found.items[1])])
            case "set":
                return self._folded("for c in sorted(v):", [("c", found.items[0])])
            case "opt":
                inner = self.sight("v", found.items[0])
                return None if inner is None else ["if v is None:", "    return 19", f"return {inner}"]
            case "tuple":
                parts = [self.sight(f"v[{n}]", item) for n, item in enumerate(found.items)]
                if None in parts:
                    return None
                return [f"return ({' + '.join(f'{part} * {3 + n}' for n, part in enumerate(parts))}) % {PRIME}"]
        return self._fields(found)

    def _folded(self, head: str, items: list[tuple[str, Kind]]) -> list[str] | None:
        parts = [self.sight(name, item) for name, item in items]
        if None in parts:
            return None
        total = " + ".join(f"{part} * {1 + n}" for n, part in enumerate(parts))
        return ["t = len(v)", head, f"    t = (t * 31 + {total}) % {PRIME}", "return t"]

    def _fields(self, found: Kind) -> list[str] | None:
        parts = [self.sight(f"v.{name}", kind(type_)) for name, type_ in RECORDS[found.head].fields]
        if None in parts:
            return None
        return [f"return ({' + '.join(f'{part} * {3 + n}' for n, part in enumerate(parts))}) % {PRIME}"]


def program(seed: int) -> Program:
    """The program of a seed. Every fourth is of another maker, which knows scalars and flat lists and their edges better."""
    if seed % PLAIN:
        return ProgramMaker(seed).program(seed)
    source = plain_program(seed)
    entry = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == "f")
    return Program(seed, source, tuple(kind(ast.unparse(a.annotation)) for a in entry.args.args if a.annotation))


def arguments(parameters: tuple[Kind, ...], seed: int) -> list[Any]:
    """Arguments of these types, plain and extreme."""
    source = random.Random(seed)
    return [_value(found, source) for found in parameters]


def _value(found: Kind, source: random.Random) -> Any:
    def some(item: Kind) -> list[Any]:
        return [_value(item, source) for _ in range(source.choice((0, 1, 2, 3, 6)))]

    match found.head:
        case "list":
            return some(found.items[0])
        case "tuple":
            return tuple(_value(item, source) for item in found.items)
        case "dict":
            return {_value(found.items[0], source): item for item in some(found.items[1])}
        case "set":
            return set(some(found.items[0]))
        case "opt":
            return None if source.random() < 0.3 else _value(found.items[0], source)
    return scalar_arguments([found.head], source.getrandbits(40))[0]
