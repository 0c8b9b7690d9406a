"""Sealed modules run in fresh instances, apart from this process; whatever they do, the next call works."""

from __future__ import annotations

import itertools
import math
import os
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hermetic_nb import traps
from hermetic_nb.errors import EngineError, IntegrityError, LimitExceeded
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Artifact, Done, Environment, Failed, Failure, Limits
from hermetic_nb.signature import INT, STR, Definition, Field, ListType, NamedType, Parameter, Signature
from hermetic_nb.values import Record
from tests.processes import kill_workers, workers
from tests.unit import wat_modules as wat

if TYPE_CHECKING:
    from collections.abc import Iterator

ADD = wat.wasm(wat.run_of("(param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1))"))
SPIN = wat.wasm(wat.run_of("(param i64) (result i64) (loop (br 0)) unreachable"))


@pytest.fixture(scope="module", params=["fast", "portable"])
def executor(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WasmExecutor]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HERMETIC_ENGINE", request.param)
        executor = WasmExecutor(tmp_path_factory.mktemp("cache"))
        yield executor
        executor.close()


def test_the_fast_way_works_with_the_engine_that_is_installed() -> None:
    from hermetic_nb.executors import fast

    assert fast.works()


def test_numbers_go_in_and_out(executor: WasmExecutor) -> None:
    assert wat.start(executor, ADD, "int, int -> int", 40, 2) == Done(42)
    assert wat.start(executor, ADD, "int, int -> int", -(2**63), -1) == Done(2**63 - 1)
    mixed = wat.wasm(wat.run_of("(param i32 f64 i64) (result f64) (f64.neg (local.get 1))"))
    assert wat.start(executor, mixed, "bool, float, int -> float", True, 2.5, 7) == Done(-2.5)
    negate = wat.wasm(wat.run_of("(param i32) (result i32) (i32.eqz (local.get 0))"))
    assert wat.start(executor, negate, "bool -> bool", True) == Done(False)
    none = wat.wasm(wat.run_of("(result i64) (i64.const -7)"))
    assert wat.start(executor, none, "-> int") == Done(-7)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(st.characters(exclude_categories=["Cs"])),
    "bytes": st.binary(),
    "list[int]": st.lists(st.integers(-(2**63), 2**63 - 1)),
    "list[float]": st.lists(st.floats(allow_nan=False)),
    "list[bool]": st.lists(st.booleans()),
    "list[str]": st.lists(st.text(st.characters(exclude_categories=["Cs"]))),
    "list[list[bytes]]": st.lists(st.lists(st.binary(max_size=9), max_size=4), max_size=4),
    "dict[str, int | None]": st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])), st.none() | st.integers(-(2**63), 2**63 - 1)
    ),
    "set[tuple[int, bool]]": st.sets(st.tuples(st.integers(-9, 9), st.booleans())),
    "tuple[bytes, ...]": st.lists(st.binary(max_size=9)).map(tuple),
    "list[tuple[float, list[bool]]]": st.lists(st.tuples(st.floats(allow_nan=False), st.lists(st.booleans()))),
}


@pytest.mark.parametrize("kind", VALUES)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_goes_through_memory_comes_back(executor: WasmExecutor, kind: str, data: st.DataObject) -> None:
    value = data.draw(VALUES[kind])
    for tier in ("wat", "native"):
        assert wat.start(executor, *wat.echo(kind), value, tier=tier) == Done(value)


def test_tuples_and_options_are_flat_where_they_are_parameters(executor: WasmExecutor) -> None:
    # The int of the pair where the option is there, else the float cut to an int.
    body = "(select (local.get 1) (i64.trunc_f64_s (local.get 2)) (local.get 0))"
    chosen = wat.wasm(wat.run_of(f"(param i32 i64 f64) (result i64) {body}"))
    assert wat.start(executor, chosen, "int | None, tuple[float] -> int", 5, (2.0,)) == Done(5)
    assert wat.start(executor, chosen, "int | None, tuple[float] -> tuple[int]", None, (2.0,)) == Done((2,))
    assert wat.start(executor, chosen, "tuple[bool, int], float -> int", (True, 5), 2.0) == Done(5)


