"""The harness itself, on a script of our own: what holds passes, and every wrong expectation is reported as failed."""

from pathlib import Path
from typing import Any

import pytest
import wasmtime

from .__main__ import report
from .features import OFF, needed
from .host import on_deep_stack
from .running import Outcome, Result, run
from .script import Command, Script

MODULES = {
    "main": """
      (module
        (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
        (func (export "pair") (param i64) (result i64 f32) (local.get 0) (f32.const -0))
        (func (export "divide") (param f64 f64) (result f64) (f64.div (local.get 0) (local.get 1)))
        (func (export "same") (param f32) (result f32) (local.get 0))
        (func (export "swap") (param v128) (result v128)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get 0) (local.get 0)))
        (func (export "extern") (param externref) (result externref) (local.get 0))
        (func (export "func") (result funcref) (ref.func 0))
        (func (export "none") (result funcref) (ref.null func))
        (func (export "over") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
        (func $deep (export "deep") (result i32) (i32.add (call $deep) (i32.const 1)))
        (global (export "global") i64 (i64.const -1)))
    """,
    "import": '(module (import "main" "add" (func (param i32 i32) (result i32))))',
    "unknown": '(module (import "main" "absent" (func)))',
    "other_type": '(module (import "spectest" "global_i32" (global i64)))',
    "outside": '(module (import "spectest" "memory" (memory 1)) (data (i32.const 0x20000) "x"))',
    "invalid": "(module (func (result i32)))",
    "malformed": "(module (func (i32.cons 0)))",
    "struct": '(module (type $s (struct)) (func (export "add") (result i32) (i32.const 3)))',
    "tail": '(module (func $f (export "loop") (return_call $f)))',
    "two": '(module (import "shared" "memory" (memory 1)) (memory 1) (data (memory 0) (i32.const 0) "x"))',
    "shared": '(module (memory (export "memory") 1) (func (export "read") (result i32) (i32.load (i32.const 0))))',
}


def i32(value: int) -> Command:
    return {"type": "i32", "value": str(value)}


def f64(text: object) -> Command:
    return {"type": "f64", "value": str(text)}


def v128(type_: str, *lanes: object) -> Command:
    return {"type": "v128", "lane_type": type_, "value": [str(lane) for lane in lanes]}


def module(name: str, kind: str = "module", /, **more: str) -> Command:
    return {"type": kind, "filename": f"{name}.wat", "module_type": "text"} | more


def invoke(name: str, *args: Command) -> dict[str, Any]:
    return {"type": "invoke", "field": name, "args": list(args)}


def returns(action: Command, *expected: Command) -> Command:
    return {"type": "assert_return", "action": action, "expected": list(expected)}


def traps(action: Command, text: str, kind: str = "assert_trap") -> Command:
    return {"type": kind, "action": action, "text": text}


@pytest.fixture
def results(tmp_path: Path, request: pytest.FixtureRequest) -> list[Result]:
    """The outcomes of the commands that the test is given, without those of the main module before them."""
    for name, text in MODULES.items():
        (tmp_path / f"{name}.wat").write_text(text)
    before = [module("main"), {"type": "register", "as": "main"}]
    commands = [command | {"line": at} for at, command in enumerate([*before, *request.param])]
    return on_deep_stack(lambda: run(Script("ours.wast", tuple(commands), tmp_path)))[len(before) :]


