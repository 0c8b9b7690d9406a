"""`python -m tests.fuzz.sweep`: each way to make or change a value alone, in the smallest program that shows it.

Operands are variables, which must be as before afterwards, and temporaries, of which nothing may be lost or kept too long:
memory that is given back too early is written over at once.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Final

from tests.fuzz.availability import allows, allows_template
from tests.fuzz.kinds import INT, Kind, filled, kind
from tests.fuzz.mutations import LOOPS, MUTATIONS
from tests.fuzz.productions import HOLE, PRODUCTIONS, SPECIAL
from tests.fuzz.programs import Program, ProgramMaker
from tests.fuzz.running import Tally, compared
from tests.fuzz.scope import Scope
from tests.fuzz.sources import SPECIALS, sample, whole

BINDINGS: Final[tuple[dict[str, Kind], ...]] = tuple(
    {name: kind(text) for name, text in binding.items()}
    for binding in (
        {"T": "int", "A": "str", "B": "int", "K": "str", "O": "int"},
        {"T": "str", "A": "int", "B": "list[int]", "K": "int", "O": "str"},
        {"T": "list[int]", "A": "tuple[str, int]", "B": "str", "K": "str", "O": "list[int]"},
        {"T": "tuple[str, list[int]]", "A": "list[str]", "B": "float", "K": "tuple[str, int]", "O": "tuple[str, int]"},
        {"T": "dict[str, list[int]]", "A": "RBag", "B": "RItem", "K": "bool", "O": "list[str]"},
        {"T": "RBag", "A": "str | None", "B": "set[str]", "K": "tuple[str, str]", "O": "float"},
        {"T": "list[int] | None", "A": "bytes", "B": "RPair", "K": "str", "O": "bool"},
    )
)
JUNK: Final = ["junk = [str(n + i) + 'xyz' for i in range(9)]", "junk2 = [[n, n, n] for _ in range(9)]"]
"""Takes memory that was given back."""


def programs() -> Iterator[Program]:
    """The programs, each once."""
    seen: set[str] = set()
    for binding in BINDINGS:
        for made in (*_of_productions(binding), *_of_mutations(binding), *_of_loops(binding)):
            if made not in seen:
                seen.add(made)
                yield Program(len(seen), made, (INT,))


def _of_productions(binding: dict[str, Kind]) -> Iterator[str]:
    for production in PRODUCTIONS:
        if not allows_template(production.template, binding):
            continue
        result = filled(production.result, binding)
        variables, named = _with_variables(production.template, binding)
        given = re.sub(HOLE, lambda found: _temporary(found[1], binding), production.template)
        lines = [*_assigned(variables), f"w = {named}", f"z = {named if '«=' in production.template else given}", *JUNK]
        yield _program(lines, {**variables, "w": result, "z": result})


def _of_mutations(binding: dict[str, Kind]) -> Iterator[str]:
    for pattern, template, _ in MUTATIONS:
        wanted = filled(pattern, binding)
        if not allows(wanted) or not allows_template(template, binding, wanted):
            continue
        lines = [
            f"v = {sample(wanted)}",
            "w = v",
            f"both = [v, {sample(wanted)}]" if allows(Kind("list", (wanted,))) else "",
        ]
        for name in ("t", "t2"):
            text = template.replace("{v}", "v").replace("{n}", name)
            lines += re.sub(HOLE, lambda found: _temporary(found[1], binding), text).split("\n")
        shown = {"v": wanted, "w": wanted}
        if lines[2]:
            shown["both"] = Kind("list", (wanted,))
        yield _program([*filter(None, lines), *JUNK], shown)


def _of_loops(binding: dict[str, Kind]) -> Iterator[str]:
    for patterns, template in LOOPS:
        if not allows_template(f"[1 for x in {template}]", binding):
            continue
        targets = {f"x{number}": filled(kind(pattern), binding) for number, pattern in enumerate(patterns)}
        variables, named = _with_variables(template, binding)
        given = re.sub(HOLE, lambda found: _temporary(found[1], binding), template)
        maker, scope = ProgramMaker(0), Scope(targets, INT)
        body = [f"t = (t * 31 + {maker.observed(scope)}) % 1000003", *JUNK]
        lines = [*_assigned(variables), "t = n"]
        for over in dict.fromkeys((named, given)):
            lines += [f"for {', '.join(targets)} in {over}:", *("    " + line for line in body)]
        yield _program(lines, {**variables, "t": INT}, maker)


def _program(lines: Sequence[str], shown: dict[str, Kind], maker: ProgramMaker | None = None) -> str:
    maker = maker or ProgramMaker(0)
    total = maker.observed(Scope(shown, INT))
    return whole(*maker.parts, "\n    ".join(["def f(n: int) -> int:", *lines, f"return {total}"]))


def _with_variables(template: str, binding: dict[str, Kind]) -> tuple[dict[str, Kind], str]:
    variables: dict[str, Kind] = {}

    def one(found: re.Match[str]) -> str:
        if found[1] in SPECIAL:
            return SPECIALS[found[1]]
        name = f"a{len(variables)}"
        variables[name] = filled(kind(found[1].lstrip("~=")), binding)
        return name

    return variables, HOLE.sub(one, template)


def _assigned(variables: dict[str, Kind]) -> list[str]:
    return [f"{name} = {sample(wanted)}" for name, wanted in variables.items()]


def _temporary(hole: str, binding: dict[str, Kind]) -> str:
    """An operand that nothing else holds."""
    return SPECIALS[hole] if hole in SPECIAL else sample(filled(kind(hole.lstrip("~=")), binding))


def sweep(step: int = 1, first: int = 0) -> Iterator[Tally]:
    """Run every ``step``-th program."""
    for number, made in enumerate(programs()):
        if number % step == first:
            yield compared(made, [(1,), (2,)])


def main(words: Sequence[str] | None = None) -> int:
    """Run and print; 1 if anything differs. Raises SystemExit on wrong options."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.sweep", description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="every Nth program only (1)")
    parser.add_argument("--first", type=int, default=0, help="the first of them (0)")
    options = parser.parse_args(words)
    total = Tally()
    for tally in sweep(options.step, options.first):
        total.add(tally)
        for found in tally.found[:1]:
            print(f"\nseed {found.seed}, f{found.values!r}\n{found.what}\n{found.source}", flush=True)
    print(total)
    for reason, count in total.reasons.most_common(20):
        print(f"{count:>7}  refused: {reason}")
    return bool(total.found)


if __name__ == "__main__":
    sys.exit(main())
