"""An interrupt at any line of a request: the next one is answered, and nothing is left behind."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import hermetic_nb.sandbox
from hermetic_nb.sandbox import Sandbox
from tests.faults.traces import descriptors, family_of, settled_zombies

WHERE = str(Path(hermetic_nb.sandbox.__file__).parent)
PATIENCE = 20.0


class Interrupting:
    """Raises KeyboardInterrupt at a line event of the sandbox's code, counted from 1."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(WHERE):
            return None
        if event == "line":
            self.left -= 1
            if not self.left:
                raise KeyboardInterrupt
        return self


def is_answered(sandbox: Sandbox) -> bool:
    """Whether a request of another thread is answered, in time."""
    found: list[bytes] = []
    thread = threading.Thread(target=lambda: found.append(bytes(sandbox.ask([b"echo on"]))), daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return found == [b"on"]


@pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning"
)  # a channel that an interrupt lost is closed by the collector
def test_an_interrupt_at_any_line_costs_no_more_than_its_request() -> None:
    sandbox = Sandbox("tests.faults.program")
    assert sandbox.ask([b"echo on"]) == b"on"
    before = descriptors()
    at = 0
    traced = sys.gettrace()
    while True:
        at += 1
        interrupting = Interrupting(at)
        sys.settrace(interrupting)
        try:
            sandbox.ask([b"echo on"])
        except KeyboardInterrupt:
            pass
        finally:
            sys.settrace(traced)
        if interrupting.left > 0:
            break
        assert is_answered(sandbox), f"interrupted at its line {at}"
    assert at > 10, "there were lines to interrupt"
    assert len(descriptors()) <= len(before) + 1
    processes = family_of(sandbox.pid)
    assert len(processes) <= 3
    assert settled_zombies(processes) == []
    sandbox.close()
