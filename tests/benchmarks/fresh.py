"""What one fresh process measures: `python -m tests.benchmarks.fresh MEASURE [ARGUMENT]`, the measures being named below.

Prints one number: seconds, or bytes.
"""

from __future__ import annotations

import ctypes
import gc
import struct
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from hermetic_nb.executors.engine import Instance, Program

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


def first_python_call(folder: str) -> float:
    """Seconds until a sealed tool of the python tier has answered, in a process that has only imported the package."""
    import hermetic_nb as hnb

    start = time.perf_counter()
    value = hnb.Toolbox(Path(folder)).get("gc_content")("GATTACA")
    seconds = time.perf_counter() - start
    assert value == 2 / 7
    return seconds


def first_peer_call(name: str) -> float:
    """Seconds until a peer, once imported, has started and answered."""
    import importlib

    from . import cells, peers

    importlib.import_module(peers.MODULES[name])
    start = time.perf_counter()
    value = peers.KINDS[name]().run(cells.SMALL, "gc_content('GATTACA')")
    seconds = time.perf_counter() - start
    assert value == 2 / 7
    return seconds


def memory(module: str) -> float:
    """Memory that one more live instance of a module `f(str) -> float` takes, after a call, its data and page tables included."""
    import wasmtime

    from hermetic_nb.executors import engine, fast, protocol
    from hermetic_nb.executors.configuration import Kind
    from hermetic_nb.signature import FLOAT, STR, Parameter, Signature

    assert fast.works()
    host = engine.engine(Kind.PLAIN)
    terms = protocol.Terms.of(Signature((Parameter("s", STR),), FLOAT), memory_bytes=1 << 30)
    program = fast.FastProgram(host, wasmtime.Module(host, Path(module).read_bytes()), terms, terms.memory_bytes)
    live = [_called(program)]
    gc.collect()
    before = _resident()
    live += [_called(program) for _ in range(INSTANCES)]
    gc.collect()
    return (_resident() - before) / INSTANCES


def _called(program: Program) -> Instance:
    instance = program.start()
    place = instance.allocate(1, len(TEXT))
    instance.write(place, TEXT)
    assert instance.run(struct.pack("<i12xi12x", place, len(TEXT))) == struct.pack("<d", 2 / 7)
    return instance


def _resident() -> int:
    """Resident memory of this process and its page tables in bytes, free heap given back first (proc(5): status)."""
    ctypes.CDLL(None).malloc_trim(0)
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(("VmRSS:", "VmPTE:")))


MEASURES: Final[dict[str, Callable[..., float]]] = {
    "load-ext": load_ext,
    "first-call": first_call,
    "first-python-call": first_python_call,
    "first-peer-call": first_peer_call,
    "memory": memory,
}

if __name__ == "__main__":
    print(MEASURES[sys.argv[1]](*sys.argv[2:]))
