"""The panel's two ends in a real kernel: the widget of ``%tool_panel``, and the line to JupyterLab's panel."""

from __future__ import annotations

import json
import queue
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.conftest import SECONDS, Kernel, started
from tests.kernel.test_magics import DIVIDE, GC, SPIN

VIEW = "application/vnd.jupyter.widget-view+json"
LIST = "application/vnd.hermetic-nb.list.v1+json"
HOSTILE = '''%%hermetic_tool
def bad(text: str) -> str:
    """</td><script>alert(1)</script><img src=x onerror=alert(1)>"""
    return text
'''


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with started(tmp_path_factory.mktemp("registry") / "tools") as running:
        assert running.run(GC).error is None
        yield running


def tell(kernel: Kernel, kind: str, content: dict[str, Any]) -> None:
    """A message of the front end."""
    kernel.client.shell_channel.send(kernel.client.session.msg(kind, content))


def heard(
    kernel: Kernel, comm: str, wanted: Callable[[dict[str, Any]], bool], kind: str = "comm_msg"
) -> dict[str, Any]:
    """The first message of a comm that is wanted."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        message = kernel.client.get_iopub_msg(timeout=SECONDS)
        if message["msg_type"] == kind and message["content"]["comm_id"] == comm and wanted(message["content"]["data"]):
            data: dict[str, Any] = message["content"]["data"]
            return data
    raise AssertionError("the kernel did not answer")


def reply(kernel: Kernel, sent: str) -> dict[str, Any]:
    """The reply to a cell."""
    while True:
        message = kernel.client.get_shell_msg(timeout=SECONDS)
        if message["parent_header"]["msg_id"] == sent:
            content: dict[str, Any] = message["content"]
            return content


def silent(kernel: Kernel, comm: str) -> bool:
    """Whether a comm tells nothing for a while."""
    end = time.monotonic() + 1
    while (rest := end - time.monotonic()) > 0:
        try:
            message = kernel.client.get_iopub_msg(timeout=rest)
        except queue.Empty:
            return True
        if message["msg_type"].startswith("comm") and message["content"]["comm_id"] == comm:
            return False
    return True


@pytest.fixture
def line(kernel: Kernel) -> Iterator[str]:
    """An open line; its id."""
    comm = uuid.uuid4().hex
    tell(kernel, "comm_open", {"comm_id": comm, "target_name": "hermetic-nb", "data": {}})
    assert heard(kernel, comm, lambda _: True) == {"ready": True}
    yield comm
    tell(kernel, "comm_close", {"comm_id": comm, "data": {}})


# ------------------------------------------------------------ the widget


class Widget:
    """The front end's half of a ``%tool_panel``."""

    def __init__(self, kernel: Kernel, line: str = "%tool_panel") -> None:
        self.kernel = kernel
        (self.bundle,) = kernel.run(line).bundles
        self.comm = str(self.bundle[VIEW]["model_id"])

    def tell(self, content: Any) -> None:
        tell(
            self.kernel,
            "comm_msg",
            {"comm_id": self.comm, "data": {"method": "custom", "content": content}},
        )

    def ask(self, path: str, **params: Any) -> dict[str, Any]:
        number = uuid.uuid4().hex
        self.tell({"id": number, "path": path, "params": params})
        told: dict[str, Any] = heard(self.kernel, self.comm, lambda data: data.get("content", {}).get("id") == number)[
            "content"
        ]
        return told


def test_what_a_notebook_keeps_of_a_panel_is_the_list(kernel: Kernel) -> None:
    (shown,) = kernel.run("%tool_list").bundles
    for first, second in ((Widget(kernel), Widget(kernel)), (Widget(kernel, "%tool_panel --all"),) * 2):
        kept = [{kind: value for kind, value in one.bundle.items() if kind != VIEW} for one in (first, second)]
        assert kept[0] == kept[1]
        assert sorted(kept[0]) == sorted(shown)
    assert {kind: value for kind, value in Widget(kernel).bundle.items() if kind != VIEW} == shown
    assert kernel.run("p = %tool_panel\nrepr(p)").text == repr(shown["text/plain"])