NAN, ARITHMETIC = "nan:canonical", "nan:arithmetic"
ONE, ZERO, CANONICAL = 0x3FF << 52, 0, 0x7FF8 << 48
DIVIDED = invoke("divide", f64(ZERO), f64(ZERO))
SWAPPED = invoke("swap", v128("i64", 1, -2))
TOLD: list[tuple[Command, Command]] = [  # each as it is, and as it is not
    (returns(invoke("add", i32(2), i32(-3)), i32(-1)), returns(invoke("add", i32(2), i32(-3)), i32(1))),
    (
        returns(
            invoke("pair", {"type": "i64", "value": "-5"}),
            {"type": "i64", "value": "-5"},
            {"type": "f32", "value": str(1 << 31)},
        ),
        returns(
            invoke("pair", {"type": "i64", "value": "-5"}),
            {"type": "i64", "value": "-5"},
            {"type": "f32", "value": "0"},
        ),
    ),
    (returns(invoke("add", i32(2), i32(2)), i32(4)), returns(invoke("add", i32(2), i32(2)), i32(4), i32(4))),
    (returns(DIVIDED, f64(NAN)), returns(DIVIDED, f64(CANONICAL + 1))),
    (returns(DIVIDED, f64(ARITHMETIC)), returns(invoke("divide", f64(ONE), f64(ONE)), f64(ARITHMETIC))),
    (  # a signalling NaN stays as it is, bit by bit
        returns(invoke("same", {"type": "f32", "value": str(0x7FA00001)}), {"type": "f32", "value": str(0x7FA00001)}),
        returns(invoke("same", {"type": "f32", "value": str(0x7FA00001)}), {"type": "f32", "value": ARITHMETIC}),
    ),
    (returns(SWAPPED, v128("i64", -2, 1)), returns(SWAPPED, v128("i64", 1, -2))),
    (
        returns(SWAPPED, v128("i16", -2, -1, -1, -1, 1, 0, 0, 0)),
        returns(SWAPPED, v128("i16", -2, -1, -1, -1, 1, 0, 0, 1)),
    ),
    (returns(SWAPPED, v128("f64", ARITHMETIC, 1)), returns(SWAPPED, v128("f64", NAN, 1))),
    (
        returns(invoke("extern", {"type": "externref", "value": "0"}), {"type": "externref", "value": "0"}),
        returns(invoke("extern", {"type": "externref", "value": "0"}), {"type": "externref", "value": "1"}),
    ),
    (
        returns(invoke("extern", {"type": "externref", "value": "null"}), {"type": "externref", "value": "null"}),
        returns(invoke("extern", {"type": "externref", "value": "null"}), {"type": "externref"}),
    ),
    (returns(invoke("func"), {"type": "funcref"}), returns(invoke("func"), {"type": "refnull"})),
    (returns(invoke("none"), {"type": "refnull"}), returns(invoke("none"), {"type": "funcref"})),
    (
        returns({"type": "get", "field": "global"}, {"type": "i64", "value": "-1"}),
        returns({"type": "get", "field": "add"}, {"type": "i64", "value": "-1"}),
    ),
    (traps(invoke("over", i32(0)), "integer divide by zero"), traps(invoke("over", i32(0)), "unreachable")),
    (traps(invoke("over", i32(0)), "integer divide by zero"), traps(invoke("over", i32(1)), "integer divide by zero")),
    (returns(invoke("over", i32(1)), i32(1)), returns(invoke("over", i32(0)), i32(1))),
    (
        traps(invoke("deep"), "call stack exhausted", "assert_exhaustion"),
        traps(invoke("over", i32(1)), "call stack exhausted", "assert_exhaustion"),
    ),
    (
        module("invalid", "assert_invalid", text="type mismatch"),
        module("import", "assert_invalid", text="type mismatch"),
    ),
    (
        module("malformed", "assert_malformed", text="unknown operator"),
        module("import", "assert_malformed", text="unknown operator"),
    ),
    (
        module("unknown", "assert_unlinkable", text="unknown import"),
        module("other_type", "assert_unlinkable", text="unknown import"),
    ),
    (
        module("other_type", "assert_unlinkable", text="incompatible import type"),
        module("import", "assert_unlinkable", text="incompatible import type"),
    ),
    (
        module("outside", "assert_uninstantiable", text="out of bounds memory access"),
        module("import", "assert_uninstantiable", text="out of bounds memory access"),
    ),
    (module("import"), module("invalid")),
    (returns(invoke("add", i32(1), i32(1)), i32(2)), returns(invoke("absent"), i32(2))),
    (returns(invoke("add", i32(1), i32(1)), i32(2)), returns(invoke("add", i32(1)), i32(2))),
    (returns(invoke("add", i32(1), i32(1)), i32(2)), {"type": "assert_nothing"}),
]


