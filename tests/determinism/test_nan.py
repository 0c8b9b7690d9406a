"""A NaN has the same bits on every CPU: what raises the flag runs again, and what raises none is found before (docs/nan.md)."""

from __future__ import annotations

import math
import platform
import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hermetic_nb as hnb
from hermetic_nb.executors.configuration import Kind
from hermetic_nb.executors.nan import may_hold_nan
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Done, Step
from hermetic_nb.toolchains.native.compiler import compile_spec
from tests.unit import wat_modules as wat
from tests.unit.native_cells import spec_of

CANONICAL = 0x7FF8 << 48
NEGATIVE = CANONICAL | 1 << 63
INF = math.inf

MADE: dict[str, tuple[str, float, float]] = {
    "0/0": ("(f64.div (local.get 0) (local.get 1))", 0.0, 0.0),
    "inf/inf": ("(f64.div (local.get 0) (local.get 1))", INF, -INF),
    "inf-inf": ("(f64.sub (local.get 0) (local.get 1))", INF, INF),
    "-inf+inf": ("(f64.add (local.get 0) (local.get 1))", -INF, INF),
    "0*inf": ("(f64.mul (local.get 0) (local.get 1))", 0.0, -INF),
    "sqrt": ("(f64.sqrt (local.get 0))", -1.0, 0.0),
    "then added": ("(f64.add (f64.div (local.get 0) (local.get 1)) (f64.const 1))", 0.0, 0.0),
    "then the least": ("(f64.min (f64.div (local.get 0) (local.get 1)) (f64.const 1))", 0.0, 0.0),
    "then rounded": ("(f64.nearest (f64.div (local.get 0) (local.get 1)))", 0.0, 0.0),
    "of 32 bits": (
        "(f64.promote_f32 (f32.div (f32.demote_f64 (local.get 0)) (f32.demote_f64 (local.get 1))))",
        0.0,
        0.0,
    ),
    "in a vector": (
        "(f64x2.extract_lane 1 (f64x2.div (f64x2.splat (local.get 0)) (f64x2.splat (local.get 1))))",
        0.0,
        0.0,
    ),
    "root in a vector": ("(f64x2.extract_lane 0 (f64x2.sqrt (f64x2.splat (local.get 0))))", -4.0, 0.0),
}


@pytest.fixture(scope="module")
def executor() -> Iterator[WasmExecutor]:
    made = WasmExecutor()
    yield made
    made.close()


def bits(body: str) -> bytes:
    """A module that gives the bits of a float of two others."""
    return wat.wasm(wat.run_of(f"(param f64 f64) (result i64) (i64.reinterpret_f64 {body})"))


def native(executor: WasmExecutor, payload: bytes, *values: float) -> Step:
    """Run it as a tool of the native tier, which runs plain code first."""
    return wat.start(executor, payload, "float, float -> int", *values, tier="native")


def on_engine(kind: Kind, payload: bytes, *values: float) -> object:
    """What code of one kind alone gives; None for a trap."""
    import wasmtime

    from hermetic_nb.executors.engine import engine

    store = wasmtime.Store(engine(kind))
    instance = wasmtime.Instance(store, wasmtime.Module(engine(kind), payload), [])
    run = instance.exports(store)["run"]
    assert isinstance(run, wasmtime.Func)
    try:
        found: object = run(store, *values)
    except (wasmtime.Trap, wasmtime.WasmtimeError):
        return None
    return found


def signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number


@pytest.mark.parametrize("name", MADE)
def test_a_nan_that_is_made_has_one_form(executor: WasmExecutor, name: str) -> None:
    body, *values = MADE[name]
    assert native(executor, bits(body), *values) == Done(signed(CANONICAL))


@pytest.mark.parametrize("name", MADE)
def test_the_test_above_can_fail(name: str) -> None:
    """Plain code alone gives this CPU's bits."""
    body, *values = MADE[name]
    found = on_engine(Kind.PLAIN, bits(body), *values)
    expected = {"x86_64": NEGATIVE, "aarch64": CANONICAL}[platform.machine()]
    assert found == signed(expected)


