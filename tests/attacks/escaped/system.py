"""Attempts at the kernel: what it keeps for others, what has had holes, and what one process may use up."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import mmap
import os
import resource
import socket
import struct

from tests.attacks.escaped.attempts import Facts, attempt, seen
from tests.attacks.escaped.calls import MACHINE, call

KEYCTL_READ, KEYCTL_SEARCH, SESSION_KEYRING = 11, 10, -3
FUTURE_WRITE = 0x10  # linux/fcntl.h: F_SEAL_FUTURE_WRITE
CAPABILITIES_VERSION = 0x20080522


@attempt("system")
def read_anothers_shared_memory(facts: Facts) -> str:
    address = call("shmat", facts.segment, None, 0o10000)  # SHM_RDONLY
    return seen(ctypes.string_at(address, 64))


@attempt("system", uncertain=True)
def read_the_sessions_keys(facts: Facts) -> str:
    serial = call("keyctl", KEYCTL_SEARCH, SESSION_KEYRING, b"user", facts.key.encode(), 0)
    content = ctypes.create_string_buffer(64)
    call("keyctl", KEYCTL_READ, serial, content, 64)
    return seen(content.raw)


@attempt("system", root=True)
def read_the_kernels_log(_: Facts) -> str:
    text = ctypes.create_string_buffer(4096)
    return f"{call('klogctl', 3, text, 4096)} bytes"


@attempt("system", root=True)
def rename_the_host(_: Facts) -> str:
    """To what it is called already."""
    name = os.uname().nodename
    socket.sethostname(name)
    if name == "hermetic":
        raise PermissionError(1, "it is the name inside")
    return "renamed"


@attempt("inside", root=True)
def become_root(_: Facts) -> None:
    os.setresuid(0, 0, 0)


@attempt("inside", root=True)
def take_capabilities(_: Facts) -> None:
    every = (1 << 21) | (1 << 27)  # CAP_SYS_ADMIN, CAP_MKNOD
    call("capset", struct.pack("=Ii", CAPABILITIES_VERSION, 0), struct.pack("=6I", every, every, 0, 0, 0, 0))


@attempt("inside", root=True)
def load_a_program_into_the_kernel(_: Facts) -> None:
    """A map will do (bpf(2), BPF_MAP_CREATE)."""
    os.close(call("bpf", 0, struct.pack("=4I", 2, 4, 4, 1).ljust(128, b"\0"), 128))


@attempt("inside", uncertain=True)
def start_a_ring_of_calls(_: Facts) -> None:
    """Its calls would pass by a filter of calls (io_uring(7))."""
    os.close(call("io_uring_setup", 4, ctypes.create_string_buffer(120)))


@attempt("inside", uncertain=True)
def handle_its_own_page_faults(_: Facts) -> None:
    os.close(call("userfaultfd", os.O_CLOEXEC | 1))  # UFFD_USER_MODE_ONLY


@attempt("inside", uncertain=True)
def count_events(_: Facts) -> None:
    """Of this thread, in user mode only (perf_event_open(2))."""
    described = struct.pack("=IIQQQQQ", 1, 128, 2, 0, 0, 0, 0b1100001).ljust(128, b"\0")
    os.close(call("perf_event_open", described, 0, -1, -1, 0))


@attempt("inside", uncertain=True)
def call_as_another_architecture(_: Facts) -> None:
    """getpid by the 32-bit door: the number is that of another call."""
    if MACHINE != "x86_64":
        raise OSError(38, "it has no such door")
    room = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    # push rbx; mov eax, 20; int 0x80; pop rbx; ret
    room.write(b"\x53\xb8\x14\x00\x00\x00\xcd\x80\x5b\xc3")
    act = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(room)))
    if act() != os.getpid():
        raise OSError(38, "it answered something else")


@attempt("inside")
def raise_its_limits(_: Facts) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


@attempt("inside")
def make_a_large_file_in_memory(_: Facts) -> None:
    number = os.memfd_create("large", 0)
    try:
        os.ftruncate(number, 1 << 30)
    finally:
        os.close(number)


@attempt("inside", uncertain=True)
def open_many_descriptors(_: Facts) -> None:
    held: list[int] = []
    try:
        held.extend(os.memfd_create("one of many", 0) for _each in range(1100))
    finally:
        for number in held:
            os.close(number)


@attempt("inside")
def change_the_shared_memory(_: Facts) -> None:
    """Shrink it, so that its owner faults at a read, or freeze it, so that no message can be written."""
    changed = found = 0
    for number in range(3, 64):
        try:
            fcntl.fcntl(number, fcntl.F_GET_SEALS)
        except OSError:
            continue
        found += 1
        for act in (
            lambda file: os.ftruncate(file, 0),
            lambda file: fcntl.fcntl(file, fcntl.F_ADD_SEALS, FUTURE_WRITE),
        ):
            with contextlib.suppress(OSError):
                act(number)
                changed += 1
    if not found:
        raise FileNotFoundError(2, "there is none")
    if not changed:
        raise PermissionError(1, "it is sealed")
