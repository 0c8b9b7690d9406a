"""What a user does in JupyterLab, and what the tests read of it."""

from __future__ import annotations

import json
import secrets
from typing import Any

from playwright.sync_api import Page

from tests.e2e.server import ROOT, Server

SHOTS = ROOT / "build" / "e2e"


def shot(name: str) -> str:
    """Where a picture is kept, among the test's artifacts."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    return str(SHOTS / f"{name}.png")


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
        self.ready()

    def ready(self) -> None:
        """Wait until a notebook is shown, and its kernel is there."""
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

    @staticmethod
    def json(value: Any) -> str:
        """What JSON.stringify makes of a value."""
        return json.dumps(value, separators=(",", ":"))

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
        self.page.screenshot(path=shot(name))
