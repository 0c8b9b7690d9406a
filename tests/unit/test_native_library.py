"""The library of native cells does what CPython's does: its sources run by CPython, and compiled with cells."""

from __future__ import annotations

import ast
import copy
import functools
import heapq
import itertools
import math
import operator
import statistics
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb.errors import NotNativeError
from hermetic_nb.toolchains.native.library import exact
from hermetic_nb.toolchains.native.parse.imports import link_library
from hermetic_nb.toolchains.native.parse.library import MODULES, source
from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError
from tests.unit.native_cells import Cell, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

INTS = st.lists(st.integers(-5, 9), max_size=12)
FLOATS = st.lists(st.sampled_from((0.5, -0.0, 0.0, 1.5, 2.5, 1e300, -3.25)), max_size=9)
WORDS = st.lists(st.sampled_from(("a", "b", "ab", "", "c")), max_size=9)


def linked(cell: str) -> ast.Module:
    """A cell with its library. Raises RefusedError, also for what would be told later."""
    tree = link_library(ast.parse(cell))
    for node in ast.walk(tree):
        if isinstance(node, Refused):
            raise node.refusal
    return tree


def run_linked(cell: str, *arguments: Any) -> Any:
    """What CPython gives for ``f`` of a cell with our library in place of its own."""
    names: dict[str, Any] = {"statistics.StatisticsError": statistics.StatisticsError}
    names |= {
        f"exact.{name}": getattr(exact, f"exact_{name}") for name in ("mean", "variance", "deviation", "int_deviation")
    }
    exec(_compiled(cell, ours=True), names)
    return outcome(names["f"], *arguments)


def run_plain(cell: str, *arguments: Any) -> Any:
    """What CPython gives for ``f`` of a cell."""
    names: dict[str, Any] = {}
    exec(_compiled(cell, ours=False), names)
    return outcome(names["f"], *arguments)


@cache
def _compiled(cell: str, *, ours: bool) -> CodeType:
    tree = ast.fix_missing_locations(linked(cell)) if ours else ast.parse(cell)
    return compile(tree, "<cell>", "exec")


def outcome(function: Callable[..., Any], *arguments: Any) -> str:
    """The result, what is left of the arguments, or the exception with its message."""
    given_ = copy.deepcopy(arguments)
    try:
        return repr((function(*given_), given_))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


def same(cell: str, *arguments: Any) -> None:
    """Our library and CPython's agree."""
    assert run_linked(cell, *arguments) == run_plain(cell, *arguments)


HEAPS = {
    "all": """
import heapq
from heapq import heappop, heappush as push
def f(xs, x):
    heap = []
    for item in xs:
        push(heap, item)
    seen = [heap[:], heapq.heappushpop(heap, x), heap[:]]
    heapq.heapify(xs)
    if heap:
        seen += [heapq.heapreplace(xs, x), xs[:], heappop(heap), heap]
    return seen
""",
    "some": """
from heapq import *
import heapq as h
def f(xs, x):
    return h.nsmallest(3, xs), h.nlargest(n=2, iterable=xs), h.nsmallest(x, xs, key=abs), h.nlargest(x, xs, lambda v: v % 3)
""".replace("from heapq import *\n", ""),
}


@pytest.mark.parametrize("cell", HEAPS.values(), ids=HEAPS.keys())
@given(xs=INTS, x=st.integers(-5, 9))
def test_heaps(cell: str, xs: list[int], x: int) -> None:
    """Every item at the place where CPython has it."""
    same(cell, xs, x)


@given(xs=INTS, x=st.integers(-5, 9))
def test_heaps_of_the_largest(xs: list[int], x: int) -> None:
    """The functions that CPython 3.14 adds, by those of negated items."""
    cell = """
import heapq
def f(xs, x):
    heap = []
    for item in xs:
        heapq.heappush_max(heap, item)
    seen = heap[:] + [heapq.heappushpop_max(heap, x)] + heap
    heapq.heapify_max(xs)
    seen += xs
    if xs:
        seen += [heapq.heapreplace_max(xs, x)] + xs + [heapq.heappop_max(xs)] + xs
    return seen
"""
    negated = cell.replace("_max", "")
    ours = eval(run_linked(cell, xs, x))[0]
    theirs = eval(run_plain(negated, [-item for item in xs], -x))[0]
    assert ours == [-item for item in theirs]


