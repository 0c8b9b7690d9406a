"""Thousands of calls leave memory, descriptors and processes as they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hermetic_nb.errors import LimitExceeded
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Done, Failed, Limits
from tests.faults.tools import ADD, home, opened
from tests.faults.traces import descriptors, family_of, resident, settled_zombies
from tests.processes import workers
from tests.unit import wat_modules as wat
from tests.unit.python_cells import ECHO, session

ROOM = 3 << 20
"""Bytes by which a process may grow: what allocators keep."""


@pytest.mark.parametrize("calls", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_sealed_tools_leave_nothing(tmp_path: Path, calls: int) -> None:
    executor = WasmExecutor(tmp_path)
    add, echo = opened(executor, ADD, "int, int -> int"), opened(executor, *wat.echo("str"))
    traps = opened(executor, wat.wasm(wat.run_of("(result i64) unreachable")), "-> int")
    text = "ñ" * 100_000

    def call(number: int) -> None:
        assert add.start((number, 2)) == Done(number + 2)
        if not number % 10:
            assert echo.start((text,)) == Done(text)
            assert isinstance(traps.start(()), Failed)

    for number in range(300):
        call(number)
    (worker,) = workers(home(executor))
    processes, before = family_of(home(executor).pid), descriptors()
    memory = {pid: resident(pid) for pid in (worker, os.getpid())}
    for number in range(calls):
        call(number)
    assert family_of(home(executor).pid) == processes
    assert {pid: resident(pid) - least for pid, least in memory.items() if resident(pid) - least > ROOM} == {}
    assert descriptors() == before
    assert settled_zombies({os.getpid(), *processes}) == []
    executor.close()


@pytest.mark.parametrize("calls", [100, pytest.param(2000, marks=pytest.mark.slow)])
def test_python_leaves_nothing(calls: int) -> None:
    executor = PythonExecutor()
    echo = session(executor, ECHO)
    for number in range(50):
        assert echo.start([number]) == Done(number)
    (worker,) = workers(home(executor))
    processes, before = family_of(home(executor).pid), descriptors()
    memory = {pid: resident(pid) for pid in (worker, os.getpid())}
    for number in range(calls):
        assert echo.start([number]) == Done(number)
    assert family_of(home(executor).pid) == processes
    assert {pid: resident(pid) - least for pid, least in memory.items() if resident(pid) - least > ROOM} == {}
    assert descriptors() == before
    executor.close()


@pytest.mark.parametrize("calls", [30, pytest.param(300, marks=pytest.mark.slow)])
def test_calls_that_are_stopped_leave_nothing(tmp_path: Path, calls: int) -> None:
    executor = WasmExecutor(tmp_path)
    spin = opened(
        executor,
        wat.wasm(wat.run_of("(param i64) (result i64) (loop (br 0)) unreachable")),
        "int -> int",
        Limits(wall_seconds=0.005),
    )

    def stop() -> None:
        with pytest.raises(LimitExceeded):
            spin.start((1,))

    for _ in range(5):
        stop()
    before, memory = descriptors(), resident(os.getpid())
    for _ in range(calls):
        stop()
    assert sorted(descriptors().values()) == sorted(before.values())
    assert len(family_of(home(executor).pid)) <= 2 + 1
    assert settled_zombies({os.getpid(), *family_of(home(executor).pid)}) == []
    assert resident(os.getpid()) - memory < ROOM
    executor.close()