def test_no_result(executor: WasmExecutor) -> None:
    assert wat.start(executor, wat.wasm(wat.run_of("(param i64)")), "int -> None", 5) == Done(None)
    assert wat.start(executor, wat.wasm(wat.run_of("")), "-> None") == Done(None)
    trap = wat.wasm(wat.run_of("unreachable"))
    assert wat.start(executor, trap, "-> None") == Failed(Failure("RuntimeError", "unreachable code was reached"))


def test_records_travel_by_the_definitions_of_the_signature(executor: WasmExecutor) -> None:
    point = Definition("Point", "namedtuple", (Field("x", INT), Field("name", STR)))
    payload, _ = wat.echo("list[Point]")
    signature = Signature((Parameter("a", ListType(NamedType("Point"))),), ListType(NamedType("Point")), (point,))
    value = [Record("Point", {"x": 5, "name": "é"}, is_tuple=True)]
    artifact = wat.artifact(payload, "-> int", signature=signature)
    assert executor.open(artifact, Limits(), Environment()).start((value,)) == Done(value)


@pytest.mark.parametrize(
    ("types", "memory", "said"),
    [
        ("-> tuple[int, bool]", r"\05\00\00\00\00\00\00\00\02", "a bool of the result is neither 0 nor 1"),
        ("-> int | None", r"\02", "an option of the result is neither there nor not"),
        ("-> set[bool]", r"\30\00\00\00\02\00\00\00", "a set of the result has an item twice"),
        ("-> dict[bool, str]", r"\f0\ff\ff\ff\02\00\00\00", "the result lies outside the tool's memory"),
        ("-> list[tuple[int, str]]", r"\21\00\00\00\01\00\00\00", "a list of the result is not aligned"),
        ("-> tuple[str, int]", r"\20\00\00\00\ff\ff\ff\ff", "the result lies outside the tool's memory"),
    ],
)
def test_results_that_are_no_such_value(executor: WasmExecutor, types: str, memory: str, said: str) -> None:
    payload = wat.wasm(f'(data (i32.const 32) "{memory}")' + wat.run_of("(result i32) (i32.const 32)"))
    assert wat.start(executor, payload, types) == Failed(Failure("RuntimeError", said))


def test_megabytes_come_back(executor: WasmExecutor) -> None:
    text = "añ漢𝄞" * 500_000
    assert wat.start(executor, *wat.echo("str"), text) == Done(text)
    numbers = list(range(300_000))
    assert wat.start(executor, *wat.echo("list[int]"), numbers) == Done(numbers)


def test_more_than_sixteen_parameters_go_through_memory(executor: WasmExecutor) -> None:
    # bool, then 16 ints at 8, 16, ...; then a str at 136: the last int, and the text's length
    body = wat.run_of(
        "(param i32) (result i64) (i64.add (i64.load offset=128 (local.get 0)) (i64.load32_u offset=140 (local.get 0)))"
    )
    types = "bool, " + "int, " * 16 + "str -> int"
    assert wat.start(executor, wat.wasm(body), types, True, *range(16), "five!") == Done(20)


def test_a_sealed_error_becomes_the_python_exception_at_its_line(executor: WasmExecutor) -> None:
    for code, line in itertools.product((1, 2, 3, 16, 64, 85), (0, 1, 77)):
        body = wat.run_of(f"(result i64) (global.set 0 (i64.const {traps.pack(code, line)})) unreachable")
        trap = traps.BY_CODE[code]
        assert wat.start(executor, wat.wasm(body), "-> int") == Failed(
            Failure(trap.exception, trap.message, line, code)
        )


def message_module(address: int, count: int, text: str) -> bytes:
    data = "".join(
        f"\\{byte:02x}" for byte in struct.pack("<III", 1, count, 0) + text.encode("utf-32-le", "surrogatepass")
    )
    word = traps.pack(85, 4, address)
    word -= (word >> 63) << 64
    return wat.wasm(
        f'(data (i32.const 64) "{data}")' + wat.run_of(f"(result i64) (global.set 0 (i64.const {word})) unreachable")
    )


def test_a_sealed_error_carries_its_own_message(executor: WasmExecutor) -> None:
    payload = message_module(64, 9, "negatív 𝄞")
    assert wat.start(executor, payload, "-> int") == Failed(Failure("ValueError", "negatív 𝄞", 4, 85))
    assert wat.start(executor, message_module(64, 0, ""), "-> int") == Failed(Failure("ValueError", "", 4, 85))


