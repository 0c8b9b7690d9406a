"""Fresh instances by the engine's public Python classes: slower than `fast`, and without knowledge of its structures."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import wasmtime

from hermetic_nb.executors.configuration import TABLE_ELEMENTS, Kind
from hermetic_nb.executors.engine import NO_TRAP, EngineFailedError, TrappedError, engine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hermetic_nb.executors.protocol import Terms

_CORE: Final = {"i32": struct.Struct("<i"), "i64": struct.Struct("<q"), "f64": struct.Struct("<d")}
_SLOT: Final = 16


class PortableProgram:
    """A compiled module, ready to be instantiated."""

    def __init__(self, host: wasmtime.Engine, module: wasmtime.Module, terms: Terms, memory_bytes: int) -> None:
        self._host = host
        self._pre = wasmtime.Linker(host).instantiate_pre(module)
        self._terms = terms
        self._memory_bytes = memory_bytes

    def start(self) -> PortableInstance:
        """A fresh instance; its start function has run. Raises TrappedError, EngineFailedError."""
        store = wasmtime.Store(self._host)
        store.set_limits(self._memory_bytes, TABLE_ELEMENTS, 1, 100, 1)
        if self._host is engine(Kind.METERED):
            store.set_fuel(self._terms.fuel)
        if self._host is engine(Kind.INTERRUPTIBLE):
            store.set_epoch_deadline(1)
        return PortableInstance(store, self._pre, self._terms)


class PortableInstance:
    """One instance in a store of its own."""

    def __init__(self, store: wasmtime.Store, pre: wasmtime.InstancePre, terms: Terms) -> None:
        self._store = store
        self._terms = terms
        with _Raising():
            self._exports = pre.instantiate(store).exports(store)

    def allocate(self, align: int, length: int) -> int:
        """The address that ``cabi_realloc`` gives for a new block. Raises TrappedError, EngineFailedError."""
        with _Raising():
            return int(self._function("cabi_realloc")(self._store, 0, 0, align, length)) & 0xFFFFFFFF
        raise AssertionError

    def write(self, address: int, data: bytes | memoryview) -> None:
        """Copy bytes to memory. The caller has checked the bounds."""
        self._memory().write(self._store, bytearray(data), address)

    def run(self, slots: bytes) -> bytes:
        """Call ``run``; the low 8 bytes of its result. Raises TrappedError, EngineFailedError."""
        with _Raising():
            result = self._function("run")(self._store, *self._arguments(slots))
        return b"".join([_CORE[core].pack(result) for core in self._terms.results]).ljust(8, b"\0")

    def size(self) -> int:
        """Bytes of memory."""
        return self._memory().data_len(self._store) if "memory" in self._exports else 0

    def read(self, address: int, length: int) -> bytes:
        """A copy of memory. The caller has checked the bounds."""
        return bytes(self._memory().read(self._store, address, address + length)) if length else b""

    def error_word(self) -> int:
        """The module's exported global ``error``, or 0."""
        error = self._exports.get("error")
        return int(error.value(self._store)) if isinstance(error, wasmtime.Global) else 0

    def close(self) -> None:
        """Let go of the instance and all it holds."""
        self._store.close()

    def _arguments(self, slots: bytes) -> Iterator[Any]:
        for index, core in enumerate(self._terms.parameters):
            yield _CORE[core].unpack_from(slots, index * _SLOT)[0]

    def _function(self, name: str) -> wasmtime.Func:
        function = self._exports[name]
        assert isinstance(function, wasmtime.Func)
        return function

    def _memory(self) -> wasmtime.Memory:
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        return memory


class _Raising:
    """Turns the engine's exceptions into ours."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, wasmtime.Trap):
            code = error.trap_code
            raise TrappedError(NO_TRAP if code is None else code.value) from error
        if isinstance(error, wasmtime.WasmtimeError):
            raise EngineFailedError(str(error)) from error
