"""`python -m tests.e2e.pictures`: makes the pictures of the documentation anew, in docs/images."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.e2e.browser import FLAGS, browser_path
from tests.e2e.kit import ASK, GC, LOAD
from tests.e2e.lab import Lab
from tests.e2e.server import ROOT, Server, serve

IMAGES = ROOT / "docs" / "images"
WINDOW: ViewportSize = {"width": 1180, "height": 730}
TALL: ViewportSize = {"width": 1180, "height": 820}
WIDE = 430
"""Where the panel ends, in pixels from the window's left."""
DOUBLED = "%%hermetic_tool\ndef doubled(n: int) -> int:\n    return 2 * n\n"
PANEL = "#hermetic-nb-panel"


def main() -> None:
    """Start a server and a browser, and take all pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        place = Path(folder)
        (place / "lab").mkdir()
        for server in serve(place / "lab", place / "tools"):
            browser = play.chromium.launch(executable_path=browser_path(), args=FLAGS)
            for picture in (form, verdicts, trace):
                page = browser.new_page(viewport=WINDOW)
                picture(Lab(page, server), server)
                page.close()
            browser.close()


def form(lab: Lab, server: Server) -> None:
    """A tool's interface, and a call that its form made."""
    lab.open(server.notebook(LOAD, GC, name="sequences.ipynb"))
    lab.run_all()
    _panel(lab)
    lab.page.locator(f"{PANEL} .hnb-row", has_text="gc_content").click()
    detail = lab.page.locator(f"{PANEL} .hnb-detail")
    detail.get_by_role("tab", name="Interface").click()
    detail.locator(".hnb-form textarea").fill("GGCC")
    detail.get_by_role("button", name="Run in the notebook").click()
    lab.page.locator(".jp-OutputArea-output", has_text="1.0").wait_for()
    _take(lab.page, "panel")


def verdicts(lab: Lab, server: Server) -> None:
    """Verify Notebook over a cell that was changed."""
    lab.open(server.notebook(LOAD, GC, DOUBLED, "1", name="checks.ipynb"))
    lab.run_all()
    lab.change(2, DOUBLED.replace("2 * n", "n * 2"))
    lab.change(3, "%%hermetic_tool\ndef halved(x: float) -> float:\n    return x / 2\n")
    lab.command("hermetic-nb:verify-notebook")
    lab.page.locator(".hnb-report", has_text="1 of 3 sealed cells").wait_for()
    _take(lab.page, "verify")


def trace(lab: Lab, server: Server) -> None:
    """What a pure tool asked, in the dark theme."""
    lab.open(server.notebook(LOAD, *ASK, name="agents.ipynb"))
    lab.run_all()
    lab.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    lab.page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    _panel(lab)
    lab.page.locator(f"{PANEL} .hnb-row", has_text="both_ways").click()
    detail = lab.page.locator(f"{PANEL} .hnb-detail")
    detail.get_by_role("tab", name="Receipts").click()
    detail.locator(".hnb-receipt summary").first.click()
    detail.locator(".hnb-round").last.wait_for()
    lab.page.set_viewport_size(TALL)
    _take(lab.page, "dark")


def _panel(lab: Lab) -> None:
    """Open the panel, and draw it wider."""
    lab.panel()
    edge = lab.page.locator("#jp-main-split-panel > .lm-SplitPanel-handle").first.bounding_box()
    assert edge is not None
    lab.page.mouse.move(edge["x"] + 1, edge["y"] + 200)
    lab.page.mouse.down()
    lab.page.mouse.move(WIDE, edge["y"] + 200, steps=5)
    lab.page.mouse.up()


def _take(page: Page, name: str) -> None:
    page.mouse.move(WINDOW["width"] - 60, WINDOW["height"] - 60)
    page.wait_for_timeout(500)  # what slides and fades has come to rest
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
