"""Python and pure tools in a real kernel: cells, agents, receipts in the notebook's output, errors, completion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hermetic_nb as hnb
from tests.kernel.conftest import SECONDS, Kernel

TOOL = "application/vnd.hermetic-nb.tool.v1+json"
RECEIPT = "application/vnd.hermetic-nb.receipt.v1+json"
ERROR = "application/vnd.hermetic-nb.error.v1+json"
RESEARCH = """%%hermetic_tool
async def deep_research(question: str, call_agent) -> str:
    queries = json.loads(await call_agent("query_expander", {"input": question}))
    findings = await asyncio.gather(*[call_agent("searcher", {"input": q}) for q in queries])
    return await call_agent("synthesizer", {"input": findings})
"""
AGENTS = """
import json
import hermetic_nb as hnb
box = hnb.default()

@box.agent("query_expander")
async def expand(args):
    return json.dumps([args["input"] + end for end in "ab"])

@box.agent("searcher")
def search(input: str) -> str:
    return "found " + input

@box.agent("synthesizer")
async def write(args):
    return " and ".join(args["input"])
"""
WORDS = """%%hermetic_tool
import re

def words(text: str) -> dict[str, int]:
    return {w: len(w) for w in re.findall(r"\\w+", text)}
"""
FOUND = "found whya and found whyb"


@pytest.fixture(autouse=True)
def research(kernel: Kernel) -> None:
    """Every test finds the pure tool sealed, and its agents there."""
    for cell in (AGENTS, RESEARCH):
        assert kernel.run(cell).error is None


def test_cells_of_the_new_tiers_have_cards(kernel: Kernel) -> None:
    pure, plain = kernel.run(RESEARCH), kernel.run(WORDS)
    assert pure.streams == plain.streams == {}
    assert "tier      pure: async def" in pure.text
    assert "not native: line 1: " in plain.text.replace("\n  ", " ")
    assert plain.bundles[0][TOOL]["digest"].startswith("sha256:")
    assert kernel.run('words("a bc")').text == "{'a': 1, 'bc': 2}"


def test_a_call_shows_the_value_and_keeps_the_receipt(kernel: Kernel) -> None:
    answer = kernel.run('%tool_call deep_research question="why"')
    assert answer.error is None
    texts = [bundle["text/plain"] for bundle in answer.bundles]
    assert repr(FOUND) in texts
    (document,) = [bundle[RECEIPT] for bundle in answer.bundles if RECEIPT in bundle]
    assert document["output"] == FOUND
    assert [(call["agent"], call["round"]) for call in document["trace"]] == [
        ("query_expander", 0),
        ("searcher", 1),
        ("searcher", 1),
        ("synthesizer", 2),
    ]
    receipt = hnb.Receipt.from_json(document)
    assert receipt.digest == document["digest"]


def test_the_receipt_of_a_notebook_replays_elsewhere(kernel: Kernel) -> None:
    answer = kernel.run('%tool_call deep_research question="why"')
    (document,) = [bundle[RECEIPT] for bundle in answer.bundles if RECEIPT in bundle]
    box = hnb.Toolbox(":memory:")
    try:
        tool = box.seal(RESEARCH.partition("\n")[2])
        receipt = hnb.Receipt.from_json(json.loads(json.dumps(document)))
        assert tool.replay(receipt).digest == document["digest"]
    finally:
        box.close()


def test_a_tool_is_called_in_a_cell_with_and_without_await(kernel: Kernel) -> None:
    assert kernel.run('deep_research("why")').text == repr(FOUND)
    assert kernel.run('(await deep_research.acall("why")).value').text == repr(FOUND)
    assert kernel.run('receipt = deep_research.call("why")\nreceipt').text.startswith("receipt  ")
    assert kernel.run("deep_research.replay(receipt).digest == receipt.digest").text == "True"
    assert kernel.run("box.receipt(receipt.digest) == receipt").text == "True"


def test_the_founding_functions(kernel: Kernel) -> None:
    made = kernel.run(
        'tool = hnb.tool_create("made", "Says it again", {"x": "str"}, """\n'
        "async def run(x, call_agent):\n"
        '    return await call_agent("searcher", {"input": x})\n""")\ntool'
    )
    assert made.error is None
    assert "session" in made.text
    assert kernel.run('hnb.tool_call("made", {"x": "y"})').text == "'found y'"
    assert kernel.run('[t["name"] for t in hnb.tool_list()]').text.count("'made'") == 1


def test_errors_are_placed_in_the_cell(kernel: Kernel) -> None:
    answer = kernel.run(RESEARCH.replace("json.loads", "open").replace("deep_research", "opens"))
    assert answer.error is not None
    assert answer.error["ename"] == "NotPureError"
    assert '   2 |     queries = open(await call_agent("query_expander", {"input": question}))' in answer.report
    failed = kernel.run(
        "box.agents.remove('searcher')\ntry:\n    deep_research('why')\nexcept hnb.AgentError as e:\n    display(e)"
    )
    (bundle,) = failed.bundles
    assert bundle[ERROR]["name"] == "UnknownAgentError"
    assert bundle[ERROR]["diagnostics"][0]["line"] == 3
    assert "no agent and no tool is called searcher here" in bundle["text/plain"]


