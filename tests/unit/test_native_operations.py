"""Every operator, built-in and math function of the native subset against CPython, over pools of edge values."""

from __future__ import annotations

import itertools
import operator
from typing import TYPE_CHECKING, Any, Final

import pytest

from hermetic_nb.toolchains.native.ulp import BOUNDS, SMALLEST, agree
from tests.unit.native_cells import Cell, Stopped, check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INF: Final = float("inf")
NAN: Final = float("nan")
INTS: Final = (0, 1, -1, 2, -2, 3, 7, -8, 10, 62, 63, 64, 65, 2**31, -(2**32), 2**53, 2**53 + 1, -(2**53) - 1, 2**62, 2**63 - 1, -(2**63), 1 - 2**63)
FLOATS: Final = (
    0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 0.1, 7.3, -8.0, 5e-324, -1e-308, 1e16, 2.0**53, 2.0**53 + 2, 2.0**63, -(2.0**63),
    2.0**64, 1.7e308, INF, -INF, NAN,
)  # fmt: skip
BOOLS: Final = (False, True)
POOLS: Final[dict[str, Sequence[Any]]] = {"int": INTS, "float": FLOATS, "bool": BOOLS}
TEXTS: Final = ("", "a", "b", "ab", "ba", "ñ", "😀", "a\x00", "aa" * 9, "GATTACA", "TTA")
BYTES: Final = (b"", b"a", b"b", b"ab", b"\x00", b"\xff", b"aa" * 9)
LISTS: Final[dict[str, Sequence[list[Any]]]] = {
    "list[int]": ([], [1], [2], [1, 2], [1, 2, 3], [0, -1], [2**63 - 1, -(2**63), 2**53 + 1], [1] * 9),
    "list[float]": ([], [1.0], [-0.0], [0.0], [1.0, 2.5], [INF, -INF], [2.0**53, 0.5], [1e308, 1e308]),
    "list[bool]": ([], [True], [False], [True, False], [True] * 9),
}
PAIRS: Final = list(itertools.product(POOLS, repeat=2))


def selected(kinds: Sequence[str], result: str, expressions: Sequence[str], more: str = "") -> Cell:
    """One cell for several expressions in a, b, ...; its first argument says which."""
    names = [f"{name}: {kind}" for name, kind in zip("abc", kinds, strict=False)]
    lines = [f"    if k == {index}:\n        return {text}" for index, text in enumerate(expressions)]
    return Cell(f"{more}\ndef f(k: int, {', '.join(names)}) -> {result}:\n" + "\n".join(lines) + "\n    raise KeyError\n", "f")


def run_all(cell: Cell, count: int, *pools: Sequence[Any]) -> None:
    """Every expression of a `selected` cell on every combination."""
    found = cell.differences(list(itertools.product(range(count), *pools)))
    assert not found, "\n".join(found[:20]) + "\n" + cell.spec.source


