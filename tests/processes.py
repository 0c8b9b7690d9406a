"""The processes of a sandbox, as the host sees them (Linux, proc(5))."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from hermetic_nb.executors.home import Home


def children(pid: int) -> list[int]:
    """The children of a process that have not ended."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(parent) == pid and state != "Z":
                found.append(int(entry.name))
    return sorted(found)


def descendants(pid: int) -> list[int]:
    """Children, and their children."""
    found = []
    for child in children(pid):
        found += [child, *descendants(child)]
    return found


def workers(sandbox: Home) -> list[int]:
    """The workers: children of the zygote, which is the one child of the process that was started."""
    if sandbox.pid is None:
        return []
    return [worker for zygote in children(sandbox.pid) for worker in children(zygote)]


def stop_workers(sandbox: Home) -> None:
    """Let the workers stand still, and wait until they do: a signal takes its time."""
    for pid in workers(sandbox):
        os.kill(pid, signal.SIGSTOP)
        while _state(pid) != "T":
            time.sleep(0.001)


def _state(pid: int) -> str:
    return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]


def kill_workers(sandbox: Home, number: int = signal.SIGKILL) -> None:
    """End the workers, as the system does when memory is short, and wait until they are gone."""
    pids = workers(sandbox)
    assert pids, "a worker runs"
    for pid in pids:
        os.kill(pid, number)
    while set(workers(sandbox)) & set(pids):
        time.sleep(0.001)
