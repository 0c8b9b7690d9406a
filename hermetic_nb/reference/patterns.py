"""In which directions the last digits of library functions are moved, to see what of a result hangs on them."""

from __future__ import annotations

from typing import Final

PATTERNS: Final = ("up", "down", "alternate", "mixed 1", "mixed 2", "mixed 3")
"""Ways to move the results of library functions: all up, all down, in turn, and three fixed irregular sequences."""


class Signs:
    """The directions of a pattern, one for each call of a library function."""

    def __init__(self, pattern: str) -> None:
        self._pattern, self._count = pattern, 0
        self._state = len(pattern) + ord(pattern[-1]) if pattern else 0

    def next(self) -> int:
        """1 or -1."""
        self._count += 1
        if self._pattern in {"up", "down"}:
            return 1 if self._pattern == "up" else -1
        if self._pattern == "alternate":
            return 1 if self._count % 2 else -1
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return 1 if self._state >> 63 else -1
