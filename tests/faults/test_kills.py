"""Workers, zygotes and what started them are killed at any moment: no answer is wrong, and nothing is left behind."""

from __future__ import annotations

import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from hermetic_nb.errors import EngineError
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Done, Limits, Reply, Step
from hermetic_nb.sandbox import Sandbox
from tests.faults.tools import ADD, COUNT, SPIN, Killer, Tally, constant, home, opened
from tests.faults.traces import all_gone, descriptors, family_of, settled_zombies
from tests.processes import children, stop_workers, workers
from tests.unit import wat_modules as wat
from tests.unit.python_cells import ASK, ECHO, session

TIMES = [pytest.param(20, id="20"), pytest.param(300, id="300", marks=pytest.mark.slow)]


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WasmExecutor]:
    executor = WasmExecutor(tmp_path_factory.mktemp("cache"))
    yield executor
    executor.close()


@pytest.fixture(scope="module")
def runner() -> Iterator[PythonExecutor]:
    executor = PythonExecutor()
    yield executor
    executor.close()


def leaves_nothing(sandbox: Sandbox, before: dict[str, str]) -> None:
    """No zombie, no process that should not be there, no more descriptors than those of the workers that run."""
    processes = family_of(sandbox.pid)
    assert settled_zombies({os.getpid(), *processes}) == []
    assert len(processes) <= 2 + sandbox.workers
    sandbox.close()
    assert all_gone(processes)
    assert sorted(descriptors().values()) == sorted(before.values())


@pytest.mark.parametrize("kills", TIMES)
def test_workers_are_killed_while_sealed_tools_run(executor: WasmExecutor, kills: int) -> None:
    executor.close()
    before = descriptors()
    add, count = opened(executor, ADD, "int, int -> int"), opened(executor, COUNT, "int -> int")
    echo = opened(executor, *wat.echo("str"))
    text = "añ漢𝄞" * 30_000
    tally, numbers = Tally(), itertools.count(1)
    with Killer(home(executor), kills, pause=0.02, seed=kills) as killer:
        while killer.busy:
            number = next(numbers)
            tally.note(partial(add.start, (number, 2 * number)), 3 * number)
            if number % 16 == 1:
                tally.note(partial(count.start, (number * 1000,)), 3000 * number)
                tally.note(lambda: echo.start((text,)), text)
            if number % 64 == 1:  # and one whose machine code is made now
                new = opened(executor, constant(1000 * kills + number), "-> int")
                tally.note(partial(new.start, ()), 1000 * kills + number)
    assert killer.left == 0
    assert tally.wrong == []
    assert tally.right > 0
    assert add.start((40, 2)) == Done(42)
    leaves_nothing(home(executor), before)


@pytest.mark.parametrize("kills", TIMES)
def test_workers_are_killed_while_threads_call(executor: WasmExecutor, kills: int) -> None:
    executor.close()
    before = descriptors()
    add, count = opened(executor, ADD, "int, int -> int"), opened(executor, COUNT, "int -> int")
    tallies = [Tally() for _ in range(3)]
    with Killer(home(executor), kills, pause=0.02) as killer:

        def work(tally: Tally) -> None:
            for number in itertools.takewhile(lambda _: killer.busy, itertools.count(1)):
                tally.note(partial(add.start, (number, 7)), number + 7)
                tally.note(partial(count.start, (number * 100,)), number * 300)

        threads = [threading.Thread(target=work, args=(tally,)) for tally in tallies]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [tally.wrong for tally in tallies] == [[], [], []]
    assert sum(tally.right for tally in tallies) > 0
    assert add.start((40, 2)) == Done(42)
    leaves_nothing(home(executor), before)


@pytest.mark.parametrize("kills", TIMES)
def test_workers_are_killed_while_python_runs(runner: PythonExecutor, kills: int) -> None:
    runner.close()
    before = descriptors()
    echo, asks = session(runner, ECHO), session(runner, ASK)
    assert echo.start([0]) == Done(0)  # the runner is loaded
    tally, numbers = Tally(), itertools.count(1)

    def talk(number: int) -> Step:
        asks.start([number])
        asks.resume([Reply(number)])
        return asks.resume([Reply("y"), Reply("z")])

    with Killer(home(runner), kills, pause=0.1, seed=kills) as killer:
        while killer.busy:
            number = next(numbers)
            tally.note(partial(echo.start, [number]), number)
            tally.note(partial(talk, number), [number, ["y", "z"]])
    assert killer.left == 0
    assert tally.wrong == []
    assert tally.right > 0
    assert echo.start([42]) == Done(42)
    leaves_nothing(home(runner), before)


