"""The registry's files on a disk: whole or absent, durable when said so, for many processes at once.

A file is written under a temporary name beside its place, flushed, and then renamed (or linked, where its place must be
free) and its folder flushed. The order write, fsync, rename, fsync of the folder is the one that rename(2) and
fsync(2) ask for. A process that dies leaves at most a temporary file.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from hermetic_nb.registry.files import TEMPORARY
from hermetic_nb.registry.refusal import refusing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_POSIX: Final = os.name == "posix"
_MODE: Final = 0o444 if _POSIX else 0o666  # elsewhere a read-only file can be neither replaced nor deleted
# NONBLOCK: to open a pipe that somebody left there must not wait for a writer. BINARY is Windows'.
_READ: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_WRITE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_NO_FOLDER_SYNC: Final = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF}


class DiskFiles:
    """`Files` below a folder, which the first write makes."""

    def __init__(self, root: str) -> None:
        self._root = root

    @property
    def place(self) -> str:
        """The folder."""
        return self._root

    def read(self, path: str) -> bytes | None:
        """The bytes of a regular file, or None."""
        with refusing("read", self._root):
            try:
                self._refuse_link(os.path.dirname(self._at(path)))
                opened = os.open(self._at(path), _READ)
            except FileNotFoundError:
                return None
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                os.close(opened)
                raise OSError(errno.EISDIR, "not a regular file")
            with os.fdopen(opened, "rb") as file:
                return file.read()

    def names(self, folder: str) -> list[str]:
        """What the folder holds."""
        with refusing("read", self._root):
            try:
                self._refuse_link(self._at(folder))
                return sorted(os.listdir(self._at(folder)))
            except FileNotFoundError:
                return []

    def publish(self, files: Mapping[str, bytes], *, durable: bool = True) -> None:
        """Temporary files, one fsync each, renames, one fsync for each folder."""
        waiting: dict[str, tuple[int, str]] = {}
        with refusing("written", self._root):
            try:
                # All writes before the first fsync, and these at once: a journal then takes them to the disk together.
                for path, data in files.items():
                    waiting[self._at(path)] = self._temporary(self._at(path), data)
                if durable:
                    _flush_files([opened for opened, _ in waiting.values()])
                for target, (opened, temporary) in list(waiting.items()):
                    waiting[target] = (-1, temporary)  # first: an interrupt must not let it be closed twice
                    os.close(opened)
                for target, (_, temporary) in list(waiting.items()):
                    os.replace(temporary, target)
                    del waiting[target]
                if durable:
                    for folder in dict.fromkeys(os.path.dirname(self._at(path)) for path in files):
                        _flush_folder(folder)
            finally:
                for opened, temporary in waiting.values():
                    _discard(opened, temporary)

    def create(self, path: str, data: bytes) -> bool:
        """A temporary file, fsync, an exclusive link, fsync of the folder."""
        target = self._at(path)
        with refusing("written", self._root):
            opened, temporary = self._temporary(target, data)
            try:
                os.fsync(opened)
                free = _link(temporary, target)
            finally:
                _discard(opened, temporary)
            _flush_folder(os.path.dirname(target))
            return free

    def touch(self, folder: str) -> None:
        """Set the folder's time of modification."""
        with refusing("written", self._root):
            os.utime(self._at(folder))

    def settle(self, folder: str) -> None:
        """Fsync of the folder."""
        with refusing("written", self._root):
            _flush_folder(self._at(folder))

    def move(self, path: str, target: str) -> None:
        """A rename, then fsync of the target's folder."""
        with refusing("written", self._root):
            self._make(os.path.dirname(self._at(target)))
            os.replace(self._at(path), self._at(target))
            _flush_folder(os.path.dirname(self._at(target)))

    def remove(self, path: str) -> None:
        """Unlink."""
        with refusing("written", self._root):
            try:
                os.unlink(self._at(path))
            except FileNotFoundError:
                return

    def age(self, path: str) -> float:
        """By the file's time of modification."""
        with refusing("read", self._root):
            try:
                return max(0.0, time.time() - os.lstat(self._at(path)).st_mtime)
            except FileNotFoundError:
                return 0.0

    def changed(self, folder: str) -> int:
        """The folder's time of modification, in ns: every file that is put into it or taken away sets it."""
        with refusing("read", self._root):
            try:
                return os.stat(self._at(folder)).st_mtime_ns
            except FileNotFoundError:
                return 0

    def _at(self, path: str) -> str:
        return f"{self._root}/{path}" if path else self._root

    def _temporary(self, target: str, data: bytes) -> tuple[int, str]:
        """A new file beside the target, holding the data, still open and not yet flushed."""
        folder = os.path.dirname(target)
        self._make(folder)
        temporary = f"{folder}/{TEMPORARY}{os.urandom(12).hex()}"
        opened = os.open(temporary, _WRITE, _MODE)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(opened, rest) :]
        except BaseException:
            _discard(opened, temporary)
            raise
        return opened, temporary

    def _make(self, folder: str) -> None:
        if os.path.isdir(folder):
            self._refuse_link(folder)
            return
        if folder == self._root:
            _make_root(folder)
            return
        self._make(os.path.dirname(folder))
        _make_folder(folder)

    def _refuse_link(self, folder: str) -> None:
        """The registry's own folder may be a link; one below it may not, lest a write go elsewhere."""
        if folder != self._root and os.path.islink(folder):
            raise OSError(errno.ELOOP, "a link")


def _make_root(folder: str) -> None:
    parent = os.path.dirname(folder)
    if not os.path.isdir(parent) and parent != folder:
        _make_root(parent)
    _make_folder(folder)


def _make_folder(folder: str) -> None:
    try:
        os.mkdir(folder)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise NotADirectoryError(errno.ENOTDIR, "not a folder") from None
    _flush_folder(os.path.dirname(folder))


def _link(temporary: str, target: str) -> bool:
    """Give the file its name unless that is taken."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _claim(temporary, target)
    return True


def _claim(temporary: str, target: str) -> bool:
    """The same where the file system has no hard links: an exclusive empty file beside the target holds the place.

    A process that dies in between leaves the place taken and empty: a version number that no record will have.
    """
    claim = f"{os.path.dirname(target)}/.claim-{os.path.basename(target)}"
    try:
        os.close(os.open(claim, _WRITE, _MODE))
    except FileExistsError:
        return False
    if os.path.lexists(target):
        return False
    os.replace(temporary, target)
    return True


def _flush_files(opened: Sequence[int]) -> None:
    if len(opened) == 1:
        os.fsync(opened[0])
        return
    with ThreadPoolExecutor(len(opened), thread_name_prefix="fsync") as threads:
        for done in [threads.submit(os.fsync, one) for one in opened]:
            done.result()


def _flush_folder(folder: str) -> None:
    if not _POSIX:
        return  # folders cannot be opened there
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(opened)


def _discard(opened: int, temporary: str) -> None:
    if opened >= 0:
        os.close(opened)
    try:
        os.unlink(temporary)
    except FileNotFoundError:
        return
