"""The runner, driven directly: a fresh instance for each tool, as the executor does it."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import wasmtime
from wasmtime import _ffi, component

if TYPE_CHECKING:
    from pathlib import Path

STACK: Final = 256 << 20
SPARE: Final = 16 << 20
MEMORY: Final = 512 << 20


def engine() -> wasmtime.Engine:
    """NaN-canonical, without fuel; its stack is beyond what Python itself allows, so that Python's own limits decide."""
    config = wasmtime.Config()
    config.cranelift_nan_canonicalization = True
    config.cranelift_opt_level = "speed"
    config.max_wasm_stack = STACK
    _ffi.wasmtime_config_async_stack_size_set(config.ptr(), STACK + SPARE)
    return wasmtime.Engine(config)


class Trapped(Exception):  # noqa: N818 (what a test never wants to see)
    """The instance stopped without a word."""


class Instance:
    """One instance; each method is an export."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._store = wasmtime.Store(runner.engine)
        self._store.set_limits(MEMORY)
        self._made = component.Linker(runner.engine).instantiate(self._store, runner.compiled)

    def call(self, export: str, document: Any) -> Any:
        return self._runner.pool.submit(self._call, export, document).result()

    def _call(self, export: str, document: Any) -> Any:
        function = self._made.get_func(self._store, export)
        assert function is not None
        try:
            answer = function(self._store, json.dumps(document))
            function.post_return(self._store)
        except wasmtime.WasmtimeError as error:
            raise Trapped(str(error)) from None
        return json.loads(answer)


@dataclass(frozen=True)
class Runner:
    """The compiled component, and a thread whose stack holds the deepest call."""

    engine: wasmtime.Engine
    compiled: component.Component
    pool: ThreadPoolExecutor = field(default_factory=lambda: _pool())  # noqa: PLW0108 (it stands below)

    def define(self, source: str, **options: Any) -> tuple[Instance, Any]:
        """An instance with a tool, and what the guest says of it."""
        made = Instance(self)
        program = {"kind": "python", "source": source, "entry": "f", "depth": 1000, "output": 100_000, **options}
        return made, made.call("define", {"modules": {}, "files": {}, **program})

    def call(self, source: str, arguments: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        """The first step of a tool's call in a fresh instance, or what was wrong with its source."""
        made, answer = self.define(source, **options)
        if answer != {"defined": True}:
            return dict(answer)
        return dict(made.call("start", arguments or {}))

    def run(self, body: str) -> dict[str, Any]:
        """The step of a function with these lines; the first of them is line 2."""
        return self.call("def f():\n" + "".join(f"    {line}\n" for line in body.splitlines()))

    def pure(self, source: str, arguments: dict[str, Any] | None = None) -> tuple[Instance, dict[str, Any]]:
        """An instance of a pure tool, and its first step."""
        made, answer = self.define(source, kind="pure")
        assert answer == {"defined": True}, answer
        return made, dict(made.call("start", arguments or {}))


def _pool() -> ThreadPoolExecutor:
    before = threading.stack_size(STACK + SPARE)
    pool = ThreadPoolExecutor(1)
    pool.submit(int).result()
    threading.stack_size(before)
    return pool


def load(file: Path) -> Runner:
    """The runner from code that `component.Component.serialize` gave."""
    made = engine()
    return Runner(made, component.Component.deserialize_file(made, str(file)))
