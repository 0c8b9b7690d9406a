"""Random small programs of the native subset, as source text, with arguments for them.

Made to reach the corners of analyses and code generation: nested loops, bounds at the edges of 32, 53 and 64 bits, lists
that are written while they are read, helpers called in loops, recursion. The same seed always gives the same program.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

from hermetic_nb.signature import BOOL, BYTES, FLOAT, INT, STR, ListType, Parameter, Signature

EDGES: Final = (
    *(0, 1, -1, 2, 3, 7, 10, -2, -5, 31, 63, 64, 255, 1000),
    *((1 << 31) - 1, 1 << 31, -(1 << 31), (1 << 32) - 1, 1 << 32, (1 << 53) - 1, 1 << 53, (1 << 53) + 1),
    *(1 << 60, 1 << 62, -(1 << 62), (1 << 63) - 1, (1 << 63) - 2, -(1 << 63), -(1 << 63) + 1, 3037000499, 3037000500),
)
_ARITH: Final = ("+", "+", "-", "*", "*", "//", "%", "&", "|", "^", ">>", "<<", "**")
_COMPARE: Final = ("<", "<=", ">", ">=", "==", "!=")
_TEXTS: Final = ("", "a", "GATC", "été", "\U0001f600x")
_LOOPS: Final = 3

SIGNATURE: Final = Signature(
    (
        Parameter("a", INT),
        Parameter("b", INT),
        Parameter("xs", ListType(INT)),
        Parameter("s", STR),
        Parameter("d", BYTES),
        Parameter("x", FLOAT),
        Parameter("p", BOOL),
    ),
    INT,
)
"""Of the entry, ``f``, of every program."""


@dataclass(frozen=True, slots=True)
class MadeProgram:
    """A cell and the seed that it comes from."""

    seed: int
    source: str


def make_program(seed: int, *, bounded: bool = True) -> MadeProgram:
    """A program with the entry ``f`` and `SIGNATURE`; ``bounded``: every loop has few rounds, whatever the arguments."""
    return MadeProgram(seed, _Maker(random.Random(seed), bounded=bounded).cell())


def make_arguments(seed: int) -> tuple[int, int, list[int], str, bytes, float, bool]:
    """Arguments that fit `SIGNATURE`."""
    chance = random.Random(seed)

    def number() -> int:
        return chance.choice(EDGES) if chance.random() < 0.6 else chance.randint(-20, 20)

    return (
        number(),
        number(),
        [number() for _ in range(chance.randint(0, 4))],
        chance.choice(_TEXTS),
        bytes(chance.choices((0, 1, 127, 128, 255), k=chance.randint(0, 4))),
        chance.choice((0.0, -0.0, 0.5, -1.5, 2.0, 1e300, 2.0**53, 2.0**63, float("inf"), float("nan"))),
        chance.random() < 0.5,
    )


class _Maker:
    """Writes one cell, statement by statement."""

    def __init__(self, chance: random.Random, *, bounded: bool) -> None:
        self.chance, self.bounded = chance, bounded
        self.ints = ["a", "b", "i", "j", "k", "t"]
        self.lists = ["xs", "zs"]
        self.helpers: list[str] = []
        self.loops = 0
        self.counters = 0
        self.entry = True

    def pick(self, *options: str) -> str:
        return self.chance.choice(options)

    def often(self, share: float) -> bool:
        return self.chance.random() < share

    # ------------------------------------------------------------ functions

    def cell(self) -> str:
        """The whole cell."""
        parts = ["W = [3, -4, 250, 9]"]
        for name, make in (("g", self.helper), ("h", self.recursive), ("put", self.writer), ("r", self.recurring)):
            if self.often(0.4):
                parts.append(make(name))
                self.helpers.append(name)
        return "\n".join([*parts, self.main(), ""])

    def main(self) -> str:
        self.ints, self.lists, self.entry = ["a", "b", "i", "j", "k", "t"], ["xs", "zs"], True
        start = [
            "def f(a: int, b: int, xs: list[int], s: str, d: bytes, x: float, p: bool) -> int:",
            f"    i = {self.constant()}",
            f"    j = {self.pick('0', '1', 'len(xs)', 'len(s)', self.constant())}",
            f"    k = {self.pick('0', '1', 'a', 'b', self.constant())}",
            *(["    t = 0"] if self.often(0.9) else []),
            f"    zs = {self.pick('[0] * 4', '[1, 2, 3]', '[a, 5]', '[v % 7 for v in xs]', 'xs[:]', '[0]')}",
            "    y = 0.5",
        ]
        body = self.block(1, self.chance.randint(3, 6))
        return "\n".join([*start, *body, f"    return {self.expression(2)}"])

    def helper(self, name: str) -> str:
        self.ints, self.lists, self.entry = ["u", "v", "i"], [], False
        body = self.block(1, self.chance.randint(1, 3))
        return "\n".join(
            [f"def {name}(u, v):", f"    i = {self.constant()}", *body, f"    return {self.expression(2)}"]
        )

    def recursive(self, name: str) -> str:
        self.ints, self.lists, self.entry = ["u", "v"], [], False
        step = self.pick("1", "2", "v")
        test = f"    if v <= {self.pick('0', '1')} or v > 9:"
        again = f"{name}({self.expression(1)}, v - {step if step != 'v' else 'v // 2 - 1'})"
        return "\n".join(
            [
                f"def {name}(u, v):",
                test,
                f"        return {self.expression(1)}",
                f"    return {again} {self.pick('+', '-', '*')} {self.atom()}",
            ]
        )

    def recurring(self, name: str) -> str:
        self.ints, self.lists, self.entry = ["u", "v"], [], False
        lines = [f"def {name}(u, v):", "    if v < 1 or v > 6:", f"        return {self.expression(1)}"]
        return "\n".join(
            [
                *lines,
                f"    u = {self.expression(1)}",
                f"    return {name}(u, v - 1) {self.pick('//', '%', '-')} {self.pick('3', '7', '-2', 'v')}",
            ]
        )

    def writer(self, name: str) -> str:
        return "\n".join(
            [
                f"def {name}(ws, v):",
                f"    ws.append({self.pick('v', 'v + 1', '7')})",
                f"    ws[0] {self.pick('=', '+=', '-=')} v",
                "    return len(ws)",
            ]
        )

    # ------------------------------------------------------------ statements

    def block(self, depth: int, count: int) -> list[str]:
        indent = "    " * depth
        lines = [
            f"{indent}{line}" if not line.startswith(" ") else line
            for _ in range(count)
            for line in self.statement(depth)
        ]
        return lines or [f"{indent}pass"]

    def statement(self, depth: int) -> list[str]:
        roll = self.chance.random()
        deep = depth >= 4
        if roll < 0.30 or deep:
            return [self.simple()]
        if roll < 0.50:
            return self.branching(depth)
        if roll < 0.80:
            return self.looping(depth)
        if roll < 0.86:
            if not self.loops:
                return [self.simple()]
            return [f"if {self.test()}:", "    " * (depth + 1) + self.pick("break", "continue")]
        if roll < 0.88:
            return [
                f"if {self.test()}:",
                "    " * (depth + 1) + self.pick("return " + self.atom(), "raise ValueError('no')"),
            ]
        return [self.simple()]

    def simple(self) -> str:
        name = self.pick(*self.ints)
        roll = self.chance.random()
        if self.lists and roll < 0.22:
            zs = self.pick(*self.lists)
            return self.pick(
                f"{zs}[{self.index()}] = {self.expression(1)}",
                f"{zs}[{self.index()}] {self.pick('+=', '-=', '*=')} {self.pick('1', '1', self.atom())}",
                f"{zs}[{self.index()}] = {self.pick('1', self.constant())} + {zs}[{self.index()}]",
                f"zs.append({self.expression(1)})" if self.often(0.7) else "zs += [1, a]",
                f"{name} = {zs}[{self.index()}]",
                "zs = zs[1:] + [k]" if self.often(0.5) else "zs = zs[::-1]",
                "j, k = k, j",
                f"{name} = zs.pop() + 1" if self.often(0.5) else f"{name} = zs.count(k) - zs.index({self.atom()})",
                "zs.insert(k, j)" if self.often(0.5) else "zs.reverse()",
                f"{name} = s.find('é') - s.count('a') * 3" if self.entry else f"{name} += 1",
            )
        if self.entry and roll < 0.30:
            return self.pick(
                f"y = {name} / {self.atom()}",
                f"y += {name}",
                f"t = int(y) % {self.pick('7', '100', self.atom())}",
                f"t += {name} < x",
                f"{name} = {self.atom()} if y > {self.pick('j', 'k', '0')} else {self.atom()}",
                f"t = sum(v % {self.pick('9', '1000')} for v in {self.pick('xs', 'zs', 'd')})",
                f"t = max({self.pick('zs', 'd', 'xs')}, default={self.atom()})",
                f"zs = [{self.pick('v', 'v + 1', 'v * v', 'v % 10')} for v in {self.pick('zs', 'xs', 'd', 'range(4)')} if v {self.pick(*_COMPARE)} {self.atom()}]",
            )
        if roll < 0.65:
            operator = self.pick("+=", "+=", "-=", "*=", "//=", "%=", "&=", ">>=", "<<=")
            return f"{name} {operator} {self.pick('1', '1', '2', self.atom(), self.expression(1))}"
        return f"{name} = {self.expression(2)}"

    def branching(self, depth: int) -> list[str]:
        inner = "    " * depth
        lines = [f"if {self.test()}:", *self.block(depth + 1, self.chance.randint(1, 2))]
        if self.often(0.3):
            lines += [f"{inner}elif {self.test()}:", *self.block(depth + 1, 1)]
        if self.often(0.5):
            lines += [f"{inner}else:", *self.block(depth + 1, self.chance.randint(1, 2))]
        return lines

    def looping(self, depth: int) -> list[str]:
        if self.loops >= _LOOPS:
            return [self.simple()]
        inner = "    " * depth
        before: list[str] = []
        first: list[str] = []
        name = self.pick(*self.ints)
        roll = self.chance.random()
        if roll < 0.45:
            head = f"for {name} in {self.steps()}:"
        elif roll < 0.65 and self.entry:
            other = self.pick(*(n for n in self.ints if n != name))
            head = self.pick(
                f"for {name} in {self.pick('xs', 'zs', 'd', 'W')}:",
                f"for {name}, {other} in enumerate({self.pick('xs', 'zs', 'd')}{self.pick('', ', ' + self.atom())}):",
                f"for {name}, {other} in zip({self.steps()}, {self.pick('xs', 'zs', 'd')}):",
                f"for {name}, c in enumerate(s):",
            )
        else:
            self.counters += 1
            counter = f"w{self.counters}"
            guard = (
                self.pick("", f"{self.test()} and ")
                if self.bounded
                else self.pick("", f"{self.test()} and ", f"{self.test()} or ")
            )
            before, first = [f"{inner}{counter} = 0"], [f"{inner}    {counter} += 1"]
            head = f"while {guard}{counter} < {self.pick('3', '5', '9')}:"
            if not self.bounded and self.often(0.3):
                head = f"while {self.test()}:"
            elif self.often(0.4):
                name, other = self.pick(*self.ints), self.atom()
                head = self.pick(
                    f"while {name} > 0 and {counter} < 64:",
                    f"while {counter} < 66 and {name}:",
                    f"while {name} {self.pick('<', '<=', '>', '>=')} {other} and {counter} < 20:",
                    f"while {counter} < 9 and {other} {self.pick('<', '<=', '>', '>=')} {name}:",
                )
                step = self.pick(
                    f"{name} //= {self.pick('2', '10')}",
                    f"{name} >>= 1",
                    f"{name} += {self.pick('1', '3', self.atom())}",
                    f"{name} -= {self.pick('1', self.atom())}",
                )
                first.append(f"{inner}    {step}")
        self.loops += 1
        lines = [*before, f"{inner}{head}", *first, *self.block(depth + 1, self.chance.randint(1, 3))]
        self.loops -= 1
        if self.often(0.15):
            lines += [f"{inner}else:", *self.block(depth + 1, 1)]
        return lines

    def steps(self) -> str:
        low, high = self.atom(), self.atom()
        few = f"range({self.pick('3', '5', '8', 'min(a, 4)', 'min(len(d), 5)' if self.entry else '2')})"
        near = f"range({low}, {low} {self.pick('+', '-')} {self.pick('3', '4')}{self.pick('', ', -1', ', 2')})"
        if self.bounded:
            return self.pick(few if self.entry else "range(3)", near, f"reversed(range({self.pick('2', '6')}))")
        return self.pick(
            few if self.entry else "range(4)",
            near,
            f"range({high})",
            f"range({low}, {high})",
            f"range({low}, {high}, {self.pick('2', '-1', '-3', self.atom())})",
        )

    # ------------------------------------------------------------ expressions

    def constant(self) -> str:
        return str(self.chance.choice(EDGES) if self.often(0.4) else self.chance.randint(-4, 12))

    def atom(self) -> str:
        return self.pick(*self.ints) if self.often(0.65) else self.constant()

    def index(self) -> str:
        if self.often(0.6):
            return self.pick(
                "0", "0", "-1", "i % len(zs)", "i & 0", f"min({self.pick('i', 'j', 'k')} % 3, len(zs) - 1)"
            )
        return self.pick("i", "j", "k", "i - 1", "j + 1", "i % 3", "k & 3", f"{self.pick('i', 'j')} % len(zs)")

    def expression(self, depth: int) -> str:
        if depth == 0 or self.often(0.15):
            return self.atom()
        roll = self.chance.random()
        left, right = self.expression(depth - 1), self.expression(depth - 1)
        if roll < 0.60:
            operator = self.pick(*_ARITH)
            if operator in {"<<", ">>"}:
                right = self.pick("1", "3", "31", "62", "63", f"({right} & 15)", f"({right} % 64)")
            if operator == "**":
                right = self.pick("0", "1", "2", "3", f"({right} & 3)")
            if operator in {"//", "%"} and self.often(0.6):
                right = self.pick(
                    "2", "7", "-3", "1000", "10", "(1 << 31)", f"({right} | 1)", f"(abs({self.atom()}) + 1)"
                )
            return f"({left} {operator} {right})"
        if roll < 0.70:
            return self.pick(
                f"(-{left})",
                f"abs({left})",
                f"(~{left})",
                f"(({left}) & {self.pick('255', '1', '65535', self.atom())})",
            )
        if roll < 0.80:
            return self.pick(
                f"min({left}, {right})",
                f"max({left}, {right})",
                f"max({self.constant()}, min({left}, {self.constant()}))",
            )
        if roll < 0.86:
            return f"({left} if {self.test()} else {right})"
        if roll < 0.90:
            return f"({left} {self.pick('and', 'or')} {right})"
        if self.helpers and roll < 0.96:
            name = self.pick(*self.helpers)
            if name == "put":
                return "put(zs, k)" if self.entry else left
            return f"{name}({self.expression(depth - 1)}, {self.pick('3', '5', self.expression(depth - 1))})"
        if self.entry:
            return self.pick(
                f"zs[{self.index()}]",
                f"xs[{self.index()}]",
                f"d[{self.index()}]",
                "len(zs)",
                "len(s)",
                "ord(s[0])",
                "len(d)",
                "int(p)",
                "W[i % 4]",
            )
        return left

    def test(self) -> str:
        if self.often(0.15):
            name, low = self.pick(*self.ints), self.pick(*_COMPARE)
            return self.pick(
                f"{self.constant()} - {name} {low} {self.atom()}",
                f"{name} {self.pick('+', '-')} {self.constant()} {low} {self.atom()}",
                f"{self.constant()} + {name} {low} {self.constant()}",
                f"-{name} {low} {self.constant()}",
                f"abs({name}) {low} {self.constant()}",
                f"{name} * {name} {low} {self.constant()}",
            )
        roll = self.chance.random()
        left, right = self.atom(), self.atom()
        operator = self.pick(*_COMPARE)
        if roll < 0.55:
            return f"{left} {operator} {right}"
        if roll < 0.65:
            return f"{self.expression(1)} {operator} {self.expression(1)}"
        if roll < 0.73:
            return f"{self.constant()} <= {left} < {right}"
        if roll < 0.80:
            return f"{left} {operator} {right} {self.pick('and', 'or')} {self.atom()} {self.pick(*_COMPARE)} {self.constant()}"
        if roll < 0.86:
            return f"not ({left} {operator} {right} {self.pick('and', 'or')} {self.atom()} {self.pick(*_COMPARE)} {self.constant()})"
        if roll < 0.90:
            return left
        if roll < 0.94:
            return f"{left} in ({self.constant()}, {self.constant()}, {right})"
        if self.entry:
            return self.pick(
                "p",
                "s",
                f"{left} < x",
                f"y >= {left}",
                "i < len(xs)",
                "0 <= j < len(zs)",
                "s[0] == 'G'",
                f"{left} in zs",
                f"{left} * {left} <= {right}",
            )
        return f"{left} * {left} <= {right}"
