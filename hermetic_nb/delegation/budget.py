"""What the calls of one tool, and of the tools that it calls, may take together."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from hermetic_nb.errors import LimitExceeded

if TYPE_CHECKING:
    from hermetic_nb.model import Limits


class Budget:
    """Counts; shared by nested calls. Every method raises LimitExceeded at its limit."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._calls = self._rounds = self._bytes = 0

    def round(self, calls: int) -> None:
        """One more round, of so many calls."""
        with self._lock:
            self._rounds += 1
            self._calls += calls
        if self._calls > self._limits.calls:
            raise _reached("calls", f"the tool made more than {self._limits.calls} calls", "ask for less at once")
        if self._rounds > self._limits.rounds:
            raise _reached(
                "rounds", f"the tool waited more than {self._limits.rounds} times for answers", "gather calls"
            )

    def reply(self, size: int) -> None:
        """A reply of so many bytes."""
        with self._lock:
            self._bytes += size
        if self._bytes > self._limits.reply_bytes:
            raise _reached(
                "reply_bytes", f"the replies have more than {self._limits.reply_bytes} bytes", "ask for less"
            )

    def depth(self, depth: int) -> None:
        """A tool that so many tools wait for."""
        if depth > self._limits.calls_depth:
            raise _reached(
                "calls_depth",
                f"more than {self._limits.calls_depth} tools wait for each other",
                "look for a recursion that does not end",
            )


def _reached(limit: str, message: str, what: str) -> LimitExceeded:
    return LimitExceeded(message, limit=limit, help=f"{what}, or raise the limit {limit}")
