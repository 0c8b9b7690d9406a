"""CPython as the reference: counted steps, one `sum`, examples with answers from elsewhere, no effects."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import cell, values
from hermetic_nb.errors import BuildError
from hermetic_nb.model import Example, ToolSpec
from hermetic_nb.reference import Outcome, Raised, Reference, Skipped, Value, key_of, process
from hermetic_nb.reference.arithmetic import fma_as_in_3_14, sum_as_in_3_14
from hermetic_nb.reference.patterns import PATTERNS


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    reference = Reference()
    yield reference
    reference.close()


def _ask(reference: Reference, source: str, *cases: Sequence[Any]) -> list[Outcome]:
    return reference.cases(cell.parse(source), cases)


# ------------------------------------------------------------ outcomes


def test_values_keep_their_exact_types(reference: Reference) -> None:
    source = "def f(k: int) -> float:\n    return [1, 1.0, True, -0.0, 2**70, (1, 2), None, b'x', float('nan')][k]\n"
    found = _ask(reference, source, *((k,) for k in range(9)))
    shown = [repr(outcome.value) for outcome in found if isinstance(outcome, Value)]
    assert shown == ["1", "1.0", "True", "-0.0", str(2**70), "(1, 2)", "None", "b'x'", "nan"]


def test_an_exception_has_its_name_message_and_line(reference: Reference) -> None:
    source = (
        "def _inner(n: int) -> int:\n    return 1 // n\n\n"
        "def f(n: int) -> int:\n    if n > 5:\n        raise ValueError('too big')\n    return _inner(n)\n"
    )
    low, high = _ask(reference, source, (0,), (9,))
    assert isinstance(low, Raised)
    assert (low.exception, low.line) == ("ZeroDivisionError", 2)
    assert high == Raised("ValueError", "too big", 6)


def test_arguments_are_fresh_in_each_case(reference: Reference) -> None:
    source = "def f(xs: list[int]) -> int:\n    xs.append(1)\n    return len(xs)\n"
    assert _ask(reference, source, ([1],), ([1],)) == [Value(2), Value(2)]


RECORDS = """
from dataclasses import dataclass, field
from typing import NamedTuple

@dataclass
class Point:
    x: int
    y: float = 0.5
    tags: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.x += 1

class Pair(NamedTuple):
    first: Point
    count: int

"""


def test_records_are_instances_inside_and_records_outside(reference: Reference) -> None:
    source = RECORDS + (
        "def f(ps: list[Point], pair: Pair | None = None) -> Pair:\n"
        "    assert isinstance(ps[0], Point) and (pair is None or pair[1] == pair.count)\n"
        "    return Pair(Point(ps[0].x), len(ps[0].tags)) if pair is None else pair\n"
    )
    point = values.Record("Point", {"x": 1, "y": 2.0, "tags": ["a"]})
    pair = values.Record("Pair", {"first": point, "count": 7}, is_tuple=True)
    found = _ask(reference, source, ([point], None), ([point], pair))
    assert list(map(repr, found)) == [
        "Value(value=Pair(first=Point(x=3, y=0.5, tags=[]), count=1))",
        "Value(value=Pair(first=Point(x=2, y=2.0, tags=['a']), count=7))",
    ]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("class C(dict):\n    x: int\n", 1, "a class that is made of another one"),
        ("class C(metaclass=type):\n    x: int\n", 1, "a class that is made of another one"),
        ("class C((lambda: object)()):\n    x: int\n", 1, "a class that is made of another one"),
        ("@print\nclass C:\n    x: int\n", 2, "this decorator of a class"),
        ("class C:\n    def __getattr__(self, name):\n        return 1\n", 2, "the name __getattr__"),
        ("class C:\n    __call__ = 1\n", 2, "the name __call__"),
        ("def __init__(self):\n    return 1\n", 1, "the name __init__"),
    ],
)
def test_other_classes_are_not_run(reference: Reference, source: str, line: int, said: str) -> None:
    with pytest.raises(BuildError, match=said) as caught:
        _ask(reference, f"{source}def f(n: int) -> int:\n    return n\n", (1,))
    assert caught.value.diagnostics[0].line == line


MONEY = """
class Money:
    def __init__(self, cents: int):
        self.cents = cents

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __mul__(self, factor):
        return self * factor if factor < 0 else Money(self.cents * factor)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Money) and self.cents == other.cents

    def __lt__(self, other):
        return self.cents < other.cents

    def __len__(self):
        return self.cents

    def __getitem__(self, place):
        return place

    def __str__(self):
        return f"{self.cents / 100:.2f}"

