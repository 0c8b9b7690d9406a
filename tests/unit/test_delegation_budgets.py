"""Budgets of calls: each is a `LimitExceeded` that names it, shared by nested tools, and leaves no receipt."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import hermetic_nb as hnb

LIMITS = hnb.Limits(calls=6, rounds=4, reply_bytes=1000, calls_depth=3, agent_seconds=60)
GATHER = """
async def gather(n: int, call_agent) -> int:
    return len(await asyncio.gather(*[call_agent("agent", {}) for _ in range(n)]))
"""
IN_TURN = """
async def in_turn(n: int, call_agent) -> int:
    for _ in range(n):
        await call_agent("agent", {})
    return n
"""
NEST = """
async def nest(n: int, call_agent) -> int:
    return 0 if n == 0 else 1 + await call_agent("nest", {"n": n - 1})
"""
CATCHES = """
async def catches(n: int, call_agent) -> str:
    try:
        for _ in range(n):
            await call_agent("agent", {})
    except Exception as error:
        return f"caught {error}"
    return "done"
"""
TWICE = """
async def twice(n: int, call_agent) -> list[int]:
    return await asyncio.gather(*[call_agent("TOOL", {"n": n}) for _ in range(2)])
"""


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:", limits=LIMITS)
    made.agents.add("agent", lambda _: "0123456789")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("source", "most", "limit"),
    [(GATHER, 6, "calls"), (IN_TURN, 4, "rounds"), (NEST, 3, "calls_depth"), (CATCHES, 4, "rounds")],
)
def test_the_budget_is_the_number_that_may_be(box: hnb.Toolbox, source: str, most: int, limit: str) -> None:
    tool = box.seal(source)
    assert tool(most) == ("done" if source is CATCHES else most)
    with pytest.raises(hnb.LimitExceeded) as caught:
        tool(most + 1)
    assert caught.value.limit == limit
    assert limit in caught.value.help
    assert caught.value.receipt is None
    with pytest.raises(hnb.LimitExceeded):
        asyncio.run(tool.acall(most + 1))
    assert tool(most) == ("done" if source is CATCHES else most)


def test_a_tool_cannot_catch_a_budget(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.LimitExceeded):
        box.seal(CATCHES)(100)


@pytest.mark.parametrize(("size", "fits"), [(998, True), (999, False)])
@pytest.mark.parametrize("letter", ["a", "é"])
def test_bytes_of_replies_are_counted_on_the_wire(box: hnb.Toolbox, size: int, letter: str, *, fits: bool) -> None:
    text = letter * (size // len(letter.encode()))
    text += "." * (size - len(text.encode()))
    big = hnb.Toolbox(":memory:", limits=LIMITS, agents={"agent": lambda _: text})
    try:
        tool = big.seal(IN_TURN)
        if fits:
            assert tool(1) == 1
        else:
            with pytest.raises(hnb.LimitExceeded) as caught:
                tool(1)
            assert caught.value.limit == "reply_bytes"
    finally:
        big.close()


def test_messages_of_errors_are_replies(box: hnb.Toolbox) -> None:
    @box.agent("wordy")
    def wordy(args: dict[str, Any]) -> None:
        raise ValueError("x" * 2000)

    with pytest.raises(hnb.LimitExceeded) as caught:
        box.seal(CATCHES.replace('"agent"', '"wordy"'))(1)
    assert caught.value.limit == "reply_bytes"


@pytest.mark.parametrize(("inner", "n", "limit"), [(GATHER, 3, "calls"), (IN_TURN, 2, "rounds")])
def test_nested_tools_share_the_budget(box: hnb.Toolbox, inner: str, n: int, limit: str) -> None:
    tool = box.seal(inner)
    twice = box.seal(TWICE.replace("TOOL", tool.name), uses=[tool.name])
    assert tool(n) == n
    with pytest.raises(hnb.LimitExceeded) as caught:
        twice(n)
    assert caught.value.limit == limit


def test_the_depth_counts_from_the_outermost_tool(box: hnb.Toolbox) -> None:
    box.seal(NEST)
    around = box.seal(
        "async def around(n: int, call_agent) -> int:\n    return await call_agent('nest', {'n': n})\n", uses=["nest"]
    )
    assert around(2) == 2
    with pytest.raises(hnb.LimitExceeded) as caught:
        around(3)
    assert caught.value.limit == "calls_depth"


def test_bytes_of_nested_replies_count_each_time(box: hnb.Toolbox) -> None:
    box.agents.add("agent", lambda _: "x" * 400)
    try:
        inner = box.seal(IN_TURN.replace("return n", "return 'y' * 200").replace("-> int", "-> str"), name="long")
        assert inner(2) == "y" * 200
        with pytest.raises(hnb.LimitExceeded) as caught:
            box.seal(TWICE.replace("TOOL", "long").replace("list[int]", "list[str]"), uses=["long"])(1)
        assert caught.value.limit == "reply_bytes"
    finally:
        box.agents.add("agent", lambda _: "0123456789")


def test_a_recursion_without_end_stops(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.LimitExceeded) as caught:
        box.seal("async def forever(call_agent):\n    return await call_agent('forever', {})\n")()
    assert caught.value.limit in {"calls_depth", "rounds", "calls"}


def test_twenty_thousand_calls_at_once_are_too_many() -> None:
    asked = threading.Event()
    box = hnb.Toolbox(":memory:", agents={"agent": lambda _: asked.set()})
    try:
        gather = box.seal(GATHER)
        with pytest.raises(hnb.LimitExceeded) as caught:
            gather(20_000)
        assert (caught.value.limit, asked.is_set()) == ("calls", False)
        assert gather(3) == 3
    finally:
        box.close()


def test_who_answers_beside_a_call_that_ended_is_cancelled(box: hnb.Toolbox) -> None:
    cancelled = threading.Event()
    started = asyncio.Event()

    @box.agent("patient")
    async def patient(args: dict[str, Any]) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    @box.agent("after")
    async def after(args: dict[str, Any]) -> None:
        await started.wait()

    greedy = box.seal(
        "async def greedy(call_agent):\n    await call_agent('after', {})\n    while True:\n        await call_agent('agent', {})\n"
    )
    both = box.seal(
        "async def both(call_agent):\n    await asyncio.gather(call_agent('patient', {}), call_agent('greedy', {}))\n",
        uses=["greedy"],
    )
    assert greedy.tier == "pure"
    with pytest.raises(hnb.LimitExceeded):
        both()
    assert cancelled.wait(30)


def test_limits_of_one_call_are_not_those_of_the_next(box: hnb.Toolbox) -> None:
    gather = box.seal(GATHER)
    assert [gather(6) for _ in range(3)] == [6, 6, 6]
    other = hnb.Toolbox(":memory:", limits=replace(LIMITS, calls=7), agents={"agent": lambda _: 1})
    try:
        assert other.seal(GATHER).digest == gather.digest
        assert other.seal(GATHER)(7) == 7
    finally:
        other.close()
