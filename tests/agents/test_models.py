"""The ways to a model: what is said without one, and a whole run through a server that speaks OpenAI's protocol."""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import hermetic_nb as hnb
from hermetic_nb.agents import models
from hermetic_nb.agents.running import Request, run
from tests.agents.kit import BAD, GOOD, create

KEY = "sk-of-a-server-5678"
STEPS: tuple[Any, ...] = (
    ("tool_search", {"query": "edit distance"}),
    create(BAD),
    create(GOOD),
    ("edit_distance", {"a": "GATTACA", "b": "GCATGCU"}),
    "They are 4 apart.",
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("HERMETIC_MODEL", "HERMETIC_MODEL_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY", "OLLAMA_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Server(ThreadingHTTPServer):
    """Speaks as much of chat/completions as a run needs; keeps what it was asked, and with which key."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append({"path": self.path} | body)
        self.server.keys.append(self.headers["Authorization"])
        step = STEPS[sum(message["role"] == "assistant" for message in body["messages"])]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for delta, end in _deltas(step):
            chunk = {
                "id": "one",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": body["model"],
                "choices": [{"index": 0, "delta": delta, "finish_reason": end}],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *_: Any) -> None:
        """Nothing on standard error."""


def _deltas(step: Any) -> Iterator[tuple[dict[str, Any], str | None]]:
    """An answer in pieces: a text by its words, the arguments of a call in two halves."""
    if isinstance(step, str):
        for word in step.split(" "):
            yield {"role": "assistant", "content": word + " "}, None
        yield {}, "stop"
        return
    name, given = step
    text = json.dumps(given)
    half = len(text) // 2
    first = {"index": 0, "id": "call", "type": "function", "function": {"name": name, "arguments": text[:half]}}
    yield {"role": "assistant", "tool_calls": [first]}, None
    yield {"tool_calls": [{"index": 0, "function": {"arguments": text[half:]}}]}, None
    yield {}, "tool_calls"


@contextmanager
def served() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("way", ["address", "ollama"])
def test_a_run_through_a_server_is_recorded_without_its_key(
    place: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("HERMETIC_MODEL_KEY", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else")
    with served() as server:
        monkeypatch.setenv("OLLAMA_BASE_URL", server.address)
        name = f"some/model@{server.address}" if way == "address" else "ollama:some/model"
        box = hnb.Toolbox(place / "registry")
        lines: list[str] = []
        answer = run(box, Request(text="How far apart?", model=name, mode="record"), lines.append)
        box.close()
    assert answer.text.strip() == "They are 4 apart."
    assert [tool.name for tool in answer.made] == ["edit_distance"]
    assert {one["path"] for one in server.asked} == {"/v1/chat/completions"}
    assert all(one["stream"] and one["model"] == "some/model" for one in server.asked)
    assert set(server.keys) == {f"Bearer {KEY}"}, "its own key, and no other provider's"
    (cassette,) = place.glob("*.cassette.json")
    assert "sk-of" not in cassette.read_text()
    monkeypatch.delenv("HERMETIC_MODEL_KEY")
    other = hnb.Toolbox(place / "other")
    again: list[str] = []
    assert run(other, Request(text="How far apart?"), again.append).text == answer.text
    assert again == lines
    other.close()


def test_a_server_that_is_not_there_is_blamed(place: Path) -> None:
    with served() as server:
        address = server.address
    box = hnb.Toolbox(place / "registry")
    with pytest.raises(hnb.ModelFailedError, match="did not come to an answer"):
        run(box, Request(text="Anything?", model=f"some/model@{address}", mode="live"))
    box.close()


@pytest.mark.parametrize(
    "way", ["anthropic:", "openai:", "@http://", "ollama:", "local:", "HERMETIC_MODEL", "agent.ipynb"]
)
def test_without_a_model_all_ways_to_one_are_told(place: Path, way: str) -> None:
    with pytest.raises(hnb.NoModelError, match="no model is named") as told:
        models.resolve(None)
    assert way in told.value.help
    assert all(len(line) <= 120 for line in told.value.render())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("anthropic:claude", "ANTHROPIC_API_KEY is not set"),
        ("openai:gpt", "OPENAI_API_KEY is not set"),
        ("nonsense", "Unknown model"),
        ("foo:bar", "Unknown model"),
        ("local:none.gguf", "No such file"),
    ],
)
def test_a_name_that_leads_nowhere(place: Path, name: str, told: str) -> None:
    with pytest.raises(hnb.NoModelError, match=told) as error:
        models.resolve(name)
    assert "local:PATH.gguf" in error.value.help


@pytest.mark.parametrize("name", ["ollama:x", "x@http://127.0.0.1:1/v1", "openai:gpt"])
def test_a_missing_package_is_named_with_its_extra(place: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-none")
    for module in [
        one for one in sys.modules if one.startswith(("pydantic_ai.models.openai", "pydantic_ai.providers."))
    ]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(hnb.NoModelError, match="openai") as error:
        models.resolve(name)
    assert error.value.help == "pip install 'hermetic-nb[agent]'"