@pytest.mark.parametrize(
    ("address", "count", "message"),
    [
        (64, 2**32 - 1, "(the message lies outside the tool's memory)"),
        (2**32 - 8, 1, "(the message lies outside the tool's memory)"),
        (65530, 1, "(the message lies outside the tool's memory)"),
    ],
)
def test_a_hostile_message_is_no_harm(executor: WasmExecutor, address: int, count: int, message: str) -> None:
    if count > 2**31:  # cut first, then looked for: 10,000 characters fit in one page
        step = wat.start(executor, message_module(address, count, "x"), "-> int")
        assert isinstance(step, Failed)
        assert len(step.failure.message) == 10_000
        return
    assert wat.start(executor, message_module(address, count, ""), "-> int") == Failed(
        Failure("ValueError", message, 4, 85)
    )


def test_a_message_of_surrogates_is_text_all_the_same(executor: WasmExecutor) -> None:
    step = wat.start(executor, message_module(64, 1, "\ud800"), "-> int")
    assert isinstance(step, Failed)
    assert step.failure.message.isprintable()


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("unreachable", "unreachable code was reached"),
        ("(i64.load (i32.const -9))", "memory access out of bounds"),
        ("(i64.div_s (i64.const 1) (i64.const 0))", "integer division by zero"),
        ("(i64.div_s (i64.const 0x8000000000000000) (i64.const -1))", "integer overflow"),
        ("(i64.trunc_f64_s (f64.const nan))", "conversion of a float that no integer holds"),
    ],
)
def test_a_trap_without_a_word_is_a_runtime_error(executor: WasmExecutor, body: str, message: str) -> None:
    payload = wat.wasm(wat.run_of(f"(result i64) {body}"))
    assert wat.start(executor, payload, "-> int") == Failed(Failure("RuntimeError", message))


def test_traps_in_start_and_allocation_are_outcomes_too(executor: WasmExecutor) -> None:
    early = wat.wasm("(func $s unreachable) (start $s)" + wat.run_of("(result i64) (i64.const 1)"))
    assert wat.start(executor, early, "-> int") == Failed(Failure("RuntimeError", "unreachable code was reached"))
    payload, types = wat.echo("bytes", pages=2)
    full = Failed(Failure("MemoryError", "the tool's memory is used up", 3, 17))
    assert wat.start(executor, payload, types, bytes(10 << 16)) == full
    assert wat.start(executor, payload, types, b"small") == Done(b"small")


def test_memory_grows_to_the_modules_maximum_and_no_further(executor: WasmExecutor) -> None:
    grow = "(result i64) (loop (br_if 0 (i32.ne (i32.const -1) (memory.grow (i32.const 1))))) (i64.extend_i32_u (memory.size))"
    assert wat.start(executor, wat.wasm(wat.run_of(grow), pages=300), "-> int", memory_pages=10) == Done(300)
    open_end = wat.wasm('(memory (export "memory") 1)' + wat.run_of(grow), frame=False)
    assert wat.start(executor, open_end, "-> int", memory_pages=200) == Done(200)


RESULT = "(result i32) (i32.store (i32.const 16) (i32.const {at})) (i32.store (i32.const 20) (i32.const {count})) (i32.const 16)"


@pytest.mark.parametrize(
    ("kind", "at", "count"),
    [
        ("str", 0, 65537),
        ("str", -1, 1),
        ("bytes", 65536, 1),
        ("bytes", -1, -1),
        ("list[int]", 8, 8192),
        ("list[int]", 8, -1),
        ("list[float]", -8, 2),
        ("list[str]", 65528, 2),
    ],
)
def test_a_result_outside_memory_is_a_failure(executor: WasmExecutor, kind: str, at: int, count: int) -> None:
    payload = wat.wasm(wat.run_of(RESULT.format(at=at, count=count)))
    expected = Failed(Failure("RuntimeError", "the result lies outside the tool's memory"))
    assert wat.start(executor, payload, f"-> {kind}") == expected