def test_empty_heaps() -> None:
    """IndexError with CPython's message."""
    for call in ("heapq.heappop(xs)", "heapq.heapreplace(xs, 1)", "heapq.heappushpop(xs, 1)"):
        same(f"import heapq\ndef f(xs): return {call}", [])


@given(xs=INTS, x=st.integers(-6, 10), low=st.integers(-2, 14), high=st.integers(-2, 12))
def test_bisect(xs: list[int], x: int, low: int, high: int) -> None:
    """Places and insertions, with bounds that may be outside."""
    same(
        """
import bisect
from bisect import bisect_left, insort as put
def f(xs, x, low, high):
    a = bisect.bisect(xs, x), bisect_left(xs, x), bisect.bisect_right(xs, x, low), bisect_left(xs, -x, key=lambda v: -v)
    put(xs, x)
    bisect.insort_left(xs, x, hi=None)
    bisect.insort(xs, x, key=lambda v: v)
    return a, bisect_left(xs, x, low, high), bisect.bisect(a=xs, x=x, lo=low, hi=high), xs
""",
        sorted(xs),
        x,
        low,
        min(high, len(xs)),
    )


ITERATORS = (
    *("accumulate(xs)", "accumulate(xs, lambda a, b: a * b)", "accumulate(xs, max, initial=3)", "accumulate(xs, None)"),
    *("accumulate(xs, initial=1)", "accumulate(xs, initial=None)", "chain(xs, [1], xs)", "chain(xs)"),
    *(
        "chain.from_iterable([xs, xs])",
        "chain.from_iterable(zip(xs, xs))",
        "combinations(xs, 1)",
        "combinations(xs, 2)",
    ),
    *("combinations(xs, r=3)", "combinations_with_replacement(xs, 2)", "compress(xs, [1, 0, 1, 1])", "pairwise(xs)"),
    *("dropwhile(lambda v: v < 3, xs)", "takewhile(lambda v: v < 3, xs)", "filterfalse(lambda v: v % 2, xs)"),
    *("islice(xs, 3)", "islice(xs, None)", "islice(xs, 1, None)", "islice(xs, 1, 5, 2)", "islice(xs, None, 4)"),
    *(
        "islice(xs, 2, None, 3)",
        "islice(xs, -1)",
        "islice(xs, 1, 2, 0)",
        "islice(xs, -1, 2)",
        "permutations(xs[:5], 2)",
    ),
    *(
        "permutations(xs[:4], 3)",
        "product(xs)",
        "product(xs, 'ab')",
        "product(xs, repeat=2)",
        "product([1, 2], xs, [3])",
    ),
    *("product([1, 2], 'ab', repeat=2)", "repeat(7, 3)", "repeat(xs, -1)", "starmap(lambda a, b: a - b, zip(xs, xs))"),
    *("zip_longest(xs, [1, 2, 3])", "zip_longest([1], xs, fillvalue=0)", "zip_longest(xs, range(3))"),
    *("pairwise(sorted(xs))", "pairwise(range(4))", "accumulate(v * 2 for v in xs)", "chain(map(lambda v: v, xs), xs)"),
    *("islice(accumulate(xs), 3)", "enumerate(pairwise(xs))", "zip(xs, combinations(xs, 2))"),
)


@pytest.mark.parametrize("call", ITERATORS)
@given(xs=INTS)
def test_iterators(call: str, xs: list[int]) -> None:
    """Gathered, looped over, and in a comprehension."""
    names = "from itertools import *\nfrom itertools import ".replace("from itertools import *\n", "")
    names += ", ".join(sorted({part for part in dir(itertools) if part in call and not part.startswith("_")}))
    same(f"{names}\ndef f(xs): return list({call})", xs)
    same(f"{names}\ndef f(xs): return [v for v in {call}]", xs)
    same(f"{names}\ndef f(xs):\n    seen = []\n    for v in {call}:\n        seen.append(v)\n    return seen", xs)