@pytest.mark.parametrize("values", [(math.nan, 1.0), (1.0, math.nan), (-math.nan, math.nan)])
def test_a_nan_of_an_argument_has_one_form(executor: WasmExecutor, values: tuple[float, float]) -> None:
    payload = bits("(f64.add (local.get 0) (local.get 1))")
    assert native(executor, payload, *values) == Done(signed(CANONICAL))


@pytest.mark.parametrize(
    "constant",
    [
        "(f64.const nan)",
        "(f64.const -nan)",
        "(f64.const nan:0x1)",
        "(f64.load (i32.const 72))",
        "(global.get $n)",
        "(f64x2.extract_lane 1 (v128.const f64x2 1 -nan))",
    ],
)
def test_a_nan_that_the_module_brings_has_one_form(executor: WasmExecutor, constant: str) -> None:
    data = '(data (i32.const 72) "\\00\\00\\00\\00\\00\\00\\f8\\ff")' if "load" in constant else ""
    held = "(global $n f64 (f64.const -nan))" if "global" in constant else ""
    body = wat.run_of(f"(param f64 f64) (result i64) (i64.reinterpret_f64 (f64.add {constant} (local.get 1)))")
    payload = wat.wasm(f"{held} {data} {body}")
    assert may_hold_nan(payload)
    assert native(executor, payload, 1.0, 1.0) == Done(signed(CANONICAL))


def test_a_module_that_brings_none_is_not_suspected() -> None:
    plain = "(f64.add (f64.const 1.5) (f64.const -inf))"
    assert not may_hold_nan(bits(plain))
    mask = "(f64x2.extract_lane 0 (v128.xor (v128.const i64x2 -1 -1) (f64x2.splat (f64.const 2))))"
    assert not may_hold_nan(bits(mask))
    assert not may_hold_nan(wat.wasm('(data (i32.const 0) "\\00\\00\\00\\00\\00\\00\\f0\\7f")'))


@given(st.integers(0, (1 << 64) - 1))
def test_constants_are_found_by_their_bits(number: int) -> None:
    value = struct.unpack("<d", number.to_bytes(8, "little"))[0]
    text = f"(f64.reinterpret_i64 (i64.const {number}))"  # hides nothing: a number as bytes of the code
    payload = bits(text)
    constant = b"\x44" + number.to_bytes(8, "little")
    planted = payload[:8] + b"\x0a" + bytes([len(constant) + 1]) + b"\x00" + constant
    assert may_hold_nan(planted) == math.isnan(value)


@given(st.binary(max_size=200))
def test_any_bytes_are_read(data: bytes) -> None:
    assert may_hold_nan(data) in {True, False}
    assert may_hold_nan(b"\0asm\1\0\0\0" + data) in {True, False}


CELLS = [
    f"def f(a: float, b: float) -> float:\n    return {expression}\n"
    for expression in (
        "a * b - a * b",
        "(a - b) * (a + b) / 3.0",
        "a * 1e308 * 10.0 - b * 1e308 * 10.0",
        "min(a * b, a - b)",
        "max(a, b) - a",
        "abs(a * 1e300 * 1e300 - 1e300 * 1e300 * b)",
        "a * 1e200 * 1e200 * 0.0",
        "-(a * 1e200 * 1e200) + b * 1e200 * 1e200",
    )
]


@pytest.mark.parametrize("source", CELLS)
def test_cells_agree_with_cpython_where_nan_comes_and_goes(source: str) -> None:
    box = hnb.Toolbox(":memory:")
    try:
        tool = box.seal(source, tier="native")
        space: dict[str, object] = {}
        exec(source, space)
        function = space["f"]
        assert callable(function)
        for a in (0.0, 1.5, -2.0, INF, -INF, math.nan):
            for b in (0.0, 1.5, 3.0, INF):
                expected, found = function(a, b), tool(a, b)
                assert struct.pack("<d", found) == struct.pack("<d", math.nan if math.isnan(expected) else expected)
    finally:
        box.close()


STORED = {
    "an item": "    xs = [1.0] * int(a)\n    xs[1] = -math.nan\n    return math.copysign(1.0, xs[int(b)] + 1.0)\n",
    "a literal": "    xs = [1.0, -float('nan'), a]\n    xs[0] = xs[int(b)] * 2.0\n    return math.copysign(1.0, xs[0])\n",
}


