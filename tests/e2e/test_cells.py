"""What the extension adds to cells: colours, completion, cards of tools, sealing."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.e2e.kit import GC, LOAD
from tests.e2e.lab import Lab

CELLS = {
    "%%hermetic_tool --lang wat --sig 'f() -> int'\n(module (func $f))": "text/webassembly",
    "%%hermetic_tool f --lang rust\npub fn f() -> i64 { 1 }": "text/x-rustsrc",
    "%%hermetic_tool --lang=c\nint f(void) { return 1; }": "text/x-csrc",
    "%%hermetic_tool --lang cpp\nint f() { return 1; }": "text/x-c++src",
    "%%hermetic_tool --lang zig\npub fn f() i64 { return 1; }": "text/x-rustsrc",
    "%%hermetic_tool --lang ts\nfunction f(): number { return 1; }": "application/typescript",
    f'%%tool_call f@sha256:{"1a" * 32}\n{{"x": 1}}': "application/json",
    "%%agent --with x\nWhat's up?": "text/plain",
    "%%hermetic_tool --limit memory=1MB -o f\ndef f() -> int:\n    return 1": "text/x-ipython",
    "x = 1\n%tool_call f x=1": "text/x-ipython",
}
_MIMES = "window.jupyterapp.shell.currentWidget.content.widgets.map(cell => cell.model.mimeType)"


def test_a_cells_colours_follow_its_first_line(lab: Lab) -> None:
    lab.open(lab.server.notebook(*CELLS))
    lab.page.wait_for_function(f"wanted => JSON.stringify({_MIMES}) === wanted", arg=lab.json(list(CELLS.values())))
    for number, source in enumerate(CELLS):
        cell = _cell(lab, number)
        if "%%agent" not in source:
            expect(cell.locator(".cm-line:not(.hnb-magic-line) span").first).to_be_attached()
        magic = cell.locator(".hnb-magic-line")
        expect(magic).to_have_count(1)
        looks = magic.evaluate(
            "line => [line, ...line.querySelectorAll('span')].map(one => getComputedStyle(one).color)"
        )
        assert len(set(looks)) == 1, f"a magic line has one colour: {source}"
    lab.shot("languages")
    lab.change(0, "y = 2")
    lab.page.wait_for_function(f"{_MIMES}[0] === 'text/x-ipython'")
    expect(_cell(lab, 0).locator(".hnb-magic-line")).to_have_count(0)


def test_seal_this_cell_adds_the_magic_line(lab: Lab) -> None:
    plain = "def tripled(n: int) -> int:\n    return 3 * n\n"
    lab.open(lab.server.notebook(plain, "x = 1"))
    _cell(lab, 0).click()
    button = lab.page.get_by_role("button", name="Seal this cell")
    button.click()
    expect(lab.page.locator(".hnb-seal-badge")).to_contain_text("sealed", timeout=30_000)
    assert lab.sources() == [LOAD, f"%%hermetic_tool\n{plain}", "x = 1"], "the notebook runs from its top"
    _cell(lab, 2).click()
    button.click()
    expect(lab.page.locator(".Toastify__toast")).to_contain_text("A tool is one public function")
    lab.change(2, "def half(x: float) -> float:\n    return x / 2\n")
    button.click()
    expect(lab.page.locator(".hnb-seal-badge")).to_have_count(2, timeout=30_000)
    assert len(lab.sources()) == 3, "the extension is loaded once"


def test_a_tools_name_shows_its_card(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC, "gc_content"))
    lab.run_all()
    expect(lab.page.locator(".hnb-seal-badge")).to_be_visible(timeout=20_000)
    _cell(lab, 2).locator(".cm-line").hover(position={"x": 30, "y": 8})
    card = lab.page.locator(".hnb-hover")
    expect(card).to_contain_text("(seq: str) -> float", timeout=10_000)
    expect(card).to_contain_text("Fraction of G and C")
    lab.shot("hover")


def test_flags_names_and_arguments_are_completed(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC, "x"))
    lab.run_all()
    cell = _cell(lab, 2)
    for typed, wanted, shown in (
        ("%tool_call gc", "%tool_call gc_content", "gc_content"),
        ("%tool_call gc_content s", "%tool_call gc_content seq=", "seq="),
        ("%%hermetic_tool --se", "%%hermetic_tool --session", "--session"),
        ("%%hermetic_tool --lang w", "%%hermetic_tool --lang wat", "wat"),
    ):
        lab.change(2, typed)
        cell.locator(".cm-line").click()
        lab.page.keyboard.press("End")
        lab.page.wait_for_timeout(300)  # the completer takes up the cell that the cursor came to
        lab.page.keyboard.press("Tab")
        found = lab.page.locator(".jp-Completer-item code", has_text=re.compile(f"^{re.escape(shown)}$"))
        line = cell.locator(".cm-line")
        expect(found.or_(line.filter(has_text=wanted)).first).to_be_visible(timeout=10_000)
        if found.count():
            found.first.click()
        expect(line).to_have_text(wanted)


def _cell(lab: Lab, number: int) -> Locator:
    return lab.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