def test_the_list_that_is_kept_runs_nothing(kernel: Kernel) -> None:
    assert kernel.run(HOSTILE).error is None
    bundle = Widget(kernel, "%tool_panel --all").bundle
    assert "bad" in bundle["text/plain"]
    assert "<script" not in bundle["text/html"]
    assert "<img" not in bundle["text/html"]


def test_a_panel_is_answered_as_the_server_answers(kernel: Kernel) -> None:
    widget = Widget(kernel)
    status = widget.ask("status")
    assert status["ok"] is True
    assert status["value"]["tools"] >= 1
    assert status["value"]["isolation"]
    assert {"layer", "active", "reason"} == set(status["value"]["isolation"][0])
    page = widget.ask("tools", query="fraction", limit=1)
    assert [row["name"] for row in page["value"]["items"]] == ["gc_content"]
    assert widget.ask("tools/gc_content")["value"]["source"].startswith("def gc_content")
    refused = widget.ask("tools/absent")
    assert refused["ok"] is False
    assert set(refused["error"]) == {"code", "message", "help"}
    odds: list[Any] = [
        None,
        7,
        "text",
        [],
        {},
        {"id": 1},
        {"id": 1, "path": 5},
        {"id": 2, "path": "status", "params": 3},
    ]
    for odd in odds:
        widget.tell(odd)
    assert widget.ask("tools", offset="-1")["ok"] is False


def test_a_panel_hears_what_a_cell_did_to_the_registry(kernel: Kernel) -> None:
    widget = Widget(kernel)
    other = Widget(kernel)
    before = widget.ask("status")["value"]["generation"]
    sent = kernel.send("%%hermetic_tool\ndef fresh(n: int) -> int:\n    return n + 41\n")
    told: dict[str, str] = {}
    while told.keys() != {widget.comm, other.comm}:
        message = kernel.client.get_iopub_msg(timeout=SECONDS)
        content = message["content"].get("data", {}).get("content", {}) if message["msg_type"] == "comm_msg" else {}
        if "changed" in content and message["content"]["comm_id"] in {widget.comm, other.comm}:
            told[message["content"]["comm_id"]] = content["changed"]
    assert before not in told.values()
    assert len(set(told.values())) == 1
    assert reply(kernel, sent)["status"] == "ok"
    assert "fresh" in [row["name"] for row in widget.ask("tools")["value"]["items"]]


def test_without_its_module_a_panel_is_the_list(kernel: Kernel) -> None:
    assert (
        kernel.run(
            "import pathlib\nfrom hermetic_nb.magics import panel\nkept, panel.STATIC = panel.STATIC, pathlib.Path('/nowhere')"
        ).error
        is None
    )
    try:
        (bundle,) = kernel.run("%tool_panel").bundles
        assert VIEW not in bundle
        assert LIST in bundle
    finally:
        kernel.run("panel.STATIC = kept")


# ------------------------------------------------------------ the line


def test_the_kernel_calls_front_ends_when_it_is_loaded(kernel: Kernel) -> None:
    kernel.run("%reload_ext hermetic_nb")
    sent = kernel.send("%reload_ext hermetic_nb")
    seen = []
    while True:
        message = kernel.client.get_iopub_msg(timeout=SECONDS)
        if message["parent_header"].get("msg_id") != sent:
            continue
        if message["msg_type"].startswith("comm_"):
            seen.append((message["msg_type"], message["content"].get("target_name")))
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    assert reply(kernel, sent)["status"] == "ok"
    assert seen == [("comm_close", None), ("comm_open", "hermetic-nb"), ("comm_msg", None)]


def test_a_long_call_is_told_of_and_can_be_stopped(kernel: Kernel, line: str) -> None:
    assert kernel.run(SPIN).error is None
    sent = kernel.send("%tool_call spin n=1")
    (running,) = heard(kernel, line, lambda data: bool(data.get("running")))["running"]
    assert running["tool"] == "spin"
    assert running["digest"].startswith("sha256:")
    kernel.manager.interrupt_kernel()
    assert heard(kernel, line, lambda data: "running" in data) == {"running": []}
    assert reply(kernel, sent)["ename"] == "KeyboardInterrupt"


