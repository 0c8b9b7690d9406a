"""Replay: the trace answers, nobody is asked, the digest is the same; and the first difference is named."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import hermetic_nb as hnb

RESEARCH = """
async def research(question: str, call_agent) -> str:
    queries = json.loads(await call_agent("expander", {"input": question}))
    found = await asyncio.gather(*[call_agent("searcher", {"input": q}) for q in queries])
    return await call_agent("writer", {"input": found})
"""
ERRORS = """
async def errors(call_agent) -> list[str]:
    caught = []
    for name in ["nobody", "denied", "broken", "late", "typed"]:
        try:
            await call_agent(name, {})
        except AgentError as error:
            caught.append(f"{type(error).__name__} {error}")
    return caught
"""
CHILD = """
import json, socket, sys
import hermetic_nb as hnb

try:
    socket.create_connection(("127.0.0.1", int(sys.argv[2])), 5)
except OSError:
    pass
else:
    sys.exit("there is a network")
source, receipt = json.loads(open(sys.argv[1]).read())
box = hnb.Toolbox(":memory:")
print(box.seal(source).replay(hnb.Receipt.from_json(receipt)).digest)
box.close()
"""


def expander(args: dict[str, Any]) -> str:
    return json.dumps([args["input"] + end for end in "ab"])


def searcher(args: dict[str, Any]) -> str:
    return f"found {args['input']}"


def writer(args: dict[str, Any]) -> str:
    return " and ".join(args["input"])


def broken(args: dict[str, Any]) -> None:
    raise ValueError("broken")


def typed(x: int) -> int:
    return x


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:", agents={"expander": expander, "searcher": searcher, "writer": writer})
    yield made
    made.close()


@pytest.fixture(scope="module")
def quiet() -> Iterator[hnb.Toolbox]:
    """A toolbox where nobody answers."""
    made = hnb.Toolbox(":memory:")
    yield made
    made.close()


@pytest.fixture(scope="module")
def receipt(box: hnb.Toolbox) -> hnb.Receipt:
    return box.seal(RESEARCH).call("why")


def changed(receipt: hnb.Receipt, change: Callable[[Any], Any]) -> hnb.Receipt:
    """A receipt after a change to its JSON."""
    document = json.loads(json.dumps(receipt.to_json()))
    change(document)
    return hnb.Receipt.from_json(document)


# ---------------------------------------------------------------- the same


def test_nobody_is_needed(quiet: hnb.Toolbox, receipt: hnb.Receipt) -> None:
    again = quiet.seal(RESEARCH)
    assert again.digest == receipt.tool
    assert again.replay(receipt).digest == receipt.digest
    text = json.dumps(receipt.to_json())
    assert again.replay(hnb.Receipt.from_json(json.loads(text))).digest == receipt.digest


def test_the_trace_holds_each_question_and_answer_in_its_round(receipt: hnb.Receipt) -> None:
    assert receipt.value == "found whya and found whyb"
    assert [call.to_json() for call in receipt.trace] == [
        {"agent": "expander", "round": 0, "arguments": {"input": "why"}, "value": '["whya", "whyb"]'},
        {"agent": "searcher", "round": 1, "arguments": {"input": "whya"}, "value": "found whya"},
        {"agent": "searcher", "round": 1, "arguments": {"input": "whyb"}, "value": "found whyb"},
        {
            "agent": "writer",
            "round": 2,
            "arguments": {"input": ["found whya", "found whyb"]},
            "value": "found whya and found whyb",
        },
    ]


def test_the_same_call_is_the_same_receipt(box: hnb.Toolbox, receipt: hnb.Receipt) -> None:
    assert box.seal(RESEARCH).call("why").digest == receipt.digest
    assert box.seal(RESEARCH).call("how").digest != receipt.digest


def test_errors_replay(quiet: hnb.Toolbox) -> None:
    box = hnb.Toolbox(":memory:", limits=hnb.Limits(agent_seconds=0.05), agents={"broken": broken, "typed": typed})
    try:

        @box.agent("late")
        async def late(args: dict[str, Any]) -> None:
            import asyncio

            await asyncio.Event().wait()

        box.agents.add("denied", broken, "deny")
        receipt = box.seal(ERRORS).call()
    finally:
        box.close()
    assert [text.split()[0] for text in receipt.value] == [
        "UnknownAgentError",
        "AgentRefusedError",
        "AgentFailedError",
        "AgentTimeoutError",
        "AgentTypeError",
    ]
    assert quiet.seal(ERRORS).replay(receipt).digest == receipt.digest


def test_a_failed_call_replays(box: hnb.Toolbox, quiet: hnb.Toolbox) -> None:
    source = RESEARCH.replace("expander", "nobody")
    failed = box.seal(source).call("why")
    assert failed.error is not None
    assert quiet.seal(source).replay(failed).digest == failed.digest


def test_there_is_no_network(receipt: hnb.Receipt, tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-rn", "true"], check=False, capture_output=True).returncode:
        pytest.skip("this host lets nobody make a network namespace")
    import socket

    file = tmp_path / "call.json"
    file.write_text(json.dumps([RESEARCH, receipt.to_json()]))
    with socket.create_server(("127.0.0.1", 0)) as server:  # what the child would reach if it had our network
        port = str(server.getsockname()[1])
        command = [unshare, "-rn", sys.executable, "-c", CHILD, str(file), port]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert (done.returncode, done.stdout.strip()) == (0, receipt.digest), done.stderr


# ---------------------------------------------------------------- the first difference


def prompt(document: Any) -> None:
    document["trace"][2]["arguments"]["input"] = "whyc"


def missing(document: Any) -> None:
    del document["trace"][3]


def missing_first(document: Any) -> None:
    del document["trace"][0]


def extra(document: Any) -> None:
    document["trace"].append({"agent": "writer", "round": 3, "arguments": {"input": 1}, "value": 2})


def agent(document: Any) -> None:
    document["trace"][3]["agent"] = "printer"


def later(document: Any) -> None:
    document["trace"][2]["round"] = 2


def order(document: Any) -> None:
    document["trace"][1:3] = reversed(document["trace"][1:3])


def answer(document: Any) -> None:
    document["trace"][0]["value"] = '["whya"]'


def last_answer(document: Any) -> None:
    document["trace"][3]["value"] = "something else"


def failure(document: Any) -> None:
    document["trace"][0] |= {"error": {"exception": "AgentFailedError", "message": "no"}}


def argument(document: Any) -> None:
    document["arguments"]["question"] = "how"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (prompt, 'call 3 asks searcher {"input":"whyb"}, the trace has searcher {"input":"whyc"}'),
        (missing, 'call 4 asks writer {"input":["found whya","found whyb"]}, and the trace ends before it'),
        (missing_first, "call 1 asks agent expander, the trace has searcher"),
        (extra, "the tool ended without asking for 1 of the trace's answers; call 5 was writer"),
        (agent, "call 4 asks agent writer, the trace has printer"),
        (later, "call 3, of agent searcher, comes in round 2, in the trace in 3"),
        (order, 'call 2 asks searcher {"input":"whya"}, the trace has searcher {"input":"whyb"}'),
        (answer, "call 3 asks agent writer, the trace has searcher"),
        (last_answer, "research gives another value: 'something else', was 'found whya and found whyb'"),
        (failure, "the tool ended without asking for 3 of the trace's answers"),
        (argument, 'call 1 asks expander {"input":"how"}, the trace has expander {"input":"why"}'),
    ],
)
def test_the_first_difference_is_named(
    quiet: hnb.Toolbox, receipt: hnb.Receipt, change: Callable[[Any], Any], said: str
) -> None:
    with pytest.raises(hnb.ReplayMismatch) as caught:
        quiet.seal(RESEARCH).replay(changed(receipt, change))
    assert said in caught.value.message


def test_a_receipt_of_another_tool_is_refused(box: hnb.Toolbox, receipt: hnb.Receipt) -> None:
    with pytest.raises(hnb.ReplayMismatch, match="the receipt is of tool"):
        box.seal(ERRORS).replay(receipt)


def bad_value(document: Any) -> None:
    document["trace"][0]["value"] = {"$int": "x"}


def bad_text(document: Any) -> None:
    document["trace"][0]["value"] = "\ud800"


def bad_question(document: Any) -> None:
    document["trace"][0]["arguments"] = "\ud800"


def bad_error(document: Any) -> None:
    document["trace"][0] |= {"error": {"exception": "SystemExit", "message": "\ud800"}}


def bad_deep(document: Any) -> None:
    deep: list[Any] = []
    for _ in range(300):
        deep = [deep]
    document["trace"][0]["value"] = deep


@pytest.mark.parametrize("change", [bad_value, bad_text, bad_question, bad_error, bad_deep])
def test_a_trace_that_nobody_wrote_is_a_mismatch(
    quiet: hnb.Toolbox, receipt: hnb.Receipt, change: Callable[[Any], Any]
) -> None:
    with pytest.raises(hnb.ReplayMismatch):
        quiet.seal(RESEARCH).replay(changed(receipt, change))
    assert quiet.seal(RESEARCH).replay(receipt).digest == receipt.digest
