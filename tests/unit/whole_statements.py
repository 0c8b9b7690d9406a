"""Random statements of the native subset; see `whole_programs` for what the letters mean."""

from __future__ import annotations

from tests.unit.whole_expressions import ExpressionMaker
from tests.unit.whole_values import ARITH, ITEM, Scope


class StatementMaker(ExpressionMaker):
    """Makes statements."""

    # ------------------------------------------------------------ statements

    def block(self, scope: Scope, count: int, pad: str) -> list[str]:
        lines: list[str] = []
        for _ in range(count):
            lines += [pad + line for line in self.statement(scope)]
        return lines or [pad + "pass"]

    def inner(self, scope: Scope, count: int = 0) -> tuple[list[str], Scope]:
        inside = scope.inner({})
        lines = self.block(inside, count or self.random.randint(1, 3), "    ")
        return lines, inside

    def leave(self, scope: Scope, insides: list[Scope], *, sure: bool) -> None:
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

    def statement(self, scope: Scope) -> list[str]:
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

    def do_assign(self, scope: Scope) -> list[str]:
        kind = self.pick("iiiffbssyIIFB")
        name = self.variable(scope, kind, writable=True) if self.chance(0.4) else None
        value = self.expr(scope, kind, 3)
        if kind == "f" and self.chance(0.3):
            value = self.pick(("0", "1", self.expr(scope, "i", 2)))
        if name is None:
            name = self.name()
            scope.variables[name] = kind
        if self.chance(0.06) and kind != "f":
            other = self.name()
            scope.variables[other] = kind
            return [f"{name} = {other} = {value}"]
        return [f"{name} = {value}"]

    def do_augment(self, scope: Scope) -> list[str]:
        kind = self.pick("iiffssyIF")
        name = self.variable(scope, kind, writable=True)
        if name is None:
            return self.do_assign(scope)
        if kind in "syIF":
            if self.chance(0.15):
                return [f"if len({name}) < 20:", f"    {name} *= {self.small(scope)}"]
            return [f"if len({name}) < 40:", f"    {name} += {self.expr(scope, kind, 2)}"]
        op = self.pick(ARITH + (("/",) if kind == "f" else ("&", "|", "^", ">>")))
        return [f"{name} {op}= {self.expr(scope, kind, 2)}"]

    def do_mutate(self, scope: Scope) -> list[str]:
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

    def do_tuple(self, scope: Scope) -> list[str]:
        kind = self.pick("iifsI")
        left, right = (self.variable(scope, kind, writable=True) for _ in range(2))
        if left is None or right is None:
            return self.do_assign(scope)
        return [f"{left}, {right} = {self.expr(scope, kind, 2)}, {self.pick((left, self.expr(scope, kind, 2)))}"]

    def do_unpack(self, scope: Scope) -> list[str]:
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

    def do_assert(self, scope: Scope) -> list[str]:
        test = self.expr(scope, "b", 2)
        match self.random.randint(0, 5):
            case 0:
                return [f"assert {test}, {self.expr(scope, 's', 1)}"]
            case 1:
                error = self.pick(("ValueError", "KeyError", "RuntimeError"))
                return [f"if {test}:", f"    raise {error}({self.expr(scope, 's', 1)})"]
        return self.do_assign(scope)

    def do_if(self, scope: Scope) -> list[str]:
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

    def condition(self, scope: Scope) -> str:
        return self.expr(scope, self.pick("bbbbisI"), 3)

    def do_while(self, scope: Scope) -> list[str]:
        counter = self.name()
        scope.variables[counter] = "i"
        scope.locked.add(counter)
        test = self.pick((f"{counter} < {self.random.randint(1, 6)}", f"{counter} < 5 and {self.expr(scope, 'b', 2)}"))
        if self.chance(0.2):
            lines = ["while True:", f"    if {counter} >= {self.random.randint(0, 4)}:", "        break"]
        else:
            lines = [f"while {test}:"]
        return [f"{counter} = 0", *self.loop(scope, [*lines, f"    {counter} += 1"], {})]

    def loop(self, scope: Scope, lines: list[str], targets: dict[str, str]) -> list[str]:
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

    def do_scan(self, scope: Scope) -> list[str]:
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

    def do_for(self, scope: Scope) -> list[str]:
        target, source, targets = self.source(scope)
        return self.loop(scope, [f"for {target} in {source}:"], targets)

    def do_return(self, scope: Scope) -> list[str]:
        return [f"if {self.expr(scope, 'b', 1)}:", f"    return {self.expr(scope, scope.result, 2)}"]

    def do_leave_loop(self, scope: Scope) -> list[str]:
        return [f"if {self.expr(scope, 'b', 2)}:", f"    {self.pick(('break', 'continue'))}"]
