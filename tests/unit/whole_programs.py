"""Random typed programs of the native subset, and random arguments for them.

Every program ends: loops are short, recursion counts down, sequences stop growing. Types are letters: i int, f float,
b bool, s str, y bytes, I list[int], F list[float], B list[bool].
"""

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
INTS: Final = (0, 1, -1, 2, 3, 5, 7, -2, -8, 10, 63, 255, 1000, 2**31, 2**53, 2**53 + 1, -(2**53) - 1, 2**62, 2**63 - 1, -(2**63))
FLOATS: Final = (
    0.0, -0.0, 1.0, -1.0, 0.5, 2.5, -7.25, 0.1, 3.0, 1e-300, 5e-324, 1e16, 2.0**53, 2.0**63, -(2.0**63), 1.7e308,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip
TEXTS: Final = ("", "a", "b", "GATTACA", "ñ", "😀x", " 12 ", "-7", "ab" * 9, "\x00\n", "zZ9_")
BYTES: Final = (b"", b"a", b"\x00\xff", b"GATTACA", bytes(range(12)))
_ARITH: Final = ("+", "-", "*", "+", "-", "//", "%")


@dataclass
class _Scope:
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

    def inner(self, targets: dict[str, str], level: int = 1) -> _Scope:
        """The scope of a block or comprehension inside."""
        variables = {**self.variables, **targets}
        return _Scope(variables, dict(self.maybe), self.loops, self.result, self.level + level, set(self.locked), list(self.scans))


class Maker:
    """Makes one program."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 (tests)
        self.lines: list[str] = []
        self.helpers: dict[str, tuple[list[str], str, bool]] = {}
        """Name -> parameter types, result type, whether its first parameter counts down."""
        self.count = 0
        self.calls_allowed = True

    # ------------------------------------------------------------ whole programs

    def program(self) -> str:
        """The source; the entry is ``f``."""
        parts = ["import math", "", "LIMIT = 7", "TABLE = [3, 1, 4, 1, 5]", ""]
        for index in range(self.random.choice((0, 0, 1, 1, 2))):
            parts += [*self.helper(f"h{index}"), ""]
        parts += self.entry()
        return "\n".join(parts) + "\n"

    def entry(self) -> list[str]:
        kinds = [self.pick("iiffbsyIIFB") for _ in range(self.random.randint(1, 4))]
        scope = _Scope({f"p{n}": kind for n, kind in enumerate(kinds)}, result=self.pick("iiffbsyIFB"))
        header = ", ".join(f"{name}: {NAMES[kind]}" for name, kind in scope.variables.items())
        return [f"def f({header}) -> {NAMES[scope.result]}:", *self.body(scope)]

    def helper(self, name: str) -> list[str]:
        counts = self.chance(0.4)
        kinds = ["i"] * counts + [self.pick("iifbsIF") for _ in range(self.random.randint(1, 3))]
        result = self.pick("iifbsIF")
        names = ["n"] * counts + [f"q{n}" for n in range(len(kinds) - counts)]
        scope = _Scope(dict(zip(names, kinds, strict=True)), result=result, locked={"n"} if counts else set())
        lines = [f"def {name}({', '.join(names)}):"]
        if counts:
            lines += ["    if n <= 0:", f"        return {self.expr(scope, result, 2)}"]
            self.helpers[name] = (kinds, result, True)
            lines += self.body(scope, own=name)
        else:
            lines += self.body(scope)
        self.helpers[name] = (kinds, result, counts)
        return lines

    def body(self, scope: _Scope, own: str = "") -> list[str]:
        self.own = own
        lines = self.block(scope, self.random.randint(1, 4), "    ")
        lines.append(f"    return {self.expr(scope, scope.result, 3)}")
        self.own = ""
        return lines

    # ------------------------------------------------------------ choices

    def pick(self, options: Any) -> Any:
        return self.random.choice(options)

    def chance(self, p: float) -> bool:
        return self.random.random() < p

    def name(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def variable(self, scope: _Scope, kinds: str, *, writable: bool = False) -> str | None:
        found = [n for n, k in scope.variables.items() if k in kinds and not (writable and n in scope.locked)]
        if self.chance(0.04):
            found += [n for n, k in scope.maybe.items() if k in kinds]
        return self.pick(found) if found else None

    # ------------------------------------------------------------ statements

    def block(self, scope: _Scope, count: int, pad: str) -> list[str]:
        lines: list[str] = []
        for _ in range(count):
            lines += [pad + line for line in self.statement(scope)]
        return lines or [pad + "pass"]

    def inner(self, scope: _Scope, count: int = 0) -> tuple[list[str], _Scope]:
        inside = scope.inner({})
        lines = self.block(inside, count or self.random.randint(1, 3), "    ")
        return lines, inside

    def leave(self, scope: _Scope, insides: list[_Scope], *, sure: bool) -> None:
        """What is assigned after branches."""
        for inside in insides:
            for name, kind in {**inside.variables, **inside.maybe}.items():
                if name not in scope.variables:
                    scope.maybe[name] = kind
        if sure and insides:
            for name, kind in insides[0].variables.items():
                if all(other.variables.get(name) == kind for other in insides):
                    scope.variables[name] = kind
                    scope.maybe.pop(name, None)

    def statement(self, scope: _Scope) -> list[str]:
        options = ["assign"] * 5 + ["augment"] * 3 + ["mutate"] * 3 + ["tuple", "unpack", "assert"]
        if scope.level < 3:
            options += ["if"] * 3
        if scope.loops < 2:
            options += ["for"] * 3 + ["while", "scan", "scan"]
        if scope.level and self.chance(0.3):
            options += ["return"]
        if scope.loops and scope.level:
            options += ["leave_loop"]
        lines: list[str] = getattr(self, "do_" + self.pick(options))(scope)
        return lines

    def do_assign(self, scope: _Scope) -> list[str]:
        kind = self.pick("iiiffbssyIIFB")
        name = self.variable(scope, kind, writable=True) if self.chance(0.4) else None
        value = self.expr(scope, kind, 3)
        if kind == "f" and self.chance(0.3):
            value = self.pick(("0", "1", self.expr(scope, "i", 2)))
        if name is None:
            name = self.name()
            scope.variables[name] = kind
        if self.chance(0.06) and kind not in "f":
            other = self.name()
            scope.variables[other] = kind
            return [f"{name} = {other} = {value}"]
        return [f"{name} = {value}"]

    def do_augment(self, scope: _Scope) -> list[str]:
        kind = self.pick("iiffssyIF")
        name = self.variable(scope, kind, writable=True)
        if name is None:
            return self.do_assign(scope)
        if kind in "syIF":
            if self.chance(0.15):
                return [f"if len({name}) < 20:", f"    {name} *= {self.small(scope)}"]
            return [f"if len({name}) < 40:", f"    {name} += {self.expr(scope, kind, 2)}"]
        op = self.pick(_ARITH + (("/",) if kind == "f" else ("&", "|", "^", ">>")))
        return [f"{name} {op}= {self.expr(scope, kind, 2)}"]

    def do_mutate(self, scope: _Scope) -> list[str]:
        kind = self.pick("IIFB")
        name = self.variable(scope, kind)
        if name is None:
            return self.do_assign(scope)
        item = self.expr(scope, ITEM[kind], 2)
        if kind == "F" and self.chance(0.1):
            item = self.expr(scope, "i", 1)
        match self.random.randint(0, 10):
            case 0 | 1 | 2:
                return [f"if len({name}) < 24:", f"    {name}.append({item})"]
            case 3 if scope.scans:
                sequence, counter = self.pick(scope.scans)
                if scope.variables.get(sequence) == kind:
                    return [f"{sequence}[{counter}] = {item}"]
                return [f"{name}[{counter}] = {item}"]
            case 3 | 4:
                return [f"if {name}:", f"    {name}[{self.index(scope, name)}] = {item}"]
            case 5:
                if kind == "B":
                    return [f"{name}[{self.expr(scope, 'i', 1)}] = {item}"]
                op = self.pick(("+", "-", "*"))
                return [f"if {name}:", f"    {name}[{self.index(scope, name)}] {op}= {item}"]
            case 6:
                return [f"if {name}:", f"    {name}.pop({self.pick(('', '0', '-1', self.index(scope, name)))})"]
            case 7:
                return [f"if len({name}) < 24:", f"    {name}.insert({self.expr(scope, 'i', 1)}, {item})"]
            case 8:
                return [f"if len({name}) < 24:", f"    {name}.extend({self.expr(scope, kind, 2)})"]
            case 9:
                return [f"{name}.{self.pick(('reverse', 'clear', 'reverse'))}()"]
        i, j = self.index(scope, name), self.index(scope, name)
        return [f"if {name}:", f"    {name}[{i}], {name}[{j}] = {name}[{j}], {name}[{i}]"]

    def do_tuple(self, scope: _Scope) -> list[str]:
        kind = self.pick("iifsI")
        left, right = (self.variable(scope, kind, writable=True) for _ in range(2))
        if left is None or right is None:
            return self.do_assign(scope)
        return [f"{left}, {right} = {self.expr(scope, kind, 2)}, {self.pick((left, self.expr(scope, kind, 2)))}"]

    def do_unpack(self, scope: _Scope) -> list[str]:
        kind = self.pick("IFs")
        names = [self.name() for _ in range(2)]
        if self.chance(0.2):
            numbers = self.pick("if")
            scope.variables |= dict.fromkeys(names, numbers)
            return [f"{', '.join(names)} = divmod({self.expr(scope, numbers, 2)}, {self.expr(scope, numbers, 2)})"]
        base = self.expr(scope, kind, 2)
        for name in names:
            scope.variables[name] = ITEM[kind]
        if self.chance(0.2):
            return [f"{', '.join(names)} = {base}"]
        filler = {"I": "[1, 2]", "F": "[1.5, -2.0]", "s": "'xy'"}[kind]
        return [f"{', '.join(names)} = ({base} + {filler})[:2]"]

    def do_assert(self, scope: _Scope) -> list[str]:
        test = self.expr(scope, "b", 2)
        match self.random.randint(0, 5):
            case 0:
                return [f"assert {test}, {self.expr(scope, 's', 1)}"]
            case 1:
                error = self.pick(("ValueError", "KeyError", "RuntimeError"))
                return [f"if {test}:", f"    raise {error}({self.expr(scope, 's', 1)})"]
        return self.do_assign(scope)

    def do_if(self, scope: _Scope) -> list[str]:
        lines = [f"if {self.condition(scope)}:"]
        body, first = self.inner(scope)
        lines += body
        insides = [first]
        if self.chance(0.3):
            lines.append(f"elif {self.condition(scope)}:")
            body, inside = self.inner(scope)
            lines += body
            insides.append(inside)
        sure = self.chance(0.5)
        if sure:
            lines.append("else:")
            body, inside = self.inner(scope)
            lines += body
            insides.append(inside)
        self.leave(scope, insides, sure=sure)
        return lines

    def condition(self, scope: _Scope) -> str:
        return self.expr(scope, self.pick("bbbbisI"), 3)

    def do_while(self, scope: _Scope) -> list[str]:
        counter = self.name()
        scope.variables[counter] = "i"
        scope.locked.add(counter)
        test = self.pick((f"{counter} < {self.random.randint(1, 6)}", f"{counter} < 5 and {self.expr(scope, 'b', 2)}"))
        if self.chance(0.2):
            lines = ["while True:", f"    if {counter} >= {self.random.randint(0, 4)}:", "        break"]
        else:
            lines = [f"while {test}:"]
        return [f"{counter} = 0", *self.loop(scope, [*lines, f"    {counter} += 1"], {})]

    def loop(self, scope: _Scope, lines: list[str], targets: dict[str, str]) -> list[str]:
        scope.loops += 1
        inside = scope.inner(targets)
        lines += self.block(inside, self.random.randint(1, 3), "    ")
        scope.loops -= 1
        self.leave(scope, [inside], sure=False)
        if self.chance(0.2):
            # Its breaks would be those of an outer loop.
            kept, scope.loops = scope.loops, 0
            body, other = self.inner(scope, 1)
            scope.loops = kept
            lines += ["else:", *body]
            self.leave(scope, [other], sure=False)
        return lines

    def do_scan(self, scope: _Scope) -> list[str]:
        """A loop over indices, as people write it."""
        sequence = self.variable(scope, "IIFFBsy")
        if sequence is None:
            return self.do_for(scope)
        name = self.name()
        source = self.pick(
            (
                f"range(len({sequence}))",
                f"range(len({sequence}) - {self.random.randint(0, 3)})",
                f"range({self.random.randint(-1, 2)}, len({sequence}))",
                f"range(len({sequence}) - 1, -1, -1)",
                f"range(0, len({sequence}), {self.random.randint(1, 3)})",
                f"range({self.small(scope)})",
            )
        )
        scope.scans.append((sequence, name))
        lines = self.loop(scope, [f"for {name} in {source}:"], {name: "i"})
        scope.scans.pop()
        return lines

    def scanned(self, scope: _Scope, kind: str) -> str | None:
        """An item at a counted index."""
        found = [(s, n) for s, n in scope.scans if ITEM.get(scope.variables.get(s, "")) == kind]
        if not found:
            return None
        sequence, name = self.pick(found)
        others = [n for _, n in scope.scans]
        index = self.pick((name, name, name, f"{name} - 1", f"{name} + {self.random.randint(-2, 1)}", f"-{name}", f"{name} - {self.pick(others)}"))
        return f"{sequence}[{index}]"

    def do_for(self, scope: _Scope) -> list[str]:
        target, source, targets = self.source(scope)
        return self.loop(scope, [f"for {target} in {source}:"], targets)

    def source(self, scope: _Scope) -> tuple[str, str, dict[str, str]]:
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

    def bounded(self, scope: _Scope, kind: str) -> str:
        name = self.variable(scope, kind)
        return name if name is not None and self.chance(0.6) else self.expr(scope, kind, 2)

    def do_return(self, scope: _Scope) -> list[str]:
        return [f"if {self.expr(scope, 'b', 1)}:", f"    return {self.expr(scope, scope.result, 2)}"]

    def do_leave_loop(self, scope: _Scope) -> list[str]:
        return [f"if {self.expr(scope, 'b', 2)}:", f"    {self.pick(('break', 'continue'))}"]

    # ------------------------------------------------------------ expressions

    def small(self, scope: _Scope) -> str:
        """An int from -1 to 6."""
        name = self.variable(scope, "i")
        return f"({name} % {self.random.randint(2, 7)})" if name and self.chance(0.5) else str(self.random.randint(-1, 6))

    def index(self, scope: _Scope, name: str) -> str:
        match self.random.randint(0, 6):
            case 0:
                return self.expr(scope, "i", 1)
            case 1:
                return str(self.random.randint(-2, 2))
            case 2:
                return f"{self.atom(scope, 'i')} % len({name}) - len({name})"
        return f"{self.atom(scope, 'i')} % len({name})"

    def expr(self, scope: _Scope, kind: str, depth: int) -> str:
        """An expression of a type."""
        if depth <= 0 or self.chance(0.15):
            return self.atom(scope, kind)
        if scope.scans and self.chance(0.35):
            found = self.scanned(scope, kind)
            if found:
                return found
        if self.chance(0.12):
            called = self.call(scope, kind, depth)
            if called:
                return called
        if self.chance(0.06):
            return f"({self.expr(scope, kind, depth - 1)} if {self.expr(scope, 'b', depth - 1)} else {self.expr(scope, kind, depth - 1)})"
        if self.chance(0.04) and kind != "b":
            return f"({self.expr(scope, kind, depth - 1)} {self.pick(('and', 'or'))} {self.expr(scope, kind, depth - 1)})"
        made: str = getattr(self, f"expr_{kind if kind not in 'FB' else 'I'}")(scope, depth - 1, *([kind] if kind in "IFB" else []))
        return made

    def atom(self, scope: _Scope, kind: str) -> str:
        name = self.variable(scope, kind)
        if name is not None and self.chance(0.75):
            return name
        match kind:
            case "i":
                return self.pick((str(self.random.randint(-9, 9)), str(self.random.randint(0, 3)), f"({self.pick(INTS)})", "LIMIT"))
            case "f":
                value = self.pick(FLOATS)
                return f"float('{value}')" if value != value or abs(value) == float("inf") else f"({value!r})"  # noqa: PLR0124
            case "b":
                return self.pick(("True", "False"))
            case "s":
                return repr(self.pick(TEXTS))
            case "y":
                return repr(self.pick(BYTES))
        items = ", ".join(self.atom(scope, ITEM[kind]) for _ in range(self.random.randint(0, 3)))
        return f"[{items}]"

    def call(self, scope: _Scope, kind: str, depth: int) -> str | None:
        names = [name for name, (_, result, _) in self.helpers.items() if result == kind]
        if not names:
            return None
        name = self.pick(names)
        kinds, _, counts = self.helpers[name]
        arguments = [self.expr(scope, "i" if k == "f" and self.chance(0.1) else k, depth - 2) for k in kinds]
        if name == self.own:
            arguments[0] = "n - 1"
            if scope.loops:
                return None
        elif counts:
            arguments[0] = str(self.random.randint(0, 3))
        return f"{name}({', '.join(arguments)})"

    def expr_i(self, scope: _Scope, depth: int) -> str:
        a, b = self.expr(scope, "i", depth), self.expr(scope, "i", depth)
        kind = self.pick("IFsyB")
        base = self.bounded(scope, kind)
        return self.pick(
            (
                lambda: f"({a} {self.pick(_ARITH)} {b})",
                lambda: f"({a} {self.pick(_ARITH)} {b})",
                lambda: f"({a} {self.pick(_ARITH)} {self.random.randint(1, 9)})",
                lambda: f"({a} {self.pick(('&', '|', '^'))} {b})",
                lambda: f"({a} {self.pick(('<<', '>>'))} {self.small(scope)})",
                lambda: f"({self.small(scope)}) ** {self.random.randint(0, 4)}",
                lambda: f"{self.pick('-~+')}{self.atom(scope, 'i')}",
                lambda: f"abs({a})",
                lambda: f"len({base})",
                lambda: f"{self.pick(('min', 'max'))}({a}, {b})",
                lambda: f"int({self.expr(scope, self.pick('fb'), depth)})",
                lambda: f"round({self.expr(scope, 'f', depth)})",
                lambda: f"round({a}, {self.random.randint(-3, 1)})",
                lambda: f"math.{self.pick(('floor', 'ceil', 'trunc'))}({self.expr(scope, 'f', depth)})",
                lambda: f"math.gcd({a}, {b})",
                lambda: f"divmod({a}, {b})[{self.random.randint(0, 1)}]",
                lambda: f"{self.bounded(scope, 's')}.{self.pick(('count', 'find', 'index'))}({self.expr(scope, 's', depth)})",
                lambda: f"(ord({self.expr(scope, 's', depth)}[0]) if {self.atom(scope, 'b')} else {b})",
                lambda: f"sum({self.generator(scope, 'i', depth)})",
                lambda: f"sum({self.bounded(scope, self.pick('IB'))})",
                lambda: f"{self.pick(('min', 'max'))}(({self.generator(scope, 'i', depth)}), default={self.random.randint(-5, 5)})",
                lambda: f"{self.bounded(scope, 'I')}[{self.small(scope)}]",
                lambda: f"{self.bounded(scope, 'y')}[{self.small(scope)}]",
                lambda: f"TABLE[{self.small(scope)}]",
                lambda: f"{self.bounded(scope, 'I')}.{self.pick(('count', 'index', 'count'))}({a})",
                lambda: f"({self.expr(scope, 'b', depth)} + {a})",
            )
        )()

    def expr_f(self, scope: _Scope, depth: int) -> str:
        a, b = self.expr(scope, "f", depth), self.expr(scope, self.pick("fffi"), depth)
        return self.pick(
            (
                lambda: f"({a} {self.pick(('+', '-', '*', '/', '//', '%'))} {b})",
                lambda: f"({b} {self.pick(('+', '-', '*', '/', '//', '%'))} {a})",
                lambda: f"({a} {self.pick(('+', '-', '*'))} {b})",
                lambda: f"({self.expr(scope, 'i', depth)} / {self.expr(scope, 'i', depth)})",
                lambda: f"-{self.atom(scope, 'f')}",
                lambda: f"abs({a})",
                lambda: f"{self.pick(('min', 'max'))}({a}, {self.expr(scope, 'f', depth)})",
                lambda: f"float({self.expr(scope, self.pick('ib'), depth)})",
                lambda: f"round({a}, {self.random.randint(-3, 5)})",
                lambda: f"math.sqrt(abs({a}))",
                lambda: f"math.{self.pick(('fabs', 'radians', 'ulp'))}({a})",
                lambda: f"math.{self.pick(('copysign', 'fmod', 'remainder', 'nextafter'))}({a}, {b})",
                lambda: f"sum(({self.generator(scope, 'f', depth)}), 0.0)",
                lambda: f"sum({self.bounded(scope, 'F')})",
                lambda: f"{self.pick(('min', 'max'))}(({self.generator(scope, 'f', depth)}), default=0.5)",
                lambda: f"{self.bounded(scope, 'F')}[{self.small(scope)}]",
                lambda: f"math.prod({self.bounded(scope, 'F')})",
                lambda: f"math.fsum({self.bounded(scope, self.pick('FI'))})",
                lambda: f"math.dist([{a}, {b}], ({b}, 1.5))",
                lambda: f"math.modf({a})[{self.random.randint(0, 1)}]",
                lambda: f"divmod({a}, {b})[{self.random.randint(0, 1)}]",
            )
        )()

    def expr_b(self, scope: _Scope, depth: int) -> str:
        order = self.pick(("<", "<=", ">", ">=", "==", "!="))
        numbers = [self.expr(scope, self.pick("iiffb"), depth) for _ in range(3)]
        kind = self.pick("IFBsy")
        a, b = self.expr(scope, kind, depth), self.expr(scope, kind, depth)
        return self.pick(
            (
                lambda: f"({numbers[0]} {order} {numbers[1]})",
                lambda: f"({numbers[0]} {order} {numbers[1]})",
                lambda: f"({numbers[0]} {order} {numbers[1]} {self.pick(('<', '==', '>='))} {numbers[2]})",
                lambda: f"({a} {order} {b})",
                lambda: f"({self.expr(scope, 's', depth)} {self.pick(('in', 'not in'))} {self.expr(scope, 's', depth)})",
                lambda: f"({numbers[0]} {self.pick(('in', 'not in'))} {self.bounded(scope, self.pick('IFB'))})",
                lambda: f"({self.expr(scope, 's', depth)} in ({self.atom(scope, 's')}, 'G', {self.atom(scope, 's')}))",
                lambda: f"({self.atom(scope, 'i')} in (1, 2.5, {self.atom(scope, 'f')}))",
                lambda: f"(not {self.expr(scope, self.pick('bbifsI'), depth)})",
                lambda: f"({self.expr(scope, 'b', depth)} {self.pick(('and', 'or', '&', '|', '^'))} {self.expr(scope, 'b', depth)})",
                lambda: f"bool({self.expr(scope, self.pick('ifsyIF'), depth)})",
                lambda: f"{self.pick(('any', 'all'))}({self.generator(scope, 'b', depth, nested=False)})",
                lambda: f"{self.pick(('any', 'all'))}({self.bounded(scope, self.pick('BIF'))})",
                lambda: f"math.{self.pick(('isnan', 'isinf', 'isfinite'))}({self.expr(scope, 'f', depth)})",
                lambda: f"{self.bounded(scope, 'B')}[{self.small(scope)}]",
                lambda: f"math.isclose({numbers[0]}, {numbers[1]})",
                lambda: f"{self.bounded(scope, 's')}.{self.pick(('startswith', 'endswith'))}({self.expr(scope, 's', depth)})",
            )
        )()

    def expr_s(self, scope: _Scope, depth: int) -> str:
        a = self.expr(scope, "s", depth)
        return self.pick(
            (
                lambda: f"({a} + {self.expr(scope, 's', depth)})[:40]",
                lambda: f"({a} + {self.expr(scope, 's', depth)})[-30:]",
                lambda: f"{self.bounded(scope, 's')}[{self.small(scope)}]",
                lambda: f"{self.bounded(scope, 's')}{self.slice(scope)}",
                lambda: f"({a} * {self.small(scope)})[:30]",
                lambda: f"chr({self.pick((48, 65, 97, 955))} + {self.small(scope)})",
                lambda: f"str({self.expr(scope, 'i', depth)})",
                lambda: f"{self.pick(('min', 'max'))}({a}, {self.expr(scope, 's', depth)})",
            )
        )()

    def expr_y(self, scope: _Scope, depth: int) -> str:
        a = self.expr(scope, "y", depth)
        return self.pick(
            (
                lambda: f"({a} + {self.expr(scope, 'y', depth)})[:40]",
                lambda: f"{a}{self.slice(scope)}",
                lambda: f"({a} * {self.small(scope)})[:30]",
            )
        )()

    def expr_I(self, scope: _Scope, depth: int, kind: str) -> str:
        item = ITEM[kind]
        a = self.expr(scope, kind, depth)
        return self.pick(
            (
                lambda: f"[{', '.join(self.expr(scope, item, depth) for _ in range(self.random.randint(1, 4)))}]",
                lambda: f"({a} + {self.expr(scope, kind, depth)})[:20]",
                lambda: f"{a}{self.slice(scope)}",
                lambda: f"([{self.expr(scope, item, depth)}] * {self.small(scope)})",
                lambda: f"(({a})[:5] * {self.small(scope)})",
                lambda: f"[{self.generator(scope, item, depth)}][:20]",
                lambda: f"{self.bounded(scope, kind)}.copy()",
            )
        )()

    def slice(self, scope: _Scope) -> str:
        parts = [self.pick(("", "", self.small(scope), str(self.random.randint(-9, 9)), self.atom(scope, "i"))) for _ in range(2)]
        step = self.pick(("", "", ":", ":1", ":-1", ":2", ":-3", f":{self.small(scope)}"))
        return f"[{parts[0]}:{parts[1]}{step}]"

    def generator(self, scope: _Scope, kind: str, depth: int, *, nested: bool = True) -> str:
        """``item for ...``, without its brackets."""
        target, source, targets = self.source(scope)
        inside = scope.inner(targets, 0)
        test = f" if {self.expr(inside, 'b', depth)}" if self.chance(0.3) else ""
        more = ""
        if nested and self.chance(0.15):
            target2, source2, targets2 = self.source(inside)
            inside.variables |= targets2
            more = f" for {target2} in {source2}"
        return f"{self.expr(inside, kind, depth)} for {target} in {source}{test}{more}"


def program(seed: int) -> str:
    """A program; its entry is ``f``."""
    return Maker(seed).program()


def arguments(kinds: list[str], seed: int) -> list[Any]:
    """Arguments of interface types, plain and extreme."""
    source = random.Random(seed)  # noqa: S311 (tests)

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
