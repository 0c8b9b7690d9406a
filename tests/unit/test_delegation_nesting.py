"""Tools as agents: pinned by their digests, called by name, recursion included."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

import hermetic_nb as hnb

LENGTH = "def length(text: str) -> int:\n    return len(text)\n"
TITLES = (
    "import re\n\ndef titles(texts: list[str]) -> dict[str, int]:\n"
    "    return {re.sub('_', ' ', text).title(): len(text) for text in texts}\n"
)
INNER = """
async def inner(word: str, call_agent) -> str:
    return await call_agent("speaker", {"word": word})
"""
OUTER = """
async def outer(words: list[str], call_agent) -> list[str]:
    return await asyncio.gather(*[call_agent("inner", {"word": word}) for word in words])
"""
COUNT = """
async def countdown(n: int, call_agent) -> list[int]:
    if n == 0:
        return []
    return [n] + await call_agent("countdown", {"n": n - 1})
"""
USER = """
async def user(agent: str, given: dict[str, Any], call_agent) -> Any:
    return await call_agent(agent, given)
"""


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    made.agents.add("speaker", lambda args: args["word"] + "!")
    yield made
    made.close()


@pytest.fixture
def user(box: hnb.Toolbox) -> hnb.Tool:
    box.seal(LENGTH)
    box.seal(TITLES)
    box.seal(INNER)
    return box.seal(USER, uses=["length", "titles", "inner"])


@pytest.mark.parametrize(
    ("agent", "given", "value"),
    [
        ("length", {"text": "four"}, 4),
        ("titles", {"texts": ["ab", "c"]}, {"Ab": 2, "C": 1}),
        ("inner", {"word": "hey"}, "hey!"),
    ],
)
def test_a_tool_of_each_tier_answers_by_name(
    box: hnb.Toolbox, user: hnb.Tool, agent: str, given: dict[str, Any], value: Any
) -> None:
    assert user(agent, given) == value
    receipt = asyncio.run(user.acall(agent, given))
    assert receipt.value == value
    assert receipt.trace[0].tool == box.get(agent).digest
    assert user.replay(receipt).digest == receipt.digest


def test_the_tiers_are_the_three(box: hnb.Toolbox, user: hnb.Tool) -> None:
    assert [box.get(name).tier for name in ("length", "titles", "inner")] == ["native", "python", "pure"]


def test_the_answers_of_a_nested_tool_are_in_the_trace_and_replay(box: hnb.Toolbox) -> None:
    box.seal(INNER)
    outer = box.seal(OUTER, uses=["inner"])
    receipt = outer.call(["a", "b"])
    assert receipt.value == ["a!", "b!"]
    assert [(call.agent, [(one.agent, one.value) for one in call.trace]) for call in receipt.trace] == [
        ("inner", [("speaker", "a!")]),
        ("inner", [("speaker", "b!")]),
    ]
    box.agents.add("speaker", lambda _: "other")
    try:
        assert outer.replay(receipt).digest == receipt.digest
        assert outer.call(["a", "b"]).digest != receipt.digest
    finally:
        box.agents.add("speaker", lambda args: args["word"] + "!")


def test_a_name_is_pinned_when_the_tool_is_sealed(box: hnb.Toolbox) -> None:
    first = box.seal(LENGTH)
    user = box.seal(USER, uses=["length"])
    second = box.seal(LENGTH.replace("len(text)", "len(text) + 1"))
    assert second("four") == 5
    assert user("length", {"text": "four"}) == 4
    assert dict(user.manifest.uses) == {"length": first.digest}
    again = box.seal(USER, uses=["length"])
    assert again.digest != user.digest
    assert again("length", {"text": "four"}) == 5


def test_a_pinned_tool_hides_an_agent_of_its_name(box: hnb.Toolbox, user: hnb.Tool) -> None:
    box.agents.add("length", lambda _: "an agent")
    try:
        assert user("length", {"text": "four"}) == 4
        assert box.seal(USER)("length", {"text": "four"}) == "an agent"
    finally:
        box.agents.remove("length")


def test_a_tool_that_is_not_pinned_is_unknown(box: hnb.Toolbox) -> None:
    box.seal(LENGTH)
    with pytest.raises(hnb.UnknownAgentError, match="no agent and no tool is called length here"):
        box.seal(USER)("length", {"text": "four"})


def test_what_is_used_must_exist(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.ToolNotFoundError):
        box.seal(USER, uses=["nowhere_to_be_found"])


def test_only_pure_tools_use_tools(box: hnb.Toolbox) -> None:
    box.seal(TITLES)
    with pytest.raises(hnb.HermeticError, match="only a pure tool calls others"):
        box.seal(LENGTH, uses=["titles"])


def test_a_tool_calls_itself(box: hnb.Toolbox) -> None:
    countdown = box.seal(COUNT)
    receipt = countdown.call(3)
    assert receipt.value == [3, 2, 1]
    assert receipt.trace[0].tool == countdown.digest
    assert receipt.trace[0].trace[0].trace[0].value == []
    assert countdown.replay(receipt).digest == receipt.digest


def test_a_renamed_tool_calls_itself_by_its_own_name(box: hnb.Toolbox) -> None:
    renamed = box.seal(COUNT.replace('"countdown"', '"launch"'), name="launch")
    assert renamed(2) == [2, 1]


@pytest.mark.parametrize(
    ("agent", "given", "kind", "said"),
    [
        ("length", {"text": 4}, hnb.AgentTypeError, "text"),
        ("length", {}, hnb.AgentTypeError, "text"),
        ("inner", {"word": "a", "more": 1}, hnb.AgentTypeError, "more"),
        ("titles", {"texts": 3}, hnb.AgentTypeError, "texts"),
        ("divide", {"a": 1, "b": 0}, hnb.AgentFailedError, "ZeroDivisionError: division by zero"),
        ("quiet", {"word": "x"}, hnb.AgentFailedError, "UnknownAgentError: no agent and no tool is called nobody here"),
    ],
)
def test_the_failure_of_a_nested_tool_is_an_agents_failure(
    box: hnb.Toolbox, agent: str, given: dict[str, Any], kind: type[Exception], said: str
) -> None:
    box.seal("def divide(a: int, b: int) -> int:\n    return a // b\n")
    box.seal(INNER.replace("speaker", "nobody").replace("inner", "quiet"))
    user = box.seal(
        USER, uses=[*(tool.name for tool in (box.seal(LENGTH), box.seal(TITLES), box.seal(INNER))), "divide", "quiet"]
    )
    with pytest.raises(kind, match=said) as caught:
        user(agent, given)
    receipt = caught.value.receipt  # type: ignore[attr-defined]
    assert user.replay(receipt).digest == receipt.digest


def test_a_limit_of_the_nested_tool_is_its_own(box: hnb.Toolbox) -> None:
    box.seal("def deep(n: int) -> list[Any]:\n    return deep(n + 1)\n")
    with pytest.raises(hnb.AgentFailedError, match="LimitExceeded: the call nests more than 1000 calls deep"):
        box.seal(USER, uses=["deep"])("deep", {"n": 0})


def test_tools_of_the_session_are_used_too(box: hnb.Toolbox) -> None:
    box.seal(LENGTH.replace("length", "here_only"), session=True)
    user = box.seal(USER, uses=["here_only"], session=True)
    assert user("here_only", {"text": "abc"}) == 3
