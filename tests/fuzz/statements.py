"""Random statements."""

from __future__ import annotations

from typing import Final

from tests.fuzz.availability import allows, allows_template, is_native
from tests.fuzz.expressions import ExpressionMaker
from tests.fuzz.kinds import Kind, filled, kind, matched
from tests.fuzz.mutations import LOOPS, MUTATIONS
from tests.fuzz.scope import Scope
from tests.fuzz.sources import whole

BOOL: Final = kind("bool")
INT: Final = kind("int")
STR: Final = kind("str")
RAISED: Final = ("ValueError", "KeyError", "IndexError", "RuntimeError", "TypeError", "ZeroDivisionError")
CAUGHT: Final = (*RAISED, "Exception", "(ValueError, IndexError)", "LookupError", "ArithmeticError")
_TRIES: Final = 12
_SHAPES: Final = {
    "try": "try:\n    v = 1\nexcept ValueError:\n    v = 2",
    "finally": "try:\n    v = 1\nfinally:\n    v = 2",
    "narrow": "v = 1 if n > 2 else None\nif v is not None:\n    n = v + 1",
    "nested": "def g(x):\n    return x + n\nv = g(2)",
    "match": "match n:\n    case 1 | 2:\n        v = 1\n    case _:\n        v = 2",
    "walrus": "if (v := n + 1) > 2:\n    n = v",
    "annotated": "v: list[int] = []\nv.append(n)",
    "annotated dict": "v: dict[str, int] = {}\nv['a'] = n",
    "nonlocal": "def g():\n    nonlocal n\n    n += 1\n    return n\nv = g()",
    "star": "def g(*xs):\n    return len(xs) + n\nv = g(1, 2)",
    "keyword": "def g(x, y=2):\n    return x - y\nv = g(y=n, x=1)",
    "loop else": "for v in range(3):\n    if v > n:\n        break\nelse:\n    n = 2",
}
"""Kinds of statements that a compiler may not take, each in its smallest form."""


def takes(shape: str) -> bool:
    """Whether the compiler takes a kind of statement."""
    body = "\n".join(f"    {line}" for line in _SHAPES[shape].split("\n"))
    return is_native(whole(f"def f(n: int) -> int:\n{body}\n    return n"))


