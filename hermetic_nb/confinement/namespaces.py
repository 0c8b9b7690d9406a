"""Namespaces of one's own (Linux, namespaces(7)), and an empty read-only root in them (pivot_root(2))."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Final

from hermetic_nb.confinement import libc
from hermetic_nb.confinement.layers import Step, StepFailedError

NOBODY: Final = 65534
"""The id that the process has inside, whoever it is outside."""
NAME: Final = b"hermetic"
"""The host's name inside."""

_USER: Final = 0x10000000
_KINDS: Final = {  # linux/sched.h: CLONE_NEW
    "mount": 0x00020000,
    "uts": 0x04000000,
    "ipc": 0x08000000,
    "pid": 0x20000000,
    "network": 0x40000000,
    "cgroup": 0x02000000,
}
_FILES: Final = {"mount": "mnt", "network": "net"}
# linux/mount.h: MS_
_READ_ONLY, _NO_SUID, _NO_DEV, _NO_EXEC, _REMOUNT, _RECURSIVE, _PRIVATE = 1, 2, 4, 8, 32, 16384, 1 << 18
_DETACH: Final = 2  # MNT_DETACH
_PIVOT_ROOT: Final = {"x86_64": 155, "aarch64": 41}
_KEYCTL: Final = {"x86_64": 250, "aarch64": 219}
_JOIN_SESSION_KEYRING: Final = 1  # linux/keyctl.h


def enter() -> list[Step]:
    """Leave the host's namespaces, and its session's keys; what could not be left, and why.

    The next child is the first of its pid namespace.
    """
    missed = []
    uid, gid = os.getuid(), os.getgid()
    try:
        libc.call("unshare", _USER)
        _map_ids(uid, gid)
    except StepFailedError as refused:
        missed.append(Step("user", str(refused)))
    for name, flag in _KINDS.items():
        try:
            libc.call("unshare", flag)
        except StepFailedError as refused:
            missed.append(Step(name, str(refused)))
    with contextlib.suppress(StepFailedError, KeyError):  # a system without keys has none to leave
        libc.call("syscall", _KEYCTL[libc.MACHINE], _JOIN_SESSION_KEYRING, None)
    if not any(step.layer == "uts" for step in missed):
        libc.call("sethostname", NAME, len(NAME))
    return missed


def empty_root() -> None:
    """Make an empty, read-only file system the root, and let go of the old one. Raises StepFailedError."""
    pivot_root = _PIVOT_ROOT.get(libc.MACHINE)
    if pivot_root is None:
        raise StepFailedError("pivot_root: no number for this system")
    libc.call("mount", b"none", b"/", None, _RECURSIVE | _PRIVATE, None)
    place = next(path for path in ("/tmp", "/proc", "/var", "/") if Path(path).is_dir()).encode()  # noqa: S108 (a name)
    flags = _NO_SUID | _NO_DEV | _NO_EXEC
    libc.call("mount", b"none", place, b"tmpfs", flags, b"size=4k,mode=555")
    os.chdir(place)
    # Put the new root over the old one, and then detach what is under it (pivot_root(2), "pivot_root(".", ".")").
    libc.call("syscall", pivot_root, b".", b".")
    libc.call("umount2", b".", _DETACH)
    os.chdir("/")
    libc.call("mount", b"none", b"/", None, flags | _READ_ONLY | _REMOUNT, None)


def identities() -> dict[str, int]:
    """The inode of each namespace, where the system tells it: another inode is another namespace."""
    found = {}
    for name in ("user", *_KINDS):
        try:
            found[name] = Path(f"/proc/self/ns/{_FILES.get(name, name)}").stat().st_ino
        except OSError:
            return {}
    return found


def _map_ids(uid: int, gid: int) -> None:
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")
    except OSError as error:
        raise libc.failed(f"write {error.filename}", error.errno or 0) from error
