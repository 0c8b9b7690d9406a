"""The interval analysis: what it proves, what it must not prove, and that no run of any program contradicts it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hermetic_nb.signature import BYTES, FLOAT, INT, STR, ListType, Parameter, Signature
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import loop_shapes
from hermetic_nb.toolchains.native.analysis.interval import FULL, Interval, join
from hermetic_nb.toolchains.native.analysis.intervals import MODEST, PASSES, analyse, analyse_both
from hermetic_nb.toolchains.native.analysis.statements import STATEMENTS, StatementWalker
from hermetic_nb.toolchains.native.analysis.summaries import Stops
from hermetic_nb.toolchains.native.analysis.values import EXPRESSIONS, Env
from hermetic_nb.toolchains.native.inference.inference import Inference
from hermetic_nb.toolchains.native.parse.refusal import RefusedError

from .program_maker import SIGNATURE, make_arguments, make_program
from .tree_interpreter import OutOfFuelError, TrapError, TreeInterpreter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hermetic_nb.toolchains.native.analysis.facts import Facts

PARAMETERS = {
    "n": INT,
    "m": INT,
    "xs": ListType(INT),
    "fs": ListType(FLOAT),
    "s": STR,
    "d": BYTES,
    "x": FLOAT,
}


def infer(source: str, result: object = INT) -> list[t.Function]:
    """The typed functions of a cell whose entry is ``f``, its parameters typed by name."""
    inference = Inference(source)
    names = [argument.arg for argument in inference.module.functions["f"].args.args]
    functions = inference.infer("f", Signature(tuple(Parameter(n, PARAMETERS[n]) for n in names), result))  # type: ignore[arg-type] # an interface type
    assert not inference.refusals, [(refused.reason, refused.node) for refused in inference.refusals]
    return functions


def nodes(part: object) -> Iterator[t.Expr | t.Stmt]:
    """Every expression and statement below a part of a tree."""
    if isinstance(part, list | tuple):
        for inner in part:
            yield from nodes(inner)
    elif isinstance(part, t.Expr | t.Stmt | t.Range | t.Items | t.Enumerate | t.Zip):
        if isinstance(part, t.Expr | t.Stmt):
            yield part
        for base in type(part).__mro__:
            for slot in getattr(base, "__slots__", ()):
                if slot not in {"target", "type"}:
                    yield from nodes(getattr(part, slot))


def proved(source: str, kind: str = "no_overflow", result: object = INT, *, facts: Facts | None = None) -> list[str]:
    """``line:operator`` of the nodes of a cell for which a kind of fact was proved."""
    functions = infer(source, result)
    found = getattr(facts or analyse(functions), kind)
    seen = {node for function in functions for node in nodes(function.body)}
    return sorted(f"{node.line}:{getattr(node, 'op', type(node).__name__)}" for node in seen & found)


# ---------------------------------------------------------------- sources of ints


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ("return len(s) * 8", ["2:*"]),
        ("return len(xs) * (1 << 33)", ["2:*"]),
        ("return len(xs) * (1 << 35)", []),
        ("return ord(s[0]) * 1000", ["2:*"]),
        ("return d[0] << 55", ["2:<<"]),
        ("return d[0] << 56", []),
        ("return n + 1", []),
        ("return n % 1000 + 1", ["2:%", "2:+"]),
        ("return n // 2 + 1", ["2:+", "2://"]),
        ("return n // -1", []),
        ("return n % m", []),
        ("return n % (m | 1)", []),
        ("return -n", []),
        ("return -(n // 2)", ["2://", "2:neg"]),
        ("return abs(n // 2)", ["2://", "2:Builtin"]),
        ("return (n & 255) * (m & 255)", ["2:*"]),
        ("return (n >> 33) * 2", ["2:*"]),
        ("return (n < m) * 5 + (n == m)", ["2:*", "2:+"]),
        ("return min(n, 10) - 10", []),
        ("return min(max(n, -5), 5) - 10", ["2:-"]),
        ("return (5 if n else 7) ** 20", ["2:**"]),
        ("return (5 if n else 7) ** 30", []),
        ("return int(x) + 1", []),
        ("return (n and 3) + 1", []),
        ("return s.find('a') * (1 << 32) + xs.count(n)", ["2:*", "2:+"]),
        ("return (n % 5 or 3) + 1", ["2:%", "2:+"]),
    ],
)
def test_sources(body: str, facts: list[str]) -> None:
    assert proved(f"def f(n, m, xs, s, d, x):\n    {body}\n") == facts


def test_division_facts() -> None:
    source = "def f(n, xs):\n    k = len(xs) + 1\n    a = n // k\n    b = len(xs) % k\n    return a + b + n % len(xs)\n"
    assert proved(source, "nonzero") == ["3://", "4:%"]
    assert proved(source, "nonnegative") == ["4:%"]
    floats = "def f(x, n):\n    return x / 2.0 + x / n + x / (n % 5 + 1) + len([n]) / 3\n"
    assert proved(floats, "nonzero", FLOAT) == ["2:%", "2:/", "2:/", "2:/"]
    assert proved(floats, "exact", FLOAT) == ["2:/"]


def test_ints_that_floats_hold() -> None:
    source = "def f(n, x, xs):\n    t = 0\n    if n % 100 < x or n < x or len(xs) in (1.5, 2):\n        t = 1\n    return t\n"
    assert len(proved(source, "exact")) == 2
    mixed = "def f(n, fs):\n    a = 0\n    for v in fs:\n        a += v\n    b = n % 7\n    if n > 3:\n        b = 0.5\n    return a + b\n"
    assert "5:Convert" in proved(mixed, "no_overflow", FLOAT)


# ---------------------------------------------------------------- conditions


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("n < m", True),
        ("n <= m", False),
        ("m > n", True),
        ("not n >= m", True),
        ("n == 7", True),
        ("n != 7", False),
        ("0 <= n < m", True),
        ("n < 5 and m", True),
        ("n < 5 or m", False),
        ("n < 5 or n < 8", True),
        ("not (n > 5 or m)", True),
        ("n in (3, 4, 5)", True),
        ("n not in (3, 4, 5)", False),
        ("n + 3 < m", True),
        ("3 - n > 0", True),
        ("-n > 3", True),
        ("abs(n) < 9", True),
        ("n * n < 100", True),
        ("n < x", False),
    ],
)
def test_conditions_refine(test: str, holds: bool) -> None:  # noqa: FBT001 (a column of the table)
    source = f"def f(n, m, x):\n    if {test}:\n        return n + 1\n    return 0\n"
    assert ("3:+" in proved(source)) is holds


def test_the_other_side_of_a_condition() -> None:
    source = "def f(n, m):\n    if n >= m:\n        raise ValueError\n    return n + 1\n"
    assert proved(source) == ["4:+"]
    zero = "def f(n):\n    if n % 5 == 0:\n        return 0\n    k = n % 5\n    if k:\n        return 7 // k\n    return k + 7 // (k + 1)\n"
    assert [fact for fact in proved(zero, "nonzero") if "//" in fact] == ["6://", "7://"]


def test_a_short_circuit_protects_what_follows() -> None:
    source = "def f(n, xs):\n    return 1 if 0 <= n < len(xs) and xs[n] > 0 and xs[n - 1] > 0 else 0\n"
    assert proved(source, "nonnegative") == ["2:Index"]
    assert proved(source) == ["2:-"]


# ---------------------------------------------------------------- loops


def test_range_variables() -> None:
    source = "def f(n, xs):\n    t = 0\n    for i in range(1, n):\n        t ^= xs[i - 1] ^ xs[i] ^ (i + 1) ^ (n - i)\n    return t\n"
    assert proved(source, "nonnegative") == ["4:Index", "4:Index"]
    assert proved(source) == ["4:+", "4:-", "4:-"]


def test_ranges_downwards() -> None:
    source = "def f(xs):\n    t = 0\n    for i in range(len(xs) - 1, -1, -1):\n        t ^= xs[i]\n    return t\n"
    assert proved(source, "nonnegative") == ["4:Index"]


def test_a_variable_of_two_loops_inside_a_third() -> None:
    # The bound of either inner loop is wrong for the other one.
    source = """def f(n):
    i = 0
    while n > 0:
        for i in range(10):
            n = n - i * 2
        i = i * 4000000000000000000
        for i in range(i, i + 2):
            n -= 1
    return n
