"""The executor of the python and pure tiers: sessions, conversations, and what happens when the worker dies or forgets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from hermetic_nb import values
from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.executors import runner_worker
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.model import (
    Done,
    Failed,
    ModuleLimits,
    Reply,
)
from tests.processes import kill_workers
from tests.unit.python_cells import ASK, ECHO, requests, session


@pytest.fixture(scope="module")
def executor() -> Iterator[PythonExecutor]:
    made = PythonExecutor()
    yield made
    made.close()


def kill(executor: PythonExecutor) -> None:
    """End the worker, as the system does when memory is short."""
    kill_workers(executor.sandbox)


# ---------------------------------------------------------------- calls


@pytest.mark.parametrize(
    "value", [None, True, 2**100, -0.0, "\ud800", b"\x00", (1, [2]), {"a": {1: {2}}}, {"$int": "1"}]
)
def test_a_value_comes_back_as_it_was(executor: PythonExecutor, value: Any) -> None:
    step = session(executor, ECHO).start([value])
    assert isinstance(step, Done)
    assert values.encode(step.value) == values.encode(value)


def test_each_start_is_a_fresh_instance(executor: PythonExecutor) -> None:
    made = session(executor, "seen = []\n\ndef f(x):\n    seen.append(x)\n    return seen\n")
    assert [step.value for step in map(made.start, ([1], [2], [3])) if isinstance(step, Done)] == [[1], [2], [3]]


def test_a_call_goes_on_with_answers(executor: PythonExecutor) -> None:
    made = session(executor, ASK)
    assert requests(made.start([1])) == [("a", {"x": 1})]
    assert requests(made.resume([Reply({"$set": [1]})])) == [("b", {"x": {"$set": [1]}}), ("c", {"x": {"$set": [1]}})]
    assert made.resume([Reply(2), Reply(3)]) == Done([{1}, [2, 3]])


def test_an_answer_may_be_an_error(executor: PythonExecutor) -> None:
    made = session(executor, ASK)
    made.start([1])
    step = made.resume([Reply(error=("AgentRefusedError", "no"))])
    assert isinstance(step, Failed)
    assert (step.failure.exception, step.failure.message, step.failure.line) == ("AgentRefusedError", "no", 3)


def test_nothing_to_go_on_with(executor: PythonExecutor) -> None:
    made = session(executor, ASK)
    with pytest.raises(EngineError, match="no call waits for replies"):
        made.resume([Reply(1)])
    made.start([1])
    made.close()
    with pytest.raises(EngineError, match="no call waits for replies"):
        made.resume([Reply(1)])


def test_calls_beside_each_other(executor: PythonExecutor) -> None:
    sessions = [session(executor, ASK) for _ in range(8)]
    for number, made in enumerate(sessions):
        assert requests(made.start([number])) == [("a", {"x": number})]
    for number, made in enumerate(reversed(sessions)):
        made.resume([Reply(number)])
    found = [made.resume([Reply(1), Reply(2)]) for made in reversed(sessions)]
    assert found == [Done([number, [1, 2]]) for number in range(8)]


def test_sessions_on_threads(executor: PythonExecutor) -> None:
    made = session(executor, ECHO)
    found: dict[int, Any] = {}

    def call(number: int) -> None:
        found[number] = made.start([number])

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: Done(number) for number in range(8)}


def test_several_starts_at_once(executor: PythonExecutor) -> None:
    made = session(executor, "def f(x):\n    return bytes(x)\n", room=ModuleLimits(memory_pages=1024))
    first, second, third = made.start_all([[1], [10**9], [2]])
    assert (first, third) == (Done(b"\x00"), Done(b"\x00\x00"))
    assert isinstance(second, LimitExceeded)
    assert second.limit == "memory"


# ---------------------------------------------------------------- a worker that dies, or has no room


@pytest.mark.parametrize("answered", [0, 1])
def test_a_call_outlives_its_worker(executor: PythonExecutor, answered: int) -> None:
    made = session(executor, ASK)
    made.start([1])
    if answered:
        made.resume([Reply("x")])
    kill(executor)
    if not answered:
        made.resume([Reply("x")])
    assert made.resume([Reply("y"), Reply("z")]) == Done(["x", ["y", "z"]])


def test_a_killed_worker_costs_nothing_else(executor: PythonExecutor) -> None:
    made = session(executor, ECHO)
    assert made.start([1]) == Done(1)
    kill(executor)
    assert made.start([2]) == Done(2)
    made.close()


def test_more_conversations_than_the_worker_keeps(executor: PythonExecutor) -> None:
    count = runner_worker.CONVERSATIONS + 3
    sessions = [session(executor, ASK) for _ in range(count)]
    for number, made in enumerate(sessions):
        made.start([number])
    for number, made in enumerate(sessions):
        made.resume([Reply(number)])
    assert [made.resume([Reply(1), Reply(2)]) for made in sessions] == [Done([n, [1, 2]]) for n in range(count)]


def test_more_programs_than_the_worker_keeps(executor: PythonExecutor) -> None:
    count = runner_worker.PROGRAMS + 3
    sessions = [session(executor, f"def f(x):\n    return x + {number}\n") for number in range(count)]
    for _ in range(2):
        assert [made.start([1]) for made in sessions] == [Done(1 + number) for number in range(count)]


def test_a_closed_executor_starts_again(executor: PythonExecutor) -> None:
    made = session(executor, ASK)
    made.start([1])
    executor.close()
    assert not executor.sandbox.alive
    made.resume([Reply("x")])
    assert made.resume([Reply("y"), Reply("z")]) == Done(["x", ["y", "z"]])


def test_closing_a_session_starts_no_worker(executor: PythonExecutor) -> None:
    made = session(executor, ASK)
    made.start([1])
    executor.close()
    made.close()
    assert not executor.sandbox.alive
