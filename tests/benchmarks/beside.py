"""Other ways to call a function that adds two ints, in this process or a process of their own: what a call costs elsewhere.

Only pydantic-monty and pyeryx keep the code from the host as a sealed tool is kept; see `peers`.
"""

from __future__ import annotations

import ctypes
import importlib
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from RestrictedPython.compile import compile_restricted
from RestrictedPython.Guards import safe_globals

from . import native
from .peers import Peer
from .rounds import each

CELL: Final = "def add(a: int, b: int) -> int:\n    return a + b\n"
"""The same for all."""
_PLAIN: Final = "def add(a, b):\n    return a + b\n"
"""Annotations would be evaluated at each definition."""
_C: Final = "#include <stdint.h>\nint64_t add(int64_t a, int64_t b) { return a + b; }\n"
_MODULE: Final = """
(module
  (import "extism:host/env" "input_load_u64" (func $in (param i64) (result i64)))
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
  (import "extism:host/env" "output_set" (func $out (param i64 i64)))
  (memory (export "memory") 1)
  (func (export "add") (result i32)
    (local $at i64)
    (local.set $at (call $alloc (i64.const 8)))
    (call $store (local.get $at) (i64.add (call $in (i64.const 0)) (call $in (i64.const 8))))
    (call $out (local.get $at) (i64.const 8))
    (i32.const 0)))
"""
"""extism's way to take and give bytes (extism.org, "Plug-in development kits")."""
_PAIR: Final = struct.Struct("<qq")

Measure = Callable[[], list[float]]


def measures(folder: Path, peers: list[Peer]) -> tuple[dict[str, Measure], dict[str, str]]:
    """By name, what gives the seconds of some calls; and why others are not here."""
    code = compile_restricted(_PLAIN, "<cell>", "exec")
    reused = _defined(code)
    function, made_by = _native(folder)
    found: dict[str, Measure] = {
        "python -c pass": lambda: each(_python, 3),
        f"a native call by ctypes ({made_by})": lambda: each(function, 50, together=50),
        "RestrictedPython in this process: compile, exec, call": lambda: each(_compiled_and_called, 30),
        "RestrictedPython in this process: call": lambda: each(lambda: reused(2, 3), 50, together=50),
    }
    for peer in peers:
        found[f"{peer.name}: a fresh session"] = lambda peer=peer: each(lambda: _asked(peer), 30)  # type: ignore[misc]
    absent = {}
    try:
        found |= _extism()
    except ImportError:
        absent["extism"] = "not installed"
    return found, absent


def _python() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def _native(folder: Path) -> tuple[Callable[[], Any], str]:
    if native.COMPILER is None:
        absolute = ctypes.CDLL(None).abs
        return lambda: absolute(-5), "libc's abs"
    source, library = folder / "add.c", folder / "add.so"
    source.write_text(_C)
    subprocess.run([native.COMPILER, *native.FLAGS, "-o", str(library), str(source)], check=True)
    add = ctypes.CDLL(str(library)).add
    add.argtypes, add.restype = (ctypes.c_int64, ctypes.c_int64), ctypes.c_int64
    assert add(2, 3) == 5
    return lambda: add(2, 3), "gcc's add"


def _defined(code: Any) -> Callable[[int, int], int]:
    names: dict[str, Any] = {"__name__": "cell", **safe_globals}
    exec(code, names)
    add: Callable[[int, int], int] = names["add"]
    return add


def _compiled_and_called() -> None:
    assert _defined(compile_restricted(_PLAIN, "<cell>", "exec"))(2, 3) == 5


def _asked(peer: Peer) -> None:
    assert peer.run(CELL, "add(2, 3)") == 5


def _extism() -> dict[str, Measure]:
    """extism: any WebAssembly in this process, bytes in and out. Raises ImportError."""
    module: Any = importlib.import_module("extism.extism")
    import wasmtime

    compiled = module.CompiledPlugin(bytes(wasmtime.wat2wasm(_MODULE)))
    live = module.Plugin(compiled)

    def asked(plugin: Any) -> None:
        (total,) = struct.unpack("<q", plugin.call("add", _PAIR.pack(2, 3)))
        assert total == 5

    def fresh() -> None:
        with module.Plugin(compiled) as plugin:
            asked(plugin)

    return {
        "extism in this process: a fresh plugin": lambda: each(fresh, 30),
        "extism in this process: a plugin in use": lambda: each(lambda: asked(live), 100),
    }