"""
    assert "5:*" in proved(source)
    assert "6:*" not in proved(source)
    assert "7:+" not in proved(source)


def test_while_loops() -> None:
    source = "def f(xs):\n    lo = 0\n    hi = len(xs)\n    while lo < hi:\n        mid = (lo + hi) // 2\n        if xs[mid] < 7:\n            lo = mid + 1\n        else:\n            hi = mid\n    return lo + 1\n"
    assert proved(source) == ["10:+", "5:+", "5://", "7:+"]
    assert "6:Index" in proved(source, "nonnegative")


@pytest.mark.parametrize(
    ("loop", "step", "holds"),
    [
        ("for c in s", "t += 1", True),
        ("for v in xs", "t += v", False),
        ("for v in d", "t += v", True),
        ("for i in range(n)", "t += 1", False),
        ("for i in range(n % 1000)", "t += i", True),
        ("for i in range(8)", f"t += {1 << 60}", False),
        ("for i in range(6)", f"t += {1 << 60}", True),
        ("for i in range(7)", f"t -= {1 << 60}", True),
        ("for i in range(9)", f"t -= {1 << 60}", False),
        ("for i in range(0, 18, 3)", f"t += {1 << 60}", True),
        ("for i in range(0, 22, 3)", f"t += {1 << 60}", False),
        ("for i, v in enumerate(xs)", "t = i + t", True),
        ("for v, w in zip(range(6), xs)", f"t += {1 << 60}", True),
        ("for v in [n, m]", f"t += {1 << 61}", True),
        ("for v in [n, m, n]", f"t += {1 << 62}", False),
        ("while t < 100", "t += 7", True),
        ("while k < len(xs)", "k += 1; t += 3", True),
        ("while k < len(xs)", "k += n; t += 3", False),
        ("while k < len(xs) and n < m", "k += 1; t += 255", True),
        ("while k > -9", f"t += {1 << 59}; k -= 1", True),
        ("while k > -9", f"t += {1 << 60}; k -= 1", False),
        ("while n > 0", "n //= 10; t += 99", True),
        ("while n > 0", "n >>= 1; t += 99", True),
        ("while n > 0", "n = n // 10 + 1; t += 99", False),
        ("while n", "n //= 10; t += 99", False),
    ],
)
def test_sums_are_bounded_by_the_rounds_of_their_loop(loop: str, step: str, holds: bool) -> None:  # noqa: FBT001 (a column)
    source = f"def f(n, m, xs, s, d):\n    t = 0\n    k = 0\n    {loop}:\n        {step}\n    return t\n"
    functions = infer(source)
    found = analyse(functions).no_overflow
    sums = [s.value for s in nodes(functions[0].body) if isinstance(s, t.Assign) and s.name == "t" and s.line == 5]
    assert (sums[0] in found) is holds


def test_sums_in_nests_of_loops() -> None:
    source = "def f(s):\n    t = 0\n    for a in s:\n        for b in s:\n            if a == b:\n                t += 1\n    return t\n"
    assert proved(source) == ["6:+"]
    deeper = source.replace("if a == b:", "for c in s:")
    assert proved(deeper) == []


def test_a_step_that_may_be_skipped_bounds_no_loop() -> None:
    source = "def f(n, xs):\n    t = k = 0\n    while k < len(xs):\n        if n > k:\n            t += 1\n            continue\n        k += 1\n    return t\n"
    assert "5:+" not in proved(source)
    assert "7:+" in proved(source)


def test_break_continue_and_else() -> None:
    source = """def f(xs):
    k = 5
    for v in xs:
        if v == 1:
            k = 1 << 62
            break
        if v == 2:
            continue
        k = 7
    else:
        return k * 2
    return k * 2
