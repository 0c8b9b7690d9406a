"""LLVM IR text in, sealed WebAssembly module out.

The IR may declare any function of the native runtime (``hnb_*``, ``cabi_realloc``). Of what it declares, the small
functions are linked in as bitcode before the optimiser runs, so they are inlined like the program's own code; the
others come as objects compiled beforehand. The IR defines ``hnb_trap(i32 code, i32 line)`` itself. How a program
says why it stops, and where its memory lies, is described in ``finaliser``.

LLVM may abort the process on input that it considers impossible: callers run this module in a child process.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import Final

import llvmlite.binding as llvm

from hermetic_nb.errors import BuildError
from hermetic_nb.toolchains.native.linking.finaliser import EXPORTED_FUNCTIONS, MEMORY_PAGES, finalise
from hermetic_nb.toolchains.native.linking.objects import read_object
from hermetic_nb.toolchains.native.linking.runtime_archive import Runtime, shipped_runtime

_NAME: Final = re.compile(r"@([-\w.$]+)")

TRIPLE: Final = "wasm32-unknown-unknown"
FEATURES: Final = "+bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals,+multivalue,+simd128"
"""Never wide-arithmetic: LLVM 22.1 miscompiles the overflow test of a 64-bit product with it."""

_LIBM: Final = "acos asin atan atan2 cosh cos exp exp2 exp10 expm1 log log10 log1p log2 pow sinh sin tan tanh cbrt erf"
_HOST_EVALUATED: Final = frozenset(
    name.format(function) for function in _LIBM.split() for name in ("{}", "llvm.{}.f64")
) | {"llvm.powi.f64.i32", "llvm.sincos.f64"}
"""Functions whose calls with constant arguments LLVM replaces by what the machine's own libm says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LlvmTarget:
    """LLVM set up for WebAssembly: made once in a process, used for every module."""

    machine: llvm.TargetMachine
    layout: str
    runtime: Runtime

    def compile(self, ir: str, *, memory_pages: int = MEMORY_PAGES) -> bytes:
        """The sealed module of a program in LLVM IR text; ``memory_pages`` is its memory's maximum.

        Raises: BuildError for IR that does not parse or verify, and for symbols that nothing defines.
        """
        # A context of its own: in a shared one, names of types would depend on what was compiled before.
        context = llvm.create_context()
        try:
            exported, compiled = self._object(ir, context)
        finally:
            context.close()
        program = read_object(compiled)
        library = self.runtime.objects([*program.undefined, *exported])
        return finalise([program, *library], memory_pages=memory_pages)

    def _object(self, ir: str, context: llvm.ContextRef) -> tuple[set[str], bytes]:
        """Names of the functions that are to be exported, and the program's object."""
        try:
            module = llvm.parse_assembly(ir, context)
        except RuntimeError as error:
            raise _refused(error) from None
        try:
            module.triple = TRIPLE
            module.data_layout = self.layout
            exported = {f.name for f in module.functions if f.name in EXPORTED_FUNCTIONS}
            public = exported | self._link_inlined(module, context, _used(ir), exported)
            module.verify()
            for value in (*module.functions, *module.global_variables):
                if not value.is_declaration:
                    value.linkage = "external" if value.name in public else "internal"
            optimise(module, self.machine)
            module = _with_signed_conversions(module, context)
            return exported, bytes(self.machine.emit_object(module))
        except RuntimeError as error:
            raise _refused(error) from None
        finally:
            module.close()  # not left to the garbage collector: a context must outlive its modules

    def _link_inlined(
        self, module: llvm.ModuleRef, context: llvm.ContextRef, used: set[str], exported: set[str]
    ) -> set[str]:
        """Link the small functions that the program calls; the answer: what the runtime calls in the program."""
        wanted = [f.name for f in module.functions if f.is_declaration and f.name in used]
        if refused := sorted(used.intersection(_HOST_EVALUATED)):
            raise BuildError(f"LLVM would evaluate {', '.join(refused)} by the libm of this machine")
        needed = {symbol for piece in self.runtime.closure([*wanted, *sorted(exported)]) for symbol in piece.needs}
        called_back = {f.name for f in module.functions if not f.is_declaration and f.name in needed}
        for function in module.functions:
            # LLVM's linker does not see internal definitions, such as the program's hnb_trap.
            if function.name in called_back:
                function.linkage = "external"
        for piece in self.runtime.inlined(wanted):
            module.link_in(llvm.parse_bitcode(piece.bitcode, context))
        return called_back


def _with_signed_conversions(module: llvm.ModuleRef, context: llvm.ContextRef) -> llvm.ModuleRef:
    """LLVM prefers the unsigned conversion of an int that is not negative; of most processors the signed one is faster."""
    if not any(
        instruction.opcode == "uitofp"
        for function in module.functions
        for block in function.blocks
        for instruction in block.instructions
    ):
        return module
    text = str(module).replace(" uitofp nneg i64 ", " sitofp i64 ")
    module.close()
    return llvm.parse_assembly(text, context)


def _used(ir: str) -> set[str]:
    """Names that stand at least twice in the text: once where they are declared, and where they are used."""
    return {name for name, count in Counter(_NAME.findall(ir)).items() if count > 1}


def _refused(error: RuntimeError) -> BuildError:
    return BuildError(f"the native compiler wrote IR that LLVM refuses: {str(error).strip()}")


@cache
def target() -> LlvmTarget:
    """The process's LLVM. Raises: ToolchainError when the native runtime is missing."""
    machine = wasm_machine()
    return LlvmTarget(machine=machine, layout=str(machine.target_data), runtime=shipped_runtime())


def wasm_machine() -> llvm.TargetMachine:
    """LLVM's code generator for the sealed tools' WebAssembly."""
    _set_options()
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    return llvm.Target.from_triple(TRIPLE).create_target_machine(
        opt=3, reloc="static", codemodel="default", features=FEATURES
    )


@cache
def _set_options() -> None:
    """Options of the process that LLVM takes no other way; an option may be given once only.

    Loop strength reduction is made for machines with few registers and small addresses. For WebAssembly it trades one
    index for several pointers: without it the benchmark programs are smaller, compile faster, and run up to a sixth faster.
    """
    llvm.set_option("hermetic_nb", "-disable-lsr")


def optimise(module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
    """LLVM's -O3, in place."""
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = True
    # Measured on the benchmark programs: unrolling costs a quarter of the compile time and gains nothing.
    tuning.loop_unrolling = False
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)


def warm() -> None:
    """Do now what the first ``compile_module`` would have to do: start LLVM and touch each of its stages."""
    target().compile("define i64 @run(i64 %a, i64 %b) {\n  %c = add i64 %a, %b\n  ret i64 %c\n}\n")


def compile_module(ir: str, *, memory_pages: int = MEMORY_PAGES) -> bytes:
    """The sealed module of a program in LLVM IR text; ``memory_pages`` is its memory's maximum (64 KiB each).

    Raises: BuildError for IR that LLVM refuses and for symbols that nothing defines; ToolchainError without a runtime.
    """
    return target().compile(ir, memory_pages=memory_pages)