INT_OPERATORS: Final[dict[str, Callable[[int, int], int]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "//": operator.floordiv,
    "%": operator.mod,
    "<<": operator.lshift,
    ">>": operator.rshift,
}


@pytest.mark.parametrize("kinds", [("int", "int"), ("int", "bool"), ("bool", "int"), ("bool", "bool")])
def test_int_operators_stop_only_beyond_64_bits(kinds: tuple[str, str]) -> None:
    cell = selected(kinds, "int", [f"a {op} b" for op in INT_OPERATORS])
    for k, operation in enumerate(INT_OPERATORS.values()):
        for a, b in itertools.product(*(POOLS[kind] for kind in kinds)):
            try:
                wanted: Any = operation(a, b) if b <= 1000 or operation is not operator.lshift or a == 0 else 1 << 99
            except (ZeroDivisionError, ValueError, OverflowError) as error:
                # CPython cannot shift 0 by more than its memory.
                wanted = 0 if isinstance(error, OverflowError) else type(error).__name__
            got = cell.run(k, a, b)
            if isinstance(wanted, str):
                assert isinstance(got, Stopped)
                assert got.exception == wanted, (k, a, b)
            elif -(1 << 63) <= wanted < 1 << 63:
                assert got == wanted, (k, a, b)
            else:
                assert isinstance(got, Stopped)
                assert got.code == 1, (k, a, b)


def test_operators_of_bits() -> None:
    run_all(selected(("int", "int"), "int", ["a & b", "a | b", "a ^ b", "~a", "-a", "+a", "abs(a)"]), 7, INTS, INTS)
    run_all(selected(("bool", "bool"), "bool", ["a & b", "a | b", "a ^ b", "not a", "a and b", "a or b"]), 6, BOOLS, BOOLS)
    run_all(selected(("bool", "int"), "int", ["a & b", "b | a", "a ^ b", "~b", "-a", "+a", "abs(a)"]), 7, BOOLS, INTS)


@pytest.mark.parametrize("kinds", [pair for pair in PAIRS if "float" in pair])
def test_float_operators(kinds: tuple[str, str]) -> None:
    run_all(selected(kinds, "float", [f"a {op} b" for op in ("+", "-", "*", "/", "//", "%")]), 6, *(POOLS[k] for k in kinds))


@pytest.mark.parametrize("kinds", [("int", "int"), ("bool", "int"), ("int", "bool")])
def test_true_division_of_ints_is_rounded_once(kinds: tuple[str, str]) -> None:
    run_all(selected(kinds, "float", ["a / b"]), 1, *(POOLS[kind] for kind in kinds))


@pytest.mark.parametrize("constant", [-9, -8, -3, -1, 1, 2, 3, 7, 8, 10, 1 << 40, (1 << 63) - 1, -(1 << 63)])
def test_int_operators_with_a_constant(constant: int) -> None:
    forms = [f"a {op} ({constant})" for op in ("+", "-", "*", "//", "%", "&", "|", "^")]
    forms += [f"({constant}) {op} a" for op in ("+", "-", "*", "//", "%")]
    forms += [f"a {op} ({constant})" for op in ("<<", ">>")] if abs(constant) < 64 else []
    run_all(selected(("int",), "int", forms), len(forms), INTS)
    run_all(selected(("int",), "float", [f"a / ({constant})", f"({constant}) / a"]), 2, INTS)


@pytest.mark.parametrize("form", ["a // 0", "a % 0", "a << -1", "a >> -1"])
def test_constants_that_always_raise(form: str) -> None:
    check(f"def f(a: int) -> int:\n    return {form}\n", *[(a,) for a in INTS])


@pytest.mark.parametrize("constant", ["0", "1", "2", "3", "-1", "-2", "5"])
def test_power_of_an_int(constant: str) -> None:
    check(f"def f(a: int) -> {'float' if '-' in constant else 'int'}:\n    return a ** {constant}\n", *[(a,) for a in INTS], ulps=2)


def test_powers() -> None:
    small = [b for b in INTS if b <= 100]
    check("def f(a: int, b: int) -> int:\n    return a ** b\n", *itertools.product(INTS, small))
    check("def f(a: float, b: float) -> float:\n    return a ** b\n", *itertools.product(FLOATS, FLOATS), ulps=2)
    check("def f(a: float, b: int) -> float:\n    return a ** b\n", *itertools.product(FLOATS, INTS), ulps=2)
    check("def f(a: float) -> float:\n    return a ** 2\n", *[(a,) for a in FLOATS], ulps=1)
    check("def f(a: float) -> float:\n    return a ** 0.5\n", *[(a,) for a in FLOATS], ulps=2)
    check("def f(a: int, b: int, c: int) -> int:\n    return pow(a, b, c)\n", *itertools.product(INTS[:12], INTS[:8], INTS[:12]))


@pytest.mark.parametrize("kinds", PAIRS)
def test_comparisons(kinds: tuple[str, str]) -> None:
    forms = [f"a {op} b" for op in ("<", "<=", ">", ">=", "==", "!=")] + ["a < b <= a", "a == b == a", "b > a < b != a"]
    run_all(selected(kinds, "bool", forms), len(forms), *(POOLS[kind] for kind in kinds))


@pytest.mark.parametrize(("kind", "pool"), [("str", TEXTS), ("bytes", BYTES), *LISTS.items()])
def test_comparisons_of_sequences(kind: str, pool: Sequence[Any]) -> None:
    forms = [f"a {op} b" for op in ("<", "<=", ">", ">=", "==", "!=")] + ["a < b < a + b", "bool(a) and not b"]
    run_all(selected((kind, kind), "bool", forms), len(forms), pool, pool)


@pytest.mark.parametrize("pair", list(itertools.product(POOLS, LISTS)))
def test_membership(pair: tuple[str, str]) -> None:
    run_all(selected(pair, "bool", ["a in b", "a not in b"]), 2, POOLS[pair[0]], LISTS[pair[1]])


def test_membership_of_texts() -> None:
    forms = ["a in b", "a not in b", "a[:1] in b", "a in b + a", "a in ('ab', b, 'x')", "a in NAMES", "a + b in b + a"]
    run_all(selected(("str", "str"), "bool", forms, 'NAMES = ["a", "GATTACA"]'), len(forms), TEXTS, TEXTS)
    check("def f(a: float, b: float, c: int) -> bool:\n    return a in (1, b, 2.5, c)\n", *itertools.product(FLOATS, FLOATS, (0, 1, 2**53)))


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if "bool" not in pair])
def test_min_and_max(pair: tuple[str, str]) -> None:
    result = "int" if pair == ("int", "int") else "float"
    forms = ["min(a, b)", "max(a, b)", "max(b, a, b)", "min(b, b, a)"]
    run_all(selected(pair, result, forms), 4, *(POOLS[kind] for kind in pair))


