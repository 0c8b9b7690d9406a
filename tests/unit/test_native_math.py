"""Every function of `math` in the native subset against CPython, over pools of edge values."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import pytest

from hermetic_nb.toolchains.native.inference.ulp import BOUNDS, SMALLEST, agree
from tests.unit.native_cells import Cell, Stopped, check
from tests.unit.native_pools import BOOLS, FLOATS, INF, INTS, POOLS, run_all, selected

if TYPE_CHECKING:
    from collections.abc import Sequence

ONE: Final = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cbrt",
    "cos",
    "cosh",
    "degrees",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "gamma",
    "lgamma",
    "log10",
    "log1p",
    "log2",
    "radians",
    "sin",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "ulp",
    "log",
]


@pytest.mark.parametrize("name", ONE)
def test_math_of_one_number(name: str) -> None:
    kinds: dict[str, Sequence[Any]] = {"float": (*FLOATS, 0.3, -0.7, 170.5, 1e-9, 20.0), "int": INTS, "bool": BOOLS}
    for kind, pool in kinds.items():
        cell = Cell(f"import math\ndef f(x: {kind}) -> float:\n    return math.{name}(x)\n")
        for x in pool:
            native, python = cell.run(x), cell.expect(x)
            if isinstance(native, Stopped) or isinstance(python, Stopped):
                assert isinstance(native, Stopped), (name, x, native, python)
                assert isinstance(python, Stopped), (name, x, native, python)
                assert native.exception == python.exception
            else:
                assert agree(name, python, native), (name, x, native, python)
    assert name in BOUNDS or name not in SMALLEST


@pytest.mark.parametrize("name", ["atan2", "copysign", "fmod", "nextafter", "pow", "remainder", "hypot"])
def test_math_of_two_numbers(name: str) -> None:
    source = f"import math\ndef f(x: float, y: float) -> float:\n    return math.{name}(x, y)\n"
    check(source, *itertools.product(FLOATS, FLOATS), ulps=BOUNDS.get(name, 0))


def test_math_of_ints() -> None:
    forms = ["math.gcd(a, b)", "math.lcm(a, b)"]
    run_all(selected(("int", "int"), "int", forms, "import math"), 2, INTS, INTS)
    small = (-1, 0, 1, 2, 3, 5, 10, 20, 21, 40, 62, 66, 67)
    run_all(selected(("int", "int"), "int", ["math.comb(a, b)", "math.perm(a, b)"], "import math"), 2, small, small)
    run_all(
        selected(("int",), "int", ["math.factorial(a)", "math.isqrt(a)", "math.perm(a)"], "import math"),
        3,
        (*small, 24, 2**62, 2**63 - 1),
    )
    forms = ["math.floor(a)", "math.ceil(a)", "math.trunc(a)"]
    for kind, pool in POOLS.items():
        run_all(selected((kind,), "int", forms, "import math"), 3, (*pool, 2) if kind == "int" else pool)
    run_all(
        selected(("float",), "bool", [f"math.is{what}(a)" for what in ("nan", "inf", "finite")], "import math"),
        3,
        FLOATS,
    )
    check(
        "import math\ndef f(a: float, n: int) -> float:\n    return math.ldexp(a, n)\n",
        *itertools.product(FLOATS, INTS),
    )
    check(
        "from math import log\ndef f(a: float, b: float) -> float:\n    return log(a, b)\n",
        *itertools.product(FLOATS, FLOATS),
        ulps=3,
    )
    check(
        "from math import fma\ndef f(a: float, b: float, c: float) -> float:\n    return fma(a, b, c)\n",
        *itertools.product(FLOATS[::2], repeat=3),
    )


def test_math_of_several_values() -> None:
    pairs = list(itertools.product(FLOATS[::2], FLOATS[::3]))
    forms = [
        "math.fsum([a, b, 1.0, a])",
        "math.fsum(x * b for x in (a, b))",
        "math.hypot(a, b, a)",
        "math.hypot(a)",
        "math.dist([a, b], (b, 1))",
    ]
    forms += [
        "math.frexp(a)[0] + math.frexp(b)[1]",
        "math.modf(a)[0] - math.modf(b)[1]",
        "divmod(a, b)[0]",
        "divmod(a, b)[1]",
    ]
    cell = selected(("float", "float"), "float", forms, "import math")
    found = cell.differences([(k, a, b) for k in range(len(forms)) for a, b in pairs])
    assert not found, "\n".join(found[:20])
    forms = ["math.isclose(a, b)", "math.isclose(a, b, rel_tol=0.5)", "math.isclose(a, b, abs_tol=b, rel_tol=0.0)"]
    cell = selected(("float", "float"), "bool", forms, "import math")
    found = cell.differences([(k, a, b) for k in range(len(forms)) for a, b in pairs])
    assert not found, "\n".join(found[:20])
    run_all(selected(("int", "int"), "int", ["divmod(a, b)[0]", "divmod(a, b)[1]"]), 2, INTS, INTS)
    forms = ["math.gcd(a)", "math.gcd(a, b, 12)", "math.lcm(a % 50, b % 20, 3)", "math.lcm() + math.gcd()"]
    run_all(selected(("int", "int"), "int", forms, "import math"), 4, INTS[::2], INTS[::2])
    rows: Sequence[list[float]] = ([], [1.0], [1e308, 1e308], [3.0, -4.0], [0.1] * 10, [INF, 1.0], [INF, -INF])
    run_all(
        selected(("list[float]", "list[float]"), "float", ["math.dist(a, b)", "math.fsum(a)"], "import math"),
        2,
        rows,
        rows,
    )
