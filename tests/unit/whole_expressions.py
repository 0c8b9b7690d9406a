"""Random expressions of the native subset; see `whole_programs` for what the letters mean."""

from __future__ import annotations

from tests.unit.whole_sources import SourceMaker
from tests.unit.whole_values import ARITH, BYTES, FLOATS, INTS, ITEM, TEXTS, Scope


class ExpressionMaker(SourceMaker):
    """Makes expressions."""

    def small(self, scope: Scope) -> str:
        """An int from -1 to 6."""
        name = self.variable(scope, "i")
        return (
            f"({name} % {self.random.randint(2, 7)})" if name and self.chance(0.5) else str(self.random.randint(-1, 6))
        )

    def index(self, scope: Scope, name: str) -> str:
        match self.random.randint(0, 6):
            case 0:
                return self.expr(scope, "i", 1)
            case 1:
                return str(self.random.randint(-2, 2))
            case 2:
                return f"{self.atom(scope, 'i')} % len({name}) - len({name})"
        return f"{self.atom(scope, 'i')} % len({name})"

    def expr(self, scope: Scope, kind: str, depth: int) -> str:
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
            return (
                f"({self.expr(scope, kind, depth - 1)} {self.pick(('and', 'or'))} {self.expr(scope, kind, depth - 1)})"
            )
        made: str = getattr(self, f"expr_{kind if kind not in 'IFB' else 'list'}")(
            scope, depth - 1, *([kind] if kind in "IFB" else [])
        )
        return made

    def atom(self, scope: Scope, kind: str) -> str:
        name = self.variable(scope, kind)
        if name is not None and self.chance(0.75):
            return name
        match kind:
            case "i":
                return self.pick(
                    (str(self.random.randint(-9, 9)), str(self.random.randint(0, 3)), f"({self.pick(INTS)})", "LIMIT")
                )
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

    def call(self, scope: Scope, kind: str, depth: int) -> str | None:
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

    def expr_i(self, scope: Scope, depth: int) -> str:
        a, b = self.expr(scope, "i", depth), self.expr(scope, "i", depth)
        kind = self.pick("IFsyB")
        base = self.bounded(scope, kind)
        return self.one(
            lambda: f"({a} {self.pick(ARITH)} {b})",
            lambda: f"({a} {self.pick(ARITH)} {b})",
            lambda: f"({a} {self.pick(ARITH)} {self.random.randint(1, 9)})",
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
            lambda: (
                f"{self.bounded(scope, 's')}.{self.pick(('count', 'find', 'index'))}({self.expr(scope, 's', depth)})"
            ),
            lambda: f"(ord({self.expr(scope, 's', depth)}[0]) if {self.atom(scope, 'b')} else {b})",
            lambda: f"sum({self.generator(scope, 'i', depth)})",
            lambda: f"sum({self.bounded(scope, self.pick('IB'))})",
            lambda: (
                f"{self.pick(('min', 'max'))}(({self.generator(scope, 'i', depth)}), default={self.random.randint(-5, 5)})"
            ),
            lambda: f"{self.bounded(scope, 'I')}[{self.small(scope)}]",
            lambda: f"{self.bounded(scope, 'y')}[{self.small(scope)}]",
            lambda: f"TABLE[{self.small(scope)}]",
            lambda: f"{self.bounded(scope, 'I')}.{self.pick(('count', 'index', 'count'))}({a})",
            lambda: f"({self.expr(scope, 'b', depth)} + {a})",
        )

    def expr_f(self, scope: Scope, depth: int) -> str:
        a, b = self.expr(scope, "f", depth), self.expr(scope, self.pick("fffi"), depth)
        return self.one(
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

    def expr_b(self, scope: Scope, depth: int) -> str:
        order = self.pick(("<", "<=", ">", ">=", "==", "!="))
        numbers = [self.expr(scope, self.pick("iiffb"), depth) for _ in range(3)]
        kind = self.pick("IFBsy")
        a, b = self.expr(scope, kind, depth), self.expr(scope, kind, depth)
        return self.one(
            lambda: f"({numbers[0]} {order} {numbers[1]})",
            lambda: f"({numbers[0]} {order} {numbers[1]})",
            lambda: f"({numbers[0]} {order} {numbers[1]} {self.pick(('<', '==', '>='))} {numbers[2]})",
            lambda: f"({a} {order} {b})",
            lambda: f"({self.expr(scope, 's', depth)} {self.pick(('in', 'not in'))} {self.expr(scope, 's', depth)})",
            lambda: f"({numbers[0]} {self.pick(('in', 'not in'))} {self.bounded(scope, self.pick('IFB'))})",
            lambda: f"({self.expr(scope, 's', depth)} in ({self.atom(scope, 's')}, 'G', {self.atom(scope, 's')}))",
            lambda: f"({self.atom(scope, 'i')} in (1, 2.5, {self.atom(scope, 'f')}))",
            lambda: f"(not {self.expr(scope, self.pick('bbifsI'), depth)})",
            lambda: (
                f"({self.expr(scope, 'b', depth)} {self.pick(('and', 'or', '&', '|', '^'))} {self.expr(scope, 'b', depth)})"
            ),
            lambda: f"bool({self.expr(scope, self.pick('ifsyIF'), depth)})",
            lambda: f"{self.pick(('any', 'all'))}({self.generator(scope, 'b', depth, nested=False)})",
            lambda: f"{self.pick(('any', 'all'))}({self.bounded(scope, self.pick('BIF'))})",
            lambda: f"math.{self.pick(('isnan', 'isinf', 'isfinite'))}({self.expr(scope, 'f', depth)})",
            lambda: f"{self.bounded(scope, 'B')}[{self.small(scope)}]",
            lambda: f"math.isclose({numbers[0]}, {numbers[1]})",
            lambda: (
                f"{self.bounded(scope, 's')}.{self.pick(('startswith', 'endswith'))}({self.expr(scope, 's', depth)})"
            ),
        )

    def expr_s(self, scope: Scope, depth: int) -> str:
        a = self.expr(scope, "s", depth)
        return self.one(
            lambda: f"({a} + {self.expr(scope, 's', depth)})[:40]",
            lambda: f"({a} + {self.expr(scope, 's', depth)})[-30:]",
            lambda: f"{self.bounded(scope, 's')}[{self.small(scope)}]",
            lambda: f"{self.bounded(scope, 's')}{self.slice(scope)}",
            lambda: f"({a} * {self.small(scope)})[:30]",
            lambda: f"chr({self.pick((48, 65, 97, 955))} + {self.small(scope)})",
            lambda: f"str({self.expr(scope, 'i', depth)})",
            lambda: f"{self.pick(('min', 'max'))}({a}, {self.expr(scope, 's', depth)})",
        )

    def expr_y(self, scope: Scope, depth: int) -> str:
        a = self.expr(scope, "y", depth)
        return self.one(
            lambda: f"({a} + {self.expr(scope, 'y', depth)})[:40]",
            lambda: f"{a}{self.slice(scope)}",
            lambda: f"({a} * {self.small(scope)})[:30]",
        )

    def expr_list(self, scope: Scope, depth: int, kind: str) -> str:
        item = ITEM[kind]
        a = self.expr(scope, kind, depth)
        return self.one(
            lambda: f"[{', '.join(self.expr(scope, item, depth) for _ in range(self.random.randint(1, 4)))}]",
            lambda: f"({a} + {self.expr(scope, kind, depth)})[:20]",
            lambda: f"{a}{self.slice(scope)}",
            lambda: f"([{self.expr(scope, item, depth)}] * {self.small(scope)})",
            lambda: f"(({a})[:5] * {self.small(scope)})",
            lambda: f"[{self.generator(scope, item, depth)}][:20]",
            lambda: f"{self.bounded(scope, kind)}.copy()",
        )

    def slice(self, scope: Scope) -> str:
        parts = [
            self.pick(("", "", self.small(scope), str(self.random.randint(-9, 9)), self.atom(scope, "i")))
            for _ in range(2)
        ]
        step = self.pick(("", "", ":", ":1", ":-1", ":2", ":-3", f":{self.small(scope)}"))
        return f"[{parts[0]}:{parts[1]}{step}]"

    def generator(self, scope: Scope, kind: str, depth: int, *, nested: bool = True) -> str:
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
