"""The runner inside the engine: compiled once per machine, a fresh instance for each call. Only worker processes import this.

Two builds of it exist. *Plain* code carries no counters and is what calls run on first; *metered* code counts fuel, the
same on every machine, at about 1.4 times the time. Both are NaN-canonical, which costs nothing measurable here.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import wasmtime
from wasmtime import component

from hermetic_nb import runner
from hermetic_nb.executors import engine
from hermetic_nb.executors.configuration import TABLE_ELEMENTS, Kind
from hermetic_nb.executors.runner_code import key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.executors.compiled import CompiledCache

EXPORTS: Final = ("define", "start", "resume", "examples")
INSTANCES: Final = 100
"""Core instances, memories and tables of one component; the runner has about twenty."""

_NO_FUEL: Final = "all fuel consumed"
_NO_STACK: Final = "call stack exhausted"
_NO_MEMORY: Final = "uninitialized element"
"""How CPython 3.14.0 ends where a string that grows in place finds no more memory: by a call through a freed object."""


class StoppedError(Exception):
    """The instance trapped. ``limit`` is ``fuel``, ``stack`` or ``memory``, or empty where Python itself stopped."""

    def __init__(self, limit: str) -> None:
        super().__init__(limit)
        self.limit = limit


@cache
def host(kind: Kind) -> wasmtime.Engine:
    """The one engine of this process for the runner's code of a kind."""
    config = engine.configured()
    config.parallel_compilation = True  # megabytes of it, before there is anything to fork
    config.cranelift_nan_canonicalization = True
    config.consume_fuel = kind is Kind.METERED
    config.epoch_interruption = kind is Kind.INTERRUPTIBLE
    return wasmtime.Engine(config)


def load(cache_: CompiledCache, kind: Kind) -> component.Component:
    """The compiled runner; compiled now, for seconds, where the cache does not hold it. Raises EngineFailedError."""
    found = _mapped(cache_, kind)
    if found is not None:
        return found
    try:
        made = component.Component(host(kind), runner.component())
    except wasmtime.WasmtimeError as error:
        raise engine.EngineFailedError from error
    if made.type.imports(host(kind)):
        raise engine.RefusedError("the runner has imports")
    cache_.put(key(kind), bytes(made.serialize()))
    return _mapped(cache_, kind) or made


def _mapped(cache_: CompiledCache, kind: Kind) -> component.Component | None:
    """The code that the cache holds, mapped: pages that no call has used are never read, and none is copied to be loaded.

    The memory of an instance begins as a private mapping of the same file, which costs less than one of our own memory.
    """
    path = cache_.find(key(kind))
    if path is None:
        return None
    try:
        return component.Component.deserialize_file(host(kind), str(path))
    except wasmtime.WasmtimeError:
        cache_.drop(key(kind))
        return None


class Runner:
    """The compiled runner, ready to be instantiated."""

    def __init__(self, compiled: component.Component, kind: Kind) -> None:
        self._compiled = compiled
        self._kind = kind
        self._linker = component.Linker(host(kind))
        found = {name: compiled.get_export_index(name) for name in EXPORTS}
        self._indices = {name: index for name, index in found.items() if index is not None}

    def start(self, memory_bytes: int, fuel: int) -> Instance:
        """A fresh instance. ``fuel`` counts in metered code only. Raises EngineFailedError."""
        store = wasmtime.Store(host(self._kind))
        store.set_limits(memory_bytes, TABLE_ELEMENTS, INSTANCES, INSTANCES, INSTANCES)
        if self._kind is Kind.METERED:
            store.set_fuel(fuel)
        if self._kind is Kind.INTERRUPTIBLE:
            store.set_epoch_deadline(1)
        try:
            made = self._linker.instantiate(store, self._compiled)
        except wasmtime.WasmtimeError as error:
            raise engine.EngineFailedError from error
        return Instance(store, made, self._indices)


class Instance:
    """One instance; every method raises StoppedError where it trapped, after which it is of no use."""

    def __init__(
        self, store: wasmtime.Store, made: component.Instance, indices: Mapping[str, component.ExportIndex]
    ) -> None:
        self._store = store
        self._made = made
        self._indices = indices

    def call(self, export: str, text: str) -> str:
        """Call one of `EXPORTS`, text in, text out."""
        function = self._made.get_func(self._store, self._indices[export])
        assert function is not None, f"the runner exports {export}"
        try:
            answer = function(self._store, text)
            function.post_return(self._store)
        except wasmtime.WasmtimeError as error:
            raise StoppedError(_limit(str(error))) from None
        return str(answer)

    def close(self) -> None:
        """Let go of its memory."""
        self._store.close()


def _limit(message: str) -> str:
    limits = {_NO_FUEL: "fuel", _NO_STACK: "stack", _NO_MEMORY: "memory"}
    return next((limit for said, limit in limits.items() if said in message), "")
