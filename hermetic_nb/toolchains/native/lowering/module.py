"""A whole cell as LLVM IR."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature import abi
from hermetic_nb.toolchains.native.analysis.loop_bounds import shortens
from hermetic_nb.toolchains.native.lowering.code import ModuleCode
from hermetic_nb.toolchains.native.lowering.entry import EntryLowering
from hermetic_nb.toolchains.native.lowering.functions import FunctionLowering
from hermetic_nb.toolchains.native.lowering.helpers import write_helpers

if TYPE_CHECKING:
    from hermetic_nb.signature import Signature
    from hermetic_nb.toolchains.native import tree as t
    from hermetic_nb.toolchains.native.analysis.facts import Facts

_PRELUDE: Final = """@error = external addrspace(1) global i64
@tag = internal global i8 0
declare void @llvm.trap()
@pending = internal global i64 0
define internal void @hnb_trap(i32 %code, i32 %line) cold noreturn noinline {
  %high = shl i32 %code, 24
  %negated = sub i32 0, %line
  %soft = icmp slt i32 %line, 0
  %place = select i1 %soft, i32 %negated, i32 %line
  %low = or i32 %high, %place
  %word = zext i32 %low to i64
  store i64 %word, ptr addrspace(1) @error
  call void @llvm.trap()
  unreachable
}
define internal void @hnb_fail(i32 %code, i32 %line) alwaysinline {
  %soft = icmp slt i32 %line, 0
  br i1 %soft, label %note, label %stop
note:
  %place = sub i32 0, %line
  %high = shl i32 %code, 24
  %low = or i32 %high, %place
  %word = zext i32 %low to i64
  store i64 %word, ptr @pending
  ret void
stop:
  call void @hnb_trap(i32 %code, i32 %line)
  unreachable
}
define internal void @hnb_rethrow(i64 %word) cold noreturn noinline {
  store i64 %word, ptr addrspace(1) @error
  call void @llvm.trap()
  unreachable
}
define internal void @hnb_raise(i32 %code, i32 %line, ptr %message) cold noreturn noinline {
  %high = shl i32 %code, 24
  %low = or i32 %high, %line
  %place = zext i32 %low to i64
  %address = ptrtoint ptr %message to i32
  %wide = zext i32 %address to i64
  %text = shl i64 %wide, 32
  %word = or i64 %text, %place
  store i64 %word, ptr addrspace(1) @error
  call void @llvm.trap()
  unreachable
}
"""
"""What every module has: the ways to stop (`hermetic_nb.traps` says what the word means)."""


def lower_module(versions: list[tuple[list[t.Function], Facts]], signature: Signature, depth: int) -> str:
    """The IR of a cell: each version of its functions, and the exported ``run``.

    ``versions``: the functions (the entry first) with the facts they are lowered under; the last holds without assumption.
    """
    module = ModuleCode()
    entries = []
    shortening = shortens(versions[0][0])
    for version, (functions, facts) in enumerate(versions):
        entries.append((functions[0], facts))
        module.soft.clear()
        for index, function in enumerate(functions):
            entry = index == 0
            FunctionLowering(
                module, function, facts, depth, entry=entry, version=version, shortening=shortening
            ).lower()
        for function in module.soft:  # which grows meanwhile
            FunctionLowering(
                module, function, facts, depth, entry=False, version=version, shortening=shortening, soft=True
            ).lower()
    EntryLowering(module, entries, signature, depth).lower()
    write_helpers(module)
    if abi.needs_realloc(signature):
        # Named only here: the host calls it.
        module.functions.append("declare ptr @cabi_realloc(ptr, i32, i32, i32)")
    return _PRELUDE + module.render()
