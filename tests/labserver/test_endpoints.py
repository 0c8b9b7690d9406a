"""The panel's handlers in a real Jupyter server: who may ask, what is answered, and what is refused."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from hermetic_nb.registry import Registry
from hermetic_nb.registry.usage import SessionUse
from tests.e2e.conftest import Server, serve
from tests.unit.registry_tools import push, sealed

BASE = "hermetic-nb/api/"
PATHS = (
    *("status", "tools", "tools/first", "tools/sha256:" + "0" * 64, "receipts", "receipts/sha256:" + "0" * 64),
    *("diff?from=first@1&to=first@2", "export/first", "tour", "nothing", ""),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("registry") / "tools"
    registry = Registry(folder)
    push(registry, sealed("first", "1", doc="Gives one."))
    push(registry, sealed("first", "2", doc="Gives two."))
    push(registry, sealed("second", "3", doc="Gives three."))
    yield from serve(tmp_path_factory.mktemp("server"), folder, app="server")


def ask(server: Server, path: str) -> Any:
    status, body = server.get(BASE + path)
    assert status == 200, body
    return json.loads(body)


@pytest.mark.parametrize("path", PATHS)
def test_nobody_is_answered_without_the_token(server: Server, path: str) -> None:
    assert server.get(BASE + path, token=False)[0] == 403


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_written_through_them(server: Server, path: str, method: str) -> None:
    request = urllib.request.Request(
        f"{server.url}{BASE}{path}", data=b"{}", method=method, headers={"Authorization": f"token {server.token}"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=10)
    with refused.value as error:
        assert error.code in {403, 404, 405}


def test_every_handler_of_the_extension_is_walked() -> None:
    """A new handler needs a line in PATHS."""
    source = (Path(__file__).parents[2] / "hermetic_nb" / "labserver" / "extension.py").read_text()
    routes = [line for line in source.splitlines() if "url_path_join(base, " in line]
    assert len(routes) == 3


def test_status_and_a_page(server: Server) -> None:
    status = ask(server, "status")
    assert status["tools"] == 2
    assert status["writable"] is True
    page = ask(server, "tools?limit=1&offset=1")
    assert (page["total"], page["offset"]) == (2, 1)
    assert [row["name"] for row in page["items"]] == ["second"]


def test_a_tool_by_name_version_and_digest(server: Server) -> None:
    latest = ask(server, "tools/first")
    assert (latest["version"], latest["source"]) == (2, "def first(count: int) -> int:\n    return 2\n")
    assert ask(server, "tools/first@1")["version"] == 1
    assert ask(server, f"tools/{latest['digest']}")["name"] == "first"
    assert [one["version"] for one in latest["history"]] == [2, 1]
    assert latest["parameters"] == [
        {"name": "count", "annotation": "int", "schema": latest["parameters"][0]["schema"], "required": True}
    ]


def test_a_difference(server: Server) -> None:
    lines = ask(server, "diff?from=first@1&to=first@2")["lines"]
    assert [(line["kind"], line["text"]) for line in lines] == [
        (" ", "def first(count: int) -> int:"),
        ("-", "    return 1"),
        ("+", "    return 2"),
    ]


def test_an_export_is_the_payload(server: Server) -> None:
    status, body = server.get(f"{BASE}export/first@1")
    assert status == 200
    assert body == sealed("first", "1", doc="Gives one.").artifact.payload


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 400),
        ("tools/absent", 404),
        ("tools/" + "../" * 5 + "etc/passwd", 404),
        ("tools/" + quote("../../etc/passwd", safe=""), 404),
        ("export/" + quote("../../../etc/passwd", safe=""), 404),
        ("tools/sha256:" + "0" * 64, 404),
        ("receipts/" + quote("<script>"), 400),
        ("receipts/sha256:" + "0" * 64, 404),
        ("tools?limit=-1", 400),
        ("tools?offset=many", 400),
        ("diff?from=first", 400),
        ("tools/" + "x" * 5000, 400),
    ],
)
def test_what_is_wrong_is_told_shortly(server: Server, path: str, status: int) -> None:
    found, body = server.get(BASE + path)
    assert found == status
    if path != "tools/../../../../../etc/passwd":
        told = json.loads(body)
        assert set(told) == {"code", "message", "help"}
        assert "Traceback" not in body.decode()
        assert str(server.registry) not in body.decode()


def test_a_new_tool_and_calls_change_the_generation(server: Server) -> None:
    before = ask(server, "status")["generation"]
    registry = Registry(server.registry)
    record = push(registry, sealed("third", "4"))
    after = ask(server, "status")["generation"]
    registry.keep_usage(SessionUse(session="0" * 32, calls={record.tool: 7}))
    last = ask(server, "status")["generation"]
    assert len({before, after, last}) == 3
    assert ask(server, "tools/third")["calls"] == 7


def test_the_event_stream_tells_of_changes(server: Server) -> None:
    websocket = pytest.importorskip("websocket", reason="a dependency of jupyter_server")
    line = websocket.create_connection(
        server.url.replace("http", "ws") + f"api/events/subscribe?token={server.token}", timeout=15
    )
    try:
        time.sleep(2.5)
        threading.Timer(0.1, lambda: push(Registry(server.registry), sealed("fourth", "5"))).start()
        told = json.loads(line.recv())
    finally:
        line.close()
    assert told["schema_id"] == "https://events.jupyter.org/hermetic_nb/registry/v1"
    assert told["generation"]


def test_a_registry_that_is_not_there_yet_is_an_empty_page(tmp_path: Path) -> None:
    for server in serve(tmp_path, tmp_path / "later", app="server"):
        assert ask(server, "tools")["items"] == []
        assert ask(server, "status")["tools"] == 0