@given(xs=st.lists(st.integers(0, 9), max_size=5), r=st.integers(-1, 6))
def test_rows_of_any_length(xs: list[int], r: int) -> None:
    """Rows of a length that is known only at run time."""
    for call in ("combinations(xs, r)", "permutations(xs)", "product(xs[:3], repeat=min(r, 4))"):
        cell = f"""
from itertools import combinations, permutations, product
def f(xs, r):
    seen = []
    for row in {call}:
        seen.append(sum(row) + len(row))
        if row:
            seen.append(row[-1] if row[0] in row else 0)
        seen.append(1 if row < (2, 3) else 0)
    return seen, len(list({call})), list({call}), {{row: len(row) for row in {call}}}, ["".join([str(v) for v in row]) for row in {call}]
"""
        same(cell, xs, r)


@given(text=st.text("aab", max_size=12))
def test_groups(text: str) -> None:
    """Runs of equal items, and of items with equal keys."""
    same(
        """
from itertools import groupby
def f(text):
    runs = []
    for key, group in groupby(text):
        runs.append(key + str(len(list(group))))
    return runs, [(k, sum(1 for _ in g)) for k, g in groupby(text, key=lambda c: c == "b")], [k for k, _ in groupby(text)]
""",
        text,
    )


def test_endless_counting() -> None:
    """A loop over `count` is a loop without end, with its own `continue` and `break`."""
    same(
        """
import itertools
def f(start, step):
    seen = []
    for i in itertools.count(start, step):
        if i % 2:
            continue
        seen.append(i)
        if len(seen) > 5:
            break
    for i in itertools.count():
        if i > 3:
            return seen, i
""",
        3,
        5,
    )


@given(xs=INTS)
def test_functions(xs: list[int]) -> None:
    """`functools.reduce` and `operator`."""
    same("from functools import reduce\ndef f(xs): return reduce(lambda a, b: a * 2 + b, xs)", xs)
    same("import functools, operator\ndef f(xs): return functools.reduce(operator.add, xs, 5)", xs)
    binary = sorted(name for name in dir(operator) if name in OPERATORS)
    for name in binary:
        same(f"import operator\ndef f(xs): return [operator.{name}(v, 3) for v in xs]", xs)
    same("from operator import neg, not_, inv\ndef f(xs): return [(neg(v), not_(v), inv(v)) for v in xs]", xs)
    same("from operator import itemgetter as at\ndef f(xs): return sorted(zip(xs, xs[::-1]), key=at(1, 0))", xs)
    same("from operator import methodcaller\ndef f(xs): return list(map(methodcaller('bit_length'), xs))", xs)
    same(
        "import operator\ndef f(xs): return sorted(xs, key=operator.neg), list(map(operator.attrgetter('real'), xs))",
        xs,
    )


OPERATORS = {
    *("add", "and_", "eq", "floordiv", "ge", "gt", "le", "lt", "mod", "mul", "ne", "or_", "sub", "truediv", "xor"),
}


@given(xs=st.one_of(INTS, FLOATS))
def test_statistics(xs: list[float]) -> None:
    """Medians, modes, means and spreads."""
    for name in (
        *("median", "median_low", "median_high", "mode", "multimode", "fmean"),
        *("mean", "variance", "pvariance", "stdev", "pstdev"),
    ):
        same(f"import statistics\ndef f(xs): return statistics.{name}(xs)", xs)


def test_constants_and_scopes() -> None:
    """Constants, and names that hide imports."""
    same(
        "import string, sys\ndef f(): return string.punctuation + string.ascii_letters, sys.maxsize, sys.float_info.max"
    )
    same("from string import digits as d\ndef f(): return [d for d in 'ab'], d, (lambda d: d)(3)")
    same("import heapq\ndef f(heapq): return heapq.upper()", "a")
    same("import heapq\ndef g(string): return string\ndef f(x):\n    import string\n    return g(string.digits)", 1)
    same(
        "def f(x):\n    import math\n    from math import sqrt as root\n    return math.floor(root(x)) + math.pi", 17.0
    )
    same("from bisect import bisect\ndef f(x):\n    for bisect in range(3): x += bisect\n    return x", 1)


