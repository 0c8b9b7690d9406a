"""E of a call: secrets that nobody writes down, and files that are read once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hermetic_nb as hnb
from hermetic_nb import display

NAME = "HERMETIC_TEST_KEY"
KEY = "swordfish-0451"
OTHER = "swordfish-0452"
PURE = f"""
async def login(user: str, {NAME}: str, call_agent) -> dict[str, Any]:
    print("the key is", {NAME})
    token = await call_agent("server", {{"user": user, "key": {NAME}, "both": [{{"of": {NAME}.encode()}}]}})
    return {{"token": token, "key": {NAME}}}
"""
PLAIN = f"""
def sign(text: str, {NAME}: str) -> dict[str, str]:
    print({NAME})
    return {{"signed": text + {NAME}}}
"""
RAISES = f"""
async def raises(kind: str, {NAME}: str, call_agent) -> Any:
    if kind == "tool":
        raise ValueError("bad key " + {NAME})
    if kind == "agent":
        await call_agent("fails", {{"key": {NAME}}})
    if kind == "name":
        await call_agent({NAME}, {{}})
    if kind == "result":
        return lambda: {NAME}
    return None
"""
EXAMPLE = f'''
def tagged(text: str, {NAME}: str) -> dict[str, str]:
    """A text with its key.

    >>> tagged("a")["tag"]
    'b'
    """
    return {{"tag": text + {NAME}}}
'''


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


@pytest.fixture(scope="module")
def shared() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    yield made
    made.close()


@pytest.fixture
def seen() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def box(shared: hnb.Toolbox, seen: list[dict[str, Any]]) -> hnb.Toolbox:
    def server(args: dict[str, Any]) -> str:
        seen.append(args)
        return f"token for {args['user']} {args['key']}"

    def fails(args: dict[str, Any]) -> None:
        raise LookupError(f"no such key: {args['key']}")

    shared.agents.add("server", server)
    shared.agents.add("fails", fails)
    return shared


def written(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def shown(bundle: dict[str, Any]) -> str:
    return json.dumps(bundle, default=str)


# ---------------------------------------------------------------- secrets


def test_agents_get_the_value_and_nothing_that_is_kept_has_it(
    folder: Path, seen: list[dict[str, Any]], box: hnb.Toolbox, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = hnb.Toolbox(folder)
    for agent in box.agents:
        kept.agents.add(agent.name, agent.answer)
    try:
        login = kept.seal(PURE, env=[NAME])
        assert login("ann")["key"] == f"<env {NAME}>"
        receipt = login.call("ann")
        everything = [
            json.dumps(receipt.to_json()),
            repr(receipt),
            str(receipt.trace),
            receipt.printed,
            shown(display.receipt_card(receipt)),
            shown(display.receipt_note(receipt)),
            shown(display.tool_card(login)),
            capsys.readouterr().out,
            written(folder).decode(errors="replace"),
        ]
    finally:
        kept.close()
    assert seen == [{"user": "ann", "key": KEY, "both": [{"of": KEY.encode()}]}] * 2
    assert [text for text in everything if KEY in text or "swordfish" in text] == []
    assert receipt.value == {"token": f"token for ann <env {NAME}>", "key": f"<env {NAME}>"}
    assert receipt.trace[0].arguments["key"] == f"<env {NAME}>"
    assert NAME in receipt.env
    assert receipt.digest.removeprefix("sha256:").encode() in b"".join(str(p).encode() for p in folder.rglob("*"))


def test_a_replay_has_the_same_digest(box: hnb.Toolbox) -> None:
    login = box.seal(PURE, env=[NAME])
    receipt = hnb.Receipt.from_json(json.loads(json.dumps(login.call("ann").to_json())))
    assert login.replay(receipt).digest == receipt.digest


@pytest.mark.parametrize("measure", ["len(reply)", "reply.upper()", "reply == 'token ' + " + NAME, "reply.split('-')"])
def test_what_a_tool_computes_of_an_answer_with_the_secret_replays(box: hnb.Toolbox, measure: str) -> None:
    box.agents.add("echo", lambda args: "token " + args["key"])
    tool = box.seal(
        f"async def measure({NAME}: str, call_agent) -> Any:\n"
        f"    reply = await call_agent('echo', {{'key': {NAME}}})\n    return {measure}\n",
        env=[NAME],
    )
    receipt = tool.call()
    assert tool.replay(receipt).digest == receipt.digest


def test_an_argument_with_the_secret_replays(box: hnb.Toolbox) -> None:
    tool = box.seal(f"def size(text: str, {NAME}: str) -> Any:\n    return len(text)\n", env=[NAME], tier="python")
    receipt = tool.call(f"my {KEY}")
    assert KEY not in json.dumps(receipt.to_json())
    assert tool.replay(receipt).digest == receipt.digest


def test_the_python_tier_keeps_it_too(box: hnb.Toolbox, capsys: pytest.CaptureFixture[str]) -> None:
    sign = box.seal(PLAIN, env=[NAME])
    assert sign.tier == "python"
    assert sign("a") == {"signed": f"a<env {NAME}>"}
    receipt = sign.call("a")
    assert KEY not in json.dumps(receipt.to_json()) + repr(receipt) + capsys.readouterr().out
    assert sign.replay(receipt).digest == receipt.digest


def test_no_caller_gives_it(box: hnb.Toolbox) -> None:
    sign = box.seal(PLAIN, env=[NAME])
    assert str(sign.__signature__) == "(text: str) -> dict[str, str]"
    with pytest.raises(hnb.ArgumentError):
        sign("a", **{NAME: "b"})
    with pytest.raises(hnb.ArgumentError):
        sign("a", "b")


@pytest.mark.parametrize("kind", ["tool", "agent", "name"])
def test_errors_do_not_tell_it(box: hnb.Toolbox, kind: str) -> None:
    tool = box.seal(RAISES, env=[NAME])
    with pytest.raises(hnb.ToolError) as caught:
        tool(kind)
    error = caught.value
    told = [str(error), repr(error), *error.render(), json.dumps(error.to_json()), repr(error.receipt)]
    assert [text for text in told if KEY in text] == []
    assert f"<env {NAME}>" in str(error)
    receipt = tool.call(kind)
    assert tool.replay(receipt).digest == receipt.digest


def test_errors_of_the_seal_do_not_tell_it(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.ExampleError) as caught:
        box.seal(EXAMPLE, env=[NAME])
    error = caught.value
    assert KEY not in "\n".join([str(error), *error.render(), json.dumps(error.to_json())])
    assert f"a<env {NAME}>" in str(error)
    with pytest.raises(hnb.BuildError) as caught_too:
        box.seal(PLAIN + "\nraise ValueError('at the top')\n", env=[NAME])
    assert KEY not in "\n".join(caught_too.value.render())


def test_a_question_to_the_user_does_not_tell_it(box: hnb.Toolbox) -> None:
    asked: list[hnb.Question] = []

    def approve(question: hnb.Question) -> bool:
        asked.append(question)
        return True

    box.desk.approve = approve
    box.agents.add("server", lambda args: len(args["key"]), "ask")
    assert box.seal(PURE, env=[NAME])("ann")["token"] == len(KEY)
    assert KEY not in repr(asked)
    assert asked[0].arguments["key"] == f"<env {NAME}>"


def test_a_nested_tool_gives_no_secret_away(box: hnb.Toolbox) -> None:
    box.seal(PURE, env=[NAME])
    outer = box.seal(
        "async def outer(call_agent) -> Any:\n    return await call_agent('login', {'user': 'ann'})\n", uses=["login"]
    )
    receipt = outer.call()
    assert receipt.value["key"] == f"<env {NAME}>"
    assert KEY not in json.dumps(receipt.to_json())
    assert outer.replay(receipt).digest == receipt.digest


def test_a_longer_secret_is_hidden_whole(box: hnb.Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERMETIC_TEST_LONG", KEY + "-and-more")
    source = f"def both({NAME}: str, HERMETIC_TEST_LONG: str) -> list[Any]:\n    return [HERMETIC_TEST_LONG, {NAME}]\n"
    both = box.seal(source, env=[NAME, "HERMETIC_TEST_LONG"], tier="python")
    assert both() == ["<env HERMETIC_TEST_LONG>", f"<env {NAME}>"]


def test_a_name_without_value_is_an_error(box: hnb.Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME)
    login = box.seal(PURE, env=[NAME])
    for call in (login, login.call, lambda user: asyncio.run(login.acall(user))):
        with pytest.raises(hnb.EnvError, match=f"login takes {NAME} from the environment") as caught:
            call("ann")
        assert NAME in caught.value.help
    monkeypatch.setenv(NAME, "")
    assert login.call("ann").error is None


def test_another_value_is_a_mismatch_that_names_it(box: hnb.Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    login = box.seal(PURE, env=[NAME])
    receipt = login.call("ann")
    monkeypatch.setenv(NAME, OTHER)
    with pytest.raises(hnb.ReplayMismatch, match=f"{NAME} is not what it was") as caught:
        login.replay(receipt)
    assert OTHER not in str(caught.value)
    assert login.call("ann").digest != receipt.digest
    monkeypatch.setenv(NAME, KEY)
    assert login.replay(receipt).digest == receipt.digest


def test_the_value_is_no_part_of_the_tool(box: hnb.Toolbox, monkeypatch: pytest.MonkeyPatch) -> None:
    before = box.seal(PURE, env=[NAME])
    monkeypatch.setenv(NAME, OTHER)
    assert box.seal(PURE, env=[NAME]).digest == before.digest
    assert box.seal(PURE.replace(f", {NAME}: str", "").replace(NAME, "'k'")).digest != before.digest


@pytest.mark.parametrize(
    ("source", "env", "said"),
    [
        ("def f(x: str) -> Any:\n    return x\n", ["MISSING_PARAMETER"], "MISSING_PARAMETER"),
        (f"def f({NAME}: int) -> Any:\n    return 1\n", [NAME], NAME),
    ],
)
def test_a_wrong_name_is_said_when_sealing(box: hnb.Toolbox, source: str, env: list[str], said: str) -> None:
    with pytest.raises(hnb.SpecError, match=said):
        box.seal(source, env=env)


# ---------------------------------------------------------------- files

LINES = """
def lines(prefix: str, table: bytes) -> list[Any]:
    return [prefix + line for line in table.decode().splitlines()]