def test_min_and_max_of_texts() -> None:
    forms = ["min(a, b)", "max(a, b)", "min(a, 'b')", "max('a', b)", "min(a + b, b, a)"]
    run_all(selected(("str", "str"), "str", forms), len(forms), TEXTS, TEXTS)


@pytest.mark.parametrize("kind", POOLS)
def test_conversions(kind: str) -> None:
    run_all(selected((kind,), "int", ["int(a)", "round(a)", "len([a]) + int(bool(a))"]), 3, POOLS[kind])
    run_all(selected((kind,), "bool", ["bool(a)", "not a", "not not a"]), 3, POOLS[kind])
    run_all(selected((kind,), "float", ["float(a)", "float(a) + 0", "abs(a) * 1.0", "-a * 1.0"]), 4, POOLS[kind])


def test_rounding_to_digits() -> None:
    digits = (-400, -20, -3, -1, 0, 1, 2, 5, 15, 22, 323, 400)
    check("def f(a: float, n: int) -> float:\n    return round(a, n)\n", *itertools.product((*FLOATS, 2.675, 0.15, 1e22, 25.0, 12345.678), digits))
    check("def f(a: int, n: int) -> int:\n    return round(a, n)\n", *itertools.product((*INTS, 15, 25, -25, 149, 150), digits))


def test_text_conversions() -> None:
    texts = ("0", "-7", " 12 ", "+3", "1_000", "_1", "1__0", "", " ", "12a", "0x1", "9223372036854775807", "-9223372036854775808", "--1", "٣", "1\n")
    check("def f(s: str) -> int:\n    return int(s)\n", *[(text,) for text in texts])
    check("def f(a: int) -> str:\n    return str(a)\n", *[(a,) for a in INTS])
    check("def f(s: str) -> int:\n    return ord(s)\n", *[(text,) for text in TEXTS])
    check("def f(a: int) -> str:\n    return chr(a)\n", *[(a,) for a in (0, 65, 955, 0x1F600, 0x10FFFF, 0x110000, -1, 2**63 - 1)])


