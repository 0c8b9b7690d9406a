"""The engine's constants, and modules compiled by it. Only the worker process imports this.

Every setting is fixed here: some values abort the whole process (research on wasmtime 50), and results must not depend on
settings. No fuel and no epochs: a call is stopped by killing the process, so the code carries no checks.
"""

from __future__ import annotations

import hashlib
import math
import os
import platform
import re
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import wasmtime
from wasmtime import _ffi

if TYPE_CHECKING:
    from hermetic_nb.executors.compiled import CompiledCache
    from hermetic_nb.executors.protocol import Terms

STACK_BYTES: Final = 256 << 20
"""Stack of a call. 1000 nested calls (`model.ModuleLimits.depth`) may each have a frame of 250 kB, so that the module's own
counter, which decides an outcome, comes before the engine's limit, which does not."""
STACK_SPARE: Final = 16 << 20
"""What the thread's stack holds besides: the interpreter and the engine."""
TABLE_ELEMENTS: Final = 10_000_000
NO_TRAP: Final = 255
"""The trap kind where the engine names none."""

_NAN_CONSTANT: Final = re.compile(rb"\x44(?=.{6}[\xf0-\xff][\x7f\xff])", re.DOTALL)

SETTINGS: Final = {
    "wasm_threads": False,
    "wasm_memory64": False,
    "wasm_gc": False,
    "wasm_function_references": False,
    "wasm_relaxed_simd": False,
    "wasm_tail_call": False,
    "wasm_exceptions": False,
    "wasm_stack_switching": False,
    "wasm_multi_memory": False,
    "wasm_wide_arithmetic": False,
    "wasm_custom_page_sizes": False,
    "shared_memory": False,
    "wasm_simd": True,
    "wasm_bulk_memory": True,
    "wasm_multi_value": True,
    "wasm_reference_types": True,
    "consume_fuel": False,
    "epoch_interruption": False,
    "cranelift_opt_level": "speed",
    "max_wasm_stack": STACK_BYTES,
}

SMALL_ADDRESS_SPACE: Final = {
    "memory_reservation": 0,
    "memory_reservation_for_growth": 1 << 20,
    "memory_guard_size": 0,
}
"""Settings where HERMETIC_ADDRESS_SPACE=small: no gigabytes of addresses for each instance, which hosts with a limit on
them (``ulimit -v``) refuse and for which emulators pay in memory. The code then checks each access; results are the same."""


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
def version() -> str:
    """The engine's version, from the name of the folder that states it: to read that folder takes longer than to load the engine."""
    stated = list(Path(wasmtime.__file__).parents[1].glob("wasmtime-*.dist-info"))
    if len(stated) == 1:
        return stated[0].name.removeprefix("wasmtime-").removesuffix(".dist-info")
    from importlib import metadata  # noqa: PLC0415 (see above)

    return metadata.version("wasmtime")


@cache
def engine(canonical: bool) -> wasmtime.Engine:  # noqa: FBT001
    """The one engine of this process for plain or NaN-canonical code."""
    config = configured()
    config.cranelift_nan_canonicalization = canonical
    return wasmtime.Engine(config)


def configured() -> wasmtime.Config:
    """A configuration with every setting that is the same for all code."""
    config = wasmtime.Config()
    _ffi.wasmtime_config_async_stack_size_set(config.ptr(), STACK_BYTES + STACK_SPARE)
    for name, value in _settings().items():
        setattr(config, name, value)
    return config


def identity(canonical: bool) -> str:  # noqa: FBT001
    """All that decides machine code besides the module: engine version, settings, CPU."""
    settings = " ".join(f"{name}={value}" for name, value in sorted(_settings().items()))
    return f"wasmtime {version()} {settings} nan={canonical} {_cpu()}"


@cache
def _settings() -> dict[str, object]:
    return SETTINGS | (SMALL_ADDRESS_SPACE if os.environ.get("HERMETIC_ADDRESS_SPACE") == "small" else {})


@cache
def _cpu() -> str:
    facts = platform.machine()
    try:
        first = Path("/proc/cpuinfo").read_text(errors="replace").partition("\n\n")[0]
    except OSError:
        return facts
    kept = [line for line in first.splitlines() if line.startswith(("model name", "flags", "Features", "CPU "))]
    return f"{facts} {hashlib.sha256(chr(10).join(kept).encode()).hexdigest()}"


def compile_module(wasm: bytes, cache_: CompiledCache, *, canonical: bool) -> wasmtime.Module:
    """The compiled module, from the cache if it is there. Raises RefusedError."""
    key = f"{hashlib.sha256(wasm).hexdigest()} {identity(canonical)}"
    host = engine(canonical)
    if (code := cache_.get(key)) is not None:
        try:
            return wasmtime.Module.deserialize(host, code)
        except wasmtime.WasmtimeError:
            cache_.drop(key)
    try:
        module = wasmtime.Module(host, wasm)
    except wasmtime.WasmtimeError:
        raise RefusedError("the payload is not a WebAssembly module of the features that tools may use") from None
    cache_.put(key, bytes(module.serialize()))
    return module


def holds_nan(wasm: bytes) -> bool:
    """Whether an ``f64.const`` of the code may be NaN: such a NaN comes into being without the *invalid* flag.

    A look at the bytes (opcode 0x44, then the number: WebAssembly core specification, binary format of instructions); other
    code that happens to look so only runs canonical without need.
    """
    return any(math.isnan(struct.unpack_from("<d", wasm, found.end())[0]) for found in _NAN_CONSTANT.finditer(wasm))


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
