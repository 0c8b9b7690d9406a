"""An allow-list of system calls that a process cannot take off again (Linux, seccomp(2)).

A call that is not on the list ends the process, but for those that a C library or an interpreter may try without need:
they fail with EPERM, and ``clone3`` with ENOSYS, so that threads fall back to ``clone``. Of ``fcntl``, what names the owner of a
descriptor fails too: the kernel would send that process a signal of the caller's choice, SIGKILL included.
"""

from __future__ import annotations

import ctypes
import errno
import struct
from typing import Final

from hermetic_nb.confinement import libc
from hermetic_nb.confinement.layers import StepFailedError

COMPUTING: Final = frozenset(
    [
        "read",
        "write",
        "close",
        "fstat",
        "lseek",
        "mmap",
        "mprotect",
        "munmap",
        "mremap",
        "madvise",
        "brk",
        "rt_sigaction",
        "rt_sigprocmask",
        "rt_sigreturn",
        "sigaltstack",
        "sched_yield",
        "futex",
        "poll",
        "ppoll",
        "nanosleep",
        "clock_nanosleep",
        "clock_gettime",
        "clock_getres",
        "gettimeofday",
        "getpid",
        "gettid",
        "getrusage",
        "exit",
        "exit_group",
        "restart_syscall",
        "getrandom",
        "sendto",
        "recvfrom",
        "sendmsg",
        "recvmsg",
    ]
)
"""What computing and one open channel need."""
IMAGES: Final = frozenset({"memfd_create", "ftruncate", "fcntl", "pread64", "pwrite64"})
"""What the engine needs besides, for the first content of memories."""
TIMERS: Final = frozenset({"getitimer", "setitimer"})

_BENIGN: Final = frozenset(
    [
        "open",
        "openat",
        "stat",
        "lstat",
        "newfstatat",
        "statx",
        "access",
        "faccessat",
        "faccessat2",
        "readlink",
        "readlinkat",
        "getcwd",
        "ioctl",
        "prctl",
        "uname",
        "sysinfo",
        "prlimit64",
        "getrlimit",
        "sched_getaffinity",
        "getuid",
        "geteuid",
        "getgid",
        "getegid",
        "getppid",
        "getdents64",
        "set_robust_list",
        "rseq",
        "fcntl",
        "dup",
        "getitimer",
        "setitimer",
        "memfd_create",
        "ftruncate",
        "clock_settime",
    ]
)

# AUDIT_ARCH_ of linux/audit.h; numbers of asm/unistd_64.h and asm-generic/unistd.h. A name that an architecture lacks is
# absent there.
_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NUMBERS: Final = {
    "x86_64": "read 0 write 1 open 2 close 3 stat 4 fstat 5 lstat 6 poll 7 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12"
    " rt_sigaction 13 rt_sigprocmask 14 rt_sigreturn 15 ioctl 16 pread64 17 pwrite64 18 access 21 sched_yield 24 mremap 25"
    " madvise 28 dup 32 nanosleep 35 getitimer 36 setitimer 38 getpid 39 sendto 44 recvfrom 45 sendmsg 46 recvmsg 47 exit 60"
    " uname 63 fcntl 72 ftruncate 77 getcwd 79 readlink 89 gettimeofday 96 getrlimit 97 getrusage 98 sysinfo 99 getuid 102"
    " getgid 104 geteuid 107 getegid 108 getppid 110 sigaltstack 131 prctl 157 gettid 186 futex 202 sched_getaffinity 204"
    " getdents64 217 restart_syscall 219 clock_settime 227 clock_gettime 228 clock_getres 229 clock_nanosleep 230"
    " exit_group 231 openat 257 newfstatat 262 readlinkat 267 faccessat 269 ppoll 271 set_robust_list 273 prlimit64 302"
    " getrandom 318 memfd_create 319 statx 332 rseq 334 clone3 435 faccessat2 439",
    "aarch64": "getcwd 17 dup 23 fcntl 25 ioctl 29 ftruncate 46 faccessat 48 openat 56 close 57 getdents64 61 lseek 62"
    " read 63 write 64 pread64 67 pwrite64 68 ppoll 73 readlinkat 78 newfstatat 79 fstat 80 exit 93 exit_group 94 futex 98"
    " set_robust_list 99 nanosleep 101 getitimer 102 setitimer 103 clock_settime 112 clock_gettime 113 clock_getres 114"
    " clock_nanosleep 115 sched_getaffinity 123 sched_yield 124 restart_syscall 128 sigaltstack 132 rt_sigaction 134"
    " rt_sigprocmask 135 rt_sigreturn 139 uname 160 getrlimit 163 getrusage 165 prctl 167 gettimeofday 169 getpid 172"
    " getppid 173 getuid 174 geteuid 175 getgid 176 getegid 177 gettid 178 sysinfo 179 sendto 206 recvfrom 207 sendmsg 211"
    " recvmsg 212 brk 214 munmap 215 mremap 216 mmap 222 mprotect 226 madvise 233 prlimit64 261 getrandom 278"
    " memfd_create 279 statx 291 rseq 293 clone3 435 faccessat2 439",
}
_X32: Final = 0x40000000
"""Numbers from here on are those of x86-64's other ABI (asm/unistd.h: __X32_SYSCALL_BIT)."""