REFUSED = {
    "an iterator that is kept": "from itertools import accumulate\ndef f(xs):\n    sums = accumulate(xs)\n    return list(sums)",
    "next": "from itertools import accumulate\ndef f(xs): return next(accumulate(xs))",
    "an iterator that is returned": "from itertools import pairwise\ndef f(xs): return pairwise(xs)",
    "a list that grows": "from itertools import pairwise\ndef f(xs):\n    for a, b in pairwise(xs):\n        xs.append(a)",
    "perhaps the same list": "from itertools import pairwise\ndef f(xs, ys):\n    for a, b in pairwise(xs):\n        ys.append(a)",
    "a call in the loop": "from itertools import pairwise\ndef f(xs):\n    for a, b in pairwise(xs):\n        g(xs)",
    "code inside": "from itertools import accumulate\ndef f(xs):\n    for v in accumulate(xs, g):\n        if v: break",
    "a lazy argument": "from itertools import pairwise\ndef f(xs): return any(a > b for a, b in pairwise(1 // v for v in xs))",
    "two lazy arguments": "from itertools import zip_longest\ndef f(xs): return list(zip_longest(map(g, xs), map(g, xs)))",
    "a group twice": "from itertools import groupby\ndef f(xs): return [(len(list(g)), list(g)) for k, g in groupby(xs)]",
    "a group again": "from itertools import groupby\ndef f(xs):\n    for k, g in groupby(xs):\n        for v in xs:\n            list(g)",
    "a kept group": "from itertools import groupby\ndef f(xs): return [g for k, g in groupby(xs)]",
    "an endless iterator": "from itertools import cycle\ndef f(xs):\n    for v in cycle(xs): return v",
    "all names": "from heapq import *\ndef f(xs): return xs",
    "two meanings": "import heapq\ndef heapq(): return 1\ndef f(xs): return heapq()",
    "a private name": "import heapq\ndef f(xs): return heapq._sink(xs, 0)",
    "a module as a value": "import heapq\ndef f(xs): return heapq",
    "what is not there": "import statistics\ndef f(xs): return statistics.linear_regression(xs, xs)",
    "a built-in name of the cell's own": "import heapq\ndef len(x): return 0\ndef f(xs): return heapq.heappop(xs)",
}


@pytest.mark.parametrize("cell", REFUSED.values(), ids=REFUSED.keys())
def test_refused(cell: str) -> None:
    """What a list, or another function, would do otherwise."""
    with pytest.raises(RefusedError):
        linked(cell)


def test_every_function_is_named_as_in_cpython() -> None:
    """No name of the library is an invention, but for those that begin with an underscore."""
    added = {"heappush_max", "heappop_max", "heapify_max", "heapreplace_max", "heappushpop_max"}  # in CPython 3.14
    modules = {"heapq": heapq, "functools": functools, "itertools": itertools, "statistics": statistics}
    for module in MODULES:
        for name in source(module).functions:
            public = name.split("__")[0]
            if public and not public.startswith("_") and public not in added and module in modules:
                assert hasattr(modules[module], public) or public == "from_iterable"


