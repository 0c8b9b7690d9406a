"""Random functions for the passes over Python's syntax, and a way to run a tree that a pass has changed in CPython."""

from __future__ import annotations

import ast
import itertools
import re
from dataclasses import dataclass, field
from random import Random
from typing import Any

NAMES = ("a", "b", "c", "d")


@dataclass
class Maker:
    """Makes functions of control flow, assignments and reads of few names, so that webs of many shapes come about."""

    random: Random
    loops: int = 0
    budget: int = 24
    number: itertools.count[int] = field(default_factory=itertools.count)

    def function(self) -> str:
        """The text of a function ``f(a, trace)``."""
        lines = self.block(0, 1, self.random.randint(3, 6))
        first = [f"    {name} = {next(self.number)}" for name in NAMES[1:] if self.random.random() < 0.85]
        return "def f(a, trace):\n" + "\n".join([*first, *lines]) + "\n"

    def block(self, depth: int, indent: int, count: int) -> list[str]:
        lines: list[str] = []
        for _ in range(count):
            lines += self.statement(depth, indent)
        return lines

    def nested(self, depth: int, indent: int) -> list[str]:
        return self.block(depth + 1, indent + 1, self.random.randint(1, 3))

    def name(self) -> str:
        return self.random.choice(NAMES)

    def value(self, depth: int = 0) -> str:
        kinds = ["name", "name", "constant", "sum"]
        if depth < 2:
            kinds += ["sum", "choice", "walrus", "and", "comprehension", "any", "condition"]
        match self.random.choice(kinds):
            case "name":
                return self.name()
            case "sum":
                return f"({self.value(depth + 1)} + {next(self.number)})"
            case "choice":
                return f"({self.value(depth + 1)} if {self.test(depth + 1)} else {self.value(depth + 1)})"
            case "walrus":
                return f"({self.name()} := {self.value(depth + 1)})"
            case "and":
                return f"({self.value(depth + 1)} {self.random.choice(['and', 'or'])} {self.value(depth + 1)})"
            case "comprehension":
                name = self.name()
                return f"sum([{name} + {next(self.number)} for {name} in range({self.random.randint(0, 3)}) if {self.value(2)} % 3])"
            case "any":
                return f"any((d := e) > {self.random.randint(0, 3)} for e in range({self.random.randint(0, 5)}))"
            case "condition":
                return f"({self.value(depth + 1)} < {self.value(depth + 1)} <= {self.value(depth + 1)})"
        return str(next(self.number))

    def test(self, depth: int = 0) -> str:
        return f"{self.value(depth)} % {self.random.randint(2, 4)} {self.random.choice(['==', '!=', '<'])} {self.random.randint(0, 2)}"

    def statement(self, depth: int, indent: int) -> list[str]:
        pad, self.budget = "    " * indent, self.budget - 1
        kinds = ["assign", "assign", "add", "trace", "trace", "pair", "chain"]
        if depth < 3 and self.budget > 0:
            kinds += ["if", "if", "for", "while", "try", "match"]
        if self.random.random() < 0.06:
            kinds = ["del", "raise", "return"]
        if self.loops and self.random.random() < 0.25:
            kinds = ["break", "continue"]
        kind = self.random.choice(kinds)
        return [
            pad + line if not line.startswith(" ") else line for line in getattr(self, f"_{kind}")(depth, indent, pad)
        ]

    def _assign(self, *_: Any) -> list[str]:
        return [f"{self.name()} = {self.value()}"]

    def _add(self, *_: Any) -> list[str]:
        return [f"{self.name()} += {self.value()}"]

    def _trace(self, *_: Any) -> list[str]:
        return [f"trace.append({self.value()})"]

    def _pair(self, *_: Any) -> list[str]:
        if self.random.random() < 0.3:
            return [f"{self.name()}, {self.name()} = {self.generator()}"]
        return [f"{self.name()}, {self.name()} = {self.value()}, {self.value()}"]

    def _chain(self, *_: Any) -> list[str]:
        return [f"{self.name()} = {self.name()} = {self.value()}"]

    def _del(self, *_: Any) -> list[str]:
        return [f"del {self.name()}"]

    def _raise(self, *_: Any) -> list[str]:
        return ["raise ValueError"]

    def _return(self, *_: Any) -> list[str]:
        return [f"return {self.value()}"]

    def _break(self, *_: Any) -> list[str]:
        return ["break"]

    def _continue(self, *_: Any) -> list[str]:
        return ["continue"]

    def _if(self, depth: int, indent: int, pad: str) -> list[str]:
        lines = [f"if {self.test()}:", *self.nested(depth, indent)]
        if self.random.random() < 0.5:
            lines += [f"{pad}else:", *self.nested(depth, indent)]
        return lines

    def _looped(self, depth: int, indent: int, pad: str) -> list[str]:
        self.loops += 1
        lines = self.nested(depth, indent)
        self.loops -= 1
        if self.random.random() < 0.3:
            lines += [f"{pad}else:", *self.nested(depth, indent)]
        return lines

    def _for(self, depth: int, indent: int, pad: str) -> list[str]:
        source = f"range({self.random.randint(0, 3)})"
        if self.random.random() < 0.3:
            source = self.generator()
        if self.random.random() < 0.15:
            return [
                f"for {self.name()}, {self.name()} in enumerate({self.generator()}):",
                *self._looped(depth, indent, pad),
            ]
        return [f"for {self.name()} in {source}:", *self._looped(depth, indent, pad)]

    def generator(self) -> str:
        """A generator of numbers, or a map or filter."""
        name, count = self.name(), self.random.randint(0, 4)
        test = f" if {self.test(2)}" if self.random.random() < 0.4 else ""
        match self.random.randint(0, 4):
            case 0:
                return f"map(lambda {name}: {self.value(2)}, range({count}))"
            case 1:
                return f"filter(lambda {name}: {self.test(2)}, range({count}))"
            case 2:
                return f"({self.value(2)} for {name} in range({count}) for {self.name()} in range(2){test})"
            case 3:
                return f"({name} + {next(self.number)} for {name} in map(lambda {name}: {self.value(2)}, range({count})){test})"
        return f"({self.value(2)} for {name} in range({count}){test})"

    def _while(self, depth: int, indent: int, pad: str) -> list[str]:
        counter = f"n{next(self.number)}"
        test = f"({counter} := {counter} + 1) < {self.random.randint(1, 4)} and {self.test(2)}"
        return [f"{counter} = 0", f"{pad}while {test}:", *self._looped(depth, indent, pad)]

    def _match(self, depth: int, indent: int, pad: str) -> list[str]:
        inner = pad + "    "
        subject = self.random.choice([self.value(), f"({self.value()}, {self.value()})"])
        patterns = [
            *("0", "1 | 2", "-1", self.name(), "_", "None", "True", "[x, y]", f"({self.name()}, 1)", f"1 | 3 as {self.name()}"),
            *(f"({self.name()}, _)", "(1 | 2, 3)", f"[0, *{self.name()}]", f"(_, {self.name()} as a)", "int()", f"int({self.name()})"),
        ]  # fmt: skip
        lines = [f"match {subject}:"]
        for _ in range(self.random.randint(1, 3)):
            guard = f" if {self.test()}" if self.random.random() < 0.4 else ""
            pattern = self.random.choice(patterns)
            if pattern == "_" or (pattern in NAMES):
                guard = guard or f" if {self.test()}"
            lines += [f"{inner}case {pattern}{guard}:", *self.nested(depth + 1, indent + 1)]
        return lines

    def _try(self, depth: int, indent: int, pad: str) -> list[str]:
        lines = ["try:", *self.nested(depth, indent)]
        final = self.random.random() < 0.4
        if not final or self.random.random() < 0.5:
            lines += [
                f"{pad}except {self.random.choice(['ValueError', 'NameError', 'TypeError'])}:",
                *self.nested(depth, indent),
            ]
            if self.random.random() < 0.3:
                lines += [f"{pad}else:", *self.nested(depth, indent)]
        if final:
            loops, self.loops = self.loops, 0
            lines += [f"{pad}finally:", *self.nested(depth, indent)]
            self.loops = loops
        return lines


class _Plain(ast.NodeTransformer):
    """Gives names that no source can hold a spelling that CPython compiles."""

    def visit_Name(self, node: ast.Name) -> ast.Name:
        node.id = _plain(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.arg = _plain(node.arg)
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        node.arg = _plain(node.arg) if node.arg is not None else None
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.name = _plain(node.name)
        return self.generic_visit(node)


def _plain(name: str) -> str:
    return re.sub(r"\W", lambda found: f"_{ord(found[0])}_", name)


def outcome(tree: ast.Module, entry: str, *arguments: Any) -> tuple[Any, ...]:
    """What a call of a tree's function gives in CPython: its value or exception's name with the line, and its trace."""
    names: dict[str, Any] = {}
    trace: list[Any] = []
    exec(compile(ast.fix_missing_locations(_Plain().visit(tree)), "<cell>", "exec", dont_inherit=True), names)
    try:
        return ("value", names[entry](*arguments, trace), trace)
    except Exception as error:  # noqa: BLE001 (whatever it raises is the outcome)
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        # CPython 3.11 gives a read that is fused with the store before it the store's line.
        line = 0 if isinstance(error, NameError) or place is None else place.tb_lineno
        return (type(error).__name__, line, trace)
