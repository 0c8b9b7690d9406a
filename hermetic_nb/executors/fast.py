"""Fresh instances by plain ctypes on the engine's C API: about a sixth of the time of its Python classes.

Structures and functions: wasmtime 50 C API (``wasmtime/{store,instance,extern,func,memory,global,trap}.h``). `works` tries
them on a small module; where it fails, `portable` is used.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import struct
from contextlib import suppress
from ctypes import addressof, c_bool, c_char, c_char_p, c_int64, c_size_t, c_uint8, c_void_p
from functools import cache
from pathlib import Path
from typing import Any, Final

import wasmtime
from wasmtime import _ffi

from hermetic_nb.executors.configuration import TABLE_ELEMENTS, Kind, version
from hermetic_nb.executors.engine import NO_TRAP, EngineFailedError, TrappedError, engine
from hermetic_nb.executors.protocol import TRIAL, TRIAL_SIGNATURE, Terms

MAJOR: Final = "50"
"""The only major version whose structures are known here."""
_SLOT: Final = 16
_WORD: Final = 8
_REALLOC: Final = struct.Struct("<i12xi12xI12xI12x")


_UNREACHABLE: Final = 9
"""WASMTIME_TRAP_CODE_UNREACHABLE_CODE_REACHED"""


RESERVED: Final = 1 << 32
"""Bytes of address space that the engine reserves for a memory (wasmtime ``Config::memory_reservation``, 64-bit default)."""
_POPULATED: Final = 1 << 16
"""Bytes of an argument for which fresh pages are asked for all at once, not one by one at their first touch."""
_POPULATE_WRITE: Final = 23
"""MADV_POPULATE_WRITE (Linux 5.14, asm-generic/mman-common.h)"""
_HUGE_PAGES: Final = Path("/sys/kernel/mm/transparent_hugepage/enabled")


class _Extern(ctypes.Structure):
    _fields_ = (("kind", c_uint8), ("of", c_int64 * 3))


# The interpreter's lock is kept (PyDLL): nothing else in the worker wants it, and giving it up costs time.
_library: Final = ctypes.PyDLL(_ffi.dll._name, handle=_ffi.dll._handle)  # noqa: SLF001


def _function(name: str, result: Any, *parameters: Any) -> Any:
    function = _library[name]
    function.restype = result
    function.argtypes = parameters
    return function


_store_new: Final = _function("wasmtime_store_new", c_void_p, c_void_p, c_void_p, c_void_p)
_store_delete: Final = _function("wasmtime_store_delete", None, c_void_p)
_store_context: Final = _function("wasmtime_store_context", c_void_p, c_void_p)
_store_limiter: Final = _function("wasmtime_store_limiter", None, c_void_p, *(c_int64,) * 5)
_set_fuel: Final = _function("wasmtime_context_set_fuel", c_void_p, c_void_p, ctypes.c_uint64)
_instantiate: Final = _function("wasmtime_instance_pre_instantiate", c_void_p, *(c_void_p,) * 4)
_export_get: Final = _function("wasmtime_instance_export_get", c_bool, c_void_p, c_void_p, c_char_p, c_size_t, c_void_p)
_call: Final = _function("wasmtime_func_call_unchecked", c_void_p, c_void_p, c_void_p, c_void_p, c_size_t, c_void_p)
_memory_data: Final = _function("wasmtime_memory_data", c_void_p, c_void_p, c_void_p)
_memory_size: Final = _function("wasmtime_memory_data_size", c_size_t, c_void_p, c_void_p)
_global_get: Final = _function("wasmtime_global_get", None, c_void_p, c_void_p, c_void_p)
_trap_code: Final = _function("wasmtime_trap_code", c_bool, c_void_p, c_void_p)
_trap_delete: Final = _function("wasm_trap_delete", None, c_void_p)
_error_delete: Final = _function("wasmtime_error_delete", None, c_void_p)

# One call at a time: the structures that calls fill are made once.
_extern: Final = _Extern()
_found: Final = addressof(_extern) + _Extern.of.offset
_trap: Final = c_void_p()
_kind: Final = c_uint8()
_value: Final = (c_uint8 * 32)()
_cells: Final = bytearray(_SLOT * 16)
_cells_address: Final = addressof((c_char * len(_cells)).from_buffer(_cells))
_extern_at, _trap_at, _kind_at, _value_at = map(addressof, (_extern, _trap, _kind, _value))
_Instance: Final = c_uint8 * 16


class FastProgram:
    """A compiled module, ready to be instantiated."""

    def __init__(self, host: wasmtime.Engine, module: wasmtime.Module, terms: Terms, memory_bytes: int) -> None:
        self._keep = pre = wasmtime.Linker(host).instantiate_pre(module)
        self._pre_at = ctypes.cast(pre.ptr(), c_void_p).value
        self._engine_at = ctypes.cast(host.ptr(), c_void_p).value
        self._memory_bytes = memory_bytes
        self._fuel = terms.fuel if host is engine(Kind.METERED) else None
        self._cells = max(len(terms.parameters), len(terms.results))

    def start(self) -> FastInstance:
        """A fresh instance; its start function has run. Raises TrappedError, EngineFailedError."""
        return FastInstance(self._engine_at, self._pre_at, self._memory_bytes, self._cells, self._fuel)


class FastInstance:
    """One instance in a store of its own."""

    __slots__ = ("_at", "_cells", "_context", "_instance", "_memory", "_realloc", "_store")

    def __init__(
        self, engine_at: int | None, pre_at: int | None, memory_bytes: int, cells: int, fuel: int | None
    ) -> None:
        self._cells = cells
        self._instance = _Instance()
        self._at = addressof(self._instance)
        self._store = store = _store_new(engine_at, None, None)
        self._context = context = _store_context(store)
        self._memory: Any = None
        self._realloc: Any = None
        _store_limiter(store, memory_bytes, TABLE_ELEMENTS, 1, 100, 1)
        if fuel is not None:
            _raise(_set_fuel(context, fuel))
        try:
            _raise(_instantiate(pre_at, context, self._at, _trap_at))
        except BaseException:
            self.close()
            raise
        if _export_get(context, self._at, b"memory", 6, _extern_at):
            self._memory = memory = (c_int64 * 3).from_buffer_copy(_extern.of)
            if _advise is not None:
                # The whole reservation, so that what `memory.grow` adds is advised too. It is only advice.
                _advise(_memory_data(context, addressof(memory)), RESERVED, mmap.MADV_HUGEPAGE)

    def allocate(self, align: int, length: int) -> int:
        """The address that ``cabi_realloc`` gives for a new block. Raises TrappedError, EngineFailedError."""
        if self._realloc is None:
            _export_get(self._context, self._at, b"cabi_realloc", 12, _extern_at)
            self._realloc = (c_int64 * 3).from_buffer_copy(_extern.of)
        _REALLOC.pack_into(_cells, 0, 0, 0, align, length)
        _raise(_call(self._context, addressof(self._realloc), _cells_address, 4, _trap_at))
        return int.from_bytes(_cells[:4], "little")

    def write(self, address: int, data: bytes | memoryview) -> None:
        """Copy bytes to memory. The caller has checked the bounds."""
        base = _memory_data(self._context, addressof(self._memory))
        if len(data) >= _POPULATED and _madvise is not None:
            first = (base + address) & -mmap.PAGESIZE
            _madvise(
                first, base + address + len(data) - first, _POPULATE_WRITE
            )  # an older system refuses, which is no harm
        if type(data) is memoryview:
            if not data.readonly and data.nbytes:
                ctypes.memmove(base + address, addressof(c_char.from_buffer(data)), data.nbytes)
                return
            data = bytes(data)
        ctypes.memmove(base + address, data, len(data))

    def run(self, slots: bytes) -> bytes:
        """Call ``run``; the low 8 bytes of its result. Raises TrappedError, EngineFailedError."""
        _cells[: len(slots)] = slots
        _export_get(self._context, self._at, b"run", 3, _extern_at)
        _raise(_call(self._context, _found, _cells_address, self._cells, _trap_at))
        return bytes(_cells[:_WORD])

    def size(self) -> int:
        """Bytes of memory."""
        return 0 if self._memory is None else int(_memory_size(self._context, addressof(self._memory)))

    def read(self, address: int, length: int) -> bytes:
        """A copy of memory. The caller has checked the bounds."""
        if self._memory is None:
            return b""
        return ctypes.string_at(_memory_data(self._context, addressof(self._memory)) + address, length)

    def error_word(self) -> int:
        """The module's exported global ``error``, or 0."""
        if not _export_get(self._context, self._at, b"error", 5, _extern_at):
            return 0
        _global_get(self._context, _found, _value_at)
        return int.from_bytes(bytes(_value[_WORD : 2 * _WORD]), "little", signed=True)

    def close(self) -> None:
        """Let go of the instance and all it holds."""
        if self._store:
            _store_delete(self._store)
            self._store = None


