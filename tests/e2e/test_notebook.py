"""What the extension adds to a notebook: badges, sealing, verifying, stopping, languages, hover, the widget."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Lab, serve
from tests.e2e.kit import GC, LOAD, axe

SLOW = '''%%hermetic_tool
def slow(n: int) -> int:
    """Counts in a way that takes long."""
    total = 0
    for i in range(n):
        for j in range(n):
            total = (total * 31 + i ^ j) % 1000003
    return total
'''


def test_a_badge_turns_stale_and_back(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.run_all()
    badge = lab.page.locator(".jp-Notebook .hnb-seal-badge")
    expect(badge).to_have_text("sealed " + lab.digests()[0][7:19])
    lab.change(1, GC.replace("hits = 0", "hits = 0  # changed"))
    expect(badge).to_have_text("stale " + lab.digests()[0][7:19])
    expect(badge).to_have_attribute(
        "title", "The cell was changed after gc_content was sealed: run it to seal it anew."
    )
    lab.shot("stale")
    lab.change(1, GC)
    expect(badge).to_contain_text("sealed")
    badge.click()
    expect(lab.page.locator("#hermetic-nb-panel .hnb-detail h2")).to_have_text("gc_content")


def test_a_badge_knows_captures(lab: Lab) -> None:
    cell = "%%hermetic_tool --capture RATE\ndef taxed(x: float) -> float:\n    return x * RATE\n"
    lab.open(lab.server.notebook(LOAD, "RATE = 1.25", cell))
    lab.run_all()
    badge = lab.page.locator(".jp-Notebook .hnb-seal-badge")
    expect(badge).to_contain_text("sealed")
    lab.change(2, cell.replace("x * RATE", "RATE * x"))
    expect(badge).to_contain_text("stale")


def test_verify_notebook_gives_a_verdict_for_each_cell(lab: Lab) -> None:
    other = "%%hermetic_tool\ndef doubled(n: int) -> int:\n    return 2 * n\n"
    never = "%%hermetic_tool\ndef never_run(n: int) -> int:\n    return n\n"
    lab.open(lab.server.notebook(LOAD, GC, other, "1 + 1"))
    lab.run_all()
    lab.change(2, other.replace("2 * n", "n * 2"))
    lab.change(3, never)
    lab.command("hermetic-nb:verify-notebook")
    report = lab.page.locator(".hnb-report")
    expect(report).to_contain_text("1 of 3 sealed cells are verified.", timeout=60_000)
    rows = report.locator("tr")
    expect(rows.nth(0)).to_contain_text("verified")
    expect(rows.nth(1)).to_contain_text("the cell is not the source of doubled")
    expect(rows.nth(2)).to_contain_text("the cell has not been run")
    lab.shot("verify")
    lab.page.get_by_role("button", name="Close").click()
    expect(lab.page.locator(".hnb-seal-badge").first).to_contain_text("verified")


def test_verify_without_a_kernel_says_what_it_looked_at(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.run_all()
    lab.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.sessionContext.session")
    lab.command("hermetic-nb:verify-notebook")
    report = lab.page.locator(".hnb-report")
    expect(report).to_contain_text("source and registry only", timeout=30_000)
    expect(report.locator("tr")).to_contain_text("verified")


def test_a_running_tool_is_shown_and_stopped(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, SLOW, "slow(200_000)"))
    lab.panel()
    lab.run_all(wait=False)
    live = lab.page.locator("#hermetic-nb-panel .hnb-running")
    expect(live).to_contain_text("slow is running", timeout=30_000)
    lab.shot("running")
    live.get_by_role("button", name="stop slow").click()
    expect(live).to_have_count(0, timeout=20_000)
    lab.idle()
    assert "the call of slow was stopped" in lab.page.locator(".jp-Notebook").inner_text()


LANGUAGES = {
    "%%hermetic_tool --lang wat --sig 'f() -> int'\n(module)": "text/webassembly",
    "%%hermetic_tool f --lang rust\nfn f() {}": "text/x-rustsrc",
    "%%hermetic_tool --lang=c\nint f(void);": "text/x-csrc",
    "%%tool_call f\n{}": "application/json",
    "%%agent\nWhat's up?": "text/plain",
    "%%hermetic_tool\ndef f(): ...": "text/x-ipython",
    "x = 1": "text/x-ipython",
}


def test_a_cells_language_follows_its_first_line(lab: Lab) -> None:
    lab.open(lab.server.notebook(*LANGUAGES))
    kinds = "window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.mimeType).join()"
    lab.page.wait_for_function(f"{kinds} === {json.dumps(','.join(LANGUAGES.values()))}", timeout=10_000)
    for cell in range(len(LANGUAGES)):
        lab.change(cell, "y = 2")
    plain = ",".join(["text/x-ipython"] * len(LANGUAGES))
    lab.page.wait_for_function(f"{kinds} === {json.dumps(plain)}", timeout=10_000)


def test_seal_this_cell_adds_the_magic_line(lab: Lab) -> None:
    plain = "def tripled(n: int) -> int:\n    return 3 * n\n"
    lab.open(lab.server.notebook(plain, "x = 1"))
    lab.page.locator(".jp-Notebook .jp-CodeCell").first.click()
    lab.page.get_by_role("button", name="Seal this cell").click()
    expect(lab.page.locator(".hnb-seal-badge")).to_contain_text("sealed", timeout=30_000)
    assert lab.sources() == [LOAD, f"%%hermetic_tool\n{plain}", "x = 1"], "the notebook runs from its top"
    lab.page.locator(".jp-Notebook .jp-CodeCell").nth(2).click()
    lab.page.get_by_role("button", name="Seal this cell").click()
    expect(lab.page.locator(".Toastify__toast")).to_contain_text("A tool is one public function")
    assert lab.sources()[2] == "x = 1"


def test_a_tools_name_shows_its_card(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC, "gc_content"))
    lab.run_all()
    word = lab.page.locator(".jp-Notebook .jp-CodeCell").nth(2).locator(".cm-line")
    box = word.bounding_box()
    assert box is not None
    lab.page.mouse.move(box["x"] + 30, box["y"] + 8)
    card = lab.page.locator(".hnb-hover")
    expect(card).to_contain_text("(seq: str) -> float", timeout=10_000)
    expect(card).to_contain_text("Fraction of G and C")
    lab.shot("hover")


def test_completion_reaches_the_cell(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC, "%tool_call gc"))
    lab.run_all()
    cell = lab.page.locator(".jp-Notebook .jp-CodeCell").nth(2)
    cell.locator(".cm-line").click()
    lab.page.keyboard.press("End")
    lab.page.wait_for_timeout(500)
    lab.page.keyboard.press("Tab")
    found = lab.page.locator(".jp-Completer-item", has_text="gc_content")
    expect(found).to_be_visible(timeout=10_000)
    found.click()
    expect(cell.locator(".cm-line")).to_have_text("%tool_call gc_content")


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


def test_the_tour_opens_a_copy(lab: Lab) -> None:
    lab.open(lab.server.notebook("1"))
    lab.command("hermetic-nb:open-tour")
    expect(lab.page.locator(".jp-Notebook").last).to_contain_text("This tour makes nine tools", timeout=30_000)
    assert (lab.server.folder / "hermetic_nb_tour" / "data" / "co2.csv").is_file()


def test_notebook_7_has_the_panel_too(browser: Browser, tmp_path: Path) -> None:
    for server in serve(tmp_path, tmp_path / "registry", app="notebook"):
        page = browser.new_page()
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
        page.screenshot(path=str(Path(__file__).parents[2] / "build" / "e2e" / "notebook7.png"))
        page.close()
