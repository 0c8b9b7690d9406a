"""Model files in this process: what a small model is told and may say, and (slow) real ones, where they are installed."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    TextPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.tools import ToolDefinition

import hermetic_nb as hnb
from hermetic_nb.agents import local, local_engine, local_prompt, words
from hermetic_nb.agents.local import LocalModel
from hermetic_nb.agents.local_engine import Engine, ModelFile, Said
from hermetic_nb.agents.running import Request, run
from hermetic_nb.errors import Diagnostic
from tests.agents.kit import results
from tests.agents.local_files import QWEN, SMOLLM2

ROOT = Path(__file__).parents[2]
ACTS = [
    ToolDefinition(name=name, description=told, parameters_json_schema=schema)
    for name, (told, schema) in words.TOOLS.items()
]
GCD = ToolDefinition(
    name="gcd",
    description="Greatest common divisor. Gives int.",
    parameters_json_schema={
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
        "required": ["a", "b"],
        "additionalProperties": False,
    },
)
TOOLS = [*ACTS, GCD]


def talk(*turns: tuple[str, dict[str, Any], Any] | str) -> list[ModelMessage]:
    """A conversation: the request, then calls with what they gave, or texts of the model."""
    request, *rest = turns
    messages: list[ModelMessage] = [ModelRequest([UserPromptPart(str(request))], instructions=words.INSTRUCTIONS)]
    for number, turn in enumerate(rest):
        if isinstance(turn, str):
            messages.append(ModelResponse([TextPart(turn)]))
            continue
        name, given, told = turn
        messages += [
            ModelResponse([ToolCallPart(name, given, f"call-{number}")]),
            ModelRequest([ToolReturnPart(name, json.dumps(told), f"call-{number}")], instructions=words.INSTRUCTIONS),
        ]
    return messages


# ---------------------------------------------------------------- what it is told


def test_what_is_told_in_short_is_what_every_model_is_told() -> None:
    for name, (_, schema) in local_prompt.ACTS.items():
        whole = words.TOOLS[name][1]
        assert set(schema["properties"]) <= set(whole["properties"])
        assert set(schema["required"]) <= set(whole["required"])
    wanted = local_prompt.ACTS["tool_create"][1]["properties"]["examples"]
    assert wanted["minItems"] == 2, "as many as a sealed tool needs"
    example = next(line for line in local_prompt.SHORT.splitlines() if '"tool_create"' in line)
    box = hnb.Toolbox(None)
    given = json.loads(example)["arguments"]
    tool = box.seal(given["code"], name=given["name"])
    assert [tool(**one["arguments"]) for one in given["examples"]] == [one["result"] for one in given["examples"]]
    box.close()


def test_a_conversation_only_grows_at_its_end() -> None:
    """What a model worked on need not be worked on again, also when a tool came about."""
    created = {"name": "twice", "code": "...", "description": "Doubles.", "examples": []}
    outcome = {"made": True, "tool": "twice", "digest": "sha256:" + "a" * 64, "signature": "(n: int) -> int"}
    steps: list[Any] = [
        "How much?",
        ("tool_create", created, outcome),
        ("twice", {"n": 2}, {"tool": "twice", "value": 4}),
    ]
    twice = ToolDefinition(name="twice", description="Doubles.", parameters_json_schema=GCD.parameters_json_schema)
    before: list[Any] = []
    for count in range(1, 4):
        tools = TOOLS if count == 1 else [*TOOLS, twice]
        told = local_prompt.chat(talk(*steps[:count]), words.INSTRUCTIONS, tools)
        assert told[: len(before)] == before
        assert [message["role"] for message in told[1:]] == ["user", "assistant"] * (count - 1) + ["user"]
        before = told
    text = "\n".join(message["content"] for message in before)
    assert "made twice(n: int) -> int. Call it now" in text
    assert "- gcd(a: int, b: int): Greatest common divisor." in text
    assert "a" * 64 not in text
    assert not any(act in text for act in ("tool_list", "tool_show", "tool_compose"))


def test_variables_and_other_instructions_are_told() -> None:
    variables = words.VARIABLES.format(told="- seqs: list of 2")
    told = local_prompt.chat(talk("How many?"), f"{words.INSTRUCTIONS}\n\n{variables}", TOOLS)
    assert "- seqs: list of 2" in told[1]["content"]
    assert local_prompt.names_variables(told)
    schema = local_prompt.step_schema(TOOLS, answers=True, variables=True)
    gcd = next(one for one in schema["anyOf"] if one["properties"].get("tool") == {"const": "gcd"})
    assert gcd["properties"]["arguments"]["properties"]["a"]["anyOf"][1]["required"] == ["$var"]
    plain = local_prompt.chat([ModelRequest([UserPromptPart("Good?")])], "You judge texts.", [])
    assert plain == [{"role": "user", "content": "You judge texts.\n\nGood?"}]


def test_an_error_is_told_with_its_place_and_help() -> None:
    error = hnb.SpecError("no such name", diagnostics=[Diagnostic("x is not defined", line=2)], help="define it")
    told = local_prompt.chat(talk("Go.", ("gcd", {}, {"error": error.to_json()})), words.INSTRUCTIONS, TOOLS)
    assert told[-1]["content"] == "Result: error: no such name. Line 2: x is not defined. Help: define it."


def test_definitions_of_two_tools_do_not_meet() -> None:
    def tool(name: str, kind: str) -> ToolDefinition:
        schema = {
            "type": "object",
            "properties": {"p": {"$ref": "#/$defs/P"}},
            "$defs": {"P": {"type": "object", "properties": {"x": {"type": kind}}}},
        }
        return ToolDefinition(name=name, parameters_json_schema=schema)

    schema = local_prompt.step_schema([tool("one", "integer"), tool("two", "string")], answers=False, variables=False)
    assert {name: one["properties"]["x"]["type"] for name, one in schema["$defs"].items()} == {
        "one.P": "integer",
        "two.P": "string",
    }
    refs = [one["properties"]["arguments"]["properties"]["p"]["$ref"] for one in schema["anyOf"]]
    assert refs == ["#/$defs/one.P", "#/$defs/two.P"]
    assert all("answer" not in one["properties"] for one in schema["anyOf"])


# ---------------------------------------------------------------- what it says


class Stub:
    """In the place of a loaded file: says one text after the other, and keeps what it was asked."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.asked = list(texts), []  # type: list[str], list[tuple[Any, Any, float]]

    def say(self, messages: Any, schema: Any, _most: int, _stop: Any, *, heat: float = 0) -> Said:
        self.asked.append((messages, schema, heat))
        return Said(self.texts.pop(0), 100, 10)