@pytest.mark.parametrize("pointer", [-4, 65536, 65532])
def test_a_return_pointer_outside_memory_is_a_failure(executor: WasmExecutor, pointer: int) -> None:
    payload = wat.wasm(wat.run_of(f"(result i32) (i32.const {pointer})"))
    expected = Failed(Failure("RuntimeError", "the result lies outside the tool's memory"))
    assert wat.start(executor, payload, "-> str") == expected


@pytest.mark.parametrize(
    ("types", "body", "message"),
    [
        (
            "-> str",
            '(data (i32.const 64) "\\ff\\fe")' + wat.run_of(RESULT.format(at=64, count=2)),
            "text of the result is not UTF-8",
        ),
        (
            "-> str",
            '(data (i32.const 64) "\\ed\\a0\\80")' + wat.run_of(RESULT.format(at=64, count=3)),
            "text of the result is not UTF-8",
        ),
        ("-> bool", wat.run_of("(result i32) (i32.const 7)"), "a bool of the result is neither 0 nor 1"),
        (
            "-> list[bool]",
            '(data (i32.const 64) "\\00\\01\\07")' + wat.run_of(RESULT.format(at=64, count=3)),
            "a bool of the result is neither 0 nor 1",
        ),
        ("-> str", wat.run_of("(result i32) (i32.const 17)"), "the result's address is not aligned"),
        ("-> list[int]", wat.run_of(RESULT.format(at=12, count=1)), "a list of the result is not aligned"),
    ],
)
def test_a_malformed_result_is_a_failure(executor: WasmExecutor, types: str, body: str, message: str) -> None:
    assert wat.start(executor, wat.wasm(body), types) == Failed(Failure("RuntimeError", message))


@pytest.mark.parametrize("at", ["-16", "65536", "1", "70000"])
def test_an_allocator_that_lies_is_a_failure(executor: WasmExecutor, at: str) -> None:
    body = f"""(memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const {at}))
      (func (export "run") (param i32 i32) (result i64) (i64.const 1))"""
    expected = Failed(Failure("RuntimeError", "cabi_realloc gave an address that cannot hold the argument"))
    assert wat.start(executor, wat.wasm(body, frame=False), "list[int] -> int", list(range(9))) == expected


def test_overlapping_rows_cannot_make_a_result_of_any_size(executor: WasmExecutor) -> None:
    # 4,000 rows that are all the same 60,000 bytes: 240 MB out of one page
    fill = """(local $i i32) (local.set $i (i32.const 32000))
      (loop (i32.store (local.get $i) (i32.const 0)) (i32.store offset=4 (local.get $i) (i32.const 60000))
        (local.set $i (i32.sub (local.get $i) (i32.const 8))) (br_if 0 (i32.gt_s (local.get $i) (i32.const 24))))"""
    body = "(result i32) " + fill + RESULT.removeprefix("(result i32)").format(at=32, count=3990)
    with pytest.raises(LimitExceeded, match="more than 1000000 bytes"):
        wat.start(executor, wat.wasm(wat.run_of(body)), "-> list[bytes]", limits=Limits(output_bytes=1_000_000))


def test_a_result_beyond_the_limit_is_stopped(executor: WasmExecutor) -> None:
    payload, types = wat.echo("bytes")
    with pytest.raises(LimitExceeded, match="more than 10 bytes"):
        wat.start(executor, payload, types, bytes(11), limits=Limits(output_bytes=10))
    assert wat.start(executor, payload, types, bytes(10), limits=Limits(output_bytes=10)) == Done(bytes(10))


def test_an_endless_loop_is_stopped_by_the_clock_and_the_next_call_works(executor: WasmExecutor) -> None:
    with pytest.raises(LimitExceeded, match=r"longer than 0\.1 s") as caught:
        wat.start(executor, SPIN, "int -> int", 1, limits=Limits(wall_seconds=0.1))
    assert caught.value.code == "H520"
    assert "wall_seconds" in caught.value.help
    assert wat.start(executor, ADD, "int, int -> int", 1, 2) == Done(3)


def test_an_interrupt_stops_a_call_and_the_next_one_works(executor: WasmExecutor) -> None:
    assert wat.start(executor, ADD, "int, int -> int", 1, 2) == Done(3)
    timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        wat.start(executor, SPIN, "int -> int", 1)
    timer.join()
    assert wat.start(executor, ADD, "int, int -> int", 1, 2) == Done(3)