@pytest.mark.parametrize(
    ("xs", "start"),
    list(itertools.product(([], [0.1] * 10, [1e16, 1.0, -1e16], [INF, 1.0], [INF, -INF], [1e308] * 2, [-0.0]), (0.0, 1.0, -0.0, INF))),
)
def test_sums_of_floats(xs: list[float], start: float) -> None:
    cell = selected(("list[float]", "float"), "float", ["sum(a)", "sum(a, b)", "sum([x * b for x in a])", "sum(x for x in a if x > b)"])
    run_all(cell, 4, [xs], [start])


def test_aggregates() -> None:
    lists = [*LISTS["list[int]"], [3, -1, 2], [5, 5]]
    forms = ["sum(a)", "sum(a, 5)", "min(a)", "max(a)", "max(a, default=-1)", "min(x * 2 for x in a)", "sum(x for x in a if x > 1)", "len(a)"]
    run_all(selected(("list[int]",), "int", forms), len(forms), lists)
    forms = ["any(a)", "all(a)", "any(x > 1 for x in a)", "all(x > 1 for x in a)", "any([1 // x for x in a])", "all(1 // x for x in a)"]
    run_all(selected(("list[int]",), "bool", forms), len(forms), lists)
    floats = [*LISTS["list[float]"], [NAN, 1.0], [1.0, NAN], [0.0, -0.0], [-0.0, 0.0]]
    forms = ["min(a)", "max(a)", "max(a, default=0.5)", "math.prod(a)", "math.prod(a, start=2.0)"]
    run_all(selected(("list[float]",), "float", forms, "import math"), len(forms), floats)
    run_all(selected(("str",), "str", ["min(a)", "max(a)", "max(a, default='zz')", "min(c + 'x' for c in a)"]), 4, TEXTS)
    run_all(selected(("list[bool]",), "int", ["sum(a)", "len(a)", "sum(a, 3)"]), 3, LISTS["list[bool]"])


ONE: Final = (
    "acos acosh asin asinh atan atanh cbrt cos cosh degrees erf erfc exp exp2 expm1 fabs gamma lgamma log10 log1p log2"
    " radians sin sinh sqrt tan tanh ulp log"
).split()


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
    run_all(selected(("int",), "int", ["math.factorial(a)", "math.isqrt(a)", "math.perm(a)"], "import math"), 3, (*small, 24, 2**62, 2**63 - 1))
    forms = ["math.floor(a)", "math.ceil(a)", "math.trunc(a)"]
    for kind, pool in POOLS.items():
        run_all(selected((kind,), "int", forms, "import math"), 3, (*pool, 2) if kind == "int" else pool)
    run_all(selected(("float",), "bool", [f"math.is{what}(a)" for what in ("nan", "inf", "finite")], "import math"), 3, FLOATS)
    check("import math\ndef f(a: float, n: int) -> float:\n    return math.ldexp(a, n)\n", *itertools.product(FLOATS, INTS))
    check("from math import log\ndef f(a: float, b: float) -> float:\n    return log(a, b)\n", *itertools.product(FLOATS, FLOATS), ulps=3)
    check("from math import fma\ndef f(a: float, b: float, c: float) -> float:\n    return fma(a, b, c)\n", *itertools.product(FLOATS[::2], repeat=3))


def test_math_of_several_values() -> None:
    pairs = list(itertools.product(FLOATS[::2], FLOATS[::3]))
    forms = ["math.fsum([a, b, 1.0, a])", "math.fsum(x * b for x in (a, b))", "math.hypot(a, b, a)", "math.hypot(a)", "math.dist([a, b], (b, 1))"]
    forms += ["math.frexp(a)[0] + math.frexp(b)[1]", "math.modf(a)[0] - math.modf(b)[1]", "divmod(a, b)[0]", "divmod(a, b)[1]"]
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
    rows = ([], [1.0], [1e308, 1e308], [3.0, -4.0], [0.1] * 10, [INF, 1.0], [INF, -INF])
    run_all(selected(("list[float]", "list[float]"), "float", ["math.dist(a, b)", "math.fsum(a)"], "import math"), 2, rows, rows)


