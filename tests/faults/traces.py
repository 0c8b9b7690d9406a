"""What a notebook's process holds, so that tests can tell whether something was left behind (Linux, proc(5))."""

from __future__ import annotations

import gc
import os
import time
from pathlib import Path

from tests.processes import descendants


def descriptors() -> dict[str, str]:
    """Open descriptors by number, and what they are."""
    gc.collect()
    found = {}
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found[entry.name] = str(entry.readlink()).partition(":")[0]
        except FileNotFoundError:  # that of the listing itself
            continue
    return found


def resident(pid: int) -> int:
    """Bytes of memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def _state_and_parent(pid: int) -> tuple[str, int]:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)


def zombies(roots: set[int]) -> list[int]:
    """Processes that ended and that their parents, of these, have not buried."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [pid for pid in pids if (found := _state_and_parent(pid))[0] == "Z" and found[1] in roots]


def family_of(pid: int | None) -> set[int]:
    """A process and its descendants."""
    return set() if pid is None else {pid, *descendants(pid)}


def settled_zombies(roots: set[int], seconds: float = 10.0) -> list[int]:
    """As `zombies`, when what ended a moment ago had time to be buried."""
    end = time.monotonic() + seconds
    while (found := zombies(roots)) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def all_gone(pids: set[int], seconds: float = 10.0) -> bool:
    """Whether processes end, in time. Orphans are buried by the host, which takes its time."""
    end = time.monotonic() + seconds
    while any(_state_and_parent(pid)[0] not in {"", "Z"} for pid in pids):
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True