"""


def test_operators_are_those_of_the_class(reference: Reference) -> None:
    source = MONEY + (
        "def f(n: int) -> str:\n"
        "    m = Money(n) + Money(5) * 2\n"
        "    return f'{m} {len(m)} {m[3]} {m == Money(11)} {m < Money(11)}'\n"
    )
    assert list(map(str, _ask(reference, source, (1,), (2,)))) == ["'0.11 11 3 True False'", "'0.12 12 3 False False'"]


@pytest.mark.parametrize(
    ("body", "said"), [("str(Money(2) * n)", "RecursionError"), ("str([x for x in Money(n)])", "not finished (steps)")]
)
def test_operators_without_an_end_are_stopped(reference: Reference, body: str, said: str) -> None:
    (outcome,) = _ask(reference, f"{MONEY}def f(n: int) -> str:\n    return {body}\n", (-1,))
    assert said in str(outcome)


def test_a_function_as_result_is_foreign(reference: Reference) -> None:
    (outcome,) = _ask(reference, "def f() -> int:\n    return f\n", ())
    assert str(outcome) == "a value of type function"


# ------------------------------------------------------------ bounds


@pytest.mark.parametrize(
    "body",
    [
        "while True:\n        pass",
        "return sum(1 for _ in range(10**12))",
        "return [x for x in range(10**12)][0]",
        "return f(n) + f(n)",
        "return len(list(range(10**9)))",
        "return len([0] * 10**10)",
        "return len('ab' * 10**10)",
        "return len(bytes(10**10))",
        "x = 3\n    while True:\n        x = x * x",
        "x = 3\n    while True:\n        x *= x",
        "return 1 << (1 << 62)",
        "return 3 ** (10**9)",
        "return pow(3, 10**9)",
        "return math.factorial(10**7)",
        "return math.comb(10**9, 10**8)",
        "return sum(map(int, range(10**12)))",
        "return max(enumerate(range(10**12)))[0]",
    ],
)
def test_work_without_end_is_skipped_or_raises_and_the_next_case_runs(reference: Reference, body: str) -> None:
    source = f"import math\n\ndef f(n: int) -> int:\n    if n == 0:\n        return 7\n    {body}\n"
    first, second = _ask(reference, source, (1,), (0,))
    assert isinstance(first, Skipped) or first == Raised("RecursionError", first.message, first.line)  # type: ignore[union-attr]
    assert second == Value(7)


def test_a_huge_result_is_skipped(reference: Reference) -> None:
    source = (
        "def f(n: int) -> str:\n    s = 'x' * 16000\n    for _ in range(n):\n        s += s[:16000]\n    return s\n"
    )
    assert _ask(reference, source, (100,), (0,)) == [Skipped("size"), Value("x" * 16000)]


def test_cases_that_end_by_the_clock_are_given_up_together() -> None:
    class Slow:
        calls = 0

        def call(self, *_: object) -> tuple[Outcome, int]:
            self.calls += 1
            return Skipped("time"), 10

    slow = Slow()
    found = process._cases(slow, "f", ["[1]"] * 30)  # type: ignore[arg-type]
    assert found == ['["skipped", "time"]'] * 30
    assert slow.calls == process.MOST_LATE


def test_whether_a_case_is_skipped_is_decided_by_steps(reference: Reference) -> None:
    source = "def f(n: int) -> int:\n    total = 0\n    for i in range(n):\n        total += i\n    return total\n"
    sizes = [(10**k,) for k in range(7)]
    kinds = [[type(outcome).__name__ for outcome in _ask(reference, source, *sizes)] for _ in range(3)]
    assert kinds[0] == ["Value"] * 4 + ["Skipped"] * 3
    assert kinds[1:] == kinds[:2]


def test_the_recursion_limit_is_the_tools_own_depth(reference: Reference) -> None:
    source = "def f(n: int) -> int:\n    return 0 if n == 0 else 1 + f(n - 1)\n"
    below, above = _ask(reference, source, (999,), (1000,))
    assert below == Value(999)
    assert isinstance(above, Raised)
    assert above.exception == "RecursionError"


# ------------------------------------------------------------ no effects


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from subprocess import run",
        "open('/etc/passwd')",
        "(1).__class__",
        "__import__('os')",
        "eval('1')",
        "x = (i for i in ()).gi_frame",
        "getattr(1, 'real')",
    ],
)
def test_source_with_effects_is_not_run(reference: Reference, line: str) -> None:
    with pytest.raises(BuildError, match="CPython cannot be asked"):
        reference.cases(cell_spec(f"{line}\ndef f() -> int:\n    return 1\n"), [()])


def cell_spec(source: str) -> ToolSpec:
    plain = cell.parse("def f() -> int:\n    return 1\n")
    return ToolSpec(name="f", language="python", source=source, entry="f", signature=plain.signature)


@pytest.mark.parametrize(
    "line",
    [
        "from operator import attrgetter",
        "from collections import namedtuple",
        "from string import Formatter",
        "import io",
    ],
)
def test_names_of_modules_that_lead_elsewhere_are_not_there(reference: Reference, line: str) -> None:
    with pytest.raises(BuildError, match="CPython cannot be asked"):
        reference.cases(cell_spec(f"{line}\ndef f() -> int:\n    return 1\n"), [()])


def test_modules_of_values_are_there(reference: Reference) -> None:
    source = (
        "import bisect, collections.abc, copy, functools, heapq, operator, statistics, string, sys\n"
        "from collections import Counter, defaultdict, deque\n"
        "from typing import Literal\n\n"
        "def f(n: int) -> str:\n"
        "    d: collections.abc.Mapping = defaultdict(list)\n"
        "    d[n].append(heapq.nsmallest(2, deque([3, 1, 2])))\n"
        "    total = functools.reduce(operator.mul, [2, 3, n])\n"
        "    return f'{dict(d)} {Counter(string.digits)[str(n)]} {total} {bisect.bisect([1, 2], n)} '"
        " f'{statistics.median([1, n])} {sys.maxsize == 2**63 - 1} {copy.copy([n])}'\n"
    )
    assert _ask(reference, source, (4,)) == [Value("{4: [[1, 2]]} 1 24 2 2.5 True [4]")]


def test_what_operator_makes_is_bounded_too(reference: Reference) -> None:
    source = "import operator\n\ndef f(k: int) -> int:\n    return len([operator.mul, operator.lshift, operator.pow][k]([0] if k == 0 else 3, 10**9))\n"
    assert all(isinstance(outcome, Skipped) for outcome in _ask(reference, source, (0,), (1,), (2,)))


def test_what_a_cell_prints_goes_nowhere(reference: Reference, capfd: pytest.CaptureFixture[str]) -> None:
    assert _ask(reference, "def f() -> int:\n    print('hello')\n    return 1\n", ()) == [Value(1)]
    assert capfd.readouterr() == ("", "")


def test_a_cell_cannot_change_the_modules_of_the_next(reference: Reference) -> None:
    change = "import itertools\nimport math\nitertools.count = math.sin = None\n\ndef f() -> int:\n    return 1\n"
    use = "import itertools\nimport math\n\ndef f() -> float:\n    return next(itertools.count()) + math.sin(0.0)\n"
    assert _ask(reference, change, ()) == [Value(1)]
    assert _ask(reference, use, ()) == [Value(0.0)]


# ------------------------------------------------------------ arithmetic


def test_sum_of_floats_is_that_of_3_14_on_every_host(reference: Reference) -> None:
    source = "def f(xs: list[float]) -> float:\n    return sum(xs)\n"
    assert _ask(reference, source, ([0.1] * 10,), ([1e100, 1.0, -1e100],), ([],)) == [Value(1.0), Value(1.0), Value(0)]
    assert _ask(reference, source, ([math.inf, 1.0],), ([1e308, 1e308, -1e308],)) == [Value(math.inf), Value(math.inf)]


@pytest.mark.skipif(sys.version_info < (3, 14), reason="the built-in is 3.14's there only")
@given(
    st.lists(st.one_of(st.floats(), st.integers(-(2**70), 2**70), st.booleans())), st.sampled_from([0, 0.0, -0.0, 3])
)
def test_sum_agrees_with_the_built_in(items: list[float], start: float) -> None:
    assert repr(sum_as_in_3_14(items, start)) == repr(sum(items, start))


@given(st.lists(st.integers(-(2**70), 2**70)))
def test_sum_of_ints_is_exact(items: list[int]) -> None:
    assert sum_as_in_3_14(items) == sum(items)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300), max_size=2))
def test_sum_of_two_floats_is_rounded_once(items: list[float]) -> None:
    assert sum_as_in_3_14(items) == sum(items)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="math.fma is new in 3.13")
@given(st.floats(), st.floats(), st.floats())
def test_fma_agrees_with_the_library(x: float, y: float, z: float) -> None:
    def shown(function: Any) -> str:
        try:
            return repr(function(x, y, z))
        except (ValueError, OverflowError) as error:
            return repr(error)

    assert shown(fma_as_in_3_14) == shown(math.fma)  # type: ignore[attr-defined,unused-ignore]


def test_fma_rounds_once() -> None:
    assert fma_as_in_3_14(0.1, 10.0, -1.0) == 5.551115123125783e-17
    assert repr(fma_as_in_3_14(-0.0, 1.0, -0.0)) == "-0.0"
    assert repr(fma_as_in_3_14(1.0, 1.0, -1.0)) == "0.0"
    assert repr(fma_as_in_3_14(-5e-324, 0.25, 0.0)) == "-0.0"
    assert fma_as_in_3_14(1e308, 10.0, -math.inf) == -math.inf
    with pytest.raises(ValueError, match="invalid operation"):
        fma_as_in_3_14(math.inf, 1.0, -math.inf)
    with pytest.raises(OverflowError, match="overflow"):
        fma_as_in_3_14(1e308, 10.0, 0.0)


def test_sum_has_the_refusals_of_the_built_in() -> None:
    with pytest.raises(TypeError, match="join"):
        sum_as_in_3_14(["a"], "")
    with pytest.raises(TypeError):
        sum_as_in_3_14([1, "a"])
    with pytest.raises(OverflowError):
        sum_as_in_3_14([1.0, 10**400])
    assert sum_as_in_3_14([[1], [2]], []) == [1, 2]


def test_last_digits_of_named_functions_move(reference: Reference) -> None:
    source = "import math\nfrom math import sin\n\ndef f(x: float) -> float:\n    return sin(x) + 0 * math.cos(x)\n"
    spec = cell.parse(source)
    (plain,) = reference.cases(spec, [(1.0,)])
    moved = [reference.cases(spec, [(1.0,)], ulp={"sin": 2}, pattern=pattern)[0] for pattern in PATTERNS]
    assert plain == Value(math.sin(1.0))
    up = math.nextafter(math.nextafter(math.sin(1.0), 1.0), 1.0)
    assert moved[0] == Value(up)
    assert len({str(outcome) for outcome in moved}) == 2
    assert reference.cases(spec, [(1.0,)], ulp={"tan": 2}, pattern="up") == [plain]


@pytest.mark.parametrize(
    ("name", "expression", "steps"),
    [
        ("**", "x ** 0.3", 1),
        ("**", "pow(x, 0.3)", 1),
        ("pow", "math.pow(x, 0.3)", 1),
        ("pow", "x ** 0.3", 0),
        ("log", "math.log(x)", 1),
        ("log", "math.log(x, 3.0)", 0),
        ("log_base", "math.log(x, 3.0)", 1),
        ("log_base", "math.log(x)", 0),
    ],
)
def test_each_name_of_a_bound_means_its_function_only(
    reference: Reference, name: str, expression: str, steps: int
) -> None:
    spec = cell.parse(f"import math\n\ndef f(x: float) -> float:\n    return {expression}\n")
    (plain,) = reference.cases(spec, [(7.5,)])
    (up,) = reference.cases(spec, [(7.5,)], ulp={name: 1}, pattern="up")
    assert isinstance(plain, Value)
    assert up == Value(math.nextafter(plain.value, math.inf) if steps else plain.value)


def test_bounds_of_lgamma_count_in_units_of_one(reference: Reference) -> None:
    spec = cell.parse("import math\n\ndef f(x: float) -> float:\n    return math.lgamma(x)\n")
    (plain,) = reference.cases(spec, [(2.0001,)])
    (up,) = reference.cases(spec, [(2.0001,)], ulp={"lgamma": 6}, pattern="up")
    assert isinstance(plain, Value)
    assert up == Value(plain.value + 6 * math.ulp(1.0))


# ------------------------------------------------------------ examples

DOCUMENTED = '''
def f(x: float) -> float:
    """Twice.

    >>> f(2)
    4.0
    >>> round(f(0.25), 3)
    0.5
    >>> f(1) == f(1.0)
    True
    >>> xs = [f(i) for i in range(3)]
    >>> for x in xs:
    ...     print(x)
    0.0
    2.0
    4.0
    >>> f(x=3)  # doctest: +ELLIPSIS
    6...
    >>> f(-1)
    Traceback (most recent call last):
        ...
    ValueError: negative
    >>> f("a")
    Traceback (most recent call last):
        ...
    TypeError: words of ours
    >>> f(5)  # doctest: +SKIP
    11
    >>> [f(1),
    ...  f(2)]  # doctest: +NORMALIZE_WHITESPACE
    [2.0,
     4.0]
    """
    if x < 0:
        raise ValueError("negative")
    return x + x
'''


def test_examples_are_run_as_doctest_runs_them(reference: Reference) -> None:
    run = reference.record(cell.parse(DOCUMENTED))
    assert [match for match, _ in run.results] == ["full"] * 10
    assert run.calls == ((2.0,), (0.25,), (1.0,), (0.0,), (3.0,), (-1.0,))


def test_an_example_that_is_a_comment_passes(reference: Reference) -> None:
    spec = cell.parse('def f(n: int) -> int:\n    """One more.\n\n    >>> f(1)\n    2\n    """\n    return n + 1\n')
    commented = replace(spec, examples=(Example("# bases below 2", "", 5), *spec.examples))
    assert reference.record(commented).results == (("full", ""), ("full", "2\n"))


def _answers(spec: ToolSpec, reference: Reference, calls: Sequence[Sequence[Any]]) -> dict[str, Outcome]:
    return {key_of(call): outcome for call, outcome in zip(calls, reference.cases(spec, calls), strict=True)}


def test_examples_run_with_answers_from_elsewhere(reference: Reference) -> None:
    spec = cell.parse(DOCUMENTED)
    answers = _answers(spec, reference, reference.record(spec).calls)
    run = reference.replay(spec, answers)
    assert [match for match, _ in run.results] == ["full"] * 10
    assert run.calls == ()
    answers[key_of([2.0])] = Value(4.5)
    assert [match for match, _ in reference.replay(spec, answers).results].count("no") == 3


def test_calls_without_an_answer_are_told(reference: Reference) -> None:
    spec = cell.parse(DOCUMENTED)
    assert (2.0,) in reference.replay(spec, {}, source=False).calls


def test_another_message_of_the_wanted_exception_is_told_apart(reference: Reference) -> None:
    source = 'def f(n: int) -> int:\n    """\n    >>> f(0)\n    Traceback (most recent call last):\n    {}\n    """\n    return 1 // n\n'
    messages = {"ZeroDivisionError: words": "kind", "ValueError: words": "no", "ZeroDivisionError": "kind"}
    for message, match in messages.items():
        assert reference.record(cell.parse(source.format(message))).results[0][0] == match


def test_a_failing_example_gives_what_it_got(reference: Reference) -> None:
    spec = cell.parse('def f(n: int) -> int:\n    """\n    >>> f(1)\n    3\n    >>> g\n    """\n    return n + 1\n')
    assert reference.record(spec).results == (("no", "2\n"), ("no", "NameError: name 'g' is not defined\n"))


def test_examples_may_be_long(reference: Reference) -> None:
    source = (
        'def f(xs: list[int]) -> int:\n    """\n    >>> f([1] * 2_000_000)\n    2000000\n'
        "    >>> for i in range(500_000): n = i\n    >>> n\n    499999\n    >>> 3 ** 10000 > 2\n    True\n"
        '    >>> pow(3, 10000) > 2\n    True\n    """\n    return sum(xs)\n'
    )
    assert [match for match, _ in reference.record(cell.parse(source)).results] == ["full"] * 4 + ["no"]


def test_examples_do_not_change_the_cell(reference: Reference) -> None:
    source = 'def f(n: int) -> int:\n    """\n    >>> n = 3; f = None\n    """\n    return n + 1\n'
    spec = cell.parse(source)
    reference.record(spec)
    assert reference.cases(spec, [(1,)]) == [Value(2)]


def test_the_reference_comes_back_after_its_process_ended() -> None:
    reference = Reference()
    source = "def f() -> int:\n    return 1\n"
    assert _ask(reference, source, ()) == [Value(1)]
    reference.close()
    assert _ask(reference, source, ()) == [Value(1)]
    reference.close()