NATIVE: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "heap sort": (
        """
import heapq
def f(xs: list[int]) -> list[int]:
    heap = []
    for x in xs:
        heapq.heappush(heap, x)
    return [heapq.heappop(heap) for _ in range(len(heap))]
""",
        [([5, 3, 8, 1, 9, 2],), ([],)],
    ),
    "heap of pairs": (
        """
from heapq import heapify, heappop
def f(xs: list[int]) -> list[tuple[int, int]]:
    heap = [(x % 3, x) for x in xs]
    heapify(heap)
    out = []
    while heap:
        out.append(heappop(heap))
    return out
""",
        [([5, 3, 8, 1, 9, 2],), ([],)],
    ),
    "an empty heap": (
        """
import heapq
def f(xs: list[int]) -> int:
    heapq.heapify(xs)
    a = heapq.heappop(xs)

    return a + heapq.heappop(xs)
""",
        [([5, 3],), ([4],), ([],)],
    ),
    "bisect": (
        """
import bisect
def f(xs: list[float], x: float, low: int) -> int:
    bisect.insort(xs, x)
    return bisect.bisect(xs, x) * 100 + bisect.bisect_left(xs, x, low)
""",
        [([1.0, 2.0, 2.0, 3.0], 2.0, 0), ([], 1.0, 0), ([], 1.0, -1), ([1.0], 0.5, 9)],
    ),
    "pairs": (
        """
from itertools import combinations
def f(xs: list[int]) -> int:
    total = 0
    for a, b in combinations(xs, 2):
        total += a * b
    return total
""",
        [([1, 2, 3, 4],), ([1],)],
    ),
    "words": (
        """
from itertools import permutations
def f(s: str) -> str:
    return ",".join([''.join(p) for p in permutations(s)])
""",
        [("abc",), ("",), ("x",)],
    ),
    "choices": (
        """
from itertools import combinations
def f(xs: list[int], r: int) -> list[int]:
    out = []
    for c in combinations(xs, r):
        out.append(sum(c))
    return out
""",
        [([1, 2, 3, 4, 5], 3), ([1], -1), ([1], 0), ([1], 2)],
    ),
    "running sums": (
        """
from itertools import accumulate, chain, pairwise
def f(xs: list[int]) -> list[int]:
    return list(accumulate(xs)) + list(chain(xs, xs)) + [b - a for a, b in pairwise(xs)]
""",
        [([1, 2, 3],), ([],), ([2**62, 2**62],)],
    ),
    "groups": (
        """
from itertools import groupby
def f(s: str) -> list[int]:
    return [ord(k) * 100 + len(list(g)) for k, g in groupby(s)]
""",
        [("aabccc",), ("",)],
    ),
    "constants": (
        """
import string, sys
def f(s: str) -> int:
    return sum(1 for c in s if c in string.ascii_lowercase) + sys.maxsize // 2
""",
        [("abcD",)],
    ),
    "statistics": (
        """
import statistics
def f(xs: list[float]) -> float:
    return statistics.median(xs) + statistics.fmean(xs) + statistics.mode(xs)
""",
        [([1.5, 2.5, 9.0],), ([],), ([0.1, 0.2],)],
    ),
    "spreads": (
        """
from statistics import mean, pstdev, pvariance, stdev, variance
def f(xs: list[float]) -> list[float]:
    return [mean(xs), pvariance(xs), pstdev(xs), variance(xs), stdev(xs)]
""",
        [([1.5, 2.25, 0.1, 7.0],), ([],), ([1.0],), ([1e300, -1e300],), ([0.1] * 10,), ([1e308, 1e308],)],
    ),
    "spreads of ints": (
        """
from statistics import mean, pstdev, pvariance, stdev, variance
def f(xs: list[int]) -> str:
    return " ".join([str(mean(xs)), str(pvariance(xs)), str(pstdev(xs)), str(variance(xs)), str(stdev(xs))])
""",
        [([1, 2, 3, 6],), ([1, 2, 3],), ([4, 4],), ([2**62, 1],), ([5],)],
    ),
    "mathematics inside": (
        "def f(x: float) -> float:\n    import math\n    from math import sqrt\n    return math.floor(sqrt(x)) + math.pi",
        [(2.0,), (-1.0,)],
    ),
}


@pytest.mark.parametrize(("cell", "calls"), NATIVE.values(), ids=NATIVE.keys())
def test_compiled(cell: str, calls: list[tuple[Any, ...]]) -> None:
    """In the native tier: values, and exceptions with the line of the cell's call."""
    check(cell, calls)


def check(cell: str, calls: list[tuple[Any, ...]]) -> None:
    """A compiled cell's ``f`` and CPython's agree."""
    made = Cell(cell, "f")
    for arguments in calls:
        got, expected = made.run(*copy.deepcopy(arguments)), made.expect(*copy.deepcopy(arguments))
        if isinstance(got, Stopped) and got.is_limit:
            continue
        if isinstance(expected, Stopped):
            assert isinstance(got, Stopped)
            assert (got.exception, got.line) == (expected.exception, expected.line)
        else:
            assert repr(got) == repr(expected)


def test_refusals_point_at_the_call() -> None:
    """A refusal inside of a function of the library names it, and stands where the cell calls it."""
    cell = "import heapq\ndef f(xs: list[int]) -> int:\n    y = 1\n    heapq.heappush(xs, 'a')\n    return heapq.heappop(xs)\n"
    with pytest.raises(NotNativeError) as refused:
        Cell(cell)
    found = refused.value.diagnostics[0]
    assert "in heapq.heappush" in found.message
    assert (found.line, found.column) == (4, 4)