_SYSCALL: Final = {"x86_64": 317, "aarch64": 277}
"""The number of seccomp itself."""
_SET_MODE_FILTER, _TSYNC = 1, 1  # linux/seccomp.h
# linux/bpf_common.h: BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_JMP|BPF_JGE|BPF_K, BPF_RET|BPF_K
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000  # linux/seccomp.h: SECCOMP_RET_
_NUMBER_AT, _ARCHITECTURE_AT, _SECOND_ARGUMENT_AT = 0, 4, 24  # struct seccomp_data, of a little-endian machine
_F_SETOWN, _F_SETOWN_EX = 8, 15  # asm-generic/fcntl.h
_INSTRUCTION: Final = struct.Struct("=HBBI")


def install(allowed: frozenset[str], *, kill: bool = True) -> None:
    """Filter the calls of all threads of this process; ``kill`` False: refused calls fail with EPERM instead.

    Raises StepFailedError.
    """
    numbers = _numbers()
    program = _program(allowed, numbers, kill=kill)
    code = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("HxxxxxxP", len(program) // _INSTRUCTION.size, ctypes.addressof(code))
    libc.no_new_privileges()
    libc.call("syscall", _SYSCALL[libc.MACHINE], _SET_MODE_FILTER, _TSYNC, ctypes.c_char_p(described))


def _numbers() -> dict[str, int]:
    if not libc.LINUX or libc.MACHINE not in _NUMBERS:
        raise StepFailedError("seccomp: no list for this system")
    words = _NUMBERS[libc.MACHINE].split()
    return {name: int(number) for name, number in zip(words[::2], words[1::2], strict=True)}


def _program(allowed: frozenset[str], numbers: dict[str, int], *, kill: bool) -> bytes:
    refused = _KILL if kill else _ERRNO | errno.EPERM
    verdicts = {numbers["clone3"]: _ERRNO | errno.ENOSYS}
    verdicts |= {numbers[name]: _ERRNO | errno.EPERM for name in _BENIGN if name in numbers}
    verdicts |= {numbers[name]: _ALLOW for name in allowed if name in numbers}
    pack = _INSTRUCTION.pack
    code = [pack(_LOAD, 0, 0, _ARCHITECTURE_AT), pack(_EQUAL, 1, 0, _ARCHITECTURES[libc.MACHINE])]
    code += [pack(_RETURN, 0, 0, _KILL), pack(_LOAD, 0, 0, _NUMBER_AT)]
    code += [pack(_AT_LEAST, 0, 1, _X32), pack(_RETURN, 0, 0, _KILL)]
    if verdicts[numbers["fcntl"]] == _ALLOW:
        code += [pack(_EQUAL, 0, 5, numbers["fcntl"]), pack(_LOAD, 0, 0, _SECOND_ARGUMENT_AT)]
        code += [pack(_EQUAL, 2, 0, _F_SETOWN), pack(_EQUAL, 1, 0, _F_SETOWN_EX)]
        code += [pack(_RETURN, 0, 0, _ALLOW), pack(_RETURN, 0, 0, _ERRNO | errno.EPERM)]
        del verdicts[numbers["fcntl"]]
    for number, verdict in sorted(verdicts.items()):
        code += [pack(_EQUAL, 0, 1, number), pack(_RETURN, 0, 0, verdict)]
    return b"".join([*code, pack(_RETURN, 0, 0, refused)])
