"""What every sealed module must look like from outside, whichever toolchain made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import BuildError
from hermetic_nb.signature import abi
from hermetic_nb.toolchains.wasm_module import FunctionType, Global, MalformedModuleError, Memory, Module, read_module

if TYPE_CHECKING:
    from hermetic_nb.model import ToolSpec
    from hermetic_nb.signature import Signature

RUN, MEMORY, ERROR, REALLOC, POST = "run", "memory", "error", "cabi_realloc", "cabi_post_run"
_REALLOC_TYPE: Final = FunctionType(("i32", "i32", "i32", "i32"), ("i32",))


def check_shape(data: bytes, spec: ToolSpec) -> Module:
    """The module's outside, if it is a sealed tool of the spec's signature and limits. Raises BuildError."""
    try:
        module = read_module(data)
    except MalformedModuleError as error:
        raise BuildError(f"the toolchain made no sealed module: {error}") from None
    if module.imports:
        raise BuildError(
            f"the module imports {', '.join(module.imports)}",
            help="a sealed tool imports nothing: no clock, no files, no chance",
        )
    if module.has_start:
        raise BuildError("the module has a start function", help=f"a sealed tool does its work in the export {RUN!r}")
    _check_exports(module, spec.signature)
    _check_memories(module, spec)
    return module


def _check_exports(module: Module, signature: Signature) -> None:
    parameters, results = abi.core_signature(signature)
    _check_function(module, RUN, FunctionType(parameters, results), f"for {signature}")
    if abi.needs_memory(signature) and not isinstance(module.exports.get(MEMORY), Memory):
        raise BuildError(f"the module exports no {MEMORY!r}", help=f"{signature} passes values in memory")
    if abi.needs_realloc(signature):
        _check_function(module, REALLOC, _REALLOC_TYPE, "(old, old size, alignment, new size) -> address")
    if POST in module.exports:
        _check_function(module, POST, FunctionType(results, ()), "it takes what run gives")
    error = module.exports.get(ERROR)
    if error is not None and error != Global("i64", mutable=True):
        raise BuildError(
            f"the export {ERROR!r} is not a mutable i64 global", help="it holds code and line of a failure"
        )


def _check_function(module: Module, name: str, wanted: FunctionType, reason: str) -> None:
    found = module.exports.get(name)
    if not isinstance(found, FunctionType):
        raise BuildError(
            f"the module exports no function {name!r}", help=f'(export "{name}") with type {wanted} {reason}'
        )
    if found != wanted:
        raise BuildError(f"the export {name!r} has type {found}, not {wanted}", help=reason)


def _check_memories(module: Module, spec: ToolSpec) -> None:
    pages = spec.limits.memory_pages
    for memory in module.memories:
        if memory.maximum is None:
            raise BuildError(
                "the module's memory has no maximum",
                help=f'write one: (memory (export "memory") {memory.minimum} {max(memory.minimum, 16)}); '
                f"pages of 64 KiB, at most {pages}",
            )
        if memory.maximum > pages:
            raise BuildError(
                f"the module's memory may grow to {memory.maximum} pages of 64 KiB, its limit is {pages}",
                help="lower the maximum, or raise the limit of the cell",
            )