@pytest.fixture
def model(tmp_path: Path) -> LocalModel:
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF and the rest")
    return LocalModel(path)


def ask(model: LocalModel, stub: Stub, messages: list[ModelMessage], monkeypatch: pytest.MonkeyPatch) -> ModelResponse:
    monkeypatch.setattr(Engine, "of", lambda _file: stub)
    return asyncio.run(model.request(messages, None, ModelRequestParameters(function_tools=TOOLS)))


CALL = '{"tool": "gcd", "arguments": {"a": 4, "b": 6}}'


def test_a_call_repeated_word_for_word_is_asked_again(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"a": 4, "b": 6}
    first = ask(model, Stub(CALL), talk("?"), monkeypatch)
    assert isinstance(first.parts[0], ToolCallPart)
    assert first.parts[0].args_as_dict() == given
    stub = Stub(CALL, '{"answer": "2"}')
    answered = ask(model, stub, talk("?", ("gcd", given, {"tool": "gcd", "value": 2})), monkeypatch)
    assert answered.parts == [TextPart("2")]
    assert [list(one["properties"]) for one in stub.asked[1][1]["anyOf"]] == [["answer"]]
    assert (answered.usage.input_tokens, answered.usage.output_tokens) == (200, 20)
    stub = Stub(CALL, CALL)
    ask(model, stub, talk("?", ("gcd", given, {"error": {"message": "no"}})), monkeypatch)
    assert [heat for _, _, heat in stub.asked] == [0, local.HEAT]
    assert stub.asked[0][1] == stub.asked[1][1]


