"""Arrays in native cells: every operation beside numpy, bit for bit where numpy's own order of work is fixed."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hermetic_nb import ArgumentError, arrays
from hermetic_nb.errors import NotNativeError
from hermetic_nb.signature import FLOAT, ArrayType, Parameter, Signature, abi, lifting
from hermetic_nb.signature.border import fit, unpack
from hermetic_nb.signature.gathering import MalformedResultError
from hermetic_nb.toolchains.native.inference.ulp import NUMPY_BOUNDS
from tests.unit.array_cells import HEAD, agree, cell, differences
from tests.unit.array_tables import OF_BOOLS, OF_FLOATS, OF_INTS, OF_TABLES, TURNED, lines
from tests.unit.native_cells import Cell, Stopped, spec_of

if TYPE_CHECKING:
    from pathlib import Path

NAN, INF = math.nan, math.inf
FLOATS: Final = [
    ([],),
    ([1.5],),
    ([3.0, 1.0, 2.0, -1.0, 0.5, 7.0, 7.0, -2.5, 1e300, 1e-300],),
    ([NAN, 1.0, 2.0],),
    ([-0.0, INF, -INF, 1e-320],),
    ([math.sin(i) * 1e3 for i in range(300)],),
]
INTS: Final = [([],), ([4],), ([3, 1, 2, -1, 7, 7, -2],), ([2**62, 2**62, 5],), ([0, -(2**63), 1],)]
BOOLS: Final = [([],), ([True],), ([True, False, True, True],)]
TABLES: Final = [
    ((2, 3, [1.0, 2.0, 3.0, 4.0, 5.0, 9.0]),),
    ((0, 3, []),),
    ((3, 0, []),),
    ((1, 1, [5.0]),),
    ((5, 4, [i * 7 % 11 - 3.3 for i in range(20)]),),
    ((2, 2, [NAN, 1.0, -0.0, INF]),),
    ((40, 9, [math.sin(i) * 10 for i in range(360)]),),
    ((17, 140, [math.cos(i) * 10 for i in range(17 * 140)]),),
]


@pytest.mark.parametrize(
    ("kind", "table", "cases"),
    [
        ("Array[float]", OF_FLOATS, FLOATS),
        ("Array[int]", OF_INTS, INTS),
        ("Array[bool]", OF_BOOLS, BOOLS),
        ("Array[float, 2]", OF_TABLES, TABLES),
        ("Array[float, 2]", TURNED, TABLES),
    ],
)
def test_expressions_are_numpys(kind: str, table: str, cases: list[tuple[Any, ...]]) -> None:
    found = []
    for result, expression in lines(table):
        found += differences(f"def f(a: {kind}) -> {result}:\n    return {expression}\n", cases)
    assert found == []


def test_the_tables_are_read() -> None:
    assert sum(len(lines(table)) for table in (OF_FLOATS, OF_INTS, OF_BOOLS, OF_TABLES)) > 250
    assert ("Array[bool]", "(a>0) & (a<3)") in lines(OF_FLOATS)


ROWS: Final = [
    ([1.0, 2.0, 3.0, 4.0, 5.0], [10.0, 20.0, 30.0, 40.0, 50.0]),
    ([1.0], [2.0]),
    ([], []),
    ([1.0, 2.0, 3.0], [1.0, 2.0]),
]


@pytest.mark.parametrize(
    "body",
    [
        "a[1:3] = b[1:3]",
        "a[1:] = a[:-1]",
        "a[:-1] = a[1:]",
        "a[::-1] = a",
        "a[0] = 7",
        "a[-1] += 2",
        "a += b",
        "a += a[::-1]",
        "a *= 2",
        "a /= b",
        "a **= 2",
        "a //= 2",
        "a[a>2] = 0",
        "a[a>2] *= 10",
        "a[a>2] = b[a>2]",
        "a[[0, 1]] = 5.0",
        "a[np.array([0, 0])] += 1",
        "v = a[1:]; v[0] = 99.0",
        "v = a[1:].copy(); v[0] = 99.0",
        "v = a; v += 1",
        "v = a; v = v + 1",
        "a[:] = 3",
        "a[:] = b",
        "a.sort()",
        "a[::2].sort()",
        "a.fill(2)",
        "a[1:3] += 5",
        "a -= a[0]",
        "m = a > 1; m[0] = True; a[m] = -1.0",
        "for i in range(len(a)): a[i] = b[i] * i",
        "for i, x in enumerate(a): a[i] = x + b[-1]",
        "for x, y in zip(a, b): a[0] += x * y",
        "for x in a: a[-1] = 100.0; a[0] = x",
        "t = a.reshape(1, -1); t[0, 0] = 4.0",
        "t = a.T; t[0] = 4.0",
    ],
)
def test_assignment_and_views_are_numpys(body: str) -> None:
    lines = body if body.startswith("for") else body.replace("; ", "\n    ")
    source = f"def f(a: Array[float], b: Array[float]) -> Array[float]:\n    {lines}\n    return a\n"
    assert differences(source, ROWS) == []


@pytest.mark.parametrize(
    "body",
    [
        "a[0] = b",
        "a[:, 0] = 1",
        "a[:, 0] = a[:, 1]",
        "a += b",
        "a[1, 1] = 5",
        "a[1, 1] *= 5",
        "a[:, 1] += 1",
        "a[a>2] = 0",
        "a[a[:, 0]>2] = b",
        "a[a[:, 0]>2] = 0.0",
        "a[0, a[0]>1] = 9",
        "a[a[:, 0]>2, 0] = 9",
        "a[np.array([0, 1])] = b",
        "a[:, np.array([0, 0])] = 3",
        "a[np.array([1]), 1:] = 8",
        "a[a[:, 1]>3, :2] = 8",
        "a[1:, np.array([0])] += 8",
        "a[1:] = a[:-1]",
        "r = a[0]; r[0] = 77",
        "c = a[:, 1]; c *= 2",
        "a.T[0] = 5",
        "for r in a: r += 1",
        "a = a.T",
        "a.sort(axis=0)",
        "n, m = a.shape; a = np.zeros((m, n)) + 1",
        "a[0], a[1] = a[1].copy(), a[0].copy()",
    ],
)
def test_assignment_to_two_axes_is_numpys(body: str) -> None:
    lines = body.replace("; ", "\n    ")
    source = f"def f(a: Array[float, 2], b: Array[float]) -> Array[float, 2]:\n    {lines}\n    return a\n"
    six = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    cases = [((2, 3, six), [10.0, 20.0, 30.0]), ((3, 2, six), [10.0, 20.0]), ((0, 0, []), []), ((2, 2, six[:4]), [1.0])]
    assert differences(source, cases) == []


@pytest.mark.parametrize(("shape", "other"), [((3,), (4,)), ((2, 3), (2,)), ((2, 3), (3, 3))])
def test_shapes_that_do_not_meet_stop_as_in_numpy(shape: tuple[int, ...], other: tuple[int, ...]) -> None:
    kinds = [f"Array[float, {len(s)}]" if len(s) == 2 else "Array[float]" for s in (shape, other)]
    result = "Array[float, 2]" if 2 in {len(shape), len(other)} else "Array[float]"
    source = f"def f(a: {kinds[0]}, b: {kinds[1]}) -> {result}:\n    return a + b\n"
    native = cell(source).run(*(arrays.plain(np.ones(s)) for s in (shape, other)))
    assert isinstance(native, Stopped)
    assert (native.exception, native.line) == ("ValueError", 4)


_LATER = {
    "an operation": "(a * 2) + g(a)",
    "the array": "a + g(a)",
    "the array, brought to floats": "a + g(a) * 0.5",
    "a new array of floats": "a.astype(float) + g(a)",
    "an array of the array": "np.array(a, dtype=float) * g(a) + np.asarray(a, dtype=float)",
    "on both sides": "(a + 1) * 0.5 + (a * 2 + g(a)) + a",
    "three operands": "np.where(a > 2, a * 2, g(a))",
    "extremes": "np.maximum(a * 1, a + g(a)) - a.sum() * np.minimum(np.abs(a), g(a))",
    "a mask": "a[a > 1].sum() + a * g(a)",
    "shapes before an index": "(a + np.array([1, 2])) * a[7]",
    "a power before an index": "(a ** -a) * a[7]",
    "an index before shapes": "a[7] * (a + np.array([1, 2]))",
    "a row before shapes": "a.reshape(1, -1)[1] * (a + np.array([1, 2]))",
    "shapes before a row": "(a + np.array([1, 2])) * a.reshape(1, -1)[1]",
}


@pytest.mark.parametrize("expression", _LATER.values(), ids=_LATER)
def test_what_stands_to_the_left_is_done_first(expression: str) -> None:
    body = f"def g(x):\n    x += 1\n    return 2\n\ndef f(a: Array[int]) -> Array[float]:\n    return ({expression}) * 1.0\n"
    assert differences(body, [([1, 2, 3],), ([5, -1],), ([],), ([3] * 8,)]) == []


@pytest.mark.parametrize("name", ["min", "max", "argmin", "argmax", "sum", "prod", "mean", "cumsum"])
@pytest.mark.parametrize("axis", [0, 1])
def test_reductions_of_arrays_without_items_are_numpys(name: str, axis: int) -> None:
    result = "Array[float, 2]" if name == "cumsum" else "Array[int]" if "arg" in name else "Array[float]"
    source = f"def f(a: Array[float, 2]) -> {result}:\n    return a.{name}(axis={axis})\n"
    assert differences(source, [((0, 0, []),), ((0, 3, []),), ((3, 0, []),)]) == []


def test_products_are_numpys_within_any_order_of_summation() -> None:
    rng = np.random.default_rng(7)
    source = "def f(a: Array[float, 2], b: Array[float, 2]) -> Array[float, 2]:\n    return a @ b\n"
    for m, k, n in [(1, 1, 1), (2, 3, 4), (5, 7, 3), (9, 130, 6), (4, 0, 4)]:
        a, b = rng.standard_normal((m, k)), rng.standard_normal((k, n))
        rows, columns, items = cell(source).run(arrays.plain(a), arrays.plain(b))
        bound = k * 2.0**-52 * (np.abs(a) @ np.abs(b))
        assert (np.abs(np.array(items).reshape(rows, columns) - a @ b) <= bound).all()
    ints = "def f(a: Array[int, 2], b: Array[int]) -> Array[int]:\n    return a @ b\n"
    assert differences(ints, [((2, 3, [1, 2, 3, 4, 5, 2**62]), [7, 8, 9])]) == []


@pytest.mark.parametrize(
    "name",
    [
        "exp",
        "expm1",
        "exp2",
        "log",
        "log2",
        "log10",
        "log1p",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "cbrt",
        "arctan",
    ],
)
def test_library_functions_are_within_their_bound(name: str) -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.standard_normal(400), rng.uniform(0, 700, 400), [0.0, -0.0, INF, -INF, NAN, -1.0]])
    source = f"def f(a: Array[float]) -> Array[float]:\n    return np.{name}(a)\n"
    assert differences(source, [(values.tolist(),)], ulps=NUMPY_BOUNDS[f"numpy.{name}"]) == []
    assert cell(source).payload.ulp == {f"numpy.{name}": NUMPY_BOUNDS[f"numpy.{name}"]}


@pytest.mark.parametrize("name", ["arcsin", "arccos"])
def test_library_functions_of_small_numbers_are_within_their_bound(name: str) -> None:
    values = np.random.default_rng(2).uniform(-1.5, 1.5, 800)
    source = f"def f(a: Array[float]) -> Array[float]:\n    return np.{name}(a)\n"
    assert differences(source, [(values.tolist(),)], ulps=NUMPY_BOUNDS[f"numpy.{name}"]) == []


@pytest.mark.parametrize("name", ["arctan2", "hypot"])
def test_library_functions_of_two_are_within_their_bound(name: str) -> None:
    rng = np.random.default_rng(4)
    source = f"def f(a: Array[float], b: Array[float]) -> Array[float]:\n    return np.{name}(a, b)\n"
    cases = [(rng.standard_normal(400).tolist(), (rng.standard_normal(400) * 1e3).tolist())]
    assert differences(source, cases, ulps=NUMPY_BOUNDS[f"numpy.{name}"]) == []


def test_powers_are_within_their_bound() -> None:
    bases = [0.5, 1.5, 7.25, -2.0, 0.0, INF, NAN, 1e200]
    source = "def f(a: Array[float], b: float) -> Array[float]:\n    return a**b + 0*np.power(a, a)\n"
    plain = "def f(a: Array[float], b: float) -> Array[float]:\n    return a**b\n"
    exponents = [3.0, -2.5, 0.0, 1.0, 2.0, 0.5, -1.0, 1e3]
    assert differences(plain, [(bases, exponent) for exponent in exponents], ulps=5) == []
    assert cell(source).payload.ulp == {"numpy.power": 5}


def test_sums_of_floats_are_numpys_bit_for_bit_in_every_layout() -> None:
    rng = np.random.default_rng(3)
    for view in ["a", "a.T", "a[::-1]", "a[:, ::-1]", "a[:, 3:]", "a[::2]", "a[:, ::2]", "a[1:-1, 2:-2]", "a.T[1:]"]:
        source = (
            "def f(a: Array[float, 2]) -> tuple[float, float, Array[float], Array[float], float]:\n"
            f"    v = {view}\n    return v.sum(), v.mean(), v.sum(axis=0), v.sum(axis=1), v.std()\n"
        )
        cases = [
            (arrays.plain(rng.standard_normal(shape) * 10.0 ** rng.integers(-5, 5, shape)),)
            for shape in [(3, 5), (20, 9), (131, 140), (7, 1000), (700, 11)]
        ]
        assert differences(source, cases) == [], view


@settings(max_examples=60)
@given(st.lists(st.floats(allow_nan=True, width=64), max_size=40), st.integers(-5, 45), st.integers(-45, 45))
def test_slices_masks_and_sums_of_any_floats(items: list[float], start: int, stop: int) -> None:
    source = (
        "def f(a: Array[float], i: int, j: int) -> tuple[Array[float], Array[float], float, Array[float]]:\n"
        "    return a[i:j], a[a > a.sum()], a[i:].sum(), np.sort(a[:j])\n"
    )
    made = cell(source)
    native = made.run(items, start, stop)
    values = np.array(items)
    with np.errstate(all="ignore"):
        total = values.sum()
        expected = (values[start:stop], values[values > total], values[start:].sum(), np.sort(values[:stop]))
    # Of zeros of both signs numpy's sort keeps no order.
    assert agree(native[:3], arrays.plain(expected[:3]))
    assert agree([x + 0.0 for x in native[3]], [x + 0.0 for x in expected[3].tolist()])


@pytest.mark.parametrize(
    ("expression", "cases"),
    [
        ("a[0]/a[1]", [([1.0, 0.0],)]),
        ("a[0]//a[1]", [([1.0, 0.0],)]),
        ("a[0]%a[1]", [([1.0, 0.0],)]),
        ("1/a[0]", [([0.0],)]),
        ("a[0]**a[1]", [([0.0, -1.0],), ([1e300, 2.0],), ([-8.0, 1 / 3],)]),
        ("a.sum()/len(a)", [([],)]),
        ("float(a.astype(int)[0])", [([NAN],), ([1e300],)]),
    ],
)
def test_where_pythons_numbers_and_numpys_part_the_call_stops_at_a_limit(expression: str, cases: list[Any]) -> None:
    made = cell(f"def f(a: Array[float]) -> float:\n    return {expression}\n")
    for case in cases:
        native = made.run(*case)
        assert isinstance(native, Stopped)
        assert native.is_limit
        assert native.line == 4


@pytest.mark.parametrize("expression", ["a[0]/3", "float(a[0] > 1.5)", "a[0]/a[1]"])
def test_ints_that_floats_do_not_hold_stop_at_a_limit(expression: str) -> None:
    native = cell(f"def f(a: Array[int]) -> float:\n    return {expression}\n").run([2**53 + 1, 3])
    assert isinstance(native, Stopped)
    assert native.is_limit


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("return np.fft(a)", "np.fft"),
        ("return np.linalg.norm(a)", "np.linalg"),
        ("return np.random.rand(3)", "np.random"),
        ("return a.nbytes", "nbytes"),
        ("return a.tofile('x')", "tofile"),
        ("return np.argsort(a)", 'kind="stable"'),
        ("return a if a else -a", "truth value"),
        ("return a[1, 2]", "too many indices"),
        ("return a[...]", "..."),
        ("return (a > 0) - (a < 0)", "bools"),
        ("return -(a > 0)", "bools"),
        ("return a & 1", "floats"),
        ("return 0 < a < 1", "chain"),
        ("return sum(a)", "np.sum"),
        ("return sum(x for x in a)", "np.sum"),
        ("return round(a[0], 2)", "round(float(x), n)"),
        ("return f'{a[0]!r}'", "texts"),
        ("return str([a[0]])", "texts"),
        ("return isinstance(a[0], int)", "isinstance"),
        ("return ~(a[0] > 1)", "~"),
        ("return (a[0] > 1) + (a[1] > 1)", "bools"),
        ("return np.zeros((2, 2, 2))", "one axis or two"),
        ("b = np.array([1, 2]); b[0] = a[0]", "goes into an array of int"),
        ("b = np.array([1, 2]); b += 0.5", "+="),
        ("b = np.array([1, 2]); b[:] = a", "goes into an array of int"),
        ("return [a] == [a]", "compared"),
        ("return a.astype('float32')", "dtype"),
        ("return np.sum(a, axis=1)", "no axis 1"),
        ("return np.floor(np.array([1, 2]))", "ints"),
    ],
)
def test_what_is_not_held_is_refused_with_its_line(line: str, says: str) -> None:
    body = line.replace("; ", "\n    ")
    with pytest.raises(NotNativeError) as refused:
        Cell(f"{HEAD}def f(a: Array[float]) -> float:\n    {body}\n", "f")
    first = refused.value.diagnostics[0]
    assert first.line == 4 + body.count("\n")
    assert says in first.message


def test_arrays_live_in_helpers_containers_and_records() -> None:
    source = """
