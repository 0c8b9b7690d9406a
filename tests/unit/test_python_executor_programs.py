"""The executor of the python and pure tiers: fuel, what a program is given, examples, and the first time on a machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import EngineError, IntegrityError, LimitExceeded
from hermetic_nb.executors import python, runner_protocol
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.model import (
    WASM,
    Calls,
    Dependency,
    Done,
    Environment,
    Failed,
    Limits,
    ModuleLimits,
    Reply,
)
from tests.unit.python_cells import ECHO, artifact, requests, session
from tests.unit.wheel_maker import sound

SLOW_ASK = """
async def f(x, call_agent):
    found = []
    for n in range(3):
        found.append(await call_agent("a", {"n": n}))
        for i in range(x): i + i
    return found
"""


@pytest.fixture(scope="module")
def executor() -> Iterator[PythonExecutor]:
    made = PythonExecutor()
    yield made
    made.close()


# ---------------------------------------------------------------- fuel


def test_a_long_call_is_told_again_where_fuel_counts(executor: PythonExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = session(executor, SLOW_ASK)
    monkeypatch.setattr(python, "PLAIN_SECONDS", 0.1)
    step = plain.start([2_000_000])
    for number in range(3):
        assert requests(step) == [("a", {"n": number})]
        step = plain.resume([Reply(f"answer {number}")])
    assert step == Done(["answer 0", "answer 1", "answer 2"])
    assert plain._last is not None
    assert plain._last._metered


@pytest.mark.parametrize("fuel", [100_000_000, 300_000_000])
def test_fuel_is_of_the_whole_call_and_exact(executor: PythonExecutor, fuel: int) -> None:
    def rounds() -> tuple[int, str]:
        made = session(executor, SLOW_ASK.replace("range(3)", "range(10 ** 6)"), Limits(fuel=fuel))
        step, count = made.start([20_000]), 0
        while isinstance(step, Calls):
            count += 1
            try:
                step = made.resume([Reply(1)])
            except LimitExceeded as error:
                return count, error.limit
        raise AssertionError(step)

    count, limit = rounds()
    assert (count > 1, limit) == (True, "fuel")
    assert rounds() == (count, limit)


def test_the_same_source_with_other_limits_is_another_program(executor: PythonExecutor) -> None:
    source = "def f(x):\n    return len(bytes(x))\n"
    small = session(executor, source, room=ModuleLimits(memory_pages=1024))
    large = session(executor, source)
    for _ in range(2):
        with pytest.raises(LimitExceeded):
            small.start([100 << 20])
        assert large.start([100 << 20]) == Done(100 << 20)
    little = session(executor, source, Limits(fuel=1_000_000))
    with pytest.raises(LimitExceeded) as caught:
        little.start([1])
    assert caught.value.limit == "fuel"
    assert large.start([1]) == Done(1)


# ---------------------------------------------------------------- what it is given


def test_another_media_type_is_refused(executor: PythonExecutor) -> None:
    with pytest.raises(EngineError, match=f"not {WASM}"):
        session(executor, ECHO, media_type=WASM)


def test_another_payload_is_refused(executor: PythonExecutor) -> None:
    whole = artifact(ECHO)
    with pytest.raises(IntegrityError, match="payload of f"):
        executor.open(replace(whole, payload=b"def f(x): return 2\n"), Limits(), Environment())


def test_a_wheel_is_imported_and_another_refused(executor: PythonExecutor) -> None:
    wheel = sound({"sample/__init__.py": b"from sample.part import ANSWER\n", "sample/part.py": b"ANSWER = 42\n"})
    depends = (Dependency("sample", "1.0", digest_bytes(wheel)),)
    made = artifact("import sample\n\ndef f():\n    return sample.ANSWER\n", takes=(), dependencies=depends)
    environment = Environment(wheels={digest_bytes(wheel): wheel})
    assert executor.open(made, Limits(), environment).start([]) == Done(42)
    with pytest.raises(IntegrityError, match="wheel of sample"):
        executor.open(made, Limits(), Environment(wheels={digest_bytes(wheel): wheel + b"\x00"}))


def test_bound_values_are_the_environments(executor: PythonExecutor) -> None:
    made = artifact("def f(x, key, table):\n    return [x, key, table]\n")
    opened = executor.open(made, Limits(), Environment(values={"key": "k", "table": b"t"}))
    assert opened.start([1]) == Done([1, "k", b"t"])
    assert opened.examples([("f(x=1)", "[1, 'k', b't']\n")]) == [("full", "[1, 'k', b't']\n")]


# ---------------------------------------------------------------- examples


def test_examples_share_one_instance(executor: PythonExecutor) -> None:
    made = session(executor, "def f(x):\n    print('seen')\n    return 1 / x\n")
    found = made.examples(
        [
            ("y = f(2)", "seen\n"),
            ("y", "0.5\n"),
            ("f(0)", "Traceback (most recent call last):\nZeroDivisionError: other\n"),
        ]
    )
    assert isinstance(found, list)
    assert [match for match, _ in found] == ["full", "full", "kind"]
    assert made.examples([("y", "")]) != [("full", "")]


def test_a_program_that_fails_gives_its_step(executor: PythonExecutor) -> None:
    made = session(executor, "X = 1 // 0\n\ndef f(x):\n    return x\n")
    for step in (made.examples([]), made.start([1])):
        assert isinstance(step, Failed)
        assert (step.failure.exception, step.failure.line) == ("ZeroDivisionError", 1)


# ---------------------------------------------------------------- the first time on a machine


@pytest.mark.slow
def test_the_runner_is_compiled_once_and_said(tmp_path: Path) -> None:
    said: list[str] = []
    for expected in ([python.FIRST], []):
        said.clear()
        executor = PythonExecutor(tmp_path, announce=said.append)
        try:
            assert session(executor, ECHO).start([1]) == Done(1)
        finally:
            executor.close()
        assert said == expected
    assert any(tmp_path.rglob("*"))


def test_messages_are_read_as_they_were_written() -> None:
    parts = runner_protocol.request(runner_protocol.START, {"id": 3, "key": "k"}, b"body")
    verb, header, body = runner_protocol.read_request(memoryview(b"".join(map(bytes, parts))))
    assert (verb, header, bytes(body)) == (runner_protocol.START, {"id": 3, "key": "k"}, b"body")