@pytest.mark.parametrize("text", ["{", '{"tool": 1}', "[]", '{"tool": "gcd"}'])
def test_an_answer_that_cannot_be_read_is_blamed(model: LocalModel, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(hnb.ModelFailedError, match="local model"):
        ask(model, Stub(text), talk("?"), monkeypatch)


def test_a_cancelled_request_stops_the_work(model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    class Slow:
        def say(self, _messages: Any, _schema: Any, _most: int, stop: threading.Event, **_: Any) -> Said:
            assert stop.wait(20)
            stopped.set()
            raise hnb.AgentRunError("the run was stopped")

    async def main() -> None:
        task = asyncio.ensure_future(model.request(talk("?"), None, ModelRequestParameters(function_tools=TOOLS)))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    monkeypatch.setattr(Engine, "of", lambda _file: Slow())
    asyncio.run(main())
    assert stopped.wait(20)


# ---------------------------------------------------------------- files


def test_a_file_is_named_by_its_name_and_bytes(tmp_path: Path, model: LocalModel) -> None:
    assert model.model_id == f"local:small.gguf {hnb.digest.digest_bytes(b'GGUF and the rest')}"
    assert str(tmp_path) not in model.model_id
    path = tmp_path / "small.gguf"
    path.write_bytes(b"GGUF and another rest")
    assert LocalModel(path).model_id != model.model_id


def test_what_is_no_model_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("GGU")
    for path, told in (
        (tmp_path / "none.gguf", "No such file"),
        (tmp_path, "directory"),
        (tmp_path / "note.txt", "GGUF"),
    ):
        with pytest.raises(hnb.NoModelError, match=told):
            ModelFile.at(path)


def test_a_missing_extra_is_named(tmp_path: Path, model: LocalModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(hnb.NoModelError, match="xllamacpp") as told:
        run(hnb.Toolbox(None), Request(text="?", model=model, mode="live"))
    assert told.value.help == "pip install 'hermetic-nb[local]'"


def test_a_core_is_left_for_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for cpu in range(8):  # four cores of two threads each
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(f"{cpu % 4},{cpu % 4 + 4}\n")
    monkeypatch.setattr(local_engine, "_CPUS", tmp_path)
    for mine, wanted in (({*range(8)}, 3), ({0, 4}, 1), ({0}, 1), ({0, 1, 2}, 2)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid, mine=mine: mine)
        assert local_engine.threads() == wanted


# ---------------------------------------------------------------- real ones


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return SMOLLM2.file(tmp_path_factory.mktemp("model"))


SHORT = {
    "type": "object",
    "properties": {"answer": {"type": "string", "maxLength": 40}},
    "required": ["answer"],
    "additionalProperties": False,
}
PROGRAM = """
import json, sys, threading
from pathlib import Path
from hermetic_nb.agents.local_engine import Engine, ModelFile
file, messages, schema = sys.argv[1:]
print(Engine.of(ModelFile.at(Path(file))).say(json.loads(messages), json.loads(schema), 80, threading.Event()).text)
"""


@pytest.mark.slow
def test_a_request_gives_the_same_after_others_and_in_another_process(smollm2: Path) -> None:
    engine = Engine.of(ModelFile.at(smollm2))

    def turns(*texts: str) -> list[dict[str, str]]:
        return [{"role": ("user", "assistant")[number % 2], "content": text} for number, text in enumerate(texts)]

    def say(*texts: str) -> str:
        said = engine.say(turns(*texts), SHORT, 80, threading.Event()).text
        assert set(json.loads(said)) == {"answer"}
        return said

    first = say("Tell me of a colour.")
    longer = say("Tell me of a colour.", first, "Another one, please.")
    say("What is a bird?")
    assert say("Tell me of a colour.") == first
    say("What is a bird?", "An animal.", "And a fish?")
    assert say("Tell me of a colour.", first, "Another one, please.") == longer
    messages = json.dumps(turns("Tell me of a colour.", first, "Another one, please."))
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(smollm2), messages, json.dumps(SHORT)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == (longer + "\n", ""), "and nothing of the library is printed"


@pytest.mark.slow
def test_a_step_is_a_call_or_an_answer(smollm2: Path) -> None:
    engine = Engine.of(ModelFile.at(smollm2))
    tool = ToolDefinition(name="gcd", description="", parameters_json_schema=GCD.parameters_json_schema)
    for answers in (True, False):
        schema = local_prompt.step_schema([tool], answers=answers, variables=False)
        asked = local_prompt.chat(talk("The greatest common divisor of 4 and 6?"), words.INSTRUCTIONS, TOOLS)
        step = json.loads(engine.say(asked, schema, 200, threading.Event()).text)
        if answers and "answer" in step:
            assert isinstance(step["answer"], str)
            continue
        assert step["tool"] == "gcd"
        assert {name: type(item) for name, item in step["arguments"].items()} == {"a": int, "b": int}


@pytest.mark.slow
def test_too_long_too_much_and_stopped(smollm2: Path) -> None:
    engine, stop = Engine.of(ModelFile.at(smollm2)), threading.Event()
    with pytest.raises(hnb.ModelFailedError, match=r"too long for .*: \d+ tokens, it holds \d+"):
        engine.say([{"role": "user", "content": "word " * 10000}], None, 5, stop)
    with pytest.raises(hnb.ModelFailedError, match="did not come to an end within 5 tokens"):
        engine.say([{"role": "user", "content": "Count to a hundred."}], None, 5, stop)
    threading.Timer(0.5, stop.set).start()
    started = time.monotonic()
    with pytest.raises(hnb.AgentRunError, match="stopped"):
        engine.say([{"role": "user", "content": "word " * 1500 + "Write a long story."}], None, 700, stop)
    assert time.monotonic() - started < 20, "the whole takes minutes"


@pytest.mark.slow
def test_a_file_that_is_cut_short_is_blamed(smollm2: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(smollm2.read_bytes()[:1_000_000])
    with pytest.raises(hnb.ModelFailedError, match=r"cut\.gguf cannot be loaded"):
        Engine.of(ModelFile.at(cut))


@pytest.mark.slow
def test_a_small_model_makes_a_tool_calls_it_and_is_replayed_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = QWEN.file(tmp_path)
    monkeypatch.chdir(tmp_path)
    text = "Make a tool that gives the factorial of an integer. What is the factorial of 10?"
    box = hnb.Toolbox(tmp_path / "registry")
    lines: list[str] = []
    answer = run(box, Request(text=text, model=f"local:{model}", mode="record"), lines.append)
    assert [one.name for one in answer.made] == ["factorial"]
    assert box.get("factorial")(6) == 720
    assert results(ModelMessagesTypeAdapter.validate_json(answer.messages))[-1]["value"] == 3628800
    assert "3628800" in answer.text.replace(",", "")
    box.close()
    (cassette,) = tmp_path.glob("*.cassette.json")
    assert f"local:{model.name} sha256:{QWEN.sha256}" in cassette.read_text()
    assert str(tmp_path) not in cassette.read_text()
    model.unlink()
    other = hnb.Toolbox(tmp_path / "other")
    again: list[str] = []
    assert (run(other, Request(text=text), again.append).text, again) == (answer.text, lines)
    other.close()