def nested_calls(locals_: int) -> str:
    """``run(n)`` calls itself n deep, with that many values live across the call, as the native compiler counts depth."""
    names = range(locals_)
    declare = " ".join(f"(local $v{n} i64)" for n in names)
    fill = " ".join(f"(local.set $v{n} (i64.mul (local.get 0) (i64.const {n + 3})))" for n in names)
    total = "(i64.const 1)"
    for n in names:
        total = f"(i64.xor {total} (local.get $v{n}))"
    return (
        f"(global $depth (mut i32) (i32.const 0)) (func $f (param i64) (result i64) (local $r i64) {declare}"
        f" (global.set $depth (i32.add (global.get $depth) (i32.const 1)))"
        f" (if (i32.gt_u (global.get $depth) (i32.const 1000))"
        f" (then (global.set 0 (i64.const {traps.pack(18, 2)})) unreachable))"
        f" (if (i64.eqz (local.get 0)) (then (return (i64.const 0))))"
        f" {fill} (local.set $r (call $f (i64.sub (local.get 0) (i64.const 1))))"
        f" (i64.add (local.get $r) {total}))" + wat.run_of("(param i64) (result i64) (call $f (local.get 0))")
    )


@pytest.mark.parametrize("live", [1, 3000])
def test_the_modules_own_depth_counter_comes_before_the_engines_stack(executor: WasmExecutor, live: int) -> None:
    payload = wat.wasm(nested_calls(live))
    assert isinstance(wat.start(executor, payload, "int -> int", 999), Done)
    step = wat.start(executor, payload, "int -> int", 10**6)
    assert step == Failed(Failure("RecursionError", "maximum recursion depth exceeded", 2, 18))


def test_recursion_without_end_and_without_a_counter_is_a_limit(executor: WasmExecutor) -> None:
    payload = wat.wasm(
        "(func $f (param i64) (result i64) (i64.add (call $f (local.get 0)) (i64.const 1)))"
        + wat.run_of("(param i64) (result i64) (call $f (local.get 0))")
    )
    with pytest.raises(LimitExceeded, match="stack is used up"):
        wat.start(executor, payload, "int -> int", 1)
    assert wat.start(executor, ADD, "int, int -> int", 1, 2) == Done(3)


def sign(expression: str) -> bytes:
    """A module that gives the sign of a NaN: 1.0 or -1.0."""
    return wat.wasm(wat.run_of(f"(param f64) (result f64) (f64.copysign (f64.const 1) {expression})"))


@pytest.mark.parametrize("tier", ["native", "wat"])
@pytest.mark.parametrize(
    "expression",
    [
        "(f64.div (f64.const 0) (f64.const 0))",
        "(f64.sub (f64.const inf) (f64.const inf))",
        "(f64.mul (local.get 0) (f64.const inf))",
        "(f64.sqrt (f64.const -1))",
        "(f64.min (f64.sqrt (f64.const -2)) (f64.const 1))",
        "(f64.promote_f32 (f32.div (f32.const 0) (f32.const 0)))",
        "(f64.add (f64.const -nan:0x8000000000001) (f64.const 1))",
        "(f64x2.extract_lane 1 (f64x2.div (f64x2.splat (f64.const 0)) (f64x2.splat (f64.const 0))))",
    ],
)
def test_a_nan_has_the_same_sign_on_every_machine(executor: WasmExecutor, tier: str, expression: str) -> None:
    assert wat.start(executor, sign(expression), "float -> float", 0.0, tier=tier) == Done(1.0)


@pytest.mark.parametrize("tier", ["native", "wat"])
@pytest.mark.parametrize("bits", [0x7FF8000000000000, 0xFFF8000000000000, 0x7FF8000000000001, 0xFFF0000000000001])
def test_a_nan_that_comes_in_has_one_form(executor: WasmExecutor, tier: str, bits: int) -> None:
    (nan,) = struct.unpack("<d", struct.pack("<Q", bits))
    assert wat.start(executor, sign("(local.get 0)"), "float -> float", nan, tier=tier) == Done(1.0)
    first = wat.wasm(wat.run_of("(param i32 i32) (result i64) (i64.load (local.get 0))"))
    for given_ in ([nan, 2.0], memoryview(struct.pack("<Qd", bits, 2.0)).cast("d")):
        step = wat.start(executor, first, "list[float] -> int", given_, tier=tier)
        assert step == Done(0x7FF8000000000000)