"""
    assert [fact for fact in proved(source) if fact[-1] == "*"] == ["11:*"]


def test_a_modular_recurrence() -> None:
    source = "def f(n):\n    seed = 42\n    for i in range(n):\n        seed = (seed * 1103515245 + 12345) % 2147483648\n    return seed\n"
    assert proved(source) == ["4:%", "4:*", "4:+"]
    assert proved(source.replace("2147483648", str(1 << 40))) == ["4:%"]


# ---------------------------------------------------------------- lists


def test_items_are_what_was_stored() -> None:
    source = "def f(s, n):\n    zs = [0] * 10\n    zs.append(len(s))\n    zs[1] = n % 7\n    ys = zs[2:] + [99]\n    return zs[n] * 2 + ys[0] * 3\n"
    assert proved(source) == ["4:%", "6:*", "6:*", "6:+"]
    assert proved(source.replace("n % 7", "n")) == []


def test_items_that_are_only_added_to() -> None:
    source = "def f(s, n):\n    counts = [0] * 128\n    for c in s:\n        counts[ord(c) % 128] += 1\n    return counts[n]\n"
    assert "4:+" in proved(source)
    assert "4:+" not in proved(source.replace("+= 1", "+= counts[0] + 1"))
    other = source.replace("    return", "    counts[0] = counts[1]\n    return")
    assert "4:+" not in proved(other)


def test_lists_of_others_may_hold_anything() -> None:
    assert proved("def f(xs):\n    xs[0] = 1\n    return xs[0] + 1\n") == []
    helper = "def put(ws, v):\n    ws[0] = v\ndef f(n):\n    zs = [1]\n    put(zs, n)\n    return zs[0] + 1\n"
    assert proved(helper) == []
    made = "def make(v):\n    return [v]\ndef f(n):\n    return make(n)[0] + 1\n"
    assert proved(made) == []


def test_comprehensions_and_aggregates() -> None:
    source = "def f(xs):\n    ys = [v % 10 for v in xs]\n    return sum(ys) + max(v * 2 for v in ys) + sum(1 for v in ys if v == 3)\n"
    assert proved(source) == ["2:%", "3:*", "3:+", "3:+", "3:+", "3:+"]


# ---------------------------------------------------------------- functions


def test_calls_join_their_arguments_and_results() -> None:
    source = "def g(v):\n    return v * 3\ndef f(s):\n    return g(len(s)) + g(5)\n"
    assert proved(source) == ["2:*", "4:+"]
    assert proved(source.replace("g(5)", "g(int(s))")) == []


def test_recursion() -> None:
    source = "def g(v, k):\n    if k <= 0:\n        return v % 100\n    return g(v, k - 1) + 1\ndef f(n):\n    return g(n, n % 10)\n"
    assert proved(source) == ["3:%", "4:-", "6:%"]


# ---------------------------------------------------------------- assumptions


def test_facts_under_an_assumption() -> None:
    source = "def f(n, fs):\n    t = 0.0\n    for i in range(n):\n        for j in range(n):\n            t += fs[i * n + j]\n    return t\n"
    functions = infer(source, FLOAT)
    always, assumed = analyse_both(functions)
    assert assumed is not None
    assert assumed.assumed == {"n": (-MODEST, MODEST)}
    assert assumed.gain >= 2
    assert always.assumed == {}
    assert always.gain == 0
    assert len(assumed.no_overflow) == len(always.no_overflow) + 2


@pytest.mark.parametrize(
    "source",
    [
        "def f(s):\n    return len(s) + 1\n",
        "def f(n):\n    return n + 1\n",
        "def f(n, s):\n    for c in s:\n        n ^= 1\n    return n\n",
        "def f(n, xs):\n    for v in xs:\n        v += 1\n    return n\n",
    ],
)
def test_no_second_version_without_a_gain_in_a_loop(source: str) -> None:
    assert analyse_both(infer(source))[1] is None


def test_assumed_bounds_are_used() -> None:
    functions = infer("def f(n, m):\n    return n + m\n")
    assert not analyse(functions).no_overflow
    assert not analyse(functions, {"n": (0, 5)}).no_overflow
    assert len(analyse(functions, {"n": (0, 5), "m": (-5, 5)}).no_overflow) == 1


# ---------------------------------------------------------------- all programs


def test_every_class_of_node_is_known() -> None:
    assert set(EXPRESSIONS) == set(t.Expr.__subclasses__())
    assert set(STATEMENTS) == set(t.Stmt.__subclasses__())
    known = set(loop_shapes._PARTS) | set(loop_shapes._LISTS)
    named = {t.Const, t.Compare, t.Comprehension, t.Assign, t.SetItem, t.If, t.While, t.For, t.Unpack, t.Try}
    assert known | named >= set(EXPRESSIONS) | set(STATEMENTS)


class BoundsWalker(StatementWalker):
    """The analysis, keeping the interval of every int expression."""

    def __init__(self, functions: list[t.Function]) -> None:
        shapes = loop_shapes.read_shapes(functions)
        super().__init__(functions, shapes, Stops(shapes.constants), {})
        self.found: dict[t.Expr, Interval] = {}
        self._values = {kind: partial(self._keep, walk) for kind, walk in self._values.items()}

    def _keep(self, walk: Callable[[t.Expr, Env], Interval | None], node: t.Expr, env: Env) -> Interval | None:
        found = walk(node, env)
        if node.type == INT:
            self.found[node] = join(self.found.get(node, found or FULL), found or FULL)
        return found

    def narrow(self) -> bool:
        self.found.clear()
        return super().narrow()


def bounds_of(functions: list[t.Function]) -> dict[t.Expr, Interval]:
    """The interval of every int expression that can be evaluated."""
    walker = BoundsWalker(functions)
    walker.rise()
    for _ in range(PASSES):
        if not walker.narrow():
            break
    return walker.found


def _within(value: object, bounds: tuple[int, int]) -> bool:
    return isinstance(value, int) and bounds[0] <= value <= bounds[1]


def contradict(seed: int) -> int:
    """Make a program, run it on several arguments and hold all facts against the runs; how many facts that were."""
    program = make_program(seed, bounded=bool(seed % 2))
    try:
        inference = Inference(program.source)
        functions = inference.infer("f", SIGNATURE)
    except RefusedError:
        return 0
    if inference.refusals:
        return 0
    checked = 0
    bounds = bounds_of(functions)
    for facts in analyse_both(functions):
        for case in range(6):
            arguments = [list(a) if isinstance(a, list) else a for a in make_arguments(seed * 6 + case)]
            given = {name: given for (name, _), given in zip(functions[0].parameters, arguments, strict=True)}
            if facts is None or not all(_within(given[name], bounds) for name, bounds in facts.assumed.items()):
                continue
            run = TreeInterpreter(facts, 1500, None if facts.assumed else bounds)
            with suppress(TrapError, OutOfFuelError):
                run.run(functions[0], arguments)
            checked += run.checked
    return checked


CORNERS = {
    "two breaks": """