@pytest.mark.parametrize("results", TOLD, indirect=True, ids=range(len(TOLD)))
def test_what_holds_passes_and_what_does_not_is_reported_as_failed(results: list[Result]) -> None:
    assert [result.outcome for result in results] == [Outcome.PASSED, Outcome.FAILED], list(map(str, results))
    assert results[1].reason


@pytest.mark.parametrize(
    "results",
    [
        [
            module("struct"),
            returns(invoke("add"), i32(3)),
            module("struct", "assert_invalid", text="type mismatch"),
            module("tail"),
        ]
    ],
    indirect=True,
)
def test_a_refused_module_and_what_wants_it_are_not_run_for_the_stated_feature(results: list[Result]) -> None:
    gc = "refused, as it needs gc"
    assert [(result.outcome, result.reason) for result in results] == [
        (Outcome.NOT_RUN, gc),
        (Outcome.NOT_RUN, gc),
        (Outcome.FAILED, "accepted with every feature, expected type mismatch"),
        (Outcome.NOT_RUN, "refused, as it needs tail_call"),
    ]


@pytest.mark.parametrize(
    "results",
    [
        [
            module("shared"),
            {"type": "register", "as": "shared"},
            module("two", name="two"),
            returns(invoke("read") | {"module": "two"}, i32(120)),
            module("shared", name="shared"),
            returns(invoke("read") | {"module": "shared"}, i32(120)),
        ]
    ],
    indirect=True,
)
def test_a_failure_stays_one_where_the_refused_modules_would_not_mend_it(results: list[Result]) -> None:
    assert [result.outcome for result in results[2:4]] == [Outcome.NOT_RUN, Outcome.NOT_RUN]
    assert results[5].outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "results",
    [
        [
            module("shared", name="shared"),
            {"type": "register", "as": "shared"},
            module("two"),
            returns(invoke("read") | {"module": "shared"}, i32(120)),
            returns(invoke("read") | {"module": "shared"}, i32(121)),
        ]
    ],
    indirect=True,
)
def test_what_a_refused_module_should_have_written_has_not_failed(results: list[Result]) -> None:
    written, wrong = results[3:]
    assert (written.outcome, written.features) == (Outcome.NOT_RUN, ("multi_memory",))
    assert written.reason.startswith("passes once")
    assert wrong.outcome is Outcome.FAILED


@pytest.mark.parametrize("feature", sorted(set(OFF) - {"gc", "function_references"}))
def test_each_feature_is_found_by_turning_it_on(feature: str) -> None:
    texts = {
        "threads": "(module (memory 1 1 shared))",
        "memory64": "(module (memory i64 1))",
        "relaxed_simd": "(module (func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))))",
        "tail_call": MODULES["tail"],
        "exceptions": "(module (tag))",
        "multi_memory": "(module (memory 1) (memory 1))",
        "wide_arithmetic": "(module (func (result i64 i64) i64.const 1 i64.const 2 i64.mul_wide_u))",
        "custom_page_sizes": "(module (memory 1 (pagesize 1)))",
    }
    assert needed(bytes(wasmtime.wat2wasm(texts[feature]))) == (feature,)
    assert needed(bytes(wasmtime.wat2wasm("(module)"))) == ()


def test_the_report_counts_assertions_and_names_failures() -> None:
    results = [
        Result("a.wast", 1, "module", Outcome.NOT_RUN, "refused, as it needs gc", ("gc",)),
        Result("a.wast", 2, "assert_return", Outcome.NOT_RUN, "refused, as it needs gc", ("gc",)),
        Result("b.wast", 3, "assert_return", Outcome.PASSED),
        Result("b.wast", 4, "assert_trap", Outcome.FAILED, "got nothing"),
    ]
    lines = list(report(results))
    assert "       0       0       1  a.wast" in lines
    assert "       1       1       0  b.wast" in lines
    assert "       1       1  refused, as it needs gc" in lines
    assert lines[-2:] == ["b.wast:4 assert_trap failed: got nothing", "assertions: 1 passed, 1 failed, 1 not run"]
