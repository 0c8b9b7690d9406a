"""The frame around notebooks: commands, menus, launcher, status bar, settings; Notebook 7; the widget."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.browser import WINDOW, watched
from tests.e2e.kit import GC, LOAD, axe
from tests.e2e.lab import Lab, shot
from tests.e2e.server import serve

PANEL = "#hermetic-nb-panel"


def test_commands_are_in_the_palette_and_in_menus(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.run_all()
    count = lab.page.locator(".hnb-status-item")
    expect(count).to_have_text(re.compile(r"^[\d,]+ sealed tools?$"))
    count.click()
    expect(lab.page.locator(PANEL)).to_be_visible()
    for menu, entries in {
        "View": ["Show Sealed Tools"],
        "Run": ["Seal This Cell", "Verify Notebook"],
        "Help": ["Tour of Sealed Tools"],
    }.items():
        lab.page.get_by_role("menubar").get_by_text(menu, exact=True).click()
        for entry in entries:
            expect(lab.page.locator(".lm-Menu-item", has_text=entry)).to_be_visible()
        lab.page.keyboard.press("Escape")
    lab.command("apputils:activate-command-palette")
    lab.page.locator(".lm-CommandPalette-input").fill("sealed tools")
    for entry in ("Show Sealed Tools", "Tour of Sealed Tools", "Verify Notebook", "Seal This Cell"):
        expect(lab.page.locator(".lm-CommandPalette-item", has_text=entry)).to_be_visible()


def test_the_launcher_opens_a_copy_of_the_tour(lab: Lab) -> None:
    lab.open(lab.server.notebook("1"))
    lab.command("launcher:create")
    card = lab.page.locator(".jp-LauncherCard", has_text="Tour of Sealed Tools")
    card.scroll_into_view_if_needed()
    lab.shot("launcher")
    card.click()
    expect(lab.page.locator(".jp-Notebook").last).to_contain_text("This tour makes nine tools", timeout=30_000)
    assert (lab.server.folder / "hermetic_nb_tour" / "data" / "co2.csv").is_file()


def test_what_is_turned_off_in_the_settings_is_not_there(lab: Lab) -> None:
    lab.server.settings(panel=False, badges=False, statusBar=False, languages=False)
    try:
        lab.open(lab.server.notebook(LOAD, GC, "%%agent\nhello"))
        lab.command("notebook:run-cell-and-select-next")
        lab.command("notebook:run-cell-and-select-next")
        expect(lab.page.locator(".jp-OutputArea").nth(1)).to_contain_text("gc_content", timeout=30_000)
        for absent in (
            PANEL,
            ".hnb-seal-badge",
            ".hnb-status-item",
            ".hnb-magic-line",
        ):
            assert lab.page.locator(absent).count() == 0, absent
        lab.command("hermetic-nb:verify-notebook")
        expect(lab.page.locator(".hnb-report")).to_contain_text("1 of 1 sealed cells are verified", timeout=30_000)
    finally:
        lab.server.settings()


def test_the_widget_is_the_panel_in_a_cell(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC, "%tool_panel"))
    lab.run_all()
    widget = lab.page.locator(".jp-Notebook .hnb-widget")
    row = widget.locator(".hnb-row", has_text="gc_content")
    expect(row).to_be_visible(timeout=20_000)
    row.click()
    expect(widget.locator(".hnb-code")).to_contain_text("hits")
    lab.shot("widget")
    assert axe(lab.page, ".jp-Notebook .hnb-widget") == []
    lab.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    kept = json.dumps([cell["outputs"] for cell in lab.saved()["cells"]])
    assert "gc_content  native" in kept, "an exported notebook keeps the list as text"


def test_notebook_7_has_the_panel_too(browser: Browser, tmp_path: Path) -> None:
    for server in serve(tmp_path, tmp_path / "registry", app="notebook"):
        context = browser.new_context(viewport=WINDOW)
        left = watched(context, server.url)
        page = context.new_page()
        name = server.notebook(LOAD, GC)
        page.goto(f"{server.url}notebooks/{name}?token={server.token}")
        page.wait_for_function(
            "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=60_000,
        )
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        expect(page.locator(".hnb-seal-badge")).to_contain_text("sealed", timeout=60_000)
        page.evaluate("window.jupyterapp.commands.execute('hermetic-nb:open-panel')")
        expect(page.locator("#hermetic-nb-panel .hnb-row", has_text="gc_content")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("button", name="Seal this cell")).to_be_visible()
        page.screenshot(path=shot("notebook7"))
        context.close()
        assert left == []
