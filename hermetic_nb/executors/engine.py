"""The engine: modules compiled by it, and checked before they run. Only the worker's processes import this."""

from __future__ import annotations

from functools import cache
from typing import Final, Protocol

import wasmtime
from wasmtime import _ffi

from hermetic_nb.executors.configuration import STACK_BYTES, STACK_SPARE, Kind, settings
from hermetic_nb.executors.protocol import Terms

NO_TRAP: Final = 255
"""The trap kind where the engine names none."""


class TrappedError(Exception):
    """The module trapped. ``kind`` is the engine's number for it."""

    def __init__(self, kind: int) -> None:
        super().__init__(kind)
        self.kind = kind


class EngineFailedError(Exception):
    """The engine could not do what was asked; the module is not to blame."""


class RefusedError(Exception):
    """The payload is no module that can run under its terms. The text is stable."""


@cache
def engine(kind: Kind) -> wasmtime.Engine:
    """The one engine of this process for code of a kind."""
    config = configured()
    config.cranelift_nan_canonicalization = kind is not Kind.PLAIN
    config.consume_fuel = kind is Kind.METERED
    config.epoch_interruption = kind is Kind.INTERRUPTIBLE
    return wasmtime.Engine(config)


def configured() -> wasmtime.Config:
    """A configuration with every setting that is the same for all code."""
    config = wasmtime.Config()
    _ffi.wasmtime_config_async_stack_size_set(config.ptr(), STACK_BYTES + STACK_SPARE)
    config.parallel_compilation = False  # a zygote has one thread; the code is the same
    for name, value in settings().items():
        setattr(config, name, value)
    return config


def generate(wasm: bytes, kind: Kind) -> bytes:
    """The machine code of a module. Raises RefusedError."""
    try:
        return bytes(wasmtime.Module(engine(kind), wasm).serialize())
    except wasmtime.WasmtimeError:
        raise RefusedError("the payload is not a WebAssembly module of the features that tools may use") from None


def load(code: bytes, kind: Kind) -> wasmtime.Module:
    """The module of machine code that `generate` made, here or in another process. Raises EngineFailedError."""
    try:
        return wasmtime.Module.deserialize(engine(kind), code)
    except wasmtime.WasmtimeError as error:
        raise EngineFailedError(str(error)) from error


def check(module: wasmtime.Module, terms: Terms) -> int:
    """Check that the module has no imports and the exports that its terms demand; its memory limit in bytes.

    The fast calls trust these types. Raises RefusedError.
    """
    if module.imports:
        raise RefusedError("the module has imports")
    exports = {export.name: export.type for export in module.exports}
    _check_function(exports.get("run"), "run", terms.parameters, terms.results)
    if terms.realloc:
        _check_function(exports.get("cabi_realloc"), "cabi_realloc", ("i32",) * 4, ("i32",))
    memory, error = exports.get("memory"), exports.get("error")
    if terms.memory and not isinstance(memory, wasmtime.MemoryType):
        raise RefusedError("the module does not export its memory")
    if error is not None and not (isinstance(error, wasmtime.GlobalType) and str(error.content) == "i64"):
        raise RefusedError("the module's export error is not a global of type i64")
    declared = memory.limits.max if isinstance(memory, wasmtime.MemoryType) else None
    return terms.memory_bytes if declared is None else max(declared << 16, terms.memory_bytes)


def _check_function(export: object, name: str, parameters: tuple[str, ...], results: tuple[str, ...]) -> None:
    if not isinstance(export, wasmtime.FuncType):
        raise RefusedError(f"the module does not export the function {name}")
    if tuple(map(str, export.params)) != parameters or tuple(map(str, export.results)) != results:
        raise RefusedError(f"the type of the module's export {name} is not that of the signature")


class Instance(Protocol):
    """One fresh instance of a module; every method may raise EngineFailedError, those that run code TrappedError."""

    def allocate(self, align: int, length: int) -> int:
        """The address that ``cabi_realloc`` gives for a new block."""

    def write(self, address: int, data: bytes | memoryview) -> None:
        """Copy bytes to memory, within bounds that the caller has checked."""

    def run(self, slots: bytes) -> bytes:
        """Call ``run`` with slots of 16 bytes; the low 8 bytes of its result."""

    def size(self) -> int:
        """Bytes of memory now."""

    def read(self, address: int, length: int) -> bytes:
        """A copy of memory, within bounds that the caller has checked."""

    def error_word(self) -> int:
        """The exported global ``error``, or 0."""

    def close(self) -> None:
        """Let go of the instance and all it holds."""


class Program(Protocol):
    """A compiled module, ready to be instantiated."""

    def start(self) -> Instance:
        """A fresh instance whose start function has run."""
