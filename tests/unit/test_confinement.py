"""Each layer as observed when its step is left out, and the filter of system calls as the kernel's machine would run it."""

from __future__ import annotations

import errno
import re
import struct
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hermetic_nb.confinement import LAYERS, Layer, Plan, libc, seccomp
from hermetic_nb.confinement.layers import StepFailedError
from hermetic_nb.sandbox import Sandbox

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is confined so is a process of Linux")

PROGRAM = "tests.faults.program"
MADE_BY = {
    "namespaces": {"user", "pid", "network", "mount", "ipc", "uts", "cgroup"},
    "root": {"mount"},
    "capabilities": {"capabilities"},
    "landlock": {"landlock"},
    "seccomp": {"seccomp"},
    "limits": {"limits"},
}


def missing(plan: Plan) -> dict[str, str]:
    """The layers that do not hold, and what is said of them."""
    sandbox = Sandbox(PROGRAM, plan=plan)
    try:
        layers = sandbox.layers()
        assert sorted(layer.name for layer in layers) == sorted(LAYERS)
        assert sandbox.ask([b"echo on"]) == b"on"
    finally:
        sandbox.close()
    return {layer.name: layer.seen for layer in layers if not layer.holds}


@pytest.mark.parametrize("step", [field.name for field in fields(Plan)])
def test_the_layer_of_a_step_left_out_is_missing_and_the_others_hold(step: str) -> None:
    assert missing(Plan(**{step: False})) == dict.fromkeys(MADE_BY[step], "left out")


def test_all_layers_of_the_whole_plan_hold() -> None:
    assert missing(Plan()) == {}


def test_plans_and_layers_as_json() -> None:
    for plan in (Plan(), Plan.none(), Plan(seccomp=False)):
        assert Plan.from_json(plan.to_json()) == plan
    assert not any(Plan.none().to_json().values())
    assert Layer("pid", False, "why").to_json() == {"name": "pid", "holds": False, "seen": "why"}


# ---------------------------------------------------------------- the tables

HEADERS = {
    "x86_64": ["/usr/include/x86_64-linux-gnu/asm/unistd_64.h", "/usr/include/asm/unistd_64.h"],
    "aarch64": ["/usr/include/asm-generic/unistd.h"],
}
ABSENT = {"aarch64": {"open", "stat", "lstat", "access", "poll", "readlink"}}
"""Calls that an architecture does not have."""


def table(machine: str) -> dict[str, int]:
    words = seccomp._NUMBERS[machine].split()
    return {name: int(number) for name, number in zip(words[::2], words[1::2], strict=True)}


def header(machine: str) -> dict[str, int]:
    """The numbers as the system states them."""
    path = next((path for name in HEADERS[machine] if (path := Path(name)).exists()), None)
    if path is None:
        pytest.skip("the system's headers are not here")
    text = path.read_text()
    found = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    if machine == "aarch64":
        found["newfstatat"] = found["fstatat"]
    return found


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_are_those_of_the_system(machine: str) -> None:
    stated = header(machine)
    assert {name: stated.get(name) for name in table(machine)} == table(machine)


@pytest.mark.parametrize("machine", HEADERS)
def test_every_name_has_a_number_of_its_own(machine: str) -> None:
    names = seccomp.COMPUTING | seccomp.IMAGES | seccomp.TIMERS | seccomp._BENIGN | {"clone3"}
    assert names - set(table(machine)) == ABSENT.get(machine, set())
    assert len(set(table(machine).values())) == len(table(machine))


def test_nothing_that_reaches_out_is_allowed() -> None:
    allowed = seccomp.COMPUTING | seccomp.IMAGES
    assert not allowed & {
        "socket",
        "connect",
        "bind",
        "open",
        "openat",
        "openat2",
        "execve",
        "execveat",
        "fork",
        "vfork",
    }
    assert not allowed & {"clone", "clone3", "ptrace", "mount", "unshare", "setns", "kill", "tgkill", "io_uring_setup"}
    assert not allowed & {"prctl", "ioctl", "process_vm_readv", "process_vm_writev", "seccomp", "bpf", "keyctl"}


# ---------------------------------------------------------------- the program, run by a machine of our own

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "i386": 0x40000003, "arm": 0x40000028}
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
ALLOWED = seccomp.COMPUTING | seccomp.IMAGES


def run(program: bytes, number: int, architecture: int) -> int:
    """What a filter returns (bpf(4): the instructions that classic filters of seccomp use here)."""
    data = struct.pack("=IIQ6Q", number, architecture, 0, *[0] * 6)
    code = list(struct.iter_unpack("=HBBI", program))
    accumulator = at = 0
    while True:
        operation, yes, no, constant = code[at]
        at += 1
        if operation == 0x20:  # BPF_LD | BPF_W | BPF_ABS
            (accumulator,) = struct.unpack_from("=I", data, constant)
        elif operation == 0x15:  # BPF_JMP | BPF_JEQ | BPF_K
            at += yes if accumulator == constant else no
        elif operation == 0x35:  # BPF_JMP | BPF_JGE | BPF_K
            at += yes if accumulator >= constant else no
        elif operation == 0x06:  # BPF_RET | BPF_K
            return int(constant)
        else:
            raise AssertionError(operation)


def built(machine: str, *, kill: bool = True) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(libc, "MACHINE", machine)
        return seccomp._program(ALLOWED, seccomp._numbers(), kill=kill)


PROGRAMS = {(machine, kill): built(machine, kill=kill) for machine in HEADERS for kill in (True, False)}
numbers = st.one_of(st.integers(0, 500), st.integers(0, 2**32 - 1), st.integers(0, 600).map(lambda n: n | 0x40000000))


def verdict(machine: str, number: int, *, kill: bool) -> int:
    """What should become of a call."""
    name = {found: name for name, found in table(machine).items()}.get(number, "")
    if number >= 0x40000000:
        return KILL
    if name in ALLOWED:
        return ALLOW
    if name in seccomp._BENIGN:
        return EPERM
    if name == "clone3":
        return ENOSYS
    return KILL if kill else EPERM


@pytest.mark.parametrize("kill", [True, False])
@pytest.mark.parametrize("machine", HEADERS)
@given(number=numbers)
@example(number=0x3FFFFFFF)
@example(number=0x40000000)
@example(number=435)
def test_the_filter_lets_through_what_is_on_the_list(machine: str, kill: bool, number: int) -> None:  # noqa: FBT001
    assert run(PROGRAMS[machine, kill], number, ARCHITECTURES[machine]) == verdict(machine, number, kill=kill)


@pytest.mark.parametrize("machine", HEADERS)
def test_the_filter_for_each_number_there_is(machine: str) -> None:
    for kill in (True, False):
        program = PROGRAMS[machine, kill]
        for number in range(600):
            assert run(program, number, ARCHITECTURES[machine]) == verdict(machine, number, kill=kill), number


@given(
    machine=st.sampled_from(list(HEADERS)),
    number=numbers,
    other=st.one_of(st.sampled_from(list(ARCHITECTURES.values())), st.integers(0, 2**32 - 1)),
)
def test_calls_of_another_architecture_end_the_process(machine: str, number: int, other: int) -> None:
    for kill in (True, False):
        if other != ARCHITECTURES[machine]:
            assert run(PROGRAMS[machine, kill], number, other) == KILL


def test_a_system_without_a_list_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libc, "MACHINE", "riscv64")
    with pytest.raises(StepFailedError, match="no list for this system"):
        seccomp.install(ALLOWED)
