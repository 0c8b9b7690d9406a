"""The C side again, by clang: to WebAssembly, run by the engine that runs sealed tools, and to native code.

clang comes with the package ``ziglang``; where that is not installed these columns are left out.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from .catalogue import Arguments, Program
from .native import FLAGS, interface_of

AVAILABLE: Final = importlib.util.find_spec("ziglang") is not None
_CLANG: Final = (sys.executable, "-m", "ziglang", "cc", "-O3", "-ffp-contract=off")
_WASM: Final = ("-target", "wasm32-wasi", "-mexec-model=reactor", "-msimd128", "-Wl,--strip-all", "-Wl,--export=malloc")
_FORMATS: Final = {"list[int]": "q", "list[float]": "d"}


def compile_native(program: Program, folder: Path) -> Path:
    """A shared library of portable native code. Raises subprocess.CalledProcessError."""
    library = folder / f"{program.name}.clang.so"
    flags = [flag for flag in FLAGS if flag not in {"-O3", "-ffp-contract=off"}]
    command = [*_CLANG, "-mcpu=baseline", *flags, "-o", str(library), str(program.c_file), "-lm"]
    subprocess.run(command, check=True)
    return library


def compile_wasm(program: Program, folder: Path) -> Path:
    """A module that exports the program and ``malloc``. Raises subprocess.CalledProcessError."""
    module = folder / f"{program.name}.wasm"
    export = f"-Wl,--export={program.name}"
    subprocess.run([*_CLANG, *_WASM, export, "-o", str(module), str(program.c_file)], check=True)
    return module


class WasmAlone:
    """The C program in the engine, timed as the sealed code is: in a fresh instance that has its arguments."""

    def __init__(self, program: Program, module: Path, arguments: Arguments, out_length: int) -> None:
        import wasmtime  # late: see `code_alone`

        from hermetic_nb.executors import engine
        from hermetic_nb.executors.configuration import Kind

        self._engine = engine.engine(Kind.PLAIN)
        self._module = wasmtime.Module(self._engine, module.read_bytes())
        self._linker = wasmtime.Linker(self._engine)
        self._linker.define_wasi()
        self._wasi, self._store = wasmtime.WasiConfig, wasmtime.Store
        self._name, self._arguments, self._out = program.name, arguments, out_length
        self._interface = interface_of(program)

    def _start(self) -> tuple[Callable[[], Any], Any, Any, int]:
        store = self._store(self._engine)
        store.set_wasi(self._wasi())
        exports = self._linker.instantiate(store, self._module).exports(store)
        memory: Any = exports["memory"]

        def placed(data: bytes) -> int:
            address: int = exports["malloc"](store, max(len(data), 1))  # type: ignore[operator] # a function
            memory.write(store, data, address)
            return address

        values: list[Any] = []
        for annotation, value in zip(self._interface.parameters, self._arguments, strict=True):
            if annotation in {"int", "float"}:
                values.append(value)
                continue
            data = value.encode("ascii") if isinstance(value, str) else array(_FORMATS[annotation], value).tobytes()  # type: ignore[arg-type] # numbers
            values += [placed(data), len(value)]  # type: ignore[arg-type] # a sequence by its annotation
        address = 0
        if self._interface.result not in {"int", "float"}:
            address = placed(bytes(8 * max(self._out, 1)))
            values.append(address)
        function: Any = exports[self._name]
        return lambda: function(store, *values), store, memory, address

    def value(self) -> Any:
        """What it gives, as a Python value."""
        run, store, memory, address = self._start()
        result = run()
        if self._interface.result in {"int", "float"}:
            return result
        if self._interface.result == "str":
            return bytes(memory.read(store, address, address + result)).decode("ascii")
        items = array(_FORMATS[self._interface.result])
        items.frombytes(bytes(memory.read(store, address, address + 8 * result)))
        return list(items)

    def seconds(self) -> float:
        """Seconds of one run."""
        run, *_ = self._start()
        start = time.perf_counter()
        run()
        return time.perf_counter() - start
