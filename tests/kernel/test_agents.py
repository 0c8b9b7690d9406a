"""The magics of agents in a real kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kernel.conftest import Kernel

SCRIPT = """
import hermetic_nb as hnb
from pydantic_ai.messages import ModelResponse, TextPart, ToolCallPart

def script(messages, info):
    step = sum(message.kind == "response" for message in messages)
    if step == 0:
        return ModelResponse([ToolCallPart("tool_create", {
            "name": "twice", "description": "Doubles a number.", "parameters": {"n": "int"},
            "code": "def run(n: int) -> int:\\n    return 2 * n\\n",
            "examples": [{"arguments": {"n": 2}, "result": 4}, {"arguments": {"n": 0}, "result": 0}]})])
    if step == 1:
        return ModelResponse([ToolCallPart("twice", {"n": 21})])
    return ModelResponse([TextPart("It is 42.")])
"""


@pytest.fixture
def ready(kernel: Kernel, tmp_path: Path) -> Kernel:
    assert kernel.run(f"import os; os.chdir({str(tmp_path)!r})").error is None
    assert kernel.run("%load_ext hermetic_nb").error is None
    assert kernel.run(SCRIPT).error is None
    return kernel


def test_a_cell_asks_records_and_replays(ready: Kernel, tmp_path: Path) -> None:
    first = ready.run("%%agent --model script --record -o answer\nWhat is twice 21?")
    assert first.error is None, first.report
    assert first.text.startswith("It is 42.")
    assert "sealed  twice" in first.streams["stdout"]
    assert (tmp_path / "agent.cassette.json").is_file()
    assert ready.run("twice(4), answer.text").text == "(8, 'It is 42.')"
    again = ready.run("%%agent\nWhat is twice 21?")
    assert again.text == first.text
    assert again.streams["stdout"] == first.streams["stdout"]


def test_a_run_goes_on_after_an_edit(ready: Kernel) -> None:
    ready.run("%%agent --model script --live\nWhat is twice 21?")
    ready.run("%%hermetic_tool\ndef twice(n: int) -> int:\n    return n + n\n")
    ready.run(
        "def more(messages, info):\n"
        "    last = messages[-1].parts[-1]\n"
        "    if last.part_kind == 'user-prompt':\n"
        "        return ModelResponse([ToolCallPart('twice', {'n': 1})])\n"
        "    return ModelResponse([TextPart(last.content)])\n"
    )
    answer = ready.run("%%agent --model more --live --continue\nAgain, with the tool as it is now.")
    assert answer.error is None, answer.report
    digest = ready.run("twice.digest").text.strip("'")
    assert digest in answer.text


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("%%agent\n", "H101 SpecError: the agent has no request"),
        ("%%agent --record --live\nHi", "--record and --live exclude each other"),
        ("%%agent --limit requests=many\nHi", "--limit requests=many is no limit"),
        ("%%agent --policy create=never\nHi", "'never' is no policy for creation"),
        ("%%agent --with nothing_there\nHi", "nothing_there"),
        ("%%agent --continue\nHi", "there is no run to continue"),
        ("%%agent --modell x\nHi", "did you mean --model?"),
        ("%%agent\nHi", "H701 NoModelError: no model is named"),
        ("%%agent --replay\nHi", "H701 NoModelError"),
        ("%%agent --model openai:gpt-x --live\nHi", "OPENAI_API_KEY is not set"),
        ("%tool_create", "what should the tool do?"),
        ("%tool_create double --example nonsense", "an example is a call and its result"),
        ("%tool_agents add critic", "agent critic has no prompt"),
        ("%tool_agents drop critic", "'drop' is no act"),
    ],
)
def test_bad_lines_are_told_where_and_how(ready: Kernel, cell: str, told: str) -> None:
    ready.run("import os; os.environ.pop('HERMETIC_MODEL', None); os.environ.pop('OPENAI_API_KEY', None)")
    ready.run("get_ipython().magics_manager.registry['AgentMagics']._last = None")
    answer = ready.run(cell)
    assert told in answer.report
    assert "Traceback" not in answer.report


def test_agents_are_listed_added_and_removed(ready: Kernel) -> None:
    assert ready.run("%tool_agents").text.startswith("no agents")
    added = ready.run('%tool_agents add critic --prompt "You judge texts." --approval ask')
    assert added.text.splitlines()[1] == "critic  ask       a model: 'You judge texts.'"
    assert ready.run("%tool_agents remove critic").text.startswith("no agents")


def test_a_tool_by_its_description(ready: Kernel) -> None:
    made = ready.run('%tool_create a doubling tool --example "f(3) == 6" --model script --live')
    assert made.error is None, made.report
    assert made.text.startswith("twice  sealed tool")
    again = ready.run('%tool_create a doubling tool --example "f(3) == 6"')
    assert again.text == made.text
