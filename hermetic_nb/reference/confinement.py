"""What the reference process gives up once it has loaded what it needs: a second wall behind `policy`.

Resource limits stop new files and descriptors. Where the kernel has seccomp (Linux, seccomp(2)), a filter also refuses
every system call but those that computing and the one open channel need, with EPERM; it cannot be taken off again.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import socket
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MEMORY: Final = 2 << 30
"""Bytes of address space."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
_LOAD, _EQUAL, _RETURN = (
    0x20,
    0x15,
    0x06,
)  # linux/bpf_common.h: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000  # linux/seccomp.h: SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4  # struct seccomp_data
_INSTRUCTION: Final = struct.Struct("=HBBI")

# AUDIT_ARCH_ of linux/audit.h, and the numbers of calls in asm/unistd.h of that architecture.
_CALLS: Final = {
    "x86_64": (
        0xC000003E,
        (
            "read 0, write 1, close 3, fstat 5, poll 7, lseek 8, mmap 9, mprotect 10, munmap 11, brk 12, rt_sigaction 13, "
            "rt_sigprocmask 14, rt_sigreturn 15, sched_yield 24, mremap 25, madvise 28, nanosleep 35, getitimer 36, "
            "setitimer 38, getpid 39, sendto 44, recvfrom 45, sendmsg 46, recvmsg 47, exit 60, gettimeofday 96, "
            "getrusage 98, sigaltstack 131, gettid 186, futex 202, restart_syscall 219, clock_gettime 228, "
            "clock_getres 229, clock_nanosleep 230, exit_group 231, getrandom 318"
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            "close 57, lseek 62, read 63, write 64, ppoll 73, fstat 80, exit 93, exit_group 94, futex 98, nanosleep 101, "
            "getitimer 102, setitimer 103, clock_gettime 113, clock_getres 114, clock_nanosleep 115, sched_yield 124, "
            "restart_syscall 128, sigaltstack 132, rt_sigaction 134, rt_sigprocmask 135, rt_sigreturn 139, getrusage 165, "
            "gettimeofday 169, getpid 172, gettid 178, sendto 206, recvfrom 207, sendmsg 211, recvmsg 212, brk 214, "
            "munmap 215, mremap 216, mmap 222, mprotect 226, madvise 233, getrandom 278"
        ),
    ),
}


def confine(memory: int = MEMORY) -> None:
    """Give up new files, sockets and processes, and memory beyond a bound. What the host has no means for stays open."""
    limits = [(resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)]
    limits += [(resource.RLIMIT_NOFILE, 0), (resource.RLIMIT_NPROC, 0)]
    for limit, value in limits:
        with contextlib.suppress(ValueError, OSError):  # a lower hard limit is there already
            resource.setrlimit(limit, (value, value))
    _filter_calls()


def observed() -> list[str]:
    """What is refused, as seen by trying it: files, sockets, processes, folders."""
    tries: dict[str, Callable[[], object]] = {
        "files": lambda: os.open(os.devnull, os.O_RDONLY),
        "sockets": socket.socket,
        "folders": Path(os.devnull, "none").mkdir,
        "processes": _fork,
    }
    refused = []
    for name, act in tries.items():
        try:
            act()
        except OSError as error:
            if error.errno in {errno.EPERM, errno.EMFILE, errno.EAGAIN}:
                refused.append(name)
    return refused


def _fork() -> None:
    if not os.fork():
        os._exit(0)


def _filter_calls() -> None:
    if sys.platform != "linux" or os.uname().machine not in _CALLS:
        return
    architecture, calls = _CALLS[os.uname().machine]
    program = _program(architecture, [int(call.split()[1]) for call in calls.split(",")])
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // _INSTRUCTION.size, ctypes.addressof(code))
    library = ctypes.CDLL(None, use_errno=True)
    zero, one = ctypes.c_ulong(0), ctypes.c_ulong(1)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, one, zero, zero, zero) == 0:
        library.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.c_char_p(described))


def _program(architecture: int, allowed: list[int]) -> bytes:
    refuse = _INSTRUCTION.pack(_RETURN, 0, 0, _ERRNO | errno.EPERM)
    code = _INSTRUCTION.pack(_LOAD, 0, 0, _ARCHITECTURE_AT) + _INSTRUCTION.pack(_EQUAL, 1, 0, architecture) + refuse
    code += _INSTRUCTION.pack(_LOAD, 0, 0, _NUMBER_AT)
    for place, number in enumerate(allowed):
        code += _INSTRUCTION.pack(_EQUAL, len(allowed) - place, 0, number)
    return code + refuse + _INSTRUCTION.pack(_RETURN, 0, 0, _ALLOW)