def test_mean_of_floats_is_exact() -> None:
    """`fmean` rounds the exact sum once."""
    cell = Cell("import statistics\ndef f(xs: list[float]) -> float:\n    return statistics.fmean(xs)")
    xs = [0.1] * 10 + [1e16, -1e16]
    assert cell.run(xs) == statistics.fmean(xs) == math.fsum(xs) / len(xs)


COUNTERS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "count": (
        "from collections import Counter\ndef f(s: str) -> dict[str, int]:\n    return dict(Counter(s))",
        [("abca",), ("",)],
    ),
    "most common": (
        (
            "from collections import Counter\ndef f(s: str, n: int) -> list[tuple[str, int]]:\n    c = Counter(s)\n"
            "    return c.most_common(2) + c.most_common() + c.most_common(None) + c.most_common(n)"
        ),
        [("abcab", 1), ("", 3), ("aab", -1)],
    ),
    "equal": (
        (
            "from collections import Counter\ndef f(a: str, b: str) -> list[bool]:\n    x, y = Counter(a), Counter(b)\n"
            "    x['z'] = 0\n    return [x == y, x != y, Counter(a) == Counter(b), y == x]"
        ),
        [("abc", "cab"), ("a", "b"), ("", ""), ("aa", "a")],
    ),
    "steps": (
        (
            "import collections\ndef f(xs: list[int]) -> list[int]:\n    c = collections.Counter()\n    for x in xs:\n"
            "        c[x] += 1\n    c.update(xs)\n    c.update({7: 3})\n    c.subtract([1, 1])\n    c.subtract(c)\n"
            "    del c[99]\n    return [c[1], c[77], len(c), c.total(), *c.values()]"
        ),
        [([1, 1, 3],), ([],)],
    ),
    "operators": (
        (
            "from collections import Counter\ndef f(xs: list[int]) -> list[int]:\n    c = Counter(xs)\n"
            "    d = Counter(x * 2 for x in xs)\n    d.subtract([5, 5, 2])\n    out = []\n"
            "    for e in [c + d, c - d, d - c, c | d, c & d]:\n        for k, n in e.items():\n            out += [k, n]\n    return out"
        ),
        [([1, 1, 3, 2],), ([],), ([4, 2, 1],)],
    ),
    "handed on": (
        (
            "from collections import Counter\ndef g(c):\n    return c['zz']\ndef f(s: str) -> int:\n"
            "    return g(Counter(s)) + g({'zz': 5})"
        ),
        [("a",)],
    ),
    "grouped": (
        (
            "from collections import defaultdict\ndef f(xs: list[int]) -> dict[int, list[int]]:\n    d = defaultdict(list)\n"
            "    for x in xs:\n        d[x % 3].append(x)\n    return dict(d)"
        ),
        [([1, 1, 3, 2],), ([],)],
    ),
    "summed": (
        (
            "from collections import defaultdict\ndef f(xs: list[int]) -> dict[int, float]:\n    d = defaultdict(float)\n"
            "    for x in xs:\n        d[x % 3] += x\n    d[5]\n    e = defaultdict(lambda: 1.5, d)\n    e[9] *= 2\n    return dict(e)"
        ),
        [([1, 1, 3, 2],), ([],)],
    ),
    "nested": (
        (
            "from collections import defaultdict\ndef f(xs: list[str]) -> int:\n    d = defaultdict(lambda: defaultdict(int))\n"
            "    s = defaultdict(set)\n    for x in xs:\n        d[x][len(x)] += 1\n        s[len(x)].add(x)\n"
            "    return sum(v for e in d.values() for v in e.values()) * 100 + len(s[1]) + len(d)"
        ),
        [(["a", "bb", "a", "c"],), ([],)],
    ),
    "as a dict": (
        (
            "from collections import defaultdict\ndef f(n: int) -> int:\n    d = defaultdict(int)\n"
            "    return d.get(n, -1) * 10 + len(d) + d.pop(n, 4) + (n in d) + d[n] + (n in d)"
        ),
        [(3,)],
    ),
    "while it changes": (
        (
            "from collections import defaultdict\ndef f(n: int) -> int:\n    d = defaultdict(int)\n    for k in range(n):\n"
            "        d[k] = k\n    for k in d:\n        d[k + 100]\n    return len(d)"
        ),
        [(3,), (0,)],
    ),
}


