"""Who decides on an agent whose approval is ``ask``, how often, and what happens where nobody can."""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

import hermetic_nb as hnb
from hermetic_nb.delegation import ask_at_terminal

ASK = """
async def ask(n: int, call_agent) -> list[Any]:
    return await asyncio.gather(*[call_agent("mailer", {"n": i}) for i in range(n)])
"""
OTHER = """
async def other(call_agent) -> Any:
    return await call_agent("mailer", {"n": 0})
"""
OUTER = """
async def outer(call_agent) -> Any:
    return await call_agent("other", {})
"""


class Desk:
    """The user: answers as told, and remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[hnb.Question] = []
        self.says = True

    def __call__(self, question: hnb.Question) -> bool:
        self.asked.append(question)
        return self.says


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def shared() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    made.agents.add("mailer", lambda args: args["n"], "ask")
    yield made
    made.close()


@pytest.fixture
def box(shared: hnb.Toolbox, desk: Desk) -> hnb.Toolbox:
    """The shared toolbox with a user of this test's own."""
    shared.desk.approve = desk
    shared.desk.allowed.clear()
    return shared


def test_yes_is_asked_for_once_per_tool_and_agent(box: hnb.Toolbox, desk: Desk) -> None:
    ask, other = box.seal(ASK), box.seal(OTHER)
    assert [ask(3), ask(2)] == [[0, 1, 2], [0, 1]]
    assert [(q.tool, q.digest, q.agent, dict(q.arguments)) for q in desk.asked] == [
        ("ask", ask.digest, "mailer", {"n": 0})
    ]
    assert other() == 0
    assert [q.tool for q in desk.asked] == ["ask", "other"]
    box.agents.add("printer", lambda _: "printed", "ask")
    assert box.seal(OTHER.replace("mailer", "printer"))() == "printed"
    assert [q.agent for q in desk.asked] == ["mailer", "mailer", "printer"]


def test_no_refuses_the_call_and_is_asked_again(box: hnb.Toolbox, desk: Desk) -> None:
    ask = box.seal(ASK)
    desk.says = False
    for _ in range(2):
        with pytest.raises(hnb.AgentRefusedError, match="agent mailer may not answer: nobody allowed it"):
            ask(2)
    assert len(desk.asked) == 2
    desk.says = True
    assert ask(2) == [0, 1]


def test_another_source_is_another_tool_and_asked_for_anew(box: hnb.Toolbox, desk: Desk) -> None:
    box.seal(OTHER)()
    changed = box.seal(OTHER.replace('"n": 0', '"n": 1'))
    assert changed() == 1
    assert len({q.digest for q in desk.asked}) == 2


def test_a_nested_tool_asks_in_its_own_name(box: hnb.Toolbox, desk: Desk) -> None:
    other = box.seal(OTHER)
    assert box.seal(OUTER, uses=["other"])() == 0
    assert [(q.tool, q.digest) for q in desk.asked] == [("other", other.digest)]
    assert other() == 0
    assert len(desk.asked) == 1


def test_deny_asks_nobody(box: hnb.Toolbox, desk: Desk) -> None:
    box.agents.add("mailer", lambda args: args["n"], "deny")
    try:
        with pytest.raises(hnb.AgentRefusedError, match="its approval is deny"):
            box.seal(OTHER)()
    finally:
        box.agents.add("mailer", lambda args: args["n"], "ask")
    assert desk.asked == []


async def says_yes(question: hnb.Question) -> bool:
    await asyncio.sleep(0)
    return True


async def says_no(question: hnb.Question) -> bool:
    return False


@pytest.mark.parametrize("is_async", [False, True])
def test_an_approver_may_be_a_coroutine(box: hnb.Toolbox, *, is_async: bool) -> None:
    def call() -> Any:
        return asyncio.run(other.acall()).value if is_async else other.call().value

    other = box.seal(OTHER)
    box.desk.approve = says_no
    assert call() is None
    box.desk.approve = says_yes
    assert call() == 0


def fails(question: hnb.Question) -> bool:
    raise LookupError("no such user")


@pytest.mark.parametrize("is_async", [False, True])
def test_an_approver_that_fails_says_no(box: hnb.Toolbox, *, is_async: bool) -> None:
    other = box.seal(OTHER)
    box.desk.approve = fails
    receipt = asyncio.run(other.acall()) if is_async else other.call()
    assert receipt.error is not None
    assert (receipt.error.exception, receipt.error.message) == (
        "AgentRefusedError",
        "agent mailer may not answer: who decides on it failed: LookupError: no such user",
    )


# ---------------------------------------------------------------- the default: whoever sits there


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def question(box: hnb.Toolbox) -> hnb.Question:
    return hnb.Question(tool="t", digest=box.seal(OTHER).digest, agent="mailer", arguments={"n": 1, "x": "y" * 1000})


@pytest.mark.parametrize(
    ("said", "decided"), [("y\n", True), ("Yes\n", True), ("\n", False), ("n\n", False), ("", False)]
)
def test_the_terminal_is_asked(
    question: hnb.Question,
    said: str,
    *,
    decided: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(said))
    assert ask_at_terminal(question) is decided
    shown = capsys.readouterr().out
    assert shown.startswith("t wants to ask mailer(n=1, x='yyy")
    assert len(shown) < 500


def test_a_refusal_where_nobody_sits_there(
    box: hnb.Toolbox, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    box.desk.approve = ask_at_terminal
    for stdin in (io.StringIO("y\n"), None):
        monkeypatch.setattr(sys, "stdin", stdin)
        with pytest.raises(hnb.AgentRefusedError):
            box.seal(OTHER)()
    assert capsys.readouterr().out == ""


def test_the_default_is_the_terminal() -> None:
    box = hnb.Toolbox(":memory:")
    approve: Callable[[hnb.Question], bool | Awaitable[bool]] = box.desk.approve
    box.close()
    assert approve is ask_at_terminal
