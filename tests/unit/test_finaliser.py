"""The finaliser: what LLVM's objects become without a linker."""

from __future__ import annotations

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import traps
from hermetic_nb.errors import BuildError
from hermetic_nb.toolchains import wasm_format as wasm
from hermetic_nb.toolchains.native.linking.llvm import compile_module
from tests.unit.ir_programs import ADD, APPEND, TRAP, Instance, run


@given(st.integers(0, 2**64 - 1))
def test_unsigned_integers_survive(value: int) -> None:
    data = wasm.uleb(value)
    reader = wasm.Reader(data)
    assert (reader.uleb(), reader.position) == (value, len(data))
    assert len(data) == max(1, -(-value.bit_length() // 7))


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_integers_survive(value: int) -> None:
    data = wasm.sleb(value)
    reader = wasm.Reader(data)
    assert (reader.sleb(), reader.position) == (value, len(data))
    assert len(data) <= 10


@given(st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_padding_is_read(value: int, padding: int) -> None:
    plain = wasm.uleb(value)
    padded = plain[:-1] + bytes([plain[-1] | 0x80]) + b"\x80" * (padding - 1) + b"\0"
    assert wasm.Reader(padded).uleb() == value


@given(st.binary(max_size=40))
def test_any_bytes_are_sections_or_refused(data: bytes) -> None:
    try:
        found = wasm.sections(wasm.MAGIC + data)
    except BuildError:
        return
    assert sum(len(payload) for _, payload in found) <= len(data)


def test_never_ending_integer_is_refused() -> None:
    with pytest.raises(BuildError):
        wasm.Reader(b"\x80" * 100).uleb()


def test_smallest_module() -> None:
    module = compile_module(ADD)
    instance = Instance(module)
    assert instance.names == ["memory", "run", "error"]
    assert not instance.module.imports
    assert instance.call(40, 2) == 42
    assert instance.error == 0
    assert len(module) < 120


def test_error_word_after_a_trap() -> None:
    instance = Instance(compile_module(ADD))
    with pytest.raises(wasmtime.Trap):
        instance.call(2**62, 2**62)
    assert traps.unpack(instance.error) == (1, 3, 0)


def test_module_without_traps_exports_error_too() -> None:
    instance = Instance(compile_module("define double @run(double %x) {\n  ret double %x\n}\n"))
    assert instance.names == ["memory", "run", "error"]
    assert (instance.call(2.5), instance.error, instance.memory_size) == (2.5, 0, 0)


def test_only_sections_that_an_engine_reads() -> None:
    numbers = [number for number, _ in wasm.sections(compile_module(APPEND))]
    assert wasm.CUSTOM not in numbers
    assert wasm.IMPORT not in numbers
    assert numbers == sorted(set(numbers))


def test_no_padded_integers_are_left() -> None:
    assert b"\x80\x80\x80\x80\x00" not in compile_module(APPEND)


def test_memory_maximum() -> None:
    module = wasmtime.Module(wasmtime.Engine(), compile_module(APPEND, memory_pages=3))
    memory = next(export.type for export in module.exports if export.name == "memory")
    assert isinstance(memory, wasmtime.MemoryType)
    assert (memory.limits.min, memory.limits.max) == (1, 3)


@pytest.mark.parametrize("pages", [0, 49153])
def test_memory_maximum_out_of_range(pages: int) -> None:
    with pytest.raises(BuildError, match="pages"):
        compile_module(ADD, memory_pages=pages)


DATA = """
@first = internal constant [3 x i8] c"abc"
@zeroed = internal global [100 x i64] zeroinitializer
@numbers = internal constant [2 x i64] [i64 11, i64 22]
@pointers = internal global [2 x ptr] [ptr getelementptr (i64, ptr @numbers, i32 1), ptr @first]
@__heap_base = external global i8
define i64 @run(i32 %i) {
  %z = getelementptr [100 x i64], ptr @zeroed, i32 0, i32 %i
  %old = load i64, ptr %z
  store i64 5, ptr %z
  %pp = getelementptr [2 x ptr], ptr @pointers, i32 0, i32 %i
  %p = load ptr, ptr %pp
  store volatile ptr %p, ptr %pp
  %c = load i8, ptr %p
  %c64 = zext i8 %c to i64
  %sum = add i64 %c64, %old
  ret i64 %sum
}
define i32 @cabi_post_run() {
  %h = ptrtoint ptr @__heap_base to i32
  ret i32 %h
}
"""


def test_addresses_are_filled_in() -> None:
    instance = Instance(compile_module(DATA))
    assert [instance.call(0), instance.call(1)] == [22, ord("a")]
    assert instance.call(0) == 22 + 5
    heap = instance.call(function="cabi_post_run")
    assert heap % 16 == 0
    assert instance.read(0, 16) == bytes(16), "nothing lies at address 0"
    assert instance.names == ["memory", "run", "cabi_post_run", "error"]


def test_heap_starts_after_all_data() -> None:
    instance = Instance(compile_module(DATA))
    heap = instance.call(function="cabi_post_run")
    before = instance.read(heap, instance.memory_size)
    for index in range(2):
        instance.call(index)
    assert instance.read(heap, instance.memory_size) == before == bytes(len(before))


def test_constants_larger_than_the_memory_are_refused() -> None:
    text = "@big = internal global [200000 x i8] zeroinitializer\n" + DATA.replace("@zeroed, i32 0", "@big, i32 0")
    assert run(compile_module(text, memory_pages=4), 0) == 22
    with pytest.raises(BuildError, match="4 pages"):
        compile_module(text, memory_pages=3)


def test_table_of_functions() -> None:
    text = """
define internal i64 @twice(i64 %x) noinline {
  %y = mul i64 %x, 2
  ret i64 %y
}
define internal i64 @next(i64 %x) noinline {
  %y = add i64 %x, 1
  ret i64 %y
}
@choices = internal global [2 x ptr] [ptr @twice, ptr @next]
define i64 @run(i32 %i, i64 %x) {
  %pp = getelementptr [2 x ptr], ptr @choices, i32 0, i32 %i
  %f = load volatile ptr, ptr %pp
  %y = call i64 %f(i64 %x)
  ret i64 %y
}
"""
    module = compile_module(text)
    assert [run(module, 0, 20), run(module, 1, 20)] == [40, 21]


def test_stack_is_below_data_and_overflow_traps() -> None:
    text = """
@mark = internal global i64 77
declare void @llvm.trap()
define internal i64 @deep(i64 %n, ptr %up) noinline {
  %here = alloca [8 x i64]
  store volatile i64 %n, ptr %here
  %end = icmp eq i64 %n, 0
  br i1 %end, label %stop, label %more
more:
  %m = sub i64 %n, 1
  %r = call i64 @deep(i64 %m, ptr %here)
  %mine = load volatile i64, ptr %here
  %s = add i64 %r, %mine
  ret i64 %s
stop:
  ret i64 0
}
define i64 @run(i64 %n) {
  %r = call i64 @deep(i64 %n, ptr null)
  ret i64 %r
}
define i64 @cabi_post_run() {
  %m = load volatile i64, ptr @mark
  ret i64 %m
}
"""
    instance = Instance(compile_module(text))
    assert instance.call(100) == 5050
    with pytest.raises(wasmtime.Trap, match="out of bounds"):
        instance.call(3000)
    assert instance.call(function="cabi_post_run") == 77


def test_global_of_its_own() -> None:
    text = (
        TRAP
        + """
@depth = internal addrspace(1) global i32 undef
define i32 @run(i32 %x) {
  %d = load i32, ptr addrspace(1) @depth
  %e = add i32 %d, %x
  store i32 %e, ptr addrspace(1) @depth
  %bad = icmp eq i32 %e, 99
  br i1 %bad, label %stop, label %good
stop:
  call void @hnb_trap(i32 18, i32 5)
  unreachable
good:
  ret i32 %e
}
"""
    )
    instance = Instance(compile_module(text))
    assert [instance.call(1), instance.call(2)] == [1, 3]
    with pytest.raises(wasmtime.Trap):
        instance.call(96)
    assert traps.unpack(instance.error) == (18, 5, 0)


def test_unresolved_names_are_refused() -> None:
    with pytest.raises(BuildError, match=r"nothing defines: datum, missing"):
        compile_module("""
declare i64 @missing(i64)
@datum = external global i64
define i64 @run(i64 %x) {
  %v = load i64, ptr @datum
  %y = call i64 @missing(i64 %v)
  ret i64 %y
}
""")


def test_runtime_function_with_other_types_is_refused() -> None:
    with pytest.raises(BuildError, match="hnb_list_slice"):
        compile_module(
            TRAP
            + """
declare i64 @hnb_list_slice(i64)
define i64 @run(i64 %x) {
  %y = call i64 @hnb_list_slice(i64 %x)
  ret i64 %y
}
"""
        )


def test_program_without_run_is_refused() -> None:
    with pytest.raises(BuildError, match="'run'"):
        compile_module("define i64 @cabi_post_run() {\n  ret i64 1\n}\n")
