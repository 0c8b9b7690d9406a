"""Real kernels, spoken to by the Jupyter messaging protocol."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

SECONDS = 120
"""Time for any one answer of a kernel on a loaded machine."""


@dataclass
class Answer:
    """What a kernel sent for one cell."""

    bundles: list[dict[str, Any]] = field(default_factory=list)
    """MIME bundles of displays and results."""
    streams: dict[str, str] = field(default_factory=dict)
    error: dict[str, Any] | None = None

    @property
    def text(self) -> str:
        """The text of the only bundle."""
        (bundle,) = self.bundles
        return str(bundle["text/plain"])

    @property
    def report(self) -> str:
        """The error as it is shown."""
        assert self.error is not None, self
        return "\n".join(self.error["traceback"])


class Kernel:
    """A running kernel."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def send(self, code: str) -> str:
        """Start a cell; its message id."""
        return str(self.client.execute(code))

    def collect(self, sent: str) -> Answer:
        """Everything that a cell gave, once it is done."""
        answer = Answer()
        while True:
            message = self.client.get_iopub_msg(timeout=SECONDS)
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind in {"execute_result", "display_data"}:
                answer.bundles.append(content["data"])
            elif kind == "stream":
                answer.streams[content["name"]] = answer.streams.get(content["name"], "") + content["text"]
            elif kind == "error":
                answer.error = content
            elif kind == "status" and content["execution_state"] == "idle":
                self.client.get_shell_msg(timeout=SECONDS)
                return answer

    def run(self, code: str) -> Answer:
        """Run a cell."""
        return self.collect(self.send(code))

    def complete(self, code: str) -> list[str]:
        """Completions at the end of the code."""
        reply = self.client.complete(code, reply=True, timeout=SECONDS)
        return list(reply["content"]["matches"])

    def inspect(self, code: str) -> str:
        """What ``?`` shows for the end of the code."""
        reply = self.client.inspect(code, reply=True, timeout=SECONDS)
        return str(reply["content"]["data"].get("text/plain", ""))


@contextlib.contextmanager
def started(registry: Path) -> Iterator[Kernel]:
    """A kernel with the extension loaded."""
    manager = KernelManager(kernel_name="python3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HERMETIC_REGISTRY", str(registry))
        manager.start_kernel(cwd=str(Path(__file__).parents[2]))
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=SECONDS)
        kernel = Kernel(manager, client)
        assert kernel.run("%colors nocolor\n%load_ext hermetic_nb").error is None
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The registry of this module's kernels."""
    return tmp_path_factory.mktemp("registry") / "tools"


@pytest.fixture(scope="module")
def kernel(registry: Path) -> Iterator[Kernel]:
    """A kernel that the tests of a module share."""
    with started(registry) as running:
        yield running