def test_short_calls_are_not_told_of(kernel: Kernel, line: str) -> None:
    sent = kernel.send("for _ in range(1000):\n    gc_content('GATTACA')")
    assert silent(kernel, line)
    assert reply(kernel, sent)["status"] == "ok"


def test_between_cells_no_thread_looks(kernel: Kernel, line: str) -> None:
    names = "import threading\nsorted(thread.name for thread in threading.enumerate() if 'live' in thread.name)"
    assert kernel.run(names).text == "['hermetic_nb live']"
    tell(kernel, "comm_msg", {"comm_id": line, "data": {"layers": True}})
    assert heard(kernel, line, lambda data: "layers" in data)["layers"]
    assert kernel.run(f"import time\ntime.sleep(1)\n{names}").text == "['hermetic_nb live']"
    asked = "import threading, time\nlive = [t for t in threading.enumerate() if 'live' in t.name]"
    assert kernel.run(asked).error is None
    time.sleep(1)
    assert kernel.run("[thread.is_alive() for thread in live]").text == "[False]"


def digest_of(kernel: Kernel, source: str) -> str:
    (bundle,) = kernel.run(source).bundles
    return str(bundle["application/vnd.hermetic-nb.tool.v1+json"]["digest"])


def test_a_verdict_for_each_cell(kernel: Kernel, line: str) -> None:
    body = GC.partition("\n")[2]
    digest = digest_of(kernel, GC)
    asked = [
        {"cell": "a", "name": "gc_content", "digest": digest, "source": body},
        {"cell": "b", "name": "gc_content", "digest": digest, "source": body.replace("0", "1", 1)},
        {"cell": "c", "name": "gc_content", "digest": "sha256:" + "0" * 64, "source": body},
        {"cell": "d", "name": "gc_content", "digest": "no digest", "source": body},
        {"cell": "e"},
        {"cell": "f", "name": 7, "digest": ["x"], "source": None},
    ]
    tell(kernel, "comm_msg", {"comm_id": line, "data": {"verify": asked}})
    told = [heard(kernel, line, lambda data: "verdict" in data)["verdict"] for _ in asked]
    assert [(one["cell"], one["verdict"]) for one in told] == [
        ("a", "verified"),
        ("b", "stale"),
        ("c", "missing"),
        ("d", "missing"),
        ("e", "missing"),
        ("f", "missing"),
    ]
    assert all(one["message"] for one in told)


def test_a_tool_whose_bytes_are_damaged_has_failed(kernel: Kernel, line: str, tmp_path: Path) -> None:
    source = "%%hermetic_tool\ndef torn(n: int) -> int:\n    return n * 17\n"
    digest = digest_of(kernel, source)
    assert (
        kernel.run(
            "import hermetic_nb as hnb\n"
            "path = hnb.default().registry.path / 'blobs' / 'sha256' / "
            f"hnb.default().get('{digest}').manifest.payload.removeprefix('sha256:')\n"
            "path.chmod(0o644)\n"
            "path.write_bytes(b'other')"
        ).error
        is None
    )
    one = {"cell": "t", "name": "torn", "digest": digest, "source": source.partition("\n")[2]}
    tell(kernel, "comm_msg", {"comm_id": line, "data": {"verify": [one]}})
    told = heard(kernel, line, lambda data: "verdict" in data)["verdict"]
    assert told["verdict"] == "failed"
    assert "damaged" in told["message"]


@pytest.mark.parametrize("odd", [None, [], "text", {"verify": 3}, {"verify": [1, None]}, {"verify": {}}, {"other": 1}])
def test_odd_messages_cost_nothing(kernel: Kernel, line: str, odd: Any) -> None:
    tell(kernel, "comm_msg", {"comm_id": line, "data": odd})
    tell(kernel, "comm_msg", {"comm_id": line, "data": {"layers": True}})
    assert json.dumps(heard(kernel, line, lambda data: "layers" in data))
    assert kernel.run(DIVIDE).error is None