"""
LINES_PURE = """
async def lines_pure(table: bytes, call_agent) -> Any:
    return await call_agent("size", {"n": len(table), "table": table})
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "table.txt"
    file.write_bytes(b"one\ntwo\n")
    return file


def test_a_file_is_read_once(box: hnb.Toolbox, table: Path) -> None:
    lines = box.seal(LINES, data={"table": table})
    receipt = lines.call("> ")
    table.unlink()
    assert lines("> ") == ["> one", "> two"]
    assert lines.replay(receipt).digest == receipt.digest
    assert receipt.env == {"table": dict(lines.manifest.data)["table"]}
    assert "table" not in receipt.arguments


def test_a_changed_file_is_another_tool(box: hnb.Toolbox, table: Path) -> None:
    before = box.seal(LINES, data={"table": table})
    receipt = before.call("")
    assert box.seal(LINES, data={"table": table}).digest == before.digest
    table.write_bytes(b"three\n")
    after = box.seal(LINES, data={"table": table})
    assert (after.digest != before.digest, after(""), before("")) == (True, ["three"], ["one", "two"])
    with pytest.raises(hnb.ReplayMismatch, match="table is not what it was"):
        after.replay(receipt)
    assert before.replay(receipt).digest == receipt.digest


def test_a_pure_tool_reads_a_file_and_sends_it(box: hnb.Toolbox, table: Path) -> None:
    box.agents.add("size", lambda args: [args["n"], args["table"]])
    tool = box.seal(LINES_PURE, data={"table": table})
    receipt = tool.call()
    assert receipt.value == [8, b"one\ntwo\n"]
    assert tool.replay(receipt).digest == receipt.digest