class StatementMaker(ExpressionMaker):
    """Makes statements."""

    def block(self, scope: Scope, count: int) -> list[str]:
        """Lines of some statements."""
        lines: list[str] = []
        for _ in range(count):
            lines += self.statement(scope)
        return lines or ["pass"]

    def indented(self, scope: Scope) -> list[str]:
        return ["    " + line for line in self.block(scope, self.pick((1, 1, 1, 1, 2, 2)))]

    def statement(self, scope: Scope) -> list[str]:
        options = ["assign"] * 5 + ["mutate"] * 7 + ["unpack", "check", "annotated", "alias"]
        if scope.level < (3 if self.is_large else 2):
            options += ["branch"] * 2 + ["narrow"] * 2 + ["attempt"] + ["match"]
        if scope.loops < 2 and scope.level < (3 if self.is_large else 2):
            options += ["loop"] * 3 + ["count", "scan", "changing", "retry", "store"]
        if scope.level and self.chance(0.3):
            options.append("give")
        if scope.loops and scope.level:
            options.append("leave_loop")
        if not scope.level:
            options.append("nested")
        made: list[str] = getattr(self, f"do_{self.pick(options)}")(scope)
        return made

    # ------------------------------------------------------------ values

    def do_assign(self, scope: Scope) -> list[str]:
        wanted = self.kinds.any()
        name = self.variable(scope, wanted, writable=True) if self.chance(0.4) else None
        value = self.expr(scope, wanted, self.pick((1, 1, 2, 2, 3)))
        if name is None:
            name = self.name()
            scope.variables[name] = wanted
            scope.maybe.pop(name, None)
        return [f"{name} = {value}"]

    def do_alias(self, scope: Scope) -> list[str]:
        """Two names of one value."""
        if not scope.variables:
            return self.do_assign(scope)
        old, name = self.pick(sorted(scope.variables)), self.name()
        scope.variables[name] = scope.variables[old]
        return [f"{name} = {old}"]

    def do_annotated(self, scope: Scope) -> list[str]:
        if not takes("annotated"):
            return self.do_assign(scope)
        item, name = self.kinds.any(1), self.name()
        wanted = Kind("list", (item,))
        if takes("annotated dict") and self.chance(0.5):
            wanted = Kind("dict", (self.kinds.key(), item))
        if not allows(wanted):
            return self.do_assign(scope)
        scope.variables[name] = wanted
        return [f"{name}: {wanted} = {'[]' if wanted.head == 'list' else '{}'}"]

    def do_mutate(self, scope: Scope) -> list[str]:
        names = sorted(set(scope.variables) - scope.locked)
        for _ in range(_TRIES if names else 0):
            made = self.mutation(scope, self.pick(names))
            if made:
                return made
        return self.do_assign(scope)

    def mutation(self, scope: Scope, name: str) -> list[str]:
        """A change of a variable's value; nothing if the one drawn does not fit."""
        found = scope.variables[name]
        pattern, template, is_rare = self.pick(MUTATIONS)
        bound: dict[str, Kind] = {}
        if not matched(pattern, found, bound) or (is_rare and self.chance(0.7)):
            return []
        self.bind(template, bound)
        if not allows_template(template, bound, found):
            return []
        text = template.replace("{v}", name).replace("{n}", self.name())
        return self.fill(scope, text, bound, 2).split("\n")

    def do_unpack(self, scope: Scope) -> list[str]:
        items = [self.kinds.any(1) for _ in range(2)]
        wanted = Kind("tuple", tuple(items))
        if not allows(wanted):
            return self.do_assign(scope)
        value = self.expr(scope, wanted, 2)
        names = [self.name() for _ in items]
        scope.variables |= dict(zip(names, items, strict=True))
        return [f"{', '.join(names)} = {value}"]

    # ------------------------------------------------------------ branches

    def condition(self, scope: Scope) -> str:
        return self.expr(scope, BOOL, 2)

    def do_check(self, scope: Scope) -> list[str]:
        test = self.condition(scope)
        if self.chance(0.6):
            return self.do_mutate(scope)
        if self.chance(0.5):
            return [f"assert {test}, {self.expr(scope, STR, 1)}"]
        return [f"if {test}:", f"    raise {self.pick(RAISED)}({self.expr(scope, STR, 1)})"]

    def do_branch(self, scope: Scope) -> list[str]:
        first = scope.inner()
        lines = [f"if {self.condition(scope)}:", *self.indented(first)]
        insides = [first]
        if self.chance(0.3):
            insides.append(scope.inner())
            lines += [f"elif {self.condition(scope)}:", *self.indented(insides[-1])]
        sure = self.chance(0.5)
        if sure:
            insides.append(scope.inner())
            lines += ["else:", *self.indented(insides[-1])]
        scope.leave(insides, sure=sure)
        return lines

    def do_narrow(self, scope: Scope) -> list[str]:
        """A test for None, after which the variable is what it holds."""
        options = [name for name, found in scope.variables.items() if found.head == "opt"]
        if not options or not takes("narrow"):
            return self.do_branch(scope)
        name = self.pick(options)
        held = scope.variables[name].items[0]
        inside = scope.inner({name: held})
        inside.locked.add(name)
        match self.random.randint(0, 3):
            case 0:
                lines = [f"if {name} is None:", f"    {name} = {self.expr(scope, held, 2)}"]
                scope.variables[name] = held
                return lines
            case 1:
                lines = [f"if {name} is None:", *self.indented(scope.inner()), "else:", *self.indented(inside)]
            case 2:
                test = self.expr(inside, BOOL, 2)
                lines = [f"if {name} is not None and {test}:", *self.indented(inside)]
            case _:
                lines = [f"if {name} is not None:", *self.indented(inside)]
        inside.variables[name] = scope.variables[name]
        scope.leave([inside], sure=False)
        return lines

    def do_match(self, scope: Scope) -> list[str]:
        if not takes("match"):
            return self.do_branch(scope)
        wanted = self.pick((INT, STR))
        lines = [f"match {self.expr(scope, wanted, 2)}:"]
        insides = []
        for _ in range(self.random.randint(1, 2)):
            insides.append(scope.inner())
            values = " | ".join(self.literals.scalar(wanted.head).strip("()") for _ in range(self.random.randint(1, 2)))
            lines += [f"    case {values}:", *("    " + line for line in self.indented(insides[-1]))]
        sure = self.chance(0.6)
        if sure:
            insides.append(scope.inner())
            lines += ["    case _:", *("    " + line for line in self.indented(insides[-1]))]
        scope.leave(insides, sure=sure)
        return lines

    def do_attempt(self, scope: Scope) -> list[str]:
        if not takes("try"):
            return self.do_branch(scope)
        body = scope.inner()
        lines = ["try:", *self.indented(body)]
        insides = [body]
        for _ in range(self.pick((1, 1, 2))):
            inside = scope.inner()
            caught = self.pick(CAUGHT)
            lines += [f"except {caught}:", *self.indented(inside)]
            if self.chance(0.15):
                lines.append("    raise")
            insides.append(inside)
        if self.chance(0.2):
            insides.append(scope.inner())
            lines += ["else:", *self.indented(insides[-1])]
        if takes("finally") and self.chance(0.2):
            insides.append(scope.inner())
            insides[-1].loops = 0  # leaving a loop there would swallow what was raised
            last = self.resetting(insides[-1]) if self.chance(0.4) else self.do_assign(insides[-1])
            lines += ["finally:", *("    " + line for line in last)]
        scope.leave(insides, sure=False)
        return lines

    def resetting(self, scope: Scope) -> list[str]:
        """A loop that works with a variable, and then gives it another value."""
        name, other, counter = self.variable(scope, INT, writable=True), self.name(), self.name()
        if name is None:
            return self.do_assign(scope)
        lines = [f"for {counter} in range({self.random.randint(1, 3)}):", f"    {other} = {name} * {name} + {counter}"]
        scope.variables[other] = INT
        return [f"{other} = 0", *lines, f"    {name} = {self.literals.scalar('int')}"]

    def do_retry(self, scope: Scope) -> list[str]:
        """A loop that is left, or goes on, through a ``finally``."""
        name = self.variable(scope, INT, writable=True)
        if name is None or not takes("finally"):
            return self.do_count(scope)
        counter = self.name()
        way = self.pick(("break", "continue"))
        inside = scope.inner({counter: INT}, loop=True)
        inside.locked.add(counter)
        lines = [
            "try:",
            f"    if {self.expr(inside, BOOL, 2)}:",
            f"        {way}",
            f"    {name} = {self.expr(inside, INT, 1)}",
        ]
        lines += ["finally:", *("    " + line for line in self.resetting(inside))]
        scope.leave([inside], sure=False)
        return [f"for {counter} in range({self.random.randint(1, 3)}):", *("    " + line for line in lines)]

    def do_store(self, scope: Scope) -> list[str]:
        """A loop that adds up a list, and stores where the sum says."""
        numbers = [
            name for name, found in scope.variables.items() if str(found) == "list[int]" and name not in scope.maybe
        ]
        total = self.variable(scope, INT, writable=True)
        if not numbers or total is None:
            return self.do_scan(scope)
        at, (one, other) = self.name(), (self.pick(numbers), self.pick(numbers))
        # A sum that has overflowed must not be where something is stored.
        place = self.pick((f"min({total}, 0)", f"min({total}, 3)", f"{total} & 1", f"{at} - 1"))
        item = self.pick((f"{one}[{at}]", f"({one}[{at}] | {1 << 62})"))
        lines = [f"{total} = {total} + {item}", f"{one}[{at}] = {one}[{at}] + {self.literals.scalar('int')}"]
        lines.append(f"{other}[{place}] = {at}")
        return [f"for {at} in range(len({one})):", *("    " + line for line in lines)]

    def do_give(self, scope: Scope) -> list[str]:
        return [f"if {self.expr(scope, BOOL, 2)}:", f"    return {self.expr(scope, scope.result, 2)}"]

    # ------------------------------------------------------------ loops

    def looped(self, scope: Scope, head: str, targets: dict[str, Kind], first: tuple[str, ...] = ()) -> list[str]:
        inside = scope.inner(targets, loop=True)
        lines = [head, *("    " + line for line in first), *self.indented(inside)]
        scope.leave([inside], sure=False)
        if takes("loop else") and self.chance(0.12):
            other = scope.inner()
            other.loops = 2  # breaks there would be those of an outer loop, and loops in it belong to none
            lines += ["else:", *("    " + line for line in self.do_mutate(other))]
            scope.leave([other], sure=False)
        return lines

    def do_loop(self, scope: Scope) -> list[str]:
        for _ in range(_TRIES):
            patterns, template = self.pick(LOOPS)
            bound: dict[str, Kind] = {}
            self.bind(template + "".join(f"«{pattern}»" for pattern in patterns), bound)
            if not allows_template(f"[1 for x in {template}]", bound):
                continue
            names = [self.name() for _ in patterns]
            if len(names) == 1 and patterns == ("int",) and self.chance(0.15):
                names = [self.variable(scope, INT, writable=True) or names[0]]
            targets = {name: filled(kind(pattern), bound) for name, pattern in zip(names, patterns, strict=True)}
            return self.looped(scope, f"for {', '.join(names)} in {self.fill(scope, template, bound, 2)}:", targets)
        return self.do_count(scope)

    def do_count(self, scope: Scope) -> list[str]:
        counter = self.name()
        scope.variables[counter] = INT
        scope.locked.add(counter)
        most = self.random.randint(1, 6)
        if self.chance(0.25):
            lines = self.looped(scope, "while True:", {}, (f"if {counter} >= {most}:", "    break", f"{counter} += 1"))
        else:
            more = f" and {self.expr(scope, BOOL, 2)}" if self.chance(0.4) else ""
            lines = self.looped(scope, f"while {counter} < {most}{more}:", {}, (f"{counter} += 1",))
        return [f"{counter} = 0", *lines]

    def do_scan(self, scope: Scope) -> list[str]:
        """A loop over the indices of a list, which reads it there."""
        lists = [name for name, found in scope.variables.items() if found.head == "list"]
        if not lists:
            return self.do_loop(scope)
        name, index, item = self.pick(lists), self.name(), self.name()
        source = self.pick((f"range(len({name}))", f"range(1, len({name}))", f"range(len({name}) - 1, -1, -1)"))
        offset = self.pick(("", "", " - 1", " + 1"))
        targets = {index: INT, item: scope.variables[name].items[0]}
        return self.looped(scope, f"for {index} in {source}:", targets, (f"{item} = {name}[{index}{offset}]",))

    def do_changing(self, scope: Scope) -> list[str]:
        """A loop over a container that its body changes."""
        names = [name for name, found in scope.variables.items() if found.head in {"list", "dict"}]
        if not names:
            return self.do_loop(scope)
        name, target = self.pick(names), self.name()
        item = scope.variables[name].items[0]
        inside = scope.inner({target: item}, loop=True)
        for _ in range(10 * _TRIES):
            changes = self.mutation(inside, name)
            if changes:
                scope.leave([inside], sure=False)
                after = [f"if {self.expr(inside, BOOL, 1)}:", "    break"] if self.chance(0.3) else []
                return [f"for {target} in {name}:", *("    " + line for line in (*changes, *after))]
        return self.do_loop(scope)

    def do_leave_loop(self, scope: Scope) -> list[str]:
        return [f"if {self.expr(scope, BOOL, 2)}:", f"    {self.pick(('break', 'continue'))}"]

    # ------------------------------------------------------------ functions

    def do_nested(self, scope: Scope) -> list[str]:
        """A function that closes over variables, and a call of it."""
        if self.chance(0.4):
            return self.do_small_function(scope)
        if not takes("nested"):
            return self.do_assign(scope)
        name, parameter, taken, given = self.name(), self.name(), self.kinds.any(1), self.kinds.any(1)
        inside = scope.inner({parameter: taken})
        inside.maybe = {}
        result = self.name()
        lines = [f"def {name}({parameter}):", f"    return {self.expr(inside, given, 3)}"]
        lines.append(f"{result} = {name}({self.expr(scope, taken, 2)})")
        scope.variables[result] = given
        return lines

    def do_small_function(self, scope: Scope) -> list[str]:
        """A function with a parameter list that is not plain, or one that changes a variable around it."""
        shape, name, result = self.pick(("nonlocal", "star", "keyword")), self.name(), self.name()
        changed = self.variable(scope, INT, writable=True)
        if not takes(shape) or (shape == "nonlocal" and (changed is None or changed in {"n", "q0", "q1"})):
            return self.do_assign(scope)
        a, b = self.expr(scope, INT, 1), self.expr(scope, INT, 1)
        scope.variables[result] = INT
        match shape:
            case "nonlocal" if not (changed or "").startswith(("p", "q")):
                lines = ["    nonlocal " + str(changed), f"    {changed} += {a}", f"    return {changed}"]
                return [f"def {name}():", *lines, f"{result} = {name}() - {name}()"]
            case "keyword":
                call = self.pick((f"{name}(y={a}, x={b})", f"{name}({a})", f"{name}({a}, {b})"))
                return [f"def {name}(x, y=2):", "    return x - y", f"{result} = {call}"]
        return [f"def {name}(*xs):", "    return sum(xs) * len(xs)", f"{result} = {name}({a}, {b}, 3)"]
