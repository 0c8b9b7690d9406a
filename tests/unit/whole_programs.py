"""Random typed programs of the native subset, and random arguments for them.

Every program ends: loops are short, recursion counts down, sequences stop growing. Types are letters: i int, f float,
b bool, s str, y bytes, I list[int], F list[float], B list[bool].
"""

from __future__ import annotations

from tests.unit.whole_statements import StatementMaker
from tests.unit.whole_values import NAMES, Scope


class Maker(StatementMaker):
    """Makes one program."""

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
        scope = Scope({f"p{n}": kind for n, kind in enumerate(kinds)}, result=self.pick("iiffbsyIFB"))
        header = ", ".join(f"{name}: {NAMES[kind]}" for name, kind in scope.variables.items())
        return [f"def f({header}) -> {NAMES[scope.result]}:", *self.body(scope)]

    def helper(self, name: str) -> list[str]:
        counts = self.chance(0.4)
        kinds = ["i"] * counts + [self.pick("iifbsIF") for _ in range(self.random.randint(1, 3))]
        result = self.pick("iifbsIF")
        names = ["n"] * counts + [f"q{n}" for n in range(len(kinds) - counts)]
        scope = Scope(dict(zip(names, kinds, strict=True)), result=result, locked={"n"} if counts else set())
        lines = [f"def {name}({', '.join(names)}):"]
        if counts:
            lines += ["    if n <= 0:", f"        return {self.expr(scope, result, 2)}"]
            self.helpers[name] = (kinds, result, True)
            lines += self.body(scope, own=name)
        else:
            lines += self.body(scope)
        self.helpers[name] = (kinds, result, counts)
        return lines

    def body(self, scope: Scope, own: str = "") -> list[str]:
        self.own = own
        lines = self.block(scope, self.random.randint(1, 4), "    ")
        lines.append(f"    return {self.expr(scope, scope.result, 3)}")
        self.own = ""
        return lines


def program(seed: int) -> str:
    """A program; its entry is ``f``."""
    return Maker(seed).program()
