"""No memory, no processes, no shared memory, damaged files: the call fails with its code, and the next one is right."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from hermetic_nb.child import Arena
from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Done
from hermetic_nb.sandbox import Sandbox
from tests.faults.tools import ADD, home, opened
from tests.faults.traces import descriptors, family_of, settled_zombies
from tests.processes import workers
from tests.unit import wat_modules as wat
from tests.unit.python_cells import ECHO, session

PROGRAM = "tests.faults.program"
TEXT = "añ漢𝄞" * 100_000


@pytest.fixture
def executor(tmp_path: Path) -> Iterator[WasmExecutor]:
    executor = WasmExecutor(tmp_path)
    yield executor
    executor.close()


# ---------------------------------------------------------------- memory


def test_a_worker_without_memory_is_an_engine_error_and_the_next_request_is_right() -> None:
    sandbox = Sandbox(PROGRAM)
    assert sandbox.ask([b"grow 1000"]) == b"1000"
    with pytest.raises(EngineError, match="the worker process ended"):
        sandbox.ask([b"grow 1000000000000000"])
    assert sandbox.ask([b"echo on"]) == b"on"
    assert not settled_zombies(family_of(sandbox.pid))
    sandbox.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="the limits of a sealed process are changed from outside")
def test_an_engine_without_room_for_an_instance_says_so_and_recovers(executor: WasmExecutor) -> None:
    add = opened(executor, ADD, "int, int -> int")
    echo = opened(executor, *wat.echo("str"))
    assert add.start((1, 2)) == Done(3)
    assert echo.start((TEXT,)) == Done(TEXT)
    (worker,) = workers(home(executor))
    before = resource.prlimit(worker, resource.RLIMIT_AS)
    resource.prlimit(worker, resource.RLIMIT_AS, (1 << 20, before[1]))
    for _ in range(3):
        with pytest.raises((EngineError, LimitExceeded)):
            echo.start((TEXT,))
        if workers(home(executor)) != [worker]:
            break  # it died of it
    else:
        resource.prlimit(worker, resource.RLIMIT_AS, before)
    assert echo.start((TEXT,)) == Done(TEXT)
    assert add.start((1, 2)) == Done(3)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.ENOMEM])
def test_full_shared_memory_changes_nothing(
    executor: WasmExecutor, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(Arena, "write", refuse)
    echo = opened(executor, *wat.echo("str"))
    assert [echo.start((TEXT,)) for _ in range(3)] == [Done(TEXT)] * 3
    runner = PythonExecutor()
    assert session(runner, ECHO).start([TEXT]) == Done(TEXT)
    runner.close()


def test_a_host_without_shared_memory_changes_nothing(executor: WasmExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    echo = opened(executor, *wat.echo("str"))
    home(executor).wait()
    monkeypatch.setattr("os.memfd_create", refuse)
    assert [echo.start((TEXT,)) for _ in range(3)] == [Done(TEXT)] * 3


# ---------------------------------------------------------------- processes


@pytest.mark.parametrize("turn", [2, 3])
def test_a_fork_that_fails_is_an_engine_error_and_the_next_one_is_right(turn: int) -> None:
    sandbox = Sandbox(PROGRAM, settings={"no fork": [turn]})
    before = descriptors()
    failed = 0
    for _ in range(4):
        try:
            assert sandbox.ask([b"echo on"]) == b"on"
        except EngineError as error:
            failed += 1
            said = str(error)
        with sandbox.lease() as lease:
            lease.drop()
    assert failed == 1
    assert "no worker process can be started: Resource temporarily unavailable" in said
    assert sandbox.ask([b"echo on"]) == b"on"
    sandbox.close()
    assert sorted(descriptors().values()) == sorted(before.values())


def test_a_zygote_that_cannot_be_forked_is_an_engine_error() -> None:
    sandbox = Sandbox(PROGRAM, settings={"no fork": [1]})
    for _ in range(2):
        with pytest.raises(EngineError, match="process ended"):
            sandbox.ask([b"echo on"])
    sandbox.close()


def test_no_fork_for_the_generator_of_machine_code_is_an_engine_error(
    executor: WasmExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise EngineError("no worker process can be started: no")

    with monkeypatch.context() as patch:
        patch.setattr(Sandbox, "ask_once", refuse)
        with pytest.raises(EngineError, match="no worker process"):
            opened(executor, ADD, "int, int -> int").start((1, 2))
    assert opened(executor, ADD, "int, int -> int").start((1, 2)) == Done(3)


# ---------------------------------------------------------------- files


def test_damaged_machine_code_is_made_again(tmp_path: Path) -> None:
    executor = WasmExecutor(tmp_path)
    assert opened(executor, ADD, "int, int -> int").start((1, 2)) == Done(3)
    (file,) = (tmp_path / "compiled").glob("*.cwasm")
    whole = file.read_bytes()
    for place in (0, 1, 100, len(whole) // 2, len(whole) - 33, len(whole) - 32, len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << place % 8
        file.write_bytes(damaged)
        executor.close()  # the worker forgets what it holds
        assert opened(executor, ADD, "int, int -> int").start((place, 2)) == Done(place + 2)
        assert file.read_bytes() == whole, "the code is the same each time"
    for other in (b"", whole[:-1], whole[:31], whole + b"x", bytes(len(whole))):
        file.write_bytes(other)
        executor.close()
        assert opened(executor, ADD, "int, int -> int").start((1, 2)) == Done(3)
        assert file.read_bytes() == whole
    executor.close()