def test_searches_in_texts() -> None:
    forms = ["a.count(b)", "a.find(b)", "a.index(b)", "a.startswith(b) + a.endswith(b) * 2", "(a + b).find(b[:1])", "'aXa'.count(a)"]
    run_all(selected(("str", "str"), "int", forms), len(forms), TEXTS, TEXTS)


def test_numbers_that_are_an_int_or_a_float() -> None:
    """A variable that begins as an int and becomes a float keeps what CPython would show of either."""
    forms = ["t + b", "t - b", "t * b", "b - t", "t // 3", "t % 3", "t / 7", "-t", "abs(t)", "round(t, 1)", "round(t, -1)", "max(t, b)", "min(b, t)", "t * t"]
    source = "def f(k: int, a: int, b: float, w: bool) -> float:\n    t = a\n    if w:\n        t = b\n" + "".join(
        f"    if k == {index}:\n        return {form}\n" for index, form in enumerate(forms)
    )
    cell = Cell(source + "    return t\n")
    found = cell.differences(list(itertools.product(range(len(forms) + 1), (0, 1, -3, 25, 2**53 - 1, 2**53, -(2**53)), FLOATS[:9], BOOLS)))
    assert not found, "\n".join(found[:20])
    forms = ["t > a", "t == b", "t < 0", "bool(t)", "t in (1, 2.5)", "t != t"]
    source = source.split("    if k == 0")[0].replace("-> float", "-> bool")
    source += "".join(f"    if k == {index}:\n        return {form}\n" for index, form in enumerate(forms)) + "    return not t\n"
    found = Cell(source).differences(list(itertools.product(range(7), (0, 1, -3, 2**53), FLOATS[:9], BOOLS)))
    assert not found, "\n".join(found[:20])


@pytest.mark.parametrize(("kind", "pool"), [("str", TEXTS), ("bytes", BYTES), ("list[int]", LISTS["list[int]"]), ("list[bool]", LISTS["list[bool]"])])
def test_sequence_operators(kind: str, pool: Sequence[Any]) -> None:
    run_all(selected((kind, kind), kind, ["a + b", "b + a + b", "a[:2] + b[1:]", "a * 3", "a * -1", "2 * b", "True * a"]), 7, pool, pool)


@pytest.mark.parametrize("kind", ["str", "bytes", "list[int]", "list[bool]"])
def test_slices(kind: str) -> None:
    pool = {"str": ("", "abcde"), "bytes": (b"", b"abcde"), "list[int]": ([], [1, 2, 3, 4, 5]), "list[bool]": ([], [True, False, True])}[kind]
    bounds = (0, 1, -1, 3, -4, 9, -9, 2**63 - 1, -(2**63))
    cell = Cell(f"def f(a: {kind}, i: int, j: int, k: int) -> {kind}:\n    return a[i:j:k]\n")
    found = cell.differences(list(itertools.product(pool, bounds, bounds, (1, -1, 2, -3, 0, 2**63 - 1, -(2**63)))))
    forms = ["a[b:]", "a[:b]", "a[b::-1]", "a[:b:-1]", "a[::b]", "a[:]", "a[None:b]", "a[b::2]"]
    assert not found, "\n".join(found[:20])
    run_all(selected((kind, "int"), kind, forms), len(forms), pool, bounds)


@pytest.mark.parametrize("kind", ["str", "bytes", "list[int]", "list[float]", "list[bool]"])
def test_indices(kind: str) -> None:
    pool: Any = {"str": TEXTS, "bytes": BYTES}.get(kind) or LISTS[kind]
    result = {"str": "str", "bytes": "int"}.get(kind) or kind[5:-1]
    run_all(selected((kind, "int"), result, ["a[b]", "a[0]", "a[-1]", "a[-2]", "a[b - 1]", "a[True]"]), 6, pool, (0, 1, -1, 2, -9, 9, -(2**62)))