def f(n, m):
    k = 3
    for i in range(4):
        if n > 5:
            k = 90
            break
        if m > 5:
            k = -7
            break
        n += 2
    return k
""",
    "two continues": """
def f(n, m):
    k = t = 3
    for i in range(4):
        t = k % 5 - t
        if n % 3 == 0:
            k = 90
            n += 1
            continue
        if m % 3 == 0:
            k = -7
            m += 1
            continue
        n, m = m, n
        k = 1
    return t + k
""",
    "a sum in inner loops": """
def f(n, m):
    t = 0
    for i in range(3):
        for j in range(4):
            t += 5
            for k in range(2):
                t -= 1
        k = t
    return t
""",
    "an addition in a while inside a for": """
def f(n, m):
    t = 0
    for i in range(3):
        j = 0
        while j < 4:
            t += 1
            j += 1
        if t > 11:
            return t
    return t
""",
    "counted literals": """
def f(n, m):
    t = 0
    for i, v in enumerate([n, m, 5], m):
        t = i
    for i, (v, w) in enumerate(zip(range(3), [7, 8, 9, 10])):
        t ^= i + v + w
    return t
""",
    "steps of many sizes": """
def f(n, m):
    t = k = 0
    for i in range(0, 20, n % 5 + 1):
        t += 1
    for i in range(n % 4, m % 4, n % 5 - 2):
        k += 1
        t ^= i
    return t + k
