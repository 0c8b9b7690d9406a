"""Instances in one store, called by the engine's C API: its Python classes know no v128 and read floats as Python's.

Structures: `wasmtime._bindings` has them as of wasmtime 50, from ``wasmtime/val.h``.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from ctypes import byref
from functools import cache
from threading import stack_size
from typing import Any, Final, TypeVar

import wasmtime
from wasmtime import _ffi

from .features import engine_with
from .values import OTHER, Value

_T = TypeVar("_T")
_TABLE_ELEMENTS: Final = 10_000_000
_STACK_BYTES: Final = 384 << 20
"""More than a call may use by the engine's settings, as the stack of the workers is."""
_KINDS: Final = ("i32", "i64", "f32", "f64", "v128", "funcref", "externref", "anyref", "exnref")
"""By their numbers in the C API (``wasmtime/val.h``)."""
_BYTES: Final = {"i32": 4, "i64": 8, "f32": 4, "f64": 8, "v128": 16}
_NO_FINALIZER: Final = ctypes.cast(0, ctypes.CFUNCTYPE(None, ctypes.c_void_p))

_TABLE64: Final = '(table (export "table64") i64 10 20 funcref)'
_SPECTEST: Final = """
(module
  (global (export "global_i32") i32 (i32.const 666))
  (global (export "global_i64") i64 (i64.const 666))
  (global (export "global_f32") f32 (f32.const 666.6))
  (global (export "global_f64") f64 (f64.const 666.6))
  (table (export "table") 10 20 funcref)
  (memory (export "memory") 1 2){more}
  (func (export "print"))
  (func (export "print_i32") (param i32))
  (func (export "print_i64") (param i64))
  (func (export "print_f32") (param f32))
  (func (export "print_f64") (param f64))
  (func (export "print_i32_f32") (param i32 f32))
  (func (export "print_f64_f64") (param f64 f64)))
"""
"""The module that the scripts may import (README of the specification's interpreter, "Spectest host module")."""


class NoExportError(Exception):
    """An instance has no export of that name and sort."""


class NoValueError(Exception):
    """A value that the host cannot make or read."""


