"""What agents do wrong: an error that the tool can catch, and else one that the host can."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

import hermetic_nb as hnb

ASK = """
async def ask(agent: str, given: dict[str, Any], call_agent) -> Any:
    return await call_agent(agent, given)
"""
CATCH = """
async def catch(agent: str, call_agent) -> list[str]:
    try:
        return ["no error", str(await call_agent(agent, {"x": 1}))]
    except UnknownAgentError as error:
        return ["unknown", str(error)]
    except AgentRefusedError as error:
        return ["refused", str(error)]
    except AgentTimeoutError as error:
        return ["late", str(error)]
    except AgentTypeError as error:
        return ["type", str(error)]
    except AgentFailedError as error:
        return ["failed", str(error)]
"""
CATCH_ALL = """
async def catch_all(agents: list[str], call_agent) -> list[str]:
    found = await asyncio.gather(*[call_agent(agent, {"x": 1}) for agent in agents], return_exceptions=True)
    return [type(one).__name__ if isinstance(one, AgentError) else one for one in found]
"""


class UnreadableError(Exception):
    def __str__(self) -> str:
        raise OSError


@dataclass
class Point:
    x: int


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:", limits=hnb.Limits(agent_seconds=60))
    made.agents.add("refuses", lambda _: 1, "deny")
    made.agents.add("typed", typed)
    made.agents.add("fails", fails)
    made.agents.add("good", lambda _: "good")
    yield made
    made.close()


async def typed(x: str) -> int:
    return len(x)


def fails(args: dict[str, Any]) -> None:
    raise LookupError(f"nothing for {args['x']}")


@pytest.fixture(scope="module")
def ask(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal(ASK)


@pytest.fixture(scope="module")
def catch(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal(CATCH)


@pytest.mark.parametrize(
    ("agent", "caught"),
    [
        ("nobody", ["unknown", "no agent and no tool is called nobody here"]),
        ("refuses", ["refused", "agent refuses may not answer: its approval is deny"]),
        ("fails", ["failed", "LookupError: nothing for 1"]),
        ("typed", ["type", "agent typed: argument 'x' is declared str, not int"]),
        ("good", ["no error", "good"]),
    ],
)
def test_the_tool_catches_each_kind(catch: hnb.Tool, agent: str, caught: list[str]) -> None:
    assert catch(agent) == caught


@pytest.mark.parametrize(
    ("agent", "kind", "also", "name"),
    [
        ("nobody", hnb.UnknownAgentError, LookupError, "UnknownAgentError"),
        ("refuses", hnb.AgentRefusedError, RuntimeError, "AgentRefusedError"),
        ("fails", hnb.AgentFailedError, RuntimeError, "AgentFailedError"),
        ("typed", hnb.AgentTypeError, TypeError, "AgentTypeError"),
    ],
)
def test_the_host_catches_what_the_tool_does_not(
    ask: hnb.Tool, agent: str, kind: type[hnb.ToolError], also: type[Exception], name: str
) -> None:
    with pytest.raises(kind) as caught:
        ask(agent, {"x": 1})
    error = caught.value
    assert isinstance(error, (hnb.AgentError, also))
    assert str(error).startswith(f"H501 {name}: ")
    assert [finding.line for finding in error.diagnostics] == [3]
    receipt = error.receipt
    assert isinstance(receipt, hnb.Receipt)
    assert receipt.error is not None
    assert (receipt.error.exception, receipt.trace[0].error and receipt.trace[0].error[0]) == (name, name)
    assert ask.replay(receipt).digest == receipt.digest


def test_one_error_of_a_round_leaves_the_others(box: hnb.Toolbox) -> None:
    tool = box.seal(CATCH_ALL)
    assert tool(["good", "fails", "nobody", "good"]) == ["good", "AgentFailedError", "UnknownAgentError", "good"]


def test_an_agent_error_of_the_tools_own_is_an_ordinary_one(box: hnb.Toolbox) -> None:
    tool = box.seal("async def raises(call_agent):\n    raise AgentTimeoutError('my own')\n")
    with pytest.raises(hnb.AgentTimeoutError, match="my own"):
        tool()


# ---------------------------------------------------------------- time


@pytest.fixture(scope="module")
def hasty() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:", limits=hnb.Limits(agent_seconds=0.05))
    yield made
    made.close()


def test_a_late_coroutine_is_cancelled(hasty: hnb.Toolbox) -> None:
    cancelled = threading.Event()

    @hasty.agent("late")
    async def late(args: dict[str, Any]) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    assert hasty.seal(CATCH)("late") == ["late", "agent late did not answer within 0.05 s"]
    assert cancelled.wait(30)


def test_a_late_function_is_left_alone(hasty: hnb.Toolbox) -> None:
    free, ended = threading.Event(), threading.Event()

    @hasty.agent("late")
    def late(args: dict[str, Any]) -> None:
        free.wait(30)
        ended.set()

    ask = hasty.seal(ASK)
    with pytest.raises(hnb.AgentTimeoutError) as caught:
        ask("late", {})
    assert isinstance(caught.value, TimeoutError)
    free.set()
    assert ended.wait(30)
    hasty.agents.add("prompt", lambda _: "here")
    assert ask("prompt", {}) == "here"


def test_a_time_out_of_the_agents_own_is_its_failure(box: hnb.Toolbox, catch: hnb.Tool) -> None:
    @box.agent("own")
    async def own(args: dict[str, Any]) -> None:
        raise TimeoutError

    @box.agent("inner")
    async def inner(args: dict[str, Any]) -> None:
        await asyncio.wait_for(asyncio.Event().wait(), 0.001)

    assert catch("own") == ["failed", "TimeoutError"]
    assert catch("inner") == ["failed", "TimeoutError"]


# ---------------------------------------------------------------- agents that misbehave


def interrupted(args: dict[str, Any]) -> None:
    raise KeyboardInterrupt


def exits(args: dict[str, Any]) -> None:
    sys.exit(3)


def cancels(args: dict[str, Any]) -> None:
    raise asyncio.CancelledError("never mind")


def unreadable(args: dict[str, Any]) -> None:
    raise UnreadableError


def surrogates(args: dict[str, Any]) -> None:
    raise ValueError("\ud800")


def stops(args: dict[str, Any]) -> None:
    raise StopIteration(1)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (exits, "SystemExit: 3"),
        (interrupted, "KeyboardInterrupt"),
        (cancels, "CancelledError: never mind"),
        (unreadable, "UnreadableError: (its message cannot be read)"),
        (surrogates, "ValueError: ?"),
        (stops, "RuntimeError: coroutine raised StopIteration"),
    ],
)
@pytest.mark.parametrize("is_async", [False, True])
def test_nothing_that_an_agent_raises_goes_further(
    box: hnb.Toolbox, catch: hnb.Tool, answer: Any, said: str, *, is_async: bool
) -> None:
    async def coroutine(args: dict[str, Any]) -> None:
        answer(args)

    box.agents.add("wild", coroutine if is_async else answer)
    receipt = catch.call("wild")
    kind, message = receipt.value
    assert (kind, message) == ("failed", said)
    assert catch.replay(receipt).digest == receipt.digest
    assert catch("good") == ["no error", "good"]


def nested() -> list[Any]:
    made: list[Any] = []
    for _ in range(1000):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (object(), "agent gives gives no value: a tool's values cannot hold object"),
        ({"x": print}, "agent gives gives no value: a tool's values cannot hold builtin_function_or_method"),
        (nested(), "agent gives gives no value: nested too deep"),
    ],
)
def test_a_reply_that_is_no_value(box: hnb.Toolbox, catch: hnb.Tool, reply: Any, said: str) -> None:
    box.agents.add("gives", lambda _: reply)
    assert catch("gives") == ["type", said]


@pytest.mark.parametrize("value", ["\ud800", float("nan"), 10**400, b"\xff", {1: (2, {3})}, None, -0.0])
def test_every_value_travels_both_ways(box: hnb.Toolbox, ask: hnb.Tool, value: Any) -> None:
    seen: list[Any] = []

    @box.agent("mirror")
    def mirror(args: dict[str, Any]) -> Any:
        seen.append(args["x"])
        return args["x"]

    receipt = ask.call("mirror", {"x": value})
    assert (repr(receipt.value), repr(seen)) == (repr(value), repr([value]))
    assert ask.replay(receipt).digest == receipt.digest


# ---------------------------------------------------------------- types


def test_arguments_are_checked_against_the_annotations(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    @box.agent("strict")
    async def strict(n: int, words: list[str], scale: float = 1.0) -> list[str]:
        assert type(scale) is float
        return words * n

    assert ask("strict", {"n": 2, "words": ["a"], "scale": 3}) == ["a", "a"]
    for wrong in [
        {"n": "2", "words": []},
        {"n": 2, "words": [1]},
        {"n": 2},
        {"n": 2, "words": [], "more": 1},
        {"n": True, "words": []},
    ]:
        with pytest.raises(hnb.AgentTypeError, match="agent strict: "):
            ask("strict", wrong)


def test_the_reply_is_checked_against_the_annotation(box: hnb.Toolbox, catch: hnb.Tool, ask: hnb.Tool) -> None:
    reply: Any = 1

    @box.agent("promises")
    async def promises(args: dict[str, Any]) -> dict[str, float]:
        return reply  # type: ignore[no-any-return]

    @box.agent("by_text")
    async def by_text(args: dict[str, Any]) -> "list[int] | None":  # noqa: UP037 (a text, as under the import above)
        return reply  # type: ignore[no-any-return]

    reply = {"a": 1}
    assert repr(ask("promises", {})) == "{'a': 1.0}"
    reply = {"a": "1"}
    assert catch("promises")[0] == "type"
    assert catch("by_text")[0] == "type"
    reply = None
    assert ask("by_text", {}) is None


def test_annotations_that_are_no_interface_types_are_any(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    @box.agent("loose")
    async def loose(x: complex, y: Point | None = None) -> Point:
        return Point(int(x.real))

    answer = ask("loose", {"x": 3, "y": 1})
    assert (answer.x, repr(answer)) == (3, "Point(x=3)")