def test_the_user_is_asked(kernel: Kernel) -> None:
    assert kernel.run("box.agents.add('searcher', search, 'ask')\nbox.desk.allowed.clear()").error is None
    sent = kernel.client.execute("deep_research('why')", allow_stdin=False)
    refused = kernel.collect(sent)
    assert refused.error is not None
    assert refused.error["ename"] == "AgentRefusedError"
    assert "agent searcher may not answer" in refused.error["evalue"]
    for said, text in (("n", None), ("y", repr(FOUND))):
        sent = kernel.send("deep_research('why')")
        question = kernel.client.get_stdin_msg(timeout=SECONDS)["content"]["prompt"]
        assert question == "deep_research wants to ask searcher(input='whya'). Allow? [y/N] "
        kernel.client.input(said)
        answer = kernel.collect(sent)
        assert (answer.text if answer.bundles else None) == text
    assert kernel.run("deep_research('why')").text == repr(FOUND)


def test_a_secret_stays_out_of_the_notebook(kernel: Kernel) -> None:
    key = "swordfish-0451"
    assert kernel.run(f"import os\nos.environ['HERMETIC_TEST_KEY'] = '{key}'").error is None
    sealed = kernel.run(
        "%%hermetic_tool --env HERMETIC_TEST_KEY\n"
        "async def login(call_agent, HERMETIC_TEST_KEY: str) -> Any:\n"
        "    print(HERMETIC_TEST_KEY)\n"
        '    return [await call_agent("searcher", {"input": HERMETIC_TEST_KEY}), HERMETIC_TEST_KEY]\n'
    )
    called = kernel.run("%tool_call login")
    failed = kernel.run("box.agents.add('searcher', lambda args: 1 // 0)\nlogin()")
    raised = kernel.run("def cry(args): raise ValueError(args['input'])\nbox.agents.add('searcher', cry)\nlogin()")
    assert sealed.error is called.error is None
    assert called.streams["stdout"] == "<env HERMETIC_TEST_KEY>\n"
    assert raised.error is not None
    assert "<env HERMETIC_TEST_KEY>" in raised.error["evalue"]
    assert [one for one in (sealed, called, failed, raised) if key in repr(one)] == []


def test_a_limit_leaves_the_kernel_alive(kernel: Kernel) -> None:
    assert (
        kernel.run(
            "%%hermetic_tool --limit memory=128MiB --tier python\ndef grow() -> Any:\n    return 'a' * 10 ** 10\n"
        ).error
        is None
    )
    answer = kernel.run("grow()")
    assert answer.error is not None
    assert answer.error["ename"] == "LimitExceeded"
    assert "memory of 128 MiB" in answer.error["evalue"]
    assert kernel.run("deep_research('why')").text == repr(FOUND)


def test_an_agent_that_hangs_is_interrupted(kernel: Kernel) -> None:
    assert (
        kernel.run(
            "import asyncio\n@box.agent('searcher')\nasync def hang(args):\n    print('asked', flush=True)\n    await asyncio.Event().wait()\n"
        ).error
        is None
    )
    sent = kernel.send("deep_research('why')")
    while True:
        message = kernel.client.get_iopub_msg(timeout=SECONDS)
        if message["msg_type"] == "stream" and "asked" in message["content"]["text"]:
            break
    kernel.manager.interrupt_kernel()
    answer = kernel.collect(sent)
    assert answer.error is not None
    assert answer.error["ename"] == "KeyboardInterrupt"
    assert kernel.run("1 + 1").text == "2"


def test_data_uses_and_session_are_flags_of_the_cell(kernel: Kernel, tmp_path: Path) -> None:
    file = tmp_path / "table with a space.txt"
    file.write_text("one\ntwo\n")
    lines = kernel.run(
        f'%%hermetic_tool --data "table={file}" --session\ndef lines(table: bytes) -> Any:\n    return table.decode().split()\n'
    )
    assert lines.error is None
    assert kernel.run("lines()").text == "['one', 'two']"
    user = kernel.run(
        "%%hermetic_tool --uses words lines\nasync def user(call_agent) -> Any:\n    return await call_agent('words', {'text': 'ab c'})\n"
    )
    assert user.error is None
    assert kernel.run("user()").text == "{'ab': 2, 'c': 1}"


def test_new_flags_are_completed(kernel: Kernel) -> None:
    assert {"--env", "--data", "--uses", "--deps", "--session", "--tier"} <= set(kernel.complete("%%hermetic_tool --"))
    assert set(kernel.complete("%%hermetic_tool --tier ")) == {"auto", "native", "python", "pure"}
    assert kernel.complete("%tool_call deep_r") == ["deep_research"]
    assert "question=" in kernel.complete("%tool_call deep_research ")
    for flag in ("--env", "--data", "--uses", "--deps", "--session"):
        assert flag in kernel.inspect("%%hermetic_tool?")


def test_the_event_loop_of_the_kernel_is_free_while_agents_answer(kernel: Kernel) -> None:
    answer = kernel.run(
        "import asyncio\nseen = []\n"
        "async def beside():\n    seen.append('beside')\n"
        "@box.agent('searcher')\nasync def slow(args):\n"
        "    for _ in range(100):\n"
        "        if seen: break\n        await asyncio.sleep(0.01)\n"
        "    return 'seen' if seen else 'alone'\n"
        "receipt, _ = await asyncio.gather(deep_research.acall('why'), beside())\nreceipt.value"
    )
    assert answer.text == "'seen and seen'"