class Host:
    """One store, and the instances that modules may import by name."""

    def __init__(self, features: frozenset[str]) -> None:
        engine = engine_with(features)
        if engine is None:
            raise ValueError(f"the engine has no configuration with {sorted(features)}")
        self.engine = engine
        self._store = wasmtime.Store(self.engine)
        self._store.set_limits(table_elements=_TABLE_ELEMENTS)
        self._linker = wasmtime.Linker(self.engine)
        self._linker.allow_shadowing = True
        self.register("spectest", self.instantiate(wasmtime.Module(self.engine, _spectest("memory64" in features))))

    def instantiate(self, module: wasmtime.Module) -> wasmtime.Instance:
        """A new instance, its start function run. Raises wasmtime.Trap, and wasmtime.WasmtimeError where it does not link."""
        return self._linker.instantiate(self._store, module)

    def register(self, name: str, instance: wasmtime.Instance) -> None:
        """Let modules import the instance's exports by this name."""
        self._linker.define_instance(self._store, name, instance)

    def call(self, instance: wasmtime.Instance, name: str, arguments: Sequence[Value]) -> list[Value]:
        """What an exported function returns. Raises wasmtime.Trap, wasmtime.WasmtimeError and NoExportError."""
        function = self._export(instance, name, _ffi.WASMTIME_EXTERN_FUNC.value).of.func
        context = self._store._context()
        type_ = _ffi.wasmtime_func_type(context, byref(function))
        results = (_ffi.wasmtime_val_t * _ffi.wasm_functype_results(type_).contents.size)()
        _ffi.wasm_functype_delete(type_)
        given = (_ffi.wasmtime_val_t * len(arguments))(*map(self._raw, arguments))
        trap: Any = ctypes.POINTER(_ffi.wasm_trap_t)()
        error: Any = _ffi.wasmtime_func_call(
            context, byref(function), given, len(given), results, len(results), byref(trap)
        )
        if error:
            raise wasmtime.WasmtimeError._from_ptr(error)
        if trap:
            raise wasmtime.Trap._from_ptr(trap)
        return [self._value(result) for result in results]

    def get(self, instance: wasmtime.Instance, name: str) -> Value:
        """What an exported global holds. Raises NoExportError."""
        found = self._export(instance, name, _ffi.WASMTIME_EXTERN_GLOBAL.value).of.global_
        raw = _ffi.wasmtime_val_t()
        _ffi.wasmtime_global_get(self._store._context(), byref(found), byref(raw))
        return self._value(raw)

    def _export(self, instance: wasmtime.Instance, name: str, kind: int) -> Any:
        found: Any = _ffi.wasmtime_extern_t()
        text = name.encode()
        if not _ffi.wasmtime_instance_export_get(
            self._store._context(),
            byref(instance._instance),
            ctypes.create_string_buffer(text),
            len(text),
            byref(found),
        ):
            raise NoExportError(f"no export {name!r}")
        if found.kind != kind:
            raise NoExportError(f"the export {name!r} is of another sort")
        return found

    def _raw(self, value: Value) -> Any:
        raw: Any = _ffi.wasmtime_val_t(kind=_KINDS.index(value.type))
        if length := _BYTES.get(value.type):
            raw.of.v128[:length] = (value.bits or 0).to_bytes(length, "little")
        elif value.type == "externref" and value.bits is not None:
            # one more, since the host's number 0 is no null
            if not _ffi.wasmtime_externref_new(
                self._store._context(), value.bits + 1, _NO_FINALIZER, byref(raw.of.externref)
            ):
                raise MemoryError("the engine made no externref")
        elif value.bits is not None:
            raise NoValueError(f"the engine's C API makes no {value.type} of the host's")
        return raw  # null: all zero

    def _value(self, raw: Any) -> Value:
        type_ = _KINDS[raw.kind]
        if length := _BYTES.get(type_):
            return Value(type_, int.from_bytes(bytes(raw.of.v128[:length]), "little"))
        if type_ == "anyref":
            return self._any(raw)
        if type_ == "exnref":
            return Value(type_, OTHER if raw.of.exnref.store_id else None)
        if type_ == "funcref":
            return Value(type_, OTHER if raw.of.funcref.store_id else None)
        if not raw.of.externref.store_id:
            return Value(type_, None)
        number: Any = _ffi.wasmtime_externref_data(self._store._context(), byref(raw.of.externref))
        _ffi.wasmtime_val_unroot(byref(raw))
        return Value(type_, OTHER if number is None else number - 1)

    def _any(self, raw: Any) -> Value:
        context, found = self._store._context(), byref(raw.of.anyref)
        if not raw.of.anyref.store_id:
            return Value("anyref", None)
        if _ffi.wasmtime_anyref_is_struct(context, found):
            return Value("structref", OTHER)
        if _ffi.wasmtime_anyref_is_array(context, found):
            return Value("arrayref", OTHER)
        # not ..._is_i31, which says yes to every reference (wasmtime 50)
        if _ffi.wasmtime_anyref_i31_get_u(context, found, byref(ctypes.c_uint32())):
            return Value("i31ref", OTHER)
        raise NoValueError("the engine's C API does not tell what an anyref of the host's is")


@cache
def _spectest(table64: bool) -> bytes:  # noqa: FBT001
    return bytes(wasmtime.wat2wasm(_SPECTEST.replace("{more}", _TABLE64 if table64 else "")))


def on_deep_stack(work: Callable[[], _T]) -> _T:
    """Do work on a thread whose stack is as large as the engine's settings suppose."""
    before = stack_size(_STACK_BYTES)
    try:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(work).result()
    finally:
        stack_size(before)
