"""The panel's handlers in a real Jupyter server: who may ask, what is answered, and what is refused."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from jupyter_server.base.handlers import APIHandler

from hermetic_nb.labserver.extension import routes
from hermetic_nb.labserver.opening import Opening
from hermetic_nb.registry import Registry
from hermetic_nb.registry.usage import SessionUse
from tests.e2e.server import Server, serve
from tests.unit.registry_tools import push, sealed, stamped

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
    """A new handler needs a line in PATHS; all of them answer to GET alone."""
    walked = [f"/hermetic-nb/api/{path.partition('?')[0]}" for path in PATHS]
    for pattern, handler, _ in routes("/hermetic-nb", Opening()):
        assert any(re.fullmatch(pattern, path) for path in walked), pattern
        assert issubclass(handler, APIHandler)
        assert {"get", "post", "put", "delete", "patch", "head"} & set(vars(handler)) == {"get"}


def fetched(server: Server, path: str, **headers: str) -> int:
    """The status of a GET by the login's cookie, as a browser sends it."""
    jar = urllib.request.HTTPCookieProcessor()
    browser = urllib.request.build_opener(jar)
    browser.open(f"{server.url}api/status?token={server.token}", timeout=20).close()
    assert list(jar.cookiejar)
    try:
        with browser.open(urllib.request.Request(f"{server.url}{BASE}{path}", headers=headers), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("path", ["status", "tools/first", "export/first", "tour"])
def test_other_sites_are_refused_by_jupyters_own_rules(server: Server, path: str) -> None:
    home = server.url.rstrip("/")
    assert fetched(server, path, Referer=home) == 200
    assert fetched(server, path, Origin="http://elsewhere.example", Referer="http://elsewhere.example/") in {403, 404}
    assert fetched(server, path, Host="elsewhere.example") == 403


def test_the_servers_authorizer_decides(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "jupyter_server_config.py").write_text(
        "from jupyter_server.auth import Authorizer\n"
        "class Deny(Authorizer):\n"
        "    def is_authorized(self, handler, user, action, resource):\n"
        "        return not (action == 'read' and resource == 'contents')\n"
        "c.ServerApp.authorizer_class = Deny\n"
    )
    for server in serve(tmp_path, tmp_path / "tools", app="server"):
        assert {path: server.get(BASE + path)[0] for path in PATHS} == dict.fromkeys(PATHS, 403)


def test_a_registry_that_cannot_be_opened_is_told_of_in_each_answer(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "layout.json").write_bytes(stamped({"format": 999}))
    for server in serve(tmp_path, tmp_path / "tools", app="server"):
        for path in ("status", "tools", "export/first"):
            status, body = server.get(BASE + path)
            assert status == 409
            told = json.loads(body)
            assert "format 999" in told["message"]
            assert "HERMETIC_REGISTRY" in told["help"]


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
        before = json.loads(line.recv())
        assert before["schema_id"] == "https://events.jupyter.org/hermetic_nb/registry/v1"
        assert before["generation"] == ask(server, "status")["generation"]
        push(Registry(server.registry), sealed("fourth", "5"))
        told = json.loads(line.recv())
        while told["generation"] != ask(server, "status")["generation"]:  # a look that fell into the middle of the push
            told = json.loads(line.recv())
    finally:
        line.close()
    assert told["generation"] != before["generation"]


def test_a_registry_that_is_not_there_yet_is_an_empty_page(tmp_path: Path) -> None:
    for server in serve(tmp_path, tmp_path / "later", app="server"):
        assert ask(server, "tools")["items"] == []
        assert ask(server, "status")["tools"] == 0
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log
    assert "was destroyed" not in log