def test_the_content_is_in_the_registry(table: Path, folder: Path) -> None:
    first = hnb.Toolbox(folder)
    try:
        digest = first.seal(LINES, data={"table": table}).digest
    finally:
        first.close()
    table.unlink()
    second = hnb.Toolbox(folder)
    try:
        assert second.get(digest)("- ") == ["- one", "- two"]
        assert second.get("lines").verify().digest == digest
    finally:
        second.close()


def test_a_file_that_cannot_be_read_is_said(box: hnb.Toolbox, tmp_path: Path) -> None:
    for wrong in (tmp_path / "nothing.txt", tmp_path):
        with pytest.raises(hnb.DependencyError, match="the file of table cannot be read"):
            box.seal(LINES, data={"table": wrong})


def test_data_needs_a_parameter_of_bytes(box: hnb.Toolbox, table: Path) -> None:
    with pytest.raises(hnb.SpecError, match="table"):
        box.seal(LINES.replace("table: bytes", "table: str"), data={"table": table})
    with pytest.raises(hnb.SpecError, match="nowhere"):
        box.seal(LINES, data={"nowhere": table})


# ---------------------------------------------------------------- tools of the session


def test_a_tool_of_the_session_is_saved_with_what_it_names(table: Path, folder: Path) -> None:
    box = hnb.Toolbox(folder)
    try:
        tool = box.seal(LINES, data={"table": table}, session=True)
        assert (tool.of_session, tool.version, tool("")) == (True, 0, ["one", "two"])
        assert box.list() == []
        assert not written(folder)
        saved = box.save(tool)
        assert (saved.of_session, saved.version, saved.digest) == (False, 1, tool.digest)
        assert [one.digest for one in box.list()] == [tool.digest]
        assert saved("") == ["one", "two"]
        assert box.registry.check().findings == ()
        assert box.save(tool).version == 1
    finally:
        box.close()


def test_a_tool_that_a_model_made_lives_in_the_session(folder: Path) -> None:
    box = hnb.Toolbox(folder)
    try:
        tool = hnb.tool_create("made", "", {"x": "int"}, "async def run(x, call_agent):\n    return x\n", box=box)
        assert (tool.of_session, tool.tier, box.list()) == (True, "pure", [])
        assert hnb.tool_call("made", {"x": 3}, box=box) == 3
        saved = box.save(tool)
        assert (saved.digest, saved.of_session, saved.reason) == (tool.digest, False, tool.reason)
    finally:
        box.close()