from dataclasses import dataclass

@dataclass
class Step:
    weights: Array[float]
    count: int

    def go(self, x):
        self.weights += x * self.count
        return self.weights.sum()

def twice(x, k):
    return x * k

def f(a: Array[float]) -> Array[float]:
    rows = [a, twice(a, 2), twice(a, a)]
    named = {"tail": a[1:]}
    best = None
    for row in rows:
        if best is None or row.sum() > best.sum():
            best = row
    assert best is not None
    step = Step(a.copy(), 2)
    total = step.go(a)
    rows[0][0] = 5.0
    named["tail"][-1] = 7.0
    step.weights[0] = total
    return best + rows[1] + step.weights
"""
    assert differences(source, [([1.0, 2.0, 3.0],), ([0.5, -4.0],)]) == []


def test_a_loop_over_items_is_numpys() -> None:
    source = """
def f(a: Array[float], n: int) -> Array[float]:
    kernel = np.array([0.25, 0.5, 0.25])
    out = np.zeros(len(a))
    for _ in range(n):
        for i in range(1, len(a) - 1):
            out[i] = np.sum(a[i - 1:i + 2] * kernel)
        a, out = out, a
    return a
"""
    assert differences(source, [([float(i * i % 17) for i in range(40)], n) for n in range(4)]) == []


def test_many_temporaries_do_not_use_up_memory() -> None:
    made = cell("""
