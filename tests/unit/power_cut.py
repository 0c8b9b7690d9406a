"""A disk that forgets: records what a registry asks of the operating system, and says what a power cut may leave.

The model is the strictest reading of POSIX: a file's bytes survive only from its own fsync on, and a folder's entries
only from the folder's fsync on; of what came later, any part may survive, each entry on its own.
"""

# It stands in for `os`:
# ruff: noqa: PTH102, PTH105, PTH108, PTH120

from __future__ import annotations

import os
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Inode:
    """A file: what was written, and what of it is on the disk for sure. A folder has no bytes."""

    data: bytes | None = None
    durable: bytes = b""


@dataclass
class Disk:
    """Entries that are on the disk for sure, and the changes since, folder by folder."""

    entries: dict[str, Inode] = field(default_factory=dict)
    pending: list[tuple[str, str, Inode | None]] = field(default_factory=list)
    """Folder, path, and what the path became (None: nothing)."""

    def change(self, path: str, inode: Inode | None) -> None:
        self.pending.append((os.path.dirname(path), path, inode))

    def flush(self, folder: str) -> None:
        for change in [change for change in self.pending if change[0] == folder]:
            self.entries = {**self.entries, change[1]: change[2]} if change[2] else _without(self.entries, change[1])
            self.pending.remove(change)

    def survivor(self, chance: random.Random, keep: float, root: Path) -> None:
        """Write a state that a power cut may leave: each pending change survives with probability ``keep``."""
        entries = dict(self.entries)
        for _, path, inode in self.pending:
            if chance.random() < keep:
                entries = {**entries, path: inode} if inode else _without(entries, path)
        root.mkdir()
        for path, inode in sorted(entries.items()):
            target = root / path
            if not target.parent.is_dir():
                continue
            if inode.data is None:
                target.mkdir()
            else:
                whole = inode.data == inode.durable
                target.write_bytes(
                    inode.data if whole else chance.choice([b"", inode.data[: len(inode.data) // 2], inode.data])
                )


class Recorder:
    """Stands in for `os` in the disk layer: everything happens, and what changes files is also written down."""

    def __init__(self, root: Path) -> None:
        self.root = str(root)
        self.log: list[tuple[Any, ...]] = []
        self._open: dict[int, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        opened = os.open(path, flags, mode)
        self._open[opened] = path
        if flags & os.O_CREAT:
            self.log.append(("create", self._relative(path)))
        return opened

    def write(self, opened: int, data: Any) -> int:
        count = os.write(opened, data)
        self.log.append(("write", self._relative(self._open[opened]), bytes(data[:count])))
        return count

    def fsync(self, opened: int) -> None:
        os.fsync(opened)
        self.log.append(("fsync", self._relative(self._open[opened])))

    def replace(self, path: str, target: str) -> None:
        os.replace(path, target)
        self.log.append(("replace", self._relative(path), self._relative(target)))

    def link(self, path: str, target: str) -> None:
        os.link(path, target)
        self.log.append(("link", self._relative(path), self._relative(target)))

    def unlink(self, path: str) -> None:
        os.unlink(path)
        self.log.append(("unlink", self._relative(path)))

    def mkdir(self, path: str) -> None:
        os.mkdir(path)
        self.log.append(("mkdir", self._relative(path)))

    def _relative(self, path: str) -> str:
        return os.path.relpath(path, self.root) if path != self.root else ""


def replay(log: list[tuple[Any, ...]]) -> Disk:
    """The disk after these calls."""
    disk, live = Disk(), {"": Inode()}
    for act, path, *rest in log:
        if act in {"create", "mkdir"}:
            live[path] = Inode(b"" if act == "create" else None)
            if path:
                disk.change(path, live[path])
        elif act == "write":
            live[path].data = (live[path].data or b"") + rest[0]
        elif act == "fsync" and path in live and live[path].data is not None:
            live[path].durable = live[path].data or b""
        elif act == "fsync":
            disk.flush(path)
        elif act in {"link", "replace"}:
            live[rest[0]] = live[path]
            disk.change(rest[0], live[path])
        if act in {"unlink", "replace"}:
            del live[path]
            disk.change(path, None)
    return disk


def _without(entries: dict[str, Inode], path: str) -> dict[str, Inode]:
    return {other: inode for other, inode in entries.items() if other != path}
