"""The workers' home: it turns processes' troubles into our errors, says what stands around them, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hermetic_nb.confinement import LAYERS, Plan
from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.sandbox import Sandbox
from tests.faults.traces import all_gone, family_of, settled_zombies
from tests.processes import workers

PROGRAM = "tests.faults.program"


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    sandbox = Sandbox(PROGRAM, workers=2)
    yield sandbox
    sandbox.close()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """One that a test may close or let its marks in."""
    sandbox = Sandbox(PROGRAM)
    yield sandbox
    sandbox.close()


@pytest.mark.parametrize("length", [0, 1, 1000, (1 << 16) - 9, 1 << 16, 3 << 20])
def test_what_is_sent_comes_back(shared: Sandbox, length: int) -> None:
    body = os.urandom(length)
    assert shared.ask([b"echo ", body]) == body


def test_the_same_worker_answers_again(shared: Sandbox) -> None:
    assert shared.ask([b"pid"]) == shared.ask([b"pid"])


def test_a_worker_that_dies_is_asked_once_more(sandbox: Sandbox) -> None:
    first = bytes(sandbox.ask([b"pid"]))
    assert sandbox.ask([b"once 5"]) == b"ok"
    assert bytes(sandbox.ask([b"pid"])) != first


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        (b"exit 3", "the worker process ended with status 3"),
        (b"raise", "the worker process ended with status"),
        (b"socket", "the worker process ended by SIGSYS"),
        (b"fork", "the worker process ended by SIGSYS"),
    ],
)
def test_a_worker_that_dies_again_is_an_engine_error(shared: Sandbox, request_: bytes, said: str) -> None:
    with pytest.raises(EngineError, match=said) as caught:
        shared.ask([request_])
    assert caught.value.code == "H530"
    assert shared.ask([b"echo on"]) == b"on"


def test_time_that_is_up_is_a_limit(shared: Sandbox) -> None:
    with pytest.raises(LimitExceeded, match=r"took longer than 0\.05 s") as caught:
        shared.ask([b"spin"], seconds=0.05)
    assert caught.value.limit == "wall_seconds"
    assert shared.ask([b"echo on"], seconds=60) == b"on"


def test_an_answer_longer_than_it_may_be_is_an_engine_error(shared: Sandbox) -> None:
    for length in (100, 1 << 17):
        with pytest.raises(EngineError, match=f"answered a message of {length} bytes"):
            shared.ask([f"times {length}".encode()], most=99)
        assert shared.ask([b"times 99"], most=99) == b"x" * 99


def test_an_interrupt_ends_the_worker_and_the_next_request_is_right(shared: Sandbox) -> None:
    assert shared.ask([b"echo on"]) == b"on"
    before = set(workers(shared))
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        shared.ask([b"spin"])
    timer.join()
    assert shared.ask([b"echo on"]) == b"on"
    assert len(set(workers(shared)) & before) == len(before) - 1


def test_two_threads_use_two_workers_at_once(shared: Sandbox) -> None:
    inside = threading.Barrier(2, timeout=60)
    found: list[bytes] = []

    def work() -> None:
        with shared.lease() as lease:
            inside.wait()  # both have a worker, or nobody comes here
            found.append(bytes(lease.ask([b"pid"])))
            inside.wait()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2


def test_more_threads_than_workers_wait_for_their_turn(shared: Sandbox) -> None:
    found: list[tuple[bytes, bytes]] = []

    def work(number: int) -> None:
        for count in range(50):
            body = f"{number}:{count}".encode()
            found.append((body, bytes(shared.ask([b"echo ", body]))))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 300
    assert all(sent == answer for sent, answer in found)
    assert len(workers(shared)) <= 2


def test_a_worker_of_another_role_ends_after_its_request(shared: Sandbox) -> None:
    usual = bytes(shared.ask([b"pid"]))
    before = set(workers(shared))
    assert shared.ask_once("other", [b"pid"]) != usual
    assert set(workers(shared)) == before
    with pytest.raises(LimitExceeded):
        shared.ask_once("other", [b"spin"], seconds=0.05)
    assert set(workers(shared)) == before


def test_idle_processes_end_and_used_ones_stay(sandbox: Sandbox) -> None:
    early = time.monotonic()
    assert sandbox.ask([b"echo on"]) == b"on"
    processes = family_of(sandbox.pid)
    used = [sandbox.rest(early)]
    with sandbox.lease() as lease:
        lease.ask([b"echo on"])
        used.append(sandbox.rest(time.monotonic()))
    assert used == [True, True]
    assert family_of(sandbox.pid) == processes
    assert not sandbox.rest(time.monotonic())
    assert all_gone(processes)
    assert sandbox.ask([b"echo on"]) == b"on"


def test_closing_ends_all_processes(sandbox: Sandbox) -> None:
    sandbox.ask([b"echo on"])
    processes = family_of(sandbox.pid)
    assert len(processes) == 3, "what was started, the zygote, and one worker"
    sandbox.close()
    sandbox.close()
    assert all_gone(processes)
    assert not settled_zombies({os.getpid()})


def test_a_sandbox_that_nobody_holds_ends_its_processes() -> None:
    sandbox = Sandbox(PROGRAM)
    sandbox.ask([b"echo on"])
    processes = family_of(sandbox.pid)
    del sandbox
    assert all_gone(processes)


def test_a_python_that_is_not_there_is_an_engine_error(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERMETIC_PYTHON", "/nowhere/python -X dev")
    with pytest.raises(EngineError):
        sandbox.start()
    with pytest.raises(EngineError):
        sandbox.ask([b"echo on"])
    monkeypatch.delenv("HERMETIC_PYTHON")
    assert sandbox.ask([b"echo on"]) == b"on"


def test_a_program_that_is_not_there_is_an_engine_error() -> None:
    with pytest.raises(EngineError, match="no_such_program"):
        Sandbox("tests.faults.no_such_program").ask([b""])


# ---------------------------------------------------------------- what stands around a worker


def test_every_layer_is_observed_once_and_holds(shared: Sandbox) -> None:
    layers = shared.layers()
    assert sorted(layer.name for layer in layers) == sorted(LAYERS)
    assert [layer for layer in layers if not layer.holds] == []
    assert all(layer.seen for layer in layers)


def test_layers_may_be_asked_for_before_and_after_requests(sandbox: Sandbox) -> None:
    first = sandbox.layers()
    sandbox.ask([b"echo on"])
    assert [(layer.name, layer.holds) for layer in sandbox.layers()] == [(layer.name, layer.holds) for layer in first]
    assert not settled_zombies(family_of(sandbox.pid))


def test_process_isolation_is_a_process_and_nothing_more() -> None:
    sandbox = Sandbox(PROGRAM, isolation="process")
    held = {layer.name for layer in sandbox.layers() if layer.holds}
    assert {"wasm", "process"} <= held
    assert not held & {"user", "pid", "mount", "ipc", "uts", "cgroup", "capabilities", "landlock", "seccomp", "limits"}
    assert sandbox.ask([b"socket"]) == b"a socket"
    sandbox.close()


def test_strict_isolation_is_to_be_had_here() -> None:
    sandbox = Sandbox(PROGRAM, isolation="strict")
    assert sandbox.ask([b"echo on"]) == b"on"
    sandbox.close()
    assert sandbox.ask([b"echo on"]) == b"on"
    sandbox.close()


@pytest.mark.parametrize("step", ["seccomp", "limits", "root", "capabilities", "namespaces"])
def test_strict_isolation_refuses_and_names_the_layer(step: str) -> None:
    sandbox = Sandbox(PROGRAM, isolation="strict", plan=Plan(**{step: False}))
    layer = {"root": "mount", "namespaces": "network"}.get(step, step)
    for _ in range(2):
        with pytest.raises(EngineError, match=f"strict.*{layer}: ") as caught:
            sandbox.ask([b"echo on"])
        assert "auto" in caught.value.help
    assert not sandbox.alive


def test_strict_isolation_is_refused_where_nothing_could_be_observed() -> None:
    sandbox = Sandbox(PROGRAM, isolation="strict", settings={"blind": True})
    with pytest.raises(EngineError):
        sandbox.ask([b"echo on"])
    sandbox.close()


def test_layers_that_could_not_be_observed_are_not_passed_over() -> None:
    sandbox = Sandbox(PROGRAM, settings={"blind": True})
    with pytest.raises(EngineError):
        sandbox.layers()
    assert sandbox.ask([b"echo on"]) == b"on"
    sandbox.close()


def test_nothing_of_the_environment_is_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    sandbox = Sandbox(PROGRAM, environment={"GIVEN": "1"})
    assert json.loads(bytes(sandbox.ask([b"environment"]))) == {"refused": "EPERM"}
    sandbox.close()


def test_only_the_channel_and_shared_memory_are_open_inside(shared: Sandbox) -> None:
    numbers = json.loads(bytes(shared.ask([b"descriptors"])))
    assert numbers[:3] == [0, 1, 2]
    assert len(numbers) == 5
    links = [str(Path(f"/proc/{workers(shared)[0]}/fd/{number}").readlink()) for number in numbers]
    assert links[:2] == ["/dev/null"] * 2
    assert sorted(link.partition(":")[0] for link in links[2:]) == ["/memfd", "/memfd", "socket"]


# ---------------------------------------------------------------- who is ended, and who is not


def test_a_lease_whose_zygote_is_gone_ends_no_worker_of_the_next_one() -> None:
    sandbox = Sandbox(PROGRAM, workers=2)
    with sandbox.lease() as old:
        old.ask([b"pid"])
        assert sandbox.pid is not None
        processes = family_of(sandbox.pid)
        os.kill(sandbox.pid, signal.SIGKILL)
        while sandbox.alive:
            time.sleep(0.001)
        assert all_gone(processes)
        with sandbox.lease() as new:
            before = bytes(new.ask([b"pid"]))
            assert old.ask([b"echo on"]) == b"on"
            assert bytes(new.ask([b"pid"])) == before
    sandbox.close()


def test_a_worker_that_never_says_hello_is_an_engine_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hermetic_nb.sandbox.workers.START_SECONDS", 0.3)
    sandbox = Sandbox(PROGRAM, settings={"mute": True})
    sandbox.wait()
    for seconds in (None, 60):
        with pytest.raises(EngineError, match="did not start in time"):
            sandbox.ask([b"echo on"], seconds=seconds)
    sandbox.close()
