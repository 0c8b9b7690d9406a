"""Attempts at other processes: the host's, and the one that forked this one."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import stat
import struct
import threading
from pathlib import Path

from tests.attacks.escaped.attempts import WORDS, Facts, attempt, seen
from tests.attacks.escaped.calls import MACHINE, call, status

PTRACE_SEIZE = 0x4206
CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWNET = 0x10000000, 0x00020000, 0x40000000
HARMLESS = signal.SIGURG
"""A signal that a process ignores if it has said nothing else."""
TOUCHED = 42
"""The status of a program that has run."""

shared = ctypes.create_string_buffer(WORDS, 64)
"""In the zygote's memory; a worker's copy has the same address, and is emptied by `forget`."""
parent = 0
"""The zygote, as a worker sees it."""


def begin() -> None:
    """In a worker, before it is sealed whole."""
    global parent  # noqa: PLW0603 (one for each process)
    parent = os.getppid()
    ctypes.memset(shared, 0, 64)


def _memory(pid: int, address: int) -> bytes:
    """By process_vm_readv(2): no attaching, no trace."""
    here = ctypes.create_string_buffer(64)
    local = (ctypes.c_void_p * 2)(ctypes.addressof(here), 64)
    remote = (ctypes.c_void_p * 2)(address, 64)
    call("process_vm_readv", pid, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0)
    return here.raw


@attempt("processes")
def signal_a_process(facts: Facts) -> str:
    os.kill(facts.victim, HARMLESS)
    return "signalled"


@attempt("processes")
def signal_the_notebook(facts: Facts) -> str:
    os.kill(facts.host, HARMLESS)
    return "signalled"


@attempt("processes")
def signal_by_a_handle(facts: Facts) -> str:
    signal.pidfd_send_signal(os.pidfd_open(facts.victim), HARMLESS)
    return "signalled"


@attempt("processes")
def signal_by_the_channel(facts: Facts) -> None:
    """By fcntl alone: the owner of a descriptor is sent a signal when something comes, as the next request does."""
    _own_channel_belongs_to(facts.victim, HARMLESS)


@attempt("zygote")
def end_the_next_worker_by_the_channel(facts: Facts) -> None:
    _own_channel_belongs_to(facts.sibling, signal.SIGKILL)


def _own_channel_belongs_to(pid: int, number: int) -> None:
    channel = next(number for number in range(64) if _is_socket(number))
    fcntl.fcntl(channel, fcntl.F_SETOWN, pid)
    fcntl.fcntl(channel, fcntl.F_SETSIG, number)
    fcntl.fcntl(channel, fcntl.F_SETFL, fcntl.fcntl(channel, fcntl.F_GETFL) | os.O_ASYNC)


def _is_socket(number: int) -> bool:
    try:
        return stat.S_ISSOCK(status(number)[0])
    except OSError:
        return False


@attempt("processes")
def read_its_memory(facts: Facts) -> str:
    return seen(_memory(facts.victim, facts.address))


@attempt("processes")
def read_its_memory_as_a_file(facts: Facts) -> str:
    with Path(f"/proc/{facts.victim}/mem").open("rb", buffering=0) as memory:
        memory.seek(facts.address)
        return seen(memory.read(64))


@attempt("processes")
def read_its_environment(facts: Facts) -> str:
    return seen(Path(f"/proc/{facts.victim}/environ").read_bytes())


@attempt("processes")
def trace_a_process(facts: Facts) -> str:
    call("ptrace", PTRACE_SEIZE, facts.victim, 0, 0)
    return "seized"


@attempt("processes")
def take_its_descriptors(facts: Facts) -> str:
    os.close(call("pidfd_getfd", os.pidfd_open(facts.victim), 0, 0))
    return "taken"


@attempt("processes")
def list_processes(facts: Facts) -> str:
    return f"{sum(path.name.isdigit() for path in Path('/proc').iterdir())} of them"


@attempt("processes")
def slow_a_process_down(facts: Facts) -> str:
    os.setpriority(os.PRIO_PROCESS, facts.victim, os.getpriority(os.PRIO_PROCESS, facts.victim))
    return "its priority was set"


@attempt("zygote")
def read_the_zygotes_memory(_: Facts) -> str:
    return seen(_memory(parent, ctypes.addressof(shared)))


@attempt("zygote")
def trace_the_zygote(_: Facts) -> str:
    call("ptrace", PTRACE_SEIZE, parent, 0, 0)
    return "seized"


@attempt("zygote")
def signal_the_zygote(_: Facts) -> str:
    os.kill(parent, HARMLESS)
    return "signalled"


@attempt("inside")
def fork(_: Facts) -> None:
    child = os.fork()
    if not child:
        os._exit(0)
    os.waitpid(child, 0)


@attempt("inside")
def start_a_thread(_: Facts) -> None:
    thread = threading.Thread(target=int)
    try:
        thread.start()
    except RuntimeError as refused:
        raise OSError(11, str(refused)) from None
    thread.join()


@attempt("files")
def run_a_program(facts: Facts) -> None:
    os.execv("/bin/sh", ["sh", "-c", f"echo > {facts.folder}/mark"])


@attempt("inside", uncertain=True)
def run_a_program_from_memory(_: Facts) -> None:
    """The smallest one there is: it ends with a status of its own."""
    number = os.memfd_create("program", 0)
    os.write(number, _smallest_program())
    os.execve(number, ["program"], {})


def _smallest_program() -> bytes:
    code = {
        "x86_64": b"\xb8\x3c\x00\x00\x00\xbf" + TOUCHED.to_bytes(4, "little") + b"\x0f\x05",
        "aarch64": (0xD2800BA8).to_bytes(4, "little")
        + (0xD2800000 | TOUCHED << 5).to_bytes(4, "little")
        + (0xD4000001).to_bytes(4, "little"),
    }[MACHINE]
    base, length = 0x400000, 120 + len(code)
    machine = {"x86_64": 62, "aarch64": 183}[MACHINE]
    # elf(5): the header, and one segment that holds all of it
    head = struct.pack("=16sHHIQQQIHHHHHH", b"\x7fELF\2\1\1", 2, machine, 1, base + 120, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    head += struct.pack("=IIQQQQQQ", 1, 5, 0, base, base, length, length, 4096)
    return head + code


@attempt("inside", uncertain=True)
def enter_namespaces_of_its_own(_: Facts) -> None:
    """By a fork: a process with threads cannot."""
    child = os.fork()
    if not child:
        try:
            call("unshare", CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET)
        except OSError as error:
            os._exit(error.errno or 1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if status:
        raise OSError(status, "in the fork")


@attempt("files", root=True)
def enter_the_namespaces_of_another(facts: Facts) -> str:
    number = os.open(f"/proc/{facts.victim}/ns/uts", os.O_RDONLY)
    try:
        call("setns", number, 0)
    finally:
        os.close(number)
    return "entered"


@attempt("inside")
def outlive_the_zygote(_: Facts) -> None:
    call("prctl", 1, 0, 0, 0, 0)  # PR_SET_PDEATHSIG: none