""",
    "counters that only some iterations move": """
def f(n, m):
    i = t = 0
    while i < 9 and t < 100:
        t += 1
        for j in range(2):
            if (n + t) % 3 == 0:
                continue
            t += 1
        else:
            if n % 2:
                continue
        i += 2
    return t
""",
    "a counter that goes back at times": """
def f(n, m):
    i = t = 0
    while i < 9 and t < 60:
        t += 1
        i += 2
        if t % 3:
            i -= 1
    return t
""",
    "bounds that are included": """
def f(n, m):
    i = t = 0
    while i <= 8:
        i += 1
        t += 1
    while -3 <= i:
        i -= 2
        t -= 1
    j = n % 3
    while j < 8:
        j += 3
        t += 5
    while j > m % 5:
        j -= 4
        t += 7
    return t
""",
    "a division now and then": """
def f(n, m):
    t = 0
    n = n % 9
    while n > 0 and t < 50:
        t += 1
        if t % 3 == 0:
            n //= 2
    return t
""",
    "items added to in two places": """
def f(n, m):
    zs = [1] * 3
    for i in range(3):
        for j in range(2):
            zs[j] += 2
        zs[i] = zs[0] - 3
        zs[2] = 4 + zs[i]
    return zs[0] + zs[1] * zs[2]