@pytest.mark.parametrize("name", STORED)
def test_a_nan_that_the_compiler_stores_as_an_integer_has_one_form(executor: WasmExecutor, name: str) -> None:
    """LLVM makes it ``i64.const`` and ``i64.store``: no constant of the code is a NaN by its type."""
    payload = cell(STORED[name])
    assert (on_engine(Kind.PLAIN, payload, 3.0, 1.0), on_engine(Kind.CANONICAL, payload, 3.0, 1.0)) == (-1.0, 1.0)
    assert may_hold_nan(payload)
    assert wat.start(executor, payload, "float, float -> float", 3.0, 1.0, tier="native") == Done(1.0)


@pytest.mark.parametrize(
    ("number", "suspected"),
    [
        (signed(CANONICAL), True),
        (signed(NEGATIVE), True),
        (-1, False),
        ((1 << 63) - 1, False),
        (signed(0x7FF << 52), False),
    ],
)
def test_integers_are_suspected_only_where_the_compiler_would_write_them(number: int, *, suspected: bool) -> None:
    payload = wat.wasm(wat.run_of(f"(param f64 f64) (i64.store (i32.const 8) (i64.const {number}))"))
    assert may_hold_nan(payload) == suspected


def test_a_trap_keeps_the_flag(executor: WasmExecutor) -> None:
    """Plain code may end in a trap because of a NaN's sign; canonical code then does not."""
    made = "(f64.div (local.get 0) (local.get 1))"
    negative = f"(f64.lt (f64.copysign (f64.const 1) {made}) (f64.const 0))"
    payload = wat.wasm(wat.run_of(f"(param f64 f64) (result i64) (if {negative} (then unreachable)) (i64.const 5)"))
    assert native(executor, payload, 0.0, 0.0) == Done(5)


EXPRESSIONS = (
    "a * b",
    "a - b",
    "a - a * b",
    "a * 0.0",
    "0.0 * (a * 1e308 * b)",
    "(a * 1e308) * 1e308 - (b * 1e308) * 1e308",
    "-(a - a)",
    "-(a * 0.0) + b",
    "abs(a - b)",
    "a * 0.0 + -b * 0.0",
    "min(a - a, b)",
    "max(b, a * 0.0)",
    "a if a - a == 0.0 else b - b",
    "math.inf - a",
    "-math.inf + a * b",
    "math.inf * b",
    "math.nan",
    "-math.nan",
    "a + math.nan",
    "math.copysign(math.nan, a) + b",
    "math.copysign(a - a, b) + 1.0",
    "math.fabs(a - a) * -1.0",
    "[a, math.nan, b][1]",
    "[a, -math.nan, b][1] * a",
    "[a - a, b, b - b][2] + 1.0",
    "([a, -float('nan')] * 3)[3] + b",
    "sum([a, -a, b])",
    "sum([x * 0.0 for x in [a, b, a]])",
    "math.fsum([a, b])",
    "math.prod([a, b, 0.0])",
    "math.hypot(a, b) - math.hypot(b, a)",
    "math.dist([a, b], [b, a]) * 0.0",
    "math.exp(a) - math.exp(b)",
    "math.atan2(a, b) * (a - a)",
    "math.tanh(a - a)",
    "math.sin(b) if abs(b) < 9.0 else a - b",
    "math.ldexp(a, 3) - a",
    "math.frexp(a)[0] * 0.0",
    "math.nextafter(a, b) - a",
    "math.erf(a) - math.erf(b) + (a - a)",
)
VALUES = (0.0, -0.0, 1.5, -2.0, INF, -INF, 1e308)


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_signs_are_those_of_canonical_code(executor: WasmExecutor, expression: str) -> None:
    """The sign is read inside the tool, because the host puts every NaN of a result into one form."""
    payload = cell(f"    return math.copysign(1.0, {expression})\n")
    for a in VALUES:
        for b in VALUES:
            expected = on_engine(Kind.CANONICAL, payload, a, b)
            step = wat.start(executor, payload, "float, float -> float", a, b, tier="native")
            assert (step.value if isinstance(step, Done) else None) == expected, (a, b)


def cell(body: str) -> bytes:
    """The payload of a cell of two floats."""
    return compile_spec(spec_of(f"import math\ndef f(a: float, b: float) -> float:\n{body}")).data
