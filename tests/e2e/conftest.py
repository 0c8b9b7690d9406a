"""A real JupyterLab with a registry of its own, driven by a real browser."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "e2e"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
EXPOSED = {
    "lab": ("--LabApp.expose_app_in_browser=True",),
    "notebook": ("--JupyterNotebookApp.expose_app_in_browser=True",),
}
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-quic", "--no-first-run"),
]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    token: str
    folder: Path
    registry: Path

    def get(self, path: str, *, token: bool = True) -> tuple[int, bytes]:
        """Status and body of a GET."""
        headers = {"Authorization": f"token {self.token}"} if token else {}
        request = urllib.request.Request(f"{self.url}{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def notebook(self, *cells: str) -> str:
        """Write a notebook of code cells; its name."""
        name = f"n{secrets.token_hex(4)}.ipynb"
        document = {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{n}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": [],
                    "source": text,
                }
                for n, text in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.folder / name).write_text(json.dumps(document))
        return name


def serve(folder: Path, registry: Path, *, app: str = "lab", **more: str) -> Iterator[Server]:
    """Start a server, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    settings = folder / "settings"
    for plugin, value in {
        "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
    environment = os.environ | {
        "HERMETIC_REGISTRY": str(registry),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "share"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        **more,
    }
    work = folder / "work"
    work.mkdir(exist_ok=True)
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter", app, "--no-browser", "--allow-root", f"--port={port}"),
            *("--port-retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={work}"),
            *EXPOSED.get(app, ()),
        ],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    server = Server(f"http://127.0.0.1:{port}/", token, work, registry)
    try:
        _wait(server, process, folder / "server.log")
        yield server
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _wait(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        assert process.poll() is None, log.read_text()
        try:
            if server.get("api/status")[0] == 200:
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(log.read_text())


def browser_path() -> str:
    """Where Chromium is. A test that finds none fails, and says how to get it."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("no Chromium: the browser tests need one (apt-get install chromium)")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab for all tests of a session."""
    yield from serve(tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("registry") / "tools")


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A window of its own; requests that leave the server fail the test."""
    made = browser.new_context(viewport={"width": 1360, "height": 860})
    made.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url.rstrip("/"))
    left: list[str] = []
    made.on("request", lambda request: left.append(request.url) if _leaves(request.url, server.url) else None)
    yield made
    made.close()
    assert left == [], f"requests left the server: {left}"


def _leaves(url: str, home: str) -> bool:
    return not url.startswith((home, home.replace("http", "ws"), "data:", "blob:", "about:"))


@pytest.fixture
def lab(context: BrowserContext, server: Server) -> Lab:
    """JupyterLab in that window, with nothing open."""
    return Lab(context.new_page(), server)


class Lab:
    """What a user does."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page, self.server = page, server
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(self, name: str) -> None:
        """Open a notebook in a fresh workspace, and wait for its kernel."""
        workspace = secrets.token_hex(4)
        self.page.goto(f"{self.server.url}lab/workspaces/{workspace}/tree/{name}?token={self.server.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp?.shell?.currentWidget;
                const kernel = panel?.sessionContext?.session?.kernel;
                return kernel?.connectionStatus === 'connected' && kernel?.status === 'idle';
            }""",
            timeout=60_000,
        )

    def run_all(self, *, wait: bool = True) -> None:
        """Run all cells."""
        self.command("notebook:run-all-cells")
        if wait:
            self.idle()

    def idle(self) -> None:
        """Wait until the kernel rests and no cell waits."""
        self.page.wait_for_function(
            """() => {
                const panel = window.jupyterapp.shell.currentWidget;
                const marks = [...document.querySelectorAll('.jp-InputPrompt')].map(one => one.textContent);
                return panel.sessionContext.session?.kernel?.status === 'idle' && !marks.some(one => one.includes('*'));
            }""",
            timeout=90_000,
        )

    def command(self, name: str, args: dict[str, Any] | None = None) -> None:
        """Run a command of the front end; does not wait for what it opens."""
        self.page.evaluate("([name, args]) => { window.jupyterapp.commands.execute(name, args); }", [name, args or {}])

    def sources(self) -> list[str]:
        """The cells of the current notebook."""
        found: list[str] = self.page.evaluate(
            "window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.sharedModel.getSource())"
        )
        return found

    def change(self, cell: int, source: str) -> None:
        """Give a cell another text, as typing does."""
        self.page.evaluate(
            "([cell, source]) => window.jupyterapp.shell.currentWidget.content.widgets[cell].model.sharedModel.setSource(source)",
            [cell, source],
        )

    def digests(self) -> list[str]:
        """The digests of the tools that the notebook's outputs show."""
        found: list[str] = self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets.flatMap(cell => {
                const outputs = cell.model.outputs?.toJSON() ?? [];
                return outputs.map(one => one.data?.['application/vnd.hermetic-nb.tool.v1+json']?.digest).filter(Boolean);
            })"""
        )
        return found

    def saved(self) -> dict[str, Any]:
        """The current notebook as it is on disk."""
        path: str = self.page.evaluate("window.jupyterapp.shell.currentWidget.context.path")
        document: dict[str, Any] = json.loads((self.server.folder / path).read_text())
        return document

    def panel(self) -> None:
        """Open our panel."""
        self.command("hermetic-nb:open-panel")
        self.page.wait_for_selector("#hermetic-nb-panel .hnb-list")

    def shot(self, name: str) -> None:
        """Keep a picture among the test's artifacts."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(SHOTS / f"{name}.png"))