def _madvise_function() -> Any:
    """The C library's ``madvise``, or None."""
    with suppress(OSError, AttributeError):
        function = ctypes.PyDLL(None).madvise
        function.argtypes = (c_void_p, c_size_t, ctypes.c_int)
        return function
    return None


def _advice() -> Any:
    """``madvise`` where the system gives huge pages to those who ask, else None (Linux, admin-guide/mm/transhuge.rst).

    Large tools spend their time on the first touch of fresh pages. A memory below 2 MiB holds no huge page and stays as it is.
    """
    if os.environ.get("HERMETIC_ADDRESS_SPACE") == "small":
        return None  # no such reservation then (see `engine.SMALL_ADDRESS_SPACE`)
    with suppress(OSError):
        if hasattr(mmap, "MADV_HUGEPAGE") and "[madvise]" in _HUGE_PAGES.read_text():
            return _madvise
    return None


_madvise: Final = _madvise_function()
_advise: Final = _advice()


def _raise(error: int | None) -> None:
    trap = _trap.value
    if error is None and trap is None:
        return
    if error is not None:
        _error_delete(error)
    if trap is None:
        raise EngineFailedError
    named = _trap_code(trap, _kind_at)
    _trap_delete(trap)
    _trap.value = None
    raise TrappedError(_kind.value if named else NO_TRAP)


@cache
def works() -> bool:
    """Whether this engine is the one known here, shown by running a module that adds, and one that traps."""
    if version().partition(".")[0] != MAJOR:
        return False
    host = engine(Kind.PLAIN)
    terms = Terms.of(TRIAL_SIGNATURE, memory_bytes=1 << 16)
    instance = FastProgram(host, wasmtime.Module(host, TRIAL), terms, terms.memory_bytes).start()
    try:
        slots = struct.pack("<q8xq8x", 40, 2)
        if instance.run(slots) != (42).to_bytes(8, "little") or instance.size() != 1 << 16:
            return False
        instance.write(8, b"hermetic")
        if instance.read(8, 8) != b"hermetic" or instance.error_word() != 7:
            return False
        instance.run(struct.pack("<q8xq8x", 1, -1))
    except TrappedError as trapped:
        return trapped.kind == _UNREACHABLE
    except EngineFailedError:
        return False
    finally:
        instance.close()
    return False
