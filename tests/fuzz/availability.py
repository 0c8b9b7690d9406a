"""What the compiler takes today: each way to make a value is typed once, in a cell of its own, before programs use it.

So the generator grows with the compiler, and nearly every program that it makes is compiled and run.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from hermetic_nb.errors import NotNativeError
from hermetic_nb.toolchains.native.compiler import accept
from tests.fuzz.kinds import Kind, filled, kind
from tests.fuzz.productions import HOLE, SPECIAL
from tests.fuzz.sources import SPECIALS, sample, whole
from tests.unit.native_cells import spec_of


@cache
def is_native(source: str) -> bool:
    """Whether the compiler types a cell whose entry is ``f``. Other errors than a refusal pass: they are found by programs."""
    try:
        accept(spec_of(source, "f"))
    except NotNativeError:
        return False
    except Exception:  # noqa: BLE001 (a fault of the compiler: the programs that meet it show it)
        return True
    return True


def allows(wanted: Kind) -> bool:
    """Whether a variable can be of a type."""
    return is_native(whole(f"def f(n: int) -> int:\n    v = {sample(wanted)}\n    w = v\n    return n"))


def allows_parameter(wanted: Kind) -> bool:
    """Whether the entry can take a type."""
    return _interface(f"def f(p: {wanted}) -> int:\n    return 1")


def allows_result(wanted: Kind) -> bool:
    """Whether the entry can give a type."""
    return _interface(f"def f(n: int) -> {wanted}:\n    return {sample(wanted)}")


def allows_template(template: str, bound: Mapping[str, Kind], variable: Kind | None = None) -> bool:
    """Whether a template can stand in a program, its variables being bound; ``{v}`` in it is a variable of that type."""
    lines: list[str] = []

    def fill(hole: str) -> str:
        if hole in SPECIAL:
            return SPECIALS[hole]
        wanted = filled(kind(hole.lstrip("~=")), dict(bound))
        lines.append(f"    a{len(lines)} = {sample(wanted)}")
        return f"a{len(lines) - 1}"

    text = HOLE.sub(lambda found: fill(found[1]), template)
    if variable is None:
        body = [f"    w = {text}"]
    else:
        lines.append(f"    v = {sample(variable)}")
        body = [f"    {line}" for line in text.replace("{v}", "v").replace("{n}", "t").split("\n")]
    return is_native(whole("\n".join(["def f(n: int) -> int:", *lines, *body, "    return n"])))


def _interface(source: str) -> bool:
    try:
        return is_native(whole(source))
    except (ValueError, KeyError):  # a type that the interface does not know at all
        return False