@pytest.mark.parametrize("tier", ["native", "wat"])
def test_a_nan_that_comes_out_has_one_form(executor: WasmExecutor, tier: str) -> None:
    plain = wat.wasm(wat.run_of("(param f64) (result f64) (f64.reinterpret_i64 (i64.const 0xfff8000000000123))"))
    step = wat.start(executor, plain, "float -> float", 0.0, tier=tier)
    assert isinstance(step, Done)
    assert struct.pack("<d", step.value) == struct.pack("<Q", 0x7FF8000000000000)
    body = wat.run_of(
        "(result i32) (i64.store (i32.const 32) (i64.const 0xfff8000000000123)) (f64.store (i32.const 40) (f64.const inf))"
        + RESULT.removeprefix("(result i32)").format(at=32, count=2)
    )
    step = wat.start(executor, wat.wasm(body), "-> list[float]", tier=tier)
    assert isinstance(step, Done)
    assert struct.pack("<d", step.value[0]) == struct.pack("<Q", 0x7FF8000000000000)
    assert step.value[1] == math.inf


def test_state_does_not_survive_between_calls(executor: WasmExecutor) -> None:
    body = """(global $count (mut i64) (i64.const 0))
      (func (export "run") (result i64)
        (global.set $count (i64.add (global.get $count) (i64.const 1)))
        (i64.store (i32.const 512) (i64.add (i64.load (i32.const 512)) (global.get $count)))
        (drop (memory.grow (i32.const 3)))
        (i64.add (i64.load (i32.const 512)) (i64.extend_i32_u (memory.size))))"""
    session = executor.open(wat.artifact(wat.wasm(body), "-> int"), Limits())
    assert [session.start(()) for _ in range(5)] == [Done(5)] * 5


def test_ten_thousand_calls_leave_memory_as_it_was(executor: WasmExecutor) -> None:
    session = executor.open(wat.artifact(*wat.echo("str")), Limits())
    failing = executor.open(wat.artifact(wat.wasm(wat.run_of("(result i64) unreachable")), "-> int"), Limits())

    def resident() -> int:
        (pid,) = workers(executor.sandbox)
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")

    for _ in range(500):
        session.start(("warm",))
        failing.start(())
    before = resident()
    for index in range(10_000):
        assert session.start(("n",)) == Done("n")
        if not index % 10:
            failing.start(())
    assert resident() - before < 2 << 20


def test_sessions_of_one_executor_do_not_mix(executor: WasmExecutor) -> None:
    payloads = [wat.wasm(wat.run_of(f"(result i64) (i64.const {number})")) for number in range(300)]
    sessions = [executor.open(wat.artifact(payload, "-> int"), Limits()) for payload in payloads]
    for number, session in enumerate(sessions):
        assert session.start(()) == Done(number)
    assert sessions[0].start(()) == Done(0), "forgotten by the worker, and loaded again"
    # the same bytes under another interface
    payload = wat.wasm(wat.run_of("(param i32) (result i32) (local.get 0)"))
    assert wat.start(executor, payload, "bool -> bool", True) == Done(True)
    with pytest.raises(EngineError, match="not that of the signature"):
        wat.start(executor, payload, "int -> int", 1)
    assert wat.start(executor, payload, "bool -> bool", False) == Done(False)


def test_threads_share_an_executor(executor: WasmExecutor) -> None:
    session = executor.open(wat.artifact(ADD, "int, int -> int"), Limits())
    wrong: list[int] = []

    def work(number: int) -> None:
        wrong.extend(count for count in range(200) if session.start((number, count)) != Done(number + count))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_killed_worker_is_replaced_without_a_word(executor: WasmExecutor) -> None:
    session = executor.open(wat.artifact(ADD, "int, int -> int"), Limits())
    assert session.start((1, 2)) == Done(3)
    kill_workers(executor.sandbox)
    assert session.start((1, 2)) == Done(3)