def f(a: Array[float], n: int) -> float:
    total = 0.0
    for i in range(n):
        b = a[::-1] * 2.0 + i
        c = b[b > 1.0]
        total += c.sum() + b.reshape(2, -1).T.sum()
    return total
""")
    few, many = made.pages_after([1.0] * 1000, 3), made.pages_after([1.0] * 1000, 3000)
    assert few == many


# ---------------------------------------------------------------- the border


def _signature(axes: int) -> Signature:
    return Signature((Parameter("a", ArrayType(FLOAT, axes)),), FLOAT)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ([1, 2.5], [1.0, 2.5]),
        (np.array([1.0, 2.5]), [1.0, 2.5]),
        (np.array([1, 2]), [1.0, 2.0]),
        (np.arange(6.0)[::2], [0.0, 2.0, 4.0]),
        (np.array([1.5], dtype=np.float32), [1.5]),
        (np.zeros(0), []),
        (range(3), [0.0, 1.0, 2.0]),
    ],
)
def test_what_becomes_an_array_of_one_axis(value: Any, stored: list[float]) -> None:
    assert unpack(fit(_signature(1), (value,), {}, packed=True)) == (stored,)
    assert fit(_signature(1), (value,), {}) == (stored,)
    assert fit(_signature(1), (value,), {}, wide=True) == (stored,)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ([[1, 2], [3, 4]], (2, 2, [1.0, 2.0, 3.0, 4.0])),
        (np.arange(6.0).reshape(2, 3), (2, 3, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0])),
        (np.arange(6.0).reshape(2, 3).T, (3, 2, [0.0, 3.0, 1.0, 4.0, 2.0, 5.0])),
        (np.zeros((0, 4)), (0, 4, [])),
        ((0, 4, []), (0, 4, [])),
        ([], (0, 0, [])),
        ([np.array([1.0]), [2]], (2, 1, [1.0, 2.0])),
    ],
)
def test_what_becomes_an_array_of_two_axes(value: Any, stored: tuple[int, int, list[float]]) -> None:
    assert unpack(fit(_signature(2), (value,), {}, packed=True)) == (stored,)
    assert fit(_signature(2), (value,), {}) == (stored,)


@pytest.mark.parametrize(
    ("axes", "value", "says"),
    [
        (1, np.zeros((2, 2)), "2 axes"),
        (2, np.zeros(3), "1 axis"),
        (2, [[1.0], [1.0, 2.0]], "different lengths"),
        (2, [1.0, 2.0], "row 0"),
        (2, (2, 2, [1.0]), "1 items"),
        (1, "text", "str"),
        (1, ["a"], "str"),
        (1, [True], "bool"),
        (1, np.array([2**53 + 1]), "exactly"),
        (1, 3.0, "float"),
        (1, np.array(3.0), "0 axes"),
    ],
)
def test_what_is_no_array_is_refused(axes: int, value: Any, says: str) -> None:
    for packed in (False, True):
        with pytest.raises(ArgumentError, match=says):
            fit(_signature(axes), (value,), {}, packed=packed)


def test_arguments_of_numpy_are_not_copied_on_their_way() -> None:
    values = np.arange(8.0)
    (fitted,) = fit(_signature(1), (values,), {}, packed=True)
    assert np.shares_memory(np.frombuffer(fitted), values)
    (_, buffer), *_ = abi.lower(_signature(1), (fitted,)).buffers
    assert np.shares_memory(np.frombuffer(buffer), values)


def test_a_result_whose_shape_is_not_that_of_its_items_is_refused() -> None:
    kind = ArrayType(FLOAT, 2)
    data = np.array([3, 2], dtype="<i8").tobytes() + bytes(4) + (5).to_bytes(4, "little") + bytes(40)
    for packed in (False, True):
        with pytest.raises(MalformedResultError, match="shape"):
            lifting.lift(kind, data, packed=packed)


@pytest.mark.parametrize("text", ["Array[float]", "Array[int, 2]", "Array[bool]", "tuple[Array[float], float]"])
def test_types_of_arrays_have_one_text(text: str) -> None:
    spec = spec_of(f"from hermetic_nb import Array\ndef f(a: {text}) -> {text}:\n    return a\n")
    assert str(spec.signature.result) == text
    assert Signature.from_json(spec.signature.to_json()) == spec.signature


@pytest.mark.parametrize("text", ["Array[str]", "Array[float, 3]", "Array[float, 1, 2]", "Array[float, 'x']"])
def test_other_arrays_are_no_types(text: str) -> None:
    with pytest.raises(ValueError, match="one axis"):
        spec_of(f"from hermetic_nb import Array\ndef f(a: {text}) -> float:\n    return 1.0\n")


# ---------------------------------------------------------------- sealed


SEALED: Final = '''import numpy as np
from hermetic_nb import Array

def scaled(a: Array[float, 2], by: Array[float]) -> tuple[Array[float, 2], float]:
    """Centre the columns.

    >>> scaled(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, 2.0]))
    (array([[-1., -2.],
           [ 1.,  2.]]), 5.0)
    """
    centred = (a - a.mean(axis=0)) * by
    return centred, float(np.abs(centred).sum() - np.exp(by * 0).sum() + 1)
'''


def test_a_sealed_tool_takes_and_gives_numpys_arrays(tmp_path: Path) -> None:
    from hermetic_nb import Toolbox

    box = Toolbox(tmp_path)
    tool = box.seal(SEALED)
    assert tool.tier == "native"
    assert tool.proof.examples == 1
    assert tool.proof.compared == 120
    assert tool.proof.reference.endswith("numpy")
    centred, total = tool(np.array([[1.0, 2.0], [5.0, 4.0]]), [1, 1])
    assert isinstance(centred, np.ndarray)
    assert centred.tolist() == [[-2.0, -1.0], [2.0, 1.0]]
    assert total == 5.0
    receipt = tool.call([[1, 2]], np.ones(2))
    assert receipt.arguments == {"a": (1, 2, [1.0, 2.0]), "by": [1.0, 1.0]}
    assert receipt.value == ((1, 2, [0.0, 0.0]), -1.0)
    assert tool.replay(receipt).digest == receipt.digest
    box.close()


def test_what_native_refuses_of_arrays_is_no_tool_of_the_python_tier(tmp_path: Path) -> None:
    from hermetic_nb import Toolbox

    box = Toolbox(tmp_path)
    with pytest.raises(NotNativeError) as refused:
        box.seal(
            "import numpy as np\nfrom hermetic_nb import Array\ndef f(a: Array[float]) -> float:\n    return np.fft(a)\n"
        )
    assert refused.value.diagnostics[0].line == 4
    assert "python tier has no numpy" in refused.value.help
    box.close()


def test_the_python_tier_takes_no_arrays(tmp_path: Path) -> None:
    from hermetic_nb import BuildError, Toolbox

    box = Toolbox(tmp_path)
    with pytest.raises(BuildError, match="takes or gives arrays"):
        box.seal("from hermetic_nb import Array\ndef f(a: Array[float]) -> float:\n    return a[0]\n", tier="python")
    box.close()


def test_without_numpy_the_seal_says_that_nothing_was_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hermetic_nb import Toolbox

    monkeypatch.setattr(arrays, "numpy", lambda: None)
    box = Toolbox(tmp_path)
    tool = box.seal(
        "import numpy as np\nfrom hermetic_nb import Array\ndef f(a: Array[float]) -> Array[float]:\n    return a * 2\n"
    )
    assert tool.proof.compared == 0
    assert any("numpy is not installed" in note for note in tool.proof.notes)
    assert list(tool([1.5, 2.0])) == [3.0, 4.0]
    box.close()


@pytest.mark.parametrize(
    "body",
    [
        "return float(a.ctypes.data)",
        "a.tofile('x')",
        "return a.view('O')[0]",
        "a.dtype = 'O'",
        "import numpy.ctypeslib",
    ],
)
def test_the_reference_keeps_numpys_ways_to_files_and_memory_from_cells(body: str) -> None:
    from hermetic_nb import BuildError
    from hermetic_nb.reference import Reference

    reference = Reference()
    with pytest.raises(BuildError, match="not available in the CPython reference"):
        reference.cases(spec_of(f"{HEAD}def f(a: Array[float]) -> float:\n    {body}\n    return 1.0\n"), [([1.0],)])
    reference.close()


@pytest.mark.parametrize(
    ("kind", "view"),
    [
        ("Array[float]", "a[::2].reshape(-1, 1)"),
        ("Array[float]", "a[::-1].reshape(1, -1)"),
        ("Array[float]", "a[1:].reshape(-1, 1)[::2]"),
        ("Array[float, 2]", "a.T.reshape(a.shape[1], a.shape[0])"),
        ("Array[float, 2]", "a[:, ::2].reshape(a.shape[0], -1)"),
        ("Array[float, 2]", "a[:, :1].reshape(1, -1)"),
        ("Array[float, 2]", "a.T.reshape(a.shape[0], -1)"),
        ("Array[float, 2]", "a[::-1].reshape(a.shape[1], -1)"),
        ("Array[float, 2]", "a[:, 0].ravel().reshape(-1, 1)"),
        ("Array[float, 2]", "a[:1].ravel().reshape(-1, 1)"),
        ("Array[float, 2]", "a[:1, ::2].ravel().reshape(-1, 1)"),
        ("Array[float, 2]", "a.T[:, :1].ravel().reshape(-1, 1)"),
    ],
)
def test_what_is_a_view_in_numpy_is_one_here(kind: str, view: str) -> None:
    cases = [([1.0, 2.0, 3.0, 4.0, 5.0],)] if kind == "Array[float]" else TABLES
    assert differences(f"def f(a: {kind}) -> {kind}:\n    v = {view}\n    v[:, :] = 9.5\n    return a\n", cases) == []