""",
    "items moved between lists": """
def f(n, m):
    zs = [1, 2]
    for i in range(4):
        zs[0] += 1
        ys = zs[:]
        ys[1] = ys[0] * 2
        zs = ys + [9]
    return zs[0] + zs[1]
""",
    "a result that grows with each call": """
def g(v, k):
    if k <= 0:
        return v
    w = g(v + 1, k - 1)
    return w + 2 if w < 30 else w - 1
def f(n, m):
    return g(n % 5, m % 7) + g(3, 2)
""",
    "a target that is its own bound": """
def f(n, m):
    n = n % 5
    t = 0
    for n in range(n):
        t += n
        n = -9
    for m in range(m % 3, n + 12):
        t ^= n
        n = 90
    return t + n % 7
""",
    "a sum whose step comes from itself": """
def f(n, m):
    t = 1
    s = 1
    for i in range(6):
        t += t
        s += i * t
    return s
""",
    "halving with a second change": """
def f(n, m):
    n = abs(n % 1000) + 5
    t = 0
    while n > 0 and t < 50:
        t += 1
        n //= 2
        if t % 4 == 0:
            n += 3
    return t
""",
}
"""Programs in which a plausible shortcut of the analysis would be wrong."""


@pytest.mark.parametrize("name", CORNERS)
def test_corners(name: str) -> None:
    functions = infer(CORNERS[name])
    facts, bounds = analyse(functions), bounds_of(functions)
    values = [0, 1, 2, 3, 4, 5, 6, 7, 8, -1, -2, -3, 99, -(1 << 63), (1 << 63) - 1]
    for n in values:
        for m in values:
            with suppress(TrapError, OutOfFuelError):
                TreeInterpreter(facts, 1000, bounds).run(functions[0], [n, m])


@settings(max_examples=150, derandomize=True)
@given(st.integers(0, (1 << 32) - 1))
def test_no_run_contradicts_the_facts(seed: int) -> None:
    contradict(seed)


@pytest.mark.slow
def test_no_run_of_many_programs_contradicts_the_facts() -> None:
    assert sum(map(contradict, range(2_500))) > 1_000_000