def test_a_worker_that_is_stopped_is_late(executor: WasmExecutor) -> None:
    add = opened(executor, ADD, "int, int -> int", Limits(wall_seconds=0.1))
    spin = opened(executor, SPIN, "int -> int", Limits(wall_seconds=0.1))
    executor.close()
    roomy = opened(executor, ADD, "int, int -> int")
    assert roomy.start((1, 2)) == Done(3)
    stop_workers(home(executor))
    with pytest.raises(Exception, match=r"longer than 0\.1 s"):
        add.start((1, 2))
    with pytest.raises(Exception, match=r"longer than 0\.1 s"):
        spin.start((1,))
    assert roomy.start((1, 2)) == Done(3)


@pytest.mark.parametrize("number", [signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGTERM, signal.SIGSYS])
def test_however_a_worker_ends_the_call_is_told_again(executor: WasmExecutor, number: int) -> None:
    executor.close()
    count = opened(executor, COUNT, "int -> int")
    assert count.start((5,)) == Done(15)
    (worker,) = workers(home(executor))
    timer = threading.Timer(0.03, os.kill, (worker, number))  # the engine has handlers of its own for some of these
    timer.start()
    assert count.start((300_000_000,)) == Done(900_000_000)
    timer.join()
    assert count.start((5,)) == Done(15)
    assert not settled_zombies(family_of(home(executor).pid))


@pytest.mark.parametrize("whom", ["the zygote", "what started it"])
@pytest.mark.parametrize("at", ["rest", "work"])
def test_the_zygote_is_killed(executor: WasmExecutor, whom: str, at: str) -> None:
    executor.close()
    before = descriptors()
    count = opened(executor, COUNT, "int -> int")
    tally = Tally()
    for turn in range(2):
        assert count.start((7,)) == Done(21)
        outer = home(executor).pid
        assert outer is not None
        processes = family_of(outer)
        (zygote,) = children(outer)
        victim = zygote if whom == "the zygote" else outer
        if at == "rest":
            os.kill(victim, signal.SIGKILL)
            tally.note(lambda: count.start((8,)), 24)
        else:
            timer = threading.Timer(0.02 * turn, os.kill, (victim, signal.SIGKILL))
            timer.start()
            tally.note(lambda: count.start((100_000_000,)), 300_000_000)
            timer.join()
        assert all_gone(processes), "workers go with their zygote, and it with what started it"
    assert tally.wrong == []
    assert tally.right == 2, "told again, by a new zygote"
    leaves_nothing(home(executor), before)


def test_zygotes_are_killed_while_threads_call(executor: WasmExecutor) -> None:
    executor.close()
    before = descriptors()
    add = opened(executor, ADD, "int, int -> int")
    stop = threading.Event()
    tallies = [Tally() for _ in range(3)]
    chance = random.Random(4)

    def work(tally: Tally) -> None:
        for number in itertools.takewhile(lambda _: not stop.is_set(), itertools.count(1)):
            tally.note(partial(add.start, (number, 7)), number + 7)

    threads = [threading.Thread(target=work, args=(tally,)) for tally in tallies]
    for thread in threads:
        thread.start()
    for _ in range(5):
        right = sum(tally.right for tally in tallies)
        while sum(tally.right for tally in tallies) <= right + 10:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.02))
        pid = home(executor).pid
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
    stop.set()
    for thread in threads:
        thread.join()
    assert [tally.wrong for tally in tallies] == [[], [], []]
    assert add.start((40, 2)) == Done(42)
    leaves_nothing(home(executor), before)


def test_the_kernel_is_killed_and_nothing_stays(tmp_path: Path) -> None:
    """Even while a worker is stuck in a call."""
    import subprocess
    import sys

    program = (
        "import sys; from pathlib import Path; from tests.faults.tools import *\n"
        f"executor = WasmExecutor(Path({str(tmp_path)!r}))\n"
        "opened(executor, ADD, 'int, int -> int').start((1, 2)); print(executor.sandbox.pid, flush=True)\n"
        "opened(executor, SPIN, 'int -> int').start((1,))"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=root) as kernel:
        assert kernel.stdout is not None
        processes = family_of(int(kernel.stdout.readline()))
        assert len(processes) >= 3
        kernel.kill()
    assert all_gone(processes)


def test_a_call_hit_twice_fails_with_its_code(executor: WasmExecutor) -> None:
    spin = opened(executor, SPIN, "int -> int")
    stop = threading.Event()

    def kill() -> None:
        while not stop.wait(0.01):
            for pid in workers(home(executor)):
                os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        with pytest.raises(EngineError, match="the worker process ended"):
            spin.start((1,))
    finally:
        stop.set()
        thread.join()
    assert opened(executor, ADD, "int, int -> int").start((1, 2)) == Done(3)
