"""Programs in LLVM IR for the tests of the native back half, and a way to run what becomes of them."""

from __future__ import annotations

from typing import Any

import wasmtime

TRAP = """
@error = external addrspace(1) global i64
define internal void @hnb_trap(i32 %code, i32 %line) cold noreturn noinline {
  %c = zext i32 %code to i64
  %l = zext i32 %line to i64
  %s = shl i64 %c, 24
  %w = or i64 %s, %l
  store i64 %w, ptr addrspace(1) @error
  call void @llvm.trap()
  unreachable
}
define internal void @hnb_fail(i32 %code, i32 %line) cold noreturn noinline {
  call void @hnb_trap(i32 %code, i32 %line)
  unreachable
}
declare void @llvm.trap()
"""

ADD = (
    TRAP
    + """
declare {i64, i1} @llvm.sadd.with.overflow.i64(i64, i64)
define i64 @run(i64 %a, i64 %b) {
  %r = call {i64, i1} @llvm.sadd.with.overflow.i64(i64 %a, i64 %b)
  %v = extractvalue {i64, i1} %r, 0
  %o = extractvalue {i64, i1} %r, 1
  br i1 %o, label %bad, label %good
bad:
  call void @hnb_trap(i32 1, i32 3)
  unreachable
good:
  ret i64 %v
}
"""
)

APPEND = (
    TRAP
    + """
declare ptr @hnb_list_new(i64, i32, i32)
declare void @hnb_list_grow(ptr, i32, i32)
declare void @hnb_list_free(ptr, i32)
define internal i64 @build(i64 %n) {
  %l = call ptr @hnb_list_new(i64 0, i32 8, i32 1)
  %lp = getelementptr i8, ptr %l, i32 4
  %cp = getelementptr i8, ptr %l, i32 8
  %dp = getelementptr i8, ptr %l, i32 12
  br label %loop
loop:
  %i = phi i64 [0, %0], [%i2, %store]
  %len = load i32, ptr %lp
  %cap = load i32, ptr %cp
  %full = icmp eq i32 %len, %cap
  br i1 %full, label %grow, label %store
grow:
  call void @hnb_list_grow(ptr %l, i32 8, i32 2)
  br label %store
store:
  %d = load ptr, ptr %dp
  %ip = getelementptr i64, ptr %d, i32 %len
  store i64 %i, ptr %ip
  %len2 = add i32 %len, 1
  store i32 %len2, ptr %lp
  %i2 = add i64 %i, 1
  %c = icmp slt i64 %i2, %n
  br i1 %c, label %loop, label %done
done:
  %d2 = load ptr, ptr %dp
  %last = getelementptr i64, ptr %d2, i32 %len
  %v = load i64, ptr %last
  call void @hnb_list_free(ptr %l, i32 8)
  ret i64 %v
}
define i64 @run(i64 %n, i64 %times) {
  br label %loop
loop:
  %t = phi i64 [0, %0], [%t2, %loop]
  %s = phi i64 [0, %0], [%s2, %loop]
  %v = call i64 @build(i64 %n)
  %s2 = add i64 %s, %v
  %t2 = add i64 %t, 1
  %c = icmp slt i64 %t2, %times
  br i1 %c, label %loop, label %done
done:
  ret i64 %s2
}
"""
)
"""``run(n, times)``: build a list of 0 to n-1 by appending and free it, so many times; the sum of the last items."""

ALLOCATOR = (
    TRAP
    + """
declare ptr @hnb_alloc(i32, i32)
declare ptr @hnb_realloc(ptr, i32, i32, i32)
declare void @hnb_free(ptr, i32)
declare ptr @cabi_realloc(ptr, i32, i32, i32)
define i32 @run(i32 %block, i32 %old, i32 %new) {
  %p = inttoptr i32 %block to ptr
  %is_new = icmp eq i32 %block, 0
  br i1 %is_new, label %fresh, label %known
fresh:
  %a = call ptr @hnb_alloc(i32 %new, i32 7)
  %ai = ptrtoint ptr %a to i32
  ret i32 %ai
known:
  %gone = icmp eq i32 %new, 0
  br i1 %gone, label %free, label %move
free:
  call void @hnb_free(ptr %p, i32 %old)
  ret i32 0
move:
  %b = call ptr @hnb_realloc(ptr %p, i32 %old, i32 %new, i32 8)
  %bi = ptrtoint ptr %b to i32
  ret i32 %bi
}
"""
)
"""``run(block, old, new)``: block 0 allocates, new 0 frees, else reallocates. Exports ``cabi_realloc`` too."""


class Instance:
    """A fresh instance of a sealed module."""

    def __init__(self, module: bytes) -> None:
        self.engine = wasmtime.Engine()
        self.module = wasmtime.Module(self.engine, module)
        self.store = wasmtime.Store(self.engine)
        self._exports = wasmtime.Instance(self.store, self.module, []).exports(self.store)

    @property
    def names(self) -> list[str]:
        """Names of the exports, in order."""
        return [export.name for export in self.module.exports]

    def call(self, *arguments: Any, function: str = "run") -> Any:
        """Call an exported function."""
        called = self._exports[function]
        assert isinstance(called, wasmtime.Func)
        return called(self.store, *arguments)

    @property
    def error(self) -> int:
        """The error word."""
        word = self._exports["error"]
        assert isinstance(word, wasmtime.Global)
        value = word.value(self.store)
        assert isinstance(value, int)
        return value

    @property
    def memory(self) -> wasmtime.Memory:
        """The memory."""
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        return memory

    @property
    def memory_size(self) -> int:
        """Bytes of memory now."""
        return self.memory.data_len(self.store)

    def read(self, start: int, end: int) -> bytes:
        """Bytes of memory."""
        return bytes(self.memory.read(self.store, start, end))

    def write(self, start: int, data: bytes) -> None:
        """Put bytes into memory."""
        self.memory.write(self.store, data, start)


def run(module: bytes, *arguments: Any) -> Any:
    """Call ``run`` in a fresh instance."""
    return Instance(module).call(*arguments)