@pytest.mark.parametrize(
    ("payload", "types", "reason"),
    [
        (b"", "-> int", "not a WebAssembly module"),
        (b"\0asm\1\0\0\0garbage", "-> int", "not a WebAssembly module"),
        (
            wat.wasm('(import "a" "b" (func))' + wat.run_of("(result i64) (i64.const 1)"), frame=False),
            "-> int",
            "imports",
        ),
        (wat.wasm("", frame=False), "-> int", "does not export the function run"),
        (
            wat.wasm('(global (export "run") i64 (i64.const 1))', frame=False),
            "-> int",
            "does not export the function run",
        ),
        (wat.wasm(wat.run_of("(result i32) (i32.const 1)")), "-> int", "not that of the signature"),
        (wat.wasm(wat.run_of("(param i32 i32) (result i64) (i64.const 1)"), frame=False), "str -> int", "cabi_realloc"),
        (wat.wasm(wat.run_of("(result i32) (i32.const 1)"), frame=False), "-> str", "does not export its memory"),
        (
            wat.wasm("(memory i64 1)" + wat.run_of("(result i64) (i64.const 1)"), frame=False),
            "-> int",
            "not a WebAssembly module",
        ),
        (
            wat.wasm("(memory 1 1 shared)" + wat.run_of("(result i64) (i64.const 1)"), frame=False),
            "-> int",
            "not a WebAssembly",
        ),
    ],
)
def test_a_payload_that_does_not_fit_is_refused(
    executor: WasmExecutor, payload: bytes, types: str, reason: str
) -> None:
    with pytest.raises(EngineError, match=reason):
        wat.start(executor, payload, types, *["x"] * types.startswith("str"))


@pytest.mark.parametrize(
    "body",
    [
        "(func (param v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))",
        "(type $s (struct (field i32)))",
        "(func $f (return_call $f))",
        "(tag $t) (func (throw $t))",
        "(memory 1) (memory 1)",
        "(func (param (ref null any)))",
        "(type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0)))",
        "(func (param i64 i64) (result i64 i64) (i64.mul_wide_s (local.get 0) (local.get 1)))",
        "(memory 1 1 (pagesize 1))",
        '(import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))',
    ],
)
def test_features_that_could_make_machines_differ_are_off(executor: WasmExecutor, body: str) -> None:
    payload = wat.wasm(body + wat.run_of("(result i64) (i64.const 1)"), frame=False)
    with pytest.raises(EngineError, match=r"not a WebAssembly module of the features|has imports"):
        wat.start(executor, payload, "-> int")


def test_vectors_of_128_bits_are_on(executor: WasmExecutor) -> None:
    payload = wat.wasm(
        wat.run_of("(result i64) (i64x2.extract_lane 1 (i64x2.add (v128.const i64x2 1 2) (v128.const i64x2 3 4)))")
    )
    assert wat.start(executor, payload, "-> int") == Done(6)


def test_payloads_that_are_not_what_the_manifest_says_are_refused(executor: WasmExecutor) -> None:
    true = wat.artifact(ADD, "int, int -> int")
    with pytest.raises(IntegrityError):
        executor.open(Artifact(true.manifest, SPIN), Limits())
    with pytest.raises(EngineError, match="text/x-python"):
        executor.open(wat.artifact(ADD, "int, int -> int", media_type="text/x-python"), Limits())
    with pytest.raises(EngineError, match="no replies"):
        executor.open(true, Limits()).resume([1])


def test_a_closed_session_says_so(executor: WasmExecutor) -> None:
    session = executor.open(wat.artifact(ADD, "int, int -> int"), Limits())
    session.close()
    with pytest.raises(EngineError, match="closed"):
        session.start((1, 2))


def test_a_closed_executor_starts_again(executor: WasmExecutor) -> None:
    session = executor.open(wat.artifact(ADD, "int, int -> int"), Limits())
    executor.close()
    assert session.start((1, 2)) == Done(3)


def test_the_notebooks_process_never_loads_the_engine() -> None:
    program = "import sys, hermetic_nb.executors.wasm as w; w.WasmExecutor().start(); print('wasmtime' in sys.modules)"
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=root, check=True)
    assert (done.stdout, done.stderr) == ("False\n", "")
