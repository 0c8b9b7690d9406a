"""The registry's files in a dict: for toolboxes that keep nothing."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class MemoryFiles:
    """`Files` that end with the process."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}
        self._folders: dict[str, set[str]] = {}
        """Folder -> the names of what it holds."""
        self._changes: Counter[str] = Counter()
        self._lock = threading.RLock()

    @property
    def place(self) -> str:
        """No folder."""
        return "memory"

    def read(self, path: str) -> bytes | None:
        """The bytes, or None."""
        return self._files.get(path)

    def names(self, folder: str) -> list[str]:
        """What the folder holds."""
        with self._lock:
            return sorted(self._folders.get(folder, ()))

    def publish(self, files: Mapping[str, bytes], *, durable: bool = True) -> None:  # noqa: ARG002 (there is no storage to flush)
        """Put the files in place."""
        with self._lock:
            for path, data in files.items():
                self._put(path, bytes(data))

    def create(self, path: str, data: bytes) -> bool:
        """Put a file in place unless its path is taken."""
        with self._lock:
            if path in self._files:
                return False
            self._put(path, bytes(data))
            return True

    def touch(self, folder: str) -> None:
        """Count it."""
        with self._lock:
            self._changes[folder] += 1

    def settle(self, folder: str) -> None:
        """Memory has no stable storage."""

    def move(self, path: str, target: str) -> None:
        """Rename a file."""
        with self._lock:
            self._put(target, self._files[path])
            self.remove(path)

    def remove(self, path: str) -> None:
        """Delete a file."""
        with self._lock:
            if self._files.pop(path, None) is not None:
                folder, _, name = path.rpartition("/")
                self._folders[folder].discard(name)
                self._changes[folder] += 1

    def age(self, path: str) -> float:  # noqa: ARG002 (nothing here is ever left over)
        """Always new."""
        return 0.0

    def changed(self, folder: str) -> int:
        """How often."""
        return self._changes[folder]

    def _put(self, path: str, data: bytes) -> None:
        self._files[path] = data
        self._changes[path.rpartition("/")[0]] += 1
        while path:
            path, _, name = path.rpartition("/")
            self._folders.setdefault(path, set()).add(name)