@pytest.mark.parametrize(("cell", "calls"), COUNTERS.values(), ids=COUNTERS.keys())
def test_counters_and_defaultdicts(cell: str, calls: list[tuple[Any, ...]]) -> None:
    """Values, order of the entries, and exceptions."""
    check(cell, calls)


@pytest.mark.parametrize(
    "line",
    [
        "return str(c)",
        "return c == {'a': 1}",
        "return [c] == [c]",
        "return c < c",
        "return c if n else {'a': 1}",
        "d = defaultdict(lambda: n)",
        "d = defaultdict(int); return d == {}",
        "c['a'] = 1.5; return c['b']",
    ],
)
def test_what_a_counter_is_not(line: str) -> None:
    """Where a Counter or a defaultdict would show that it is one."""
    cell = f"from collections import Counter, defaultdict\ndef f(n: int) -> int:\n    c = Counter('ab')\n    {line}\n    return 1"
    with pytest.raises(NotNativeError):
        Cell(cell)


COPIES: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "lists of lists": (
        """
import copy
def f(xs: list[list[int]]) -> list[int]:
    ys = copy.deepcopy(xs)
    ys[0][0] = 9
    zs = copy.copy(xs)
    zs[0][0] += 1
    zs.append([5])
    return [ys[0][0], xs[0][0], len(xs), len(ys), len(zs)]
""",
        [([[1, 2], [3]],)],
    ),
    "one object twice": (
        """
from copy import deepcopy
def f(n: int) -> list[list[int]]:
    xs = [[0] * 3] * 3
    ys = deepcopy(xs)
    ys[0][0] = n
    zs = [xs[0], ys[1], [1]]
    ws = deepcopy(zs)
    ws[0][1] = 4
    return xs + ys + zs + ws
""",
        [(7,)],
    ),
    "dicts of tuples of lists": (
        """
from copy import deepcopy
def f(n: int) -> list[str]:
    d = {"a": (["x", "y"], n), "b": (["z"], 2)}
    e = deepcopy(d)
    e["a"][0].append("new" + str(n))
    del e["b"]
    return d["a"][0] + e["a"][0] + list(d) + list(e)
""",
        [(7,)],
    ),
    "records": (
        """
import copy
from dataclasses import dataclass
@dataclass
class P:
    name: str
    tags: list[str]
def f(n: int) -> str:
    p = P("a" + str(n), ["t"])
    q = copy.copy(p)
    r = copy.deepcopy([p, q, p])
    q.name = "q"
    q.tags.append("s")
    r[0].tags.append("r")
    return p.name + str(p.tags) + q.name + str(q.tags) + str([x.tags for x in r])
""",
        [(7,)],
    ),
    "a circle": (
        """
import copy
class Node:
    def __init__(self, v):
        self.v = v
        self.next = None
def f(n: int) -> int:
    a = Node(1)
    b = Node(2)
    a.next = b
    b.next = a
    c = copy.deepcopy(a)
    c.v = n
    d = c.next
    if d is None:
        return 0
    e = d.next
    if e is None:
        return 1
    return e.v * 10 + a.v
""",
        [(7,)],
    ),
    "sets, and what never changes": (
        """
import copy
def f(n: int) -> int:
    s = {1, 2, n}
    t = copy.copy(s)
    t.add(99)
    u = copy.deepcopy({1: {2: [n]}})
    u[1][2].append(3)
    return len(s) * 100 + len(t) * 10 + len(u[1][2]) + copy.deepcopy(n) + len(copy.copy("abc")) + copy.copy((1, n))[1]
""",
        [(7,)],
    ),
}


@pytest.mark.parametrize(("cell", "calls"), COPIES.values(), ids=COPIES.keys())
def test_copies(cell: str, calls: list[tuple[Any, ...]]) -> None:
    """What is one object in the original is one in the copy."""
    check(cell, calls)


def test_a_class_that_copies_itself() -> None:
    """Its own way is not taken, so it is refused."""
    cell = """
import copy
class Node:
    def __init__(self, v):
        self.v = v
    def __copy__(self):
        return Node(0)
def f(n: int) -> int:
    return copy.copy(Node(n)).v
"""
    with pytest.raises(NotNativeError):
        Cell(cell, "f")


