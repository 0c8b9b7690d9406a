"""Memory of the processes that stand beside a kernel: `python -m tests.benchmarks.helpers`, in a process of its own.

Prints a JSON object of bytes: `total` and, by kind, the proportional set size of all helpers of a kernel that has sealed and
called a cell and is idle since; `private`, what of its worker nobody shares; `all`, the total when the Python runner has been used too.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Final

import hermetic_nb as hnb
from tests.processes import children, descendants

from . import cells

KINDS: Final = {
    "hermetic_nb.toolchains.native.process": "compilers",
    "hermetic_nb.reference.process": "reference",
    "hermetic_nb.sandbox.zygote": "zygote",
}
"""The module that a helper runs, by which it is known."""
WORKERS: Final = "workers"
QUIET_SECONDS: Final = 3.0
"""After which a kernel is idle: compilers give memory back after two seconds."""


def measure() -> dict[str, float]:
    """All of it. Raises OSError where the system does not tell, as elsewhere than on Linux."""
    with tempfile.TemporaryDirectory() as folder:
        box = hnb.Toolbox(Path(folder))
        try:
            tool = box.seal(cells.SMALL, tier="native")
            assert tool("GATTACA") == 2 / 7
            time.sleep(QUIET_SECONDS)
            found = _by_kind()
            found["total"] = sum(found.values())
            found["private"] = max(_private(pid) for pid, kind in _helpers().items() if kind == WORKERS)
            assert box.seal(cells.SMALL, tier="python")("GATTACA") == 2 / 7
            time.sleep(QUIET_SECONDS)
            return found | {"all": sum(_by_kind().values())}
        finally:
            box.close()


def _helpers() -> dict[int, str]:
    """The kind of each process below this one."""
    found = {}
    for child in children(os.getpid()):
        kind = _kind(child)
        found[child] = kind
        for below in descendants(child):
            # A zygote and the process that left the host for it have children; its workers have none.
            found[below] = WORKERS if kind == "zygote" and not children(below) else kind
    return found


def _kind(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    module = next((word for word in words if word.startswith("hermetic_nb.")), "others")
    return KINDS.get(module, module)


def _by_kind() -> dict[str, float]:
    total: dict[str, float] = {}
    for pid, kind in _helpers().items():
        total[kind] = total.get(kind, 0) + _rollup(pid)["Pss"]
    return total


def _private(pid: int) -> int:
    told = _rollup(pid)
    return told["Private_Clean"] + told["Private_Dirty"]


def _rollup(pid: int) -> dict[str, int]:
    """Bytes by name (Linux, proc(5): smaps_rollup)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {line.split(":")[0]: 1024 * int(line.split()[1]) for line in lines}


if __name__ == "__main__":
    print(json.dumps(measure()))
