"""The panel in JupyterLab: what a user sees and does."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from hermetic_nb.registry import Registry
from tests.e2e.kit import ASK, GC, LOAD, axe
from tests.e2e.lab import Lab
from tests.unit.registry_tools import push, sealed

PANEL = "#hermetic-nb-panel"


def test_a_sealed_cell_comes_up_in_the_panel_without_reload(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.panel()
    lab.run_all()
    row = lab.page.locator(f"{PANEL} .hnb-row", has_text="gc_content")
    expect(row).to_be_visible(timeout=10_000)
    expect(row.locator(".hnb-badge")).to_have_text("native")
    expect(row).to_contain_text("1 example")
    lab.shot("list")
    row.locator(".hnb-digest").click()
    copied = lab.page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", copied)
    row.click()
    detail = lab.page.locator(f"{PANEL} .hnb-detail")
    expect(detail.locator("h2")).to_have_text("gc_content")
    expect(detail.locator(".hnb-code")).to_contain_text("Fraction of G and C")
    layers = lab.page.locator(f"{PANEL} .hnb-layers")
    expect(layers).to_contain_text(re.compile(r"\d+ of 1[0-9] isolation layers are on"), timeout=20_000)
    lab.shot("detail")
    assert axe(lab.page, PANEL) == []


def test_a_form_run_and_an_inserted_call_are_cells_of_the_notebook(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.run_all()
    lab.panel()
    lab.page.locator(f"{PANEL} .hnb-row", has_text="gc_content").click()
    detail = lab.page.locator(f"{PANEL} .hnb-detail")
    detail.get_by_role("tab", name="Interface").click()
    detail.get_by_label(re.compile("^seq")).fill("GGCC")
    detail.get_by_role("button", name="Run in the notebook").click()
    expect(lab.page.locator(".jp-Notebook .jp-OutputArea-output", has_text="1.0")).to_be_visible(timeout=20_000)
    lab.shot("form")
    detail.locator("button", has_text="Insert call").click()
    expect(lab.page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(4)
    sources = lab.sources()
    assert any(one.startswith("%%tool_call gc_content@sha256:") for one in sources)
    assert "%tool_call gc_content seq=..." in sources
    detail.locator("button", has_text="Verify").click()
    expect(lab.page.locator(".jp-Notebook .jp-OutputArea-output").last).to_contain_text("verified", timeout=30_000)
    with lab.page.expect_download() as download:
        detail.locator("button", has_text="Export").click()
    assert download.value.suggested_filename.startswith("gc_content.")
    assert Path(download.value.path()).read_bytes()[:4] == b"\0asm"


def test_graph_versions_receipts_and_trace(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, *ASK))
    lab.run_all()
    lab.panel()
    lab.page.locator(f"{PANEL} .hnb-row", has_text="both_ways").click()
    detail = lab.page.locator(f"{PANEL} .hnb-detail")
    detail.get_by_role("tab", name="Graph").click()
    names = detail.locator(".hnb-node-name")
    expect(names).to_have_count(3)
    assert sorted(names.all_text_contents()) == ["both_ways", "shout", "turned"]
    lab.shot("graph")
    detail.get_by_role("tab", name="Receipts").click()
    detail.locator(".hnb-receipt summary").first.click()
    rounds = detail.locator(".hnb-round")
    expect(rounds).to_have_count(2, timeout=10_000)
    expect(rounds.nth(0).locator(".hnb-lane")).to_have_count(2)
    lab.shot("trace")
    detail.locator("button", has_text="Replay").click()
    expect(lab.page.locator(".jp-Notebook .jp-OutputArea-output").last).to_contain_text("desserts", timeout=20_000)
    assert axe(lab.page, PANEL) == []
    detail.get_by_role("tab", name="Graph").click()
    detail.locator(".hnb-node", has_text="turned").press("Enter")
    expect(detail.locator("h2")).to_have_text("turned")
    detail.get_by_role("tab", name="Versions").click()
    expect(detail.locator(".hnb-version")).to_have_count(2)
    detail.locator("button", has_text="Diff").click()
    expect(detail.locator(".hnb-removed")).to_have_count(1)
    expect(detail.locator(".hnb-added")).to_have_count(1)
    lab.shot("versions")
    detail.get_by_role("tab", name="Manifest").click()
    expect(detail.locator(".hnb-json")).to_contain_text("capabilities")


def test_use_is_counted_and_a_tool_is_trimmed_by_one_click(lab: Lab) -> None:
    same = GC.replace("%%hermetic_tool", "%%hermetic_tool gc_again")
    lab.open(lab.server.notebook(LOAD, GC, same, "[gc_content('GC') for _ in range(4)]"))
    lab.run_all()
    lab.panel()
    lab.page.get_by_role("button", name="Use: how the tools were used").click()
    view = lab.page.locator(f"{PANEL} .hnb-detail")
    expect(view.locator("tbody tr").first).to_contain_text(re.compile(r"gc_(content|again)"), timeout=20_000)
    spare = view.locator(".hnb-plain li", has_text="to the byte")
    expect(spare).to_have_count(1)
    lab.shot("use")
    assert axe(lab.page, PANEL) == []
    view.get_by_role("button", name=re.compile("^Trim 1 tool")).click()
    expect(view).to_contain_text("trimmed", timeout=20_000)
    expect(spare).to_have_count(0)
    assert any(one.startswith("%tool_stats --trim gc_") for one in lab.sources())
    view.get_by_role("button", name=re.compile("^Restore")).click()
    expect(spare).to_have_count(1, timeout=20_000)


def test_search_among_a_thousand_tools(lab: Lab) -> None:
    registry = Registry(lab.server.registry)
    for number in range(1000):
        push(
            registry,
            sealed(f"tool_{number}", doc=f"Counts the {['apples', 'pears', 'plums'][number % 3]} of basket {number}."),
        )
    lab.open(lab.server.notebook(LOAD))
    lab.panel()
    count = lab.page.locator(f"{PANEL} .hnb-count")
    expect(count).to_contain_text(re.compile(r"1,0\d\d tools"), timeout=20_000)
    expect(lab.page.locator(f"{PANEL} .hnb-row")).to_have_count(50)
    lab.page.locator(f"{PANEL} .hnb-rows").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    expect(lab.page.locator(f"{PANEL} .hnb-row")).to_have_count(100)
    field = lab.page.locator(f"{PANEL} .hnb-search")
    field.fill("tool_77")
    expect(count).to_have_text("11 tools")
    field.fill("plums")
    expect(count).to_have_text("333 tools")
    lab.shot("search")
    field.fill("no such thing at all")
    expect(lab.page.locator(f"{PANEL} .hnb-message")).to_contain_text("No tool fits")
    field.fill("tool_5")
    expect(count).to_have_text("111 tools")
    field.press("ArrowDown")
    rows = lab.page.locator(f"{PANEL} .hnb-rows")
    rows.press("ArrowDown")
    rows.press("Enter")
    expect(lab.page.locator(f"{PANEL} .hnb-detail h2")).to_have_text(re.compile("^tool_5"))
    lab.page.locator(f"{PANEL} .hnb-detail").press("Escape")
    expect(lab.page.locator(f"{PANEL} .hnb-rows")).to_be_focused()


def test_what_strangers_wrote_is_text(lab: Lab) -> None:
    """No script of a name, a document, a source or a value runs, and no request leaves the server (see `context`)."""
    bad = '<img src=https://example.org/x.png onerror="window.hacked=1"><script>window.hacked=1</script>'
    registry = Registry(lab.server.registry)
    push(registry, sealed("innocent", doc=f"{bad} \u202eevil", body=f"1  # {bad}"))
    cell = f"%%hermetic_tool\ndef echo(text: str) -> str:\n    '''{bad}'''\n    return text\n"
    lab.open(lab.server.notebook(LOAD, cell, f"echo({bad!r})", "%tool_panel", "%tool_list", "%tool_show echo --source"))
    lab.run_all()
    lab.panel()
    lab.page.locator(f"{PANEL} .hnb-search").fill("innocent")
    row = lab.page.locator(f"{PANEL} .hnb-row", has_text="innocent").first
    expect(row).to_contain_text("<img src=https://example.org")
    row.click()
    for tab in ("Source", "Interface", "Graph", "Versions", "Receipts", "Manifest"):
        lab.page.locator(f"{PANEL} .hnb-detail").get_by_role("tab", name=tab).click()
    lab.shot("strangers")
    assert lab.page.evaluate("window.hacked") is None
    assert lab.page.locator(f"{PANEL} img, {PANEL} script").count() == 0


def test_dark_and_narrow(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.run_all()
    lab.command("apputils:change-theme", {"theme": "JupyterLab Dark"})
    lab.page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    lab.panel()
    lab.page.locator(f"{PANEL} .hnb-row", has_text="gc_content").click()
    detail = lab.page.locator(f"{PANEL} .hnb-detail")
    expect(detail.locator(".hnb-code .tok-keyword").first).to_be_visible()
    lab.shot("dark")
    for place in (PANEL, ".hnb-badge-row", ".hnb-magic-line"):
        assert axe(lab.page, place) == []
    ground = lab.page.locator(f"{PANEL} .hnb-panel").evaluate("node => getComputedStyle(node).backgroundColor")
    assert max(map(int, re.findall(r"\d+", ground)[:3])) < 80
    width = lab.page.locator(f"{PANEL} .hnb-stage").evaluate("node => node.scrollWidth - node.clientWidth")
    assert width <= 0, "nothing stands out of a narrow panel"
