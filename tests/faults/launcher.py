"""Runs a command on a host that refuses: ``python launcher.py OPTIONS -- COMMAND``. It imports nothing of ours.

``--container``   namespaces are refused by a filter of system calls, as in most containers (EPERM)
``--used-up``     in a user namespace in which no more of them may be made (ENOSPC)
``--user ID``     as that user
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from pathlib import Path

libc = ctypes.CDLL(None, use_errno=True)
NEW_USER = 0x10000000
NAMESPACES = 0x7E020000 | 0x80
"""All flags CLONE_NEW* (linux/sched.h)."""
ARCHITECTURE, UNSHARE, CLONE, CLONE3, MOUNT, SETNS = {
    "x86_64": (0xC000003E, 272, 56, 435, 165, 308),
    "aarch64": (0xC00000B7, 97, 220, 435, 40, 268),
}[os.uname().machine]
SECCOMP = {"x86_64": 317, "aarch64": 277}[os.uname().machine]


def checked(result: int) -> None:
    """Raises OSError."""
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def refuse_namespaces() -> None:
    """As Docker's filter does where CAP_SYS_ADMIN is not given."""
    allow, refuse, unknown = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
    code = [
        (0x20, 0, 0, 4),  # the architecture
        (0x15, 1, 0, ARCHITECTURE),
        (0x06, 0, 0, allow),
        (0x20, 0, 0, 0),  # the number
        (0x15, 7, 0, UNSHARE),
        (0x15, 6, 0, MOUNT),
        (0x15, 5, 0, SETNS),
        (0x15, 3, 0, CLONE3),
        (0x15, 0, 4, CLONE),
        (0x20, 0, 0, 16),  # its flags
        (0x45, 1, 2, NAMESPACES),  # BPF_JMP | BPF_JSET | BPF_K
        (0x06, 0, 0, unknown),
        (0x06, 0, 0, refuse),
        (0x06, 0, 0, allow),
    ]
    program = b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
    held = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(code), ctypes.addressof(held))
    checked(libc.prctl(38, 1, 0, 0, 0))
    checked(libc.syscall(SECCOMP, 1, 0, ctypes.c_char_p(described)))


def use_up_namespaces() -> None:
    """A user namespace of our own, and none after it."""
    uid, gid = os.getuid(), os.getgid()
    libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: a change of user takes the files of proc(5) away
    checked(libc.unshare(NEW_USER))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")


def become(user: int) -> None:
    """Another user, and nothing more."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


if __name__ == "__main__":
    split = sys.argv.index("--")
    options, command = sys.argv[1:split], sys.argv[split + 1 :]
    if "--user" in options:
        become(int(options[options.index("--user") + 1]))
    if "--used-up" in options:
        use_up_namespaces()
    if "--container" in options:
        refuse_namespaces()
    os.execv(command[0], command)
