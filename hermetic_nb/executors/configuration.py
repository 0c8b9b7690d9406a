"""The engine's constants, known without loading it: the notebook's side names compiled code by them.

Every setting is fixed here: some values abort the whole process (research on wasmtime 50), and results must not depend on
settings. No epochs, and fuel only where it was asked for: a call is stopped by killing the process, so the code carries no
checks.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Final


class Kind(IntEnum):
    """Of compiled code."""

    PLAIN = 0
    """A NaN that an operation makes has the bits that this CPU gives it."""
    CANONICAL = 1
    """Such a NaN has the same bits everywhere."""
    METERED = 2
    """Canonical, and counts fuel."""
    INTERRUPTIBLE = 3
    """Canonical, and looks whether it should end: for code that runs in the notebook's own process."""


STACK_BYTES: Final = 256 << 20
"""Stack of a call. 1000 nested calls (`model.ModuleLimits.depth`) may each have a frame of 250 kB, so that the module's own
counter, which decides an outcome, comes before the engine's limit, which does not."""
STACK_SPARE: Final = 16 << 20
"""What the thread's stack holds besides: the interpreter and the engine."""
TABLE_ELEMENTS: Final = 10_000_000

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


@cache
def settings() -> dict[str, object]:
    """Those that hold in this process, whatever the kind of code."""
    return SETTINGS | (SMALL_ADDRESS_SPACE if os.environ.get("HERMETIC_ADDRESS_SPACE") == "small" else {})


def identity(kind: Kind) -> str:
    """All that decides machine code besides the module: engine version, settings, CPU."""
    stated = " ".join(f"{name}={value}" for name, value in sorted(settings().items()))
    return f"wasmtime {version()} {stated} {kind.name} {_cpu()}"


@cache
def version() -> str:
    """The engine's version, from the name of the folder that states it: to read that folder takes longer than to load the engine."""
    found = importlib.util.find_spec("wasmtime")
    origin = Path(found.origin if found is not None and found.origin else "/nowhere/wasmtime/__init__.py")
    stated = list(origin.parents[1].glob("wasmtime-*.dist-info"))
    if len(stated) == 1:
        return stated[0].name.removeprefix("wasmtime-").removesuffix(".dist-info")
    from importlib import metadata  # noqa: PLC0415 (see above)

    return metadata.version("wasmtime")


@cache
def _cpu() -> str:
    facts = platform.machine()
    try:
        first = Path("/proc/cpuinfo").read_text(errors="replace").partition("\n\n")[0]
    except OSError:
        return facts
    kept = [line for line in first.splitlines() if line.startswith(("model name", "flags", "Features", "CPU "))]
    return f"{facts} {hashlib.sha256(chr(10).join(kept).encode()).hexdigest()}"