DEQUES: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "breadth first": (
        """
from collections import deque
def f(graph: dict[int, list[int]], start: int) -> list[int]:
    seen = {start}
    queue = deque([start])
    out = []
    while queue:
        x = queue.popleft()
        out.append(x)
        for y in graph.get(x, []):
            if y not in seen:
                seen.add(y)
                queue.append(y)
    return out
""",
        [({1: [2, 3], 2: [4], 3: [4]}, 1), ({}, 5)],
    ),
    "looped over": (
        """
from collections import deque
def f(n: int) -> int:
    q = deque([1, 2, 3])
    out = []
    for x in q:
        out.append(x)
    for i, x in enumerate(q):
        out.append(i * x)
    return sum([x for x in q if x > 1]) + sum(q) + sum(out) + max(reversed(q))
""",
        [(1,)],
    ),
    "shorter while it is indexed": (
        """
from collections import deque
def f(n: int) -> int:
    q = deque(range(n))
    total = 0
    for i in range(len(q)):
        q.popleft()
        total += q[i]
    return total
""",
        [(5,), (0,)],
    ),
}


@pytest.mark.parametrize(("cell", "calls"), DEQUES.values(), ids=DEQUES.keys())
def test_deques(cell: str, calls: list[tuple[Any, ...]]) -> None:
    """Deques in cells (their operations one by one: ``test_runtime_c_deque``)."""
    check(cell, calls)


@pytest.mark.parametrize(
    "lines",
    [
        "for x in q:\n        q.append(x)",
        "for i, x in enumerate(q):\n        g(q)",
        "return sum([q.popleft() for x in q])",
        "return len(str(q))",
        "return q == [1]",
        "return len(q[1:])",
    ],
)
def test_what_a_deque_does_not(lines: str) -> None:
    """A loop that changes the deque stops in CPython, and a deque is no list."""
    cell = f"from collections import deque\ndef g(q):\n    q.pop()\ndef f(n: int) -> int:\n    q = deque([1])\n    {lines}\n    return 1"
    with pytest.raises(NotNativeError):
        Cell(cell, "f")


FUNCTIONS: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
    "reduce": (
        """
from functools import reduce
import operator
def g(a, b):
    return a * 2 + b
def f(xs: list[int]) -> int:
    k = len(xs)
    return reduce(operator.mul, xs) + reduce(lambda a, b: a + b * k, xs, 10) + reduce(g, xs) + reduce(max, xs)
""",
        [([1, 2, 3],), ([],)],
    ),
    "caches": (
        """
import functools
from functools import cache
@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
@cache
def ways(n, k):
    return 1 if n == 0 else 0 if n < 0 or k == 0 else ways(n - k, k) + ways(n, k - 1)
def f(n: int) -> int:
    return fib(n) + ways(n, n)
""",
        [(60,)],
    ),
    "functions given": (
        """
from itertools import accumulate, starmap, takewhile
import heapq
def f(xs: list[int]) -> list[int]:
    out = list(accumulate(xs, lambda a, b: a * b)) + list(accumulate(xs, max)) + heapq.nlargest(2, xs, key=lambda v: v % 3)
    return out + list(takewhile(lambda x: x < 3, xs)) + list(starmap(lambda a, b: a * b, zip(xs, xs)))
""",
        [([1, 2, 3],), ([],)],
    ),
    "rows and counting": (
        """
from itertools import count, product, zip_longest
def f(xs: list[int]) -> int:
    t = sum(a * b * c for a, b, c in product(xs, repeat=3))
    for a, b in zip_longest(xs, [1, 2], fillvalue=0):
        t = t * 10 + a * b
    for a, b in zip_longest(xs, [1]):
        t += (a or 0) * (b or 7)
    for i in count(t, 2):
        if i % 7 < 2:
            return i
""",
        [([1, 2, 3],), ([],)],
    ),
}


@pytest.mark.parametrize(("cell", "calls"), FUNCTIONS.values(), ids=FUNCTIONS.keys())
def test_functions_of_the_cell(cell: str, calls: list[tuple[Any, ...]]) -> None:
    """Functions that are handed to the library, and cached ones."""
    check(cell, calls)
