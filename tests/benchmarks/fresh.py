"""What one fresh process measures: `python -m tests.benchmarks.fresh load-ext | first-call FOLDER | memory FILE`.

Prints one number: seconds, or bytes.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

INSTANCES: Final = 400
TEXT: Final = b"GATTACA" * 100


def load_ext() -> float:
    """Seconds of `%load_ext hermetic_nb` in an IPython that has loaded what a kernel loads."""
    import ipykernel.ipkernel  # noqa: F401 (what a kernel has loaded)
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    start = time.perf_counter()
    shell.run_line_magic("load_ext", "hermetic_nb")
    return time.perf_counter() - start


def first_call(folder: str) -> float:
    """Seconds of a sealed tool's first call in this process, when another tool has been called."""
    import hermetic_nb as hnb

    box = hnb.Toolbox(Path(folder))
    assert box.get("double")(21) == 42
    tool = box.get("gc_content")
    start = time.perf_counter()
    value = tool("GATTACA")
    seconds = time.perf_counter() - start
    assert value == 2 / 7
    return seconds


def memory(module: str) -> float:
    """Resident bytes that one more live instance of a module `f(str) -> float` takes, after a call, its data included."""
    import wasmtime

    engine = wasmtime.Engine()
    compiled = wasmtime.Module(engine, Path(module).read_bytes())
    live = []
    live.append(_called(engine, compiled))
    gc.collect()
    before = _resident()
    live += [_called(engine, compiled) for _ in range(INSTANCES)]
    gc.collect()
    return (_resident() - before) / INSTANCES


def _called(engine: Any, compiled: Any) -> Any:
    import wasmtime

    store = wasmtime.Store(engine)
    exports: Any = wasmtime.Instance(store, compiled, []).exports(store)
    place = exports["cabi_realloc"](store, 0, 0, 1, len(TEXT))
    exports["memory"].write(store, TEXT, place)
    assert exports["run"](store, place, len(TEXT)) == 2 / 7
    return store


def _resident() -> int:
    """Resident memory of this process in bytes, free heap given back first (proc(5), statm's second field)."""
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


MEASURES: Final[dict[str, Callable[..., float]]] = {"load-ext": load_ext, "first-call": first_call, "memory": memory}

if __name__ == "__main__":
    print(MEASURES[sys.argv[1]](*sys.argv[2:]))
